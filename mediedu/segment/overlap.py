"""How much two masks overlap: Dice and Jaccard, for one object or class by class."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from mediedu.segment.binary_mask import mask_pair

__all__ = ["dice", "dice_per_class", "jaccard"]


def dice(first: ArrayLike, second: ArrayLike) -> float:
    """Return twice the shared area over the sum of both areas.

    Parameters
    ----------
    first, second : array_like
        Masks of one shape, (row, column) or (z, y, x): booleans, or numbers with one value beside 0.

    Returns
    -------
    float
        From 0 (nothing shared) to 1 (the same). Two empty masks agree, so their Dice is 1. If one is empty
        and the other is not, it is 0.

    Raises
    ------
    ValueError
        For two shapes, or a label image with several classes (see `dice_per_class`).

    References
    ----------
    Dice LR. Measures of the amount of ecologic association between species. Ecology 1945; 26(3): 297–302.

    Examples
    --------
    Two pixels against three, two of them shared: 2 · 2 / (2 + 3).

    >>> dice([[1, 1, 0]], [[1, 1, 1]])
    0.8
    """
    a, b = mask_pair(first, second, "dice")
    return _dice(int(np.count_nonzero(a & b)), int(np.count_nonzero(a)), int(np.count_nonzero(b)))


def jaccard(first: ArrayLike, second: ArrayLike) -> float:
    """Return the shared area over the area that at least one mask covers.

    Parameters
    ----------
    first, second : array_like
        Masks of one shape, (row, column) or (z, y, x): booleans, or numbers with one value beside 0.

    Returns
    -------
    float
        From 0 to 1; with D for Dice it is D / (2 − D). Two empty masks give 1, one empty mask gives 0.

    Raises
    ------
    ValueError
        For two shapes, or a label image with several classes.

    References
    ----------
    Jaccard P. The distribution of the flora in the alpine zone. New Phytologist 1912; 11(2): 37–50.

    Examples
    --------
    >>> round(jaccard([[1, 1, 0]], [[1, 1, 1]]), 4)
    0.6667
    """
    a, b = mask_pair(first, second, "jaccard")
    union = int(np.count_nonzero(a | b))
    return int(np.count_nonzero(a & b)) / union if union else 1.0


def dice_per_class(
    first: ArrayLike, second: ArrayLike, classes: Iterable[int] | None = None
) -> dict[int, float]:
    """Return the Dice of each class of two label images.

    Parameters
    ----------
    first, second : array_like of int
        Label images of one shape.
    classes : iterable of int, optional
        The classes to compare. By default all that occur in either image but 0, the background.

    Returns
    -------
    dict of int to float
        A class that is asked for and occurs in neither image has Dice 1, as two empty masks do. By default
        there is none of those, so a mean isn't flattered.

    Raises
    ------
    TypeError
        For labels that aren't whole numbers.
    ValueError
        For two shapes.

    Examples
    --------
    >>> dice_per_class([[0, 1, 1, 2]], [[0, 1, 2, 2]])
    {1: 0.6666666666666666, 2: 0.6666666666666666}
    """
    a, b = np.asarray(first), np.asarray(second)
    for labels in (a, b):
        if labels.dtype.kind not in "biu":
            raise TypeError(
                f"dice_per_class needs labels that are whole numbers; these are {labels.dtype}. "
                "From class probabilities take the argmax first."
            )
    if a.shape != b.shape:
        raise ValueError(
            f"dice_per_class compares pixel by pixel, so both need one shape; these have {a.shape} and "
            f"{b.shape}."
        )
    if classes is None:
        wanted = sorted({int(v) for v in np.union1d(a, b)} - {0})
    else:
        wanted = [int(v) for v in classes]
    return {
        value: _dice(
            int(np.count_nonzero((a == value) & (b == value))),
            int(np.count_nonzero(a == value)),
            int(np.count_nonzero(b == value)),
        )
        for value in wanted
    }


def _dice(shared: int, first: int, second: int) -> float:
    return 2 * shared / (first + second) if first + second else 1.0
