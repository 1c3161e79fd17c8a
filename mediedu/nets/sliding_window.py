"""Windows that overlap along an axis, and how much each counts where several cover a place."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["window_starts", "window_weights"]


def window_starts(length: int, size: int, overlap: float) -> list[int]:
    """Say where windows begin, so that they cover an axis evenly and overlap by at least a share.

    Parameters
    ----------
    length : int
        Of the axis, at least `size`.
    size : int
        Of a window.
    overlap : float
        Least share of a window that the next one covers too, 0 ≤ overlap < 1.

    Returns
    -------
    list of int
        The first window begins at 0, the last one ends at the end.

    Examples
    --------
    >>> window_starts(10, 4, 0.5)
    [0, 2, 4, 6]
    >>> window_starts(11, 4, 0.0)
    [0, 4, 7]
    """
    step = max(1, int(size * (1 - overlap)))
    count = -(-(length - size) // step) + 1
    return [round(float(at)) for at in np.linspace(0, length - size, count)]


def window_weights(
    length: int, size: int, starts: list[int], blend: Literal["gaussian", "constant"] = "gaussian"
) -> NDArray[np.float32]:
    """Weigh windows along an axis so that at each place the weights of all windows sum to 1.

    The Gaussian's standard deviation is an eighth of the window, as in nnU-Net; its lowest values are raised
    to a thousandth, so that a place that only a window's border covers has its answer too.

    Parameters
    ----------
    length, size : int
        Of the axis and of a window.
    starts : list of int
        Where the windows begin.
    blend : {"gaussian", "constant"}
        Whether a window's middle counts more than its border, or all of it the same.

    Returns
    -------
    numpy.ndarray of float32
        (window, size).

    Raises
    ------
    ValueError
        If `blend` is neither.

    Examples
    --------
    >>> print(window_weights(6, 4, [0, 2]).round(2))
    [[1.   1.   0.98 0.02]
     [0.02 0.98 1.   1.  ]]
    """
    if blend not in ("gaussian", "constant"):
        raise ValueError(f"blend is {blend!r}; 'gaussian' or 'constant' is needed.")
    offset = np.arange(size) - (size - 1) / 2
    weights = np.maximum(np.exp(-0.5 * (offset / (size / 8)) ** 2), 1e-3)
    if blend == "constant":
        weights = np.ones(size)
    total = np.zeros(length)
    for start in starts:
        total[start : start + size] += weights
    return np.stack([weights / total[start : start + size] for start in starts]).astype(np.float32)
