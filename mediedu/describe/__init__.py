"""Turn a picture or an outline into numbers: texture, shape, and the 15 features of a mass.

Every function takes and returns plain NumPy arrays. Contours are (x, y) = (column, row).

============================  ==========================================================
`quantise`                    few grey levels out of many
`grey_statistics`             mean, spread, skewness and entropy of the grey values
`glcm`                        how often two grey levels lie at a given offset
`glcm_properties`             contrast, homogeneity, entropy and more of such a matrix
`texture_map`                 those properties around every pixel
`trace_contour`               the outline of a mask, at equal arc length
`fourier_descriptors`         the outline as a sum of turning circles
`normalise_descriptors`       the same without position, size and rotation
`reconstruct_contour`         the outline back from some of its circles
`fourier_shape_factor`        one number for roughness
`elliptic_descriptors`        the outline as a sum of ellipses
`hu_moments`                  seven invariant moments of a mask
`boundary_moments`            three numbers from the distances to the centroid
`chord_length_statistics`     four numbers from the distances between contour points
`shape_features`              the 15 shape features, named
`GLCMFeatures`                images → texture features, for scikit-learn
`ShapeFeatures`               masks → the 15 shape features, for scikit-learn
============================  ==========================================================

The two transformers are classes of scikit-learn's kind, so they are loaded, and scikit-learn with them, when
they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mediedu.describe.boundary import boundary_moments
from mediedu.describe.chords import chord_length_statistics
from mediedu.describe.contour import trace_contour
from mediedu.describe.elliptic import elliptic_descriptors
from mediedu.describe.fourier import (
    fourier_descriptors,
    fourier_shape_factor,
    normalise_descriptors,
    reconstruct_contour,
)
from mediedu.describe.glcm import glcm
from mediedu.describe.glcm_properties import PROPERTIES, glcm_properties
from mediedu.describe.grey_statistics import grey_statistics
from mediedu.describe.hu import hu_moments
from mediedu.describe.quantise import quantise
from mediedu.describe.shape_features import SHAPE_FEATURES, shape_features
from mediedu.describe.texture_map import texture_map

if TYPE_CHECKING:
    from mediedu.describe.transformers import GLCMFeatures, ShapeFeatures

__all__ = [
    "PROPERTIES",
    "SHAPE_FEATURES",
    "GLCMFeatures",
    "ShapeFeatures",
    "boundary_moments",
    "chord_length_statistics",
    "elliptic_descriptors",
    "fourier_descriptors",
    "fourier_shape_factor",
    "glcm",
    "glcm_properties",
    "grey_statistics",
    "hu_moments",
    "normalise_descriptors",
    "quantise",
    "reconstruct_contour",
    "shape_features",
    "texture_map",
    "trace_contour",
]


def __getattr__(name: str) -> object:
    """Load the transformers, and scikit-learn, when they are first asked for."""
    if name in ("GLCMFeatures", "ShapeFeatures"):
        return getattr(import_module("mediedu.describe.transformers"), name)
    raise AttributeError(f"mediedu.describe has no {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the names for tab completion."""
    return sorted([*globals(), *__all__])
