"""What goes into noise and what comes out: checks with a sentence for each, and the rule for dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def checked(image: ArrayLike) -> Array:
    """Give an image as an array, or say why noise can't be added to it."""
    array = np.asarray(image)
    allowed = np.issubdtype(array.dtype, np.integer) or array.dtype in (np.float32, np.float64)
    if not allowed:
        raise TypeError(
            f"Noise is added to integer, float32 or float64 images; this one is {array.dtype}. "
            "Convert it first, for example with image.astype(float)."
        )
    if array.size == 0:
        raise ValueError(f"The image is empty: its shape is {array.shape}. Give at least one pixel.")
    if array.dtype.kind == "f" and (bad := int(np.count_nonzero(~np.isfinite(array)))):
        raise ValueError(
            f"The image holds {bad} NaN or infinite values. Replace them first, for example with "
            f"np.nan_to_num."
        )
    return array


def not_negative(name: str, value: float) -> float:
    """Give `value` as a float, if it is a finite number that is at least 0."""
    if not (isinstance(value, int | float | np.number) and np.isfinite(value) and value >= 0):
        raise ValueError(f"`{name}` must be a number that is at least 0; you gave {value!r}.")
    return float(value)


def generator_of(rng: np.random.Generator | int) -> np.random.Generator:
    """Give the generator that `rng` is or seeds."""
    if rng is None:
        raise TypeError(
            "Give `rng`: a seed such as rng=0, or a numpy Generator, so that the noise can be repeated."
        )
    return np.random.default_rng(rng)


def as_dtype(dtype: np.dtype[Any], values: Array) -> Array:
    """Give numbers a type; integers are rounded half up and clipped, so that they never wrap around."""
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        rounded = np.floor(values + 0.5)
        # For 64-bit integers the top limit isn't a float: clipping there would wrap around.
        top = np.nextafter(float(limits.max), 0) if float(limits.max) > limits.max else float(limits.max)
        return np.clip(rounded, limits.min, top).astype(dtype)
    return values.astype(dtype)
