"""Histogram equalisation: spread the grey levels so that each part of the range is used equally often."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled
from mediedu.enhance.grey_levels import grey_image, number_of_bins, output_range, ramp, refuse_colour

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
    bins = number_of_bins(bins)
    counted = array if mask is None else array[_mask(mask, array.shape)]
    lowest, highest = counted.min(), counted.max()
    if lowest == highest:
        return array.copy()
    low, high = output_range(out_range, array.dtype, float(lowest), float(highest), "equalize_histogram")
    if array.dtype.kind == "f":
        return _equalize_floats(array, counted, bins, low, high)
    # int16 is read as uint16, where negative levels follow positive ones: turn the tables by half, and back.
    bottom = 0 if array.dtype.kind == "u" else int(np.iinfo(array.dtype).min)
    unsigned = np.dtype(f"uint{8 * array.itemsize}")
    counts = np.zeros((4, 2 ** (8 * array.itemsize)), dtype=np.int64)
    count_levels(counted.ravel().view(unsigned), counts)
    below = np.cumsum(np.roll(counts.sum(axis=0), -bottom))
    first = below[int(lowest) - bottom]
    table = np.roll(ramp(below, float(first), float(below[-1]), low, high, array.dtype), bottom)
    out = np.empty_like(array, order="C")
    look_up(array.ravel().view(unsigned), table, out.reshape(-1))
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
    lowest, highest = float(counted.min()), float(counted.max())
    counts = np.zeros(bins, dtype=np.int64)
    count_bins(counted.ravel(), lowest, highest - lowest, counts)
    curve = np.concatenate([[0.0], np.cumsum(counts) / counted.size]) * (high - low) + low
    out = np.empty_like(array, order="C")
    follow_curve(array.ravel(), lowest, highest - lowest, curve, out.reshape(-1))
    return out


@compiled
def count_levels(flat: NDArray[Any], counts: NDArray[np.int64]) -> None:
    """Count each grey level; four tables in turn, so that no count waits for its neighbour's."""
    whole = flat.size // 4 * 4
    for i in range(0, whole, 4):
        counts[0, flat[i]] += 1
        counts[1, flat[i + 1]] += 1
        counts[2, flat[i + 2]] += 1
        counts[3, flat[i + 3]] += 1
    for i in range(whole, flat.size):
        counts[0, flat[i]] += 1


@compiled
def look_up(flat: NDArray[Any], table: NDArray[Any], out: NDArray[Any]) -> None:
    """Replace each grey level by its entry in the table."""
    for i in range(flat.size):
        out[i] = table[flat[i]]


@compiled
def count_bins(flat: NDArray[Any], lowest: float, span: float, counts: NDArray[np.int64]) -> None:
    """Count values in equal bins from ``lowest`` on; the last bin holds its upper edge too."""
    bins = counts.size
    for i in range(flat.size):
        counts[min(int((float(flat[i]) - lowest) / span * bins), bins - 1)] += 1


@compiled
def follow_curve(
    flat: NDArray[Any], lowest: float, span: float, curve: NDArray[np.float64], out: NDArray[Any]
) -> None:
    """Read each value off a curve given at the bins' edges, straight in between, level beyond its ends."""
    bins = curve.size - 1
    for i in range(flat.size):
        place = min(max((float(flat[i]) - lowest) / span, 0.0), 1.0) * bins
        b = min(int(place), bins - 1)
        out[i] = curve[b] + (curve[b + 1] - curve[b]) * (place - b)
