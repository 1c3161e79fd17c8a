"""Marks burned into pictures, as scanners do it: a network may learn them in place of the disease."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.data.phantom.arguments import check_choice, check_seed

__all__ = ["BurnedIn", "burned_in"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BurnedIn:
    """Hold pictures of which some bear a mark, and where the marks are.

    Parameters
    ----------
    images : ndarray, shape (n, row, col)
        The pictures, in the dtype that was given.
    masks : ndarray of bool, shape (n, row, col)
        True on the pixels of the mark; empty in a picture without one.
    bears : ndarray of bool, shape (n,)
        Which pictures bear a mark.
    synthetic : bool
        Always True: the marks were drawn by a program.
    """

    images: NDArray[Any]
    masks: Mask
    bears: Mask
    synthetic: bool = True


def burned_in(
    images: ArrayLike,
    labels: ArrayLike,
    *,
    share: Sequence[float] = (0.0, 1.0),
    kind: str = "ruler",
    value: float | None = None,
    seed: int,
) -> BurnedIn:
    """Burn a ruler or a caliper into some of the pictures, more often into those of one class.

    Ultrasound machines write into the picture: a depth scale at its edge, crosses where somebody measured.
    Whoever measures suspicious masses only, or on one machine only, gives away the diagnosis. Here the
    planting is known, so that it can be asked whether an accuracy or an explanation gives it away.

    Parameters
    ----------
    images : array_like, shape (n, row, col)
        Grey pictures of at least 16 × 16 pixels, integers or floats. They are copied.
    labels : array_like of int, shape (n,)
        The class of each, 0, 1, …: an index into `share`.
    share : sequence of float, default (0, 1)
        For each class the share of its pictures that bear the mark, 0 to 1. Of n pictures it is n times
        share, rounded to the nearest whole number, halves up; which of them, the seed draws.
    kind : {"ruler", "caliper"}
        "ruler" draws ticks down the right edge, "caliper" two crosses with a dotted line between them in the
        lower left corner. Where exactly, the seed draws.
    value : float, optional
        The grey value of the mark. By default the largest one that the dtype can hold, 255 for ``uint8``; for
        floats the largest of all the pictures.
    seed : int
        Same seed, same marks.

    Returns
    -------
    BurnedIn
        With `images`, `masks` of the marks and `bears`.

    Raises
    ------
    ValueError
        For pictures or labels of the wrong shape, a class without a share, a share outside 0 to 1, or a value
        that the dtype cannot hold.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> plain = np.zeros((4, 32, 32), np.uint8)
    >>> marked = burned_in(plain, [0, 1, 0, 1], share=(0, 1), seed=3)
    >>> marked.bears.tolist()
    [False, True, False, True]
    >>> bool((marked.images[marked.masks] == 255).all()), int(marked.images[~marked.masks].max())
    (True, 0)

    References
    ----------
    J. R. Zech et al., "Variable generalization performance of a deep learning model to detect pneumonia in
    chest radiographs", *PLOS Medicine* 15, 2018 (marks that give the hospital away).
    """
    pictures, classes = np.array(images), np.asarray(labels)
    if pictures.ndim != 3 or min(pictures.shape[1:]) < 16 or pictures.dtype.kind not in "iuf":
        raise ValueError(
            f"`images` is an array of {pictures.dtype} with the shape {pictures.shape}; needed are "
            "grey pictures "
            "(n, row, col) of at least 16 × 16 pixels, integers or floats."
        )
    if classes.shape != pictures.shape[:1] or classes.dtype.kind not in "biu":
        raise ValueError(
            f"`labels` has the shape {classes.shape} and is {classes.dtype}; needed is one whole number for "
            f"each of the {len(pictures)} pictures."
        )
    shares, seed = _checked_shares(share), check_seed(seed)
    if classes.size and not 0 <= classes.min() <= classes.max() < len(shares):
        raise ValueError(
            f"`share` has {len(shares)} numbers, for the classes 0 to {len(shares) - 1}; the labels "
            "reach from "
            f"{classes.min()} to {classes.max()}."
        )
    draw = MARKS[check_choice("kind", kind, MARKS)]
    bright = _bright(pictures, value)
    rng = np.random.default_rng([seed, 22])
    bears = np.zeros(len(pictures), bool)
    for label, part in enumerate(shares):
        members = np.flatnonzero(classes == label)
        bears[rng.permutation(members)[: int(part * len(members) + 0.5)]] = True
    masks = np.zeros(pictures.shape, bool)
    for n in np.flatnonzero(bears):
        draw(masks[n], rng)
    pictures[masks] = bright
    return BurnedIn(pictures, masks, bears)


def _ruler(mask: Mask, rng: np.random.Generator) -> None:
    """Draw ticks down the right edge, every fourth one longer."""
    rows, columns = mask.shape
    thick, gap = max(1, rows // 64), max(4, rows // 10)
    first = int(rng.integers(gap))
    for number, row in enumerate(range(first, rows, gap)):
        long = max(2, columns // (10 if number % 4 == 0 else 16))
        mask[row : row + thick, columns - long :] = True


def _caliper(mask: Mask, rng: np.random.Generator) -> None:
    """Draw two crosses with a dotted line between them in the lower left corner."""
    rows, columns = mask.shape
    arm, thick = max(1, rows // 32), max(1, rows // 64)
    row = int(rng.integers(rows - rows // 6, rows - arm - thick + 1))
    left, right = arm, columns // 3
    for column in (left, right):
        mask[row - arm : row + arm + thick, column : column + thick] = True
        mask[row : row + thick, column - arm : column + arm + thick] = True
    for column in range(left, right, max(3, 3 * thick)):
        mask[row : row + thick, column : column + thick] = True


MARKS: dict[str, Callable[[Mask, np.random.Generator], None]] = {"ruler": _ruler, "caliper": _caliper}


def _checked_shares(share: Sequence[float]) -> list[float]:
    try:
        shares = [float(part) for part in share]
    except (TypeError, ValueError):
        shares = []
    if not shares or not all(0 <= part <= 1 for part in shares):
        raise ValueError(
            f"`share` holds a number from 0 to 1 for each class, such as (0.05, 0.95); not {share!r}."
        )
    return shares


def _bright(pictures: NDArray[Any], value: float | None) -> float:
    """Give the grey value of the mark, or say that the dtype cannot hold it."""
    whole = pictures.dtype.kind in "iu"
    if value is None:
        if whole:
            return int(np.iinfo(pictures.dtype).max)
        return float(pictures.max()) if pictures.size else 0.0
    limits: Any = np.iinfo(pictures.dtype) if whole else np.finfo(pictures.dtype)
    if not limits.min <= value <= limits.max or (whole and value != int(value)):
        raise ValueError(
            f"`value` is {value!r}, which {pictures.dtype} cannot hold; give "
            f"{'a whole number' if whole else 'a number'} from {limits.min} to {limits.max}."
        )
    return float(value)
