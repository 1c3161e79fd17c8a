"""Haralick's numbers of a co-occurrence matrix: contrast, homogeneity, entropy and their kin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled

__all__ = ["PROPERTIES", "glcm_properties", "known_properties"]

PROPERTIES = (
    "contrast",
    "dissimilarity",
    "homogeneity",
    "ASM",
    "energy",
    "correlation",
    "mean",
    "variance",
    "std",
    "entropy",
)
"""The properties by name, in the order in which they are returned."""


def glcm_properties(
    matrix: ArrayLike, properties: str | Iterable[str] = PROPERTIES
) -> dict[str, NDArray[np.float64]]:
    """Compute properties of co-occurrence matrices.

    Parameters
    ----------
    matrix : array_like, shape (levels, levels, distance, angle) or (levels, levels)
        Counts or probabilities, such as `glcm` returns. Each matrix is divided by its sum first.
    properties : str or iterable of str
        Names from the list below; all by default.

    Returns
    -------
    dict of str to ndarray of float64
        In the order asked for; each of shape (distance, angle), or a number for a single matrix.

    Raises
    ------
    ValueError
        For an unknown property, another shape, an empty matrix, negative or non-finite numbers.

    Notes
    -----
    With p(i, j) the matrix divided by its sum, and μ, σ of its rows i and columns j:

    =============  =====================================================
    contrast       Σ p (i − j)²
    dissimilarity  Σ p ∣i − j∣
    homogeneity    Σ p / (1 + (i − j)²)
    ASM            Σ p², the angular second moment
    energy         √ASM
    correlation    Σ p (i − μᵢ)(j − μⱼ) / (σᵢ σⱼ); 1 where a σ is 0
    mean           μᵢ
    variance, std  σᵢ², σᵢ
    entropy        −Σ p ln p, in nats
    =============  =====================================================

    The values are those of `skimage.feature.graycoprops`. A constant region has contrast 0, homogeneity
    and energy 1, entropy 0, and by convention correlation 1.

    References
    ----------
    Haralick RM, Shanmugam K, Dinstein I. Textural features for image classification. IEEE Transactions on
    Systems, Man, and Cybernetics 1973; SMC-3(6): 610–621.

    Examples
    --------
    >>> import numpy as np
    >>> found = glcm_properties(np.array([[2, 1], [1, 0]]), ("contrast", "energy"))
    >>> float(found["contrast"]), round(float(found["energy"]), 4)
    (0.5, 0.6124)
    """
    names = known_properties(properties)
    array = np.asarray(matrix)
    if array.ndim not in (2, 4) or array.shape[0] != array.shape[1] or array.size == 0:
        raise ValueError(
            "glcm_properties needs a matrix of shape (levels, levels, distance, angle) or (levels, levels); "
            f"this one is {array.shape}."
        )
    if array.dtype.kind not in "iuf":
        raise TypeError(f"glcm_properties needs numbers; this matrix is {array.dtype}.")
    levels, several = len(array), array.shape[2:]
    stack = np.ascontiguousarray(np.moveaxis(array, (0, 1), (-2, -1))).reshape(-1, levels, levels)
    if stack.dtype not in (np.uint32, np.float64):
        stack = stack.astype(np.float64)
    found = np.empty((len(stack), len(PROPERTIES)))
    matrix_properties(stack, "entropy" in names, found)
    if not np.isfinite(found).all():
        raise ValueError(
            "A co-occurrence matrix must hold counts or probabilities: finite, not negative, not all zero. "
            "This one doesn't; make it with glcm."
        )
    return {name: found[:, PROPERTIES.index(name)].reshape(several) for name in names}


def known_properties(properties: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names as a tuple, or say which one isn't known."""
    names = (properties,) if isinstance(properties, str) else tuple(properties)
    unknown = [name for name in names if name not in PROPERTIES]
    if unknown or not names:
        raise ValueError(
            f"There is no GLCM property {', '.join(map(repr, unknown)) or 'in an empty list'}; "
            f"there are {', '.join(PROPERTIES)}."
        )
    return names


@compiled
def matrix_properties(stack: NDArray[Any], entropy: bool, out: NDArray[np.float64]) -> None:
    """Fill in the properties of each matrix, in the order of `PROPERTIES`; NaN where it is no matrix."""
    number, levels, _ = stack.shape
    row, column, apart = np.empty(levels), np.empty(levels), np.empty(levels)
    for m in range(number):
        matrix = stack[m]
        row[:] = 0.0
        column[:] = 0.0
        apart[:] = 0.0
        squares, least = 0.0, 0.0
        for i in range(levels):
            total = 0.0
            for j in range(levels):
                p = float(matrix[i, j])
                total += p
                squares += p * p
                least = min(least, p)
                column[j] += p
                apart[abs(i - j)] += p
            row[i] = total
        total = row.sum()
        if not (total > 0 and least >= 0):
            out[m] = np.nan
            continue
        contrast = dissimilarity = homogeneity = mean_i = mean_j = 0.0
        for k in range(levels):
            contrast += apart[k] * k * k
            dissimilarity += apart[k] * k
            homogeneity += apart[k] / (1.0 + k * k)
            mean_i += row[k] * k
            mean_j += column[k] * k
        mean_i /= total
        mean_j /= total
        var_i = var_j = together = information = 0.0
        for i in range(levels):
            var_i += row[i] * (i - mean_i) ** 2
            var_j += column[i] * (i - mean_j) ** 2
            if row[i] > 0:
                lean = 0.0
                for j in range(levels):
                    lean += float(matrix[i, j]) * (j - mean_j)
                together += lean * (i - mean_i)
                if entropy:
                    for j in range(levels):
                        p = float(matrix[i, j]) / total
                        if p > 0:
                            information -= p * np.log(p)
        out[m, 0] = contrast / total
        out[m, 1] = dissimilarity / total
        out[m, 2] = homogeneity / total
        out[m, 3] = squares / (total * total)
        out[m, 4] = np.sqrt(out[m, 3])
        flat = np.sqrt(var_i / total) < 1e-15 or np.sqrt(var_j / total) < 1e-15
        out[m, 5] = 1.0 if flat else together / np.sqrt(var_i * var_j)
        out[m, 6] = mean_i
        out[m, 7] = var_i / total
        out[m, 8] = np.sqrt(var_i / total)
        out[m, 9] = information
