"""Train small residual networks on BreastMNIST or PneumoniaMNIST; read the test part once, at the end.

``python -m benchmarks.train_medmnist breastmnist`` (or ``pneumoniamnist``) takes the set where it is fetched,
or beside the project (``shared/data/<set>``), or from ``--data``, a folder or an .npz file as MedMNIST
publishes it.

A seed deals the training and validation images into folds. For each fold a network learns from the others and
keeps the weights of the epoch that has the lowest loss on the fold itself. The seed's answer is the mean
probability of its networks, each asked about the image and its mirror image. Recipes were settled on training
and validation images alone. The test images are opened after the last seed has been trained; before that only
their pixels are compared, to leave out images that are in training too. With ``--no-test`` they stay closed.

Patients are unknown, so folds are dealt by image, and images of one patient may lie on two sides.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import data_fetch
from benchmarks.measuring import RUNS, machine
from mediedu.classify import Report, evaluate
from mediedu.nets import Augmentation, cnn_classifier, load_keras, set_seed, train

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
REASSEMBLED = (
    "not the published file byte for byte: the same images put together again from two altered copies, those "
    "of training in another order"
)
Images = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Recipe:
    """How a set is learnt; `positive` is the class whose probability is the score."""

    positive: int
    folds: int
    epochs: int
    balanced: bool
    targets: tuple[float, float]
    widths: tuple[int, ...] = (16, 32, 64)
    dropout: float = 0.3
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    augmentation: Augmentation = field(
        default_factory=lambda: Augmentation(
            rotation=10, scale=0.1, shift=0.07, flips="left-right", contrast=0.2
        )
    )


# The publishers say how many of each class their test parts have: BreastMNIST's are shared as in training,
# PneumoniaMNIST's are more even. There the probabilities are turned to even shares.
RECIPES = {
    "breastmnist": Recipe(positive=0, folds=5, epochs=40, balanced=False, targets=(0.90, 0.86)),
    "pneumoniamnist": Recipe(positive=1, folds=3, epochs=8, balanced=True, targets=(0.95, 0.86)),
}


def find_file(name: str, given: Path | None) -> Path | None:
    """Return the set's .npz file, if there is one."""
    places = [given] if given is not None else [data_fetch.path(name), BESIDE / name]
    for place in places:
        if place is not None and place.is_file():
            return place
        if place is not None and place.is_dir() and (found := sorted(place.glob("*.npz"))):
            return found[0]
    return None


class Parts:
    """The published parts of a set; the test part stays closed until `open_test`."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as archive:
            parts = {name: archive[f"{name}_images"] for name in ("train", "val")}
            labels = {name: archive[f"{name}_labels"].reshape(-1).astype(np.int64) for name in parts}
            later = {image.tobytes() for image in archive["test_images"]}  # pixels alone
        self.path, self.left_out = path, {}
        kept = {}
        for name in ("val", "train"):  # the copy in the earlier part is left out
            keep = [i for i, image in enumerate(parts[name]) if image.tobytes() not in later]
            self.left_out[name] = len(parts[name]) - len(keep)
            kept[name] = np.array(keep)
            later |= {image.tobytes() for image in parts[name]}
        pixels = np.concatenate([parts[name][kept[name]] for name in ("train", "val")])
        self.labels: Labels = np.concatenate([labels[name][kept[name]] for name in ("train", "val")])
        self.mean, self.spread = float(pixels.mean()), float(pixels.std())
        self.images = self.prepare(pixels)

    def prepare(self, pixels: NDArray[np.uint8]) -> Images:
        """Bring grey values to about 0 ± 1, with a last axis of one channel."""
        return ((pixels - self.mean) / self.spread)[..., np.newaxis].astype(np.float32)

    def open_test(self) -> tuple[Images, Labels]:
        """Read the test part."""
        with np.load(self.path) as archive:
            return self.prepare(archive["test_images"]), archive["test_labels"].reshape(-1).astype(np.int64)


def probability(model: Any, images: Images, positive: int) -> NDArray[np.float64]:
    """Return the probability of the positive class, mean over each image and its mirror image."""
    from keras import ops

    found = [ops.convert_to_numpy(model(view))[:, positive] for view in (images, images[:, :, ::-1])]
    return np.mean(found, axis=0, dtype=np.float64)


def to_even_shares(score: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return what a probability becomes where both classes are equally many (Saerens et al. 2002)."""
    here, there = score / share, (1 - score) / (1 - share)
    return here / (here + there)


def train_seed(
    parts: Parts, recipe: Recipe, seed: int
) -> tuple[list[Any], NDArray[np.float64], dict[str, float | None]]:
    """Train a network for each fold; return them, the scores on the folds left out, and what it took."""
    from sklearn.model_selection import StratifiedKFold

    keras, started, used = load_keras(), time.perf_counter(), time.process_time()
    models, scores = [], np.zeros(len(parts.labels))
    folds = StratifiedKFold(recipe.folds, shuffle=True, random_state=seed)
    for number, (learnt, judged) in enumerate(folds.split(parts.images, parts.labels)):
        own = recipe.folds * seed + number
        set_seed(own)
        model = cnn_classifier(
            parts.images.shape[1:], 2, widths=recipe.widths, residual=True, dropout=recipe.dropout
        )
        training = train(
            model,
            (parts.images[learnt], parts.labels[learnt]),
            (parts.images[judged], parts.labels[judged]),
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            optimizer=keras.optimizers.AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay),
            schedule="cosine",
            augment=recipe.augmentation,
            keep="best",
            seed=own,
        )
        scores[judged] = probability(model, parts.images[judged], recipe.positive)
        models.append(model)
        print(f"seed {seed}, network {number + 1} of {recipe.folds}: {training}", flush=True)
    took = {
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(time.process_time() - used, 1),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }
    return models, scores, took


def numbers(report: Report) -> dict[str, Any]:
    """Return AUC and accuracy with their 95 % intervals (DeLong, Wilson)."""
    return {
        name: {"value": round(one.value, 4), "interval_95": [round(one.low, 4), round(one.high, 4)]}
        for name, one in (("auc", report.auc), ("accuracy", report.accuracy))
    }


def mean_of(rows: list[dict[str, Any]], part: str) -> dict[str, Any]:
    """Return the means over the seeds, and the interval of the seed with the middle AUC."""
    middle = sorted(rows, key=lambda row: row[part]["auc"]["value"])[(len(rows) - 1) // 2]
    return {
        name: {
            "mean": round(float(np.mean([row[part][name]["value"] for row in rows])), 4),
            "interval_95_middle_seed": middle[part][name]["interval_95"],
        }
        for name in ("auc", "accuracy")
    }


def told(name: str, found: dict[str, Any]) -> str:
    """Put means into a line."""
    cells = [
        f"{key} {one['mean']:.3f} ({one['interval_95_middle_seed'][0]:.3f} to "
        f"{one['interval_95_middle_seed'][1]:.3f})"
        for key, one in found.items()
    ]
    return f"{name}: {', '.join(cells)}"


def main() -> int:
    """Train all seeds, then open the test part, print and keep the run; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_medmnist", description=__doc__)
    parser.add_argument("set", choices=sorted(RECIPES), help="which set")
    parser.add_argument("--data", type=Path, help="a folder with the set's .npz file, or the file")
    parser.add_argument("--seeds", type=int, default=3, help="how many (default 3)")
    parser.add_argument("--no-test", action="store_true", help="leave the test part closed; nothing is kept")
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept run alone")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error(f"--seeds is {options.seeds}; at least 1 is needed.")
    path = find_file(options.set, options.data)
    if path is None:
        print(
            f"{options.set} is not here. Fetch it with python -m data_fetch fetch {options.set}, or give "
            "its .npz file by --data.",
            file=sys.stderr,
        )
        return 2
    recipe, parts = RECIPES[options.set], Parts(path)
    left_out = " and ".join(f"{count} of {name}" for name, count in parts.left_out.items())
    print(f"{len(parts.labels)} images in training and validation; left out as doubles: {left_out}")
    share = float((parts.labels == recipe.positive).mean())

    def settled(score: NDArray[np.float64]) -> NDArray[np.float64]:
        return to_even_shares(score, share) if recipe.balanced else score

    seeds: list[list[Any]] = []
    rows: list[dict[str, Any]] = []
    for seed in range(options.seeds):
        models, scores, took = train_seed(parts, recipe, seed)
        report = evaluate(parts.labels, settled(scores), positive=recipe.positive)
        rows.append({"seed": seed, **took, "validation": numbers(report)})
        seeds.append(models)
        spent = f"{took['seconds']:.0f} s, of CPU {took['cpu_seconds']:.0f} s, load {took['load']}"
        print(f"seed {seed}: {spent}")
        print(f"seed {seed}, folds left out: AUC {report.auc}, accuracy {report.accuracy}")
    results = {"validation": mean_of(rows, "validation")}
    print(told(f"mean of {options.seeds} seeds, validation", results["validation"]))
    total = {name: round(sum(row[name] for row in rows), 1) for name in ("seconds", "cpu_seconds")}
    print(f"{total['seconds']:.0f} s in all, {total['cpu_seconds']:.0f} s of CPU")
    if options.no_test:
        return 0
    images, labels = parts.open_test()
    for row, models in zip(rows, seeds, strict=True):
        answers = [settled(probability(model, images, recipe.positive)) for model in models]
        row["test"] = numbers(evaluate(labels, np.mean(answers, axis=0), positive=recipe.positive))
    results["test"] = mean_of(rows, "test")
    print(told(f"mean of {options.seeds} seeds, test", results["test"]))
    reached = [results["test"][name]["mean"] for name in ("auc", "accuracy")]
    met = [one >= target for one, target in zip(reached, recipe.targets, strict=True)]
    for name, target, fine in zip(("AUC", "accuracy"), recipe.targets, met, strict=True):
        print(f"aim: {name} {target:.2f}: {'met' if fine else 'MISSED'}")
    if not options.discard:
        how = f" --seeds {options.seeds}" * (options.seeds != 3)
        how += f" --data {path.name}" * (options.data is not None)
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        official = any(md5 == file.md5 for file in data_fetch.info(options.set).files)
        kept = {
            "machine": {
                **machine(),
                "backend": load_keras().backend.backend(),
            },
            "command": f"python -m benchmarks.train_medmnist {options.set}{how}",
            "data": {
                "sha256": digest,
                "file": "as published"
                if official
                else REASSEMBLED
                if "reassembled" in path.name
                else "not the published file byte for byte",
                "left_out_as_doubles": parts.left_out,
                "images_learnt_from": len(parts.labels),
                "test_images": len(labels),
            },
            "recipe": {**asdict(recipe), "augmentation": repr(recipe.augmentation)},
            "unit": "by image: patients unknown",
            "seeds": rows,
            **total,
            "results": results,
            "targets": dict(zip(("auc", "accuracy"), recipe.targets, strict=True)),
        }
        RUNS.mkdir(exist_ok=True)
        run = RUNS / f"train_{options.set}.json"
        run.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in benchmarks/runs/{run.name}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
