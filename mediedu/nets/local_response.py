"""Local response normalisation, which Keras 3 has no layer for."""

from typing import Any

from mediedu.nets.backend import load_keras

keras: Any = load_keras()

__all__ = ["LocalResponseNormalization"]


@keras.saving.register_keras_serializable(package="mediedu")
class LocalResponseNormalization(keras.layers.Layer):
    """Divide each feature by what its neighbours among the features answer at the same place.

    ``out[c] = in[c] / (bias + alpha · Σ in[c − radius … c + radius]²) ** beta``, the sum ending at the first
    and the last feature. It has no weights. The defaults are those of ``tf.nn.local_response_normalization``,
    whose results it gives.

    Parameters
    ----------
    radius : int
        How many features on each side count.
    bias : float
        Added to the sum, so that nothing is divided by 0; more than 0.
    alpha, beta : float
        Factor of the sum, and exponent.
    **kwargs
        What every Keras layer takes: name, dtype.

    Raises
    ------
    ValueError
        If `radius` is not a whole number of 0 or more, or `bias` is not more than 0.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks",
    NIPS 2012, section 3.3. (There the sum has no radius but its width, 2·radius + 1 = 5.)

    Examples
    --------
    >>> import numpy as np
    >>> layer = LocalResponseNormalization(radius=1, bias=1.0, alpha=1.0, beta=1.0)
    >>> [round(float(v), 3) for v in layer(np.array([[1.0, 2.0, 3.0]]))[0]]
    [0.167, 0.133, 0.214]
    """

    def __init__(
        self, radius: int = 5, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(radius, bool) or not isinstance(radius, int) or radius < 0:
            raise ValueError(f"The radius is {radius!r}; it must be a whole number of 0 or more.")
        if not bias > 0:
            raise ValueError(f"The bias is {bias}; it must be more than 0, or empty places divide by 0.")
        self.radius, self.bias, self.alpha, self.beta = radius, float(bias), float(alpha), float(beta)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """Normalise along the last axis."""
        ops = keras.ops
        rank, features = len(inputs.shape), inputs.shape[-1]
        margin = min(self.radius, features - 1)
        run = ops.pad(ops.square(inputs), [(0, 0)] * (rank - 1) + [(margin, margin)])
        # Sums of 2, 4, 8 … neighbours, each from two of the ones before, put together to 2 · margin + 1.
        total: Any = None
        length, done = 1, 0
        while True:
            if (2 * margin + 1) & length:
                part = run[..., done : done + features]
                total, done = (part if total is None else total + part), done + length
            if done == 2 * margin + 1:
                break
            run, length = run[..., :-length] + run[..., length:], 2 * length
        divisor = self.bias + self.alpha * total
        # A square root is much quicker than a power.
        return inputs / (ops.sqrt(divisor) if self.beta == 0.5 else ops.power(divisor, self.beta))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Give the shape of the input: it stays."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Give what the layer is made from."""
        own = {"radius": self.radius, "bias": self.bias, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **own}
