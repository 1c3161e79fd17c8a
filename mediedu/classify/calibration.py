"""Calibration: whether 70 % of the cases given 70 % have the disease."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.sampling_units import Units, proportion_of_units

__all__ = ["Calibration", "calibrate"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """How well the scores serve as probabilities.

    Attributes
    ----------
    predicted, observed : ndarray
        For each bin that holds cases: the mean score, and the share of positives.
    low, high : ndarray
        The ends of the interval of `observed`.
    count : ndarray of int
        Cases in each bin.
    brier : float
        Brier score, the mean squared distance between score and truth: 0 is perfect.
    brier_of_base_rate : float
        What giving everyone the base rate would score. A larger `brier` is worse than knowing nothing of
        the case.
    expected_error : float
        Expected calibration error: the mean distance between `predicted` and `observed`, weighted by count.
        It depends on the bins, and chance alone lifts it above 0 in a small sample.
    """

    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    count: NDArray[np.intp]
    brier: float
    brier_of_base_rate: float
    expected_error: float

    def __str__(self) -> str:
        """Tell the two measures in one line."""
        return (
            f"Brier score {self.brier:.3f} (giving everyone the base rate: {self.brier_of_base_rate:.3f}), "
            f"expected calibration error {self.expected_error:.3f} in {len(self.count)} bins"
        )


def calibrate(
    truth: NDArray[np.bool_], score: Floats, units: Units, level: float, *, bins: int, equal_counts: bool
) -> Calibration:
    """Sort cases into bins by score and compare each bin's mean score with its share of positives.

    References
    ----------
    Brier GW. Verification of forecasts expressed in terms of probability. 1950.
    Naeini MP, Cooper GF, Hauskrecht M. Obtaining well calibrated probabilities using Bayesian binning. 2015.
    """
    if score.min() < 0 or score.max() > 1:
        raise ValueError(
            f"The scores run from {score.min():.3g} to {score.max():.3g}; calibration needs probabilities "
            "from 0 to 1. Use predict_proba, or calibrate the model with sklearn's CalibratedClassifierCV."
        )
    if not (isinstance(bins, int | np.integer) and bins >= 1):
        raise ValueError(f"bins is {bins!r}; it must be a whole number from 1 up.")
    edges = np.quantile(score, np.linspace(0, 1, bins + 1)) if equal_counts else np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges[1:-1], score, "right"), 0, bins - 1)
    filled = [np.flatnonzero(place == index) for index in np.unique(place)]
    shares = [
        proportion_of_units(truth[rows], units.subset(np.isin(np.arange(truth.size), rows)), level)
        for rows in filled
    ]
    count = np.array([rows.size for rows in filled])
    predicted = np.array([score[rows].mean() for rows in filled])
    observed = np.array([share.value for share in shares])
    return Calibration(
        predicted,
        observed,
        np.array([share.low for share in shares]),
        np.array([share.high for share in shares]),
        count,
        brier=float(np.mean((score - truth) ** 2)),
        brier_of_base_rate=float(truth.mean() * (1 - truth.mean())),
        expected_error=float(np.sum(count * np.abs(predicted - observed)) / truth.size),
    )
