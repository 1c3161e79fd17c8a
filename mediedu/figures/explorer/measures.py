"""The line of numbers under an explorer: how far the result is from the reference, or from the original."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Agreement(NamedTuple):
    """How well an image agrees with a reference; SSIM is NaN where a side is shorter than its window of 7."""

    rmse: float
    psnr: float
    ssim: float


def rmse(image: NDArray[Any], reference: NDArray[Any]) -> float:
    """Root mean square difference, in the images' own units."""
    kind = np.result_type(image, reference, np.float32)
    difference = (image.astype(kind) - reference.astype(kind)).ravel()
    return float(np.sqrt(np.dot(difference, difference) / difference.size))


def agreement(image: NDArray[Any], reference: NDArray[Any]) -> Agreement:
    """Measure RMSE, PSNR (dB) and SSIM; the peak is 255 for a uint8 reference, else the reference's range.

    Examples
    --------
    >>> import numpy as np
    >>> flat = np.full((8, 8), 100, np.uint8)
    >>> agreement(flat + np.uint8(10), flat).rmse
    10.0
    """
    from skimage.metrics import structural_similarity

    span = float(reference.max()) - float(reference.min()) or 1.0
    peak = 255.0 if np.uint8 in (image.dtype, reference.dtype) else span
    error = rmse(image, reference)
    psnr = 20 * float(np.log10(peak / error)) if error > 0 else float("inf")
    if min(reference.shape[:2]) < 7:
        return Agreement(error, psnr, float("nan"))
    similarity = structural_similarity(
        image.astype(np.float32),
        reference.astype(np.float32),
        data_range=peak,
        channel_axis=2 if image.ndim == 3 else None,
    )
    return Agreement(error, psnr, float(similarity))


def agreement_line(now: Agreement, before: Agreement | None) -> str:
    """Write the measures of the result, each with the original's in brackets."""
    parts = [("RMSE {}", "rmse", _short), ("PSNR {} dB", "psnr", _decibel), ("SSIM {}", "ssim", _third)]
    words = []
    for text, name, write in parts:
        value = getattr(now, name)
        if np.isnan(value):
            continue
        old = f" ({write(getattr(before, name))})" if before else ""
        words.append(text.format(write(value)) + old)
    told = ", in brackets the original's" if before else ""
    return f"Against the reference{told}: {', '.join(words)}"


def mask_line(mask: NDArray[np.bool_], reference: NDArray[Any] | None) -> str:
    """Write the share of pixels marked, and Dice where the reference is a mask too."""
    marked = f"{100 * float(mask.mean()):.1f} % of the pixels marked"
    if reference is None or reference.dtype != bool:
        return marked
    total = int(mask.sum()) + int(reference.sum())
    dice = 2 * int((mask & reference).sum()) / total if total else 1.0
    return f"{marked}, Dice {dice:.3f}"


def change_line(result: NDArray[Any], original: NDArray[Any]) -> str:
    """Write how far the result is from the original."""
    return f"Change from the original: RMSE {_short(rmse(result, original))}"


def range_line(result: NDArray[Any]) -> str:
    """Write the range and mean of a result whose values are of another kind than the original's."""
    low, high, mean = (_short(float(value)) for value in (result.min(), result.max(), result.mean()))
    return f"Result from {low} to {high}, mean {mean}"


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _decibel(value: float) -> str:
    return f"{value:.1f}"


def _third(value: float) -> str:
    return f"{value:.3f}"
