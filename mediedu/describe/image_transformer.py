"""What every transformer of images shares: images in, one row of numbers for each out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from mediedu.describe.parallel import describe_each

__all__ = ["ImageTransformer"]


class ImageTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
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

        Raises
        ------
        ValueError
            For a parameter or a shape that can't be; what lies in the images is read by `transform`.
        """
        self._one()
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
        images = self._images(X)
        rows, said = describe_each(self._one(), images, self.n_jobs)
        for message in said:
            warnings.warn(message, UserWarning, stacklevel=2)
        return rows

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
        """Check the parameters and return what describes one image."""
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
