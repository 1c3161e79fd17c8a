"""How far apart two outlines lie: Hausdorff distance and average surface distance, in mm where known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.segment.binary_mask import check_spacing, mask_pair

__all__ = ["average_surface_distance", "hausdorff_distance"]


def hausdorff_distance(
    first: ArrayLike,
    second: ArrayLike,
    *,
    spacing: float | Sequence[float] | None = None,
    percentile: float = 100,
) -> float:
    """Return how far the outline of one mask strays from the outline of the other at worst.

    Parameters
    ----------
    first, second : array_like
        Masks of one shape, (row, column) or (z, y, x): booleans, or numbers with one value beside 0.
    spacing : float or sequence of float, optional
        Distance between neighbours along each axis, (row, column) or (z, y, x), usually in mm. By default 1:
        the answer is in pixels.
    percentile : float
        100 for the worst point. 95 is usual in studies: it forgives the worst twentieth of the points.

    Returns
    -------
    float
        In the unit of the spacing. Two empty masks agree: 0. If one is empty and the other is not there is
        no distance to measure, and the answer is infinite.

    Raises
    ------
    ValueError
        For two shapes, a label image with several classes, or a spacing or percentile out of range.

    Notes
    -----
    A surface pixel is one inside the mask with a neighbour outside it across an edge (a face in 3-D); beyond
    the image all is outside. From each surface pixel of one mask the distance to the nearest surface pixel
    of the other is taken, between pixel centres. The percentile is taken in each direction on its own, with
    NumPy's linear interpolation, and the larger of the two is returned. (Some programs pool both directions
    first, and give a smaller number.)

    References
    ----------
    Huttenlocher DP, Klanderman GA, Rucklidge WJ. Comparing images using the Hausdorff distance. IEEE
    Transactions on Pattern Analysis and Machine Intelligence 1993; 15(9): 850–863.

    Examples
    --------
    >>> hausdorff_distance([[1, 0, 0, 0]], [[0, 0, 0, 1]], spacing=(1, 0.5))
    1.5
    """
    if not 0 < percentile <= 100:
        raise ValueError(
            f"percentile must lie above 0 and go to 100 at most (95 is usual); it is {percentile!r}."
        )
    there, back = _distances(first, second, spacing, "hausdorff_distance")
    if there is None or back is None:
        return 0.0 if there is back else float("inf")
    return float(max(np.percentile(there, percentile), np.percentile(back, percentile)))


def average_surface_distance(
    first: ArrayLike, second: ArrayLike, *, spacing: float | Sequence[float] | None = None
) -> float:
    """Return the mean distance between the outlines of two masks, over the points of both.

    Parameters
    ----------
    first, second : array_like
        Masks of one shape, (row, column) or (z, y, x): booleans, or numbers with one value beside 0.
    spacing : float or sequence of float, optional
        Distance between neighbours along each axis, usually in mm; 1 by default.

    Returns
    -------
    float
        In the unit of the spacing; the same whichever mask comes first. Two empty masks give 0. If one is
        empty and the other is not, the answer is infinite.

    Raises
    ------
    ValueError
        For two shapes, a label image with several classes, or a spacing that isn't positive.

    Notes
    -----
    Surface pixels are those of `hausdorff_distance`. The distances from each mask's surface to the other's
    are added and divided by the number of surface pixels of both.

    References
    ----------
    Heimann T, et al. Comparison and evaluation of methods for liver segmentation from CT datasets. IEEE
    Transactions on Medical Imaging 2009; 28(8): 1251–1265.

    Examples
    --------
    >>> average_surface_distance([[1, 0, 0, 0]], [[0, 0, 0, 1]])
    3.0
    """
    there, back = _distances(first, second, spacing, "average_surface_distance")
    if there is None or back is None:
        return 0.0 if there is back else float("inf")
    return float((there.sum() + back.sum()) / (there.size + back.size))


def _distances(
    first: ArrayLike, second: ArrayLike, spacing: float | Sequence[float] | None, name: str
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Return each surface's distances to the other; None stands for an empty mask."""
    from scipy.ndimage import distance_transform_edt

    a, b = mask_pair(first, second, name)
    steps = check_spacing(spacing, a.ndim, name)
    if not (a.any() and b.any()):
        # A stand-in that is never read: what counts is which of the two masks is empty.
        some = np.zeros(0)
        return (some if a.any() else None), (some if b.any() else None)
    # Only the box that holds both matters, and it is often much smaller than the image.
    box = tuple(slice(int(at.min()), int(at.max()) + 1) for at in np.nonzero(a | b))
    edge_a, edge_b = surface(a[box]), surface(b[box])
    to_b = distance_transform_edt(~edge_b, sampling=steps)[edge_a]
    to_a = distance_transform_edt(~edge_a, sampling=steps)[edge_b]
    return to_b, to_a


def surface(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of the mask that have a neighbour outside it across an edge or face.

    Examples
    --------
    >>> surface(np.ones((3, 3), dtype=bool)).astype(int).tolist()
    [[1, 1, 1], [1, 0, 1], [1, 1, 1]]
    """
    from scipy.ndimage import binary_erosion

    return np.asarray(mask & ~binary_erosion(mask))
