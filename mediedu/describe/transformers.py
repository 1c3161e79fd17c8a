"""Features as scikit-learn transformers: images or masks in, one row of numbers for each out.

This module loads scikit-learn; `mediedu.describe` loads this module when a transformer is first asked for.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from mediedu.describe.glcm import ANGLES, glcm
from mediedu.describe.glcm_properties import glcm_properties, known_properties
from mediedu.describe.quantise import quantise
from mediedu.describe.shape_features import SHAPE_FEATURES, shape_features

__all__ = ["GLCMFeatures", "ShapeFeatures"]

DEFAULT = ("contrast", "dissimilarity", "homogeneity", "energy", "correlation", "entropy")


class _ImageTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn each image into a row of numbers, in several processes if asked to. Nothing is learned."""

    n_jobs: int | None

    def fit(self, X: Iterable[Any], y: object = None) -> Any:
        """Check the parameters and the images' shapes; nothing is learned.

        Parameters
        ----------
        X : array_like, shape (image, row, column), or a sequence of 2-D arrays
            The images; a sequence may mix sizes.
        y : object
            Not used.

        Returns
        -------
        object
            The transformer itself.
        """
        self._names()
        self._images(X)
        return self

    def transform(self, X: Iterable[Any]) -> NDArray[np.float64]:
        """Describe each image by its features.

        Parameters
        ----------
        X : array_like, shape (image, row, column), or a sequence of 2-D arrays
            The images; a sequence may mix sizes.

        Returns
        -------
        ndarray of float64, shape (image, feature)
            Columns as `get_feature_names_out` says.

        Raises
        ------
        ValueError
            For an image that can't be described; the message says which one and why.
        """
        images: Any = self._images(X)
        one = self._one()
        workers = Parallel(n_jobs=self.n_jobs)
        several = workers.n_jobs > 1
        if several and len({(np.shape(image), np.asarray(image).dtype) for image in images}) == 1:
            images = np.stack(images)  # joblib hands large arrays to processes without copying them
        pieces = min(len(images), 4 * workers.n_jobs if several else 1)
        cuts = np.linspace(0, len(images), pieces + 1).astype(int).tolist()
        described = workers(delayed(_describe)(one, images[a:b], a) for a, b in itertools.pairwise(cuts))
        for _, said in described:
            for message in said:
                warnings.warn(message, UserWarning, stacklevel=2)
        return np.concatenate([rows for rows, _ in described])

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Name the columns.

        Parameters
        ----------
        input_features : object
            Not used: images have no names.

        Returns
        -------
        ndarray of str
            One name for each column.
        """
        return np.array(self._names(), dtype=object)

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _one(self) -> Callable[[Any], list[float]]:
        raise NotImplementedError

    def _images(self, X: Iterable[Any]) -> list[Any]:
        images = list(X) if hasattr(X, "__iter__") else []
        shapes = [np.shape(image) for image in images]
        if not images or any(len(shape) != 2 for shape in shapes):
            given = (
                f"the first that isn't has shape {next(s for s in shapes if len(s) != 2)}"
                if images
                else "none came"
            )
            raise ValueError(
                f"{type(self).__name__} needs images of shape (row, column), one for each sample; {given}. "
                "Pass an array of shape (image, row, column) or a list of 2-D arrays; a single image goes "
                "in as image[None]."
            )
        return images

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.requires_fit = False
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _describe(
    one: Callable[[Any], list[float]], images: Any, first: int
) -> tuple[NDArray[np.float64], list[str]]:
    """Describe a few images; ``first`` is the number of the first of them, for messages.

    Warnings come back as text, as those of another process would be lost.
    """
    rows: list[list[float]] = []
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n, image in enumerate(images, start=first):
            try:
                rows.append(one(image))
            except (ValueError, TypeError) as problem:
                raise type(problem)(f"Image {n}: {problem}") from problem
            said += [f"Image {n}: {warning.message}" for warning in caught[len(said) :]]
    return np.array(rows, dtype=np.float64), said


class ShapeFeatures(_ImageTransformer):
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
        return _Shape(bool(self.log), self.points)


class GLCMFeatures(_ImageTransformer):
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
        return _Texture(
            self.distances,
            self.angles,
            self.levels,
            self.limits,
            known_properties(self.properties),
            self.symmetric,
            self.average,
        )


class _Shape:
    """What a worker process does with one mask."""

    def __init__(self, log: bool, points: int) -> None:
        self.log, self.points = log, points

    def __call__(self, mask: Any) -> list[float]:
        return list(shape_features(mask, log=self.log, points=self.points).values())


class _Texture:
    """What a worker process does with one image."""

    def __init__(
        self, distances: Any, angles: Any, levels: int, limits: Any, names: Any, both: bool, mean: bool
    ):
        self.distances, self.angles, self.levels, self.limits = distances, angles, levels, limits
        self.names, self.both, self.mean = names, both, mean

    def __call__(self, image: Any) -> list[float]:
        grey = quantise(image, self.levels, limits=self.limits)
        matrix = glcm(grey, self.distances, self.angles, self.levels, self.both)
        found = np.stack(list(glcm_properties(matrix, self.names).values()))
        return (found.mean(axis=2) if self.mean else found).ravel().tolist()
