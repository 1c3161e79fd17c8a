"""IBSR18: eighteen brains with tissues drawn by hand."""

from pathlib import Path

import numpy as np

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched.folder import only
from mediedu.data.fetched.volumes import label_array, volume_array
from mediedu.data.lazy import LazyImages


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the skull-stripped brains with their tissue labels (``segTRI_ana``).

    Returns
    -------
    Dataset
        Volumes and masks (z, y, x), read one by one; `groups` is the person.
    """
    labels = only(folder, "IBSR_*_segTRI_ana.nii.gz")
    people = [label.name[:7] for label in labels]
    images = [
        label.with_name(f"{person}_ana_strip.nii.gz") for label, person in zip(labels, people, strict=True)
    ]
    return Dataset(
        entry.name,
        LazyImages(images, volume_array),
        masks=LazyImages(labels, label_array),
        groups=np.array(people),
        class_names=entry.labels,
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=entry.defects,
    )
