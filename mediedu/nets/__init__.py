"""Networks: Keras 3 models, the losses that Keras lacks, and all that training needs.

Images are float32 (n, row, col, channel), volumes (n, z, y, x, channel); labels are whole numbers. Every
model is a ``keras.Model`` whose last two layers are named "logits" (linear) and "probability".

============================  ==========================================================
`load_keras`                  Keras, on TensorFlow or JAX, started quietly
`set_seed`                    seed everything that networks draw from
`devices`                     the GPUs, or the processor
`cnn_classifier`              a small classifier of images or volumes
`train`                       train a network: one function for all of them
`Training`                    what that gives back: learning curves and the best epoch
`Batches`                     images and labels dealt out in batches, from a seed
`Augmentation`                turn, move, bend, blur and add noise to images and their masks
============================  ==========================================================

Nothing here loads Keras before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediedu.nets.augment import Augmentation
    from mediedu.nets.backend import (
        NoGPU,
        OutOfMemory,
        devices,
        guard_memory,
        has_gpu,
        load_keras,
        require_gpu,
        set_seed,
    )
    from mediedu.nets.batches import Batches
    from mediedu.nets.callbacks import Diverged
    from mediedu.nets.checkpoints import BadCheckpoint
    from mediedu.nets.cnn import cnn_classifier
    from mediedu.nets.training import train
    from mediedu.nets.training_result import Training

# Where each name is kept. A module is loaded when one of its names is first asked for.
_WHERE = {
    "Augmentation": "augment",
    "BadCheckpoint": "checkpoints",
    "Batches": "batches",
    "Diverged": "callbacks",
    "NoGPU": "backend",
    "OutOfMemory": "backend",
    "Training": "training_result",
    "cnn_classifier": "cnn",
    "devices": "backend",
    "guard_memory": "backend",
    "has_gpu": "backend",
    "load_keras": "backend",
    "require_gpu": "backend",
    "set_seed": "backend",
    "train": "training",
}

__all__ = [
    "Augmentation",
    "BadCheckpoint",
    "Batches",
    "Diverged",
    "NoGPU",
    "OutOfMemory",
    "Training",
    "cnn_classifier",
    "devices",
    "guard_memory",
    "has_gpu",
    "load_keras",
    "require_gpu",
    "set_seed",
    "train",
]


def __getattr__(name: str) -> object:
    """Load the module that keeps a name when it is first asked for."""
    if name in _WHERE:
        return getattr(import_module(f"mediedu.nets.{_WHERE[name]}"), name)
    raise AttributeError(f"mediedu.nets has no {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the names for tab completion."""
    return sorted([*globals(), *__all__])
