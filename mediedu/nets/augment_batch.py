"""What augmentation takes: batches of images and masks, laid out alike, or a sentence that says why not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["checked_images", "checked_masks"]


def checked_images(images: ArrayLike) -> NDArray[Any]:
    """Lay a batch of images out as (n, z, row, column, channel).

    Parameters
    ----------
    images : array, shape (n, row, column), (n, row, column, channel) or (n, z, y, x, channel)
        uint8 or float32.

    Returns
    -------
    ndarray
        Contiguous, five axes; z and channel are 1 where there were none.

    Raises
    ------
    TypeError, ValueError
        If they can't be augmented.

    Examples
    --------
    >>> checked_images(np.zeros((2, 8, 9), np.uint8)).shape
    (2, 1, 8, 9, 1)
    """
    array = np.asarray(images)
    if array.dtype not in (np.uint8, np.float32):
        raise TypeError(
            f"The images are {array.dtype}; augmentation takes uint8 or float32. "
            "Convert them first, for example with images.astype('float32')."
        )
    if array.ndim not in (3, 4, 5):
        raise ValueError(
            f"The images have the shape {array.shape}. Augmentation takes a batch: (n, row, column), "
            "(n, row, column, channel) or volumes (n, z, y, x, channel). One image alone is image[None]."
        )
    if 0 in array.shape[1:]:
        raise ValueError(f"The images are empty: their shape is {array.shape}. Give at least one pixel.")
    if array.dtype == np.float32 and not np.isfinite(array).all():
        raise ValueError("The images hold NaN or infinite values. Replace them first, as with np.nan_to_num.")
    if array.ndim == 3:
        array = array[:, None, :, :, None]
    elif array.ndim == 4:
        array = array[:, None]
    return np.ascontiguousarray(array)


def checked_masks(masks: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """Lay masks out as the images are, as unsigned integers of their own width.

    Parameters
    ----------
    masks : array of int or bool
        The images' shape without the channel, or with an axis of masks in its place.
    shape : tuple of int
        The images' shape as given.

    Returns
    -------
    ndarray
        Contiguous, five axes; view it as the masks' dtype to get the labels back.

    Raises
    ------
    TypeError, ValueError
        If they don't fit.

    Examples
    --------
    >>> checked_masks(np.zeros((2, 8, 9), bool), (2, 8, 9, 3)).shape
    (2, 1, 8, 9, 1)
    """
    array = np.asarray(masks)
    if array.dtype.kind not in "iub":
        raise TypeError(
            f"The masks are {array.dtype}; labels are whole numbers or bool. "
            "Convert them first, for example with masks.astype('uint8')."
        )
    grid = shape if len(shape) == 3 else shape[:-1]
    if array.shape[: len(grid)] != grid or array.ndim not in (len(grid), len(grid) + 1):
        raise ValueError(
            f"The masks have the shape {array.shape}; images of shape {shape} need masks of shape {grid}, "
            "or that with one more axis for several masks of an image."
        )
    lead = grid if len(grid) == 4 else (grid[0], 1, *grid[1:])
    several = array.shape[-1] if array.ndim > len(grid) else 1
    whole = np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")
    return whole.reshape(*lead, several)
