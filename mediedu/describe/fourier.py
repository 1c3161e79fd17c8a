"""Fourier descriptors: a contour as a sum of circles, each turning at its own speed."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.describe.contour import closed_contour

__all__ = [
    "descriptor_orders",
    "fourier_descriptors",
    "fourier_shape_factor",
    "normalise_descriptors",
    "reconstruct_contour",
]


def fourier_descriptors(contour: ArrayLike) -> NDArray[np.complex128]:
    """Write a contour as a sum of turning circles.

    Parameters
    ----------
    contour : array_like, shape (…, N, 2)
        x and y of N points at equal arc length; several contours at once in the leading axes.

    Returns
    -------
    ndarray of complex128, shape (…, N)
        Z(k) = (1/N) Σ z(n) e^(−j2πnk/N) with z = x + jy, for k = −N/2 … N/2 − 1 in this order: Z(0), the
        centroid, is at index N // 2. `descriptor_orders` lists k.

    Raises
    ------
    ValueError
        For another shape, NaN, points that all coincide.

    References
    ----------
    Rangayyan RM. Biomedical Image Analysis. CRC Press 2005: chapter 6.

    Examples
    --------
    A circle of radius 2 around (5, 3) is one circle: Z(0) = 5 + 3j and Z(1) = 2.

    >>> import numpy as np
    >>> t = 2 * np.pi * np.arange(8) / 8
    >>> circle = np.stack([5 + 2 * np.cos(t), 3 + 2 * np.sin(t)], axis=1)
    >>> z = fourier_descriptors(circle)
    >>> z.round(6)[[4, 5]].tolist() == [5 + 3j, 2]
    True
    """
    array = closed_contour(contour, "fourier_descriptors")
    z = array[..., 0] + 1j * array[..., 1]
    return np.fft.fftshift(np.fft.fft(z, norm="forward"), axes=-1)


def descriptor_orders(points: int) -> NDArray[np.int64]:
    """Return k, the order of each descriptor of a contour with N points.

    Examples
    --------
    >>> descriptor_orders(6).tolist()
    [-3, -2, -1, 0, 1, 2]
    """
    return np.arange(points) - points // 2


def normalise_descriptors(descriptors: ArrayLike) -> NDArray[np.complex128]:
    """Free descriptors from position, size and rotation: NFD(k) = Z(k) / Z(1), and NFD(0) = 0.

    Parameters
    ----------
    descriptors : array_like of complex, shape (…, N)
        As `fourier_descriptors` returns them.

    Returns
    -------
    ndarray of complex128, shape (…, N)
        They still depend on the contour's first point, and on its sense.

    Raises
    ------
    ValueError
        Where Z(1) is zero, as for a contour traced in the other sense.

    Examples
    --------
    >>> import numpy as np
    >>> triangle = np.array([[0, 0], [2, 0], [0, 2]])
    >>> moved = 3 * triangle[:, ::-1] * [-1, 1] + 7  # turned by 90°, three times as large, elsewhere
    >>> one, other = (normalise_descriptors(fourier_descriptors(c)) for c in (triangle, moved))
    >>> bool(np.allclose(one, other))
    True
    """
    z = _descriptors(descriptors, "normalise_descriptors")
    centre = z.shape[-1] // 2
    first = z[..., centre + 1, None]
    rest = np.delete(z, centre, axis=-1)
    if (np.abs(first[..., 0]) <= 1e-12 * np.abs(rest).max(axis=-1)).any():
        raise ValueError(
            "Z(1) is zero, so nothing can be divided by it. Was the contour traced in the other sense? "
            "trace_contour gives the right one; contour[::-1] turns it round."
        )
    result = z / first
    result[..., centre] = 0
    return result


def reconstruct_contour(descriptors: ArrayLike, k: int | Iterable[int]) -> NDArray[np.float64]:
    """Draw a contour from some of its descriptors.

    Parameters
    ----------
    descriptors : array_like of complex, shape (…, N)
        As `fourier_descriptors` returns them.
    k : int or iterable of int
        A number K keeps all orders with ∣k∣ ≤ K. A list keeps exactly these orders: ``[1]`` is one circle,
        ``[-1]`` the other, ``[-1, 1]`` an ellipse. Z(0) is always kept, so that the result lies on the image.

    Returns
    -------
    ndarray of float64, shape (…, N, 2)
        x and y.

    Raises
    ------
    ValueError
        For an order that N points don't have, or a negative K.

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[0, 0], [1, 0], [2, 0], [2, 1], [2, 2], [1, 2], [0, 2], [0, 1]])
    >>> z = fourier_descriptors(square)
    >>> circle = reconstruct_contour(z, [1])
    >>> np.ptp(np.hypot(*(circle - 1).T)).round(6).item()
    0.0
    >>> bool(np.allclose(reconstruct_contour(z, 4), square))
    True
    """
    z = _descriptors(descriptors, "reconstruct_contour")
    orders = descriptor_orders(z.shape[-1])
    if isinstance(k, Integral) and not isinstance(k, bool):
        if k < 0:
            raise ValueError(f"k={k} is negative. For the circle of order {k} alone pass k=[{k}].")
        kept = np.abs(orders) <= int(k)
    elif isinstance(k, Iterable) and not isinstance(k, str):
        wanted = list(k)
        strange = [order for order in wanted if order not in orders]
        if strange:
            raise ValueError(
                f"A contour of {len(orders)} points has the orders {orders[0]} to {orders[-1]}, and not "
                f"{', '.join(map(str, strange))}."
            )
        kept = np.isin(orders, [*wanted, 0])
    else:
        raise ValueError(f"k must be a whole number or a list of them; {k!r} is neither.")
    points = np.fft.ifft(np.fft.ifftshift(np.where(kept, z, 0), axes=-1), norm="forward")
    return np.stack([points.real, points.imag], axis=-1)


def fourier_shape_factor(contour: ArrayLike) -> Any:
    """Measure how rough a contour is: 0 for a circle, towards 1 the rougher.

    Parameters
    ----------
    contour : array_like, shape (…, N, 2)
        x and y of N points at equal arc length.

    Returns
    -------
    float, or ndarray of float64 for several contours
        FF = 1 − [Σ ∣Z(k)∣ / ∣k∣] / [Σ ∣Z(k)∣] over all k ≠ 0. First point, sense, size, rotation and
        position don't matter.

    Raises
    ------
    ValueError
        For another shape, NaN, points that all coincide.

    References
    ----------
    Rangayyan RM. Biomedical Image Analysis. CRC Press 2005: section 6.5.

    Examples
    --------
    >>> import numpy as np
    >>> t = 2 * np.pi * np.arange(256) / 256
    >>> radius = 10 + np.cos(9 * t)
    >>> star = np.stack([radius * np.cos(t), radius * np.sin(t)], axis=1)
    >>> round(fourier_shape_factor(star), 3)
    0.081
    """
    size = np.abs(fourier_descriptors(closed_contour(contour, "fourier_shape_factor")))
    orders = np.abs(descriptor_orders(size.shape[-1]))
    size[..., orders == 0] = 0
    factor = 1 - (size / np.maximum(orders, 1)).sum(axis=-1) / size.sum(axis=-1)
    return float(factor) if factor.ndim == 0 else factor


def _descriptors(descriptors: ArrayLike, name: str) -> NDArray[np.complex128]:
    z = np.asarray(descriptors)
    if z.ndim < 1 or z.shape[-1] < 3 or z.dtype.kind not in "iufc":
        raise ValueError(
            f"{name} needs the descriptors of a contour, shape (…, N); this is {z.dtype}, {z.shape}. "
            "fourier_descriptors(contour) gives them."
        )
    if not np.isfinite(z).all():
        raise ValueError(f"{name} needs finite descriptors; these hold NaN or infinity.")
    return z.astype(np.complex128, copy=False)
