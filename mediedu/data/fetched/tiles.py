"""Sets that hold one folder of pictures for each class: malaria cells, Kather's histology."""

from pathlib import Path

import numpy as np

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import pictures
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages

FOLDERS = {
    "malaria": ("Parasitized/*.png", "Uninfected/*.png"),
    "kather_histology": tuple(f"{number:02d}_*/*.tif" for number in range(1, 9)),
}
"""Set → where the files of each class lie, in the order of the registry's labels."""


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the pictures, one by one, with the class that their folder says.

    Returns
    -------
    Dataset
        Colour pictures; patients unknown.
    """
    by_class = [_once(only(folder, pattern)) for pattern in FOLDERS[entry.name]]
    return Dataset(
        entry.name,
        LazyImages([path for files in by_class for path in files], pictures.picture),
        np.repeat(np.arange(len(by_class)), [len(files) for files in by_class]),
        class_names=entry.labels,
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=(
            *entry.defects,
            "There is no official split, and the patients are not told: a split is by image.",
        ),
    )


def _once(files: list[Path]) -> list[Path]:
    """Keep one file of each name: the malaria archive holds its folder a second time inside itself."""
    return sorted({path.name: path for path in files}.values())
