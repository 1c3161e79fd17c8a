"""BBBC038 and BBBC039: cell nuclei, each with a number of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import pictures
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the images and a mask in which each nucleus has a number of its own.

    Returns
    -------
    Dataset
        Masks uint16: 0 background, 1, 2, … the nuclei. Patients do not apply: these are cultures and tissue
        of unknown origin, so `groups` is None.
    """
    if entry.name == "bbbc039":
        images = only(folder / "images", "*.tif")
        masks = [only(folder / "masks", f"{image.stem}.png")[0] for image in images]
        labels = LazyImages(masks, _components)
        pixels = LazyImages(images, pictures.picture)
    else:
        images = only(folder, "*/images/*.png")
        labels = LazyImages([image.parent.parent for image in images], _one_file_each)
        pixels = LazyImages(images, pictures.grey_or_colour)
    return Dataset(
        entry.name,
        pixels,
        masks=labels,
        class_names=entry.labels,
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ". In the masks each nucleus has a number of its own.",
        notes=entry.defects,
    )


def _one_file_each(case: Path) -> NDArray[np.uint16]:
    """Give each nucleus of a case the number of its file, in order; where two overlap the later one wins."""
    files = only(case, "masks/*.png")
    labels = np.zeros(pictures.grey(files[0]).shape, dtype=np.uint16)
    for number, file in enumerate(files, start=1):
        labels[pictures.mask(file) > 0] = number
    return labels


def _components(path: Path) -> NDArray[np.uint16]:
    """Give each nucleus of a mask its own number; touching ones have different values in the file."""
    from skimage.measure import label

    array = pictures.picture(path)
    values: Any = array[..., 0] if array.ndim == 3 else array
    number: Any = label
    return np.asarray(number(values, connectivity=1), dtype=np.uint16)
