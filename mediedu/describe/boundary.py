"""Boundary moments: three numbers from the distances between a contour and its centroid."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.describe.contour import closed_contour

__all__ = ["boundary_moments"]


def boundary_moments(contour: ArrayLike) -> NDArray[np.float64]:
    """Describe a contour by the moments of its distance from the centroid.

    Parameters
    ----------
    contour : array_like, shape (…, N, 2)
        x and y of N points at equal arc length; several contours at once in the leading axes.

    Returns
    -------
    ndarray of float64, shape (…, 3)
        F₁ = √M₂ / m₁, how much the distance varies; F₂ = M₃ / M₂^(3/2), its skewness; F₃ = M₄ / M₂², its
        kurtosis. Position, size, rotation, first point and sense don't matter.

    Raises
    ------
    ValueError
        For another shape, NaN, points that all coincide.

    Notes
    -----
    d(n) is the distance of point n from the mean of all points, m₁ its mean, M_p its central moments over
    all N points. F₂ = F₃ = 0 where √M₂ < 10⁻⁹ · m₁: an exact circle, whose distances have no shape.

    References
    ----------
    Gupta L, Srinath MD. Contour sequence moments for the classification of closed planar shapes. Pattern
    Recognition 1987; 20(3): 267–272.

    Examples
    --------
    The corners of a rectangle are all equally far from its middle.

    >>> boundary_moments([[0, 0], [4, 0], [4, 3], [0, 3]]).tolist()
    [0.0, 0.0, 0.0]
    >>> boundary_moments([[0, 0], [2, 0], [4, 0], [4, 4], [2, 4], [0, 4]]).round(3).tolist()
    [0.153, -0.707, 1.5]
    """
    array = closed_contour(contour, "boundary_moments")
    d = np.hypot(*np.moveaxis(array - array.mean(axis=-2, keepdims=True), -1, 0))
    mean = d.mean(axis=-1, keepdims=True)
    d = (d - mean) / mean
    second = (d**2).mean(axis=-1)
    round_ = np.sqrt(second) < 1e-9
    divisor = np.where(round_, 1.0, second)
    skewness = np.where(round_, 0.0, (d**3).mean(axis=-1) / divisor**1.5)
    kurtosis = np.where(round_, 0.0, (d**4).mean(axis=-1) / divisor**2)
    return np.stack([np.sqrt(second), skewness, kurtosis], axis=-1)
