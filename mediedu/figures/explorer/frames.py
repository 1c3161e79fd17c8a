"""Frames of the static player: which positions are computed, and how a frame becomes a small picture.

A frame is a composite: the result and, where both have one scale, the difference side by side. The first one,
which is also the picture where scripts are stripped, has the original in front of them. Each is stored as PNG
or WebP, whichever is smaller.
"""

from __future__ import annotations

import base64
import io
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.figures.explorer.experiment import Experiment, ExperimentError
from mediedu.figures.explorer.layout import counts, gain_of
from mediedu.figures.explorer.ranges import Control
from mediedu.figures.explorer.scale import difference_levels, overlay_levels

MOST_FRAMES = 24
MOST_PER_AXIS = 5
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Frame:
    """Result at one set of positions: panes, histogram and numbers; or the sentence of its failure."""

    panes: tuple[Levels, ...] | None
    histogram: tuple[int, ...]
    numbers: str
    error: str = ""


def offered_positions(controls: tuple[Control, ...]) -> list[list[int]]:
    """Choose the positions the player answers: 24 frames at most, 5 on an axis, 24 on a lone axis.

    The ends and the starting position are always among them, where there is room for three.

    Examples
    --------
    >>> size = Control("size", tuple(range(1, 26)), tuple(map(str, range(1, 26))), 3, slider=True, step=1.0)
    >>> offered_positions((size, size))
    [[0, 3, 12, 18, 24], [0, 3, 16, 24]]
    """
    most = MOST_FRAMES if len(controls) == 1 else MOST_PER_AXIS
    sizes = [min(len(control.values), most) for control in controls]
    while int(np.prod(sizes)) > MOST_FRAMES:
        longest = max(
            range(len(sizes)),
            key=lambda i: (controls[i].slider, sizes[i], i) if sizes[i] > 1 else (False, 0, i),
        )
        sizes[longest] -= 1
    return [_spread(len(c.values), size, c.start) for c, size in zip(controls, sizes, strict=True)]


def _spread(count: int, size: int, start: int) -> list[int]:
    if size == 1:
        return [start]
    chosen = [round(i * (count - 1) / (size - 1)) for i in range(size)]
    if start not in chosen:
        inner = range(1, size - 1) if size > 2 else range(size)
        chosen[min(inner, key=lambda i: abs(chosen[i] - start))] = start
    return chosen


def compute_frames(experiment: Experiment, offered: list[list[int]]) -> list[Frame]:
    """Run the experiment at every combination of the offered positions, the last axis fastest."""
    original = experiment.original_levels()
    gain = gain_of(experiment)
    return [_frame(experiment, positions, original, gain) for positions in itertools.product(*offered)]


def _frame(experiment: Experiment, positions: tuple[int, ...], original: Levels, gain: int) -> Frame:
    try:
        result = experiment.run(positions)
    except ExperimentError as error:
        return Frame(None, (), "", str(error))
    levels = experiment.levels(result)
    panes = panes_beside(experiment, original, levels, gain)
    bars = counts(original, levels) if experiment.scale.mask else counts(levels)
    return Frame(panes, tuple(int(n) for n in bars), experiment.numbers(result))


def panes_beside(experiment: Experiment, original: Levels, levels: Levels, gain: int) -> tuple[Levels, ...]:
    """Give what stands beside the original: a mask twice, a result and its difference, or a result alone."""
    if experiment.scale.mask:
        return overlay_levels(original, levels), levels
    if experiment.scale.same:
        return levels, difference_levels(original, levels, gain)
    return (levels,)


def composite(panes: tuple[Levels, ...], widest: int) -> Levels:
    """Put panes side by side, each shrunk (mean of the pixels) so that no side is longer than ``widest``."""
    small = [shrink(pane, widest) for pane in panes]
    if any(pane.ndim == 3 for pane in small):
        small = [pane if pane.ndim == 3 else np.repeat(pane[..., None], 3, axis=2) for pane in small]
    return np.concatenate(small, axis=1)


def shrink(levels: Levels, widest: int) -> Levels:
    """Shrink by averaging so that no side is longer than ``widest``; a smaller image stays as it is."""
    from PIL import Image

    rows, columns = fitted(levels.shape[:2], widest)
    if (rows, columns) == levels.shape[:2]:
        return levels
    return np.asarray(Image.fromarray(levels).resize((columns, rows), Image.Resampling.BOX))


def fitted(shape: tuple[int, ...], widest: int) -> tuple[int, int]:
    """Rows and columns after shrinking."""
    factor = min(1.0, widest / max(shape[:2]))
    return max(1, round(shape[0] * factor)), max(1, round(shape[1] * factor))


def data_uri(levels: Levels, quality: int) -> str:
    """Encode as PNG and as WebP and write the smaller one as a ``data:`` address."""
    from PIL import Image

    picture = Image.fromarray(levels)
    options: list[tuple[str, dict[str, Any]]] = [
        ("png", {"optimize": True}),
        ("webp", {"quality": quality, "method": 6}),
    ]
    encoded = []
    for kind, settings in options:
        buffer = io.BytesIO()
        picture.save(buffer, kind.upper(), **settings)
        encoded.append((len(buffer.getvalue()), kind, buffer.getvalue()))
    _, kind, content = min(encoded)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
