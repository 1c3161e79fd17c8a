"""Find the number before the last softmax or sigmoid: the logit, which is what is explained.

A softmax close to 1 is flat. Its gradient vanishes, and with it the gradients of everything before, however
much the answer rests on them. And a probability falls when another class gains. The logit does neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mediedu.nets.backend import load_keras

__all__ = ["is_graph", "last_activation", "linear"]


def is_graph(model: Any) -> bool:
    """Say whether a model is Sequential or functional and built, so that its layers can be followed.

    Examples
    --------
    >>> keras = load_keras()
    >>> is_graph(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    True
    """
    try:
        return bool(model.inputs) and bool(model.outputs)
    except (AttributeError, ValueError):  # a subclassed model, or one that no data has passed through
        return False


def last_activation(model: Any) -> Any | None:
    """Find the operation that turns logits into the probabilities a model gives.

    Parameters
    ----------
    model : keras.Model
        One output; of several none is looked for.

    Returns
    -------
    keras.Layer, keras.Operation or None
        A layer with ``activation`` softmax or sigmoid (alone, or of a dense layer or convolution), a
        ``Softmax`` layer, or such an operation of ``keras.ops``. None where there is none or it can't be
        found, as in a subclassed model.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier
    >>> last_activation(cnn_classifier((8, 8, 1), 2, widths=(4, 4))).name
    'probability'
    """
    if not is_graph(model) or len(model.outputs) != 1:
        return None
    keras = load_keras()
    last = _makes(model, model.outputs[0])
    if isinstance(last, keras.Model):
        return last_activation(last)
    softmax, sigmoid = keras.activations.softmax, keras.activations.sigmoid
    if getattr(last, "activation", None) in (softmax, sigmoid):
        return last
    if isinstance(last, keras.layers.Softmax) or type(last).__name__ in ("Softmax", "Sigmoid"):
        return last
    return None


def _makes(model: Any, tensor: Any) -> Any | None:
    """Find the operation whose output this tensor is."""
    steps = getattr(model, "operations", None) or model.layers
    for step in reversed(steps):
        try:
            if step.output is tensor:
                return step
        except (AttributeError, ValueError):  # used more than once, or never
            continue
    return model.layers[-1] if isinstance(model, load_keras().Sequential) else None


@contextmanager
def linear(operation: Any | None) -> Iterator[None]:
    """Let an operation that `last_activation` found pass its input on unchanged, for the time of the block.

    The block is the tracing of a compiled function: what is traced in it stays linear, and the model as such
    is what it was.

    Examples
    --------
    >>> keras = load_keras()
    >>> layer = keras.layers.Activation("softmax")
    >>> with linear(layer):
    ...     keras.ops.convert_to_numpy(layer(keras.ops.ones((1, 2)))).tolist()
    [[1.0, 1.0]]
    """
    if operation is None:
        yield
        return
    # An attribute of the instance hides the method of its class.
    name = "activation" if getattr(operation, "activation", None) is not None else "call"
    own = operation.__dict__.get(name)
    instead = load_keras().activations.linear if name == "activation" else _first
    object.__setattr__(operation, name, instead)
    try:
        yield
    finally:
        if own is None:
            object.__delattr__(operation, name)
        else:
            object.__setattr__(operation, name, own)


def _first(x: Any, *_: Any, **__: Any) -> Any:
    return x
