"""From stored numbers to meant numbers, in the smallest type that holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def smallest(values: NDArray[Any]) -> NDArray[Any]:
    """Give numbers the smallest type that loses nothing a scanner measured.

    Parameters
    ----------
    values : ndarray
        Numbers as stored or as calculated.

    Returns
    -------
    ndarray
        int16, uint16 or int32, the first that fits, where all are whole; else float32, but integers too large
        for all three stay as they are.

    Examples
    --------
    >>> [smallest(np.array(values)).dtype.name for values in ([-1024.0, 3071.0], [0, 65535], [0.5])]
    ['int16', 'uint16', 'float32']
    """
    if values.dtype.kind == "f" and not (np.isfinite(values).all() and (values == np.rint(values)).all()):
        return values.astype(np.float32)
    if not values.size:
        return values
    low, high = values.min(), values.max()
    for kind in (np.int16, np.uint16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values if values.dtype.kind in "iu" else values.astype(np.float32)


def is_wide(dtype: np.dtype[Any]) -> bool:
    """Tell whether a type holds integers of more than 16 bits, which most stored images do not need."""
    return dtype.kind in "iu" and dtype.itemsize > 2
