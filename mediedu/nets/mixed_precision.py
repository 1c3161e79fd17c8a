"""Compute in 16 bits and keep the weights in 32, for the time of a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mediedu.nets.backend import load_keras

if TYPE_CHECKING:
    import keras

__all__ = ["mixed_precision"]


@contextmanager
def mixed_precision(model: "keras.Model", kind: str | bool) -> Iterator[None]:
    """Let a network compute in 16 bits inside the block, and in 32 again after it.

    Weights, losses and the last layer (the probabilities) stay in 32 bits. With bfloat16, numbers
    reach as far as in 32 bits, with fewer digits. float16 has more digits and a short reach: Keras scales the
    loss up so that small gradients don't vanish. GPUs since 2020 are fast in both, older ones in float16.

    Parameters
    ----------
    model : keras.Model
        Built in 32 bits.
    kind : {False, True, "bfloat16", "float16"}
        True is bfloat16; False leaves all as it is.

    Raises
    ------
    ValueError
        If `kind` is none of these.

    References
    ----------
    P. Micikevicius et al., "Mixed precision training", ICLR 2018.

    Examples
    --------
    >>> keras = load_keras()
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Softmax()])
    >>> with mixed_precision(model, True):
    ...     print(model.layers[0].compute_dtype, model.layers[-1].compute_dtype)
    bfloat16 float32
    >>> model.layers[0].compute_dtype
    'float32'
    """
    name = "bfloat16" if kind is True else kind
    if name not in (False, "bfloat16", "float16"):
        raise ValueError(
            f"mixed_precision is {kind!r}; False, True (bfloat16), 'bfloat16' or 'float16' are understood."
        )
    if not name:
        yield
        return
    layers = list(model._flatten_layers())  # with the model itself, and models within it
    before = [layer.dtype_policy for layer in layers]
    policy = load_keras().dtype_policies.DTypePolicy(f"mixed_{name}")
    last = model.layers[-1]
    try:
        for layer in layers:
            if layer is not last:
                layer.dtype_policy = policy
        yield
    finally:
        for layer, old in zip(layers, before, strict=True):
            layer.dtype_policy = old
        # What was compiled was compiled for 16 bits.
        model.train_function = model.test_function = model.predict_function = None
