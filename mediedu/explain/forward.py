"""The part of a model that is explained, from its images or from a layer to its logit, compiled once."""

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.explain.batch_size import even_batch
from mediedu.explain.inputs import Inputs, refused_with_a_sentence
from mediedu.explain.layers import split, within
from mediedu.explain.logit import last_activation, linear
from mediedu.explain.outputs import check_gradients
from mediedu.explain.targets import Target
from mediedu.nets.backend import guard_memory, load_keras
from mediedu.nets.differentiation import compiled, value_and_gradient

__all__ = ["Forward", "NoGradient", "forward_of"]

# What is compiled is kept with its model: the latest, since each function given as target adds to it.
KEPT = 16

# The ends of paths, their starts, and the target's weights.
Ends = tuple[list[NDArray[Any]], list[NDArray[Any]], NDArray[Any] | None]
Source = Callable[[NDArray[np.intp]], Ends]


class NoGradient(ValueError):
    """No differentiable way leads from the images to what was to be explained."""


class Forward:
    """A part of a model as a function, with what is compiled of it.

    Attributes
    ----------
    run : keras.Model
        From the images (or a layer's output) to the outputs.
    before : keras.Model or None
        From the images to the layer's output, where there is a layer.
    last : operation or None
        What would turn logits into probabilities, and is left out.
    kind : str
        What comes out: "logit" or "output".
    parts : list
        What the model was made of when this was compiled.
    """

    def __init__(self, model: Any, layer: str | None, logit: bool, inputs: Inputs) -> None:
        self.parts = _parts(model)
        self.last = last_activation(model) if logit else None
        self.kind = "output" if self.last is None else "logit"
        self.before, self.run, self.pack = None, model, inputs.packing(model)
        if layer is not None:
            self.before, self.run = split(model, layer)
            self.pack = lambda flat: flat[0]
        self.variables = list(model.variables)
        self._compiled: dict[Any, Callable[..., Any]] = {}

    def call(self, flat: list[Any]) -> Any:
        """Give the outputs for tensors of images, the last activation left out."""
        with linear(self.last):
            return self.run(self.pack(list(flat)), training=False)

    def outputs(self, arrays: Sequence[NDArray[Any]], batch_size: int) -> Any:
        """Give the outputs for arrays of images, in batches of one size.

        Raises
        ------
        ValueError
            If the model refuses the images.
        """
        with refused_with_a_sentence(arrays):
            return self.in_batches(self.compiled("outputs", self.call), arrays, batch_size)

    def compiled(self, key: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        """Compile a function that calls this part, or give what was compiled under this key before."""
        found = self._compiled.pop(key, None) or compiled(function, self.variables)
        while len(self._compiled) >= KEPT:
            del self._compiled[next(iter(self._compiled))]
        self._compiled[key] = found  # at the end: what was used longest ago goes first
        return found

    def made_of(self, parts: list[Any]) -> bool:
        """Say whether the model still has these very parts: layers come and go, activations are exchanged."""
        return len(parts) == len(self.parts) and all(map(operator.is_, parts, self.parts))

    def hidden(self, arrays: Sequence[NDArray[Any]], batch_size: int) -> list[NDArray[Any]]:
        """Give the layer's output, or the images themselves where no layer was named."""
        if self.before is None:
            return list(arrays)
        before = self.before
        function = self.compiled("hidden", lambda flat: before(flat, training=False))
        found = self.in_batches(function, arrays, batch_size)
        # Places on a path would be rounded together in half precision; the part after it casts for itself.
        return [found.astype(np.float32) if found.dtype.itemsize < 4 else found]

    def in_batches(
        self,
        function: Callable[..., Any],
        arrays: Sequence[NDArray[Any]],
        batch_size: int,
        weights: NDArray[Any] | None = None,
    ) -> Any:
        """Run a compiled function over arrays (and a target's weights) in batches of one size."""
        keras = load_keras()
        count = len(arrays[0])
        rows = even_batch(count, batch_size)
        parts = []
        for start in range(0, count, rows):
            taken = np.minimum(np.arange(start, start + rows), count - 1)
            real = min(rows, count - start)
            with guard_memory(rows):
                also = [] if weights is None else [weights[taken]]
                found = function([array[taken] for array in arrays], *also)
                parts.append(keras.tree.map_structure(lambda t, n=real: _array(t)[:n], found))
        return keras.tree.map_structure(lambda *pieces: np.concatenate(pieces), *parts)

    def summed_gradients(
        self,
        target: Target,
        source: Source,
        pairs: int,
        places: NDArray[np.float64],
        weights: NDArray[np.float64],
        batch_size: int,
    ) -> Iterator[tuple[NDArray[np.intp], list[NDArray[np.float32]]]]:
        """Sum gradients along paths, without ever holding more than `batch_size` points of them.

        Pairs of a baseline and an image are laid out one after another, each with all its places, and cut
        into batches of one size, so that one shape is compiled. Within a batch the gradients are summed with
        their weights; a pair may begin in one batch and end in the next.

        Parameters
        ----------
        target : Target
            What is differentiated.
        source : callable
            From numbers of pairs to their ends, their starts, and the target's weights, a row for each.
        pairs : int
            How many there are.
        places, weights : ndarray, shape (steps,)
            On each path.
        batch_size : int
            Points at once.

        Yields
        ------
        numbers : ndarray of int
            Of pairs.
        sums : list of ndarray
            For each input, the sum of this batch for these pairs.
        """
        function = self.compiled(("gradients", target.key), self._path(target))
        steps = len(places)
        rows = even_batch(pairs * steps, batch_size)
        touched = min(pairs, rows // steps if rows % steps == 0 else 1 - (1 - rows) // steps)
        dtype = None
        for start in range(0, pairs * steps, rows):
            row = np.arange(start, start + rows)
            real = row < pairs * steps
            row = np.minimum(row, pairs * steps - 1)
            pair, place = np.divmod(row, steps)
            numbers = np.minimum(np.arange(pair[0], pair[0] + touched), pairs - 1)
            ends, starts, target_weights = source(numbers)
            dtype = ends[0].dtype
            local = pair - pair[0]
            sums = np.zeros((touched, rows), dtype)
            sums[local, np.arange(rows)] = weights[place] * real
            given = [ends, starts, local.astype(np.int32), places[place].astype(dtype), sums]
            with guard_memory(rows):
                found = function(*given, *([] if target_weights is None else [target_weights]))
                arrays = [_array(part) for part in found]
            check_gradients(arrays)
            last = int(local[real].max()) + 1
            yield numbers[:last], [array[:last] for array in arrays]

    def _path(self, target: Target) -> Callable[..., Any]:
        """Make the function that places points on paths and sums the gradients there."""
        ops = load_keras().ops
        target = Target(target.explained, function=target.function)  # kept, and so without the weights

        def summed(
            ends: list[Any], starts: list[Any], pair: Any, place: Any, sums: Any, weights: Any = None
        ) -> list[Any]:
            points = []
            for end, start in zip(ends, starts, strict=True):
                at = ops.reshape(place, (-1, *(1 for _ in end.shape[1:])))
                points.append(ops.take(start, pair, axis=0) + at * ops.take(end - start, pair, axis=0))
            wanted = None if weights is None else ops.take(weights, pair, axis=0)
            _, gradients = value_and_gradient(lambda x: target.values(self.call(x), wanted), points)
            rows = ops.shape(sums)[1]
            found = []
            for number, (gradient, end) in enumerate(zip(gradients, ends, strict=True)):
                flat = ops.reshape(_there(gradient, number, len(ends)), (rows, -1))
                found.append(ops.reshape(ops.matmul(sums, flat), (-1, *ops.shape(end)[1:])))
            return found

        return summed


def _array(tensor: Any) -> NDArray[Any]:
    return np.asarray(load_keras().ops.convert_to_numpy(tensor))


def _there(gradient: Any | None, number: int, inputs: int) -> Any:
    if gradient is not None:
        return gradient
    which = "the images" if inputs == 1 else f"input {number}"
    raise NoGradient(
        f"There is no gradient from what is explained to {which}: on the way lies an operation that cannot "
        "be differentiated (argmax, rounding, a comparison, a cast to whole numbers, NumPy), or the target "
        "does not depend on it. Explain a number before that operation, or use occlusion, which needs no "
        "gradient."
    )


def forward_of(model: Any, inputs: Inputs, layer: str | None = None, logit: bool = True) -> Forward:
    """Give the part of a model that is asked for; what was compiled for it before is kept with the model."""
    store = model.__dict__.get("_mediedu_forward")
    if store is None:
        store = model.__dict__["_mediedu_forward"] = _Kept()
    form = str(inputs.structure)
    key = layer, logit, form
    if key not in store.parts or not store.parts[key].made_of(_parts(model)):
        store.parts[key] = Forward(model, layer, logit, inputs)
    return store.parts[key]


def _parts(model: Any) -> list[Any]:
    """List what is built into a compiled function: layers, their activations, and variables (not values)."""
    layers = within(model)
    return [*layers, *(getattr(layer, "activation", None) for layer in layers), *model.variables]


class _Kept:
    """What is kept with a model; no dictionary, or Keras would look into it when it saves the model."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str | None, bool, str], Forward] = {}
