"""Gaussian mixture: read the histogram as a sum of bell curves, one for each tissue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image, refuse_colour
from mediedu.segment.grey_histogram import grey_histogram
from mediedu.segment.mixture_em import expectation_maximisation, log_densities

__all__ = ["Mixture", "mixture_model"]


@dataclass(frozen=True, eq=False)
class Mixture:
    """A sum of bell curves over the grey levels, darkest class first.

    Parameters
    ----------
    weights : ndarray, shape (classes,)
        The share of the pixels in each class; they sum to 1.
    means, deviations : ndarray, shape (classes,)
        Mean and standard deviation of each class, in grey levels.
    thresholds : ndarray, shape (classes - 1,)
        Between each class and the next brighter one the grey level at which both are equally likely.
    log_likelihood : float
        Mean log-likelihood of a pixel, in nats.
    iterations : int
        How many rounds of EM it took.
    converged : bool
        False if the rounds ran out first.

    Examples
    --------
    >>> import numpy as np
    >>> two = Mixture(np.array([0.5, 0.5]), np.array([0.0, 4.0]), np.array([1.0, 1.0]), np.array([2.0]),
    ...               0.0, 1, True)
    >>> two.classify(np.array([[1.0, 3.0]])).tolist()
    [[0, 1]]
    >>> two.posterior(np.array([2.0])).round(3).tolist()
    [[0.5], [0.5]]
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    deviations: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    log_likelihood: float
    iterations: int
    converged: bool

    def densities(self, levels: ArrayLike) -> NDArray[np.float64]:
        r"""Return each class's weighted bell curve at some grey levels; their sum is the mixture's density.

        Parameters
        ----------
        levels : array_like
            Any shape.

        Returns
        -------
        ndarray of float64
            Shape (classes, \*levels.shape), per grey level.
        """
        return np.asarray(np.exp(self._log_densities(levels)))

    def posterior(self, image: ArrayLike) -> NDArray[np.float64]:
        r"""Return the probability of each class in each pixel, by its grey level alone.

        Parameters
        ----------
        image : array_like
            Any shape.

        Returns
        -------
        ndarray of float64
            Shape (classes, \*image.shape); over the classes it sums to 1.
        """
        array = np.asarray(image)
        if array.dtype.kind not in "ui" or array.size < 65536:
            return self._posterior(array)
        # Few levels, many pixels: work each level out once.
        lowest, highest = int(array.min()), int(array.max())
        table = self._posterior(np.arange(lowest, highest + 1))
        return np.asarray(table[:, array.astype(np.int64) - lowest])

    def classify(self, image: ArrayLike) -> NDArray[np.int64]:
        """Return the most probable class of each pixel: 0 for the darkest; of equal ones the darker.

        Parameters
        ----------
        image : array_like
            Any shape.

        Returns
        -------
        ndarray of int64
            The shape of the image.
        """
        return np.asarray(self.posterior(image).argmax(axis=0))

    def _log_densities(self, levels: ArrayLike) -> NDArray[np.float64]:
        array = np.asarray(levels, dtype=np.float64)
        if not np.isfinite(array).all():
            raise ValueError(
                "A mixture needs finite grey levels; some of these are NaN or infinite. Replace or crop them."
            )
        flat = log_densities(array.ravel(), self.weights, self.means, self.deviations)
        return flat.reshape(len(self.means), *array.shape)

    def _posterior(self, array: NDArray[Any]) -> NDArray[np.float64]:
        logs = self._log_densities(array)
        logs -= logs.max(axis=0)
        np.exp(logs, out=logs)
        logs /= logs.sum(axis=0)
        return logs


def mixture_model(
    image: ArrayLike,
    classes: int = 2,
    *,
    mask: ArrayLike | None = None,
    bins: int = 1024,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
) -> Mixture:
    """Fit a sum of bell curves to the grey levels of an image by expectation maximisation (EM).

    Parameters
    ----------
    image : array_like
        Shape (row, column) or (z, y, x); uint8, uint16, int16, float32 or float64, finite.
    classes : int
        How many bell curves, 2 or more, at most as many as there are grey levels.
    mask : array_like of bool, optional
        Only pixels where the mask is True are counted.
    bins : int
        For floats: the histogram has this many bins. Integers are counted level by level.
    tolerance : float
        EM ends when a round raises the mean log-likelihood of a pixel by less than this, in nats.
    max_iterations : int
        EM ends here in any case, and the result says that it hasn't converged.

    Returns
    -------
    Mixture
        Weights, means, deviations, thresholds; it classifies images and gives maps of probability.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For a colour image, NaN or infinity, an empty or foreign mask, or fewer grey levels than classes.

    Notes
    -----
    Pixels of one grey level are all alike to EM, so it runs over the histogram, each level weighted by its
    count: a megapixel costs no more than a thumbnail. For integers the rounds are exactly those of
    `sklearn.mixture.GaussianMixture` on all the pixels, which takes no weights. Nothing is random: EM starts
    once from classes of equal size and once from classes of equal width, each after a few rounds of k-means,
    and the likelier end is kept. A deviation never falls below a √12th of a grey level (of a bin, for
    floats), the spread of the values within one; without such a floor the likelihood has no maximum.

    Where one class outweighs its neighbour over the whole stretch between their means, no level there is
    equally likely in both; the threshold is then the mean at which the two come closest.

    References
    ----------
    Dempster AP, Laird NM, Rubin DB. Maximum likelihood from incomplete data via the EM algorithm. Journal of
    the Royal Statistical Society B 1977; 39(1): 1–38.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> image = np.concatenate([rng.normal(60, 5, (30, 40)), rng.normal(100, 10, (10, 40))])
    >>> mixture = mixture_model(image, 2)
    >>> mixture.means.round().tolist(), mixture.weights.round(2).tolist()
    ([60.0, 101.0], [0.75, 0.25])
    """
    array = grey_image(image, "mixture_model")
    refuse_colour(array, "mixture_model")
    if isinstance(classes, bool) or not isinstance(classes, (int, np.integer)) or classes < 2:
        raise ValueError(f"mixture_model needs classes to be a whole number, 2 or more; it is {classes!r}.")
    if not tolerance >= 0 or max_iterations < 1:
        raise ValueError(
            "mixture_model needs a tolerance of 0 or more and at least one iteration; these are "
            f"{tolerance!r} and {max_iterations!r}."
        )
    levels = grey_histogram(array, mask, bins, "mixture_model")
    if levels.counts.size < classes:
        raise ValueError(
            f"mixture_model can't tell {classes} classes apart in {levels.counts.size} grey level(s). "
            "Ask for fewer classes, or look whether the image is constant or was thresholded before."
        )
    # EM sees levels from 0 to 1, so that squares stay in range and precise whatever the image's units.
    lowest, span = levels.centres[0], levels.centres[-1] - levels.centres[0]
    fit = expectation_maximisation(
        (levels.centres - lowest) / span,
        levels.counts.astype(np.float64),
        int(classes),
        floor=levels.width / span / np.sqrt(12),
        tolerance=tolerance,
        max_iterations=max_iterations,
    )
    order = np.argsort(fit.means, kind="stable")
    weights, means, deviations = fit.weights[order], fit.means[order], fit.deviations[order]
    pairs = [slice(k, k + 2) for k in range(classes - 1)]
    thresholds = np.array([_crossing(weights[two], means[two], deviations[two]) for two in pairs])
    means, deviations, thresholds = lowest + span * means, span * deviations, lowest + span * thresholds
    for kept in (weights, means, deviations, thresholds):
        kept.flags.writeable = False
    likelihood = fit.log_likelihood - float(np.log(span))
    return Mixture(weights, means, deviations, thresholds, likelihood, fit.iterations, fit.converged)


def _crossing(
    weights: NDArray[np.float64], means: NDArray[np.float64], deviations: NDArray[np.float64]
) -> float:
    """Return the level between two means where both weighted bell curves are equally high."""
    from scipy.optimize import brentq

    def lead(level: float) -> float:
        logs = log_densities(np.array([level]), weights, means, deviations)
        return float(logs[0, 0] - logs[1, 0])

    low, high = float(means[0]), float(means[1])
    at_low, at_high = lead(low), lead(high)
    if at_low > 0 > at_high:
        return float(brentq(lead, low, high))
    return low if abs(at_low) <= abs(at_high) else high
