"""CHASE_DB1: fundus photographs of both eyes of 14 children, vessels drawn by two observers."""

from pathlib import Path

import numpy as np

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import pictures
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the photographs with both observers' masks.

    Returns
    -------
    Dataset
        `masks` by the first observer, ``other_masks["second observer"]`` by the second, `groups` the child.
    """
    images = only(folder, "Image_[0-9][0-9][LR].jpg")
    first, second = ([image.with_name(f"{image.stem}_{n}HO.png") for image in images] for n in ("1st", "2nd"))
    return Dataset(
        entry.name,
        LazyImages(images, pictures.picture),
        masks=LazyImages(first, pictures.mask),
        groups=np.array([int(image.stem[6:8]) for image in images]),
        class_names=entry.labels,
        other_masks={"second observer": LazyImages(second, pictures.mask)},
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=(*entry.defects, "There is no official split: split by child (groups)."),
    )
