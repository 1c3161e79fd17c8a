"""What both forms of the explorer tell the browser: controls, captions, sizes, axis labels."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.figures.explorer.experiment import Experiment
from mediedu.figures.explorer.scale import difference_gain, to_grey

BINS = 64  # bars of the histogram, over the 256 levels of the screen


def asset(name: str) -> str:
    """Read one of the style sheets and scripts beside this file."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def gain_of(experiment: Experiment) -> int:
    """Gain of the difference picture, fixed by the first result."""
    if experiment.scale.mask:
        return 1
    return difference_gain(experiment.original_levels(), experiment.levels(experiment.first))


def counts(levels: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> NDArray[np.intp]:
    """Histogram of screen levels, within a mask if one is given; colour is counted as grey."""
    grey = to_grey(levels)
    return np.bincount((grey if mask is None else grey[mask > 127]).ravel() >> 2, minlength=BINS)


def spec(
    experiment: Experiment,
    *,
    title: str,
    alt: str,
    shape: tuple[int, int],
    positions: Sequence[Sequence[int]],
) -> dict[str, Any]:
    """Describe the explorer for the browser; ``positions`` are those each control offers."""
    controls = []
    for control, offered in zip(experiment.controls, positions, strict=True):
        texts = [control.texts[at] for at in offered]
        values = [control.values[at] for at in offered] if control.slider else texts
        start = min(range(len(offered)), key=lambda i: abs(offered[i] - control.start))
        controls.append(
            {
                "name": control.name,
                "label": control.label,
                "slider": control.slider,
                "values": values,
                "texts": texts,
                "step": control.step,
                "start": start,
            }
        )
    return {
        "title": title,
        "alt": alt,
        "controls": controls,
        "captions": captions(experiment),
        "rows": shape[0],
        "columns": shape[1],
        "mask": experiment.scale.mask,
        "gain": gain_of(experiment),
        "bins": BINS,
        "axis": _axis(experiment),
        "numbers": experiment.first_numbers,
    }


def captions(experiment: Experiment) -> list[str]:
    """Name the panes: three, or two where the result's scale is its own and a difference means nothing."""
    if experiment.scale.mask:
        return ["Original", "Result over the original", "Result: white is marked"]
    if not experiment.scale.same:
        return ["Original", f"Result (own scale, {_span(experiment.scale.result)})"]
    gain = gain_of(experiment)
    times = f" ×{gain}" if gain > 1 else ""
    return ["Original", "Result", f"Difference{times} (grey: none, brighter: result higher)"]


def _axis(experiment: Experiment) -> list[str]:
    low, high = experiment.scale.original
    if experiment.scale.same or experiment.scale.mask:
        return [f"{low:.4g}", "grey value", f"{high:.4g}"]
    return ["black", "level on the screen", "white"]


def _span(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.4g} to {limits[1]:.4g}"
