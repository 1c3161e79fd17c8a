"""Augmentation, images per second on one thread: ours, Keras' layers, albumentations, a SciPy loop.

All turn by up to 15°, enlarge by up to a tenth, shift by up to a tenth, flip left and right, and add noise;
then the same with an elastic deformation, which Keras has as RandomElasticTransform. albumentations gets
uint8 images, which it is quickest on, Keras float32 from 0 to 1; ours is timed on both.

Keras works on whole batches in a compiled function, as in a tf.data pipeline, on one thread. albumentations
is no dependency: it is measured where it can be imported, or in the Python that the variable
``MEDIEDU_ALBUMENTATIONS_PYTHON`` names, in the same rounds; else the run says that it is left out.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Result, Target

TASKS = {"28²": (256, 28, 28, 1), "128²": (64, 128, 128, 1), "256²×3": (8, 256, 256, 3)}
ANGLE, SCALE, SHIFT, NOISE, BEND = 15.0, 0.1, 0.1, 0.05, 0.02
KERAS, ALBUMENTATIONS, SCIPY = "Keras layers", "albumentations", "SciPy loop"


def measure(rounds: int) -> list[Result]:
    """Run the comparison."""
    from mediedu.nets import Augmentation, load_keras

    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    keras = load_keras()
    other = _Albumentations()
    results = []
    for elastic in (False, True):
        for name, shape in TASKS.items():
            moves = {"rotation": ANGLE, "scale": SCALE, "shift": SHIFT, "elastic": BEND if elastic else 0}
            on_bytes = Augmentation(**moves, flips="left-right", noise=255 * NOISE)
            on_floats = replace(on_bytes, noise=NOISE)
            whole = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
            floats = whole.astype(np.float32) / 255
            turns: dict[str, Callable[[], float]] = {
                "Augmentation float32": _cpu(lambda x=floats, f=on_floats: f(x, rng=0)),
                "Augmentation uint8": _cpu(lambda x=whole, f=on_bytes: f(x, rng=0)),
                KERAS: _cpu(_keras_layers(keras, floats, elastic)),
                SCIPY: _cpu(lambda x=floats, e=elastic: scipy_loop(x, e)),
            }
            if other.here:
                turns[ALBUMENTATIONS] = lambda s=shape, e=elastic: other.turn(s, e)
            times: dict[str, list[float]] = {key: [] for key in turns}
            for call in turns.values():
                call()
            for _ in range(rounds):
                for key, call in turns.items():
                    times[key].append(1e3 * call() / shape[0])
            title = f"{'elastic ' if elastic else ''}{name}, ms per image"
            targets = [Target(KERAS, at_least=5), Target(SCIPY), Target("Augmentation uint8")]
            results.append(Result(title, times, targets))
            if other.here:
                pair = {key: times[key] for key in ("Augmentation uint8", ALBUMENTATIONS)}
                results.append(Result(f"{title}, uint8", pair, [Target(ALBUMENTATIONS, at_least=3)]))
    if not other.here:
        print("albumentations can't be imported here: it is left out.")
    other.close()
    return results


def scipy_loop(images: NDArray[Any], elastic: bool) -> NDArray[Any]:
    """Do the same image by image with scipy.ndimage, coordinates composed, one interpolation."""
    from scipy.ndimage import map_coordinates, zoom

    rng = np.random.default_rng(0)
    number, rows, columns, channels = images.shape
    out = np.empty_like(images)
    grid = np.mgrid[:rows, :columns].astype(float)
    for n in range(number):
        angle, scale = np.deg2rad(rng.uniform(-ANGLE, ANGLE)), rng.uniform(1 - SCALE, 1 + SCALE)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / scale
        if rng.random() < 0.5:
            turn[1] *= -1
        shift = rng.uniform(-SHIFT, SHIFT, 2) * (rows, columns)
        middle = (np.array([rows, columns]) - 1) / 2
        place = grid
        if elastic:
            coarse = rng.normal(0, BEND * min(rows, columns), (2, 5, 5))
            place = grid + [zoom(part, (rows / 5, columns / 5), order=3) for part in coarse]
        where = np.tensordot(turn, place - (middle + shift)[:, None, None], 1) + middle[:, None, None]
        for k in range(channels):
            out[n, ..., k] = map_coordinates(images[n, ..., k], where, order=1, mode="reflect")
    return out + rng.normal(0, NOISE, images.shape).astype(np.float32)


def _keras_layers(keras: Any, images: NDArray[Any], elastic: bool) -> Callable[[], object]:
    layers = [
        keras.layers.RandomRotation(ANGLE / 360, seed=1),
        keras.layers.RandomZoom(SCALE, seed=2),
        keras.layers.RandomTranslation(SHIFT, SHIFT, seed=3),
        keras.layers.RandomFlip("horizontal", seed=4),
        keras.layers.GaussianNoise(NOISE, seed=5),
    ]
    if elastic:
        bend = keras.layers.RandomElasticTransform(factor=1.0, scale=(1.0, 1.0), value_range=(0, 1), seed=6)
        layers.insert(3, bend)

    def chain(x: Any) -> Any:
        for layer in layers:
            x = layer(x, training=True)
        return x

    if keras.backend.backend() == "jax":
        import jax

        batch = keras.ops.convert_to_tensor(images)
        for layer in layers:
            layer.build(images.shape)
        return lambda: np.asarray(jax.block_until_ready(chain(batch)))
    import tensorflow as tf

    compiled = tf.function(chain)
    batch = tf.constant(images)
    return lambda: compiled(batch).numpy()


def _cpu(call: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        started = time.process_time()
        call()
        return time.process_time() - started

    return seconds


class _Albumentations:
    """albumentations in a Python of its own, which answers each turn with its CPU seconds."""

    def __init__(self) -> None:
        python = os.environ.get("MEDIEDU_ALBUMENTATIONS_PYTHON", sys.executable)
        self.here = "MEDIEDU_ALBUMENTATIONS_PYTHON" in os.environ or bool(
            importlib.util.find_spec("albumentations")
        )
        self.process: subprocess.Popen[str] | None = None
        if self.here:
            self.process = subprocess.Popen(
                [python, str(Path(__file__).with_name("albumentations_turns.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=dict(os.environ, NO_ALBUMENTATIONS_UPDATE="1"),
            )

    def turn(self, shape: tuple[int, ...], elastic: bool) -> float:
        """Let it augment a batch; seconds of CPU time."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        settings = f"{int(elastic)} {ANGLE} {SCALE} {SHIFT} {NOISE} {BEND}"
        self.process.stdin.write(f"{' '.join(map(str, shape))} {settings}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        """End it."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()
