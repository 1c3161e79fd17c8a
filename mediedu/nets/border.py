"""What lies beyond the border of an image: which pixel stands at each place along an axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["BORDERS", "border_table"]

BORDERS = ("reflect", "mirror", "nearest", "wrap", "constant")  # as scipy.ndimage names them


def border_table(low: int, high: int, length: int, border: str) -> NDArray[np.int64]:
    """List which pixel stands at each place along an axis, also beyond the border.

    Parameters
    ----------
    low, high : int
        The first and the last place of the table.
    length : int
        How many pixels there are.
    border : {"reflect", "mirror", "nearest", "wrap", "constant"}
        What lies beyond, as in `scipy.ndimage`.

    Returns
    -------
    ndarray of int64, shape (high − low + 1,)
        The pixel at each place; −1 where there is none ("constant").

    Examples
    --------
    >>> border_table(-2, 4, 3, "reflect").tolist()
    [1, 0, 0, 1, 2, 2, 1]
    """
    place = np.arange(low, high + 1)
    if border == "nearest":
        return np.clip(place, 0, length - 1)
    if border == "constant":
        return np.where((place >= 0) & (place < length), place, -1)
    # The others repeat: after one length, after there and back, or that without the ends twice.
    period = {"wrap": length, "reflect": 2 * length, "mirror": max(1, 2 * length - 2)}[border]
    place %= period
    ends = 1 if border == "reflect" else 0
    return place if border == "wrap" else np.minimum(place, period - ends - place)
