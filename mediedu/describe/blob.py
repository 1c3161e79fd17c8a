"""The largest blob of a mask: what the shape of a lesion is measured on."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.segment.binary_mask import binary_mask

__all__ = ["largest_blob", "object_mask"]


def object_mask(mask: ArrayLike, name: str) -> NDArray[np.bool_]:
    """Return the mask as bool, or say what is wrong with it.

    Parameters
    ----------
    mask : array_like, shape (row, column)
        bool, or numbers with 0 for the background and one other value for the object.
    name : str
        The function that asks, for the message.

    Returns
    -------
    ndarray of bool
        True inside; at least one pixel.

    Raises
    ------
    TypeError, ValueError
        As `mediedu.segment.binary_mask.binary_mask`, and for a mask with nothing in it.

    Examples
    --------
    >>> object_mask([[0, 255], [0, 0]], "hu_moments").tolist()
    [[False, True], [False, False]]
    """
    array = binary_mask(mask, name, ndim=(2,))
    if not array.any():
        raise ValueError(f"{name} needs a mask with an object in it; this one is empty.")
    return array


def largest_blob(mask: ArrayLike, name: str) -> tuple[NDArray[Any], tuple[int, int]]:
    """Cut out the largest blob of a mask, with one background pixel around it.

    Parameters
    ----------
    mask : array_like
        As in `object_mask`.
    name : str
        The function that asks, for messages.

    Returns
    -------
    blob : ndarray of bool
        The blob alone, its holes open.
    corner : (int, int)
        Row and column of the mask at the blob's [0, 0]; −1 where the blob touches the border.

    Warns
    -----
    UserWarning
        Where the mask has several blobs, or the largest has holes. Pixels that touch at a corner belong to
        one blob; of equally large ones the first counts.
    """
    from scipy import ndimage

    array = object_mask(mask, name)
    labels, number = ndimage.label(array, np.ones((3, 3)))
    wanted = 1
    if number > 1:
        sizes = np.bincount(labels.ravel())[1:]
        wanted = int(sizes.argmax()) + 1
        warnings.warn(
            f"{name}: the mask has {number} blobs; the largest, {sizes.max()} of {sizes.sum()} pixels, is "
            "described.",
            UserWarning,
            stacklevel=3,
        )
    rows, columns = ndimage.find_objects(labels, wanted)[wanted - 1]
    blob = np.pad(labels[rows, columns] == wanted, 1)
    _, pieces = ndimage.label(~blob)
    if pieces > 1:
        warnings.warn(
            f"{name}: the blob has {pieces - 1} {'hole' if pieces == 2 else 'holes'}; its contour is the "
            "outer one.",
            UserWarning,
            stacklevel=3,
        )
    return blob, (rows.start - 1, columns.start - 1)
