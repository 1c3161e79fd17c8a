"""From an array of grey values or colours to the bytes on the screen, with every rule written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.palette import MISSING

Array = npt.NDArray[Any]
Limits = tuple[float, float]


def checked_image(image: npt.ArrayLike, name: str = "image") -> Array:
    """Give the image as an array of shape (row, col) or (row, col, 3), or say why it can't be drawn.

    Raises
    ------
    ValueError
        If the shape is another one, or a side is empty.
    TypeError
        If the values are no real numbers or booleans.
    """
    array = np.asarray(image)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} holds values of type {array.dtype}; a picture needs booleans, whole numbers or floats."
        )
    if array.ndim == 3 and array.shape[2] == 3 and array.dtype.kind == "b":
        array = array.astype(np.uint8) * np.uint8(255)
    if array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3):
        if 0 in array.shape:
            raise ValueError(f"{name} has shape {array.shape}: there are no pixels to draw.")
        return array
    hint = {
        1: "Give it rows and columns with reshape.",
        3: "Pick one slice of a volume, such as volume[k]; drop an alpha channel with image[..., :3].",
    }.get(array.ndim, "Pick one slice and one time point first.")
    raise ValueError(
        f"{name} has shape {array.shape}; it must be (row, col) for grey or (row, col, 3) for colour. {hint}"
    )


def grey_limits(arrays: Sequence[Array]) -> Limits:
    """Give the values drawn black and white where nobody chose them.

    All ``uint8``: 0 and 255. All ``bool``: 0 and 1. Anything else: the smallest and the largest finite value.

    Examples
    --------
    >>> grey_limits([np.array([[3, 9]], np.uint8)])
    (0.0, 255.0)
    >>> grey_limits([np.array([[-1000, 400]], np.int16)])
    (-1000.0, 400.0)
    """
    if all(array.dtype == np.uint8 for array in arrays):
        return 0.0, 255.0
    if all(array.dtype == np.bool_ for array in arrays):
        return 0.0, 1.0
    finite = [array[np.isfinite(array)] for array in arrays]
    finite = [values for values in finite if values.size]
    if not finite:
        return 0.0, 1.0
    return float(min(values.min() for values in finite)), float(max(values.max() for values in finite))


def checked_limits(limits: object) -> Limits:
    """Give the two limits as floats, or say what is wrong with them."""
    sentence = f"limits is {limits!r}; it must be two numbers, (black, white), the first one smaller."
    try:
        low, high = (float(value) for value in limits)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ValueError(sentence) from None
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(sentence)
    return low, high


def scaled(array: Array, limits: Limits) -> npt.NDArray[np.uint8]:
    """Map grey values to 0–255: the limits to the ends, ⌊x + ½⌋ between, clipped outside; a constant to 128.

    Examples
    --------
    >>> scaled(np.array([-5.0, 0.0, 1.0, 2.0, 9.0]), (0.0, 2.0))
    array([  0,   0, 128, 255, 255], dtype=uint8)
    """
    low, high = limits
    if high <= low:
        return np.full(array.shape, 128, np.uint8)
    values = np.clip(array.astype(np.float64), low, high)
    levels = np.floor((values - low) * (255.0 / (high - low)) + 0.5)
    return np.where(np.isnan(levels), 0.0, levels).astype(np.uint8)


def colour_table(cmap: str) -> npt.NDArray[np.uint8]:
    """Give the 256 colours of a matplotlib colour map, shape (256, 3)."""
    if cmap == "gray":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    from matplotlib import colormaps

    try:
        table = colormaps[cmap](np.arange(256) / 255.0)
    except KeyError:
        raise ValueError(
            f"cmap is {cmap!r}; it must be the name of a matplotlib colour map, such as 'gray' or 'viridis'."
        ) from None
    return np.floor(np.asarray(table)[:, :3] * 255.0 + 0.5).astype(np.uint8)


def to_rgb(image: Array, *, cmap: str = "gray", limits: Limits | None = None) -> npt.NDArray[np.uint8]:
    """Colour a checked image: shape (row, col, 3), ``uint8``.

    Grey values pass through the limits and the colour map; NaN is drawn sky blue. Colour images are shown as
    they are: ``uint8`` from 0 to 255, ``uint16`` from 0 to 65535, floats from 0 to 1, or within the limits
    given.
    """
    if image.ndim == 2:
        table = colour_table(cmap)
        rgb = table[scaled(image, grey_limits([image]) if limits is None else limits)]
        if image.dtype.kind == "f":
            rgb[np.isnan(image)] = MISSING
        return rgb
    if limits is None and image.dtype == np.uint8:
        return image
    if limits is None:
        limits = (0.0, 1.0 if image.dtype.kind == "f" else float(np.iinfo(image.dtype).max))
        finite = image[np.isfinite(image)]
        if image.dtype.kind == "f" and finite.size and (finite.max() > 1.0 + 1e-6 or finite.min() < -1e-6):
            raise ValueError(
                f"The colour image holds floats from {finite.min():.4g} to {finite.max():.4g}; they must "
                "lie in [0, 1]. Divide by 255 or pass limits=(lowest, highest)."
            )
    rgb = scaled(image, limits)
    if image.dtype.kind == "f":
        rgb[np.isnan(image).any(axis=2)] = MISSING
    return rgb
