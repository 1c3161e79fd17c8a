"""First-order statistics: what the grey values are, whatever their places."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mediedu.describe.quantise import quantise
from mediedu.enhance.grey_levels import grey_image

__all__ = ["grey_statistics"]


def grey_statistics(
    image: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    levels: int = 32,
    limits: tuple[float, float] | None = None,
) -> dict[str, float]:
    """Describe the grey values of an image or of a region by their moments and their histogram.

    Parameters
    ----------
    image : array_like, any number of axes
        uint8, uint16, int16, float32 or float64; finite.
    mask : array_like of bool, optional
        In the image's shape: the region. Everything by default.
    levels, limits : int, (float, float)
        The bins of the histogram for energy and entropy, as in `quantise`.

    Returns
    -------
    dict of str to float
        minimum, maximum, median, mean, variance and std (over all pixels, in grey values), skewness, kurtosis
        (not excess), energy Σ p² and entropy −Σ p ln p in nats of the histogram p.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For NaN, infinity, an empty image or region, a mask of another shape.

    Notes
    -----
    A constant region has skewness and kurtosis 0 by convention, energy 1 and entropy 0.

    Examples
    --------
    >>> import numpy as np
    >>> found = grey_statistics(np.array([[0, 0], [0, 255]], dtype=np.uint8))
    >>> found["mean"], round(found["skewness"], 4), found["energy"]
    (63.75, 1.1547, 0.625)
    """
    array = grey_image(image, "grey_statistics", ndim=None)
    if mask is not None:
        region = np.asarray(mask)
        if region.shape != array.shape or region.dtype != bool:
            raise ValueError(
                f"grey_statistics needs a mask of bool in the image's shape {array.shape}; this one is "
                f"{region.dtype}, {region.shape}. A mask of 0 and 255 becomes one by mask > 0."
            )
        if not region.any():
            raise ValueError("grey_statistics needs a region with pixels in it; this mask is empty.")
        array = array[region]
    values = array.astype(np.float64).ravel()
    counts = np.bincount(quantise(array, levels, limits=limits).ravel())
    share = counts[counts > 0] / values.size
    low, high, mean = values.min(), values.max(), values.mean()
    difference = values - mean
    std = float(np.sqrt((difference**2).mean())) if low < high else 0.0
    if std > 0:
        difference /= std
    return {
        "minimum": float(low),
        "maximum": float(high),
        "median": float(np.median(values)),
        "mean": float(mean),
        "variance": std**2,
        "std": std,
        "skewness": float((difference**3).mean()) if std > 0 else 0.0,
        "kurtosis": float((difference**4).mean()) if std > 0 else 0.0,
        "energy": float((share**2).sum()),
        "entropy": float(-(share * np.log(share)).sum()) + 0.0,
    }
