"""A volume in three cuts: axial, coronal, sagittal, in the radiological convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import LINE, PAGE, TEXT, Canvas, checked_spacing
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.legend import legend, legend_height
from mediedu.figures.overlay import draw_mask, separated
from mediedu.figures.pixels import Array, Limits, checked_limits, grey_limits, to_rgb

EDGE = 16
"""Room for a letter at each side of a panel, in CSS pixels."""
LETTERS = {"Axial": "ALPR", "Coronal": "SLIR", "Sagittal": "SPIA"}
"""What lies at the top, right, bottom and left of each panel."""


def three_views(
    volume: npt.ArrayLike,
    *,
    alt: str,
    spacing: Sequence[float] | None = None,
    position: Sequence[float] | None = None,
    mask: npt.ArrayLike | Mapping[str, npt.ArrayLike] | None = None,
    limits: Limits | None = None,
    crosshair: bool = True,
    title: str | None = None,
) -> Figure:
    """Draw the axial, coronal and sagittal slice through one voxel, labelled with the patient's sides.

    The convention is the radiological one, as if the patient were seen from the feet and from the front: the
    patient's right (R) is on the viewer's left in the axial and coronal slice. In the sagittal slice the
    front (A) is on the left. Superior (S) is up in the coronal and sagittal slice, anterior (A) is up in the
    axial one. The figure states this below.

    Parameters
    ----------
    volume : array of shape (z, y, x)
        Grey values; z runs to superior, y to anterior, x to the patient's right, as `mediedu.data.read`
        gives them.
    alt
        What the slices show. Needed.
    spacing
        Size of a voxel in mm, (z, y, x). All panels share one scale.
    position
        The voxel cut through, (z, y, x), counted from 0; fractions are rounded. By default the middle voxel,
        (n // 2) along each axis. A position in RAS mm becomes one by the inverse of the affine.
    mask : array or mapping of name to array, each of shape (z, y, x)
        Masks or labels, drawn as outlines as in `overlay`.
    limits
        As for `show`; by default from the whole volume, not from the slices.
    crosshair
        Mark the position by thin lines that leave the centre free.
    title
        A short line above the figure.

    Returns
    -------
    Figure
        Three panels in a row.

    Examples
    --------
    >>> import numpy as np
    >>> volume = np.zeros((20, 30, 24), np.uint8)
    >>> volume[12:, 15:, 14:] = 255  # superior, anterior, right
    >>> three_views(volume, alt="A bright block at the patient's upper front right", spacing=(2, 1, 1)).width
    720
    """
    alt = checked_alt(alt)
    array: Array = np.asarray(volume)
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(
            f"volume has shape {array.shape}; three_views needs (z, y, x), each at "
            "least 1. For one image call show."
        )
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"volume holds values of type {array.dtype}; it must hold booleans, whole numbers or floats."
        )
    voxel = checked_position(position, array.shape)
    sizes = checked_spacing(spacing, 3)
    limits = grey_limits([array]) if limits is None else checked_limits(limits)
    masks = {} if mask is None else separated(mask, array.shape)
    depth, length, breadth = (count * size for count, size in zip(array.shape, sizes, strict=True))
    # Widths: axial and coronal x, sagittal y. Heights: axial y, the others z.
    gap = 2 * EDGE + 6
    scale = min((PAGE - 3 * gap) / (2 * breadth + length), 320 / max(length, depth))
    boxes = {
        "Axial": (round(breadth * scale), round(length * scale)),
        "Coronal": (round(breadth * scale), round(depth * scale)),
        "Sagittal": (round(length * scale), round(depth * scale)),
    }
    top = (26 if title else 4) + LINE + EDGE
    tall = max(high for _, high in boxes.values())
    shown = masks if list(masks) != [""] else {}
    foot = EDGE + LINE + 8 + legend_height(list(shown), PAGE)
    canvas = Canvas(PAGE, top + tall + foot)
    if title:
        canvas.text(PAGE / 2, 3, title, size=11)
    left = (PAGE - sum(wide for wide, _ in boxes.values()) - 3 * gap) // 2 + gap // 2
    handles: list[Any] = []
    for axis, (name, (wide, high)) in enumerate(boxes.items()):
        place = top
        axes = canvas.picture(
            to_rgb(turned(array, axis, voxel[axis]), limits=limits), left, place, wide, high
        )
        drawn = [
            draw_mask(axes, turned(mask, axis, voxel[axis]), index, label, thin=True)
            for index, (label, mask) in enumerate(masks.items())
        ]
        handles = handles or drawn
        if crosshair:
            _cross(axes, axis, voxel, array.shape, sizes)
        letters = LETTERS[name]
        canvas.text(
            left + wide / 2, top - EDGE - 4, f"{name}, {'zyx'[axis]} = {voxel[axis]}", size=TEXT, va="bottom"
        )
        canvas.text(left + wide / 2, place - 2, letters[0], va="bottom", weight="bold")
        canvas.text(left + wide + 4, place + high / 2, letters[1], ha="left", va="center", weight="bold")
        canvas.text(left + wide / 2, place + high + 2, letters[2], weight="bold")
        canvas.text(left - 4, place + high / 2, letters[3], ha="right", va="center", weight="bold")
        left += wide + gap
    canvas.text(PAGE / 2, top + tall + EDGE + 4, "The patient's right (R) is on your left.", size=9)
    if shown:
        for handle, (label, whole) in zip(handles, masks.items(), strict=True):
            handle.set_label(label if whole.any() else f"{label} (empty)")
        legend(canvas, handles)
    return canvas.finish(alt)


def turned(volume: Array, axis: int, index: int) -> Array:
    """Cut one slice and turn it as radiologists look at it: 0 axial, 1 coronal, 2 sagittal.

    Both axes of the slice are reversed: rows then run down from superior (or anterior), columns from the
    patient's right (or from anterior in the sagittal slice) to the viewer's right.
    """
    cut: Array = np.take(volume, index, axis=axis)
    return cut[::-1, ::-1]


def checked_position(position: Sequence[float] | None, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Give the voxel to cut through, the middle one where none was named."""
    if position is None:
        return tuple(count // 2 for count in shape)
    sentence = f"position is {position!r}; it must be a voxel (z, y, x) in a volume of shape {shape}."
    try:
        values = np.asarray(position, np.float64)
    except (TypeError, ValueError):
        raise ValueError(sentence) from None
    if values.shape != (3,) or not np.isfinite(values).all():
        raise ValueError(sentence)
    voxel = tuple(int(np.floor(value + 0.5)) for value in values)
    if any(not 0 <= index < count for index, count in zip(voxel, shape, strict=True)):
        raise ValueError(sentence)
    return voxel


def _cross(
    axes: Any, axis: int, voxel: tuple[int, ...], shape: tuple[int, ...], sizes: tuple[float, ...]
) -> None:
    rows, columns = (other for other in range(3) if other != axis)
    y, x = shape[rows] - 1 - voxel[rows], shape[columns] - 1 - voxel[columns]
    free = 0.05 * max(shape[rows] * sizes[rows], shape[columns] * sizes[columns])
    up, aside = free / sizes[rows], free / sizes[columns]
    pieces: list[Any] = [
        [(x, -0.5), (x, y - up)], [(x, y + up), (x, shape[rows] - 0.5)],
        [(-0.5, y), (x - aside, y)], [(x + aside, y), (shape[columns] - 0.5, y)],
    ]  # fmt: skip
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(pieces, colors="#F0E442", linewidths=0.8))
