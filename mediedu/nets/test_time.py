"""Ask more than once: the same image turned and mirrored, or several networks, and average the answers."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.backend import guard_memory

if TYPE_CHECKING:
    import keras

__all__ = ["ensemble", "predict_test_time"]

# Which axis each flip turns round, counted from the last: a channel comes after it.
FLIPS = {"left-right": -2, "up-down": -3, "front-back": -4}

Predictor = Callable[[NDArray[np.float32]], ArrayLike]


def predict_test_time(
    model: "keras.Model | Predictor",
    images: ArrayLike,
    *,
    flips: str | Sequence[str] = ("left-right",),
    quarter_turns: bool = False,
    batch_size: int = 32,
) -> NDArray[np.float32]:
    """Predict images and their mirror images and quarter turns, and average the probabilities.

    Maps of probabilities are turned back before they are averaged. Use it only for flips and turns that the
    network was trained with and that leave the answer as it is: a chest with the heart on the right is not
    the same chest.

    Parameters
    ----------
    model : keras.Model or callable
        From float32 images to probabilities: (n, class), or maps of the images' size.
    images : array_like
        (n, row, col, channel) or (n, z, y, x, channel).
    flips : str or sequence of {"left-right", "up-down", "front-back"}
        Each doubles the number of predictions. In a volume they turn x, y and z round.
    quarter_turns : bool
        Whether to turn by 0°, 90°, 180° and 270° in the plane of rows and columns.
    batch_size : int
        Images predicted at once.

    Returns
    -------
    numpy.ndarray of float32
        Probabilities, as the network gives them.

    Raises
    ------
    ValueError
        If a flip has no name here, or images that are not square are to be turned.

    Examples
    --------
    >>> left = lambda images: images[:, :, :2].mean(axis=(1, 2))  # answers by the left half only
    >>> image = np.zeros((1, 2, 4, 1)); image[..., 3, :] = 1.0
    >>> left(image).item(), predict_test_time(left, image).item()
    (0.0, 0.25)
    """
    array = np.asarray(images, dtype=np.float32)
    if array.ndim not in (4, 5):
        raise ValueError(
            f"images has the shape {array.shape}; (n, row, col, channel) or (n, z, y, x, channel) is needed."
        )
    named = [flips] if isinstance(flips, str) else list(flips)
    known = [name for name in FLIPS if -FLIPS[name] < array.ndim]
    if unknown := set(named) - set(known):
        raise ValueError(
            f"flips holds {', '.join(sorted(unknown))}; for these images there are {', '.join(known)}."
        )
    rows, columns = array.shape[-3:-1]
    if quarter_turns and rows != columns:
        raise ValueError(
            f"The images have {rows} rows and {columns} columns; only square ones can be turned by 90°. "
            "Leave quarter_turns, or pad the images."
        )
    total: NDArray[np.float64] | None = None
    views = _views(tuple(sorted(FLIPS[name] for name in set(named))), quarter_turns)
    for axes, turns in views:
        seen = np.rot90(np.flip(array, axes), turns, axes=(-3, -2))
        answer = _probabilities(model, np.ascontiguousarray(seen), batch_size)
        if answer.ndim == array.ndim:
            answer = np.flip(np.rot90(answer, -turns, axes=(-3, -2)), axes)
        total = answer.astype(np.float64) if total is None else total + answer
    assert total is not None
    return (total / len(views)).astype(np.float32)


def ensemble(
    models: "Sequence[keras.Model | Predictor]", images: ArrayLike, *, batch_size: int = 32
) -> NDArray[np.float32]:
    """Average the probabilities of several networks.

    Parameters
    ----------
    models : sequence of keras.Model or callable
        Each from float32 images to probabilities of the same shape. A callable can do what it likes, such as
        test-time augmentation: ``lambda x: predict_test_time(model, x)``.
    images : array_like
        What they take.
    batch_size : int
        Images predicted at once.

    Returns
    -------
    numpy.ndarray of float32
        Mean of their probabilities.

    Raises
    ------
    ValueError
        If there is no network, or they answer in different shapes.

    References
    ----------
    B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and scalable predictive uncertainty estimation using
    deep ensembles", NIPS 2017.

    Examples
    --------
    >>> sure, unsure = (lambda x: np.full((len(x), 1), 0.9)), (lambda x: np.full((len(x), 1), 0.6))
    >>> ensemble([sure, unsure], np.zeros((2, 4, 4, 1))).ravel().tolist()
    [0.75, 0.75]
    """
    if not models:
        raise ValueError("models is empty; give at least one network.")
    array = np.asarray(images, dtype=np.float32)
    answers = [_probabilities(model, array, batch_size) for model in models]
    if len(shapes := {answer.shape for answer in answers}) > 1:
        raise ValueError(
            f"The networks answer in the shapes {' and '.join(map(str, sorted(shapes)))}; only answers of "
            "one shape can be averaged."
        )
    return np.asarray(np.mean(answers, axis=0, dtype=np.float64), dtype=np.float32)


def _views(axes: tuple[int, ...], quarter_turns: bool) -> list[tuple[tuple[int, ...], int]]:
    """List the flips and turns, each view once: both flips in the plane are a half turn."""
    chosen: dict[bytes, tuple[tuple[int, ...], int]] = {}
    probe = np.arange(16).reshape(2, 2, 2, 2)  # z, row, column, channel
    for number in range(2 ** len(axes)):
        some = tuple(axis for i, axis in enumerate(axes) if number >> i & 1)
        for turns in range(4 if quarter_turns else 1):
            seen = np.rot90(np.flip(probe, some), turns, axes=(-3, -2))
            chosen.setdefault(seen.tobytes(), (some, turns))
    return list(chosen.values())


def _probabilities(model: Any, images: NDArray[np.float32], batch_size: int) -> NDArray[Any]:
    if hasattr(model, "predict"):
        with guard_memory(batch_size):
            return np.asarray(model.predict(images, batch_size=batch_size, verbose=0))
    return np.asarray(model(images))
