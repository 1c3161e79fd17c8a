"""Expectation maximisation for bell curves over a histogram: the rounds, and where they start."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fit", "expectation_maximisation", "log_densities"]

KMEANS_ROUNDS = 10


class Fit(NamedTuple):
    """What EM arrived at; the classes in no particular order."""

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    deviations: NDArray[np.float64]
    log_likelihood: float
    iterations: int
    converged: bool


def log_densities(
    levels: NDArray[np.float64],
    weights: NDArray[np.float64],
    means: NDArray[np.float64],
    deviations: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the logarithm of each weighted bell curve at each level, shape (classes, levels).

    Examples
    --------
    >>> one = np.ones(1)
    >>> log_densities(np.array([0.0]), one, 0 * one, one).round(4).tolist()
    [[-0.9189]]
    """
    z = (levels[None, :] - means[:, None]) / deviations[:, None]
    with np.errstate(divide="ignore"):  # a class that died out has weight 0 and log weight -inf
        scale = np.log(weights) - np.log(deviations) - 0.5 * np.log(2 * np.pi)
    return np.asarray(scale[:, None] - 0.5 * z * z)


def expectation_maximisation(
    levels: NDArray[np.float64],
    counts: NDArray[np.float64],
    classes: int,
    *,
    floor: float,
    tolerance: float,
    max_iterations: int,
) -> Fit:
    """Run EM from two starts and keep the likelier end.

    Parameters
    ----------
    levels, counts : ndarray, shape (n,)
        Rising grey levels, and how often each occurs.
    classes : int
        At most n.
    floor : float
        No deviation falls below it.
    tolerance : float
        Least rise of the mean log-likelihood that is worth another round.
    max_iterations : int
        Most rounds from each start.

    Returns
    -------
    Fit
    """
    share = np.cumsum(counts) - counts / 2
    by_size = np.interp((np.arange(classes) + 0.5) / classes * counts.sum(), share, levels)
    by_width = levels[0] + (np.arange(classes) + 0.5) / classes * (levels[-1] - levels[0])
    fits = [
        _climb(levels, counts, _k_means(levels, counts, start), floor, tolerance, max_iterations)
        for start in (by_size, by_width)
    ]
    return max(fits, key=lambda fit: fit.log_likelihood)


def _k_means(
    levels: NDArray[np.float64], counts: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Give each level its nearest centre, and each centre the mean of its levels, a few times."""
    for _ in range(KMEANS_ROUNDS):
        nearest = np.abs(levels[:, None] - centres[None, :]).argmin(axis=1)
        sums = np.bincount(nearest, weights=counts, minlength=centres.size)
        held = sums > 0
        moved = np.bincount(nearest, weights=counts * levels, minlength=centres.size)
        centres = np.where(held, moved / np.where(held, sums, 1), centres)
    nearest = np.abs(levels[:, None] - centres[None, :]).argmin(axis=1)
    if np.unique(nearest).size < centres.size:  # a centre was left without a level
        nearest = np.arange(levels.size) * centres.size // levels.size
    return np.asarray(nearest)


def _climb(
    levels: NDArray[np.float64],
    counts: NDArray[np.float64],
    nearest: NDArray[np.intp],
    floor: float,
    tolerance: float,
    max_iterations: int,
) -> Fit:
    """Alternate: whose pixel is it (E), and what does each class look like then (M)."""
    total = counts.sum()
    classes = int(nearest.max()) + 1
    belongs = (nearest[None, :] == np.arange(classes)[:, None]).astype(np.float64)
    before = likelihood = -np.inf
    converged, rounds = False, 0
    while not converged and rounds < max_iterations:
        rounds += 1
        weights, means, deviations = _describe(levels, counts * belongs, floor)
        logs = log_densities(levels, weights, means, deviations)
        peak = logs.max(axis=0)
        belongs = np.exp(logs - peak)
        density = belongs.sum(axis=0)
        belongs /= density
        likelihood = float((counts * (peak + np.log(density))).sum() / total)
        converged = likelihood - before < tolerance
        before = likelihood
    return Fit(weights, means, deviations, likelihood, rounds, converged)


def _describe(
    levels: NDArray[np.float64], share: NDArray[np.float64], floor: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return weight, mean and deviation of each class from its share of each level's pixels."""
    sums = share.sum(axis=1)
    held = np.maximum(sums, np.finfo(float).tiny)
    means = np.where(sums > 0, share @ levels / held, levels.mean())
    spread = (share * (levels[None, :] - means[:, None]) ** 2).sum(axis=1) / held
    return sums / sums.sum(), means, np.maximum(np.sqrt(spread), floor)
