"""A layer for nets whose sides are left open: it refuses an image that the net cannot halve evenly."""

from typing import Any

from mediedu.nets.backend import load_keras
from mediedu.nets.divisible import check_divisible

keras: Any = load_keras()

__all__ = ["Divisible"]


@keras.saving.register_keras_serializable(package="mediedu")
class Divisible(keras.layers.Layer):
    """Give the images as they are, or say which sizes fit. It has no weights.

    Parameters
    ----------
    stride : int
        How many pixels become one at the net's coarsest level.
    **kwargs
        What every Keras layer takes: name, dtype.

    Raises
    ------
    ValueError
        When called with images of which a side is no multiple of `stride`.

    Examples
    --------
    >>> import numpy as np
    >>> Divisible(8)(np.zeros((1, 16, 20, 1)))
    Traceback (most recent call last):
    ...
    ValueError: ...An image of 16 × 20 does not fit a net of stride 8: ... to 16 × 16 or pad it to 16 × 24...
    """

    def __init__(self, stride: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stride = stride

    def call(self, inputs: Any) -> Any:
        """Look at the sides that are known, which are all but while the net is being built."""
        # Where a side is open, TensorFlow builds with None and JAX with a symbol.
        sides = [n if isinstance(n, int) else None for n in inputs.shape[1:-1]]
        check_divisible(sides, self.stride)
        return inputs

    def get_config(self) -> dict[str, Any]:
        """Give what the layer is made from."""
        return {**super().get_config(), "stride": self.stride}
