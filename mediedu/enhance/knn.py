"""KNN smoothing: average the K grey values of a window that are nearest to the centre's own."""

from __future__ import annotations

import os
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image
from mediedu.enhance.knn_stack import BORDERS, smooth_stack

__all__ = ["knn_smooth"]

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
            smooth_stack(np.moveaxis(array, channel_axis, 0), size, k, mode, threads), 0, channel_axis
        )
    if array.ndim == 3 and array.shape[2] in (3, 4):
        raise ValueError(
            f"An image of shape {array.shape} looks like colour, and knn_smooth would take it for a stack of "
            "slices. Pass channel_axis=-1 to smooth each colour on its own, or channel_axis=0 if it is "
            "a stack."
        )
    return smooth_stack(array, size, k, mode, threads)


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


def _threads(wanted: int | None, work: int) -> int:
    """Return the number of threads: as asked, else every core for work worth some 10 ms, else one."""
    if wanted is None:
        return (
            1 if work < WORTH_THREADS else len(os.sched_getaffinity(0)) if ON_LINUX else os.cpu_count() or 1
        )
    if not isinstance(wanted, Integral) or isinstance(wanted, bool) or wanted < 1:
        raise ValueError(f"threads must be a whole number from 1 up, or None; {wanted!r} isn't.")
    return int(wanted)
