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
        Numbers as calculated, commonly float64.

    Returns
    -------
    ndarray
        int16 or int32 where all are whole numbers that fit, else float32.

    Examples
    --------
    >>> smallest(np.array([-1024.0, 3071.0])).dtype, smallest(np.array([0.5])).dtype
    (dtype('int16'), dtype('float32'))
    """
    if values.dtype.kind == "f" and not (np.isfinite(values).all() and (values == np.rint(values)).all()):
        return values.astype(np.float32)
    low, high = values.min(), values.max()
    for kind in (np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.float32)
