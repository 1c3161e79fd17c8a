"""Train DeepLabV3+ beside a U-Net on the same few synthetic breast masses, both from random weights.

``python -m benchmarks.deeplab_beside_unet`` halves the synthetic masses to 64 × 64 pixels, trains each
network on the first of them in the same order and number of steps, and judges both on the validation masses.
Nothing is chosen by what is judged. DeepLab's batch normalisation keeps running averages over the last
hundred steps or so; for a run this short the momentum is lowered to 0.8, so that they cover the last five.
The run is kept in ``benchmarks/runs/deeplab_beside_unet.json``.
"""

import argparse
import json
import shlex
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from benchmarks.measuring import RUNS, machine
from mediedu.data import load
from mediedu.nets import SegmentationLoss, deeplab_v3_plus, load_keras, set_seed, train, unet
from mediedu.segment import dice

SIDE, MOMENTUM = 64, 0.8


def masses(split: str, number: int | None = None) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Give synthetic masses of half the side, scaled to 0 … 1, and their masks (half covered counts)."""
    made = load("breast_masses", split)
    assert made.masks is not None
    images, masks = (np.asarray(one[:number], float) for one in (made.images, made.masks))

    def halved(stack: NDArray[np.float64]) -> NDArray[np.float64]:
        return stack.reshape(len(stack), SIDE, 2, SIDE, 2).mean(axis=(2, 4))

    return (halved(images) / 255)[..., None].astype(np.float32), (halved(masks > 0) >= 0.5).astype(np.uint8)


def network(name: str) -> Any:
    """Build one of the two with random weights."""
    if name == "U-Net":
        return unet((SIDE, SIDE, 1), 1, widths=(16, 32, 64), norm=None)
    net = deeplab_v3_plus((SIDE, SIDE, 1), 1, width=64)
    # `_flatten_layers` reaches into the backbone, which is a network of its own.
    for layer in net._flatten_layers():
        if isinstance(layer, load_keras().layers.BatchNormalization):
            layer.momentum = MOMENTUM
    return net


def measure(name: str, learnt: Any, judged: Any, epochs: int, seed: int) -> dict[str, Any]:
    """Train one network; give its weights, seconds, losses, and Dice by image."""
    set_seed(seed)
    net = network(name)
    wall, cpu = time.perf_counter(), time.process_time()
    run = train(
        net,
        learnt,
        epochs=epochs,
        batch_size=8,
        learning_rate=0.003,
        schedule="cosine",
        loss=SegmentationLoss(),
        seed=seed,
        progress=False,
    )
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    told: dict[str, Any] = {
        "weights": net.count_params(),
        "training_cpu_seconds": round(cpu, 1),
        "training_wall_seconds": round(wall, 1),
        "loss_by_epoch": [round(float(loss), 3) for loss in run.curves["loss"]],
    }
    for part, (images, masks) in {"learnt": learnt, "validation": judged}.items():
        found = load_keras().ops.convert_to_numpy(net(images))[..., 0] > 0.5
        scores = np.array([dice(one, truth) for one, truth in zip(found, masks > 0, strict=True)])
        low, high = bootstrap((scores,), np.mean, rng=0).confidence_interval
        told[part] = {
            "dice_mean": round(float(scores.mean()), 4),
            "interval_95": [round(float(low), 4), round(float(high), 4)],
            "dice_worst": round(float(scores.min()), 4),
        }
    return told


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Train both and keep what came out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deeplab_beside_unet", description=__doc__)
    parser.add_argument("--images", type=int, default=32, help="to learn from")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--discard", action="store_true", help="do not keep the run")
    given = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_args(given)
    learnt, judged = masses("train", options.images), masses("val")
    result: dict[str, Any] = {
        "machine": machine(),
        "backend": load_keras().backend.backend(),
        "command": shlex.join(["python", "-m", "benchmarks.deeplab_beside_unet", *given]),
        "data": {
            "synthetic": True,
            "learnt_from": len(learnt[0]),
            "validation_images": len(judged[0]),
            "side": SIDE,
        },
        "recipe": {
            "epochs": options.epochs,
            "steps": options.epochs * -(-len(learnt[0]) // 8),
            "batch_size": 8,
            "learning_rate": 0.003,
            "loss": "cross_entropy+dice",
            "seed": options.seed,
            "momentum_of_deeplabs_batch_normalisation": MOMENTUM,
        },
        "results": {},
    }
    for name in ("U-Net", "DeepLabV3+"):
        one = measure(name, learnt, judged, options.epochs, options.seed)
        result["results"][name] = one
        low, high = one["validation"]["interval_95"]
        print(
            f"{name:10} Dice on {len(judged[0])} validation masses {one['validation']['dice_mean']:.3f}"
            f" ({low:.3f} to {high:.3f}), {one['training_cpu_seconds']:.0f} CPU seconds",
            flush=True,
        )
    if not options.discard:
        path = RUNS / "deeplab_beside_unet.json"
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
