"""Texture maps: the co-occurrence properties of the window around every pixel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.describe.glcm import offset, refuse_no_list
from mediedu.describe.glcm_properties import known_properties
from mediedu.describe.quantise import quantise
from mediedu.describe.sliding_pairs import box_sums, correlation_of_sums, slide_histogram

__all__ = ["texture_map"]

# scipy.ndimage's names for what lies beyond the border, and NumPy's for the same things.
BORDERS = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap"}


def texture_map(
    image: ArrayLike,
    window: int = 15,
    levels: int = 32,
    properties: str | Iterable[str] = ("contrast", "homogeneity", "energy", "correlation"),
    *,
    distance: float = 1,
    angles: Sequence[float] = (0.0,),
    limits: tuple[float, float] | None = None,
    mode: str = "reflect",
) -> dict[str, NDArray[np.float64]]:
    """Compute co-occurrence properties in a window around each pixel.

    Parameters
    ----------
    image : array_like, shape (row, column)
        uint8, uint16, int16, float32 or float64; finite.
    window : int
        Width of the square window in pixels; odd, 3 to 255.
    levels : int
        Grey levels to count, 2 to 256; see `quantise`.
    properties : str or iterable of str
        As in `glcm_properties`.
    distance, angles : float, sequence of float
        As in `glcm`; with several angles a property is the mean over them.
    limits : (float, float), optional
        The grey values that the levels cover; see `quantise`.
    mode : {"reflect", "mirror", "nearest", "wrap"}
        What lies beyond the border, as in `scipy.ndimage`.

    Returns
    -------
    dict of str to ndarray of float64
        In the order asked for, each in the image's shape.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For an even or small window, an offset longer than the window, an unknown property or mode, levels
        out of range, NaN, an image of another shape.

    Notes
    -----
    A pair counts where both its pixels lie inside the window, and it counts both ways: the values are those
    of `glcm_properties` for the window's symmetric matrix.

    Neighbouring windows share most of their pairs. Contrast, dissimilarity, homogeneity, correlation, mean,
    variance and std are sums over pairs, so sliding sums give them at a cost that the window's size doesn't
    change. ASM, energy and entropy need the counts: a histogram of pairs slides along each row and takes up
    one column of pairs and drops another at each step. All sums are of whole numbers, so nothing drifts.

    Examples
    --------
    >>> import numpy as np
    >>> board = np.tile(np.array([[0, 255], [255, 0]], dtype=np.uint8), (4, 4))
    >>> maps = texture_map(board, window=5, levels=2, properties=["contrast", "correlation"])
    >>> float(maps["contrast"][4, 4]), float(maps["correlation"][4, 4])
    (1.0, -1.0)
    """
    names = known_properties(properties)
    if not isinstance(window, Integral) or isinstance(window, bool) or window % 2 == 0:
        raise ValueError(f"window is a width in pixels and must be an odd whole number; {window!r} isn't.")
    if not 3 <= window <= 255:
        raise ValueError(f"window must be from 3 to 255 pixels wide; {window!r} isn't.")
    if mode not in BORDERS:
        raise ValueError(f"texture_map knows the border modes {', '.join(BORDERS)}; {mode!r} is none.")
    if not isinstance(levels, Integral) or not 2 <= levels <= 256:
        raise ValueError(f"texture_map counts 2 to 256 levels; {levels!r} is out of range.")
    if np.ndim(image) != 2:
        raise ValueError(f"texture_map needs an image of shape (row, column); this one is {np.shape(image)}.")
    refuse_no_list(angles, "texture_map")
    grey = quantise(image, int(levels), limits=limits)
    padded = np.pad(grey, window // 2, mode=BORDERS[mode])  # type: ignore[call-overload]
    maps: dict[str, NDArray[np.float64]] = {}
    for angle in angles:
        rows, columns = offset(distance, angle)
        if max(abs(rows), abs(columns)) >= window or rows == columns == 0:
            raise ValueError(
                f"An offset of {rows} rows and {columns} columns leaves no pairs in a window of {window} "
                "pixels. Choose a distance from 1 to the window's width − 1."
            )
        found = _one_direction(padded, int(window), int(levels), rows, columns, names)
        for name, values in found.items():
            maps[name] = maps[name] + values if name in maps else values
    if len(angles) > 1:
        for values in maps.values():
            values /= len(angles)
    return maps


def _one_direction(
    padded: NDArray[Any], window: int, levels: int, rows: int, columns: int, names: tuple[str, ...]
) -> dict[str, NDArray[np.float64]]:
    """Map the properties for one offset."""
    if rows < 0:  # the same pairs, read from the other end
        rows, columns = -rows, -columns
    height, width = padded.shape
    here = padded[: height - rows, max(0, -columns) : width - max(0, columns)].astype(np.int32)
    there = padded[rows:, max(0, columns) : width - max(0, -columns)].astype(np.int32)
    tall, wide = window - rows, window - abs(columns)
    n = 2 * tall * wide  # each pair counts both ways
    apart = np.abs(here - there)

    def total(values: NDArray[Any]) -> NDArray[np.int64]:
        out = np.empty((len(values) - tall + 1, values.shape[1] - wide + 1), np.int64)
        box_sums(values, tall, wide, out)
        return out

    found: dict[str, NDArray[np.float64]] = {}
    if "contrast" in names or "correlation" in names:
        squared = total(apart * apart)
        if "contrast" in names:
            found["contrast"] = squared / (n // 2)
    if "dissimilarity" in names:
        found["dissimilarity"] = total(apart) / (n // 2)
    if "homogeneity" in names:  # fractions as whole numbers of 2⁻⁴⁰
        share = np.rint(2.0**40 / (1 + np.arange(levels) ** 2)).astype(np.int64)
        found["homogeneity"] = total(share[apart]) / (2.0**40 * (n // 2))
    if {"mean", "variance", "std", "correlation"} & set(names):
        first = total(here + there)
        if "mean" in names:
            found["mean"] = first / n
    if {"variance", "std", "correlation"} & set(names):
        second = total(here * here + there * there)
        if "correlation" in names:
            found["correlation"] = np.empty(first.shape)
            correlation_of_sums(first, second, squared, n, found["correlation"])
        if "variance" in names or "std" in names:
            found["variance"] = (n * second - first * first) / float(n * n)
            found["std"] = np.sqrt(found["variance"])
    codes = apart * levels + np.minimum(here, there) if {"ASM", "energy", "entropy"} & set(names) else None
    if codes is not None:
        narrow = np.ascontiguousarray(codes.T, dtype=np.uint16)  # at most 256² pairs
        shape = (height - rows - tall + 1, width - abs(columns) - wide + 1)
        # A pair of unlike levels fills two cells of the matrix, one of like levels a single cell twice.
        count = np.arange(n // 2 + 1)
        if "ASM" in names or "energy" in names:
            cells = np.stack([2 * count**2, 4 * count**2])
            out = np.empty(shape, np.int64)
            slide_histogram(narrow, tall, wide, levels, np.diff(cells), out)
            found["ASM"] = out / float(n * n)
            found["energy"] = np.sqrt(found["ASM"])
        if "entropy" in names:
            grain = 2.0 ** (60 - int(np.ceil(np.log2(n * np.log(n) + 1))))  # no sum leaves 62 bits
            logs = np.arange(n + 1) * np.log(np.maximum(np.arange(n + 1), 1))
            cells = np.rint(np.stack([2 * logs[count], logs[2 * count]]) * grain).astype(np.int64)
            out = np.empty(shape, np.int64)
            slide_histogram(narrow, tall, wide, levels, np.diff(cells), out)
            found["entropy"] = np.maximum(np.log(n) - out / (grain * n), 0.0)
    return {name: found[name] for name in names}
