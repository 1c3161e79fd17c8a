"""The MedMNIST sets: one .npz file with train, validation and test images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset, Images
from mediedu.data.fetched.npz import LARGE, npz_array
from mediedu.data.lazy import LazyImages

SPLITS = ("train", "val", "test")
STRADDLING = ("breastmnist", "pneumoniamnist")
"""Sets in which the same picture lies on both sides of a split."""


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load one of the MedMNIST sets.

    Pictures that lie in two splits are taken out of the earlier one unless `as_published`.

    Returns
    -------
    Dataset
        Labels as published, class names from the registry; images in memory, or on the disk where they are
        large.
    """
    path = folder / entry.files[0].name
    wanted = SPLITS if split is None else (split,)
    notes = list(entry.defects)
    kept: dict[str, NDArray[np.intp]] = {}
    if not as_published and (entry.variant_of or entry.name) in STRADDLING:
        kept, note = _without_straddlers(path)
        notes.append(note)
    images = {one: npz_array(path, f"{one}_images") for one in wanted}
    labels = {one: npz_array(path, f"{one}_labels") for one in wanted}
    for one in wanted:
        if one in kept:
            images[one], labels[one] = images[one][kept[one]], labels[one][kept[one]]
    lengths = [len(labels[one]) for one in wanted]
    ends = np.cumsum(lengths)
    numbers = np.concatenate([labels[one] for one in wanted]).astype(np.int64)
    whole = split is None
    return Dataset(
        entry.name if whole else f"{entry.name}, {split}",
        _side_by_side([images[one] for one in wanted]),
        numbers[:, 0] if numbers.ndim == 2 and numbers.shape[1] == 1 else numbers,
        class_names=entry.labels,
        licence=entry.licence,
        citation=entry.citation,
        description=f"{entry.holds}. Made smaller by its publishers; the size of a pixel is not known.",
        splits={one: np.arange(end - n, end) for one, end, n in zip(wanted, ends, lengths, strict=True)}
        if whole
        else {},
        notes=tuple(notes),
    )


def _side_by_side(parts: list[NDArray[np.uint8]]) -> Images:
    if len(parts) == 1:
        return parts[0]
    if sum(part.nbytes for part in parts) < LARGE:
        return np.concatenate(parts)
    places = [(number, i) for number, part in enumerate(parts) for i in range(len(part))]
    return LazyImages(places, lambda place: parts[place[0]][place[1]])


def _without_straddlers(path: Path) -> tuple[dict[str, NDArray[np.intp]], str]:
    """Find pictures that come back in a later split, pixel for pixel; say which entries to keep."""
    seen: dict[bytes, tuple[str, int]] = {}
    kept, dropped = {}, []
    for split in reversed(SPLITS):  # the test set stays whole, so that published results stay comparable
        images = npz_array(path, f"{split}_images")
        labels = npz_array(path, f"{split}_labels")
        keep = []
        for i, image in enumerate(images):
            key = image.tobytes()
            if key in seen and seen[key][0] != split:
                other, label = seen[key]
                dropped.append((split, other, label != int(labels[i].ravel()[0])))
                continue
            keep.append(i)
            seen.setdefault(key, (split, int(labels[i].ravel()[0])))
        kept[split] = np.array(keep, dtype=np.intp)
    return kept, _told(dropped)


def _told(dropped: list[tuple[str, str, bool]]) -> str:
    if not dropped:
        return "No picture lies in two splits."
    conflicts = sum(conflict for _, _, conflict in dropped)
    pairs = sorted({(split, other) for split, other, _ in dropped})
    where = " and ".join(f"{split} and {other}" for split, other in pairs)
    counted = "1 picture lies" if len(dropped) == 1 else f"{len(dropped)} pictures lie"
    share = "" if conflicts == len(dropped) else f"{conflicts} of them "
    label = f", {share}with another label" if conflicts else ""
    return (
        f"{counted} in {where} alike{label}. Here the copy in the earlier split is left out; "
        "load(..., as_published=True) keeps it."
    )
