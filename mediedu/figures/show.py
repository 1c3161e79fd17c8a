"""One image, drawn as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy.typing as npt

from mediedu.figures.canvas import FONT, LINE, PAGE, TITLE, Canvas, fitted, tidy_ticks, wrapped
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.palette import INK
from mediedu.figures.pixels import Limits, checked_image, checked_limits, colour_table, grey_limits, to_rgb

BAR = 96
"""Room for a colour bar and its numbers, in CSS pixels."""


def show(
    image: npt.ArrayLike,
    *,
    alt: str,
    title: str | None = None,
    cmap: str = "gray",
    limits: Limits | None = None,
    spacing: Sequence[float] | None = None,
    colorbar: bool | str = False,
    width: int | None = None,
) -> Figure:
    """Draw one grey or colour image.

    Parameters
    ----------
    image : array of shape (row, col) or (row, col, 3)
        Grey: ``bool``, any integer or float type; NaN is drawn sky blue. Colour: ``uint8`` in 0–255,
        ``uint16`` in 0–65535 or floats in [0, 1].
    alt
        What the picture shows, in a sentence or two. Needed.
    title
        A short line above the picture.
    cmap
        Name of a matplotlib colour map for grey values.
    limits
        The grey values drawn black and white. By default 0 and 255 for ``uint8``, 0 and 1 for ``bool``, else
        the smallest and the largest finite value. Values outside are drawn as the nearer limit.
    spacing
        Size of a pixel in mm, (row, column). It sets the shape of the picture.
    colorbar
        True for a scale of grey values at the right; a text, such as ``"HU"``, is written beside it as the
        unit.
    width
        Widest the picture may be, in CSS pixels, at most 720. By default 400. An image with more pixels than
        that is averaged down; ``width=512`` shows a 512 × 512 slice pixel by pixel (and costs more bytes).

    Returns
    -------
    Figure
        The picture. An image larger than its place is averaged down; a smaller one grows with crisp pixels.

    Raises
    ------
    ValueError, TypeError
        With a sentence, for an empty alt text, a shape that is no image, or limits or spacing that make no
        sense.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> show(ramp, alt="Grey values rising from black to white", title="A ramp", colorbar=True)
    Figure('Grey values rising from black to white', 504×436)
    """
    alt = checked_alt(alt)
    array = checked_image(image)
    grey = array.ndim == 2
    if limits is not None:
        limits = checked_limits(limits)
    elif grey:
        limits = grey_limits([array])
    bar = BAR if colorbar and grey else 0
    if width is not None and not 16 <= width <= PAGE:
        raise ValueError(f"width is {width!r}; it must lie between 16 and {PAGE} CSS pixels.")
    wide, high = fitted(array.shape, spacing, min(width or 400, PAGE - bar), PAGE if width else 400)
    page_width = math.ceil(max(wide + bar, 160 if title else 0)) + 8
    head = wrapped(title, page_width - 8, TITLE) if title else []
    edge = 8 if bar else 4  # the end numbers of a colour bar reach beyond it
    top = LINE * len(head) + (6 if head else 0) + edge - (4 if head else 0)
    canvas = Canvas(page_width, top + high + edge)
    if head:
        canvas.text(page_width / 2, 3, "\n".join(head), size=TITLE)
    left = int(page_width - wide - bar) // 2
    canvas.picture(to_rgb(array, cmap=cmap, limits=limits), left, top, wide, high)
    if bar and limits is not None:
        low, top_value = limits if limits[1] > limits[0] else (limits[0] - 0.5, limits[0] + 0.5)
        axes = canvas.axes(left + wide + 10, top, 14, high)
        axes.imshow(colour_table(cmap)[:, None], extent=(0, 1, low, top_value), origin="lower", aspect="auto")
        axes.set_xticks([])
        axes.yaxis.tick_right()
        axes.yaxis.set_label_position("right")
        for spine in axes.spines.values():
            spine.set(color=INK, linewidth=0.6)
        tidy_ticks(axes)
        if isinstance(colorbar, str):
            axes.set_ylabel(colorbar, fontsize=10, **FONT)
    return canvas.finish(alt)
