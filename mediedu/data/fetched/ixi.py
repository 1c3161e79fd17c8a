"""IXI: volumes of healthy brains, without labels."""

from pathlib import Path

import numpy as np

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched.folder import only
from mediedu.data.fetched.volumes import volume_array
from mediedu.data.lazy import LazyImages


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the volumes of one sequence.

    Returns
    -------
    Dataset
        Volumes (z, y, x), read one by one; `groups` is the person.
    """
    volumes = only(folder, "IXI*.nii.gz")
    return Dataset(
        entry.name,
        LazyImages(volumes, volume_array),
        groups=np.array([volume.name.split("-")[0] for volume in volumes]),
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=entry.defects,
    )
