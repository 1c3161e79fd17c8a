"""Change grey values: contrast, brightness and normal noise in one pass, then the dtype.

The noise is counted out (see counter_random): the t-th pair of a tile of 256 pixels comes from one 64-bit
number of the image's key, by Box and Muller's transform. Logarithm, sine and cosine are written as short
polynomials, because the machine then computes sixteen pixels at a time; they are right to 1e-6.
"""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled

__all__ = ["change_grey"]

HALF = 128  # pairs of a tile
ZERO, ONE, TWO, TOP = (np.float32(v) for v in (0, 1, 2, 255))
LN2, TINY, STEP = np.float32(np.log(2)), np.float32(2.0**-24), np.float32(np.pi * 2.0**-24)
SQRT_HALF = np.float32(0.5**0.5).view(np.int32)
# Coefficients of the series of artanh, sine and cosine, by power.
A3, A5, A7, A9 = (np.float32(1 / k) for k in (3, 5, 7, 9))
S3, S5, S7, S9, S11 = (np.float32((-1) ** (k // 2) / factorial(k)) for k in (3, 5, 7, 9, 11))
C2, C4, C6, C8, C10, C12 = (np.float32((-1) ** (k // 2) / factorial(k)) for k in (2, 4, 6, 8, 10, 12))


def change_grey(
    images: NDArray[np.float32],
    gain: NDArray[np.float64],
    offset: NDArray[np.float64],
    sigma: NDArray[np.float64],
    keys: NDArray[np.uint64],
    out: NDArray[Any],
) -> None:
    """Write ``gain · image + offset + sigma · normal noise``.

    Parameters
    ----------
    images : ndarray of float32, shape (n, …)
        Contiguous.
    gain, offset, sigma : ndarray, shape (n,)
        For each image.
    keys : ndarray of uint64, shape (n,)
        Where each image's noise comes from.
    out : ndarray of float32 or uint8
        The result is written here; uint8 is rounded half up and clipped. May be `images` itself.

    Examples
    --------
    >>> image = np.array([[1, 2, 300]], dtype=np.float32)
    >>> change_grey(image, np.ones(1), np.full(1, 0.5), np.zeros(1), np.ones(1, np.uint64),
    ...             out := np.empty((1, 3), np.uint8))
    >>> out.tolist()
    [[2, 3, 255]]

    References
    ----------
    G. E. P. Box and M. E. Muller, A note on the generation of random normal deviates, Annals of Mathematical
    Statistics 29 (1958).
    """
    numbers = np.stack([gain, offset, sigma], axis=1).astype(np.float32)
    _change(images.reshape(len(images), -1), numbers, keys, out.dtype == np.uint8, out.reshape(len(out), -1))


@compiled
def _change(images: Any, numbers: Any, keys: Any, whole: Any, out: Any) -> None:
    number, pixels = images.shape
    noise = np.zeros(2 * HALF, np.float32)
    for n in range(number):
        gain, offset, sigma = numbers[n, 0], numbers[n, 1], numbers[n, 2]
        noise[:] = 0
        for start in range(0, pixels, 2 * HALF):
            if sigma > 0:
                first = keys[n] + np.uint64(start // 2) * np.uint64(0x9E3779B97F4A7C15)
                for t in range(HALF):
                    h = first + np.uint64(t) * np.uint64(0x9E3779B97F4A7C15)
                    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                    h = h ^ (h >> np.uint64(31))
                    # A uniform number in (0, 1], and half an angle in [−π/2, π/2).
                    m = np.float32(np.int32(h >> np.uint64(40)) + np.int32(1)) * TINY
                    x = np.float32(np.int32(h & np.uint64(0xFFFFFF)) - np.int32(0x800000)) * STEP
                    # The logarithm: m = 2^e · f with f in [√½, √2), and ln f = 2 artanh((f − 1)/(f + 1)).
                    bits = np.int32(np.float32(m).view(np.int32) - SQRT_HALF)
                    e = np.float32(bits >> np.int32(23))
                    f = np.int32((bits & np.int32(0x7FFFFF)) + SQRT_HALF).view(np.float32)
                    s = (f - ONE) / (f + ONE)
                    q = s * s
                    log = q * (A3 + q * (A5 + q * (A7 + q * A9))) + ONE
                    log = TWO * s * log + e * LN2
                    radius = sigma * np.sqrt(max(-TWO * log, ZERO))
                    # Sine and cosine of half the angle, then of the angle.
                    q = x * x
                    sin = x * (ONE + q * (S3 + q * (S5 + q * (S7 + q * (S9 + q * S11)))))
                    cos = ONE + q * (C2 + q * (C4 + q * (C6 + q * (C8 + q * (C10 + q * C12)))))
                    noise[t] = radius * (cos * cos - sin * sin)
                    noise[t + HALF] = radius * (TWO * sin * cos)
            stop = min(2 * HALF, pixels - start)
            if whole:
                for t in range(stop):
                    value = gain * images[n, start + t] + offset + noise[t]
                    value = np.floor(value + np.float32(0.5))
                    out[n, start + t] = np.uint8(min(max(value, ZERO), TOP))
            else:
                for t in range(stop):
                    out[n, start + t] = gain * images[n, start + t] + offset + noise[t]
