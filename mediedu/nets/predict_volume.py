"""Predict a whole volume with a network that takes slices or boxes, in little memory.

Windows are laid over the volume so that they overlap, and where several cover a voxel their probabilities
are averaged, a window's middle counting more than its border (where a network sees less around a voxel). The
weights fall off as a Gaussian along each axis, and along each axis they are divided by their sum beforehand.
So no volume of weights is needed; and a slice is done, and let go, when no further window reaches it.
"""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.backend import guard_memory
from mediedu.nets.sliding_window import window_starts, window_weights

if TYPE_CHECKING:
    import keras

__all__ = ["predict_volume"]

# Where a network takes any size, slices are made a multiple of this, and boxes a multiple of 16 up to 64. It
# suits every network here: a U-Net of 4 widths needs 8, DeepLabV3+ 16.
MULTIPLE = 32


def predict_volume(
    model: "keras.Model",
    volume: ArrayLike,
    *,
    size: Sequence[int] | None = None,
    overlap: float = 0.5,
    blend: Literal["gaussian", "constant"] = "gaussian",
    batch_size: int = 4,
    probability: bool = False,
) -> NDArray[Any]:
    """Predict a class for each voxel of a volume.

    A network of slices, with an input (row, col, channel), goes through the volume along z. If it has several
    channels and the volume has none, they are neighbouring slices (an odd number; the end slices
    are repeated). A network of boxes, with an input (z, y, x, channel), has its windows in all three axes.

    Parameters
    ----------
    model : keras.Model
        Gives probabilities for each pixel or voxel.
    volume : array_like
        (z, y, x) or (z, y, x, channel), prepared as the training images were.
    size : sequence of int, optional
        Of a window, (row, col) or (z, y, x). By default the network's input size; where it takes any, whole
        slices, or boxes of up to 64 voxels along a side. Where the volume is smaller than a window, the
        voxels at its border are repeated.
    overlap : float
        Share of a window that the next one covers too, 0 ≤ overlap < 1. 0 is quickest; seams may show.
    blend : {"gaussian", "constant"}
        How windows that overlap are averaged: a window's middle counting more, or all of it the same.
    batch_size : int
        Windows predicted at once.
    probability : bool
        Whether to return probabilities.

    Returns
    -------
    numpy.ndarray
        uint8 (z, y, x): the class with the highest probability; for a network that answers yes or no, 1 where
        it is more than one half. With `probability` float32 (z, y, x, class). Besides it and the volume,
        memory is needed for the probabilities in as many slices as a window, or a batch, is deep.

    Raises
    ------
    ValueError
        If network, volume and window don't fit.

    References
    ----------
    F. Isensee et al., "nnU-Net: a self-configuring method for deep learning-based biomedical image
    segmentation", Nature Methods 18, 203–211, 2021, Methods ("Inference").

    Examples
    --------
    >>> from mediedu.nets import load_keras
    >>> keras = load_keras()
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 1), keras.layers.Softmax()])
    >>> model.set_weights([np.array([[[[-1.0, 1.0]]]]), np.array([0.5, -0.5])])  # class 1 above 0.5
    >>> volume = np.linspace(0, 1, 3 * 10 * 12).reshape(3, 10, 12)
    >>> bool(np.array_equal(predict_volume(model, volume), volume > 0.5))
    True
    """
    array = np.asarray(volume)
    neighbours = _neighbours(model, array)
    window = _window(model, array.shape[:3], size)
    if not 0 <= overlap < 1:
        raise ValueError(f"overlap is {overlap}; it must be at least 0 and less than 1.")
    if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size < 1:
        raise ValueError(f"batch_size is {batch_size!r}; it must be a whole number of 1 or more.")
    shape = array.shape[:3]
    lacking = [max(0, w - n) for n, w in zip(shape, window, strict=True)]
    if any(lacking):
        borders = [(n // 2, n - n // 2) for n in lacking] + [(0, 0)] * (array.ndim - 3)
        array = np.pad(array, borders, mode="edge")
    starts = [window_starts(n, w, overlap) for n, w in zip(array.shape, window, strict=False)]
    weights = [window_weights(*a, blend) for a in zip(array.shape, window, starts, strict=False)]
    classes = int(model.output_shape[-1])
    kind = np.float32 if probability else np.uint8
    found = np.empty(array.shape[:3] + (classes,) * probability, kind)
    planes: dict[int, NDArray[np.float32]] = {}  # the slices that windows still reach
    places = list(itertools.product(*(range(len(s)) for s in starts)))  # z changes slowest
    for first in range(0, len(places), batch_size):
        batch = places[first : first + batch_size]
        boxes = [
            _cut(array, [s[i] for s, i in zip(starts, at, strict=True)], window, neighbours) for at in batch
        ]
        with guard_memory(batch_size):
            answers = _predict(model, np.stack(boxes), batch_size if first else 1)
        for (i, j, k), answer in zip(batch, answers, strict=True):
            share = answer.reshape(*window, classes)
            share = share * (weights[1][j][:, None] * weights[2][k])[..., None]
            row, column = starts[1][j], starts[2][k]
            for deep in range(window[0]):
                z = starts[0][i] + deep
                if z not in planes:
                    planes[z] = np.zeros((*array.shape[1:3], classes), np.float32)
                place = planes[z][row : row + window[1], column : column + window[2]]
                place += weights[0][i][deep] * share[deep]
        after = first + batch_size
        reached = starts[0][places[after][0]] if after < len(places) else len(array)
        for z in [z for z in planes if z < reached]:
            plane = planes.pop(z)
            found[z] = plane if probability else _classes(plane)
    middle = tuple(slice(n // 2, n // 2 + m) for n, m in zip(lacking, shape, strict=True))
    return np.ascontiguousarray(found[middle])


def _neighbours(model: "keras.Model", array: NDArray[Any]) -> int:
    """Check that network and volume fit; give the slices on each side that become channels."""
    wanted = model.input_shape
    if len(wanted) not in (4, 5) or len(model.output_shape) != len(wanted):
        raise ValueError(
            f"The network goes from {wanted} to {model.output_shape}; one is needed that takes slices (n, "
            "row, col, channel) or boxes (n, z, y, x, channel) and answers for each pixel or voxel."
        )
    channels = wanted[-1]
    if array.ndim == 3 and (channels == 1 or (len(wanted) == 4 and channels % 2 == 1)):
        return int(channels) // 2
    if array.ndim == 4 and array.shape[-1] == channels:
        return 0
    raise ValueError(
        f"The volume has the shape {array.shape} and the network takes {channels} channels. A volume "
        "(z, y, x) is needed for 1 channel, or, with a network of slices, for an odd number of neighbouring "
        f"slices; for other channels a volume (z, y, x, {channels})."
    )


def _window(model: "keras.Model", shape: tuple[int, ...], size: Sequence[int] | None) -> tuple[int, int, int]:
    """Choose the window, (z, y, x); that of a network of slices is one slice deep."""
    sides = model.input_shape[1:-1]
    if size is None:
        extent = shape[3 - len(sides) :]
        if len(sides) == 2:
            size = [w or -(-n // MULTIPLE) * MULTIPLE for w, n in zip(sides, extent, strict=True)]
        else:
            size = [w or min(64, -(-n // 16) * 16) for w, n in zip(sides, extent, strict=True)]
    if len(size) != len(sides) or any(w not in (None, n) or n < 1 for w, n in zip(sides, size, strict=True)):
        raise ValueError(
            f"size is {tuple(size)}; the network takes windows of "
            f"({', '.join('any' if w is None else str(w) for w in sides)})."
        )
    z, y, x = [1] * (3 - len(size)) + [int(n) for n in size]
    return z, y, x


def _cut(
    array: NDArray[Any], corner: Sequence[int], window: tuple[int, int, int], neighbours: int
) -> NDArray[np.float32]:
    """Take a window out of a volume as the network wants it."""
    z, y, x = corner
    deep, high, wide = window
    if neighbours:
        slices = np.clip(np.arange(z - neighbours, z + neighbours + 1), 0, len(array) - 1)
        box = np.moveaxis(array[slices, y : y + high, x : x + wide], 0, -1)
    else:
        box = array[z : z + deep, y : y + high, x : x + wide]
        box = box[..., None] if array.ndim == 3 else box
    return box.astype(np.float32)


def _predict(model: "keras.Model", boxes: NDArray[np.float32], full: int) -> NDArray[np.float32]:
    """Predict a batch; a last one is filled up, so that nothing is compiled for another size."""
    n = len(boxes)
    if len(model.input_shape) == 4 and boxes.ndim == 5:
        boxes = boxes[:, 0]
    if n < full:
        boxes = np.concatenate([boxes, np.zeros((full - n, *boxes.shape[1:]), np.float32)])
    answers = np.asarray(model.predict_on_batch(boxes), dtype=np.float32)[:n]
    if answers.shape[1:-1] != boxes.shape[1:-1]:
        raise ValueError(
            f"For a window of {boxes.shape[1:-1]} the network answers with {answers.shape[1:-1]}; an answer "
            "for each pixel or voxel is needed."
        )
    return answers


def _classes(plane: NDArray[np.float32]) -> NDArray[Any]:
    return plane[..., 0] > 0.5 if plane.shape[-1] == 1 else np.argmax(plane, axis=-1)
