"""How well a breast lesion is found without a seed: Dice and border distance, with bootstrap intervals.

``python -m benchmarks.segment_lesions`` measures `mediedu.segment.segment_lesion` on the training and
validation parts of the computed masses, and, where the folder of a small set of real ultrasound images
lies beside the project (``shared/data/busi-subset``, or ``--ultrasound FOLDER`` with ``benign`` and
``malignant`` in it), on both halves of that. The weights of the score were chosen on the training part and
on the first half. The validation part and the second half judge. Which five measures the score has was
settled by cross-validation inside the first half; but results on the second half were seen along the way,
so they may flatter a little. Halves are taken by image, in turns: the patients are unknown. ``--fit``
chooses the weights anew and prints them. ``--test`` adds the test part of the computed masses, which is to
be read once, when all is chosen.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import RUNS, machine
from mediedu.data import load
from mediedu.segment import dice, hausdorff_distance, segment_lesion
from mediedu.segment.lesion import WEIGHTS, candidates, small_copy

ULTRASOUND = Path(__file__).resolve().parents[2] / "shared" / "data" / "busi-subset"
DRAWS, SEED = 10_000, 0
MISSED = 0.1  # a Dice below this counts as a lesion not found
Case = tuple[NDArray[Any], NDArray[np.bool_], str]


def phantoms(part: str) -> list[Case]:
    """Return image, truth and kind of the computed masses of a part."""
    masses = load("breast_masses", part)
    kinds = [masses.class_names[int(k)] for k in np.asarray(masses.labels)]
    return [(i, m > 0, k) for i, m, k in zip(masses.images, masses.masks, kinds, strict=True)]


def ultrasound_files(folder: Path) -> list[Path]:
    """Return the real images' files, benign ones first, in the order of their names."""
    return [path for kind in ("benign", "malignant") for path in sorted((folder / kind).glob("*).png"))]


def ultrasound(folder: Path) -> list[Case]:
    """Return the real images; several lesions in one image count as one mask."""
    from PIL import Image

    cases = []
    for path in ultrasound_files(folder):
        image = np.asarray(Image.open(path).convert("L"))
        truth = np.zeros(image.shape, dtype=bool)
        for drawn in sorted(path.parent.glob(f"{path.stem}_mask*.png")):
            mask = np.asarray(Image.open(drawn).convert("L")) > 0
            if mask.shape == truth.shape:
                truth |= mask
            else:
                print(f"left out {drawn.name}: {mask.shape} on an image of {image.shape}")
        cases.append((image, truth, path.parent.name))
    return cases


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean, over images."""
    rng = np.random.default_rng(SEED)
    data = np.asarray(values)
    means = data[rng.integers(0, len(data), (DRAWS, len(data)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def measure(name: str, cases: Iterable[Case]) -> dict[str, Any]:
    """Segment every image, print a line for all and for each kind, and return the numbers."""
    rows = []
    for image, truth, kind in cases:
        found = segment_lesion(image)
        # Images differ in size and spacing is unknown: distances in percent of the longer side.
        distance = 100 * hausdorff_distance(found, truth, percentile=95) / max(image.shape)
        rows.append((kind, dice(found, truth), distance))
    result: dict[str, Any] = {}
    for group in ("all", "benign", "malignant"):
        chosen = [row for row in rows if group in ("all", row[0])]
        scores = [row[1] for row in chosen]
        low, high = interval(scores)
        result[group] = {
            "images": len(chosen),
            "dice_mean": round(float(np.mean(scores)), 4),
            "dice_interval_95": [round(low, 4), round(high, 4)],
            "dice_median": round(float(np.median(scores)), 4),
            "missed": int(sum(score < MISSED for score in scores)),
            "hausdorff_95_percent_of_side_median": round(float(np.median([row[2] for row in chosen])), 2),
        }
        print(
            f"{name if group == 'all' else '':34}{group:11}{len(chosen):4}   {np.mean(scores):.3f} "
            f"[{low:.3f}, {high:.3f}]   {np.median(scores):.3f}   {result[group]['missed']:3}"
            f"{result[group]['hausdorff_95_percent_of_side_median']:9.1f}"
        )
    return result


def fit(groups: Sequence[Sequence[Case]], shares: Sequence[float]) -> NDArray[np.float64]:
    """Choose the weights under which a softmax over an image's candidates has the highest expected Dice."""
    from scipy.optimize import minimize
    from skimage.transform import resize

    tables = []
    for cases, share in zip(groups, shares, strict=True):
        for image, truth, _ in cases:
            values = image.astype(np.float64)
            small = small_copy((values - values.min()) / np.ptp(values))
            wanted = resize(truth.astype(float), small.shape, anti_aliasing=True) >= 0.5
            measured = [(m, dice(mask, wanted)) for mask, m in candidates(small)]
            tables.append(
                (np.array([m for m, _ in measured]), np.array([d for _, d in measured]), share / len(cases))
            )
    spread = np.vstack([measures for measures, _, _ in tables]).std(axis=0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = 2e-3 * float(weights @ weights), 4e-3 * weights  # a light pull to small weights
        for measures, scores, share in tables:
            scaled = measures / spread
            logits = scaled @ weights
            chance = np.exp(logits - logits.max())
            chance /= chance.sum()
            expected = chance @ scores
            value -= share * expected
            slope = slope - share * (scaled.T @ (chance * (scores - expected)))
        return value, slope

    weights = minimize(loss, np.zeros(spread.size), jac=True, method="L-BFGS-B").x / spread
    return np.asarray(weights / weights[0])


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segment_lesions", description=__doc__)
    parser.add_argument(
        "--ultrasound", type=Path, default=ULTRASOUND, help="folder of real images with masks"
    )
    parser.add_argument("--fit", action="store_true", help="choose the weights anew and print them")
    parser.add_argument("--test", action="store_true", help="read the test part of the computed masses too")
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept run alone")
    options = parser.parse_args()
    real = ultrasound(options.ultrasound)  # none where the folder is missing
    names = [path.name for path in ultrasound_files(options.ultrasound)]
    if not real:
        print("The real ultrasound images are not here; only computed masses are measured.", file=sys.stderr)
    if options.fit:
        if not real:
            return 2
        weights = fit([real[::2], phantoms("train")[::5]], [0.7, 0.3])
        print(f"fitted {np.round(weights, 2).tolist()}, in use {list(WEIGHTS)}")
        return 0
    print(f"{'':34}{'kind':11}{'n':>4}   Dice mean [95 %]         median missed  HD95 % of side, median")
    parts = {f"computed, {part}": phantoms(part) for part in ("train", "val", *["test"] * options.test)}
    if real:
        parts |= {"ultrasound, chosen on": real[::2], "ultrasound, held out": real[1::2]}
    results = {name: measure(name, cases) for name, cases in parts.items()}
    if not options.discard:
        kept = {
            "machine": machine(),
            "weights": WEIGHTS,
            "images": {"ultrasound, chosen on": names[::2], "ultrasound, held out": names[1::2]},
            "results": results,
        }
        text = json.dumps(kept, indent=1)
        (RUNS / "segment_lesions.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
