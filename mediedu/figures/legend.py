"""Legends, set below the axes so that they never cover a curve or a picture."""

from collections.abc import Sequence
from typing import Any

from mediedu.figures.canvas import LINE, TEXT, Canvas

HANDLE = 68
"""Room for the line of an entry and the gap before the next, in CSS pixels."""


def legend_columns(names: Sequence[str], width: int) -> int:
    """Give the number of entries in a row so that the rows fit the width and are evenly filled.

    Examples
    --------
    >>> legend_columns(["mean", "median", "bilateral", "KNN"], 440)
    2
    """
    widest = HANDLE + 8.3 * max(len(name) for name in names)
    most = max(1, min(len(names), int((width - 12) // widest)))
    rows = -(-len(names) // most)
    return -(-len(names) // rows)


def legend_height(names: Sequence[str], width: int) -> int:
    """Give the height of a legend of these names on a page of this width, in CSS pixels; 0 without names."""
    return (LINE + 5) * -(-len(names) // legend_columns(names, width)) + 4 if names else 0


def legend(canvas: Canvas, handles: list[Any]) -> None:
    """Write the legend at the foot of the page, its lines long enough to show a dash and a marker."""
    from matplotlib.font_manager import FontProperties

    columns = legend_columns([str(handle.get_label()) for handle in handles], canvas.width)
    canvas.page.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=columns,
        frameon=False,
        prop=FontProperties(family="DejaVu Sans", size=TEXT),
        handlelength=3.0,
        columnspacing=1.6,
        borderaxespad=0.3,
    )
