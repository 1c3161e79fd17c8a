"""Watershed: part objects that touch along the narrow places between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.segment.binary_mask import binary_mask, check_spacing

__all__ = ["watershed_split"]


def watershed_split(
    mask: ArrayLike, *, depth: float = 1.0, spacing: float | Sequence[float] | None = None
) -> NDArray[np.int32]:
    """Part touching objects and number them.

    Parameters
    ----------
    mask : array_like
        Shape (row, column) or (z, y, x): booleans, or numbers with one value beside 0.
    depth : float
        Two parts are kept apart if the neck between them is narrower, in half-width, than each of them by
        more than this. Larger values part less. In the unit of the spacing.
    spacing : float or sequence of float, optional
        Distance between neighbours along each axis; 1 by default, which means pixels.

    Returns
    -------
    ndarray of int32
        0 outside, 1, 2, … in the objects, in the reading order of their thickest points. Each pixel of the
        mask belongs to an object, and each separate piece of the mask holds at least one. An empty mask gives
        zeros.

    Raises
    ------
    ValueError
        For a label image with several classes, or a depth or spacing that isn't positive.

    Notes
    -----
    Each pixel's distance to the outside makes a landscape with a hill for each object and a pass at each
    neck. Hills that rise less than ``depth`` above the pass to a higher one are levelled, and skimage's
    watershed floods what is left from the tops. Pixels hold together across edges and corners. Beyond the
    image nothing is known, so an object cut by the edge isn't taken for a thin one.

    References
    ----------
    Vincent L, Soille P. Watersheds in digital spaces: an efficient algorithm based on immersion simulations.
    IEEE Transactions on Pattern Analysis and Machine Intelligence 1991; 13(6): 583–598. Soille P.
    Morphological Image Analysis, 2nd ed. 2004, chapter 9.

    Examples
    --------
    >>> import numpy as np
    >>> rows, columns = np.mgrid[:21, :40]
    >>> two = np.minimum(np.hypot(rows - 10, columns - 11), np.hypot(rows - 10, columns - 27)) < 9
    >>> labels = watershed_split(two)
    >>> int(labels.max()), bool(labels[10, 11] != labels[10, 27])
    (2, True)
    """
    from scipy.ndimage import distance_transform_edt, label
    from skimage.morphology import local_maxima, reconstruction
    from skimage.segmentation import watershed

    inside = binary_mask(mask, "watershed_split")
    steps = check_spacing(spacing, inside.ndim, "watershed_split")
    if not 0 < depth < np.inf:
        raise ValueError(f"watershed_split needs a depth above 0, usually about a pixel; it is {depth!r}.")
    if not inside.any():
        return np.zeros(inside.shape, dtype=np.int32)
    if inside.all():
        return np.ones(inside.shape, dtype=np.int32)
    height = distance_transform_edt(inside, sampling=steps)
    everywhere = np.ones((3,) * inside.ndim)
    # Far below ground outside, so that no piece is levelled by way of another.
    ground = np.where(inside, height, -height.max() - 2 * depth)
    levelled = reconstruction(
        np.where(inside, height - depth, ground), ground, method="dilation", footprint=everywhere
    )
    tops = local_maxima(levelled, footprint=everywhere, allow_borders=True) & inside
    markers = label(tops, structure=everywhere)[0]
    parts = watershed(-height, markers, mask=inside, connectivity=everywhere)
    return np.asarray(parts, dtype=np.int32)
