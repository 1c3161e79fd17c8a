"""IBSR18: eighteen brains with tissues drawn by hand."""

from dataclasses import replace
from pathlib import Path

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched.folder import only
from mediedu.data.labelled_volumes import labelled_volumes


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the skull-stripped brains with their tissue labels (``segTRI_ana``).

    Returns
    -------
    Dataset
        Volumes and masks (z, y, x), read one by one; `groups` is the person.
    """
    only(folder, "IBSR_*_segTRI_ana.nii.gz")
    return replace(
        labelled_volumes(folder, entry.labels),
        name=entry.name,
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=entry.defects,
    )
