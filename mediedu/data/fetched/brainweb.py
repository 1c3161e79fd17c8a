"""BrainWeb: one simulated brain, in files without a header."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched.folder import only

SHAPE = (181, 217, 181)
"""Voxels along z, y and x; x is stored fastest and runs to the right, y to anterior, z to superior."""


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the T1 volume and the tissues behind it.

    Returns
    -------
    Dataset
        One image (181, 217, 181) and one mask; synthetic.
    """
    image = _shorts(_unpacked(only(folder, "t1_*.raws.gz")[0]))
    mask = np.frombuffer(_unpacked(only(folder, "phantom_*.rawb.gz")[0]), np.uint8)
    return Dataset(
        entry.name,
        _volume(image, entry)[None],
        masks=_volume(mask, entry)[None].copy(),
        groups=np.array([0]),
        class_names=entry.labels,
        spacing=(1.0, 1.0, 1.0),
        licence=entry.licence,
        citation=entry.citation,
        synthetic=True,
        description=entry.holds + ".",
        notes=entry.defects,
    )


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) as file:
        return file.read()


def _shorts(content: bytes) -> NDArray[np.uint16]:
    """Read 16-bit numbers; they are 12-bit values, so the wrong order of bytes makes them huge."""
    little, big = np.frombuffer(content, "<u2"), np.frombuffer(content, ">u2")
    return np.asarray(little if little.max() <= big.max() else big, dtype=np.uint16)


def _volume(values: NDArray[Any], entry: RegisteredSet) -> NDArray[Any]:
    if values.size != np.prod(SHAPE):
        raise ValueError(
            f"A file of {entry.name!r} holds {values.size} voxels, not {np.prod(SHAPE)}. "
            f"Remove the set and fetch it again: {entry.command}"
        )
    return values.reshape(SHAPE)
