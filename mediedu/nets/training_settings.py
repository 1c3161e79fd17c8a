"""What `train` settles before it starts: a fresh optimiser, its names for the checkpoint, random states."""

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from mediedu.nets.backend import load_keras
from mediedu.nets.batches import Batches
from mediedu.nets.training_checks import check_whole, is_sigmoid

if TYPE_CHECKING:
    import keras

__all__ = ["accuracy_of", "fresh_optimizer", "name_of", "reseed", "steps_at_one_go", "structure_of"]


def fresh_optimizer(optimizer: Any, learning_rate: float | None, schedule: str, steps: int) -> Any:
    """Make a fresh optimiser with its learning rate."""
    keras = load_keras()
    if schedule not in ("constant", "cosine"):
        raise ValueError(f"schedule is {schedule!r}; 'constant' or 'cosine' is needed.")
    if not isinstance(optimizer, str):
        if learning_rate is not None:
            raise ValueError("Give the learning rate to the optimizer, or name the optimizer by a text.")
        chosen = type(optimizer).from_config(optimizer.get_config())
    else:
        rate = 1e-3 if learning_rate is None else learning_rate
        if not rate > 0:
            raise ValueError(f"learning_rate is {rate}; it must be more than 0.")
        chosen = keras.optimizers.get({"class_name": optimizer, "config": {"learning_rate": rate}})
    if schedule == "cosine":
        config = chosen.get_config()
        if isinstance(config["learning_rate"], dict):
            raise ValueError("The optimizer has a schedule of its own; leave schedule='constant'.")
        config["learning_rate"] = keras.optimizers.schedules.CosineDecay(config["learning_rate"], steps)
        chosen = type(chosen).from_config(config)
    return chosen


def accuracy_of(model: "keras.Model") -> str:
    """Name the accuracy that fits what a network gives."""
    return "binary_accuracy" if is_sigmoid(model) and model.output_shape[-1] > 1 else "accuracy"


def steps_at_one_go(wanted: int | None, batches: Batches) -> int:
    """Give `steps_per_execution`: what was asked for, or 16 where images are so small that calling costs."""
    if wanted is not None:
        check_whole("steps_per_execution", wanted)
        return wanted
    small = int(np.prod(batches.shape[:-1])) <= 64 * 64
    return min(16, len(batches)) if small else 1


def reseed(model: "keras.Model", seed: int) -> None:
    """Start the random generators in a network (dropout's) from a seed, whatever happened before."""
    weights = {id(v) for v in model.weights}
    generators = [v for v in model.variables if id(v) not in weights and tuple(v.shape) == (2,)]
    for i, state in enumerate(generators):
        key = np.random.SeedSequence([seed, i]).generate_state(1)[0] & 0x7FFFFFFF
        state.assign(np.array([key, 0], dtype=np.int64))


def structure_of(model: "keras.Model") -> str:
    """Give a short text that tells this network from others, whatever its weights."""
    text = str([(type(layer).__name__, [tuple(w.shape) for w in layer.weights]) for layer in model.layers])
    return f"{model.count_params()} weights {zlib.crc32(text.encode()):08x}"


def _plain(config: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in sorted(config.items()) if key != "name")


def name_of(thing: object) -> str:
    """Name a loss, an optimiser or an augmentation with its settings, the same in every process."""
    if thing is None or isinstance(thing, str):
        return str(thing)
    if hasattr(thing, "get_config"):
        return f"{type(thing).__name__} {_plain(thing.get_config())}"
    text = repr(thing)
    return getattr(thing, "__name__", type(thing).__name__) if " at 0x" in text else text
