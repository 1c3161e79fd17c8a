"""Histogram equalisation: spread the grey levels so that each part of the range is used equally often."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled
from mediedu.enhance.grey_levels import grey_image, output_range, refuse_colour, round_half_up

__all__ = ["equalize_histogram"]


def equalize_histogram(
    image: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    bins: int = 65536,
    out_range: tuple[float, float] | None = None,
) -> NDArray[Any]:
    """Map grey levels through their own cumulative histogram, so that they spread evenly over the range.

    Parameters
    ----------
    image : array_like
        Shape (row, column) or (z, y, x); a volume has one histogram. uint8, uint16, int16, float32 or
        float64; finite.
    mask : array_like of bool, optional
        The histogram is taken where the mask is True. The mapping is applied everywhere.
    bins : int
        For floats: the histogram has this many bins from the lowest to the highest counted value, and the
        cumulative histogram is a straight line within each. Integers are counted exactly, level by level.
    out_range : (float, float), optional
        The grey levels that the lowest and the highest counted level go to. By default the whole range of
        an unsigned dtype (0 to 255, 0 to 65535), and for int16 and floats, whose values mean something, the
        image's own range.

    Returns
    -------
    ndarray
        The shape and dtype of the image. Integers are rounded as ⌊x + ½⌋. Where all counted pixels have one
        level there is nothing to spread: the image comes back unchanged, as a copy.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For a colour image, NaN or infinity, an empty image or mask, a mask of another shape, an
        ``out_range`` that doesn't rise or doesn't fit the dtype.

    Notes
    -----
    With H(v) the number of pixels at or below v, N their total and v₀ the lowest level, a level v goes to
    low + (high − low) · (H(v) − H(v₀)) / (N − H(v₀)). For uint8 this is OpenCV's ``equalizeHist`` to within
    1.

    References
    ----------
    Gonzalez RC, Woods RE. Digital Image Processing, 4th ed. 2018, section 3.3.

    Examples
    --------
    >>> import numpy as np
    >>> equalize_histogram(np.array([[10, 10], [11, 12]], dtype=np.uint8)).tolist()
    [[0, 0], [128, 255]]
    """
    array = grey_image(image, "equalize_histogram")
    refuse_colour(array, "equalize_histogram")
    counted = array if mask is None else array[_mask(mask, array.shape)]
    lowest, highest = counted.min(), counted.max()
    if lowest == highest:
        return array.copy()
    low, high = output_range(out_range, array.dtype, float(lowest), float(highest), "equalize_histogram")
    if array.dtype.kind == "f":
        return _equalize_floats(array, counted, bins, low, high)
    bottom = 0 if array.dtype.kind == "u" else int(np.iinfo(array.dtype).min)
    counts = np.zeros((4, 2 ** (8 * array.itemsize)), dtype=np.int64)
    count_levels(counted.ravel(), bottom, counts)
    below = np.cumsum(counts.sum(axis=0))
    first = below[int(lowest) - bottom]
    share = np.clip((below - first) / (below[-1] - first), 0.0, 1.0)
    table = round_half_up(low + (high - low) * share, array.dtype)
    out = np.empty_like(array, order="C")
    look_up(array.ravel(), bottom, table, out.reshape(-1))
    return out


def _mask(mask: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    where = np.asarray(mask)
    if where.dtype != bool:
        raise TypeError(
            f"The mask must be boolean; this one is {where.dtype}. Compare first, for example mask > 0."
        )
    if where.shape != shape:
        raise ValueError(f"The mask must have the image's shape {shape}; this one has {where.shape}.")
    if not where.any():
        raise ValueError(
            "The mask holds no pixel, so there is nothing to count. Pass a mask with some True in it."
        )
    return where


def _equalize_floats(
    array: NDArray[Any], counted: NDArray[Any], bins: int, low: float, high: float
) -> NDArray[Any]:
    if bins < 2:
        raise ValueError(f"bins must be 2 or more; {bins!r} is too few to tell grey levels apart.")
    lowest, highest = float(counted.min()), float(counted.max())
    counts, _ = np.histogram(counted, bins=bins, range=(lowest, highest))
    curve = np.concatenate([[0.0], np.cumsum(counts) / counted.size]) * (high - low) + low
    return np.interp(array, np.linspace(lowest, highest, bins + 1), curve).astype(array.dtype, copy=False)


@compiled
def count_levels(flat: NDArray[Any], bottom: int, counts: NDArray[np.int64]) -> None:
    """Count each grey level; four tables in turn, as one pixel's count needn't then wait for its neighbour's."""
    n = flat.size // 4 * 4
    for i in range(0, n, 4):
        counts[0, np.int64(flat[i]) - bottom] += 1
        counts[1, np.int64(flat[i + 1]) - bottom] += 1
        counts[2, np.int64(flat[i + 2]) - bottom] += 1
        counts[3, np.int64(flat[i + 3]) - bottom] += 1
    for i in range(n, flat.size):
        counts[0, np.int64(flat[i]) - bottom] += 1


@compiled
def look_up(flat: NDArray[Any], bottom: int, table: NDArray[Any], out: NDArray[Any]) -> None:
    """Replace each grey level by its entry in the table."""
    for i in range(flat.size):
        out[i] = table[np.int64(flat[i]) - bottom]
