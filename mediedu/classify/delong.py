"""The area under the ROC curve and its variance without assuming any distribution (DeLong)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.estimate import Estimate, critical_value
from mediedu.classify.sampling_units import Units

__all__ = ["auc_covariance", "auc_interval"]

Floats = NDArray[np.float64]


def placements(positive: Floats, negative: Floats) -> tuple[Floats, Floats]:
    """Give each positive the share of negatives below it, and each negative the share of positives above it.

    Ties count one half. Their means are both the AUC. Sorting makes it O(n log n); comparing all pairs would
    be O(mn).
    """

    def below(values: Floats, others: Floats) -> Floats:
        order = np.sort(others)
        ranks = np.searchsorted(order, values, "left") + np.searchsorted(order, values, "right")
        return ranks / (2 * len(others))

    return below(positive, negative), 1 - below(negative, positive)


def auc_covariance(truth: NDArray[np.bool_], scores: Floats, units: Units) -> tuple[Floats, Floats]:
    """Give the AUC of each row of scores and the covariance matrix of these AUCs.

    Parameters
    ----------
    truth : ndarray of bool, shape (n,)
        True for the positive class; both classes occur.
    scores : ndarray of float, shape (k, n)
        One row for each classifier, all on the same cases.
    units : Units
        Which cases belong together. Where each stands for itself this is DeLong's estimator; else it is
        Obuchowski's for clustered data, into which DeLong's falls.

    Returns
    -------
    auc : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        Zero where a class has one unit only: the data then say nothing of the variance.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver
    operating characteristic curves. Biometrics 1988, 44:837–845.
    Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics 1997, 53:567–578.
    Sun X, Xu W. Fast implementation of DeLong's algorithm. IEEE Signal Processing Letters 2014, 21:1389–1393.

    Examples
    --------
    >>> from mediedu.classify.sampling_units import sampling_units
    >>> truth = np.array([False, False, True, True])
    >>> auc, covariance = auc_covariance(truth, np.array([[0.1, 0.4, 0.35, 0.8]]), sampling_units(None, 4))
    >>> auc.tolist(), covariance.tolist()
    ([0.75], [[0.125]])
    """
    count = {True: int(truth.sum()), False: int((~truth).sum())}
    auc = np.empty(len(scores))
    excess = {side: np.zeros(scores.shape) for side in (True, False)}
    for row, values in enumerate(scores):
        above, below = placements(values[truth], values[~truth])
        auc[row] = above.mean()
        excess[True][row, truth] = above - auc[row]
        excess[False][row, ~truth] = below - auc[row]
    # What each unit adds to the AUC beyond its share, from its positives and from its negatives.
    parts = {side: units.sums(excess[side]) / count[side] for side in (True, False)}

    def enough(members: int) -> float:
        return members / (members - 1) if members > 1 else 0.0

    covariance = np.zeros((len(scores), len(scores)))
    for side in (True, False):
        holders = len(np.unique(units.index[truth == side]))
        covariance += enough(holders) * parts[side] @ parts[side].T
    cross = enough(units.count) * parts[True] @ parts[False].T
    return auc, covariance + cross + cross.T


def auc_interval(truth: NDArray[np.bool_], score: Floats, units: Units, level: float) -> Estimate:
    """Estimate the AUC with DeLong's interval on the logit scale, which keeps it inside 0 and 1.

    Where the classes are perfectly separated (AUC 0 or 1) the variance is 0 and DeLong has no interval: see
    `bounds_without_variance`.
    """
    auc, covariance = auc_covariance(truth, score[np.newaxis], units)
    value, spread = float(auc[0]), float(np.sqrt(max(covariance[0, 0], 0.0)))
    without_variance = bounds_without_variance(truth, value, units, level)
    if without_variance is not None:
        return without_variance
    half = critical_value(level) * spread / (value * (1 - value))
    odds = value / (1 - value)
    low, high = odds * np.exp(-half), odds * np.exp(half)
    method = "DeLong, by patient (Obuchowski)" if units.by_patient else "DeLong"
    return Estimate(value, float(low / (1 + low)), float(high / (1 + high)), method, level)


def bounds_without_variance(
    truth: NDArray[np.bool_], value: float, units: Units, level: float
) -> Estimate | None:
    """Bound the AUC where the sample's variance tells nothing; None where it does tell.

    Of a class with one unit nothing is known of how units differ: the AUC may be anything. Where the classes
    are perfectly separated, pair each positive unit with a negative one, each used once: k independent pairs,
    all in the right order, k being the smaller count. The exact bound of k successes in k trials is
    ((1 − level) / 2)^(1/k).
    """
    members = [set(units.index[truth == side].tolist()) for side in (True, False)]
    if min(map(len, members)) < 2:
        what = "patient" if units.by_patient else "image"
        return Estimate(value, 0.0, 1.0, f"none: one class has a single {what}", level)
    if value not in (0.0, 1.0):
        return None
    mixed = members[0] & members[1]
    pairs = min(len(side - mixed) for side in members) or 1
    bound = ((1 - level) / 2) ** (1 / pairs)
    low, high = (bound, 1.0) if value == 1 else (0.0, 1 - bound)
    return Estimate(value, low, high, f"exact, {pairs} disjoint pairs, all separated", level)
