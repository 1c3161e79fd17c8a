"""How alike two maps are: rank correlation of what they weigh, and structural similarity."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["as_maps", "map_similarity"]

Floats = NDArray[np.float64]


def as_maps(given: Any, name: str = "maps") -> Floats:
    """Take maps as an Attribution or an array; add up their channels, and refuse what is no number.

    Parameters
    ----------
    given : Attribution or array_like
        Values of shape (n, row, col) or (n, row, col, channel).
    name : str
        How a message calls them.

    Returns
    -------
    ndarray of float64, shape (n, row, col)

    Raises
    ------
    ValueError
        For another shape, or values that are not finite.

    Examples
    --------
    >>> as_maps(np.ones((2, 4, 4, 3))).shape, float(as_maps(np.ones((2, 4, 4, 3))).max())
    ((2, 4, 4), 3.0)
    """
    values = np.asarray(getattr(given, "maps", given))
    if values.dtype.kind not in "biuf" or values.ndim not in (3, 4) or 0 in values.shape:
        raise ValueError(
            f"`{name}` has the shape {values.shape} and is {values.dtype}; needed are numbers of the shape "
            "(n, row, col) or (n, row, col, channel). One map alone is given as map[None]."
        )
    values = values.astype(np.float64)
    if bad := int(np.count_nonzero(~np.isfinite(values))):
        raise ValueError(
            f"`{name}` holds {bad} values that are NaN or infinite. A network with NaN in its weights or its "
            "input gives such maps: look at its prediction first."
        )
    return values.sum(axis=-1) if values.ndim == 4 else values


def map_similarity(first: Any, second: Any) -> tuple[Floats, Floats]:
    """Measure how alike the maps of two lists are, one by one.

    Parameters
    ----------
    first, second : Attribution or array_like
        Maps of one shape, (n, row, col) or with channels, which are added up.

    Returns
    -------
    spearman : ndarray of float64, shape (n,)
        Rank correlation of the absolute values of all pixels: −1 to 1.
    ssim : ndarray of float64, shape (n,)
        Structural similarity of the absolute values, each map divided by its largest, in windows of 7 × 7
        pixels: −1 to 1.

    Raises
    ------
    ValueError
        For shapes that differ, maps smaller than 7 × 7, values that are not finite, or a map that has the
        same absolute value everywhere: it has no ranks.

    References
    ----------
    J. Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018, section 3.1 (both measures). Z. Wang
    et al., "Image quality assessment", *IEEE Transactions on Image Processing* 13, 2004.

    Examples
    --------
    >>> ramp = np.arange(64.0).reshape(1, 8, 8)
    >>> spearman, ssim = map_similarity(ramp, -2 * ramp)
    >>> round(float(spearman[0]), 6), round(float(ssim[0]), 6)
    (1.0, 1.0)
    """
    one, two = np.abs(as_maps(first, "first")), np.abs(as_maps(second, "second"))
    if one.shape != two.shape:
        raise ValueError(
            f"The maps have the shapes {one.shape} and {two.shape}; explain the same images twice."
        )
    if min(one.shape[1:]) < 7:
        raise ValueError(f"The maps have {one.shape[1:]} pixels; the windows of SSIM need at least 7 × 7.")
    from scipy.stats import rankdata
    from skimage.metrics import structural_similarity

    spearman = np.empty(len(one))
    ssim = np.empty(len(one))
    for n, (a, b) in enumerate(zip(one, two, strict=True)):
        _refuse_constant(a, n, "first")
        _refuse_constant(b, n, "second")
        spearman[n] = np.corrcoef(rankdata(a), rankdata(b))[0, 1]
        ssim[n] = structural_similarity(a / a.max(), b / b.max(), data_range=1.0)
    return spearman, ssim


def _refuse_constant(values: ArrayLike, n: int, name: str) -> None:
    if np.ptp(np.asarray(values)) == 0:
        raise ValueError(
            f"Map {n} of `{name}` has the same absolute value everywhere, so it has no ranks to "
            "compare. Does "
            "the network give one answer whatever the image (dead ReLUs, a saturated softmax)? Explain the "
            "logit, or another layer."
        )
