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

# Some rows end in words, such as "mdb216 D CALC M *NOTE 3*"; a row that ends in too few numbers is none.
_ROW = re.compile(
    r"^(mdb\d{3})[ \t]+[FGD][ \t]+([A-Z]{4})(?:[ \t]+([BM]))?"
    r"(?:[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d+))?(?:[ \t]+(?![BM]\b)[^\d\s].*)?[ \t]*$",
    re.MULTILINE,
)
_SIDE = 1024
Circle = tuple[int, int, int]


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the mammograms with the kind of their first abnormality and a mask of all circles.

    Returns
    -------
    Dataset
        Grey images 1024 × 1024; `groups` is the woman.

    Raises
    ------
    ValueError
        If the table has no row for an image.
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
    if missing := [name for name in names if name not in kinds]:
        raise ValueError(
            f"Info.txt has no row, or none that can be read, for {len(missing)} of {len(names)} images "
            f"({', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}). "
            f"Check the files with: mediedu data verify {entry.name}"
        )
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
