"""How grey values become the 8-bit levels of a screen, once for a whole explorer.

The limits are fixed when the explorer opens, so that a brighter picture means larger values and not a new
scale. The original is shown from 0 to 255 if it is uint8, else from its smallest to its largest value. The
result keeps the original's limits while its values are of the same kind (a smoothed CT is still in Hounsfield
units). A function that changes the kind of value (a window that maps to 0–1, an equalisation that fills 16
bits) gets limits of its own from its first result, and the explorer says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediedu.figures.pixels import grey_limits, scaled

_LUMA = np.array([299, 587, 114], np.uint32)  # whole numbers, so that the browser rounds alike


@dataclass(frozen=True)
class Scale:
    """Display limits of the original and of the result; ``same`` says whether they share them."""

    original: tuple[float, float]
    result: tuple[float, float]
    same: bool
    mask: bool


def choose_scale(original: NDArray[np.generic], result: NDArray[np.generic]) -> Scale:
    """Fix the display limits from the original and the first result.

    Examples
    --------
    >>> import numpy as np
    >>> ct = np.linspace(-1000, 1000, 100).reshape(10, 10)
    >>> choose_scale(ct, ct * 0.9).same
    True
    >>> choose_scale(ct, (ct + 1000) / 2000)
    Scale(original=(-1000.0, 1000.0), result=(0.0, 1.0), same=False, mask=False)
    """
    limits = grey_limits([original])
    if result.dtype == bool:
        return Scale(limits, (0.0, 1.0), same=False, mask=True)
    low, high = float(result.min()), float(result.max())
    span = limits[1] - limits[0]
    inside = low >= limits[0] - 0.1 * span and high <= limits[1] + 0.1 * span
    shrunk = result.dtype.kind == "f" and 0 < high - low < 0.01 * span  # a window to 0–1 is no darker image
    same_kind = result.dtype == original.dtype or (result.dtype.kind == "f" and original.dtype != bool)
    if inside and same_kind and not shrunk:
        return Scale(limits, limits, same=True, mask=False)
    own = (0.0, 1.0) if result.dtype.kind == "f" and low >= 0 and high <= 1 else grey_limits([result])
    return Scale(limits, own, same=False, mask=False)


def to_levels(image: NDArray[np.generic], limits: tuple[float, float]) -> NDArray[np.uint8]:
    """Map values to the levels 0–255 of the screen; what lies outside the limits is clipped."""
    if image.dtype == np.uint8 and limits == (0.0, 255.0):
        return np.ascontiguousarray(image)
    return scaled(image, limits)


def difference_gain(original: NDArray[np.uint8], result: NDArray[np.uint8]) -> int:
    """Choose how often the difference is multiplied (1, 2 or 4), so that 99 % of it fits on the screen."""
    spread = float(np.percentile(np.abs(signed_difference(original, result)), 99))
    if spread == 0:
        return 1
    return next((gain for gain in (4, 2) if spread * gain <= 127), 1)


def difference_levels(original: NDArray[np.uint8], result: NDArray[np.uint8], gain: int) -> NDArray[np.uint8]:
    """Draw result − original: middle grey where nothing changed, brighter where the result is higher."""
    return np.clip(128 + gain * signed_difference(original, result), 0, 255).astype(np.uint8)


def signed_difference(original: NDArray[np.uint8], result: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Subtract the levels; where one image is grey and the other is in colour, both are compared as grey."""
    if original.ndim != result.ndim:
        original, result = to_grey(original), to_grey(result)
    return result.astype(np.int16) - original.astype(np.int16)


def to_grey(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Weigh red, green and blue as the eye does (ITU-R BT.601); a grey image stays as it is."""
    return levels if levels.ndim == 2 else ((levels @ _LUMA + 500) // 1000).astype(np.uint8)


def overlay_levels(original: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Tint the original orange where the mask is set."""
    colour = original if original.ndim == 3 else np.repeat(original[..., None], 3, axis=2)
    tint = np.array([230, 159, 0], dtype=np.uint16)
    mixed = ((colour.astype(np.uint16) + tint) // 2).astype(np.uint8)
    return np.where(mask[..., None] > 127, mixed, colour)
