"""KNN smoothing of a stack of slices: pad them, cut the whole into tiles, share the tiles among threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.enhance.knn_kernel import TILE, selection_network, smooth_tiles

__all__ = ["BORDERS", "smooth_stack"]

# scipy.ndimage's names for what lies beyond the border, and NumPy's for the same things.
BORDERS = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "constant": "constant",
}

CHUNK = 2**20  # pixels of a stack that are smoothed together


def smooth_stack(array: NDArray[Any], size: int, k: int, mode: str, threads: int) -> NDArray[Any]:
    """Smooth a slice, or each slice of a stack, a few at a time so that big stacks need little memory.

    Parameters
    ----------
    array : ndarray, shape (row, column) or (z, y, x)
        uint8, uint16, int16, float32 or float64.
    size, k : int
        Width of the window, and how many of its values are averaged.
    mode : str
        One of ``BORDERS``.
    threads : int
        How many share the work.

    Returns
    -------
    ndarray
        The shape and dtype of the array.

    Examples
    --------
    >>> smooth_stack(np.array([[1.0, 2.0, 9.0]]), 3, 5, "nearest", 1)
    array([[1. , 1.6, 9. ]])
    """
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
