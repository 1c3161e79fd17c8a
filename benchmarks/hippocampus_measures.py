"""Judge label maps of the hippocampus: Dice and distances of its two parts, each volume and over all."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.segment import average_surface_distance, dice_per_class, hausdorff_distance

STRUCTURES = {1: "anterior", 2: "posterior"}
MEASURES = ("dice", "hausdorff_95_mm", "surface_distance_mm")


def judge(
    name: str, answer: NDArray[np.uint8], labels: NDArray[np.uint8], spacing: Sequence[float]
) -> dict[str, Any]:
    """Measure an answer for a volume against its labels, structure by structure."""
    found: dict[str, Any] = {"file": name}
    overlaps = dice_per_class(answer, labels, STRUCTURES)
    for value, structure in STRUCTURES.items():
        masks = answer == value, labels == value
        measured = (
            overlaps[value],
            hausdorff_distance(*masks, spacing=spacing, percentile=95),
            average_surface_distance(*masks, spacing=spacing),
        )
        # A structure that was not found has no distance, and JSON no infinity.
        found[structure] = {
            measure: round(one, 4) if np.isfinite(one) else None
            for measure, one in zip(MEASURES, measured, strict=True)
        }
    return found


def over_volumes(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return means over volumes with 95 % intervals, from resampling volumes, and the worst case."""
    summary: dict[str, Any] = {}
    for structure in STRUCTURES.values():
        summary[structure] = {}
        for name in MEASURES:
            values = np.array([row[structure][name] for row in rows], float)  # None becomes NaN
            known = values[np.isfinite(values)]
            if not len(known):  # found in no volume: there is no distance to speak of
                summary[structure][name] = None
                continue
            drawn = np.random.default_rng(0).choice(known, (10_000, len(known))).mean(axis=1)
            low, high = np.percentile(drawn, [2.5, 97.5])
            worst = known.argmin() if name == "dice" else known.argmax()
            summary[structure][name] = {
                "mean": round(float(known.mean()), 4),
                "interval_95": [round(float(low), 4), round(float(high), 4)],
                "median": round(float(np.median(known)), 4),
                "worst": round(float(known[worst]), 4),
                "not_found": int(np.isnan(values).sum()),
            }
    mean = [np.mean([row[name]["dice"] for name in STRUCTURES.values()]) for row in rows]
    summary["worst_case"] = rows[int(np.argmin(mean))]["file"]
    return summary


def told(summary: dict[str, Any]) -> str:
    """Put means into lines."""
    lines = []
    for structure in STRUCTURES.values():
        dice, far, near = (summary[structure][name] for name in MEASURES)
        line = (
            f"  {structure}: Dice {dice['mean']:.4f} ({dice['interval_95'][0]:.3f} to "
            f"{dice['interval_95'][1]:.3f}), worst {dice['worst']:.3f}"
        )
        if far is not None:
            line += f"; Hausdorff 95 % {far['mean']:.2f} mm; surface distance {near['mean']:.3f} mm"
        lines.append(line)
    return "\n".join([*lines, f"  worst case by mean Dice: {summary['worst_case']}"])
