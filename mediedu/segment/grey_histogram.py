"""The histogram that thresholds and mixtures are computed from: only the levels that occur."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.segment.binary_mask import binary_mask

__all__ = ["GreyHistogram", "grey_histogram"]


class GreyHistogram(NamedTuple):
    """Grey levels that occur, in rising order.

    Integers have one entry for each level. Floats have one for each bin that holds a value.
    """

    counts: NDArray[np.int64]
    """How many pixels; positive."""
    centres: NDArray[np.float64]
    """The level, or the mean of the values in the bin."""
    highest: NDArray[Any]
    """The level, or the highest value in the bin."""
    width: float
    """1 for integers, the width of a bin for floats."""


def grey_histogram(array: NDArray[Any], mask: ArrayLike | None, bins: int, name: str) -> GreyHistogram:
    """Count the grey levels of an image, in a mask if there is one.

    Parameters
    ----------
    array : ndarray
        uint8, uint16, int16, float32 or float64, finite.
    mask : array_like of bool, optional
        Where to count.
    bins : int
        For floats.
    name : str
        The function that asks, for the message.

    Returns
    -------
    GreyHistogram

    Raises
    ------
    ValueError
        For a mask of another shape or without a pixel, or fewer than 2 bins.

    Examples
    --------
    >>> grey_histogram(np.array([[7, 7], [9, 7]], dtype=np.uint8), None, 256, "mixture_model").counts.tolist()
    [3, 1]
    """
    values = array.ravel()
    if mask is not None:
        where = binary_mask(mask, name)
        if where.shape != array.shape:
            raise ValueError(
                f"The mask must have the image's shape {array.shape}; this one has {where.shape}."
            )
        values = array[where]
        if values.size == 0:
            raise ValueError(f"The mask holds no pixel, so {name} has nothing to count.")
    if array.dtype.kind != "f":
        bottom = int(values.min())
        counts = np.bincount(values.astype(np.int64) - bottom)
        levels = np.flatnonzero(counts)
        return GreyHistogram(counts[levels], (levels + bottom).astype(np.float64), levels + bottom, 1.0)
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)) or bins < 2:
        raise ValueError(f"bins must be a whole number, 2 or more; {bins!r} can't tell grey levels apart.")
    values = values.astype(np.float64)
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest:
        one = np.array([lowest])
        return GreyHistogram(np.array([values.size]), one, one, 0.0)
    # Halves first: the span of huge floats could overflow.
    place = (values / 2 - lowest / 2) / (highest / 2 - lowest / 2) * bins
    index = np.minimum(place.astype(np.int64), bins - 1)
    counts = np.bincount(index, minlength=bins)
    top = np.full(bins, -np.inf)
    np.maximum.at(top, index, values)
    held = np.flatnonzero(counts)
    sums = np.bincount(index, weights=values - lowest, minlength=bins)
    centres = lowest + sums[held] / counts[held]
    return GreyHistogram(counts[held], centres, top[held], (highest - lowest) / bins)
