"""Slow references in float64: one place of the path after another, gradients worked out by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Net:
    """A dense network with one hidden layer, f(x) = v · g(W x + b) + c for each class, and its gradient."""

    def __init__(self, inputs: int, hidden: int, classes: int, activation: str, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.w, self.b = rng.normal(size=(inputs, hidden)), rng.normal(size=hidden)
        self.v, self.c = rng.normal(size=(hidden, classes)), rng.normal(size=classes)
        self.activation = activation

    def outputs(self, x: Floats) -> Floats:
        return self._g(x @ self.w + self.b)[0] @ self.v + self.c

    def gradient(self, x: Floats, k: int) -> Floats:
        return self.w @ (self._g(x @ self.w + self.b)[1] * self.v[:, k])

    def _g(self, z: Floats) -> tuple[Floats, Floats]:
        if self.activation == "tanh":
            return np.tanh(z), 1 - np.tanh(z) ** 2
        if self.activation == "softplus":
            return np.logaddexp(0, z), 1 / (1 + np.exp(-z))
        return np.maximum(z, 0), (z > 0).astype(float)

    def keras(self, keras: Any, shape: tuple[int, ...], last: str | None = None) -> Any:
        """Build the same with Keras, for images of this shape."""
        layers = keras.layers
        model = keras.Sequential(
            [
                keras.Input(shape),
                layers.Flatten(),
                layers.Dense(len(self.b), activation=self.activation, name="hidden"),
                layers.Dense(len(self.c), activation=last),
            ]
        )
        model.set_weights([self.w, self.b, self.v, self.c])
        return model


def integrate(
    gradient: Callable[[Floats], Floats], x: Floats, start: Floats, rule: str, steps: int
) -> Floats:
    """Sum gradients at one place after another, by the rules as textbooks give them."""
    if rule == "gauss-legendre":
        nodes, weights = np.polynomial.legendre.leggauss(steps)
        places = [((1 + t) / 2, w / 2) for t, w in zip(nodes, weights, strict=True)]
    elif rule == "trapezoid":
        h = 1 / (steps - 1)
        places = [(k * h, h / 2 if k in (0, steps - 1) else h) for k in range(steps)]
    else:
        shift = {"left": 0, "middle": 0.5, "right": 1}[rule]
        places = [((k + shift) / steps, 1 / steps) for k in range(steps)]
    total = np.zeros_like(x)
    for place, weight in places:
        total += weight * gradient(start + place * (x - start))
    return total * (x - start)
