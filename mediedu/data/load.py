"""Load a data set by its name: embedded ones at once, fetched ones where they are on this machine."""

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from mediedu.data.dataset import Dataset
from mediedu.data.table import Table

EMBEDDED = {
    "brain_tissue": "mediedu.data.embedded.brain_tissue",
    "breast_masses": "mediedu.data.embedded.breast_masses",
    "breast_wisconsin": "mediedu.data.embedded.breast_wisconsin",
}
"""Data sets that every machine has → the module whose function of the same name makes them."""


def load(name: str, split: str | None = None) -> Any:
    """Load a data set.

    Parameters
    ----------
    name : str
        An embedded set ("breast_masses", "brain_tissue", "breast_wisconsin"), or one that was fetched, such as
        "breastmnist" or "hippocampus".
    split : str, optional
        One of the set's official splits, such as "train"; all of it by default.

    Returns
    -------
    Dataset or Table
        A `Table` where there are measurements but no images ("breast_wisconsin"), else a `Dataset`.

    Raises
    ------
    NotFetched
        If the set is known but not on this machine; the message says how to get it.
    ValueError
        If there is no such set or no such split.

    Examples
    --------
    >>> load("breast_wisconsin")
    <Table breast_wisconsin: 569 cases with 30 features, 212 malignant, 357 benign; patients unknown>
    """
    if name in EMBEDDED:
        make: Callable[[], Dataset | Table] = getattr(import_module(EMBEDDED[name]), name)
        dataset = make()
        return dataset if split is None else dataset.split(split)
    near = get_close_matches(str(name), EMBEDDED, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise ValueError(f"There is no data set called {name!r}. {hint}Embedded sets: {', '.join(EMBEDDED)}.")
