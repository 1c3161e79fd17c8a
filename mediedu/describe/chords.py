"""Chord lengths: the distances between all pairs of contour points, and how they are spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled
from mediedu.describe.contour import closed_contour

__all__ = ["chord_length_statistics"]

BLOCK = 256


def chord_length_statistics(contour: ArrayLike) -> NDArray[np.float64]:
    """Describe a contour by the lengths of all its chords.

    Parameters
    ----------
    contour : array_like, shape (…, N, 2)
        x and y of N points at equal arc length; several contours at once in the leading axes.

    Returns
    -------
    ndarray of float64, shape (…, 4)
        Mean, standard deviation, skewness and kurtosis (not excess) of all N(N − 1)/2 chord lengths, divided
        by the longest; moments over all chords, without a correction for samples. Position, size,
        rotation, first point and sense don't matter.

    Raises
    ------
    ValueError
        For another shape, NaN, points that all coincide.

    Notes
    -----
    A circle has mean 2/π ≈ 0.6366 and standard deviation √(1/2 − 4/π²) ≈ 0.3078 as N grows. Skewness and
    kurtosis are 0 where the standard deviation is below 10⁻⁹ of the mean, as for an equilateral triangle.

    References
    ----------
    You Z, Jain AK. Performance evaluation of shape matching via chord length distribution. Computer Vision,
    Graphics, and Image Processing 1984; 28(2): 185–198.

    Examples
    --------
    A square's corners have four chords of 1 and two of √2.

    >>> chord_length_statistics([[0, 0], [1, 0], [1, 1], [0, 1]]).round(4).tolist()
    [0.8047, 0.1381, 0.7071, 1.5]
    """
    array = closed_contour(contour, "chord_length_statistics")
    centred = array - array.mean(axis=-2, keepdims=True)
    stack = centred.reshape(-1, *array.shape[-2:])
    out = np.empty((len(stack), 4))
    chord_moments(
        np.ascontiguousarray(stack[..., 0]),
        np.ascontiguousarray(stack[..., 1]),
        out,
    )
    return out.reshape(*array.shape[:-2], 4)


@compiled
def chord_moments(xs: NDArray[np.float64], ys: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Fill in mean, deviation, skewness and kurtosis of each contour's chords.

    Chords are taken a block at a time, and each loop does little with few arrays, adding into as many sums as
    the block has places: the compiler turns such loops into vector instructions. Powers are of the
    difference from a rough mean, so that little is lost when central moments are made of them.
    """
    number, n = xs.shape
    length = np.empty(BLOCK)
    s1, s2, s3, s4 = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    longest = np.empty(BLOCK)
    for m in range(number):
        x, y = xs[m], ys[m]
        rough = 0.0
        for j in range(n):
            rough += np.sqrt((x[j] - x[0]) ** 2 + (y[j] - y[0]) ** 2)
        rough /= n
        for k in range(BLOCK):
            s1[k] = s2[k] = s3[k] = s4[k] = longest[k] = 0.0
        for start in range(0, n, BLOCK):
            stop = min(start + BLOCK, n)
            for i in range(stop - 1):
                a, b = x[i], y[i]
                first = max(start, i + 1)
                u, v = x[first:stop], y[first:stop]
                for k in range(u.size):
                    p, q = u[k] - a, v[k] - b
                    length[k] = np.sqrt(p * p + q * q)
                for k in range(u.size):
                    longest[k] = length[k] if length[k] > longest[k] else longest[k]
                for k in range(u.size):
                    e = length[k] - rough
                    s1[k] += e
                    s2[k] += e * e
                for k in range(u.size):
                    e = length[k] - rough
                    q = e * e
                    s3[k] += q * e
                    s4[k] += q * q
        chords = n * (n - 1) / 2
        unit = longest.max()
        m1, m2, m3, m4 = s1.sum() / chords, s2.sum() / chords, s3.sum() / chords, s4.sum() / chords
        mean = rough + m1
        variance = max(m2 - m1 * m1, 0.0)
        third = m3 - 3 * m1 * m2 + 2 * m1**3
        fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1**4
        deviation = np.sqrt(variance)
        out[m, 0] = mean / unit
        out[m, 1] = deviation / unit
        alike = deviation < 1e-9 * mean
        out[m, 2] = 0.0 if alike else third / (variance * deviation)
        out[m, 3] = 0.0 if alike else fourth / (variance * variance)
