"""Take what a model is given: one array of images, or several inputs, checked before anything is computed."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.explain.logit import is_graph
from mediedu.nets.backend import OutOfMemory, load_keras

__all__ = ["Inputs", "checked_inputs", "refused_with_a_sentence"]


class Inputs:
    """The arrays of a model's inputs, as float32 (float64 for a model that computes so).

    Attributes
    ----------
    given : ndarray or tuple of ndarray
        As they came.
    arrays : list of ndarray
        In the order of the model's inputs.
    names : list of str
        In the same order, where the inputs were given by name.
    """

    def __init__(self, given: Any, model: Any) -> None:
        tree = load_keras().tree
        dtype = "float64" if getattr(model, "compute_dtype", "float32") == "float64" else "float32"
        if isinstance(given, list) and not any(isinstance(part, np.ndarray) for part in given):
            given = np.asarray(given)  # a list of numbers is one array; a list of arrays is several inputs
        self.names: list[str] = []
        if isinstance(given, dict):
            given, self.names = _by_name(given, model)
        several = isinstance(given, list | tuple | dict)
        raw = [np.asarray(part) for part in (tree.flatten(given) if several else [given])]
        self.several = several
        self.structure = tree.map_structure(lambda _: 0, given) if several else 0
        self.given = tuple(raw) if several else raw[0]
        self.arrays: list[NDArray[Any]] = []
        for place, array in enumerate(raw):
            if array.dtype.kind not in "biuf":
                raise TypeError(
                    f"{self.name(place)} holds values of type {array.dtype}; numbers are needed, such as "
                    "float32 scaled as in training."
                )
            self.arrays.append(array.astype(dtype))

    def name(self, place: int) -> str:
        """Say which input is meant."""
        return f"Input {place}" if self.several else "images"

    def packing(self, model: Any) -> Callable[[list[Any]], Any]:
        """Give a function that puts tensors in the form that the model takes; it holds no images."""
        structure, tree = self.structure, load_keras().tree
        if self.several:
            return lambda flat: tree.pack_sequence_as(structure, flat)
        # A functional model built on a list of one input wants a list.
        listed = is_graph(model) and isinstance(getattr(model, "input", None), list | tuple)
        return (lambda flat: [flat[0]]) if listed else lambda flat: flat[0]

    def unpack(self, flat: list[NDArray[Any]]) -> Any:
        """Give one array, or a tuple of arrays where there are several inputs."""
        return tuple(flat) if self.several else flat[0]

    def __len__(self) -> int:
        """Give the number of images."""
        return len(self.arrays[0])


def checked_inputs(model: Any, images: Any) -> Inputs:
    """Take images for a model and build it where it has not seen data yet.

    Raises
    ------
    ValueError, TypeError
        With a sentence, if the shapes don't fit the model, or there is no image, or a value is not finite.
    """
    if not isinstance(model, load_keras().Layer):
        raise TypeError(f"model is a {type(model).__name__}; a Keras model is needed.")
    inputs = Inputs(images, model)
    for place, array in enumerate(inputs.arrays):
        if array.ndim < 2 or 0 in array.shape:
            raise ValueError(
                f"{inputs.name(place)} has the shape {array.shape}; a batch with something in it is needed, "
                "such as (n, row, col, channel). A single image gets its first axis with image[None]."
            )
        if len(array) != len(inputs):
            raise ValueError(
                f"The inputs hold {' and '.join(str(len(a)) for a in inputs.arrays)} images; each needs as "
                "many."
            )
        if bad := int(np.count_nonzero(~np.isfinite(array))):
            raise ValueError(
                f"{inputs.name(place)} holds {bad} values that are NaN or infinite; the explanation would "
                "be NaN as well. Replace them, for example with numpy.nan_to_num, as was done in training."
            )
    if is_graph(model):
        _check_shapes(model, inputs)
    elif not getattr(model, "built", True):
        with refused_with_a_sentence(inputs.arrays):
            model(inputs.packing(model)([array[:1] for array in inputs.arrays]), training=False)
    return inputs


@contextmanager
def refused_with_a_sentence(arrays: Sequence[NDArray[Any]]) -> Iterator[None]:
    """Turn what a model says when it refuses its input, over many lines, into a sentence.

    Raises
    ------
    ValueError
        If the model refuses the arrays.
    """
    try:
        yield
    except (OutOfMemory, MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        lines = [re.sub(r"\x1b\[\d*m", "", line).strip() for line in str(error).splitlines()]
        telling = [
            line for line in lines if line and not line.startswith(("Exception encounter", "Graph exec"))
        ]
        said = next(
            (line for line in telling if "ncompatible" in line), (telling or [type(error).__name__])[0]
        )
        said = said.rstrip(".")
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise ValueError(
            f"The model cannot take what was given, of the shape {shapes}: {said}. Give the shapes that it "
            "was built for, such as (n, row, col, channel), in the order that it takes."
        ) from error


def _by_name(given: dict[str, Any], model: Any) -> tuple[Any, list[str]]:
    """Put what was given by name in the order of the model's inputs, and check the names."""
    if not is_graph(model):
        return given, sorted(given)  # in which Keras flattens it
    own = getattr(model, "input", None)
    names = list(own) if isinstance(own, dict) else [tensor.name for tensor in model.inputs]
    if set(given) != set(names):
        raise ValueError(
            f"The inputs given are named {', '.join(map(repr, given))}; the model's are "
            f"{', '.join(map(repr, names))}. Give one array for each."
        )
    if isinstance(own, dict):
        return given, sorted(given)
    return tuple(given[name] for name in names), names


def _check_shapes(model: Any, inputs: Inputs) -> None:
    needed = [tuple(tensor.shape[1:]) for tensor in model.inputs]
    found = [array.shape[1:] for array in inputs.arrays]
    if len(needed) != len(found):
        raise ValueError(
            f"The model has {len(needed)} inputs and {len(found)} were given; give one array for each, in a "
            "tuple in the order of model.inputs."
        )
    for place, (want, have) in enumerate(zip(needed, found, strict=True)):
        if len(want) != len(have) or any(w not in (None, h) for w, h in zip(want, have, strict=True)):
            hint = ""
            if len(needed) > 1:
                hint = f" Its inputs are, in this order, {', '.join(tensor.name for tensor in model.inputs)}."
            if have == want[:-1]:
                hint = " Grey images without an axis of channels get one with images[..., None]."
            elif inputs.arrays[place].shape == want:
                hint = " A single image gets its first axis with image[None]."
            shape = ", ".join("any" if w is None else str(w) for w in want)
            raise ValueError(
                f"{inputs.name(place)} has the shape {inputs.arrays[place].shape}; the model takes "
                f"(n, {shape}).{hint}"
            )
