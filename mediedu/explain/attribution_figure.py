"""Draw an attribution over its image: colours that part at zero, and a sentence made from the numbers."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mediedu.explain.attribution import Attribution
    from mediedu.figures import Figure

__all__ = ["draw"]


def draw(
    attribution: "Attribution",
    n: int,
    *,
    top: float | None,
    alt: str | None,
    title: str | None,
    limit: float | None,
) -> "Figure":
    """Draw one image and its attribution; see `Attribution.show`."""
    from mediedu.figures import overlay, signed_overlay

    count = len(attribution)
    if not -count <= n < count:
        raise IndexError(f"n is {n}; there are {count} images, numbered 0 to {count - 1}.")
    image, values, where = _slice(attribution, n)
    image = _drawable(image)
    said = alt or _sentence(attribution, n % count, values, where)
    if top is None:
        return signed_overlay(image, values, alt=said, title=title, limit=limit, label=attribution.method)
    mask = attribution.top_mask(top)[n]
    mask = mask[where] if where is not None else mask
    name = f"the {top:g} % of pixels with the largest values"
    said = alt or f"{said} Outlined: {name}."
    return overlay(image, {name: _as_large(mask, image.shape[:2])}, alt=said, title=title)


def _slice(attribution: "Attribution", n: int) -> tuple[NDArray[Any], NDArray[np.float32], int | None]:
    """Give an image, its map and, of a volume, the number of the slice that weighs most."""
    place = attribution.place
    images = attribution.images[place] if isinstance(attribution.images, tuple) else attribution.images
    image, values = images[n], attribution.maps[n]
    if values.ndim == 2:
        return image, values, None
    if image.shape[0] != len(values):
        raise ValueError(
            f"The values have {len(values)} slices and the volume {image.shape[0]}; read `maps` itself."
        )
    where = int(np.abs(values).sum(axis=(1, 2)).argmax())
    return image[where], values[where], where


def _drawable(image: NDArray[Any]) -> NDArray[Any]:
    """Make an image (row, col, channel) grey or red, green, blue, whatever its values."""
    if image.ndim == 3 and image.shape[2] == 3:
        if image.dtype == np.uint8:
            return image
        low, high = float(image.min()), float(image.max())
        if low >= 0 and high <= 1:
            return image.astype(np.float64)
        return (image.astype(np.float64) - low) / max(high - low, 1e-12)
    grey = image if image.ndim == 2 else image.mean(axis=2)
    return grey.astype(image.dtype) if image.ndim == 3 and image.shape[2] == 1 else grey


def _as_large(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    rows = np.arange(shape[0]) * mask.shape[0] // shape[0]
    columns = np.arange(shape[1]) * mask.shape[1] // shape[1]
    return mask[np.ix_(rows, columns)]


def _sentence(a: "Attribution", n: int, values: NDArray[np.float32], where: int | None) -> str:
    """Say what the picture shows: which image, how much is positive, where the strongest value lies."""
    method = a.method[:1].upper() + a.method[1:]
    head = f"{method} of {a.explained} for image {n}" + (f", slice {where}" if where is not None else "")
    size = float(np.abs(values).sum())
    if size == 0:
        return f"{head}: all values are zero."
    share = float(values[values > 0].sum()) / size
    row, column = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    sign = "positive" if values[row, column] > 0 else "negative"
    third = ("upper", "middle", "lower")[min(2, 3 * int(row) // values.shape[0])]
    side = ("left", "centre", "right")[min(2, 3 * int(column) // values.shape[1])]
    return (
        f"{head}: {100 * share:.0f} % of what the pixels weigh is positive; the strongest value is {sign} "
        f"and lies in the {third} {side} (row {row}, column {column})."
    )
