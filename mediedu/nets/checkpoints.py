"""Keep the state of a training after each epoch, so that it goes on with identical numbers after a crash.

Keras has a callback for this, BackupAndRestore. It does not go on identically: it leaves out the state of the
random generators (which values dropout sets to 0), knows nothing of the order of the data or of the early
stopping so far, and writes two files one after the other, which a crash can leave at odds. So here is one
file, written aside and put in place in one step: weights, optimiser, generators, curves and best weights.
"""

import contextlib
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

__all__ = ["BadCheckpoint", "Progress", "restore", "save", "weights_of"]

NAME = "checkpoint.npz"
STATE = ("best_epoch", "finished", "stopped_early", "seconds")


class BadCheckpoint(ValueError):
    """A checkpoint that can't be read, or belongs to another training."""


@dataclass
class Progress:
    """How far a training has come.

    Attributes
    ----------
    curves : dict of list of float
        Name of a measure → its value after each epoch.
    best_epoch : int
        The epoch with the best value so far, counted from 1; 0 before the first.
    best_weights : list of numpy.ndarray
        The weights after it.
    finished, stopped_early : bool
        Whether the training has ended; whether before its last epoch.
    seconds : float
        Spent in these epochs.
    """

    curves: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int = 0
    best_weights: list[NDArray[Any]] = field(default_factory=list)
    finished: bool = False
    stopped_early: bool = False
    seconds: float = 0.0

    @property
    def epochs(self) -> int:
        """Tell how many epochs are done."""
        return max(map(len, self.curves.values()), default=0)


def weights_of(model: "keras.Model") -> list[NDArray[Any]]:
    """Copy a model's weights.

    Examples
    --------
    >>> from mediedu.nets import load_keras
    >>> keras = load_keras()
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> [w.shape for w in weights_of(model)]
    [(2, 3), (3,)]
    """
    return [_array(variable) for variable in model.weights]


def save(folder: Path, model: "keras.Model", progress: Progress, settings: Mapping[str, Any]) -> None:
    """Write the checkpoint of a training into its folder, in one step.

    Parameters
    ----------
    folder : Path
        Of the training; made if it isn't there.
    model : keras.Model
        Compiled, its optimiser built.
    progress : Progress
        How far it has come.
    settings : mapping
        What makes this training this one; plain numbers and texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {f"model_{i}": _array(v) for i, v in enumerate(model.variables)}
    arrays |= {f"optimizer_{i}": _array(v) for i, v in enumerate(model.optimizer.variables)}
    arrays |= {f"best_{i}": w for i, w in enumerate(progress.best_weights)}
    note = {
        "settings": dict(settings),
        "curves": progress.curves,
        **{name: getattr(progress, name) for name in STATE},
    }
    aside = folder / f".{NAME}.part"
    try:
        with aside.open("wb") as file:
            np.savez(file, allow_pickle=False, note=np.array(json.dumps(note)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, folder / NAME)
    except BaseException:  # a full disk, or someone who stops the program: the checkpoint before stays
        aside.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # makes the new name last through a power cut; Windows can't
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def restore(folder: Path, model: "keras.Model", settings: Mapping[str, Any]) -> Progress | None:
    """Put a model and its optimiser back to the last checkpoint in a folder.

    Parameters
    ----------
    folder : Path
        Of the training.
    model : keras.Model
        Compiled, its optimiser built.
    settings : mapping
        Of this training; the checkpoint's must be the same.

    Returns
    -------
    Progress or None
        How far the training had come; None where there is no checkpoint.

    Raises
    ------
    BadCheckpoint
        If it can't be read, or is of another training.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        note = json.loads(str(arrays.pop("note")))
        kept = note["settings"]
        progress = Progress(
            {name: [float(v) for v in values] for name, values in note["curves"].items()},
            best_weights=[
                arrays[f"best_{i}"] for i in range(sum(name.startswith("best_") for name in arrays))
            ],
            **{name: note[name] for name in STATE},
        )
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
    ) as problem:
        raise BadCheckpoint(
            f"The checkpoint {path} can't be read ({problem}): it was cut short, or it is of another "
            "program. Delete it to train from the start, or give another folder."
        ) from problem
    now = json.loads(json.dumps(dict(settings)))
    changed = [name for name in {**kept, **now} if kept.get(name) != now.get(name)]
    if changed:
        said = "; ".join(f"{name} was {kept.get(name)} and is now {now.get(name)}" for name in changed)
        raise BadCheckpoint(
            f"The folder {folder} holds the checkpoint of another training: {said}. Give another folder, or "
            f"delete {NAME} there to train from the start."
        )
    groups = {"model": model.variables, "optimizer": model.optimizer.variables}
    for group, variables in groups.items():
        shapes = [arrays[name].shape for i in range(len(variables)) if (name := f"{group}_{i}") in arrays]
        if shapes != [tuple(v.shape) for v in variables] or f"{group}_{len(variables)}" in arrays:
            raise BadCheckpoint(
                f"The checkpoint {path} does not fit this network: its {group} holds other arrays. Build the "
                "network as it was, or give another folder."
            )
    for group, variables in groups.items():
        for i, variable in enumerate(variables):
            variable.assign(arrays[f"{group}_{i}"])
    return progress


def _array(variable: Any) -> NDArray[Any]:
    """Copy a variable into NumPy; bfloat16, which .npz can't hold, becomes float32 without loss."""
    array = np.array(np.asarray(variable.value))  # a copy: JAX gives its memory to the next step
    return array if array.dtype.kind in "biuf" else array.astype(np.float32)
