"""The compiled part of texture maps: sums and histograms of a window that slides over all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled

__all__ = ["box_sums", "correlation_of_sums", "slide_histogram"]


@compiled
def box_sums(values: NDArray[Any], tall: int, wide: int, out: NDArray[np.int64]) -> None:
    """Sum whole numbers over the box whose upper left corner is each pixel."""
    rows, columns = out.shape
    columnwise = np.zeros(values.shape[1], np.int64)
    for r in range(tall - 1):
        row = values[r]
        for c in range(columnwise.size):
            columnwise[c] += row[c]
    for r in range(rows):
        row = values[r + tall - 1]
        for c in range(columnwise.size):
            columnwise[c] += row[c]
        total = np.int64(0)
        for c in range(wide - 1):
            total += columnwise[c]
        for c in range(columns):
            total += columnwise[c + wide - 1]
            out[r, c] = total
            total -= columnwise[c]
        row = values[r]
        for c in range(columnwise.size):
            columnwise[c] -= row[c]


@compiled
def correlation_of_sums(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    squared: NDArray[np.int64],
    n: int,
    out: NDArray[np.float64],
) -> None:
    """Correlate both ends of pairs from the sums of a + b, a² + b² and (a − b)²; 1 where nothing varies.

    All is in whole numbers until the last division, so equal numbers don't cancel to a small wrong one.
    """
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            mean = first[r, c] * first[r, c]
            spread = n * second[r, c] - mean
            together = spread - n * squared[r, c]
            out[r, c] = together / spread if spread > 0 else 1.0


@compiled
def slide_histogram(
    codes: NDArray[np.uint16],
    tall: int,
    wide: int,
    levels: int,
    gain: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """Sum a function of the counts of each kind of pair, in the box at each pixel.

    ``codes`` is indexed (column, row), so that a column of pairs is read in one go. Codes below ``levels``
    are pairs of like levels. ``gain[0, n]`` is what the sum grows by when an unlike kind's count goes from n
    to n + 1, ``gain[1, n]`` the same for a like kind.
    """
    rows, columns = out.shape
    counts = np.zeros(levels * levels, np.int32)
    for r in range(rows):
        total = np.int64(0)
        for x in range(wide):
            column = codes[x, r : r + tall]
            for y in range(tall):
                k = column[y]
                n = counts[k]
                total += gain[1 if k < levels else 0, n]
                counts[k] = n + 1
        out[r, 0] = total
        for c in range(1, columns):
            leaving = codes[c - 1, r : r + tall]
            entering = codes[c + wide - 1, r : r + tall]
            for y in range(tall):
                k = leaving[y]
                n = counts[k] - 1
                counts[k] = n
                total -= gain[1 if k < levels else 0, n]
                k = entering[y]
                n = counts[k]
                counts[k] = n + 1
                total += gain[1 if k < levels else 0, n]
            out[r, c] = total
        for x in range(columns - 1, columns - 1 + wide):  # leave the table empty for the next row
            column = codes[x, r : r + tall]
            for y in range(tall):
                counts[column[y]] = 0
