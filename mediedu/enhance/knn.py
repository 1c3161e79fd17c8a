"""KNN smoothing: average the K grey values of a window that are nearest to the centre's own."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image
from mediedu.enhance.knn_kernel import TILE, selection_network, smooth_tiles

__all__ = ["knn_smooth"]

# scipy.ndimage's names for what lies beyond the border, and NumPy's for the same things.
BORDERS = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "constant": "constant",
}


CHUNK = 2**20  # pixels of a stack that are smoothed together
WORTH_THREADS = 4e7  # bytes of windows, from which two threads gain more than starting them costs (measured)
ON_LINUX = hasattr(os, "sched_getaffinity")


def knn_smooth(
    image: ArrayLike,
    size: int = 3,
    k: int | None = None,
    *,
    mode: str = "reflect",
    channel_axis: int | None = None,
    threads: int | None = None,
) -> NDArray[Any]:
    """Smooth noise and keep edges: average the K grey values nearest to the centre's own in each window.

    Parameters
    ----------
    image : array_like
        Shape (row, column), or (z, y, x), of which each slice z is smoothed on its own.
        uint8, uint16, int16, float32 or float64; finite.
    size : int
        Width m of the square window in pixels; odd, 3 or more.
    k : int, optional
        How many grey values are averaged, the centre's own included; 1 to m². The default is (m² + 1) // 2.
    mode : {"reflect", "mirror", "nearest", "wrap", "constant"}
        What lies beyond the border, as in `scipy.ndimage`; "constant" is 0.
    channel_axis : int, optional
        The axis of the colours, or of other channels, each of which is smoothed on its own. A shape such as
        (row, column, 3) could be a colour image or a narrow stack, so there it must be given.
    threads : int, optional
        How many threads share the work; the result is the same. By default one, or for big images one for
        each core.

    Returns
    -------
    ndarray
        The shape and dtype of the image. Integers are rounded as ⌊x + ½⌋. A result never leaves the range of
        its window.

    Raises
    ------
    TypeError
        For another dtype (bool, complex, 32-bit integers, …).
    ValueError
        For an even or small size, a k outside the window, an unknown mode, NaN, infinity or huge
        floats, an empty image, a wrong number of axes, or a last axis of 3 or 4 without
        ``channel_axis``.

    Notes
    -----
    Several values can lie at the K-th distance t. They share what is left of the K places equally, so the
    order in which a window is read doesn't matter. With Σ₍<₎ the sum of the values nearer than t, n₍<₎
    their number, and Σ₍=₎, n₍=₎ the same for distance t, the result is (Σ₍<₎ + (K − n₍<₎) · Σ₍=₎ / n₍=₎) /
    K.

    Distances are taken in the image's own dtype, means in floats: of a width that rounds integers
    exactly, and for float images of their own. ``k=1`` gives the image back. ``k=m²`` is the mean
    filter. Inverting a uint8 image inverts the result, but for exact halves, which may differ by 1.

    References
    ----------
    Davis LS, Rosenfeld A. Noise cleaning by iterated local averaging. IEEE Transactions on Systems, Man, and
    Cybernetics 1978; 8(9): 705–710.

    Examples
    --------
    The four values nearest to the 4 in the middle are 4, 5, 5 and 5. Their mean is 4.75.

    >>> import numpy as np
    >>> window = np.array([[5, 5, 8], [7, 4, 9], [2, 7, 5]], dtype=np.uint8)
    >>> int(knn_smooth(window, size=3, k=4)[1, 1])
    5
    >>> float(knn_smooth(window.astype(float), size=3, k=4)[1, 1])
    4.75
    """
    array = grey_image(image, "knn_smooth")
    size, k = _window(size, k)
    if not isinstance(mode, str) or mode not in BORDERS:
        raise ValueError(f"knn_smooth knows the border modes {', '.join(BORDERS)}; {mode!r} is none of them.")
    _refuse_overflow(array, size)
    threads = _threads(threads, array.size * size * size * array.itemsize)
    if channel_axis is not None:
        if array.ndim != 3 or not isinstance(channel_axis, Integral) or not -3 <= channel_axis < 3:
            raise ValueError(
                f"channel_axis={channel_axis!r} needs an image with three axes, of which it names one; "
                f"this image has shape {array.shape}."
            )
        return np.moveaxis(
            _smooth(np.moveaxis(array, channel_axis, 0), size, k, mode, threads), 0, channel_axis
        )
    if array.ndim == 3 and array.shape[2] in (3, 4):
        raise ValueError(
            f"An image of shape {array.shape} looks like colour, and knn_smooth would take it for a stack of "
            "slices. Pass channel_axis=-1 to smooth each colour on its own, or channel_axis=0 if it is "
            "a stack."
        )
    return _smooth(array, size, k, mode, threads)


def _window(size: int, k: int | None) -> tuple[int, int]:
    """Check the window's width and K, and fill in the default K."""
    if not isinstance(size, Integral) or isinstance(size, bool) or size < 3 or size % 2 == 0:
        raise ValueError(
            f"size is the window's width and must be an odd whole number from 3 up; {size!r} isn't."
        )
    size = int(size)
    if k is None:
        return size, (size * size + 1) // 2
    if not isinstance(k, Integral) or isinstance(k, bool) or not 1 <= k <= size * size:
        raise ValueError(
            f"k must be a whole number from 1 to {size * size} in a {size}×{size} window; {k!r} isn't."
        )
    return size, int(k)


def _refuse_overflow(array: NDArray[Any], size: int) -> None:
    """Say when differences of huge floats would add up to infinity."""
    if array.dtype.kind == "f":
        span = float(array.max()) - float(array.min())
        if span * size**4 > np.finfo(array.dtype).max:
            raise ValueError(
                f"The grey values span {span:g}, too much to add up in {array.dtype}. "
                "Scale the image down first."
            )


def _smooth(array: NDArray[Any], size: int, k: int, mode: str, threads: int) -> NDArray[Any]:
    """Smooth a slice, or each slice of a stack, a few at a time so that big stacks need little memory."""
    slices = array.reshape(-1, *array.shape[-2:])
    out = np.empty(slices.shape, array.dtype)
    some = max(1, CHUNK // (slices[0].size or 1))
    for start in range(0, len(slices), some):
        out[start : start + some] = _smooth_some(slices[start : start + some], size, k, mode, threads)
    return out.reshape(array.shape)


def _smooth_some(slices: NDArray[Any], size: int, k: int, mode: str, threads: int) -> NDArray[Any]:
    """Read padded slices as one long row: a window is then a fixed list of offsets."""
    half = size // 2
    number, rows, columns = slices.shape
    stride = columns + 2 * half
    pixels = number * (rows + 2 * half) * stride
    reach = (size - 1) * (stride + 1)  # from a window's first pixel to its last
    tiles = -(-(pixels - reach) // TILE)
    signed = slices.dtype == np.int16
    flat = np.empty(tiles * TILE + reach, dtype=slices.dtype)
    flat[pixels:] = 0
    _pad(slices, half, mode, flat[:pixels].reshape(number, rows + 2 * half, stride))
    if (
        signed
    ):  # the same step along the number line for every value: distances and rounding stay what they are
        flat = flat.view(np.uint16)
        flat ^= np.uint16(0x8000)

    offsets = np.add.outer(np.arange(size) * stride, np.arange(size)).ravel()
    centre = half * (stride + 1)
    offsets = offsets[offsets != centre]
    bits = _bisection_bits(flat.dtype, size)
    network = selection_network(1, 1) if bits or k == 1 else selection_network(offsets.size, k - 1, True)
    out = np.empty(max(tiles * TILE, pixels), dtype=flat.dtype)
    whole = flat.dtype.kind == "u"

    def smooth(first: int, last: int) -> None:
        scratch = _scratch(flat.dtype, size)
        smooth_tiles(flat, offsets, centre, k, network, bits, first, last, out, whole, *scratch)

    cuts = np.linspace(0, tiles, min(threads, tiles) + 1).astype(int).tolist()
    if len(cuts) == 2:
        smooth(0, tiles)
    else:
        with ThreadPoolExecutor(len(cuts) - 1) as pool:
            list(pool.map(smooth, cuts[:-1], cuts[1:]))
    result = out[:pixels].reshape(number, rows + 2 * half, stride)[:, :rows, :columns]
    return (result ^ np.uint16(0x8000)).view(np.int16) if signed else result


def _pad(slices: NDArray[Any], half: int, mode: str, padded: NDArray[Any]) -> None:
    """Write slices into the middle of ``padded``, and what lies beyond their borders around it."""
    _, rows, columns = slices.shape
    padded[:, half : half + rows, half : half + columns] = slices
    if mode == "constant":
        padded[:, :half] = padded[:, half + rows :] = 0
        padded[:, :, :half] = padded[:, :, half + columns :] = 0
        return
    for axis, length in ((2, columns), (1, rows)):  # columns first: the rows then bring the corners along
        inside = np.pad(np.arange(length), half, mode=BORDERS[mode])  # type: ignore[call-overload]
        moved = np.moveaxis(padded, axis, 0)
        moved[:half] = moved[half + inside[:half]]
        moved[half + length :] = moved[half + inside[half + length :]]


def _bisection_bits(dtype: np.dtype[Any], size: int) -> int:
    """Return how many bits to bisect the K-th distance over, or 0 where the network is quicker (measured)."""
    if dtype == np.uint8 and size >= 7:
        return 8
    return 16 if dtype == np.uint16 and size >= 13 else 0


def _threads(wanted: int | None, work: int) -> int:
    """Return the number of threads: as asked, else every core for work worth some 10 ms, else one."""
    if wanted is None:
        return (
            1 if work < WORTH_THREADS else len(os.sched_getaffinity(0)) if ON_LINUX else os.cpu_count() or 1
        )
    if not isinstance(wanted, Integral) or isinstance(wanted, bool) or wanted < 1:
        raise ValueError(f"threads must be a whole number from 1 up, or None; {wanted!r} isn't.")
    return int(wanted)


def _scratch(dtype: np.dtype[Any], size: int) -> list[NDArray[Any]]:
    """Make the blocks one thread works in, each as narrow as what it must hold allows.

    float32 is exact enough for uint8 while a window has under 128 pixels: a mean is a whole number over at
    most 121 · 120, so one that isn't a half differs from it by 3e-5 or more, twice the rounding error.
    """
    area = size * size
    total, count, lean, real = "int64", "uint32", "int32", "float64"
    if dtype == np.uint8 and area < 2**7:
        total, count, lean, real = "int16", "uint8", "int8", "float32"
    elif dtype.kind == "u" and area < 2**15:
        total, count, lean = "int32", "uint16", "int16"
    elif dtype == np.float32:
        total = real = "float32"
    elif dtype == np.float64:
        total, count, lean = "float64", "int64", "int64"  # numba would add uint64 and int64 as floats
    widths = [dtype, dtype, total, count, count, lean, real]
    return [np.empty((area - 1, TILE), dtype), *(np.empty(TILE, width) for width in widths)]
