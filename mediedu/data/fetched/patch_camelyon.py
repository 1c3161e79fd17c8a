"""PatchCamelyon: tiles of lymph nodes in gzipped HDF5 files."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.lazy import LazyImages

FILES = {"train": "train", "val": "valid", "test": "test"}


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the tiles, one by one, after unpacking the files once beside themselves.

    Where a split is asked for, only its files are unpacked.

    Returns
    -------
    Dataset
        Colour tiles 96 × 96, read from the disk one by one.

    Raises
    ------
    ModuleNotFoundError
        If h5py is not installed, with a sentence.
    """
    wanted = tuple(FILES) if split is None else (split,)
    labels = {one: np.asarray(_opened(folder, one, "y")[:]).ravel().astype(np.int64) for one in wanted}
    tiles = {one: _opened(folder, one, "x") for one in wanted}

    def read(place: tuple[str, int]) -> NDArray[Any]:
        return np.asarray(tiles[place[0]][place[1]])

    ends = np.cumsum([len(labels[one]) for one in wanted])
    splits = {one: np.arange(end - len(labels[one]), end) for one, end in zip(wanted, ends, strict=True)}
    return Dataset(
        entry.name if split is None else f"{entry.name}, {split}",
        LazyImages([(one, i) for one in wanted for i in range(len(labels[one]))], read),
        np.concatenate([labels[one] for one in wanted]),
        class_names=entry.labels,
        splits=splits if split is None else {},
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=(
            *entry.defects,
            "Patients are not told tile by tile, but the official splits share no slide: keep to them.",
        ),
    )


def _opened(folder: Path, split: str, what: str) -> Any:
    try:
        import h5py
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "PatchCamelyon comes as HDF5 files, which need the package h5py. Install it: pip install h5py"
        ) from error
    packed = folder / f"camelyonpatch_level_2_split_{FILES[split]}_{what}.h5.gz"
    plain = packed.with_suffix("")
    if not plain.is_file():
        part = plain.with_name(f"{plain.name}.{os.getpid()}")
        try:
            with gzip.open(packed) as source, part.open("wb") as target:
                shutil.copyfileobj(source, target, 2**20)
            part.replace(plain)
        finally:
            part.unlink(missing_ok=True)
    return h5py.File(plain, "r")[what]
