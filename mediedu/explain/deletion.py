"""Deletion and insertion: take pixels away, or bring them in, in the order of a map, and watch the output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.map_similarity import as_maps
from mediedu.explain.pixel_curve import PixelCurve, mean_area
from mediedu.nets.backend import load_keras
from mediedu.nets.differentiation import compiled

__all__ = ["deletion_curve", "insertion_curve"]

Predictor = Callable[[NDArray[np.float32]], Any]


def deletion_curve(
    model: Any,
    images: ArrayLike,
    maps: Any,
    *,
    target: int | ArrayLike | None = None,
    baseline: float | ArrayLike = 0.0,
    steps: int = 32,
    batch_size: int = 256,
    seed: int = 0,
) -> PixelCurve:
    """Replace pixels by a baseline, those with the highest values of a map first, and watch the output.

    If the map names what the network uses, the output falls early and the area under the curve is small. The
    pictures on the way look like none that the network has seen, and part of the fall may come from that:
    hold the area against that of a random map.

    Parameters
    ----------
    model : keras.Model or callable
        From float32 images to outputs of shape (n, classes), (n, 1) or (n,).
    images : array_like, shape (n, row, col[, channel])
        Taken as float32, as the network wants them.
    maps : Attribution or array_like
        Values of shape (n, row, col) or with channels, which are added up. Where values are equal, the seed
        draws the order.
    target : int or array_like of int, optional
        The class whose output is watched, one for all or one for each image. By default the class with the
        largest output on the whole image.
    baseline : float or array_like
        What a deleted pixel becomes; a number, or something that broadcasts to the images' shape, such as the
        blurred images.
    steps : int, default 32
        Into how many equal parts the pixels are divided, from 1 to their number.
    batch_size : int, default 256
        Pictures shown to the network at once: always exactly this many, so that it is compiled once.
    seed : int, default 0
        For the order of equal values.

    Returns
    -------
    PixelCurve
        With `fraction`, `scores`, `areas`, and `area` with its interval.

    Raises
    ------
    ValueError
        For shapes that don't fit, a target out of range, a constant map, values or outputs that are not
        finite, or steps out of range.

    References
    ----------
    V. Petsiuk, A. Das, K. Saenko, "RISE: randomized input sampling for explanation of black-box models", BMVC
    2018, section 4.3.

    Examples
    --------
    >>> def first_two(batch):  # a network that looks at two pixels of four
    ...     return batch[:, 0, :, 0].mean(axis=-1, keepdims=True)
    >>> image = np.ones((1, 2, 2, 1))
    >>> curve = deletion_curve(first_two, image, [[[4, 3], [2, 1]]], steps=4)
    >>> curve.scores.tolist(), curve.areas.tolist()
    ([[1.0, 0.5, 0.0, 0.0, 0.0]], [0.25])
    """
    return _curve("deletion", model, images, maps, target, baseline, steps, batch_size, seed)


def insertion_curve(
    model: Any,
    images: ArrayLike,
    maps: Any,
    *,
    target: int | ArrayLike | None = None,
    baseline: float | ArrayLike = 0.0,
    steps: int = 32,
    batch_size: int = 256,
    seed: int = 0,
) -> PixelCurve:
    """Bring pixels into a baseline picture, those with the highest values of a map first; watch the output.

    If the map names what suffices for the network's answer, the output rises early and the area is large.
    Parameters, errors and reference are those of `deletion_curve`.

    Returns
    -------
    PixelCurve
        With `fraction`, `scores`, `areas`, and `area` with its interval.

    Examples
    --------
    >>> def first_two(batch):
    ...     return batch[:, 0, :, 0].mean(axis=-1, keepdims=True)
    >>> insertion_curve(first_two, np.ones((1, 2, 2, 1)), [[[4, 3], [2, 1]]], steps=4).areas.tolist()
    [0.75]
    """
    return _curve("insertion", model, images, maps, target, baseline, steps, batch_size, seed)


def _curve(
    kind: str,
    model: Any,
    images: ArrayLike,
    maps: Any,
    target: int | ArrayLike | None,
    baseline: float | ArrayLike,
    steps: int,
    batch_size: int,
    seed: int,
) -> PixelCurve:
    pictures = np.asarray(images, dtype=np.float32)
    if pictures.ndim not in (3, 4) or len(pictures) == 0:
        raise ValueError(
            f"`images` has the shape {pictures.shape}; needed is (n, row, col) or (n, row, col, channel)."
        )
    values = as_maps(maps)
    if values.shape != pictures.shape[:3]:
        raise ValueError(
            f"The maps have the shape {values.shape}, the images {pictures.shape}; one value for each "
            "pixel of each image is needed."
        )
    flat = np.ptp(values, axis=(1, 2)) == 0
    if flat.any():
        raise ValueError(
            f"Map {int(flat.argmax())} is the same everywhere, so it puts the pixels into no order."
        )
    count = values[0].size
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or not 1 <= steps <= count:
        raise ValueError(f"`steps` is {steps!r}; it must be a whole number from 1 to {count}, the pixels.")
    if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size < 1:
        raise ValueError(f"`batch_size` is {batch_size!r}; it must be a whole number of 1 or more.")
    ground = _ground(baseline, pictures)
    ranks = _ranks(values, np.random.default_rng(seed)).reshape(values.shape + (1,) * (pictures.ndim - 3))
    taken = np.floor(np.linspace(0, count, steps + 1) + 0.5).astype(int)

    def batch(index: NDArray[np.int64]) -> NDArray[np.float32]:
        image, step = index // (steps + 1), index % (steps + 1)
        touched = ranks[image] < taken[step].reshape((-1,) + (1,) * (pictures.ndim - 1))
        first, second = (ground, pictures) if kind == "deletion" else (pictures, ground)
        return np.where(touched, first[image], second[image])

    outputs = _outputs(model, batch, len(pictures) * (steps + 1), batch_size)
    outputs = outputs.reshape(len(pictures), steps + 1, -1)
    whole = outputs[:, 0 if kind == "deletion" else -1]
    chosen = _targets(target, whole)
    scores = outputs[np.arange(len(pictures)), :, chosen]
    fraction = taken / count
    areas = np.trapezoid(scores, fraction, axis=1)
    return PixelCurve(fraction, scores, areas, mean_area(areas), chosen, kind)


def _ground(baseline: float | ArrayLike, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    ground = np.asarray(baseline, dtype=np.float32)
    try:
        ground = np.broadcast_to(ground, pictures.shape)
    except ValueError:
        raise ValueError(
            f"`baseline` has the shape {ground.shape}, which does not fit images of {pictures.shape}; "
            "give one number, one image, or one for each image."
        ) from None
    if not (np.isfinite(ground).all() and np.isfinite(pictures).all()):
        raise ValueError("`images` or `baseline` holds NaN or infinite values; mend them first.")
    return ground


def _ranks(values: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Give each pixel its place in the order from the highest value down; equal values in random order."""
    ranks = np.empty((len(values), values[0].size), np.int64)
    for place, row in zip(ranks, values.reshape(len(values), -1), strict=True):
        shuffled = rng.permutation(row.size)
        place[shuffled[np.argsort(-row[shuffled], kind="stable")]] = np.arange(row.size)
    return ranks


def _outputs(
    model: Any, batch: Callable[[NDArray[np.int64]], NDArray[np.float32]], total: int, size: int
) -> NDArray[np.float64]:
    """Show all pictures to the network in batches of one size; the last one is filled up."""
    size = min(size, total)
    found, predict = [], _predictor(model)
    for start in range(0, total, size):
        index = np.minimum(np.arange(start, start + size), total - 1)
        found.append(_predicted(predict, batch(index))[: total - start])
    outputs = np.concatenate(found)
    if not np.isfinite(outputs).all():
        raise ValueError(
            "The network gives NaN or infinite outputs, so there is no curve. Look at its weights."
        )
    return outputs


def _predictor(model: Any) -> Predictor:
    """Compile a network, once for all batches; leave any other function as it is."""
    keras = load_keras() if hasattr(model, "variables") else None
    if keras is None or not isinstance(model, keras.Model):
        return cast("Predictor", model)
    forward = compiled(lambda batch: model(batch, training=False), model.variables)
    return lambda pictures: keras.ops.convert_to_numpy(forward(keras.ops.convert_to_tensor(pictures)))


def _predicted(predict: Predictor, pictures: NDArray[np.float32]) -> NDArray[np.float64]:
    outputs = np.asarray(predict(pictures), dtype=np.float64)
    if outputs.ndim == 1:
        outputs = outputs[:, None]
    if outputs.ndim != 2 or len(outputs) != len(pictures):
        raise ValueError(
            f"For {len(pictures)} images the network gives outputs of the shape {outputs.shape}; "
            "(n, classes) is needed."
        )
    return outputs


def _targets(target: int | ArrayLike | None, whole: NDArray[np.float64]) -> NDArray[np.int64]:
    if target is None:
        return whole.argmax(axis=1)
    given = np.asarray(target)
    classes = whole.shape[1]
    fits = given.dtype.kind in "iu" and given.shape in ((), whole.shape[:1])
    if not fits or not ((given >= 0) & (given < classes)).all():
        raise ValueError(
            f"`target` is {target!r}; needed is a class from 0 to {classes - 1}, one for all or one "
            f"for each of the {len(whole)} images."
        )
    return np.broadcast_to(given, whole.shape[:1]).astype(np.int64)
