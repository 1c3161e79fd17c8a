"""Dilation and erosion by max-pooling: what a network's layers can do to a mask."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.backend import load_keras

__all__ = ["dilate_by_pooling", "erode_by_pooling"]


def dilate_by_pooling(mask: ArrayLike, size: int = 3) -> NDArray[Any]:
    """Give each pixel the largest value in the square (cube) around it: max-pooling with a stride of 1.

    For a mask that is the dilation with a square (cube); for a map of probabilities the grey dilation.

    Parameters
    ----------
    mask : array_like of bool or float
        (row, col) or (z, y, x).
    size : int
        Side of the square in pixels; odd, so that it has a middle.

    Returns
    -------
    numpy.ndarray
        Of the same shape; bool for a bool mask, else float32. Beyond the edge there is nothing.

    Raises
    ------
    ValueError
        For another number of axes, an even size, or NaN.

    References
    ----------
    J. Serra, *Image Analysis and Mathematical Morphology*, 1982, chapter XII (dilation as a maximum).

    Examples
    --------
    >>> dilate_by_pooling(np.array([[False, False, False, True]])).astype(int).tolist()
    [[0, 0, 1, 1]]
    """
    array = _checked(mask, size)
    keras = load_keras()
    values = keras.ops.convert_to_tensor(array.astype(np.float32)[None, ..., None])
    pooled = keras.ops.max_pool(values, size, strides=1, padding="same")
    found = keras.ops.convert_to_numpy(pooled)[0, ..., 0]
    return np.asarray(found > 0.5 if array.dtype == bool else found)


def erode_by_pooling(mask: ArrayLike, size: int = 3) -> NDArray[Any]:
    """Give each pixel the smallest value around it: min-pooling, which is max-pooling of what is left out.

    Parameters
    ----------
    mask : array_like of bool or float
        (row, col) or (z, y, x).
    size : int
        As for `dilate_by_pooling`.

    Returns
    -------
    numpy.ndarray
        As from `dilate_by_pooling`. The image's edge does not erode.

    Raises
    ------
    ValueError
        As from `dilate_by_pooling`.

    Examples
    --------
    >>> erode_by_pooling(np.array([[False, True, True, True]])).astype(int).tolist()
    [[0, 0, 1, 1]]
    """
    array = _checked(mask, size)
    if array.dtype == bool:
        return ~dilate_by_pooling(~array, size)
    return np.asarray(-dilate_by_pooling(-array.astype(np.float32), size))


def _checked(mask: ArrayLike, size: int) -> NDArray[Any]:
    array = np.asarray(mask)
    if array.ndim not in (2, 3) or array.dtype.kind not in "biuf" or array.size == 0:
        raise ValueError(
            f"A mask of shape (row, col) or (z, y, x), of booleans or numbers, is needed; this one has the "
            f"shape {array.shape} and is {array.dtype}. From a network's answer take one image and one class."
        )
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1 or size % 2 == 0:
        raise ValueError(
            f"size is {size!r}; an odd whole number is needed, such as 3, so that the square has a middle."
        )
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError("The mask holds NaN, and which number is larger than NaN cannot be said.")
    return array
