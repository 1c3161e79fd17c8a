"""BUSI: breast ultrasound images with masks of the lesions, in one folder for each class."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import pictures
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the images, their classes and their masks.

    Copies of another image, byte for byte, are left out unless `as_published`.

    Returns
    -------
    Dataset
        Grey images of different sizes; the mask joins all lesions of an image (0 and 1).
    """
    labels, images = [], []
    for number, name in enumerate(entry.labels):
        files = [path for path in only(folder, f"{name}/*.png") if "_mask" not in path.stem]
        images += sorted(files, key=_number)
        labels += [number] * len(files)
    notes = list(entry.defects)
    chosen = list(range(len(images)))
    if not as_published:
        chosen, note = _without_copies(images, labels)
        notes.append(note)
    images = [images[i] for i in chosen]
    return Dataset(
        entry.name,
        LazyImages(images, pictures.grey),
        np.array([labels[i] for i in chosen]),
        LazyImages(images, _lesions),
        class_names=entry.labels,
        licence=entry.licence,
        citation=entry.citation,
        description=f"{entry.holds}. Experts drew the outlines, those of malignant masses spikier.",
        notes=(
            *notes,
            "Where an image has several masks they are joined into one; "
            "a mask whose size isn't the image's is left out.",
        ),
    )


def _number(path: Path) -> tuple[int, str]:
    digits = "".join(character for character in path.stem if character.isdigit())
    return int(digits or 0), path.name


def _lesions(path: Path) -> NDArray[np.uint8]:
    masks = [
        pictures.mask(one)
        for one in sorted(path.parent.iterdir())
        if one.name.startswith(f"{path.stem}_mask")
    ]
    empty = np.zeros_like(pictures.grey(path))
    # benign (4) has a second mask of another size: it belongs to another image, nobody knows to which.
    joined: NDArray[np.uint8] = np.maximum.reduce([empty, *(m for m in masks if m.shape == empty.shape)])
    return joined


def _without_copies(images: list[Path], labels: list[int]) -> tuple[list[int], str]:
    same: defaultdict[bytes, list[int]] = defaultdict(list)
    for i, path in enumerate(images):
        same[hashlib.sha256(path.read_bytes()).digest()].append(i)
    kept, conflicts = [], 0
    for members in same.values():
        if len({labels[i] for i in members}) > 1:
            conflicts += 1  # nobody can tell which label is right
        else:
            kept.append(members[0])
    left_out = len(images) - len(kept)
    if not left_out:
        return sorted(kept), "No file is a copy of another, byte for byte; near copies were not looked for."
    return sorted(kept), (
        f"{left_out} files are left out: copies of another, byte for byte ({conflicts} pictures had two "
        f"classes and are "
        "left out wholly). Near copies were not looked for. load(..., as_published=True) keeps all."
    )
