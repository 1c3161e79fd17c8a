"""`mediedu.nets.train` beside plain ``model.fit``; what dealing out batches costs; the start of a process.

An epoch's time is taken between Keras' own callbacks, the first epoch of each training left out: in it the
network is compiled. The same network, images, optimiser and batch size; plain ``fit`` is given a ``tf.data``
pipeline as its tutorials write it (shuffle, batch, prefetch), and arrays. An epoch is told in CPU time and by
the clock, which needs a quiet machine. Dealing out is measured for plain batches, augmented ones, and patches
of a volume, each beside an epoch of `train` with them. The start is the CPU time of a fresh process from
nothing to the first step done: with plain Keras, with our network and `train`, and with all that chapter 14
imports.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import Result, Target, peer

IMAGES, BATCH, EPOCHS, SIDE = 4000, 32, 4, 28

FIRST_STEP = """
import time
import numpy as np
images, labels = np.zeros((32, 28, 28, 1), "float32"), np.arange(32) % 2
{statements}
print(time.process_time())
"""
OURS = """
from mediedu.nets import cnn_classifier, train
train(cnn_classifier((28, 28, 1), 2, widths=(8, 16)), (images, labels), epochs=1, progress=False)
"""
CHAPTER = "14_keras_cnn"
PLAIN = """
import keras
from keras import layers
def block(x, width):
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
    return layers.Activation("relu")(layers.BatchNormalization()(x))
image = keras.Input((28, 28, 1))
x = layers.GlobalAveragePooling2D()(block(layers.MaxPooling2D()(block(image, 8)), 16))
model = keras.Model(image, layers.Dense(2, activation="softmax")(x))
model.compile("adamw", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, verbose=0)
"""


def measure(rounds: int) -> list[Result]:
    """Train by turns; start fresh processes by turns."""
    from mediedu.nets import (
        Augmentation,
        Batches,
        PatchBatches,
        cnn_classifier,
        load_keras,
        set_seed,
        tissue_patch_cnn,
        train,
    )

    keras = load_keras()
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError("This benchmark compares with tf.data: run it with KERAS_BACKEND=tensorflow.")
    tf = peer("tensorflow")
    rng = np.random.default_rng(0)
    labels = np.arange(IMAGES) % 2
    noise = rng.normal(size=(IMAGES, SIDE, SIDE, 1))
    images = (noise + 0.3 * labels[:, None, None, None]).astype(np.float32)

    class Clock(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.started = time.process_time(), time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch:
                cpu, clock = self.started
                epochs.setdefault(self.name, []).append((time.process_time() - cpu) * 1e3)
                by_clock.setdefault(self.name, []).append((time.perf_counter() - clock) * 1e3)

    epochs: dict[str, list[float]] = {}
    by_clock: dict[str, list[float]] = {}
    volume, kinds = rng.normal(size=(8, 64, 64)).astype(np.float32), rng.integers(0, 4, (8, 64, 64))
    dealt = {
        "plain": Batches(images, labels, BATCH),
        "augmented": Batches(
            images,
            labels,
            BATCH,
            augment=Augmentation(rotation=10, shift=0.07, flips="left-right"),
        ),
        "patches": PatchBatches([volume], [kinds], (13, 13), BATCH, count=IMAGES),
    }

    def ours(clock: Any) -> None:
        train(network(), (images, labels), epochs=EPOCHS, batch_size=BATCH, progress=False, callbacks=[clock])

    def network() -> Any:
        set_seed(0)
        return cnn_classifier((SIDE, SIDE, 1), 2, widths=(8, 16))

    def compiled() -> Any:
        model = network()
        model.compile(keras.optimizers.AdamW(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def pipeline(clock: Any) -> None:
        data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(IMAGES).batch(BATCH)
        compiled().fit(data.prefetch(tf.data.AUTOTUNE), epochs=EPOCHS, verbose=0, callbacks=[clock])

    def arrays(clock: Any) -> None:
        compiled().fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0, callbacks=[clock])

    contestants: dict[str, Callable[[Any], None]] = {
        "train": ours,
        "fit on tf.data": pipeline,
        "fit on arrays": arrays,
    }
    dealing: dict[str, list[float]] = {name: [] for name in dealt}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for turn in range(max(2, rounds // 3)):
            for name, call in contestants.items():
                call(Clock(name))
            for name, batches in dealt.items():
                net = tissue_patch_cnn(widths=(16, 64, 192)) if name == "patches" else network()
                train(net, batches, epochs=2, progress=False, callbacks=[Clock(f"train, {name}")])
                started = time.process_time()
                for epoch in range(5 * turn, 5 * turn + 5):
                    for _ in batches.epoch(epoch):
                        pass
                dealing[name].append((time.process_time() - started) * 1e3 / 5)
    programs = {
        "our net and train": OURS,
        "with chapter 14's imports": _imports() + OURS,
        "plain Keras": PLAIN,
    }
    start: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(max(2, rounds // 5)):
        for name, statements in programs.items():
            start[name].append(_cpu_of(FIRST_STEP.format(statements=statements)))
    by_name = {name: epochs[name] for name in contestants}
    return [
        Result(
            f"an epoch of {IMAGES} images {SIDE}²",
            by_name,
            [Target("fit on tf.data", at_most=1.0), Target("fit on arrays")],
        ),
        Result(
            "the same by the clock",
            {name: by_clock[name] for name in contestants},
            [Target("fit on tf.data", at_most=1.0), Target("fit on arrays")],
        ),
        *(
            Result(
                f"dealing out, {name}, at most 10 %",
                {f"batches, {name}": times, f"train, {name}": epochs[f"train, {name}"]},
                [Target(f"train, {name}", at_least=10)],
            )
            for name, times in dealing.items()
        ),
        Result(
            "process start to first step",
            start,
            [Target("with chapter 14's imports"), Target("plain Keras")],
        ),
    ]


def _imports() -> str:
    """Give the import cell of a deep chapter."""
    path = Path(__file__).parent.parent / "notebooks" / f"{CHAPTER}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code") + "\n"


def _cpu_of(program: str) -> float:
    """Run a program in a fresh Python; return its CPU milliseconds."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"The measured process failed:\n{run.stderr}")
    return float(run.stdout.split()[-1]) * 1e3
