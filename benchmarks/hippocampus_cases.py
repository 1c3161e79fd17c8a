"""Find the hippocampus volumes, deal them into three parts, and read them one by one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import data_fetch
from mediedu.data import read

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "msd-hippocampus"
TEST, VALIDATION, SPLIT_SEED = 60, 40, 0  # of 260
Pair = tuple[Path, Path]


@dataclass(frozen=True)
class Case:
    """A volume, brought to mean 0 and spread 1, and its label map."""

    name: str
    volume: NDArray[np.float32]
    labels: NDArray[np.uint8]
    spacing: tuple[float, float, float]


def find_pairs(given: Path | None) -> list[Pair]:
    """Return the set's volumes, each with its label map, in the order of their names."""
    for place in [given] if given is not None else [data_fetch.path("hippocampus"), BESIDE]:
        for labels in sorted(place.rglob("labels*")) if place is not None else []:
            images = labels.with_name(labels.name.replace("labels", "images"))
            pairs = [(images / path.name, path) for path in sorted(labels.glob("[!.]*.nii.gz"))]
            if pairs and all(image.is_file() for image, _ in pairs):
                return pairs
    return []


def split_volumes(count: int) -> tuple[list[int], list[int], list[int]]:
    """Deal volumes into training, validation and test, as 160, 40 and 60 of 260."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    test, validation = count * TEST // 260, count * VALIDATION // 260
    parts = order[test + validation :], order[test : test + validation], order[:test]
    train_part, judged, closed = (sorted(part.tolist()) for part in parts)
    return train_part, judged, closed


def open_case(pair: Pair) -> Case:
    """Read a volume and its label map."""
    image, labels = read(pair[0]), read(pair[1])
    grey = np.asarray(image.array, np.float32)
    grey = (grey - grey.mean()) / max(float(grey.std()), 1e-6)
    z, y, x = image.spacing or (1.0, 1.0, 1.0)
    return Case(pair[0].name, grey, np.rint(labels.array).astype(np.uint8), (z, y, x))
