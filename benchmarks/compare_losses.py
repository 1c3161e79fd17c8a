"""Train chapter 18's U-Net with five losses from several first weights; compare on validation slices.

``python -m benchmarks.compare_losses`` makes the chapter's synthetic slices, and trains for each seed and
each loss the chapter's network as the chapter does. Told are, for each loss, the mean Dice over slices of
each seed, and how many of the networks found no lesion at all. Nothing is chosen here and no test slice is
opened. The run is kept in ``benchmarks/runs/compare_losses.json``.
"""

import argparse
import json
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import RUNS, machine
from mediedu.data import phantom
from mediedu.nets import SegmentationLoss, load_keras, set_seed, train, unet
from mediedu.segment import dice

LOSSES = ("cross_entropy", "dice", "focal", "cross_entropy+dice", "focal+dice")


def slices(first: int, number: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Make the chapter's slices: the middle of each, brought to about 0 ± 1, and its mask."""
    made = [phantom.white_matter_lesions(64, seed=first + n) for n in range(number)]
    images = np.array([one.image for one in made])[:, 8:56, 8:56]
    masks = np.array([one.mask for one in made])[:, 8:56, 8:56]
    return ((images - 90.0) / 49)[..., None].astype(np.float32), masks.astype(np.uint8)


def train_one(
    terms: str, seed: int, learnt: tuple[Any, Any], judged: tuple[Any, Any], epochs: int
) -> dict[str, float]:
    """Train one network; give its mean Dice over the judged slices and how many mask pixels it draws."""
    set_seed(seed)
    net = unet((48, 48, 1), 1, widths=(8, 16, 32), norm=None)
    started = time.process_time()
    train(
        net,
        learnt,
        epochs=epochs,
        batch_size=8,
        learning_rate=0.005,
        schedule="cosine",
        loss=SegmentationLoss(terms),
        seed=seed,
        progress=False,
    )
    found = load_keras().ops.convert_to_numpy(net(judged[0]))[..., 0] > 0.5
    scores = [dice(mask, truth) for mask, truth in zip(found, judged[1], strict=True)]
    return {
        "seed": seed,
        "dice_mean": round(float(np.mean(scores)), 4),
        "lesion_pixels_found": int((found & (judged[1] > 0)).sum()),
        "cpu_seconds": round(time.process_time() - started, 1),
    }


def main(given: list[str] | None = None) -> int:
    """Train all, print a line for each loss, keep the run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare_losses", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many first weights (default 5)")
    parser.add_argument("--epochs", type=int, default=15, help="as in the chapter (default 15)")
    parser.add_argument("--slices", type=int, default=200, help="to learn from (default 200)")
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept run alone")
    options = parser.parse_args(given)
    learnt, judged = slices(0, options.slices), slices(1000, 60)
    results: dict[str, Any] = {}
    for terms in LOSSES:
        runs = [train_one(terms, seed, learnt, judged, options.epochs) for seed in range(options.seeds)]
        means = [run["dice_mean"] for run in runs]
        nothing = sum(run["lesion_pixels_found"] == 0 for run in runs)
        results[terms] = {
            "found_nothing": nothing,
            "dice_mean": round(float(np.mean(means)), 4),
            "runs": runs,
        }
        listed = " ".join(f"{mean:.3f}" for mean in means)
        print(f"{terms:19} Dice {np.mean(means):.3f}  ({listed})  found nothing: {nothing} of {len(runs)}")
    if not options.discard:
        arguments = sys.argv[1:] if given is None else given
        kept = {
            "command": shlex.join(["python", "-m", "benchmarks.compare_losses", *arguments]),
            "backend": load_keras().backend.backend(),
            "machine": machine(),
            "results": results,
        }
        Path(RUNS).mkdir(exist_ok=True)
        path = RUNS / "compare_losses.json"
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
