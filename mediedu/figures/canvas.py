"""A white page measured in CSS pixels, on which the figures are drawn.

Matplotlib is used through its objects alone (no pyplot, no global state), so figures can be drawn from any
thread. The page holds two device pixels for each CSS pixel. Pictures are placed on whole device pixels, so
that one image pixel is a crisp square of equal size wherever it stands.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.palette import FAINT, INK
from mediedu.figures.pixels import Array

PAGE = 720
"""The widest figure, in CSS pixels: the text column of the book."""
DENSITY = 2
FONT = {"fontfamily": "DejaVu Sans", "color": INK}
TEXT, TITLE = 10.0, 11.0
TOLERANCE = 16
LINE = 18
"""Height of a line of text, in CSS pixels."""


class Canvas:
    """A page of the given size in CSS pixels; x runs right, y runs down."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Page

        self.width, self.height = math.ceil(width), math.ceil(height)
        self.page = Page(figsize=(self.width / 96, self.height / 96), dpi=96 * DENSITY, facecolor="white")
        self.agg: Any = FigureCanvasAgg(self.page)
        self.plots: list[Any] = []

    def axes(self, left: float, top: float, width: float, height: float) -> Any:
        """Add axes at this place, in CSS pixels."""
        box = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        return self.page.add_axes(box)

    def plot(self, left: float, top: float, width: float, height: float, xlabel: str, ylabel: str) -> Any:
        """Add axes for curves or bars: labelled, lightly ruled, open at the top and right."""
        axes = self.axes(left, top, width, height)
        axes.set_facecolor("white")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set(color=INK, linewidth=0.8)
        axes.grid(visible=True, color=FAINT, linewidth=0.6, linestyle="solid")
        axes.set_axisbelow(True)
        axes.set_xlabel(xlabel, fontsize=TEXT, labelpad=4, **FONT)
        axes.set_ylabel(ylabel, fontsize=TEXT, labelpad=4, **FONT)
        tidy_ticks(axes)
        self.plots.append(axes)
        return axes

    def text(self, x: float, y: float, words: str, *, size: float = TEXT, **how: Any) -> None:
        """Write words, the middle of their top at this place in CSS pixels unless ``how`` says otherwise."""
        how = {"ha": "center", "va": "top", "linespacing": 1.25, **FONT, **how}
        self.page.text(x / self.width, 1 - y / self.height, words, fontsize=size, parse_math=False, **how)

    def picture(self, rgb: npt.NDArray[np.uint8], left: int, top: int, width: float, height: float) -> Any:
        """Place a picture; its axes keep the coordinates (column, row) of the array."""
        axes = self.axes(left, top, width, height)
        axes.set_axis_off()
        rows, columns = rgb.shape[:2]
        pixels = resized(rgb, round(height * DENSITY), round(width * DENSITY))
        axes.imshow(
            pixels, extent=(-0.5, columns - 0.5, rows - 0.5, -0.5), interpolation="nearest", aspect="auto"
        )
        return axes

    def finish(self, alt: str) -> Figure:
        """Draw the page and give it as a figure."""
        for axes in self.plots:
            self._fit(axes)
        self.agg.draw()
        pixels = np.asarray(self.agg.buffer_rgba())[..., :3]
        return Figure(encoded(pixels), checked_alt(alt), self.width, self.height)

    def _fit(self, axes: Any) -> None:
        """Narrow the axes where their labels, such as long numbers, would leave the page."""
        page_width = self.width * DENSITY
        taken, box = axes.get_tightbbox(self.agg.get_renderer()), axes.get_position()
        left = max(0.0, 4 * DENSITY - taken.x0) / page_width
        right = max(0.0, taken.x1 - page_width + 4 * DENSITY) / page_width
        if left or right:
            axes.set_position((box.x0 + left, box.y0, box.width - left - right, box.height))


def tidy_ticks(axes: Any) -> None:
    """Give the axes small, legible tick labels."""
    axes.tick_params(
        labelsize=9, labelcolor=INK, color=INK, labelfontfamily="DejaVu Sans", width=0.8, length=3
    )


def resized(rgb: npt.NDArray[np.uint8], rows: int, columns: int) -> npt.NDArray[np.uint8]:
    """Give the picture exactly this many device pixels.

    A small picture grows by repeating its pixels. A large one is averaged over areas to CSS pixels, which
    are then repeated, because finer detail would cost four times the bytes and is hardly seen.
    """
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(rgb))
    if rgb.shape[0] > rows // DENSITY or rgb.shape[1] > columns // DENSITY:
        smaller = (min(rgb.shape[1], columns // DENSITY), min(rgb.shape[0], rows // DENSITY))
        image = image.resize(smaller, Image.Resampling.BOX)
    return np.asarray(image.resize((columns, rows), Image.Resampling.NEAREST))


def fitted(
    shape: tuple[int, ...], spacing: Sequence[float] | None, width: int, height: int
) -> tuple[float, float]:
    """Give the width and height in CSS pixels (halves allowed) at which an image fits the box.

    Its spacing sets its shape. Where the image's pixels are square and the image isn't larger than the
    box, each pixel gets the same whole number of device pixels. A larger image fills the box.
    """
    row_mm, column_mm = checked_spacing(spacing, 2)
    rows, columns = shape[0] * row_mm, shape[1] * column_mm
    scale = min(width / columns, height / rows)
    if row_mm == column_mm:
        per_pixel = int(scale * row_mm * DENSITY + 1e-9)
        if per_pixel >= 2:
            return shape[1] * per_pixel / DENSITY, shape[0] * per_pixel / DENSITY
    return max(1, round(columns * scale)), max(1, round(rows * scale))


def checked_spacing(spacing: Sequence[float] | None, axes: int) -> tuple[float, ...]:
    """Give the spacing as floats, 1 along each axis where it is None, or say what is wrong with it."""
    if spacing is None:
        return (1.0,) * axes
    names = {2: "(row, column)", 3: "(z, y, x)"}[axes]
    try:
        values = tuple(float(value) for value in spacing)
    except (TypeError, ValueError):
        values = ()
    if len(values) != axes or not all(np.isfinite(value) and value > 0 for value in values):
        raise ValueError(f"spacing is {spacing!r}; it must be {axes} positive numbers in mm, {names}.")
    return values


def wrapped(words: str, width: float, size: float = TEXT) -> list[str]:
    """Break words into lines that fit this many CSS pixels (a DejaVu letter is 0.6 of its size wide)."""
    letters = max(8, int(width / (size * 96 / 72 * 0.6)))
    return [line for part in words.splitlines() for line in (textwrap.wrap(part, letters) or [""])]


def encoded(pixels: Array) -> bytes:
    """Write device pixels as a PNG without date or version.

    Grey pages and those of few colours are kept exactly. Others are written with the 256 colours that
    suit them best; where that would change any channel of any pixel by more than 16 of 255, they are
    kept exactly, at about three times the size. (In a fundus photograph the mean change is 1.3, in a
    stained section 1.8.)
    """
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(pixels))
    if (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all():
        image = image.convert("L")
    else:
        for rounds in (0, 1):  # a second, slower round is for photographs only
            indexed = image.quantize(
                256, method=Image.Quantize.MAXCOVERAGE, kmeans=rounds, dither=Image.Dither.NONE
            )
            error = int(np.abs(np.asarray(indexed.convert("RGB")).astype(np.int16) - pixels).max())
            if error <= 6:
                break
        if error <= TOLERANCE:
            image = indexed
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
