"""The first images of a data set side by side, so that one sees what is in it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mediedu.data.dataset import Dataset

_SIDE = 180
"""Pixels along the longer side of a panel, at most; about what it is drawn with."""
_OUTLINE = (
    230,
    159,
    0,
)  # orange of the Okabe-Ito palette: told apart from grey and from red tissue by everyone


def contact_sheet(dataset: Dataset, count: int = 8, alt: str | None = None) -> Any:
    """Draw some images of a data set, with the outlines of their masks.

    Parameters
    ----------
    dataset : Dataset
        Where they come from.
    count : int, default 8
        How many images at most; the classes take turns.
    alt : str, optional
        Alt text; made from the facts at hand by default.

    Returns
    -------
    Figure
        A grid of four columns; of a volume its middle slice, upside down so that front or top is above.
    """
    from mediedu.figures import compare

    chosen = _take_turns(dataset, count)
    panels = {_title(dataset, i): _panel(dataset, i) for i in chosen}
    what = "synthetic " if dataset.synthetic else ""
    outlines = "" if dataset.masks is None else ", their masks outlined in orange"
    pictures = f"The first {len(panels)} {what}images" if len(panels) > 1 else f"One {what}image"
    words = alt or f"{pictures} of {dataset.name}{outlines}. {dataset.description}"
    return compare(panels, alt=words, columns=min(4, len(panels)), limits=(0, 255))


def _take_turns(dataset: Dataset, count: int) -> list[int]:
    if dataset.labels is None or dataset.labels.ndim != 1:
        return list(range(min(count, len(dataset))))
    by_class = [np.flatnonzero(dataset.labels == value)[:count] for value in range(len(dataset.class_names))]
    turns = [int(i) for row in zip_longest(*by_class) for i in row if i is not None]
    return turns[:count]


def _title(dataset: Dataset, index: int) -> str:
    if dataset.labels is None or dataset.labels.ndim != 1:
        return f"image {index}"
    return f"{dataset.class_names[int(dataset.labels[index])]} {index}"


def _panel(dataset: Dataset, index: int) -> NDArray[np.uint8]:
    import PIL.Image

    image = np.asarray(dataset.images[index])
    mask = None if dataset.masks is None else np.asarray(dataset.masks[index])
    channels = image.shape[-1] in (3, 4) if mask is None else image.ndim > mask.ndim
    if image.ndim - channels == 3:
        middle = len(image) // 2
        image, mask = image[middle, ::-1], None if mask is None else mask[middle, ::-1]
    if image.ndim == 3 and (image.dtype != np.uint8 or image.shape[-1] not in (3, 4)):
        # No colours but several sequences of a scanner: the first will do.
        image = image[..., 0]
    if image.dtype != np.uint8 or (image.ndim == 2 and image.max() < 128):
        # Drawn as they are, dark or deep images would look black.
        low, high = np.percentile(image, (0.5, 99.5))
        image = np.clip((image - low) * (255 / max(high - low, 1e-12)), 0, 255).astype(np.uint8)
    step = max(1, round(max(image.shape[:2]) / _SIDE))
    if step > 1:
        image = np.asarray(PIL.Image.fromarray(image).reduce(step))
        mask = None if mask is None else mask[::step, ::step]
    picture = np.repeat(image[..., None], 3, axis=-1) if image.ndim == 2 else image[..., :3].copy()
    if mask is not None:
        from skimage import segmentation

        boundaries: Any = segmentation.find_boundaries
        picture[boundaries(mask, mode="inner")] = _OUTLINE
    return picture
