"""Elastic deformation: random displacements on a coarse grid, made smooth by cubic B-splines.

A cubic B-spline map cannot fold while no control point moves further than 0.48 of the grid's spacing (Choi &
Lee 2000); displacements are clipped there. So tissue is bent and never turned inside out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_FOLD", "control_points", "spline_basis"]

NO_FOLD = 0.48  # of the spacing between control points: 1/2.046 in two dimensions


def control_points(
    uniform: NDArray[np.float64], strength: NDArray[np.float64], shape: tuple[int, int], cells: int
) -> NDArray[np.float64]:
    """Draw the displacements of a grid of control points.

    Parameters
    ----------
    uniform : ndarray, shape (n, 2·(cells + 3)²)
        Uniform numbers between 0 and 1, one for each displacement.
    strength : ndarray, shape (n,)
        Standard deviation of the displacements, in parts of the image's shorter side.
    shape : tuple of int
        Rows and columns of the image.
    cells : int
        How many cells of the grid lie along a side.

    Returns
    -------
    ndarray of float64, shape (n, 2, cells + 3, cells + 3)
        Displacements in pixels, along rows and along columns, nowhere above 0.48 of the spacing.

    Examples
    --------
    >>> points = control_points(np.full((1, 98), 0.9), np.array([0.05]), (64, 64), 4)
    >>> points.shape, round(float(points.max()), 2)
    ((1, 2, 7, 7), 4.1)

    References
    ----------
    Y. Choi and S. Lee, Injectivity conditions of 2D and 3D uniform cubic B-spline functions, Graphical Models
    62 (2000). O. Ronneberger, P. Fischer and T. Brox, U-Net, MICCAI 2015, section 3.1.
    """
    from scipy.special import ndtri

    normal: NDArray[np.float64] = ndtri(uniform).reshape(-1, 2, cells + 3, cells + 3)
    pixels = normal * (strength * min(shape))[:, None, None, None]
    for axis, length in enumerate(shape):
        furthest = NO_FOLD * (length / cells)
        np.clip(pixels[:, axis], -furthest, furthest, out=pixels[:, axis])
    return pixels


def spline_basis(length: int, cells: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the cubic B-spline weights of every pixel along an axis.

    Parameters
    ----------
    length : int
        How many pixels.
    cells : int
        How many cells of the grid.

    Returns
    -------
    first : ndarray of int64, shape (length,)
        The first of the four control points that move a pixel.
    weights : ndarray of float64, shape (4, length)
        How much each of the four does.

    Examples
    --------
    >>> first, weights = spline_basis(8, 2)
    >>> first.tolist(), bool(np.allclose(weights.sum(axis=0), 1))
    ([0, 0, 0, 0, 1, 1, 1, 1], True)
    """
    place = (np.arange(length) + 0.5) * cells / length
    first = np.minimum(place.astype(np.int64), cells - 1)
    t = place - first
    weights = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3])
    return first, weights / 6
