"""The receiver operating characteristic: every sensitivity that a score can have, and at what price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.bootstrap import roc_bootstrap
from mediedu.classify.sampling_units import Units

__all__ = ["ROC", "roc_with_band"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ROC:
    """A ROC curve with its confidence band.

    Attributes
    ----------
    false_positive_rate, true_positive_rate, thresholds : ndarray
        The corners of the curve, from (0, 0) to (1, 1); a case is called positive where its score is at
        least the threshold.
    grid, low, high : ndarray
        The band: at each false-positive rate of `grid`, the ends of a confidence interval for the
        true-positive rate. Each holds at its own rate; the whole curve lies inside less often.
    words : str
        What was resampled for the band.
    """

    false_positive_rate: Floats
    true_positive_rate: Floats
    thresholds: Floats
    grid: Floats
    low: Floats
    high: Floats
    words: str


def roc_with_band(
    truth: NDArray[np.bool_], score: Floats, units: Units, level: float, repeats: int, seed: int
) -> ROC:
    """Give the ROC curve and its pointwise percentile bootstrap band, by patient where they are known."""
    from sklearn.metrics import roc_curve

    run, rise, thresholds = roc_curve(truth, score)
    grid = np.linspace(0, 1, 101)
    low, high = roc_bootstrap(truth, score, units, level, repeats, seed, grid)
    words = f"{100 * level:g} % at each false-positive rate alone, {repeats} resamples {units.words}"
    return ROC(run, rise, thresholds, grid, low, high, words)
