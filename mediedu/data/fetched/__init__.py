"""Data sets that were fetched: from the publisher's files to a `Dataset`, one module for each form."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset


class Loader(Protocol):
    """What each module's ``dataset`` is: a function that reads one form of fetched files."""

    def __call__(self, folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
        """Load a set.

        Parameters
        ----------
        folder : Path
            Where its files lie, each under the name that the registry gives it.
        entry : RegisteredSet
            What the registry knows of it: names of the labels, licence, citation, defects.
        split : str or None
            One of ``entry.splits``: then only that part is given. Where the registry knows no splits the
            whole is given whatever stands here, and `load` takes the part out of it.
        as_published : bool
            False leaves out what is known to spoil a result, and tells so in the notes; most sets have
            nothing to leave out.

        Returns
        -------
        Dataset
            Pixels read when asked for where they are many; `groups` only where the publisher tells the
            patients; the registry's defects among the notes.

        Raises
        ------
        FileNotFoundError
            If the files are not laid out as the publisher did.
        ValueError
            If a file holds something else than the publisher says.
        """
        ...
