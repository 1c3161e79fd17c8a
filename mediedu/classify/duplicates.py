"""The same image on both sides of a split: the plainest leak."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["duplicates_across"]


def duplicates_across(
    train_images: Sequence[Any] | NDArray[Any], test_images: Sequence[Any] | NDArray[Any]
) -> NDArray[np.intp]:
    """Find images that lie in both sets with the same shape and the same value in every pixel.

    Parameters
    ----------
    train_images, test_images : array of shape (n, row, col, …) or sequence of arrays
        The two sides of a split. A lazy row of images is read one by one.

    Returns
    -------
    ndarray of int, shape (k, 2)
        A row (index in train, index in test) for each pair of equal images; empty where there is none.

    Notes
    -----
    The dtype doesn't count: 7 and 7.0 are equal. A copy that was resized, cropped or compressed anew is not
    found; for those compare small thumbnails.

    Examples
    --------
    >>> import numpy as np
    >>> a, b, c = np.zeros((2, 2)), np.ones((2, 2)), np.eye(2)
    >>> duplicates_across([a, b], [c, b]).tolist()
    [[1, 1]]
    """
    places = defaultdict(list)
    for index, image in enumerate(train_images):
        places[_fingerprint(image)].append(index)
    pairs = [
        (first, second)
        for second, image in enumerate(test_images)
        for first in places.get(_fingerprint(image), [])
        if np.array_equal(np.asarray(train_images[first]), np.asarray(image))
    ]
    return np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2)


def _fingerprint(image: Any) -> tuple[tuple[int, ...], bytes]:
    array = np.asarray(image)
    # Adding 0 turns −0.0, which equals 0.0, into its bytes.
    pixels = np.ascontiguousarray(array, dtype=np.float64) + 0.0
    return array.shape, hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()
