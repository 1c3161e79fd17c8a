"""The line of numbers under an explorer: how far the result is from the reference, or from the original."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def numbers_line(
    original: NDArray[Any], result: NDArray[Any], reference: NDArray[Any] | None, comparable: bool
) -> str:
    """Write the numbers for one result.

    With a reference: RMSE, PSNR and SSIM of the result, and in brackets those of the original. For a mask: the
    share of pixels marked, and Dice where the reference is a mask too. Else: the RMSE between result and
    original, or, where the function changed the kind of value, the result's range.
    """
    if result.dtype == bool:
        marked = f"{100 * float(result.mean()):.1f} % of the pixels marked"
        if reference is None or reference.dtype != bool:
            return marked
        total = int(result.sum()) + int(reference.sum())
        dice = 2 * int((result & reference).sum()) / total if total else 1.0
        return f"{marked} · Dice {dice:.3f}"
    if reference is not None and reference.dtype != bool and result.shape == reference.shape:
        before = f" (original: {_against(original, reference)})" if _fits(original, reference) else ""
        return f"Against the reference: {_against(result, reference)}{before}"
    if comparable and result.shape == original.shape:
        return f"Change from the original: RMSE {_short(rmse(result, original))}"
    return f"Result from {_short(float(result.min()))} to {_short(float(result.max()))}, mean {_short(float(result.mean()))}"


def rmse(image: NDArray[Any], reference: NDArray[Any]) -> float:
    """Root mean square difference, in the images' own units."""
    kind = np.float32 if image.dtype == np.uint8 == reference.dtype else np.float64
    difference = (image.astype(kind) - reference.astype(kind)).ravel()
    return float(np.sqrt(np.dot(difference, difference) / difference.size))


def _against(image: NDArray[Any], reference: NDArray[Any]) -> str:
    from skimage.metrics import structural_similarity

    span = _span(reference)
    error = rmse(image, reference)
    psnr = f"PSNR {20 * np.log10(span / error):.1f} dB" if error > 0 else "PSNR unlimited"
    text = f"RMSE {_short(error)}, {psnr}"
    if min(reference.shape[:2]) < 7:  # smaller than the window SSIM looks through
        return text
    similarity = structural_similarity(
        image.astype(np.float32),
        reference.astype(np.float32),
        data_range=span,
        channel_axis=2 if image.ndim == 3 else None,
    )
    return f"{text}, SSIM {similarity:.3f}"


def _fits(original: NDArray[Any], reference: NDArray[Any]) -> bool:
    return original.shape == reference.shape


def _span(reference: NDArray[Any]) -> float:
    if reference.dtype == np.uint8:
        return 255.0
    return float(reference.max()) - float(reference.min()) or 1.0


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
