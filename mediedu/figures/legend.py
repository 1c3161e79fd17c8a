"""Legends, set outside the axes so that they never cover a curve."""

from typing import Any

from mediedu.figures.canvas import LINE, TEXT, Canvas

COLUMNS = 3


def legend_height(entries: int) -> int:
    """Give the room a legend of so many entries needs, in CSS pixels."""
    return 0 if entries == 0 else (LINE + 6) * -(-entries // COLUMNS) + 6


def legend(canvas: Canvas, handles: list[Any]) -> None:
    """Write the legend at the foot of the page, handles being long enough to show a dash and a marker."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(family="DejaVu Sans", size=TEXT)
    canvas.page.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=min(COLUMNS, len(handles)),
        frameon=False,
        prop=font,
        handlelength=3.0,
        columnspacing=1.6,
        borderaxespad=0.3,
    )
