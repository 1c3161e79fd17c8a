"""Outlines and areas drawn on an image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import LINE, TITLE, Canvas, fitted, wrapped
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.legend import legend, legend_height
from mediedu.figures.palette import ON_IMAGE, style
from mediedu.figures.pixels import Array, Limits, checked_image, checked_limits, to_rgb


def overlay(
    image: npt.ArrayLike,
    masks: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    *,
    alt: str,
    outline: bool = True,
    title: str | None = None,
    spacing: Sequence[float] | None = None,
    limits: Limits | None = None,
) -> Figure:
    """Draw masks on an image, each in its own colour and dash, with a legend.

    Parameters
    ----------
    image : array of shape (row, col) or (row, col, 3)
        The picture below, drawn as `show` draws it.
    masks : array or mapping of name to array, each of shape (row, col)
        A mask (``bool``, or 0 and one other number), or an image of labels: each number above 0 becomes a
        mask of its own.
    alt
        What the picture shows. Needed.
    outline
        True for outlines alone; False tints the area as well.
    title, spacing, limits
        As for `show`.

    Returns
    -------
    Figure
        The picture. An empty mask is named as such in the legend.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.zeros((32, 32), np.uint8)
    >>> mask = np.zeros((32, 32), bool)
    >>> mask[8:20, 10:24] = True
    >>> overlay(image, {"expert": mask}, alt="A rectangle outlined in orange").alt
    'A rectangle outlined in orange'
    """
    alt = checked_alt(alt)
    array = checked_image(image)
    named = separated(masks, array.shape[:2])
    wide, high = fitted(array.shape, spacing, 440, 440)
    page_width = math.ceil(max(wide, 320)) + 8
    head = wrapped(title, page_width - 8, TITLE) if title else []
    top = LINE * len(head) + (6 if head else 4)
    shown = named if list(named) != [""] else {}
    canvas = Canvas(page_width, top + high + 4 + legend_height(list(shown), page_width))
    if head:
        canvas.text(page_width / 2, 3, "\n".join(head), size=TITLE)
    rgb = to_rgb(array, limits=None if limits is None else checked_limits(limits))
    axes = canvas.picture(rgb, int(page_width - wide) // 2, top, wide, high)
    handles = [
        draw_mask(axes, mask, index, name, filled=not outline)
        for index, (name, mask) in enumerate(named.items())
    ]
    if shown:
        legend(canvas, handles)
    return canvas.finish(alt)


def draw_mask(
    axes: Any, mask: npt.NDArray[np.bool_], index: int, name: str, *, filled: bool = False, thin: bool = False
) -> Any:
    """Draw a mask's outline on picture axes, along its pixels' edges, and give the legend's handle."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgb as colour_parts
    from matplotlib.lines import Line2D

    colour, dash = ON_IMAGE[index % len(ON_IMAGE)], style(index).dash
    if filled:
        tint = np.zeros((*mask.shape, 4))
        tint[mask] = (*colour_parts(colour), 0.4)
        rows, columns = mask.shape
        axes.imshow(
            tint, extent=(-0.5, columns - 0.5, rows - 0.5, -0.5), interpolation="nearest", aspect="auto"
        )
    edges = pixel_edges(mask)
    axes.add_collection(
        LineCollection(edges, colors="black", linewidths=2.0 if thin else 3.0, alpha=0.55, capstyle="round")
    )
    axes.add_collection(
        LineCollection(edges, colors=colour, linewidths=1.1 if thin else 1.7, linestyles=[dash])
    )
    label = name if mask.any() else f"{name} (empty)"
    return Line2D([], [], color=colour, linewidth=3.0, linestyle=dash, label=label)


def pixel_edges(mask: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.float64]]:
    """Trace the closed lines between a mask and its surroundings along the pixels' edges, as (x, y) points.

    Examples
    --------
    >>> len(pixel_edges(np.eye(3, dtype=bool)))
    3
    """
    after: dict[tuple[int, int], list[tuple[int, int]]] = {}
    padded = np.pad(mask, 1)
    # Each side of a pixel that faces the outside is one step, walked with the mask on the right.
    for (dy, dx), (start, end) in {
        (-1, 0): ((0, 0), (0, 1)),
        (0, 1): ((0, 1), (1, 1)),
        (1, 0): ((1, 1), (1, 0)),
        (0, -1): ((1, 0), (0, 0)),
    }.items():
        outside = ~padded[1 + dy : padded.shape[0] - 1 + dy, 1 + dx : padded.shape[1] - 1 + dx]
        for y, x in np.argwhere(mask & outside).tolist():
            after.setdefault((y + start[0], x + start[1]), []).append((y + end[0], x + end[1]))
    lines = []
    while after:
        first = next(iter(after))
        point, line = first, [first]
        before = None
        while point in after:
            steps = after[point]
            # Where two pixels touch at a corner, turn right: each keeps its own line.
            index = 0
            if before is not None and len(steps) == 2:
                dy, dx = point[0] - before[0], point[1] - before[1]
                right = (point[0] + dx, point[1] - dy)
                index = steps.index(right) if right in steps else 0
            following = steps.pop(index)
            if not steps:
                del after[point]
            before, point = point, following
            line.append(point)
            if point == first:
                break
        lines.append(np.asarray([(x - 0.5, y - 0.5) for y, x in line]))
    return lines


def separated(
    masks: npt.ArrayLike | Mapping[str, npt.ArrayLike], shape: tuple[int, ...]
) -> dict[str, npt.NDArray[np.bool_]]:
    """Give named boolean masks of the image's shape; an image of several labels gives one mask for each."""
    given = masks if isinstance(masks, Mapping) else {"": masks}
    if not given:
        raise ValueError(
            "masks is empty; give a mask or a mapping of names to masks with at least one in it."
        )
    found: dict[str, npt.NDArray[np.bool_]] = {}
    for name, mask in given.items():
        array: Array = np.asarray(mask)
        where = f"The mask {name!r}" if name else "masks"
        if array.shape != shape:
            raise ValueError(f"{where} has shape {array.shape}, the image {shape}; they must agree.")
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"{where} holds values of type {array.dtype}; it must hold booleans or whole numbers."
            )
        if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.floor(array)).all()):
            raise ValueError(
                f"{where} holds fractions; turn probabilities into a mask first, such as probability > 0.5."
            )
        labels = [label for label in np.unique(array).tolist() if label != 0]
        if len(labels) <= 1:
            found[str(name)] = array != 0
        elif len(labels) > 12:
            raise ValueError(
                f"{where} holds {len(labels)} labels; at most 12 can be told apart. "
                "Pick some, or draw mask > 0."
            )
        else:
            for label in labels:
                found[f"{name} {label:g}".strip()] = array == label
    return found
