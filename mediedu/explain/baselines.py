"""What stands for "nothing": the start of the path from which an image is told apart."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.explain.inputs import Inputs

__all__ = ["baselines_of", "check_seed", "checked_baselines"]

NAMES = ("blurred", "uniform")
# The blur leaves shades and takes away form: its standard deviation is this share of the longest side.
BLUR = 0.1


def baselines_of(baseline: Any, inputs: Inputs, seed: int) -> list[list[NDArray[Any]]]:
    """Give for each baseline a list of its arrays, one for each input."""
    count = len(inputs.arrays)
    check_seed(seed)
    if isinstance(baseline, dict):
        if set(baseline) != set(inputs.names):
            raise ValueError(
                f"The baselines are named {', '.join(map(repr, baseline)) or 'nothing'}; by name they can be "
                "given where the inputs are given by name, one for each."
            )
        baseline = tuple(baseline[name] for name in inputs.names)
    each = baseline if inputs.several and isinstance(baseline, tuple) else (baseline,) * count
    if len(each) != count:
        raise ValueError(
            f"There are {count} inputs and {len(each)} baselines; give one for each, in a tuple."
        )
    parts = [
        checked_baselines(part, array, seed + place, inputs.name(place))
        for place, (part, array) in enumerate(zip(each, inputs.arrays, strict=True))
    ]
    number = max(map(len, parts))
    if any(len(part) not in (1, number) for part in parts):
        raise ValueError(
            f"The inputs have {', '.join(str(len(part)) for part in parts)} baselines; each needs as many, "
            "or one."
        )
    starts = []
    for k in range(number):
        start = [part[k if len(part) > 1 else 0] for part in parts]
        longest = max(map(len, start))
        starts.append(
            [np.repeat(array, longest, axis=0) if len(array) < longest else array for array in start]
        )
    return starts


def check_seed(seed: Any) -> None:
    """Refuse a seed that NumPy would refuse less clearly.

    Raises
    ------
    ValueError
        With a sentence.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is {seed!r}; it must be a whole number of 0 or more.")


def checked_baselines(
    baseline: Any, images: NDArray[Any], seed: int, name: str = "images"
) -> list[NDArray[Any]]:
    """Give the baselines of one input.

    Parameters
    ----------
    baseline : None, number, array_like, str, callable, or a list of these
        As `integrated_gradients` takes them.
    images : ndarray, shape (n, ...)
        The images.
    seed : int
        Of noise.
    name : str
        Of the input, for the sentences.

    Returns
    -------
    list of ndarray
        For each baseline (1, ...), the same for all images, or (n, ...), one for each; the images' dtype.

    Raises
    ------
    ValueError
        With a sentence, if a baseline does not fit.

    Examples
    --------
    >>> images = np.ones((3, 2, 2, 1), np.float32)
    >>> [b.shape for b in checked_baselines([0, np.zeros((2, 2, 1)), "uniform"], images, seed=0)]
    [(1, 2, 2, 1), (1, 2, 2, 1), (3, 2, 2, 1)]
    """
    rng = np.random.default_rng(seed)
    if isinstance(baseline, list):
        if not baseline:
            raise ValueError("baseline is an empty list; at least one baseline is needed.")
        try:
            numbers = np.asarray(baseline)
        except ValueError:  # of several shapes
            numbers = np.asarray(None)
        if numbers.dtype.kind not in "biuf" or numbers.ndim == 1 or numbers.shape != images.shape[1:]:
            return [_one(part, images, rng, name) for part in baseline]
        baseline = numbers
    if isinstance(baseline, np.ndarray) and baseline.ndim == images.ndim and len(baseline):
        return [_one(part, images, rng, name) for part in baseline]
    return [_one(baseline, images, rng, name)]


def _one(given: Any, images: NDArray[Any], rng: np.random.Generator, name: str) -> NDArray[Any]:
    shape, dtype = images.shape[1:], images.dtype
    if given is None:
        return np.zeros((1, *shape), dtype)
    if isinstance(given, str):
        return _named(given, images, rng)
    if callable(given):
        return _made(given, images, name)
    try:
        array = np.asarray(given, dtype=dtype)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype != dtype or array.shape not in ((), shape):
        has = f"has the shape {array.shape}" if array.dtype == dtype else f"is {given!r}"
        raise ValueError(
            f"A baseline of {name} {has}; needed is a number, an image of the shape {shape}, "
            f"{', '.join(map(repr, NAMES))}, or a list of these for several baselines at once."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"A baseline of {name} holds NaN or infinite values; it must be finite.")
    return np.broadcast_to(array, (1, *shape)).astype(dtype)


def _named(given: str, images: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    if given == "uniform":
        return rng.uniform(images.min(), images.max(), images.shape).astype(images.dtype)
    if given == "blurred":
        if images.ndim < 3:
            raise ValueError(
                f"The baseline 'blurred' needs images with rows and columns, and these have the shape "
                f"{images.shape}. Take a number or an array."
            )
        from scipy.ndimage import gaussian_filter

        places = images.shape[1:-1] if images.ndim > 3 else images.shape[1:]
        sigma = (0.0, *(BLUR * max(places) for _ in places), *(0.0 for _ in images.shape[1 + len(places) :]))
        return np.asarray(gaussian_filter(images, sigma, mode="nearest"), dtype=images.dtype)
    raise ValueError(f"baseline is {given!r}; the baselines with names are {', '.join(map(repr, NAMES))}.")


def _made(given: Callable[..., Any], images: NDArray[Any], name: str) -> NDArray[Any]:
    made = np.asarray(given(images.copy()))
    if made.shape != images.shape or made.dtype.kind not in "biuf" or not np.isfinite(made).all():
        raise ValueError(
            f"The function given as baseline made an array of the shape {made.shape} and type {made.dtype} "
            f"from {name}; finite numbers of the shape {images.shape} are needed."
        )
    return made.astype(images.dtype)
