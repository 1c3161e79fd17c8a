"""Elliptic Fourier descriptors: a contour as a sum of ellipses, points at any distance."""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled
from mediedu.describe.contour import closed_contour

__all__ = ["elliptic_descriptors"]


def elliptic_descriptors(
    contour: ArrayLike, order: int = 10, *, normalise: bool = False
) -> NDArray[np.float64]:
    """Write a contour as a sum of ellipses.

    Parameters
    ----------
    contour : array_like, shape (…, N, 2)
        x and y; the last point is joined to the first. Points needn't be evenly spaced; coinciding
        neighbours count once.
    order : int
        How many ellipses; 1 or more.
    normalise : bool
        Take away size, rotation, first point and sense: the first ellipse gets a half-axis of 1 along x.

    Returns
    -------
    ndarray of float64, shape (…, order, 4)
        a, b, c, d of each order n, in x = Σ a cos nt + b sin nt, y = Σ c cos nt + d sin nt, with t from 0
        to 2π along the contour. The position isn't part of them.

    Raises
    ------
    ValueError
        For another shape, NaN, points that all coincide, an order below 1; with ``normalise``, where the
        first ellipse is a point.

    Notes
    -----
    An ellipse looks the same after half a turn, so normalising leaves the sign of the even orders open. Here
    the largest coefficient among them becomes positive. Where the first ellipse is a circle, its direction
    is open too, and normalised descriptors of such a shape can't be compared.

    References
    ----------
    Kuhl FP, Giardina CR. Elliptic Fourier features of a closed contour. Computer Graphics and Image
    Processing 1982; 18(3): 236–258.

    Examples
    --------
    >>> import numpy as np
    >>> t = 2 * np.pi * np.arange(400) / 400
    >>> circle = np.stack([5 * np.cos(t), 5 * np.sin(t)], axis=1)
    >>> np.abs(elliptic_descriptors(circle, order=1)[0]).round(2).tolist()
    [5.0, 0.0, 0.0, 5.0]
    """
    if not isinstance(order, Integral) or isinstance(order, bool) or order < 1:
        raise ValueError(f"order must be a whole number from 1 up; {order!r} isn't.")
    array = closed_contour(contour, "elliptic_descriptors")
    stack = np.ascontiguousarray(array.reshape(-1, *array.shape[-2:]))
    out = np.empty((len(stack), int(order), 4))
    sum_ellipses(stack, out)
    if normalise:
        out = _normalise(out)
    return out.reshape(*array.shape[:-2], int(order), 4)


def _normalise(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn the start to the first ellipse's long axis, that axis to x, and its length to 1."""
    a, b, c, d = coefficients[:, 0].T
    start = 0.5 * np.arctan2(2 * (a * b + c * d), a * a - b * b + c * c - d * d)
    n = np.arange(1, coefficients.shape[1] + 1)
    turn = _rotation(start[:, None] * n)
    ellipses = coefficients.reshape(*coefficients.shape[:2], 2, 2) @ turn
    lean = np.arctan2(ellipses[:, 0, 1, 0], ellipses[:, 0, 0, 0])
    ellipses = np.swapaxes(_rotation(lean), -1, -2)[:, None] @ ellipses
    size = ellipses[:, 0, 0, 0]
    if (size <= 1e-12 * np.abs(coefficients).max(axis=(1, 2))).any():
        raise ValueError("The first ellipse of this contour is a point, so nothing can be measured by it.")
    ellipses /= size[:, None, None, None]
    other_sense = np.linalg.det(ellipses[:, 0]) < 0
    ellipses[other_sense, :, :, 1] *= -1
    even = ellipses[:, 1::2].reshape(len(ellipses), -1)
    if even.size:
        largest = np.take_along_axis(even, np.abs(even).argmax(axis=1)[:, None], 1)[:, 0]
        ellipses[:, 1::2] *= np.where(largest < 0, -1.0, 1.0)[:, None, None, None]
    return ellipses.reshape(coefficients.shape)


def _rotation(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)


@compiled
def sum_ellipses(contours: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Fill in a, b, c, d of each contour; cosines of multiples come from one cosine by turning on."""
    number, points, _ = contours.shape
    order = out.shape[1]
    cos_before, sin_before = np.empty(order), np.empty(order)
    for m in range(number):
        contour, found = contours[m], out[m]
        found[:] = 0.0
        around = 0.0
        for p in range(points):
            q = p + 1 if p + 1 < points else 0
            around += np.hypot(contour[q, 0] - contour[p, 0], contour[q, 1] - contour[p, 1])
        cos_before[:] = 1.0
        sin_before[:] = 0.0
        length = 0.0
        for p in range(points):
            q = p + 1 if p + 1 < points else 0
            dx, dy = contour[q, 0] - contour[p, 0], contour[q, 1] - contour[p, 1]
            step = np.hypot(dx, dy)
            if step <= 1e-15 * around:
                continue
            length += step
            phase = 2 * np.pi * length / around
            cos_one, sin_one = np.cos(phase), np.sin(phase)
            cos_n, sin_n = 1.0, 0.0
            u, v = dx / step, dy / step
            for n in range(order):
                cos_n, sin_n = cos_n * cos_one - sin_n * sin_one, sin_n * cos_one + cos_n * sin_one
                more_cos, more_sin = cos_n - cos_before[n], sin_n - sin_before[n]
                cos_before[n], sin_before[n] = cos_n, sin_n
                found[n, 0] += u * more_cos
                found[n, 1] += u * more_sin
                found[n, 2] += v * more_cos
                found[n, 3] += v * more_sin
        for n in range(order):
            found[n] *= around / (2 * (n + 1) ** 2 * np.pi**2)
