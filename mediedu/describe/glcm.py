"""The grey-level co-occurrence matrix: how often two grey levels lie at a given offset."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, isfinite, sin
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled

__all__ = ["ANGLES", "glcm", "offset", "offsets_of", "refuse_no_list"]

ANGLES = (0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)
"""The four directions that tell neighbours apart when pairs count both ways."""


def glcm(
    image: ArrayLike,
    distances: Sequence[float] = (1,),
    angles: Sequence[float] = ANGLES,
    levels: int | None = None,
    symmetric: bool = False,
    normed: bool = False,
    *,
    mask: ArrayLike | None = None,
) -> NDArray[Any]:
    """Count how often grey level j lies at an offset from grey level i.

    Parameters
    ----------
    image : array_like of integers, shape (row, column)
        Grey levels 0 to levels − 1, such as `quantise` returns.
    distances : sequence of float
        How far apart the two pixels are, in pixels.
    angles : sequence of float
        In which direction, in radians: 0 is to the right, π/2 is down. An offset is (distance · sin angle,
        distance · cos angle) rows and columns, each rounded to the nearest whole number.
    levels : int, optional
        How many grey levels there are. 256 for uint8 if not given; other dtypes need it.
    symmetric : bool
        Count each pair both ways.
    normed : bool
        Divide each matrix by its sum.
    mask : array_like of bool, shape (row, column), optional
        Only pairs with both pixels inside count. Everything by default.

    Returns
    -------
    ndarray, shape (levels, levels, distance, angle)
        Counts, uint32; where ``normed``, float64 that add up to 1. The same numbers as
        `skimage.feature.graycomatrix`.

    Raises
    ------
    TypeError
        For floats, which have no levels to count: `quantise` them first.
    ValueError
        For another shape, levels outside the range, an offset that no pair of pixels has.

    References
    ----------
    Haralick RM, Shanmugam K, Dinstein I. Textural features for image classification. IEEE Transactions on
    Systems, Man, and Cybernetics 1973; SMC-3(6): 610–621.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 2, 2, 2], [2, 2, 3, 3]], dtype=np.uint8)
    >>> glcm(image, [1], [0], levels=4)[:, :, 0, 0]
    array([[2, 2, 1, 0],
           [0, 2, 0, 0],
           [0, 0, 3, 1],
           [0, 0, 0, 1]], dtype=uint32)
    """
    array, levels = _level_image(image, levels)
    offsets = np.array(offsets_of(distances, angles, "glcm"), np.int64)
    inside, narrow = array, True
    if mask is not None:
        chosen = np.asarray(mask)
        if chosen.shape != array.shape or chosen.dtype != bool:
            raise ValueError(
                f"glcm needs a mask of bool in the image's shape {array.shape}; this one is {chosen.dtype}, "
                f"{chosen.shape}. A mask of 0 and 255 becomes one by mask > 0."
            )
        # Level 0 stands for outside: its row and column are cut off again.
        inside, narrow = np.where(chosen, array.astype(np.uint32) + 1, 0).astype(np.uint32), False
    size = levels if narrow else levels + 1
    counts = np.zeros((len(offsets), size, size), np.uint32)
    count_pairs(inside, offsets, counts)
    if not narrow:
        counts = counts[:, 1:, 1:]
    for (rows, columns), matrix in zip(offsets.tolist(), counts, strict=True):
        beyond = abs(rows) >= array.shape[0] or abs(columns) >= array.shape[1]
        if beyond or (mask is not None and not matrix.any()):
            raise ValueError(
                f"No two pixels of this {array.shape} image{'' if mask is None else ' inside the mask'} are "
                f"{rows} rows and {columns} columns apart. Choose a smaller distance or a larger region."
            )
    if symmetric:
        counts = counts + counts.transpose(0, 2, 1)
    if normed:
        counts = counts / counts.sum(axis=(1, 2), keepdims=True, dtype=np.float64)
    shaped = counts.reshape(len(distances), len(angles), levels, levels)
    return shaped.transpose(2, 3, 0, 1)


def offsets_of(distances: Sequence[float], angles: Sequence[float], name: str) -> list[tuple[int, int]]:
    """Return rows and columns to the partner at each distance and, within it, each angle.

    Examples
    --------
    >>> offsets_of([1, 2], [0, np.pi / 2], "glcm")
    [(0, 1), (1, 0), (0, 2), (2, 0)]
    """
    for values in (distances, angles):
        refuse_no_list(values, name)
    return [offset(d, a) for d in distances for a in angles]


def refuse_no_list(values: object, name: str) -> None:
    """Say that distances and angles come as lists, with something in them."""
    plain = isinstance(values, (list, tuple)) and len(values) > 0
    if not plain and (np.ndim(values) != 1 or np.size(values) == 0):  # type: ignore[arg-type]
        raise ValueError(
            f"{name} needs lists of distances and angles, with at least one of each, for example [1] and "
            f"[0, np.pi / 2]; this is {values!r}."
        )


@lru_cache(maxsize=256)
def offset(distance: float, angle: float) -> tuple[int, int]:
    """Return rows and columns from a pixel to its partner, each rounded to the nearest, halves outwards.

    Examples
    --------
    >>> offset(1, 3 * np.pi / 4)
    (1, -1)
    """
    if not (isfinite(distance) and isfinite(angle)):
        raise ValueError(f"Distances and angles must be finite; these are {distance!r} and {angle!r}.")
    return _nearest(sin(angle) * distance), _nearest(cos(angle) * distance)


def _nearest(value: float) -> int:
    return int(value + 0.5) if value > 0 else int(value - 0.5)


def _level_image(image: ArrayLike, levels: int | None) -> tuple[NDArray[Any], int]:
    """Check the image and the number of its levels; return both, the image unsigned and contiguous."""
    array = np.asarray(image)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"glcm counts whole grey levels; this image is {array.dtype}. "
            "Pass quantise(image, levels) and the same levels."
        )
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"glcm needs an image of shape (row, column); this one is {array.shape}.")
    if levels is None:
        if array.dtype != np.uint8:
            raise ValueError(f"glcm needs levels, the number of grey levels, for {array.dtype} images.")
        levels = 256
    if not isinstance(levels, Integral) or isinstance(levels, bool) or levels < 2:
        raise ValueError(f"levels must be a whole number from 2 up; {levels!r} isn't.")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= levels:
        raise ValueError(
            f"With levels={levels} the grey levels must lie from 0 to {levels - 1}; these go from {low} to "
            f"{high}. Pass quantise(image, {levels})."
        )
    wanted = np.uint8 if high < 256 else np.uint32
    return np.ascontiguousarray(array, dtype=wanted), int(levels)


@compiled
def count_pairs(image: NDArray[Any], offsets: NDArray[np.int64], counts: NDArray[np.uint32]) -> None:
    """Add to ``counts[k, i, j]`` the pairs of levels i and j at offset k.

    Neighbours are often alike, and a count that was written a moment ago is slow to read again. So four parts
    of the image are counted in turn, each into a table of its own where tables are small.
    """
    rows, columns = image.shape
    levels, step = np.uint32(counts.shape[1]), np.uint32(1)
    cells = counts.shape[1] * counts.shape[2]
    codes = np.empty(rows * columns, np.uint32)
    spread = cells <= codes.size
    spare = np.zeros((3, cells if spread else 0), np.uint32)
    for k in range(offsets.shape[0]):
        down, right = offsets[k, 0], offsets[k, 1]
        first, last = max(0, -right), min(columns, columns - right)
        wide, n = max(0, last - first), 0
        for r in range(max(0, -down), min(rows, rows - down)):
            here = image[r, first : first + wide]
            there = image[r + down, first + right : first + right + wide]
            row = codes[n : n + wide]
            for c in range(wide):
                row[c] = levels * np.uint32(here[c]) + np.uint32(there[c])
            n += wide
        table = counts[k].ravel()
        table1, table2, table3 = (spare[0], spare[1], spare[2]) if spread else (table, table, table)
        quarter = n // 4
        codes1, codes2 = codes[quarter : 2 * quarter], codes[2 * quarter : 3 * quarter]
        codes3 = codes[3 * quarter : n]
        for i in range(quarter):
            table[codes[i]] += step
            table1[codes1[i]] += step
            table2[codes2[i]] += step
            table3[codes3[i]] += step
        for i in range(quarter, codes3.size):
            table[codes3[i]] += step
        if spread:
            for i in range(cells):
                table[i] += table1[i] + table2[i] + table3[i]
            spare[:] = 0
