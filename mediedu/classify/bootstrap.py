"""The bootstrap over patients, or images where patients aren't known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.delong import bounds_without_variance
from mediedu.classify.estimate import Estimate
from mediedu.classify.sampling_units import Units

__all__ = ["auc_bootstrap", "roc_bootstrap"]

Floats = NDArray[np.float64]


def resamples(
    truth: NDArray[np.bool_], units: Units, repeats: int, rng: np.random.Generator
) -> Iterator[Floats]:
    """Give, block by block, how often each image is drawn in each resample: arrays of shape (block, n).

    Whole units are drawn with replacement, separately among those with positives only, with negatives only
    and with both, so that every resample holds both classes in the numbers of the sample.
    """
    kind = 2 * (units.sums(truth.astype(float)) > 0) + (units.sums((~truth).astype(float)) > 0)
    block = max(1, 2_000_000 // truth.size)
    for start in range(0, repeats, block):
        rows = min(block, repeats - start)
        drawn = np.empty((rows, units.count))
        for members in (np.flatnonzero(kind == value) for value in np.unique(kind)):
            chances = np.full(members.size, 1 / members.size)
            drawn[:, members] = rng.multinomial(members.size, chances, size=rows)
        yield drawn[:, units.index]


def tied_counts(truth: NDArray[np.bool_], score: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Add up positives and negatives at each distinct score, from the highest down: (block, levels) each."""
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    positives, negatives = weights * truth, weights * ~truth
    return (
        np.add.reduceat(positives[:, order], starts, axis=1),
        np.add.reduceat(negatives[:, order], starts, axis=1),
    )


def auc_bootstrap(
    truth: NDArray[np.bool_], score: Floats, units: Units, level: float, repeats: int, seed: int
) -> Estimate:
    """Estimate the AUC with the percentile interval of its bootstrap.

    Perfectly separated classes are separated in every resample as well, so the bootstrap is blind there; the
    bound of `bounds_without_variance` is given instead.

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993, chapter 13.
    """

    def area(weights: Floats) -> Floats:
        positives, negatives = tied_counts(truth, score, weights)
        lower = negatives.sum(axis=1, keepdims=True) - np.cumsum(negatives, axis=1) + negatives / 2
        return (positives * lower).sum(axis=1) / positives.sum(axis=1) / negatives.sum(axis=1)

    value = float(area(np.ones((1, truth.size)))[0])
    without_variance = bounds_without_variance(truth, value, units, level)
    if without_variance is not None:
        return without_variance
    rng = np.random.default_rng(seed)
    areas = np.concatenate([area(weights) for weights in resamples(truth, units, repeats, rng)])
    low, high = np.quantile(areas, [(1 - level) / 2, (1 + level) / 2])
    method = f"bootstrap of {repeats} resamples, by {'patient' if units.by_patient else 'image'}"
    return Estimate(value, float(low), float(high), method, level)


def roc_bootstrap(
    truth: NDArray[np.bool_],
    score: Floats,
    units: Units,
    level: float,
    repeats: int,
    seed: int,
    grid: Floats,
) -> tuple[Floats, Floats]:
    """Give the lower and upper edge of the ROC curve's band at the false-positive rates of the grid."""
    rng = np.random.default_rng(seed)
    heights = []
    for weights in resamples(truth, units, repeats, rng):
        positives, negatives = tied_counts(truth, score, weights)
        rise = np.cumsum(positives, axis=1) / positives.sum(axis=1, keepdims=True)
        run = np.cumsum(negatives, axis=1) / negatives.sum(axis=1, keepdims=True)
        heights += [np.interp(grid, np.r_[0, x], np.r_[0, y]) for x, y in zip(run, rise, strict=True)]
    low, high = np.quantile(heights, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
