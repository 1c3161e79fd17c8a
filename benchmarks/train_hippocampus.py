"""Train 3-D U-Nets on the hippocampus volumes of the Medical Segmentation Decathlon; read the test part last.

``python -m benchmarks.train_hippocampus`` takes the set where it is fetched, or beside the project
(``shared/data/msd-hippocampus``), or from ``--data``, a folder with ``imagesTr`` and ``labelsTr`` (or
``images`` and ``labels``). Where there is a GPU it runs there; ``--gpu`` refuses to start without one.

Which volumes are one person's, left and right, is not published with them. So the split is by volume, and a
person may lie on two sides of it. A fixed seed sets 60 of the 260 aside as the test part,
and 40 of the other 200 as validation. With ``--no-test`` the networks learn from the 160 and are judged on
the 40: choices are made so, and the test volumes stay closed. Without it they learn from all 200 by the
recipe as it stands, and only then are the test volumes opened.

A network learns from boxes cut out of the volumes, mirrored left to right and turned a little in a plane
drawn anew. Its answer for a volume is the mean over the volume and its mirror image; where several networks
that began from other weights are trained, their answers are averaged. With ``--folder`` a run that was
broken off goes on.

The recipe was chosen by single tries on the validation volumes, whose runs were not kept: a learning rate of
0.004 rather than 0.002, batch rather than instance normalisation, boxes rather than slices. 28 of the 60 test
volumes had been seen before, by a short training of a small 2-D network in a draft of chapter 18; nothing
here was chosen by them, and the chapters leave all 60 alone now.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.hippocampus_cases import SPLIT_SEED, Case, find_pairs, open_case, split_volumes
from benchmarks.hippocampus_measures import STRUCTURES, judge, over_volumes, told
from benchmarks.measuring import RUNS, machine
from mediedu.nets import (
    Augmentation,
    NoGPU,
    PatchBatches,
    SegmentationLoss,
    VolumeAugmentation,
    devices,
    load_keras,
    predict_test_time,
    predict_volume,
    require_gpu,
    set_seed,
    train,
    unet,
)

TARGETS = {"anterior": 0.90, "posterior": 0.89}


@dataclass(frozen=True)
class Recipe:
    """How a network learns. How long follows from the hour on two cores that all of it may take."""

    size: tuple[int, int, int] = (32, 48, 32)
    widths: tuple[int, ...] = (16, 32, 64, 128)
    norm: Literal["batch", "instance"] = "batch"
    epochs: int = 60
    batch_size: int = 2
    learning_rate: float = 4e-3
    weight_decay: float = 0.02
    loss: str = "cross_entropy+dice"
    augmentation: VolumeAugmentation = field(
        default_factory=lambda: VolumeAugmentation(
            Augmentation(
                rotation=10, scale=0.1, contrast=0.15, brightness=0.1, noise=(0, 0.1), border="nearest"
            ),
            flips="left-right",
        )
    )
    test_time_flips: tuple[str, ...] = ("left-right",)


def at_least(volume: NDArray[Any], size: Sequence[int]) -> NDArray[Any]:
    """Repeat a volume's border until a box fits in it."""
    lacking = [max(0, wanted - there) for there, wanted in zip(volume.shape, size, strict=True)]
    return np.pad(volume, [(n // 2, n - n // 2) for n in lacking], mode="edge")


def train_network(
    cases: Sequence[Case], recipe: Recipe, seed: int, folder: Path | None, gpu: bool
) -> tuple[Any, dict[str, Any]]:
    """Train one network from boxes of the cases; return it and what it took."""
    keras, started = load_keras(), time.process_time()
    clock = folder / "cpu_seconds.txt" if folder is not None else None
    before = float(clock.read_text()) if clock is not None and clock.exists() else 0.0

    def spent() -> float:
        return before + time.process_time() - started

    def keep_clock(epoch: int, logs: Any) -> None:
        """Write down what was spent so far: a run that goes on tells the whole."""
        if clock is not None:
            clock.parent.mkdir(parents=True, exist_ok=True)
            clock.write_text(f"{spent():.1f}")

    set_seed(seed)
    model = unet((None, None, None, 1), 3, widths=recipe.widths, norm=recipe.norm)
    boxes = PatchBatches(
        [at_least(case.volume, recipe.size) for case in cases],
        [at_least(case.labels, recipe.size) for case in cases],
        recipe.size,
        recipe.batch_size,
        count=len(cases),
        answer="map",
        balanced=False,
        augment=recipe.augmentation,
        seed=seed,
    )
    training = train(
        model,
        boxes,
        epochs=recipe.epochs,
        loss=SegmentationLoss(recipe.loss),
        optimizer=keras.optimizers.AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay),
        schedule="cosine",
        seed=seed,
        folder=folder,
        gpu=gpu,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=keep_clock)],
    )
    took = {
        "seed": seed,
        "loss": round(float(np.asarray(training.curves["loss"], float)[-1]), 4),
        "wall_seconds": round(training.seconds, 1),
        "cpu_seconds": round(spent(), 1),
    }
    return model, took


def probabilities(model: Any, case: Case, recipe: Recipe) -> NDArray[np.float32]:
    """Return the probability of each class at each voxel, mean over the volume and its mirror images."""
    stride = 2 ** (len(recipe.widths) - 1)
    size = [-(-side // stride) * stride for side in case.volume.shape]

    def whole(volumes: NDArray[np.float32]) -> NDArray[np.float32]:
        return predict_volume(model, volumes[0, ..., 0], size=size, batch_size=1, probability=True)[None]

    return predict_test_time(whole, case.volume[None, ..., None], flips=recipe.test_time_flips)[0]


def answer_cases(
    models: Sequence[Any], cases: Sequence[Case], recipe: Recipe
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Judge each network alone, and the mean of all of them case by case."""
    alone: list[list[dict[str, Any]]] = [[] for _ in models]
    together = []
    for case in cases:
        answers = [probabilities(model, case, recipe) for model in models]
        for rows, answer in zip(alone, answers, strict=True):
            rows.append(judge(case.name, answer.argmax(-1).astype(np.uint8), case.labels, case.spacing))
        together.append(
            judge(case.name, np.mean(answers, axis=0).argmax(-1).astype(np.uint8), case.labels, case.spacing)
        )
    each = [over_volumes(rows) for rows in alone]
    return together, [{name: one[name]["dice"]["mean"] for name in STRUCTURES.values()} for one in each]


def main() -> int:
    """Train the networks, then judge them, print and keep the run; 1 where a target is missed."""
    standard = Recipe()
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.train_hippocampus",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, help="a folder with imagesTr and labelsTr")
    parser.add_argument(
        "--seeds", type=int, default=2, help="networks whose answers are averaged (default 2)"
    )
    parser.add_argument(
        "--epochs", type=int, default=standard.epochs, help=f"of each (default {standard.epochs})"
    )
    parser.add_argument("--folder", type=Path, help="for checkpoints: a run that was broken off goes on")
    parser.add_argument("--gpu", action="store_true", help="refuse to start without a GPU")
    parser.add_argument(
        "--no-test", action="store_true", help="leave the test part closed and judge on validation"
    )
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept run alone")
    options = parser.parse_args()
    for name in ("seeds", "epochs"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} is {getattr(options, name)}; at least 1 is needed.")
    if options.gpu:
        try:
            require_gpu()
        except NoGPU as missing:
            print(missing, file=sys.stderr)
            return 2
    pairs = find_pairs(options.data)
    if len(pairs) < 7:
        print(
            f"{len(pairs) or 'No'} volumes with label maps are here; at least 7 are needed to deal them into "
            "three parts. Fetch the set with python -m data_fetch fetch hippocampus, or give a folder with "
            "imagesTr and labelsTr by --data.",
            file=sys.stderr,
        )
        return 2
    recipe = Recipe(epochs=options.epochs)
    learnt, judged, closed = split_volumes(len(pairs))
    part = "validation" if options.no_test else "test"
    if not options.no_test:
        learnt = sorted([*learnt, *judged])
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    cases = [open_case(pairs[i]) for i in learnt]
    print(f"{len(cases)} volumes to learn from, {len(judged if options.no_test else closed)} in {part}")
    models, networks = [], []
    for seed in range(options.seeds):
        folder = options.folder / f"{part}-{seed}" if options.folder is not None else None
        model, took = train_network(cases, recipe, seed, folder, options.gpu)
        print(f"network {seed + 1} of {options.seeds}: {took}", flush=True)
        models.append(model)
        networks.append(took)
    wall, cpu = time.perf_counter(), time.process_time()
    asked = judged if options.no_test else closed
    rows, each = answer_cases(models, [open_case(pairs[i]) for i in asked], recipe)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    summary = over_volumes(rows)
    print(f"mean of {options.seeds} networks, {part}:\n{told(summary)}")
    met = {name: summary[name]["dice"]["mean"] >= target for name, target in TARGETS.items()}
    for name, target in TARGETS.items():
        print(f"aim: Dice {name} {target:.2f}: {'met' if met[name] else 'MISSED'}")
    seconds = {
        "training_wall": round(sum(row["wall_seconds"] for row in networks), 1),
        "training_cpu": round(sum(row["cpu_seconds"] for row in networks), 1),
        "predicting_wall": round(wall, 1),
        "predicting_cpu": round(cpu, 1),
    }
    print(", ".join(f"{name} {value} s" for name, value in seconds.items()))
    if not options.discard:
        how = f" --seeds {options.seeds}" * (options.seeds != 2)
        how += f" --epochs {options.epochs}" * (options.epochs != standard.epochs)
        how += " --no-test" * options.no_test + " --gpu" * options.gpu
        for name in ("data", "folder"):  # without where on this machine they are
            given = getattr(options, name)
            how += f" --{name} {given.name}" if given is not None else ""
        opened = sorted([*learnt, *asked])
        content = b"".join(path.read_bytes() for i in opened for path in pairs[i])
        kept = {
            "machine": {
                **machine(),
                "load_at_start": load,
                "backend": load_keras().backend.backend(),
                "devices": [str(device) for device in devices()],
            },
            "command": f"python -m benchmarks.train_hippocampus{how}",
            "data": {
                "sha256_of_opened_files": hashlib.sha256(content).hexdigest(),
                "volumes": len(pairs),
                "split_seed": SPLIT_SEED,
                "learnt_from": len(cases),
                f"{part}_volumes": len(rows),
                f"{part}_files": [row["file"] for row in rows],
            },
            "recipe": {**asdict(recipe), "augmentation": repr(recipe.augmentation)},
            "unit": "by volume: which belong to one person is not published",
            "seeds": networks,
            "seconds": seconds,
            "results": {part: summary, "each_network_dice": each},
            "targets": TARGETS,
            "met": met,
            "cases": rows,
        }
        RUNS.mkdir(exist_ok=True)
        run = RUNS / ("train_hippocampus_validation.json" if options.no_test else "train_hippocampus.json")
        run.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in benchmarks/runs/{run.name}")
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
