"""Few grey levels out of many: the step before counting pairs of them."""

from __future__ import annotations

from functools import lru_cache
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image

__all__ = ["check_bins", "quantise"]


def quantise(
    image: ArrayLike, levels: int = 32, *, limits: tuple[float, float] | None = None
) -> NDArray[Any]:
    """Sort grey values into equally wide bins and return the number of each pixel's bin.

    Parameters
    ----------
    image : array_like
        Any number of axes. uint8, uint16, int16, float32 or float64; finite.
    levels : int
        How many bins; 2 to 65536.
    limits : (float, float), optional
        The lowest and the highest value that the bins cover, both included; what lies beyond falls into the
        first or the last bin. By default the whole range of an unsigned dtype (0 to 255, 0 to 65535),
        and for int16 and floats the image's own lowest and highest value.

    Returns
    -------
    ndarray of uint8 or uint16
        0 to levels − 1, the shape of the image. uint8 up to 256 levels.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For a number of levels out of range, limits that don't rise, NaN, infinity, an empty image.

    Notes
    -----
    Integers: value v goes to bin ⌊(v − low) · levels / (high − low + 1)⌋, as each value from low to high
    takes up one unit. Floats: ⌊(v − low) · levels / (high − low)⌋, and high itself goes to the last bin.
    A constant image without limits goes to bin 0.

    Limits that follow each image's own range make two images hard to compare. Give fixed limits where
    features of several patients meet.

    Examples
    --------
    >>> import numpy as np
    >>> quantise(np.array([0, 7, 8, 255], dtype=np.uint8), 32).tolist()
    [0, 0, 1, 31]
    >>> quantise(np.array([0.0, 0.24, 0.25, 1.0]), 4).tolist()
    [0, 0, 1, 3]
    """
    array = grey_image(image, "quantise", ndim=None)
    check_bins(levels, limits)
    whole = array.dtype.kind != "f"
    if limits is not None:
        low, high = (float(v) for v in limits)
    elif array.dtype.kind == "u":
        low, high = 0.0, float(np.iinfo(array.dtype).max)
    else:
        low, high = float(array.min()), float(array.max())
    if whole:
        high += 1
    elif low == high:
        return np.zeros(array.shape, _narrow(levels))
    if array.dtype == np.uint8:  # as many values as a table holds
        return _table(levels, low, high)[array]
    return _bins(array.astype(np.float64), levels, low, high).astype(_narrow(levels))


def check_bins(levels: int, limits: tuple[float, float] | None) -> None:
    """Say what a number of levels, and the limits that they cover, must be."""
    if not isinstance(levels, Integral) or isinstance(levels, bool) or not 2 <= levels <= 65536:
        raise ValueError(f"levels must be a whole number from 2 to 65536; {levels!r} isn't.")
    if limits is not None:
        rising = np.shape(limits) == (2,) and np.isfinite(limits).all() and limits[0] < limits[1]
        if not rising:
            raise ValueError(f"quantise needs limits (low, high) that rise; these are {limits!r}.")


@lru_cache(maxsize=64)
def _table(levels: int, low: float, high: float) -> NDArray[Any]:
    """Give the bin of each uint8 value."""
    return _bins(np.arange(256.0), levels, low, high).astype(_narrow(levels))


def _narrow(levels: int) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if levels <= 256 else np.uint16


def _bins(values: NDArray[Any], levels: int, low: float, high: float) -> NDArray[Any]:
    values = np.clip(values, low, high)
    values -= low
    values /= high - low
    values *= levels
    return np.minimum(values, levels - 1)
