"""A data set without images: a table of measurements, one row for each case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.data.consistency import check_labels, check_splits


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Hold measurements made on images that were not published themselves.

    It has the fields of a `Dataset`, but `features` in place of images and masks.

    Parameters
    ----------
    name : str
        The name it is loaded by.
    features : ndarray of float, shape (n, k)
        One row for each case, one column for each measurement.
    labels : ndarray of int, shape (n,)
        Class of each case, an index into `class_names`.
    feature_names, class_names : tuple of str
        What the columns and the labels mean.
    groups : ndarray, shape (n,), optional
        The patient of each case; None means that nobody published it.
    licence, citation, description : str
        Terms of use, whom to name, what it is.
    synthetic : bool
        True if a program made the numbers up.
    splits : mapping of str to ndarray of int
        The official splits; empty where there are none.
    notes : tuple of str
        What is known to be wrong with the table, and what was done about it.

    Raises
    ------
    ValueError
        If rows, labels and names disagree.

    Examples
    --------
    >>> heights = Table("heights", [[1.5], [1.8]], [0, 1], ("metres",), ("small", "tall"))
    >>> heights
    <Table heights: 2 cases with 1 features, 1 small, 1 tall; patients unknown>
    >>> heights.column("metres")
    array([1.5, 1.8])
    """

    name: str
    features: NDArray[np.float64]
    labels: NDArray[Any]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    groups: NDArray[Any] | None = None
    licence: str = ""
    citation: str = ""
    synthetic: bool = False
    description: str = ""
    splits: Mapping[str, NDArray[np.intp]] = field(default_factory=dict, kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        """Bring the fields to their types and check that they fit each other."""
        object.__setattr__(self, "features", np.asarray(self.features, dtype=np.float64))
        object.__setattr__(self, "labels", np.asarray(self.labels))
        object.__setattr__(self, "feature_names", tuple(map(str, self.feature_names)))
        object.__setattr__(self, "class_names", tuple(map(str, self.class_names)))
        object.__setattr__(self, "splits", {k: np.asarray(v, dtype=np.intp) for k, v in self.splits.items()})
        if self.features.shape != (len(self.labels), len(self.feature_names)):
            raise ValueError(
                f"The table {self.name!r} has the shape {self.features.shape}, but there are "
                f"{len(self.labels)} labels "
                f"and {len(self.feature_names)} feature names. It needs a row for each label and a column "
                f"for each name."
            )
        check_labels(self.name, self.labels, self.class_names)
        check_splits(self.name, self.splits, len(self.labels))
        if self.groups is not None and len(self.groups) != len(self.labels):
            raise ValueError(
                f"The table {self.name!r} has {len(self.labels)} labels but {len(self.groups)} groups."
            )

    def __len__(self) -> int:
        """Count the cases."""
        return len(self.labels)

    def column(self, name: str) -> NDArray[np.float64]:
        """Give one measurement of all cases.

        Parameters
        ----------
        name : str
            One of `feature_names`.

        Returns
        -------
        ndarray of float64, shape (n,)
            The column.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        if name not in self.feature_names:
            raise ValueError(
                f"{self.name!r} has no column {name!r}. Its columns: {', '.join(self.feature_names)}."
            )
        return self.features[:, self.feature_names.index(name)]

    def split(self, name: str) -> Table:
        """Give one of the official splits as a table of its own.

        Parameters
        ----------
        name : str
            One of the keys of `splits`.

        Returns
        -------
        Table
            With `splits` empty.

        Raises
        ------
        ValueError
            If there is no such split.
        """
        if name not in self.splits:
            known = ", ".join(map(repr, self.splits)) or "none: split it yourself"
            raise ValueError(f"{self.name!r} has no split {name!r}. Its splits: {known}.")
        return replace(self.subset(self.splits[name]), name=f"{self.name}, {name}")

    def subset(self, indices: ArrayLike) -> Table:
        """Give a table of some of the cases.

        Parameters
        ----------
        indices : array_like of int or bool
            Which cases, in which order; or True and False for each case.

        Returns
        -------
        Table
            With the rows chosen and `splits` empty.
        """
        chosen = np.arange(len(self))[np.asarray(indices)]
        groups = None if self.groups is None else self.groups[chosen]
        return replace(
            self, features=self.features[chosen], labels=self.labels[chosen], groups=groups, splits={}
        )

    def counts(self) -> dict[str, int]:
        """Count the cases of each class.

        Returns
        -------
        dict of str to int
            In the order of `class_names`.
        """
        numbers = np.bincount(self.labels, minlength=len(self.class_names))
        return dict(zip(self.class_names, numbers.tolist(), strict=True))

    def __repr__(self) -> str:
        """Tell size, classes and patients in one line."""
        counts = ", ".join(f"{number} {name}" for name, number in self.counts().items())
        patients = "patients unknown" if self.groups is None else f"{len(np.unique(self.groups))} patients"
        made = "; synthetic" if self.synthetic else ""
        size = f"{len(self)} cases with {len(self.feature_names)} features"
        return f"<Table {self.name}: {size}, {counts}; {patients}{made}>"
