"""The 15 shape features of a mass: moments, boundary moments, chord lengths and roughness."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mediedu.describe.blob import largest_blob
from mediedu.describe.boundary import boundary_moments
from mediedu.describe.chords import chord_length_statistics
from mediedu.describe.contour import trace_contour_of_blob
from mediedu.describe.fourier import fourier_shape_factor
from mediedu.describe.hu import moments_of

__all__ = ["SHAPE_FEATURES", "shape_features"]

SHAPE_FEATURES = (
    *(f"hu_{i}" for i in range(1, 8)),
    *(f"boundary_{i}" for i in range(1, 4)),
    "chord_mean",
    "chord_std",
    "chord_skewness",
    "chord_kurtosis",
    "fourier_factor",
)
"""The names of the 15 features, in their order."""


def shape_features(mask: ArrayLike, *, log: bool = False, points: int = 256) -> dict[str, float]:
    """Describe the shape of a mask's largest blob by 15 numbers.

    Parameters
    ----------
    mask : array_like, shape (row, column)
        bool, or numbers with 0 for the background and one other value for the object.
    log : bool
        Give sign(h) · log₁₀∣h∣ for Hu's moments, which span many orders of magnitude; 0 stays 0.
    points : int
        How many points the contour has.

    Returns
    -------
    dict of str to float
        `SHAPE_FEATURES` in this order: Hu's 7 moments of the blob (`hu_moments`), 3 boundary moments
        (`boundary_moments`), 4 chord-length statistics (`chord_length_statistics`) and the Fourier shape
        factor (`fourier_shape_factor`). None has a unit.

    Raises
    ------
    ValueError
        For an empty mask, one with more than two values, NaN, another shape, too few points.

    Warns
    -----
    UserWarning
        Where the mask has several blobs, of which the largest is described, or the blob has holes. Holes
        count for Hu's moments; the contour is the outer one.

    Notes
    -----
    `hu_moments` counts all blobs of a mask, this function the largest only. A blob at the image's border is
    described as if it ended there. Even one pixel has a shape: `trace_contour` draws a diamond around it.

    Examples
    --------
    >>> import numpy as np
    >>> row, column = np.indices((101, 101)) - 50
    >>> disk = shape_features(row**2 + column**2 < 45**2)
    >>> {name: round(disk[name], 3) for name in ("hu_1", "boundary_1", "chord_mean", "chord_std")}
    {'hu_1': 0.159, 'boundary_1': 0.005, 'chord_mean': 0.633, 'chord_std': 0.303}
    """
    blob, corner = largest_blob(mask, "shape_features")
    contour = trace_contour_of_blob(blob, corner, points)
    hu = moments_of(blob)
    if log:
        hu = np.sign(hu) * np.log10(np.abs(hu), where=hu != 0, out=np.zeros(7))
    values = [
        *hu,
        *boundary_moments(contour),
        *chord_length_statistics(contour),
        fourier_shape_factor(contour),
    ]
    return dict(zip(SHAPE_FEATURES, map(float, values), strict=True))
