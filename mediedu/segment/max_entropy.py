"""Maximum-entropy threshold: split the histogram where both parts together are most informative."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image, refuse_colour
from mediedu.segment.grey_histogram import grey_histogram

__all__ = ["threshold_max_entropy"]

ROUNDING = 1e-12  # sums of entropies nearer than this are a tie: they differ by rounding only


def threshold_max_entropy(image: ArrayLike, *, mask: ArrayLike | None = None, bins: int = 256) -> int | float:
    """Find the grey level that maximises the summed entropies of the levels up to it and above it.

    The foreground is ``image > t``.

    Parameters
    ----------
    image : array_like
        Shape (row, column) or (z, y, x); uint8, uint16, int16, float32 or float64, finite.
    mask : array_like of bool, optional
        Only pixels where the mask is True are counted.
    bins : int
        For floats: the histogram has this many bins from the lowest to the highest counted value. Integers
        are counted level by level.

    Returns
    -------
    int or float
        The threshold t. An int for integers. For floats the highest value in the bins that form the lower
        part, so ``image > t`` splits the pixels exactly as they were counted.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For a colour image, NaN or infinity, an empty or foreign mask, fewer than 2 bins, or an image of one
        grey level only, which no threshold splits.

    Notes
    -----
    With n(i) the count of level i, N₀ and N₁ the number of pixels ≤ t and > t, each part has the entropy
    log N − Σ n log n / N of its own levels, and t maximises their sum. Both parts hold at least one pixel.
    Of several best t the lowest is taken; sums that differ by less than 1e-12 count as equal. The measure
    looks at how many levels share a part and how evenly, and not at how far apart the levels lie, so a long
    thin tail attracts the threshold.

    References
    ----------
    Kapur JN, Sahoo PK, Wong AKC. A new method for gray-level picture thresholding using the entropy of the
    histogram. Computer Vision, Graphics, and Image Processing 1985; 29(3): 273–285.

    Examples
    --------
    Two dark levels and two bright ones, four pixels each. Each part of two equal levels has entropy log 2.

    >>> import numpy as np
    >>> image = np.repeat(np.array([10, 11, 90, 91], dtype=np.uint8), 4).reshape(4, 4)
    >>> threshold_max_entropy(image)
    11
    """
    array = grey_image(image, "threshold_max_entropy")
    refuse_colour(array, "threshold_max_entropy")
    levels = grey_histogram(array, mask, bins, "threshold_max_entropy")
    if levels.counts.size < 2:
        where = "the image" if mask is None else "the mask"
        raise ValueError(
            f"threshold_max_entropy needs at least two grey levels to split; every pixel in {where} is "
            f"{levels.highest[0]:g}."
        )
    total = summed_entropies(levels.counts)
    best = int(np.flatnonzero(total >= total.max() - ROUNDING)[0])
    top = levels.highest[best]
    return float(top) if array.dtype.kind == "f" else int(top)


def summed_entropies(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for each split after entry i, the entropy of the counts up to i plus that of the rest.

    Parameters
    ----------
    counts : ndarray of int, shape (n,)
        Positive.

    Returns
    -------
    ndarray of float64, shape (n - 1,)
        In nats.

    Examples
    --------
    >>> summed_entropies(np.array([4, 4, 4, 4])).round(3).tolist()
    [1.099, 1.386, 1.099]
    """
    n = counts.astype(np.float64)
    n_log_n = n * np.log(n)
    below, above = np.cumsum(n)[:-1], np.cumsum(n[::-1])[-2::-1]
    spread_below, spread_above = np.cumsum(n_log_n)[:-1], np.cumsum(n_log_n[::-1])[-2::-1]
    return np.asarray(np.log(below) - spread_below / below + np.log(above) - spread_above / above)
