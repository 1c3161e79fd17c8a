"""Features as defined, in plain loops: slow, and read from the formulas alone."""

import cmath
import math

import numpy as np
from skimage.feature import graycomatrix, graycoprops


def glcm_by_definition(image, offsets, levels, mask=None):
    """Count pairs one by one; shape (offset, levels, levels)."""
    rows, columns = image.shape
    counts = np.zeros((len(offsets), levels, levels), int)
    for k, (down, right) in enumerate(offsets):
        for r in range(rows):
            for c in range(columns):
                y, x = r + down, c + right
                if not (0 <= y < rows and 0 <= x < columns):
                    continue
                if mask is None or (mask[r, c] and mask[y, x]):
                    counts[k, image[r, c], image[y, x]] += 1
    return counts


def properties_by_definition(matrix):
    """Sum over all cells of one matrix, in Python's floats."""
    p = np.asarray(matrix, float)
    p = p / p.sum()
    levels = range(len(p))
    cells = [(i, j, float(p[i, j])) for i in levels for j in levels]
    mean_i = math.fsum(i * v for i, _, v in cells)
    mean_j = math.fsum(j * v for _, j, v in cells)
    var_i = math.fsum((i - mean_i) ** 2 * v for i, _, v in cells)
    var_j = math.fsum((j - mean_j) ** 2 * v for _, j, v in cells)
    together = math.fsum((i - mean_i) * (j - mean_j) * v for i, j, v in cells)
    squares = math.fsum(v * v for *_, v in cells)
    flat = min(var_i, var_j) < 1e-30
    return {
        "contrast": math.fsum((i - j) ** 2 * v for i, j, v in cells),
        "dissimilarity": math.fsum(abs(i - j) * v for i, j, v in cells),
        "homogeneity": math.fsum(v / (1 + (i - j) ** 2) for i, j, v in cells),
        "ASM": squares,
        "energy": math.sqrt(squares),
        "correlation": 1.0 if flat else together / math.sqrt(var_i * var_j),
        "mean": mean_i,
        "variance": var_i,
        "std": math.sqrt(var_i),
        "entropy": -math.fsum(v * math.log(v) for *_, v in cells if v > 0),
    }


def texture_by_skimage(levels_image, window, levels, distance, angles, names, places, mode):
    """Ask skimage for the properties of the window around each place; shape (name, place)."""
    half = window // 2
    padded = np.pad(levels_image, half, mode=mode)
    out = np.empty((len(names), len(places)))
    for n, (r, c) in enumerate(places):
        cut = padded[r : r + window, c : c + window]
        matrix = graycomatrix(cut, [distance], angles, levels, symmetric=True)
        for k, name in enumerate(names):
            out[k, n] = graycoprops(matrix, name).mean()
    return out


def descriptors_by_definition(contour):
    """Z(k) = (1/N) Σ z(n) exp(−j2πnk/N) for k = −N//2 …"""
    n = len(contour)
    z = [complex(x, y) for x, y in contour]
    return np.array(
        [
            sum(z[i] * cmath.exp(-2j * math.pi * i * k / n) for i in range(n)) / n
            for k in range(-(n // 2), n - n // 2)
        ]
    )


def shape_factor_by_definition(contour):
    n = len(contour)
    pairs = [
        (k, abs(v))
        for k, v in zip(range(-(n // 2), n - n // 2), descriptors_by_definition(contour), strict=True)
        if k
    ]
    return 1 - math.fsum(v / abs(k) for k, v in pairs) / math.fsum(v for _, v in pairs)


def moments_of_values(values):
    """Mean and central population moments 2, 3, 4."""
    mean = math.fsum(values) / len(values)
    return mean, *(math.fsum((v - mean) ** p for v in values) / len(values) for p in (2, 3, 4))


def boundary_by_definition(contour):
    cx, cy = (math.fsum(column) / len(contour) for column in zip(*contour, strict=True))
    mean, second, third, fourth = moments_of_values([math.dist(p, (cx, cy)) for p in contour])
    return [math.sqrt(second) / mean, third / second**1.5, fourth / second**2]


def chords_by_definition(contour):
    lengths = [math.dist(a, b) for i, a in enumerate(contour) for b in contour[i + 1 :]]
    longest = max(lengths)
    mean, second, third, fourth = moments_of_values([v / longest for v in lengths])
    return [mean, math.sqrt(second), third / second**1.5, fourth / second**2]


def hu_by_definition(mask):
    """Hu's polynomials of the normalised central moments."""
    ys, xs = np.nonzero(mask)
    m00 = len(ys)
    cy, cx = math.fsum(ys) / m00, math.fsum(xs) / m00

    def eta(p, q):
        centred = ((y - cy) ** p * (x - cx) ** q for y, x in zip(ys, xs, strict=True))
        return math.fsum(centred) / m00 ** (1 + (p + q) / 2)

    n20, n02, n11 = eta(2, 0), eta(0, 2), eta(1, 1)
    n30, n03, n21, n12 = eta(3, 0), eta(0, 3), eta(2, 1), eta(1, 2)
    a, b = n30 + n12, n21 + n03
    c, d = n30 - 3 * n12, 3 * n21 - n03
    return np.array(
        [
            n20 + n02,
            (n20 - n02) ** 2 + 4 * n11**2,
            c**2 + d**2,
            a**2 + b**2,
            c * a * (a**2 - 3 * b**2) + d * b * (3 * a**2 - b**2),
            (n20 - n02) * (a**2 - b**2) + 4 * n11 * a * b,
            d * a * (a**2 - 3 * b**2) - c * b * (3 * a**2 - b**2),
        ]
    )
