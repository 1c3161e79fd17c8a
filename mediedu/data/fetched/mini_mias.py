"""mini-MIAS: film mammograms with a circle around each abnormality."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import pictures
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages

_ROW = re.compile(
    r"^(mdb\d{3})\s+[FGD]\s+([A-Z]{4})(?:\s+([BM]))?(?:\s+(\d+)\s+(\d+)\s+(\d+))?\s*$", re.MULTILINE
)
_SIDE = 1024
Circle = tuple[int, int, int]


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the mammograms with the kind of their first abnormality and a mask of all circles.

    Parameters
    ----------
    folder : Path
        Where its files lie.
    entry : RegisteredSet
        What the registry knows of it.
    split, as_published
        Not used: there is no official split, and nothing is left out.

    Returns
    -------
    Dataset
        Grey images 1024 × 1024; `groups` is the woman.
    """
    images = only(folder, "mdb*.pgm")
    table = only(folder, "Info.txt")[0].read_text(encoding="latin-1")
    kinds: dict[str, str] = {}
    circles: dict[str, list[Circle]] = {}
    for name, kind, _, x, y, radius in _ROW.findall(table):
        kinds.setdefault(name, kind)
        if radius:
            # The table counts y from the bottom of the picture.
            circles.setdefault(name, []).append((_SIDE - 1 - int(y), int(x), int(radius)))
    names = [image.stem for image in images]
    return Dataset(
        entry.name,
        LazyImages(images, pictures.grey),
        np.array([entry.labels.index(kinds[name]) for name in names]),
        LazyImages([tuple(circles.get(name, ())) for name in names], _discs),
        groups=np.array([(int(name[3:]) - 1) // 2 for name in names]),
        class_names=entry.labels,
        spacing=(0.2, 0.2),
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=(
            *entry.defects,
            "The centres were turned over: here rows count from the top.",
            "The masks are circles around the abnormalities, no outlines; without a centre there is none.",
        ),
    )


def _discs(circles: tuple[Circle, ...]) -> NDArray[np.uint8]:
    row, column = np.ogrid[:_SIDE, :_SIDE]
    mask = np.zeros((_SIDE, _SIDE), dtype=np.uint8)
    for y, x, radius in circles:
        mask[(row - y) ** 2 + (column - x) ** 2 <= radius**2] = 1
    return mask
