"""From a mask to its outer contour and back; points are (x = column, y = row)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["checked_contour", "fill_contour", "outer_contour"]


def checked_contour(contour: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return a contour as floats, or say what is wrong with it.

    Examples
    --------
    >>> checked_contour([(0, 0), (4, 0), (4, 3)], "fill_contour").shape
    (3, 2)
    """
    points = np.asarray(contour)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 or points.dtype.kind not in "iuf":
        raise ValueError(
            f"{name} needs a contour of at least three points (x = column, y = row), an array of shape "
            f"(n, 2); this one has shape {points.shape} and dtype {points.dtype}."
        )
    if not np.isfinite(points).all():
        raise ValueError(f"{name} needs finite points; some of these are NaN or infinite.")
    return points.astype(np.float64)


def fill_contour(contour: ArrayLike, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask of the pixels whose centre lies inside a closed contour.

    Parameters
    ----------
    contour : array_like, shape (n, 2)
        Points (x = column, y = row) in order, at least three; the last is joined to the first. They may lie
        beyond the image.
    shape : (int, int)
        Rows and columns of the mask.

    Returns
    -------
    ndarray of bool
        It may be empty, where the contour is thinner than a pixel or lies elsewhere.

    Raises
    ------
    ValueError
        For an array of another shape, fewer points, NaN or infinity, or a shape that isn't two whole numbers.

    Examples
    --------
    Two columns wide, one row high: x comes first.

    >>> fill_contour([(-0.5, -0.5), (1.5, -0.5), (1.5, 0.5), (-0.5, 0.5)], (2, 3)).astype(int).tolist()
    [[1, 1, 0], [0, 0, 0]]
    """
    from skimage.draw import polygon2mask

    points = checked_contour(contour, "fill_contour")
    size = tuple(int(n) for n in shape)
    if len(size) != 2 or min(size) < 1:
        raise ValueError(f"fill_contour needs a shape (rows, columns); this one is {shape!r}.")
    return np.asarray(polygon2mask(size, points[:, ::-1]), dtype=bool)


def outer_contour(mask: NDArray[np.bool_], points: int) -> NDArray[np.float64]:
    """Return the outer border of the largest piece, at equal steps, clockwise on the screen.

    Parameters
    ----------
    mask : ndarray of bool, shape (row, column)
        With at least one pixel.
    points : int
        How many.

    Returns
    -------
    ndarray of float64, shape (points, 2)
        (x, y), halfway between the pixels inside and those outside.

    Examples
    --------
    >>> outer_contour(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=bool), 4).shape
    (4, 2)
    """
    from skimage.measure import find_contours

    lines = find_contours(np.pad(mask, 1).astype(np.float64), 0.5, fully_connected="high")
    closed = max(lines, key=lambda line: abs(_signed_area(line[:, ::-1])))[:, ::-1] - 1
    if _signed_area(closed) < 0:
        closed = closed[::-1]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.arange(points) / points * along[-1]
    return np.column_stack([np.interp(at, along, closed[:, 0]), np.interp(at, along, closed[:, 1])])


def _signed_area(points: NDArray[Any]) -> float:
    """Return ½Σ(xₙyₙ₊₁ − xₙ₊₁yₙ), positive for a walk clockwise on the screen, where y points down."""
    x, y = points.T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
