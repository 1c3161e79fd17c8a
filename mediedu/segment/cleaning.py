"""Clean up a mask: smooth its border, fill its holes, drop the pieces that aren't wanted."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.segment.binary_mask import binary_mask, check_connectivity

__all__ = ["clean_mask"]


def clean_mask(
    mask: ArrayLike,
    *,
    opening: float = 0,
    closing: float = 0,
    fill_holes: bool | float = True,
    clear_border: bool = False,
    min_size: int = 0,
    largest: bool = False,
    connectivity: int | None = None,
) -> NDArray[np.bool_]:
    """Remove what noise leaves in a mask.

    The steps come in this order; those at their default do nothing, but for the holes, which are filled.

    Parameters
    ----------
    mask : array_like
        Shape (row, column) or (z, y, x): booleans, or numbers with one value beside 0.
    opening : float
        Open with a disk (a ball in 3-D) of this radius in pixels: bridges and spurs thinner than it go.
    closing : float
        Close with a disk (ball) of this radius: gaps and notches narrower than it are filled.
    fill_holes : bool or float
        True fills every hole, False none, a number those of at most so many pixels.
    clear_border : bool
        Drop pieces that touch the edge of the image.
    min_size : int
        Drop pieces of fewer pixels.
    largest : bool
        Keep the largest piece only; of equal ones the first in reading order.
    connectivity : int, optional
        When pixels belong to one piece: 1 across edges (faces), up to the number of axes across corners too,
        which is the default. Holes are the other way round: at the default they don't leak through corners.

    Returns
    -------
    ndarray of bool
        A new mask of the same shape. It may be empty, and from an empty mask it is.

    Raises
    ------
    ValueError
        For a label image with several classes, a negative radius or size, or a connectivity out of range.

    Examples
    --------
    >>> import numpy as np
    >>> mask = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0]])
    >>> clean_mask(mask, min_size=2).astype(int).tolist()
    [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]
    """
    from scipy.ndimage import label

    out = binary_mask(mask, "clean_mask").copy()
    reach = check_connectivity(connectivity, out.ndim, "clean_mask", out.ndim)
    for word, value in (
        ("opening", opening),
        ("closing", closing),
        ("min_size", min_size),
        ("fill_holes", fill_holes),
    ):
        if not isinstance(value, (Real, np.number)) or not 0 <= float(value) < np.inf:
            raise ValueError(f"clean_mask needs {word} to be 0 or more, in pixels; it is {value!r}.")
    if opening:
        out = _dilate(_erode(out, opening), opening)
    if closing:
        # Beyond the edge nothing is known, so a margin lets the mask grow there and shrink back.
        margin = int(np.ceil(closing)) + 1
        grown = _dilate(np.pad(out, margin), closing)
        out = _erode(grown, closing)[(slice(margin, -margin),) * out.ndim]
    if fill_holes is not False:
        out = _fill(out, out.ndim + 1 - reach, np.inf if fill_holes is True else float(fill_holes))
    if not (clear_border or min_size or largest):
        return out
    pieces, number = label(out, structure=_neighbours(out.ndim, reach))
    sizes = np.bincount(pieces.ravel(), minlength=number + 1)
    keep = sizes >= max(min_size, 1)
    keep[0] = False
    if clear_border:
        keep[_on_border(pieces)] = False
    if largest and keep.any():
        keep = np.arange(number + 1) == np.argmax(np.where(keep, sizes, 0))
    return np.asarray(keep[pieces])


def _fill(mask: NDArray[np.bool_], reach: int, most: float) -> NDArray[np.bool_]:
    from scipy.ndimage import label

    gaps, number = label(~mask, structure=_neighbours(mask.ndim, reach))
    hole = np.bincount(gaps.ravel(), minlength=number + 1) <= most
    hole[0] = False
    hole[_on_border(gaps)] = False
    return np.asarray(mask | hole[gaps])


def _on_border(pieces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the labels at the image's edge."""
    faces = [np.take(pieces, end, axis).ravel() for axis in range(pieces.ndim) for end in (0, -1)]
    return np.unique(np.concatenate(faces))


def _neighbours(ndim: int, reach: int) -> NDArray[np.bool_]:
    from scipy.ndimage import generate_binary_structure

    return np.asarray(generate_binary_structure(ndim, reach))


def _erode(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Keep what lies farther than the radius from any pixel outside; beyond the edge is no outside."""
    return ~_dilate(~mask, radius)


def _dilate(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Add what lies within the radius; exact for any radius, at the cost of one distance map."""
    from scipy.ndimage import distance_transform_edt

    if not mask.any():
        return mask
    return np.asarray(distance_transform_edt(~mask) <= radius)
