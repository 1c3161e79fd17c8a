"""Share images out among processes, or among the workers of a cluster, and collect what each found."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import NDArray

__all__ = ["describe_each"]

PIECES = 4  # for each process, so that one which started late or got the hard images doesn't hold up all


class _PackedMask(NamedTuple):
    """A mask at one bit a pixel: handing bytes to another process costs more than packing them."""

    bits: NDArray[np.uint8]
    shape: tuple[int, ...]


def describe_each(
    one: Callable[[Any], list[float]], images: Sequence[Any], n_jobs: int | None
) -> tuple[NDArray[np.float64], list[str]]:
    """Describe each image by a row of numbers, in several processes if asked to.

    Parameters
    ----------
    one : callable
        Takes an image and returns its row; it and the images must pickle where there are several processes.
    images : sequence
        At least one.
    n_jobs : int, optional
        In joblib's way: None is one, or what the surrounding ``joblib.parallel_config`` says; −1 is all
        cores.

    Returns
    -------
    rows : ndarray of float64, shape (image, feature)
        In the order of the images.
    said : list of str
        What was warned of, with the number of the image in front; warnings of another process would be lost.

    Raises
    ------
    ValueError, TypeError
        As ``one`` does, with the number of the image in front.

    Examples
    --------
    >>> import numpy as np
    >>> rows, said = describe_each(lambda image: [image.mean()], [np.zeros((2, 2)), np.ones((2, 2))], None)
    >>> rows.tolist(), said
    ([[0.0], [1.0]], [])
    """
    processes = effective_n_jobs(n_jobs)
    pieces = min(len(images), PIECES * processes) if processes > 1 else 1
    cuts = np.linspace(0, len(images), pieces + 1).astype(int).tolist()
    packed = _pack if pieces > 1 else list
    described = Parallel(n_jobs=n_jobs)(
        delayed(_describe)(one, packed(images[a:b]), a) for a, b in itertools.pairwise(cuts)
    )
    return np.concatenate([rows for rows, _ in described]), [text for _, said in described for text in said]


def _pack(images: Sequence[Any]) -> list[Any]:
    return [
        _PackedMask(np.packbits(image), image.shape)
        if isinstance(image, np.ndarray) and image.dtype == bool
        else image
        for image in images
    ]


def _unpack(image: Any) -> Any:
    if not isinstance(image, _PackedMask):
        return image
    count = image.shape[0] * image.shape[1]
    return np.unpackbits(image.bits, count=count).reshape(image.shape).view(bool)


def _describe(
    one: Callable[[Any], list[float]], images: list[Any], first: int
) -> tuple[NDArray[np.float64], list[str]]:
    """Describe a few images; ``first`` is the number of the first of them, for messages."""
    rows: list[list[float]] = []
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n, image in enumerate(images, start=first):
            try:
                rows.append(one(_unpack(image)))
            except (ValueError, TypeError) as problem:
                raise type(problem)(f"Image {n}: {problem}") from problem
            said += [f"Image {n}: {warning.message}" for warning in caught[len(said) :]]
    return np.array(rows, dtype=np.float64), said
