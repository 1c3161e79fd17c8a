"""Several images side by side, under the same rule for grey."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy.typing as npt

from mediedu.figures.canvas import LINE, PAGE, TEXT, Canvas, fitted, wrapped
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.pixels import Limits, checked_image, checked_limits, grey_limits, to_rgb

GAP = 10


def compare(
    images: Mapping[str, npt.ArrayLike],
    *,
    alt: str,
    cmap: str = "gray",
    limits: Literal["shared", "each"] | Limits = "shared",
    columns: int | None = None,
    spacing: Sequence[float] | None = None,
) -> Figure:
    """Draw titled images in a row or a grid.

    Parameters
    ----------
    images
        Title → image, each of shape (row, col) or (row, col, 3); the shapes may differ.
    alt
        What the pictures show and how they differ. Needed.
    cmap
        Name of a matplotlib colour map for grey values.
    limits
        ``"shared"``: the same grey values are drawn black and white in all panels (0 and 255 if all are
        ``uint8``, else the smallest and the largest of all). ``"each"``: each panel has its own. Or two
        numbers for all.
    columns
        Panels in a row. By default up to four in one row, else three.
    spacing
        Size of a pixel in mm, (row, column), the same for all.

    Returns
    -------
    Figure
        The panels under their titles.

    Raises
    ------
    ValueError, TypeError
        With a sentence, if there is no image or one of them can't be drawn.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.arange(64.0).reshape(8, 8)
    >>> compare({"as read": image, "turned": image.T}, alt="A ramp and the same ramp turned by a quarter")
    Figure('A ramp and the same ramp turned by a quarter', 658×347)
    """
    alt = checked_alt(alt)
    if not isinstance(images, Mapping) or not images:
        raise ValueError(
            "images must map titles to images, such as {'before': a, 'after': b}, with at least one in it."
        )
    arrays = {str(name): checked_image(image, f"The image {name!r}") for name, image in images.items()}
    grey = [array for array in arrays.values() if array.ndim == 2]
    if isinstance(limits, str):
        if limits not in ("shared", "each"):
            raise ValueError(
                f"limits is {limits!r}; it must be 'shared', 'each' or two numbers, (black, white)."
            )
        common = grey_limits(grey) if limits == "shared" and grey else None
    else:
        common = checked_limits(limits)
    if columns is None:
        columns = len(arrays) if len(arrays) <= 4 else 3
    if int(columns) != columns or columns < 1:
        raise ValueError(f"columns is {columns!r}; it must be a whole number of at least 1.")
    columns = min(int(columns), len(arrays))
    room = min(320, (PAGE - 8 - GAP * (columns - 1)) // columns)
    sizes = [fitted(array.shape, spacing, room, 320) for array in arrays.values()]
    cell = math.ceil(max(max(wide for wide, _ in sizes), min(room, 120)))
    heads = [wrapped(name, cell) for name in arrays]
    rows = [range(start, min(start + columns, len(arrays))) for start in range(0, len(arrays), columns)]
    tops, top = [], 3
    for row in rows:
        title_height = LINE * max(len(heads[i]) for i in row) + 2
        tops.append(top + title_height)
        top += title_height + math.ceil(max(sizes[i][1] for i in row)) + GAP
    canvas = Canvas(columns * cell + (columns - 1) * GAP + 8, top - GAP + 4)
    for picture_top, row in zip(tops, rows, strict=True):
        for place, i in enumerate(row):
            left = 4 + place * (cell + GAP)
            array = list(arrays.values())[i]
            for up, words in enumerate(reversed(heads[i])):  # on one baseline, whatever letters hang below it
                baseline = picture_top - 7 - up * LINE
                canvas.text(left + cell / 2, baseline, words, size=TEXT, va="baseline")
            panel_limits = common if array.ndim == 2 else None
            rgb = to_rgb(array, cmap=cmap, limits=panel_limits)
            canvas.picture(rgb, left + int(cell - sizes[i][0]) // 2, picture_top, *sizes[i])
    return canvas.finish(alt)
