"""KNN smoothing as defined, pixel by pixel: integers as exact fractions, floats by compensated sums."""

import math
from fractions import Fraction

import numpy as np


def source_index(i: int, n: int, mode: str) -> int | None:
    """Give the index inside 0..n-1 that stands for index i, in scipy.ndimage's words for borders."""
    if 0 <= i < n:
        return i
    if mode == "constant":
        return None
    if mode == "nearest":
        return min(max(i, 0), n - 1)
    if mode == "wrap":
        return i % n
    if mode == "reflect":  # d c b a | a b c d | d c b a
        i %= 2 * n
        return i if i < n else 2 * n - 1 - i
    if n == 1:  # mirror: d c b | a b c d | c b a
        return 0
    i %= 2 * n - 2
    return i if i < n else 2 * n - 2 - i


def knn_by_definition(image: np.ndarray, size: int, k: int, mode: str) -> np.ndarray:
    """Smooth a slice."""
    rows, columns = image.shape
    half = size // 2
    out = np.empty_like(image)
    whole = image.dtype.kind != "f"
    for r in range(rows):
        for c in range(columns):
            window = []
            for dr in range(-half, half + 1):
                for dc in range(-half, half + 1):
                    i, j = source_index(r + dr, rows, mode), source_index(c + dc, columns, mode)
                    window.append(image.dtype.type(0) if i is None or j is None else image[i, j])
            centre = image[r, c]
            if whole:
                values = [Fraction(int(v)) for v in window]
                distances = [abs(v - int(centre)) for v in values]
            else:
                values = [float(v) for v in window]
                distances = [float(abs(v - centre)) for v in window]  # in the image's own dtype
            kth = sorted(distances)[k - 1]
            less = [v for v, d in zip(values, distances, strict=True) if d < kth]
            equal = [v for v, d in zip(values, distances, strict=True) if d == kth]
            add = sum if whole else math.fsum
            mean = (add(less) + (k - len(less)) * add(equal) / len(equal)) / k
            out[r, c] = math.floor(mean + Fraction(1, 2)) if whole else mean
    return out
