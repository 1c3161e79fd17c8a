"""What outline and texture tell of a breast mass: AUC with expert masks, and with automatic ones.

``python -m benchmarks.diagnose_masses`` takes the small set of real ultrasound images with masks that lies
beside the project (``shared/data/busi-subset``, or ``--ultrasound FOLDER`` with ``benign`` and ``malignant``
in it). It cross-validates 10-fold, stratified, 10 times. Each step that learns (scaling, classifier, choice
of the one feature) sees the training folds only. Patients are unknown, so folds are taken by image.

Of each mask the largest piece is described, its holes filled, so every image is one case. An expert drew two
lesions in two of the images; the second mask of one has another image's size and is left out. Four sets of
features were settled before they were measured: the 15 shape features; the same with the logarithm of Hu's
moments; six co-occurrence properties of the pixels inside the mask; shape and texture together. All go to
the SVM as scikit-learn sets it. The one-line rule picks from the 15 shape features.

Three kinds of mask are compared. "coarse" is the expert's mask at the fineness of the automatic one: made
small, smoothed and enlarged again. What is lost from "expert" to "coarse" is lost with the details of the
outline, and from there to "automatic" with its place. The weights by which `segment_lesion` scores its
candidates were fitted to the masks of every other image, not to diagnoses; the AUC of both halves is printed.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import RUNS, machine
from benchmarks.segment_lesions import ULTRASOUND, Case, ultrasound, ultrasound_files
from mediedu.classify import CrossValidation, compare_classifiers, cross_validate, diagnosis_pipeline
from mediedu.describe import SHAPE_FEATURES, ShapeFeatures, glcm, glcm_properties, quantise
from mediedu.segment import clean_mask, dice, segment_lesion
from mediedu.segment.lesion import small_copy

FOLDS, REPEATS, SEED = 10, 10, 0
TEXTURE = ("contrast", "dissimilarity", "homogeneity", "energy", "correlation", "entropy")
LEVELS = 32
GOOD = 0.7  # from this Dice on a mask lies about where the expert's does
Mask = NDArray[np.bool_]


def expert(image: NDArray[Any], truth: Mask) -> Mask:
    """Return the largest piece of what the expert drew."""
    return clean_mask(truth, largest=True)


def coarse(image: NDArray[Any], truth: Mask) -> Mask:
    """Return the expert's mask as fine as `segment_lesion` could give it."""
    from scipy.ndimage import gaussian_filter
    from skimage.transform import resize

    small = small_copy(expert(image, truth).astype(float)) >= 0.5
    large = resize(gaussian_filter(small.astype(float), 0.7), truth.shape, order=1) >= 0.5
    return clean_mask(large, largest=True)


def automatic(image: NDArray[Any], truth: Mask) -> Mask:
    """Return the mask that is found without the expert."""
    return clean_mask(segment_lesion(image), largest=True)


MASKS: dict[str, Callable[[NDArray[Any], Mask], Mask]] = {
    "expert": expert,
    "coarse": coarse,
    "automatic": automatic,
}


def texture(image: NDArray[Any], mask: Mask) -> list[float]:
    """Return the six properties of pairs at distance 1 inside the mask, averaged over four directions."""
    matrix = glcm(quantise(image, LEVELS), levels=LEVELS, symmetric=True, mask=mask)
    return [float(values.mean()) for values in glcm_properties(matrix, TEXTURE).values()]


def feature_sets(cases: Sequence[Case], masks: list[Mask]) -> dict[str, tuple[NDArray[Any], str]]:
    """Return the table of each set of features, and the classifier that it goes to."""
    shape = ShapeFeatures().fit_transform(masks)
    inside = np.array([texture(image, mask) for (image, _, _), mask in zip(cases, masks, strict=True)])
    return {
        "15 shape features": (shape, "svm"),
        "the same, log Hu": (ShapeFeatures(log=True).fit_transform(masks), "svm"),
        "one-line rule": (shape, "one_rule"),
        "6 GLCM properties": (inside, "svm"),
        "shape and GLCM": (np.hstack([shape, inside]), "svm"),
    }


def numbers(result: CrossValidation) -> dict[str, Any]:
    """Return mean, range over the repeats and the first repeat's interval of both measures."""
    first = result.reports[0]
    out = {}
    for name, values, interval in (
        ("auc", result.auc, first.auc),
        ("balanced_accuracy", result.balanced_accuracy, first.balanced_accuracy),
    ):
        out[name] = {
            "mean": round(float(values.mean()), 4),
            "range_over_repeats": [round(float(values.min()), 4), round(float(values.max()), 4)],
            "interval_95_first_repeat": [round(interval.low, 4), round(interval.high, 4)],
        }
    return out


def diagnose(
    kind: str, cases: Sequence[Case], masks: list[Mask], overlap: NDArray[np.float64]
) -> tuple[dict[str, Any], CrossValidation]:
    """Cross-validate every set of features on one kind of mask, and print a line for each."""
    labels = np.array([name for _, _, name in cases])
    results = {
        name: cross_validate(
            diagnosis_pipeline(classifier=classifier), table, labels, folds=FOLDS, repeats=REPEATS, seed=SEED
        )
        for name, (table, classifier) in feature_sets(cases, masks).items()
    }
    out: dict[str, Any] = {name: numbers(result) for name, result in results.items()}
    for name, row in out.items():
        cells = [
            f"{m['mean']:.3f}  {m['range_over_repeats'][0]:.3f}–{m['range_over_repeats'][1]:.3f}  "
            f"[{m['interval_95_first_repeat'][0]:.3f}, {m['interval_95_first_repeat'][1]:.3f}]"
            for m in row.values()
        ]
        print(f"{kind if name == next(iter(out)) else '':11}{name:19}{'   '.join(cells)}")
    rules = [pipeline[-1] for fitted in results["one-line rule"].estimators for pipeline in fitted]
    picks = [SHAPE_FEATURES[rule.feature_] for rule in rules]
    out["one-line rule"]["picked"] = {name: picks.count(name) for name in sorted(set(picks))}
    factor = ShapeFeatures().fit_transform(masks)[:, -1]
    for name in ("benign", "malignant"):
        out[f"{name} masks"] = {
            "dice_mean": round(float(overlap[labels == name].mean()), 4),
            f"dice_below_{GOOD}": int((overlap[labels == name] < GOOD).sum()),
            "shape_factor_quartiles": np.quantile(factor[labels == name], [0.25, 0.5, 0.75])
            .round(4)
            .tolist(),
        }
    return out, results["15 shape features"]


def in_part(result: CrossValidation, chosen: NDArray[Any]) -> float:
    """Return the mean AUC over the repeats among some of the cases."""
    from sklearn.metrics import roc_auc_score

    truth = (result.y_true == result.positive)[chosen]
    return round(float(np.mean([roc_auc_score(truth, scores[chosen]) for scores in result.scores])), 4)


def main() -> int:
    """Measure, print, and keep the run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diagnose_masses", description=__doc__)
    parser.add_argument(
        "--ultrasound", type=Path, default=ULTRASOUND, help="folder of real images with masks"
    )
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept run alone")
    options = parser.parse_args()
    cases = ultrasound(options.ultrasound) if options.ultrasound.is_dir() else []
    if not cases:
        print(
            "There are no real ultrasound images to measure. Give a folder that holds 'benign' and "
            "'malignant', with masks named <image>_mask.png, by --ultrasound FOLDER.",
            file=sys.stderr,
        )
        return 2
    print(f"{len(cases)} images; {FOLDS} folds, {REPEATS} repeats: mean, range over repeats, [95 %, first]")
    print(f"{'masks':11}{'features':19}{'AUC':37}balanced accuracy")
    masks = {kind: [make(image, truth) for image, truth, _ in cases] for kind, make in MASKS.items()}
    results, shape, overlap = {}, {}, {}
    for kind, those in masks.items():
        overlap[kind] = np.array([dice(*pair) for pair in zip(those, masks["expert"], strict=True)])
        results[kind], shape[kind] = diagnose(kind, cases, those, overlap[kind])
    every_other = np.arange(len(cases)) % 2 == 0
    good = overlap["automatic"] >= GOOD
    parts = {
        name: {"images": int(chosen.sum()), "auc": in_part(shape["automatic"], chosen)}
        for name, chosen in {
            "images the segmentation's weights were fitted on": every_other,
            "the others": ~every_other,
            f"Dice from {GOOD}": good,
            f"Dice below {GOOD}": ~good,
        }.items()
    }
    print("automatic masks, 15 shape features, mean AUC among a part of the images:")
    for name, part in parts.items():
        print(f"{'':11}{name:50}{part['images']:3}  {part['auc']:.3f}")
    loss = compare_classifiers(
        shape["expert"].y_true, shape["expert"].scores[0], shape["automatic"].scores[0], thresholds=(0, 0)
    )
    print(f"expert and automatic, first repeat: {loss}")
    if not options.discard:
        kept = {
            "machine": machine(),
            "command": "python -m benchmarks.diagnose_masses",
            "seed": SEED,
            "unit": shape["expert"].unit,
            "images": [path.name for path in ultrasound_files(options.ultrasound)],
            "results": results,
            "automatic_auc_in_parts": parts,
            "expert_less_automatic_auc": {
                "difference": round(loss.auc_difference.value, 4),
                "interval_95": [round(loss.auc_difference.low, 4), round(loss.auc_difference.high, 4)],
            },
        }
        text = json.dumps(kept, indent=1)
        (RUNS / "diagnose_masses.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
