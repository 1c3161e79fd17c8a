"""Train the patch CNN for brain tissue, and tell its Dice on voxels or patients that it has not seen.

``python -m benchmarks.train_tissue`` takes the average brain ICBM152 with added Rician noise and a bias
field. It learns from the back of the head and is judged on the front, each cut out by a coronal plane and 13
rows apart, the side of a patch. (The average brain is symmetric: halves left and right would be the same.)
The result goes to ``benchmarks/runs/train_tissue.json``.

``python -m benchmarks.train_tissue --folder PATH`` takes any folder of NIfTI volumes with label maps laid out
as IBSR18 is (``NAME.nii.gz`` beside ``NAME_seg.nii.gz`` or ``NAME_segTRI_ana.nii.gz``; see
`mediedu.data.labelled_volumes`), learns from some patients and is judged on the others.

Nothing is chosen by what is judged: the number of patches and epochs is fixed beforehand. Patches are drawn
so that each class is seen equally often; the answers are weighed with the classes' shares of the voxels
learnt from (Saerens et al. 2002).
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import RUNS, machine
from mediedu.classify import split_by_patient
from mediedu.data import labelled_volumes, load, noise
from mediedu.nets import PatchBatches, dense_inference, load_keras, set_seed, tissue_patch_cnn, train
from mediedu.segment import dice_interval, dice_per_class

SIDE = 13
RICIAN, BIAS = 0.06, 0.3  # of the grey level of white matter; of 1
EVERY = 4  # slices of the front of the head: one in four is judged
TISSUES = {1: "CSF", 2: "grey matter", 3: "white matter"}
Volume = NDArray[np.float32]
Labels = NDArray[np.uint8]


def scaled(volume: NDArray[Any]) -> Volume:
    """Bring grey values to 0 ± 1 over the voxels brighter than the mean, which are mostly brain."""
    grey = np.asarray(volume, dtype=np.float32)
    inside = grey[grey > grey.mean()]
    if inside.size == 0:
        raise ValueError("A volume holds one grey value alone; nothing can be learnt from it.")
    return (grey - inside.mean()) / (inside.std() or 1)


def halves() -> tuple[tuple[Volume, Labels], tuple[Volume, Labels]]:
    """Give back and front of the average brain with noise and bias, volume and labels each."""
    brain = load("brain_tissue")
    assert brain.masks is not None
    head, tissue = np.asarray(brain.images[0], float), np.asarray(brain.masks[0])
    white = head[tissue == 3].mean()
    shaded = noise.add_bias_field(head, BIAS, rng=1)
    noisy = scaled(noise.add_rician(shaded, RICIAN * white, rng=2))
    middle = head.shape[1] // 2
    back, front = slice(None, middle - SIDE // 2), slice(middle + SIDE // 2 + 1, None)
    return (noisy[:, back], tissue[:, back]), (noisy[::EVERY, front], tissue[::EVERY, front])


def learn(volumes: list[Volume], labels: list[Labels], options: argparse.Namespace) -> tuple[Any, Any]:
    """Train on patches of these volumes; give the model and the shares of the classes."""
    set_seed(options.seed)
    model = tissue_patch_cnn(widths=options.widths)
    batches = PatchBatches(
        volumes, labels, (SIDE, SIDE), batch_size=128, count=options.patches, seed=options.seed
    )
    print(
        f"{model.count_params():,} parameters; {options.epochs} epochs of {options.patches:,} patches",
        flush=True,
    )
    training = train(
        model,
        batches,
        epochs=options.epochs,
        learning_rate=options.learning_rate,
        schedule="cosine",
        seed=options.seed,
    )
    print(training, flush=True)
    counts = np.bincount(np.concatenate([a.ravel() for a in labels]), minlength=4)
    return model, counts / counts.sum()


def segment(model: Any, volume: Volume, shares: NDArray[np.float64]) -> Labels:
    """Name the tissue of each voxel, slice by slice."""
    found = np.empty(volume.shape, np.uint8)
    for number, one in enumerate(volume):
        found[number] = np.argmax(dense_inference(model, one) * shares, axis=-1)
    return found


def by_intensity(learnt: tuple[Volume, Labels], judged: Volume, seed: int) -> Labels:
    """Name the tissue by the grey value of the voxel alone, from its 25 nearest neighbours."""
    from sklearn.neighbors import KNeighborsClassifier

    batches = PatchBatches([learnt[0]], [learnt[1]], (1, 1), count=20_000, balanced=False, seed=seed)
    values, classes = batches.take(batches.order(0))
    model = KNeighborsClassifier(25).fit(values.reshape(-1, 1), classes)
    steps = np.linspace(judged.min(), judged.max(), 2048)
    table = model.predict(steps[:, None])
    places = np.rint((judged - steps[0]) / (steps[1] - steps[0])).astype(int)
    return np.asarray(table[places], np.uint8)


def rows(found: dict[int, tuple[float, float, float]]) -> dict[str, dict[str, Any]]:
    """Write values and intervals under the names of the tissues."""
    return {
        TISSUES[k]: {"dice": round(value, 4), "interval_95": [round(low, 4), round(high, 4)]}
        for k, (value, low, high) in found.items()
    }


def show(name: str, table: dict[str, dict[str, Any]]) -> None:
    """Print a line for each tissue."""
    for tissue, row in table.items():
        low, high = row["interval_95"]
        print(f"{name:22} {tissue:14} Dice {row['dice']:.3f} ({low:.3f} to {high:.3f})")


def half_head(options: argparse.Namespace) -> dict[str, Any]:
    """Learn from the back of the average head, judge on the front."""
    learnt, (volume, labels) = halves()
    model, shares = learn([learnt[0]], [learnt[1]], options)
    results = {}
    for name, found in (
        ("patch CNN", segment(model, volume, shares)),
        ("25 nearest grey values", by_intensity(learnt, volume, options.seed)),
    ):
        results[name] = rows(dice_interval(labels, found, block=10))
        show(name, results[name])
    return {
        "task": "ICBM152 T1 at 1 mm, learnt from the back of the head, judged on the front",
        "noise": {"rician": RICIAN, "bias_field": BIAS, "seeds": [1, 2]},
        "judged": f"{len(volume)} slices, every fourth; labels are reference maps, not truth",
        "interval": "bootstrap of blocks of 10 of these slices; slices of one head are not independent",
        "parameters": model.count_params(),
        "results": results,
    }


def mean_of_cases(values: list[float]) -> tuple[float, float, float]:
    """Give the mean over patients with Student's interval; without width for a single patient."""
    from scipy.stats import t

    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, 0.0, 1.0
    half = float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def patients(options: argparse.Namespace) -> dict[str, Any]:
    """Learn from some patients of a folder, judge on the others, case by case."""
    cases = labelled_volumes(options.folder)
    assert cases.masks is not None
    if len(cases) < 2:
        raise ValueError(
            f"{len(cases)} volume is too few: one patient to learn from and one to judge by are needed."
        )
    split = split_by_patient(
        np.zeros(len(cases), int), cases.groups, validation=0, test=options.test_share, seed=options.seed
    )
    if len(split.test) == 0 or len(split.train) == 0:
        raise ValueError(
            f"With --test-share {options.test_share} one side of the split is empty; there are {len(cases)} "
            "patients. Take a share that gives each side one."
        )
    names = np.asarray(cases.groups)
    print(f"learnt from {', '.join(names[split.train])}; judged on {', '.join(names[split.test])}")
    volumes = [scaled(cases.images[i]) for i in split.train]
    model, shares = learn(volumes, [cases.masks[i] for i in split.train], options)
    table = {}
    for i in split.test:
        found = segment(model, scaled(cases.images[i]), shares)
        table[str(names[i])] = dice_per_class(cases.masks[i], found, TISSUES)
        told = "  ".join(f"{TISSUES[k]} {value:.3f}" for k, value in table[str(names[i])].items())
        print(f"{names[i]:22} {told}", flush=True)
    means = rows({k: mean_of_cases([one[k] for one in table.values()]) for k in TISSUES})
    show(f"mean of {len(table)} patients", means)
    return {
        "task": "by patient: learnt from some patients of a folder, judged on the others",
        "learnt_from": names[split.train].tolist(),
        "cases": {name: {TISSUES[k]: round(v, 4) for k, v in one.items()} for name, one in table.items()},
        "interval": "Student's, over patients",
        "parameters": model.count_params(),
        "results": means,
    }


def main() -> int:
    """Train, judge, print and keep the run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.train_tissue",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--folder", type=Path, help="volumes and label maps to learn from and to judge by")
    parser.add_argument("--test-share", type=float, default=0.25, help="of the patients (default 0.25)")
    parser.add_argument("--patches", type=int, default=6000, help="in an epoch (default 6000)")
    parser.add_argument("--epochs", type=int, default=8, help="(default 8)")
    parser.add_argument("--learning-rate", type=float, default=3e-4, help="at first (default 0.0003)")
    parser.add_argument(
        "--widths",
        type=lambda text: tuple(int(n) for n in text.split(",")),
        default=(64, 256, 768),
        help="feature maps of the convolutions (default 64,256,768, as published)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of weights, draw and split (default 0)")
    parser.add_argument("--keep", type=Path, help="write the result here; with --folder nothing is kept else")
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept run alone")
    options = parser.parse_args()
    cpu, clock = time.process_time(), time.perf_counter()
    try:
        found = half_head(options) if options.folder is None else patients(options)
    except (ValueError, FileNotFoundError) as problem:
        print(problem, file=sys.stderr)
        return 2
    seconds = {
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "seconds": round(time.perf_counter() - clock, 1),
    }
    print(f"{seconds['cpu_seconds']:.0f} s of processor time, {seconds['seconds']:.0f} s by the clock")
    target = options.keep or (None if options.folder else RUNS / "train_tissue.json")
    if target is None or options.discard:
        return 0
    given = [
        f" --{name.replace('_', '-')} {','.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name in ("test_share", "patches", "epochs", "learning_rate", "widths", "seed")
        if (value := getattr(options, name)) != parser.get_default(name)
    ]
    folder = f" --folder {options.folder.name}" if options.folder else ""
    kept = {
        "machine": {**machine(), "backend": load_keras().backend.backend()},
        "command": f"python -m benchmarks.train_tissue{folder}{''.join(given)}",
        "seed": options.seed,
        "patches": options.patches * options.epochs,
        **seconds,
        **found,
    }
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"kept in {target.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
