"""A patch classifier over a whole slice: at once, against patch by patch, with as many pixels at a time.

At least 8 times faster is asked of the network with the published widths. Chapter 17 trains a narrow one, so
that its page runs in a minute and a half. There sharing saves a factor of 2.7 in multiplications and no
more, so its ratio is told without a target.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import MissingPeer, Result, Target, agree, take_turns
from mediedu.nets import dense_inference, fully_convolutional, load_keras, set_seed, tissue_patch_cnn

PIXELS = 4096
WIDTHS = {"published widths": ((64, 256, 768), 64), "the chapter's widths": ((16, 64, 192), 128)}
ASKED = {"published widths": 8}  # times faster than patch by patch


def patch_by_patch(model: Any, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut the patch around every pixel and let Keras predict them, in batches of as many pixels."""
    padded = np.pad(image, 6, mode="symmetric")
    patches = np.lib.stride_tricks.sliding_window_view(padded, (13, 13)).reshape(-1, 13, 13, 1)
    return model.predict(patches, batch_size=PIXELS, verbose=0).reshape(*image.shape, -1)


def measure(rounds: int) -> list[Result]:
    """Compare on an image of noise; what is in it does not change the time."""
    try:
        load_keras()
    except ModuleNotFoundError as missing:
        raise MissingPeer(str(missing)) from missing
    results = []
    for task, (widths, side) in WIDTHS.items():
        set_seed(0)
        model = tissue_patch_cnn(widths=widths)
        whole = fully_convolutional(model)
        image = np.random.default_rng(0).normal(size=(side, side)).astype(np.float32)
        padded = np.pad(image, 6, mode="symmetric")[None, ..., None]
        calls: dict[str, Callable[[], Any]] = {
            "dense_inference": lambda m=model, i=image: dense_inference(m, i, pixels=PIXELS),
            "Keras, patch by patch": lambda m=model, i=image: patch_by_patch(m, i),
            "Keras, fully convolutional": lambda w=whole, p=padded: w.predict(p, verbose=0)[0],
        }
        dense = calls["dense_inference"]()
        for name in ("Keras, patch by patch", "Keras, fully convolutional"):
            agree(name, dense, calls[name](), 1e-4)
        targets = [
            Target("Keras, patch by patch", at_least=ASKED.get(task)),
            Target("Keras, fully convolutional"),
        ]
        results.append(Result(f"{side}², {task}", take_turns(calls, rounds=rounds), targets))
    return results
