"""Features as scikit-learn transformers: images or masks in, one row of numbers for each out.

This module loads scikit-learn; `mediedu.describe` loads this module when a transformer is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mediedu.describe.contour import check_points
from mediedu.describe.feature_rows import ShapeRow, TextureRow
from mediedu.describe.glcm import ANGLES, offsets_of
from mediedu.describe.glcm_properties import known_properties
from mediedu.describe.image_transformer import ImageTransformer
from mediedu.describe.quantise import check_bins
from mediedu.describe.shape_features import SHAPE_FEATURES

__all__ = ["GLCMFeatures", "ShapeFeatures"]

DEFAULT = ("contrast", "dissimilarity", "homogeneity", "energy", "correlation", "entropy")


class ShapeFeatures(ImageTransformer):
    """Describe masks by the 15 shape features.

    Parameters
    ----------
    log : bool
        As in `shape_features`.
    points : int
        As in `shape_features`.
    n_jobs : int, optional
        How many processes share the masks, in joblib's way: None is one, or what the surrounding
        ``joblib.parallel_config`` says; −1 is all cores.

    Notes
    -----
    X is a sequence of masks, not a table: scikit-learn's ``check_estimator`` runs the checks of parameters,
    cloning and tags, and leaves out those that feed tables of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> from mediedu.describe import ShapeFeatures
    >>> row, column = np.indices((64, 64)) - 32
    >>> masks = [(row / a) ** 2 + (column / 12) ** 2 < 1 for a in (11, 12, 13, 23, 24, 25)]
    >>> model = make_pipeline(ShapeFeatures(), StandardScaler(), SVC())
    >>> model.fit(masks, [0, 0, 0, 1, 1, 1]).predict(masks).tolist()
    [0, 0, 0, 1, 1, 1]
    """

    def __init__(self, log: bool = False, points: int = 256, n_jobs: int | None = None) -> None:
        self.log = log
        self.points = points
        self.n_jobs = n_jobs

    def _names(self) -> list[str]:
        return list(SHAPE_FEATURES)

    def _one(self) -> Callable[[Any], list[float]]:
        check_points(self.points)
        return ShapeRow(bool(self.log), self.points)


class GLCMFeatures(ImageTransformer):
    """Describe images by properties of their co-occurrence matrices.

    Parameters
    ----------
    distances, angles : sequence of float
        As in `glcm`.
    levels : int
        Grey levels to count; see `quantise`.
    limits : (float, float), optional
        The grey values that the levels cover; see `quantise`. Give them for int16 and float images, or each
        image is measured on a scale of its own.
    properties : sequence of str
        As in `glcm_properties`.
    symmetric : bool
        Count each pair both ways.
    average : bool
        Take the mean over the angles, so that quarter turns of the image don't matter.
    n_jobs : int, optional
        As in `ShapeFeatures`.

    Notes
    -----
    X is a sequence of images, not a table: scikit-learn's ``check_estimator`` runs the checks of parameters,
    cloning and tags, and leaves out those that feed tables of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from mediedu.describe import GLCMFeatures
    >>> noise = np.random.default_rng(0).integers(0, 256, (2, 32, 32), dtype=np.uint8)
    >>> texture = GLCMFeatures(distances=[1, 2], properties=["contrast", "energy"])
    >>> texture.get_feature_names_out().tolist()
    ['contrast_d1', 'contrast_d2', 'energy_d1', 'energy_d2']
    >>> texture.fit_transform(noise).shape
    (2, 4)
    """

    def __init__(
        self,
        distances: Sequence[float] = (1,),
        angles: Sequence[float] = ANGLES,
        levels: int = 32,
        limits: tuple[float, float] | None = None,
        properties: Sequence[str] = DEFAULT,
        symmetric: bool = True,
        average: bool = True,
        n_jobs: int | None = None,
    ) -> None:
        self.distances = distances
        self.angles = angles
        self.levels = levels
        self.limits = limits
        self.properties = properties
        self.symmetric = symmetric
        self.average = average
        self.n_jobs = n_jobs

    def _names(self) -> list[str]:
        names = known_properties(self.properties)
        if self.average:
            return [f"{name}_d{d:g}" for name in names for d in self.distances]
        degrees = np.rad2deg(np.asarray(self.angles, dtype=float))
        return [f"{name}_d{d:g}_a{a:.4g}" for name in names for d in self.distances for a in degrees]

    def _one(self) -> Callable[[Any], list[float]]:
        check_bins(self.levels, self.limits)
        offsets_of(self.distances, self.angles, "GLCMFeatures")
        return TextureRow(
            self.distances,
            self.angles,
            self.levels,
            self.limits,
            known_properties(self.properties),
            self.symmetric,
            self.average,
        )
