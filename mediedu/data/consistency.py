"""Do the parts of a data set fit each other? Lengths, masks, labels and splits, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_lengths(name: str, images: Any, parts: Mapping[str, Any]) -> None:
    """Raise ValueError if there is no image, or a part (labels, masks, …) has not one entry for each."""
    if len(images) == 0:
        raise ValueError(f"The data set {name!r} holds no image. It needs one or more.")
    for what, values in parts.items():
        if values is not None and len(values) != len(images):
            raise ValueError(
                f"The data set {name!r} has {len(images)} images but {len(values)} entries in {what}. "
                "Give one entry for each image, in the same order."
            )


def check_masks(name: str, images: Any, masks: Any) -> None:
    """Raise ValueError if masks have not the rows and columns of the images; on the disk they are trusted."""
    if not (isinstance(images, np.ndarray) and isinstance(masks, np.ndarray)):
        return
    if masks.shape[1:] != images.shape[1 : masks.ndim]:
        raise ValueError(
            f"The masks of {name!r} have the shape {masks.shape[1:]}, its images {images.shape[1:]}. "
            "A mask needs the rows and columns of its image."
        )


def check_labels(name: str, labels: NDArray[Any], class_names: Sequence[str]) -> None:
    """Raise ValueError if labels are no whole numbers, or one has no class name."""
    if labels.dtype.kind not in "iu":
        raise ValueError(
            f"The labels of {name!r} are {labels.dtype}; they must be integers that index class_names."
        )
    classes = len(class_names)
    if labels.ndim == 2 and labels.shape[1] == classes:
        return
    if labels.ndim != 1:
        raise ValueError(
            f"The labels of {name!r} have the shape {labels.shape}. They need one number for each entry, or "
            f"{classes} zeros and ones, one for each class name."
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"The labels of {name!r} run from {labels.min()} to {labels.max()}, but there are {classes} "
            "class names. Name every class, counted from 0."
        )


def check_splits(name: str, splits: Mapping[str, NDArray[np.intp]], count: int) -> None:
    """Raise ValueError if an entry is in two splits, twice in one, or is not there."""
    seen: set[int] = set()
    for split, indices in splits.items():
        here = set(indices.tolist())
        if len(here) < len(indices) or here & seen:
            raise ValueError(
                f"The split {split!r} of {name!r} holds an entry twice or shares one with another."
            )
        if here and (min(here) < 0 or max(here) >= count):
            raise ValueError(f"The split {split!r} of {name!r} points past its {count} entries.")
        seen |= here
