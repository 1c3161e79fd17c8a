"""What counts as a mask, here and in the rooms above, and the sentences for what doesn't."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["binary_mask", "check_connectivity", "check_spacing", "mask_pair"]


def binary_mask(mask: ArrayLike, name: str, *, ndim: tuple[int, ...] = (2, 3)) -> NDArray[np.bool_]:
    """Return the mask as booleans, or say what is wrong with it.

    Parameters
    ----------
    mask : array_like
        Booleans, or numbers of which one value beside 0 means inside, such as 0 and 1 or 0 and 255.
    name : str
        The function that asks, for the message.
    ndim : tuple of int
        The numbers of axes allowed.

    Returns
    -------
    ndarray of bool

    Raises
    ------
    TypeError
        For an array that isn't made of booleans or real numbers.
    ValueError
        For a wrong number of axes, no pixel at all, NaN, infinity, or more than one value beside 0.

    Examples
    --------
    >>> binary_mask([[0, 255], [0, 0]], "dice").tolist()
    [[False, True], [False, False]]
    """
    array = np.asarray(mask)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} needs a mask of booleans or numbers; this one is {array.dtype}.")
    if array.ndim not in ndim:
        wanted = " or ".join({1: "(n,)", 2: "(row, column)", 3: "(z, y, x)"}[n] for n in ndim)
        raise ValueError(
            f"{name} needs a mask of shape {wanted}; this one has {array.ndim} axes, {array.shape}."
        )
    if array.size == 0:
        raise ValueError(f"{name} needs at least one pixel; this mask's shape is {array.shape}.")
    if array.dtype == bool:
        return array
    inside = array != 0
    if inside.any():
        values = array[inside]
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name} needs a mask with one value beside 0; this array holds NaN or infinity."
            )
        if (values != values[0]).any():
            other = values[values != values[0]][0]
            raise ValueError(
                f"{name} needs a mask with one value beside 0; this array has several, such as {values[0]} "
                f"and {other}. Choose with a comparison, for example labels == 1 or image > threshold."
            )
    return inside


def mask_pair(first: ArrayLike, second: ArrayLike, name: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return two masks of one shape, or say that they differ.

    Examples
    --------
    >>> a, b = mask_pair([[0, 1]], [[1, 1]], "dice")
    >>> b.tolist()
    [[True, True]]
    """
    a, b = binary_mask(first, name), binary_mask(second, name)
    if a.shape != b.shape:
        raise ValueError(
            f"{name} compares two masks pixel by pixel, so they need one shape; these have {a.shape} and "
            f"{b.shape}. Crop or resample one of them first."
        )
    return a, b


def check_spacing(spacing: float | Sequence[float] | None, ndim: int, name: str) -> tuple[float, ...]:
    """Return the distance between neighbours along each axis; 1 where none is given.

    Examples
    --------
    >>> check_spacing(0.5, 2, "hausdorff_distance")
    (0.5, 0.5)
    """
    if spacing is None:
        return (1.0,) * ndim
    values = np.asarray(spacing, dtype=float)
    if values.ndim == 0:
        values = np.repeat(values, ndim)
    if values.shape != (ndim,) or not (np.isfinite(values).all() and (values > 0).all()):
        axes = {2: "(row, column)", 3: "(z, y, x)"}[ndim]
        raise ValueError(
            f"{name} needs a spacing of {ndim} positive numbers, {axes}, usually in mm; "
            f"this one is {spacing!r}."
        )
    return tuple(float(v) for v in values)


def check_connectivity(connectivity: int | None, ndim: int, name: str, default: int) -> int:
    """Return how many axes neighbours may differ in: 1 means shared edges (faces), ``ndim`` corners too.

    Examples
    --------
    >>> check_connectivity(None, 3, "region_grow", 1)
    1
    """
    if connectivity is None:
        return default
    if connectivity not in range(1, ndim + 1):
        raise ValueError(
            f"{name} needs a connectivity from 1 (neighbours across edges) to {ndim} (across corners too); "
            f"this one is {connectivity!r}."
        )
    return int(connectivity)
