"""Which number of the output is explained: a class, a class summed over a region, or a function."""

from collections.abc import Callable, Sequence
from inspect import getclosurevars
from types import BuiltinFunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mediedu.explain.outputs import check_finite, warn_if_saturated
from mediedu.nets.backend import load_keras

if TYPE_CHECKING:
    from mediedu.explain.forward import Forward

__all__ = ["Target", "checked_target", "target_and_scores"]

# What cannot change its value: read by a function, it may be built into what is compiled.
FIXED = (int, float, str, bool, type(None), ModuleType, BuiltinFunctionType)


class Target:
    """The number explained, read from a model's outputs.

    Attributes
    ----------
    function : callable or None
        From a tensor of outputs to one number for each row; None where a class is explained.
    weights : ndarray, shape (n, ...), or None
        As large as the outputs: what is explained is the sum of outputs times weights.
    classes : ndarray of int, shape (n,), or None
        The class explained.
    explained : str
        In words.
    """

    def __init__(
        self,
        explained: str,
        *,
        classes: NDArray[np.intp] | None = None,
        weights: NDArray[Any] | None = None,
        function: Callable[[Any], Any] | None = None,
    ) -> None:
        self.explained, self.classes, self.weights, self.function = explained, classes, weights, function

    @property
    def key(self) -> object:
        """Under which what was compiled for it is kept: as long as the function reads the same values.

        Of a function that reads anything that could change inside, nothing is kept.
        """
        if self.function is None:
            return None
        try:
            read = getclosurevars(self.function)
        except TypeError:  # an object that can be called
            return object()
        values = {**read.nonlocals, **read.globals}
        if all(isinstance(value, FIXED) for value in values.values()):
            return self.function, tuple((name, type(value), value) for name, value in sorted(values.items()))
        return object()

    def values(self, outputs: Any, weights: Any | None) -> Any:
        """Read it from tensors of outputs, one number for each row; it may stand in a compiled function."""
        ops = load_keras().ops
        if self.function is None:
            return ops.sum(outputs * weights, axis=tuple(range(1, len(outputs.shape))))
        try:
            found = self.function(outputs)
        except Exception as error:
            shapes = [tuple(part.shape) for part in load_keras().tree.flatten(outputs)]
            raise ValueError(
                f"The function given as target fails on outputs of the shape {', '.join(map(str, shapes))}: "
                f"{_first_line(error)}. "
                "It must be written with keras.ops, not with NumPy."
            ) from error
        rows = load_keras().tree.flatten(outputs)[0].shape[0]
        if len(getattr(found, "shape", ())) == 2 and found.shape[1] == 1:
            found = found[:, 0]
        shape = tuple(getattr(found, "shape", ()))
        if len(shape) != 1 or shape[0] != rows:
            raise ValueError(
                f"The function given as target made {'a number' if not shape else f'the shape {shape}'} from "
                "a batch of outputs; it must give one number for each image, as in "
                "lambda output: output[:, 1] - output[:, 0]."
            )
        return found

    def scores(self, outputs: Any) -> NDArray[np.float64]:
        """Read it from arrays of outputs, one row for each image or one for all."""
        keras = load_keras()
        if self.function is None:
            axes = tuple(range(1, outputs.ndim))
            return np.asarray((outputs.astype(np.float64) * self.weights).sum(axis=axes))
        tensors = keras.tree.map_structure(keras.ops.convert_to_tensor, outputs)
        return np.asarray(keras.ops.convert_to_numpy(self.values(tensors, None)), dtype=np.float64)


def target_and_scores(
    forward: "Forward", arrays: Sequence[NDArray[Any]], batch_size: int, target: Any, region: Any
) -> tuple[Target, NDArray[np.float64]]:
    """Ask the model about the images, find what is to be explained, and give its value for each.

    Raises
    ------
    ValueError, TypeError
        If the outputs are not finite, or as `checked_target` says.
    """
    outputs = forward.outputs(arrays, batch_size)
    check_finite(outputs, "images")
    chosen = checked_target(target, outputs, region, forward.kind)
    scores = chosen.scores(outputs)
    if forward.last is None:
        warn_if_saturated(outputs)
    return chosen, scores


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(" .")


def checked_target(target: Any, outputs: Any, region: Any, kind: str) -> Target:
    """Take a target as the functions of this room do.

    Parameters
    ----------
    target : None, int, array_like of int, or callable
        None is the class with the largest output, for each image.
    outputs : ndarray, shape (n, ..., classes), or a structure of them
        The model's outputs for the images.
    region : array_like or None
        (row, col) or (n, row, col): where an output with rows and columns is summed.
    kind : str
        What the outputs are: "logit" or "output".

    Raises
    ------
    ValueError, TypeError
        With a sentence.
    """
    if callable(target):
        if region is not None:
            raise ValueError("Both a function as target and a region were given; let the function sum it.")
        name = getattr(target, "__name__", "function").replace("<lambda>", "a function")
        return Target(f"{name} of the {kind}", function=target)
    if not isinstance(outputs, np.ndarray):
        raise ValueError(
            f"The model has {len(load_keras().tree.flatten(outputs))} outputs, so that a class does not say "
            "which is meant. Give a function as target, such as lambda outputs: outputs[0][:, 1]."
        )
    count, places, classes = len(outputs), outputs.shape[1:-1], outputs.shape[-1]
    if outputs.ndim < 2:
        raise ValueError(
            f"The model's output has the shape {outputs.shape}; (n, classes) or (n, row, col, classes) is "
            "needed to name a class. Give a function as target."
        )
    if target is None:
        if places and classes > 1:
            raise ValueError(
                f"The model gives {classes} classes at each of {'×'.join(map(str, places))} places: name the "
                "class to explain with target, and where to sum it with region."
            )
        chosen = outputs.reshape(count, -1, classes)[:, 0].argmax(axis=-1)
    else:
        chosen = _classes(target, count, classes)
    weights = np.zeros((count, *(1 for _ in places), classes), dtype=outputs.dtype)
    np.put_along_axis(weights, chosen.reshape(count, *(1 for _ in outputs.shape[1:])), 1, axis=-1)
    if region is not None or places:
        weights = weights * _region(region, count, places, outputs.dtype)[..., None]
    where = "" if not places else (" summed over the image" if region is None else " summed over a region")
    if classes == 1:
        what = f"the {kind}"
    elif target is None:
        what = f"the {kind} of the predicted class"
    elif np.ptp(chosen) == 0:
        what = f"the {kind} of class {chosen[0]}"
    else:
        what = f"the {kind} of a class for each image"
    return Target(what + where, classes=chosen, weights=weights)


def _classes(target: Any, count: int, classes: int) -> NDArray[np.intp]:
    given = np.asarray(target)
    whole = given.dtype.kind in "iu" and given.dtype.kind != "b"
    if not whole or given.shape not in ((), (count,)):
        raise ValueError(
            f"target is {target!r}; needed is the number of a class, {count} of them (one for each image), "
            "None for the predicted class, or a function of the output."
        )
    if given.size and (given.min() < 0 or given.max() >= classes):
        wrong = int(given.min() if given.min() < 0 else given.max())
        only = "has 1 output, so its only target is 0" if classes == 1 else f"has classes 0 to {classes - 1}"
        raise ValueError(f"target asks for class {wrong}; the model {only}.")
    return np.broadcast_to(given, (count,)).astype(np.intp)


def _region(region: Any, count: int, places: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    if not places:
        raise ValueError(
            "A region was given, but the model's output has no rows and columns. A region belongs to a "
            "segmentation net; leave it out."
        )
    if region is None:
        return np.ones((1, *places), dtype)
    given = np.asarray(region)
    if given.shape not in (places, (count, *places)) or given.dtype.kind not in "biuf":
        raise ValueError(
            f"region has the shape {given.shape} and type {given.dtype}; needed is a mask of the shape "
            f"{places}, or {(count, *places)} with one for each image."
        )
    weights = np.broadcast_to(given, (count, *places)).astype(dtype)
    if not np.isfinite(weights).all():
        raise ValueError("region holds NaN or infinite values; a mask or finite weights are needed.")
    empty = ~weights.reshape(count, -1).any(axis=1)
    if empty.any():
        raise ValueError(f"region is empty for image {int(empty.argmax())}: there is nothing to explain.")
    return weights
