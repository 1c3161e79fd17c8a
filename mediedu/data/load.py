"""Load a data set by its name: embedded ones at once, fetched ones where they are on this machine."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Any, Literal, overload

from data_fetch.errors import UnknownSet
from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import Loader
from mediedu.data.table import Table

EMBEDDED = ("breast_masses", "brain_tissue", "breast_wisconsin")
"""Data sets that every machine has; each has a module in ``mediedu.data.embedded``."""

_FORMS = {
    "bbbc038": "nuclei",
    "bbbc039": "nuclei",
    "kather_histology": "tiles",
    "malaria": "tiles",
    **dict.fromkeys(("ixi_t1", "ixi_t2", "ixi_pd", "ixi_mra", "ixi_dti"), "ixi"),
    **{
        name: name
        for name in (
            "brainweb",
            "busi",
            "cbis_ddsm",
            "chase_db1",
            "ibsr18",
            "mini_mias",
            "nih_chest_xray14",
            "patch_camelyon",
        )
    },
}
"""Set → the module in ``mediedu.data.fetched`` that reads its form of files."""


@overload
def load(name: Literal["breast_wisconsin"], split: None = None, *, as_published: bool = False) -> Table: ...
@overload
def load(
    name: Literal["breast_masses", "brain_tissue"], split: str | None = None, *, as_published: bool = False
) -> Dataset: ...
@overload
def load(name: str, split: str | None = None, *, as_published: bool = False) -> Dataset | Table: ...
def load(name: str, split: str | None = None, *, as_published: bool = False) -> Dataset | Table:
    """Load a data set.

    Parameters
    ----------
    name : str
        An embedded set ("breast_masses", "brain_tissue", "breast_wisconsin"), or one that was fetched, such
        as "breastmnist" or "hippocampus".
    split : str, optional
        One of the set's official splits, such as "train"; all of it by default.
    as_published : bool, default False
        Pictures that lie in two splits, and exact copies with a doubtful label, are left out where a set is
        known to have them, and its `notes` tell how many. True keeps them.

    Returns
    -------
    Dataset or Table
        A `Table` where there are measurements but no images ("breast_wisconsin"), else a `Dataset`. Its
        arrays are your own to change, except those that stay on the disk.

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
        dataset: Any = getattr(import_module(f"mediedu.data.embedded.{name}"), name)()
        return dataset if split is None else dataset.split(split)
    entry = _registered(name)
    from mediedu.data.fetched.folder import fetched_folder

    form = _form(entry)
    if split is not None and entry.splits and split not in entry.splits:
        known = ", ".join(map(repr, entry.splits))
        raise ValueError(f"{name!r} has no split {split!r}. Its splits: {known}.")
    folder = fetched_folder(entry)
    read_set: Loader = import_module(f"mediedu.data.fetched.{form}").dataset
    dataset = read_set(folder, entry, split, as_published)
    # Where the registry knows the splits, the module has taken out the one that was asked for.
    return dataset if split is None or entry.splits else dataset.split(split)


def _registered(name: str) -> RegisteredSet:
    import data_fetch

    try:
        return data_fetch.info(name)
    except UnknownSet:
        known = [*EMBEDDED, *(entry.name for entry in data_fetch.list())]
    near = get_close_matches(str(name).lower().replace("-", "_"), known, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise ValueError(
        f"There is no data set called {name!r}. {hint}On every machine: {', '.join(EMBEDDED)}. To fetch: "
        "`mediedu data list` shows them."
    )


def _form(entry: RegisteredSet) -> str:
    """Tell in which form a set's files come, which is the name of the module that reads them."""
    from mediedu.data.fetched.decathlon import TASKS

    name = entry.variant_of or entry.name
    if len(entry.files) == 1 and entry.files[0].name.endswith(".npz"):
        return "medmnist"
    if name in TASKS:
        return "decathlon"
    if name in _FORMS:
        return _FORMS[name]
    raise ValueError(
        f"The set {entry.name!r} can be fetched but not yet loaded by name. Fetch it, then read its files "
        f"with "
        f"mediedu.data.read; they lie in data_fetch.path({entry.name!r})."
    )
