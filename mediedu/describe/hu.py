"""Hu's seven invariant moments of a mask."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.describe.blob import object_mask

__all__ = ["hu_moments", "moments_of"]


def hu_moments(mask: ArrayLike) -> NDArray[np.float64]:
    """Compute the seven moments that position, size and rotation leave as they are.

    Parameters
    ----------
    mask : array_like, shape (row, column)
        bool, or numbers with 0 for the background and one other value for the object. All of it counts, also
        several blobs and their holes. `shape_features` takes the largest blob alone, so of several blobs its
        seven moments are others.

    Returns
    -------
    ndarray of float64, shape (7,)
        h₁ … h₇; h₇ changes its sign in a mirror. As `skimage.measure.moments_hu` of the mask with 0 and 1.

    Raises
    ------
    ValueError
        For an empty mask, one with more than two values, NaN, another shape.

    Notes
    -----
    The higher ones are tiny, and zero for symmetric shapes. Pixels make size and rotation exact only in the
    limit.

    References
    ----------
    Hu MK. Visual pattern recognition by moment invariants. IRE Transactions on Information Theory 1962;
    8(2): 179–187.

    Examples
    --------
    A disk has h₁ = 1/(2π) ≈ 0.159, the least of all shapes.

    >>> import numpy as np
    >>> row, column = np.indices((101, 101)) - 50
    >>> float(hu_moments(row**2 + column**2 < 45**2)[0].round(3))
    0.159
    """
    return moments_of(object_mask(mask, "hu_moments"))


def moments_of(mask: NDArray[Any]) -> NDArray[np.float64]:
    """Compute Hu's moments of a bool mask with something in it.

    Central moments of a mask are two small matrix products: powers of the rows, times the mask, times powers
    of the columns. That is quicker than `skimage.measure.moments_central`, which takes the powers along one
    axis after the other.
    """
    from skimage.measure import moments_hu, moments_normalized

    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    inside = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    by_row, by_column = inside.sum(axis=1), inside.sum(axis=0)
    area = by_row.sum()
    y, x = np.arange(len(by_row)), np.arange(len(by_column))
    power = np.arange(4)
    down = (y - by_row @ y / area)[:, None] ** power
    across = (x - by_column @ x / area)[:, None] ** power
    return np.asarray(moments_hu(moments_normalized(down.T @ inside @ across)))
