"""Small numbers in a grid: the pictures for what is worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import LINE, PAGE, TEXT, TITLE, Canvas, wrapped
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.palette import INK
from mediedu.figures.pixels import Array

HIGHLIGHT = "#D55E00"


def matrix(
    values: npt.ArrayLike,
    *,
    alt: str,
    row_labels: Sequence[object] | None = None,
    column_labels: Sequence[object] | None = None,
    title: str | None = None,
    highlight: npt.ArrayLike | tuple[int | slice, int | slice] | None = None,
    number: str | None = None,
    shaded: bool = True,
) -> Figure:
    """Draw the numbers of a small array in cells.

    Parameters
    ----------
    values : array of shape (row, col) or (n,)
        Numbers, at most 20 × 20. NaN is drawn as an empty cell. A row of n numbers is one row of cells.
    alt
        What the cells hold and what stands out. Needed.
    row_labels, column_labels
        Names beside the rows and above the columns.
    title
        A short line above the cells.
    highlight
        The cells to frame: a boolean array of the same shape, or an index such as ``(2, 3)`` or
        ``(slice(1, 4), slice(0, 3))``. They get a thick frame and bold numbers.
    number
        How numbers are written, as for `format`; by default whole numbers as they are, others with up to 4
        digits.
    shaded
        Shade the cells by their value, from dark grey to white, as pixels are.

    Returns
    -------
    Figure
        The grid.

    Examples
    --------
    >>> matrix([[2, 7, 1], [3, 2, 3], [5, 5, 5]], alt="Nine grey values; the middle one, 2, is framed",
    ...        highlight=(1, 1)).alt
    'Nine grey values; the middle one, 2, is framed'
    """
    alt = checked_alt(alt)
    array: Array = np.atleast_2d(np.asarray(values))
    if array.dtype.kind not in "biuf":
        raise TypeError(f"values holds {array.dtype}; matrix draws numbers.")
    if array.ndim != 2 or 0 in array.shape or max(array.shape) > 20:
        raise ValueError(
            f"values has shape {array.shape}; matrix draws 1 to 20 rows and columns. "
            "Cut a window, such as values[:5, :5]."
        )
    rows, columns = array.shape
    framed = np.zeros(array.shape, bool)
    if highlight is not None:
        framed = _framed(highlight, array.shape)
    words = [[_written(value, number) for value in row] for row in array.tolist()]
    names = _labels(row_labels, rows, "row"), _labels(column_labels, columns, "column")
    letters = max(len(word) for row in [*words, names[1]] for word in row)
    cell_w, cell_h = max(34 if columns > 16 else 40, int(letters * 8.6) + 12), 36
    left = 8 + (int(max(len(name) for name in names[0]) * 8.6) + 8 if any(names[0]) else 0)
    width = left + columns * cell_w + 8
    if width > PAGE:
        raise ValueError(
            f"These cells need {width} pixels side by side, the page has {PAGE}. "
            "Draw fewer columns, or shorter numbers with number='.2g'."
        )
    page = max(width, 200) if title else width
    head = wrapped(title, page - 8, TITLE) if title else []
    top = 6 + LINE * len(head) + (LINE + 4 if any(names[1]) else 2)
    left += (page - width) // 2
    canvas = Canvas(page, top + rows * cell_h + 8)
    if head:
        canvas.text(page / 2, 3, "\n".join(head), size=TITLE)
    axes = canvas.axes(left - 4, top - 4, columns * cell_w + 8, rows * cell_h + 8)
    axes.set_axis_off()
    axes.set_xlim(-4, columns * cell_w + 4)
    axes.set_ylim(rows * cell_h + 4, -4)
    _draw_cells(axes, array, framed, cell_w, cell_h, shaded=shaded)
    for i, j in np.ndindex(rows, columns):
        x, y = left + (j + 0.5) * cell_w, top + (i + 0.5) * cell_h
        canvas.text(
            x, y, words[i][j], size=TITLE, va="center_baseline", weight="bold" if framed[i, j] else "normal"
        )
    for i, name in enumerate(names[0]):
        canvas.text(left - 8, top + (i + 0.5) * cell_h, name, size=TEXT, ha="right", va="center_baseline")
    for j, name in enumerate(names[1]):
        canvas.text(left + (j + 0.5) * cell_w, top - 5, name, size=TEXT, va="bottom")
    return canvas.finish(alt)


def _draw_cells(
    axes: Any, array: Array, framed: npt.NDArray[np.bool_], wide: int, high: int, *, shaded: bool
) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.patches import Rectangle

    from mediedu.figures.overlay import pixel_edges

    values = array.astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high_value = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    for i, j in np.ndindex(array.shape):
        share = (
            (values[i, j] - low) / (high_value - low)
            if high_value > low and np.isfinite(values[i, j])
            else 1.0
        )
        # The darkest cell stays at 62 % so that black numbers keep a contrast above 7 to 1.
        tone = str(0.62 + 0.38 * float(np.clip(share, 0, 1))) if shaded else "white"
        axes.add_patch(
            Rectangle((j * wide, i * high), wide, high, facecolor=tone, edgecolor=INK, linewidth=0.7)
        )
    frame = [(line + 0.5) * (wide, high) for line in pixel_edges(framed)]
    axes.add_collection(LineCollection(frame, colors=HIGHLIGHT, linewidths=3.0, capstyle="projecting"))


def _framed(highlight: Any, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    framed = np.zeros(shape, bool)
    if isinstance(highlight, tuple):
        try:
            framed[highlight] = True
        except IndexError:
            raise ValueError(
                f"highlight is {highlight!r}, which lies outside an array of shape {shape}."
            ) from None
        return framed
    array = np.asarray(highlight)
    if array.shape != shape or array.dtype.kind != "b":
        raise ValueError(
            f"highlight must be a boolean array of shape {shape} or an index such as (2, 3); "
            f"it has shape {array.shape} and type {array.dtype}."
        )
    return array


def _labels(labels: Sequence[object] | None, count: int, axis: str) -> list[str]:
    if labels is None:
        return [""] * count
    if len(labels) != count:
        raise ValueError(f"There are {len(labels)} {axis} labels for {count} {axis}s; give one for each.")
    return [str(label) for label in labels]


def _written(value: Any, number: str | None) -> str:
    if isinstance(value, float) and np.isnan(value):
        return ""
    if number is not None:
        word = format(value, number)
    elif isinstance(value, (bool, int)):
        word = str(int(value))
    else:
        word = f"{value:.4g}"
    return word.replace("-", "−")
