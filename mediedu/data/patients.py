"""For the chapters' cells on real patients: the set where it is, a short notice where it isn't."""

from __future__ import annotations

from mediedu.data.dataset import Dataset
from mediedu.data.load import load
from mediedu.data.not_fetched import NotFetched
from mediedu.data.table import Table


def on_real_patients(name: str, split: str | None = None) -> Dataset | Table | None:
    """Load a fetched set, or say how to get it and go on.

    Parameters
    ----------
    name : str
        As for `load`.
    split : str, optional
        As for `load`.

    Returns
    -------
    Dataset, Table or None
        As from `load`; None, after a printed notice with the command, the size and the licence, where it is
        not on this machine.

    Raises
    ------
    ValueError
        If there is no such set or no such split.

    Examples
    --------
    >>> on_real_patients("breast_masses", "test")
    <Dataset breast_masses, test: 60 images of 128 × 128 pixels, 30 benign, 30 malignant; synthetic>
    """
    try:
        return load(name, split)
    except NotFetched as error:
        print(f'{error}\nOr in a cell: import data_fetch; data_fetch.fetch("{name}")')
        print("Until then this part of the chapter is skipped.")
        return None
