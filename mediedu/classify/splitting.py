"""Split cases into train, validation and test, with every patient on one side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.sampling_units import UNKNOWN, Units, sampling_units
from mediedu.data import Dataset, Table

__all__ = ["Split", "split_by_patient"]

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Which cases are for training, for making choices, and for the one last look.

    Attributes
    ----------
    train, validation, test : ndarray of int
        Indices of the cases, rising. No case is in two of them.
    unit : str
        What stayed together: "by patient: …", or "by image: patients unknown".

    Examples
    --------
    >>> split = split_by_patient([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], seed=0)
    >>> split
    <Split: train 6, validation 2, test 2; by image: patients unknown>
    >>> train, validation, test = split
    """

    train: Rows
    validation: Rows
    test: Rows
    unit: str

    def __iter__(self) -> Iterator[Rows]:
        """Give train, validation and test, in this order."""
        return iter((self.train, self.validation, self.test))

    def __repr__(self) -> str:
        """Tell the sizes and what stayed together."""
        sizes = f"train {len(self.train)}, validation {len(self.validation)}, test {len(self.test)}"
        return f"<Split: {sizes}; {self.unit}>"


def split_by_patient(
    data: Dataset | Table | ArrayLike,
    groups: ArrayLike | None = None,
    *,
    validation: float = 0.2,
    test: float = 0.2,
    seed: int = 0,
) -> Split:
    """Split cases at random into three parts of the same class mix, every patient in one of them.

    Parameters
    ----------
    data : Dataset, Table or array_like
        A data set, whose labels and patients are used; or the labels, shape (n,), or (n, k) of 0 and 1 where
        several findings may hold.
    groups : array_like, shape (n,), optional
        The patient of each image, where labels are given. None splits by image, and the result says that
        patients are unknown.
    validation, test : float, default 0.2
        The share of all images meant for each; the rest is for training. 0 leaves a part empty. With
        patients, shares are met as closely as whole patients allow.
    seed : int, default 0
        The same seed gives the same split.

    Returns
    -------
    Split
        Indices of the three parts, and what stayed together.

    Raises
    ------
    ValueError
        If the shares leave nothing to train on, a class has fewer patients (or images) than there are parts,
        or groups don't fit.

    Notes
    -----
    Without patients each class is shuffled and cut. With patients the largest come first, in random order
    among equals, and each goes to the part that is farthest below its share in that patient's classes.

    Examples
    --------
    >>> labels, patients = [0, 0, 0, 0, 1, 1, 1, 1], list("aabbccdd")
    >>> split_by_patient(labels, patients, validation=0, test=0.5, seed=1)
    <Split: train 4, validation 0, test 4; by patient: 4 patients, 8 images>
    """
    labels, groups, unit = _labels_and_patients(data, groups)
    made_up = "; synthetic" if getattr(data, "synthetic", False) else ""
    classes = _one_hot(labels)
    units = sampling_units(groups, len(classes))
    shares = np.array([1 - validation - test, validation, test], float)
    if not (np.isfinite(shares).all() and validation >= 0 and test >= 0 and shares[0] > 1e-9):
        raise ValueError(
            f"validation={validation} and test={test} leave {shares[0]:.2g} of the images to train on. "
            "Give two shares from 0 up that sum to less than 1."
        )
    _refuse_rare_classes(classes, units, int((shares > 0).sum()))
    rng = np.random.default_rng(seed)
    if units.count == len(classes) and labels.ndim == 1:
        part = _cut_each_class(classes, shares, rng)
    else:
        part = _place_patients(classes, units, shares, rng)
    train, middle, last = (np.flatnonzero(part == index) for index in range(3))
    return Split(train, middle, last, units.words + made_up if units.by_patient else unit)


def _labels_and_patients(data: Any, groups: ArrayLike | None) -> tuple[NDArray[Any], ArrayLike | None, str]:
    if isinstance(data, Dataset | Table):
        if groups is not None:
            raise ValueError(
                f"The data set {data.name!r} brings its patients itself. Give groups only with plain labels."
            )
        labels = np.zeros(len(data), int) if data.labels is None else data.labels
        return labels, data.groups, "by image: synthetic, no patients" if data.synthetic else UNKNOWN
    return np.asarray(data), groups, UNKNOWN


def _one_hot(labels: NDArray[Any]) -> NDArray[np.float64]:
    """Give a column of 0 and 1 for each class."""
    if labels.ndim == 2 and labels.size and np.isin(labels, (0, 1)).all():
        return labels[:, labels.any(axis=0)].astype(float)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(
            f"The labels have the shape {labels.shape}. Give one class for each image, or a row of 0 and 1."
        )
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError("The labels hold NaN or infinity. Leave out images whose class isn't known.")
    return np.asarray(labels[:, np.newaxis] == np.unique(labels), dtype=float)


def _refuse_rare_classes(classes: NDArray[np.float64], units: Units, parts: int) -> None:
    holders = [len(np.unique(units.index[column > 0])) for column in classes.T]
    if holders and min(holders) < parts:
        what = "patients" if units.by_patient else "images"
        raise ValueError(
            f"One class has only {min(holders)} {what}, fewer than the {parts} parts, so that a part "
            "would hold none. Join rare classes, leave out a part, or use cross_validate."
        )


def _cut_each_class(
    classes: NDArray[np.float64], shares: NDArray[np.float64], rng: np.random.Generator
) -> Rows:
    part = np.empty(len(classes), dtype=np.intp)
    for column in classes.T:
        rows = rng.permutation(np.flatnonzero(column))
        counts = np.floor(shares * rows.size + 1e-9).astype(int)
        counts[shares > 0] = np.maximum(counts[shares > 0], 1)
        while counts.sum() != rows.size:
            # The part farthest below its share gets one more, the one farthest above gives one back.
            excess = counts - shares * rows.size
            if counts.sum() < rows.size:
                counts[np.argmin(np.where(shares > 0, excess, np.inf))] += 1
            else:
                counts[np.argmax(np.where(counts > 1, excess, -np.inf))] -= 1
        part[rows] = np.repeat(np.arange(3), counts)
    return part


def _place_patients(
    classes: NDArray[np.float64], units: Units, shares: NDArray[np.float64], rng: np.random.Generator
) -> Rows:
    held = units.sums(classes.T).T
    total = held.sum(axis=0)
    # A class that few images show weighs as much as a frequent one; the last column is the number of images.
    held = np.column_stack([held / total, units.sums(np.ones(len(classes))) / len(classes)])
    shuffled = rng.permutation(units.count)
    order = shuffled[np.argsort(-held[shuffled].max(axis=1), kind="stable")]
    open_parts = np.flatnonzero(shares > 0)
    filled = np.zeros((3, held.shape[1]))
    part = np.zeros(units.count, dtype=np.intp)
    for unit in order:
        # What is missing from each part, in shares of what it should hold, where this patient has something.
        missing = 1 - filled[open_parts] / shares[open_parts, np.newaxis]
        choice = open_parts[np.argmax(missing @ held[unit])]
        filled[choice] += held[unit]
        part[unit] = choice
    return part[units.index]
