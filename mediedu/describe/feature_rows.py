"""What a worker process does with one image. It starts sooner for loading no scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from mediedu.describe.glcm import glcm
from mediedu.describe.glcm_properties import glcm_properties
from mediedu.describe.quantise import quantise
from mediedu.describe.shape_features import shape_features

__all__ = ["ShapeRow", "TextureRow"]


class ShapeRow:
    """Turn one mask into its shape features."""

    def __init__(self, log: bool, points: int) -> None:
        self.log, self.points = log, points

    def __call__(self, mask: Any) -> list[float]:
        """Return the 15 features."""
        return list(shape_features(mask, log=self.log, points=self.points).values())


class TextureRow:
    """Turn one image into properties of its co-occurrence matrices."""

    def __init__(
        self, distances: Any, angles: Any, levels: int, limits: Any, names: Any, both: bool, mean: bool
    ) -> None:
        self.distances, self.angles, self.levels, self.limits = distances, angles, levels, limits
        self.names, self.both, self.mean = names, both, mean

    def __call__(self, image: Any) -> list[float]:
        """Return the properties, each at every distance."""
        grey = quantise(image, self.levels, limits=self.limits)
        matrix = glcm(grey, self.distances, self.angles, self.levels, self.both)
        found = np.stack(list(glcm_properties(matrix, self.names).values()))
        return (found.mean(axis=2) if self.mean else found).ravel().tolist()
