"""The outline of a mask: points at equal arc length, in one sense of turning."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.describe.blob import largest_blob

__all__ = ["check_points", "closed_contour", "signed_area", "trace_contour", "trace_contour_of_blob"]


def trace_contour(mask: ArrayLike, points: int = 256) -> NDArray[np.float64]:
    """Trace the outer boundary of a mask's largest blob.

    Parameters
    ----------
    mask : array_like, shape (row, column)
        bool, or numbers with 0 for the background and one other value for the object.
    points : int
        How many points N; 8 or more.

    Returns
    -------
    ndarray of float64, shape (points, 2)
        x (column) and y (row) in pixels, at equal arc length along the outline; the last point is followed
        by the first. The sense is such that ½ Σ (xₙ yₙ₊₁ − xₙ₊₁ yₙ) > 0: clockwise on the screen. The first
        point is the leftmost of the topmost ones.

    Raises
    ------
    ValueError
        For an empty mask, one with more than two values, NaN, another shape, too few points.

    Warns
    -----
    UserWarning
        Where the mask has several blobs (the largest is traced) or the blob has holes (they are left out).

    Notes
    -----
    The outline runs half-way between pixels inside and outside, as `skimage.measure.find_contours` draws it
    at 0.5. Beyond the image's border all is outside, so a blob that touches the border gets x or y of −0.5
    there. A single pixel gives a diamond around it. Pixels that touch at a corner belong together.

    Examples
    --------
    >>> import numpy as np
    >>> mask = np.zeros((5, 5), dtype=bool)
    >>> mask[2, 2] = True
    >>> trace_contour(mask, points=8).tolist()[:3]
    [[2.0, 1.5], [2.25, 1.75], [2.5, 2.0]]
    """
    blob, corner = largest_blob(mask, "trace_contour")
    return trace_contour_of_blob(blob, corner, points)


def trace_contour_of_blob(blob: NDArray[Any], corner: tuple[int, int], points: int) -> NDArray[np.float64]:
    """Trace a blob that `largest_blob` has cut out."""
    from skimage.measure import find_contours

    check_points(points)
    outlines = find_contours(blob, 0.5, fully_connected="high")
    outline = max(outlines, key=lambda line: abs(signed_area(line)))[:-1, ::-1]
    if signed_area(outline) < 0:
        outline = outline[::-1]
    outline = np.roll(outline, -np.lexsort(outline.T)[0], axis=0)
    return _resample(outline, points) + np.array(corner[::-1])


def check_points(points: object) -> None:
    """Say what a number of contour points must be."""
    if not isinstance(points, Integral) or isinstance(points, bool) or points < 8:
        raise ValueError(f"A contour needs a whole number of points from 8 up; {points!r} isn't.")


def signed_area(contour: NDArray[Any]) -> float:
    """Return ½ Σ (xₙ yₙ₊₁ − xₙ₊₁ yₙ), positive where the contour turns from x towards y."""
    x, y = (contour - contour.mean(axis=0)).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _resample(outline: NDArray[Any], points: int) -> NDArray[np.float64]:
    """Place points at equal arc length along a closed polygon."""
    closed = np.vstack([outline, outline[:1]])
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    places = np.arange(points) * (length[-1] / points)
    return np.stack([np.interp(places, length, closed[:, i]) for i in (0, 1)], axis=1)


def closed_contour(contour: ArrayLike, name: str, *, batch: bool = True) -> NDArray[np.float64]:
    """Return contours as float64, or say what is wrong with them.

    Parameters
    ----------
    contour : array_like, shape (…, points, 2)
        x and y; 3 points or more.
    name : str
        The function that asks, for the message.
    batch : bool
        Allow several contours.

    Returns
    -------
    ndarray of float64
        The same numbers.

    Raises
    ------
    ValueError
        For another shape, fewer than 3 points, NaN, infinity, or points that all coincide.
    """
    array = np.asarray(contour)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} needs a contour of numbers x and y; this one is {array.dtype}.")
    array = array.astype(np.float64, copy=False)
    if array.ndim < 2 or (array.ndim > 2 and not batch) or array.shape[-1] != 2 or array.shape[-2] < 3:
        raise ValueError(
            f"{name} needs a contour of shape (points, 2), 3 points or more; this one is {array.shape}. "
            "trace_contour(mask) gives one."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} needs finite points; this contour holds NaN or infinity.")
    if not (array != array[..., :1, :]).any(axis=(-2, -1)).all():
        raise ValueError(f"{name} needs an outline; the points of this contour all coincide.")
    return array
