"""Two classifiers on the same cases: whether one is better, or was lucky."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.binary_labels import checked_labels, checked_scores
from mediedu.classify.delong import auc_covariance
from mediedu.classify.estimate import Estimate, critical_value
from mediedu.classify.sampling_units import Units, sampling_units

__all__ = ["Comparison", "compare_classifiers"]


@dataclass(frozen=True)
class Comparison:
    """The difference between two classifiers on the same cases.

    Attributes
    ----------
    auc : (float, float)
        Of the first and the second.
    auc_difference : Estimate
        First minus second, with DeLong's interval.
    auc_p : float
        P value of DeLong's test that both AUCs are equal; 1 where the scores show no variance, as when both
        separate the classes perfectly.
    only_first_right, only_second_right : int
        Cases that one answered rightly and the other did not.
    answers_p : float
        P value of McNemar's exact test that both are right equally often. Where patients are known, the
        difference of each patient changes its sign as a whole.
    unit : str
        What was taken as independent.
    """

    auc: tuple[float, float]
    auc_difference: Estimate
    auc_p: float
    only_first_right: int
    only_second_right: int
    answers_p: float
    unit: str

    def __str__(self) -> str:
        """Tell both tests in two lines."""
        return (
            f"AUC {self.auc[0]:.3f} and {self.auc[1]:.3f}, difference {self.auc_difference}, "
            f"p = {self.auc_p:.2g} ({self.auc_difference.method}); {self.unit}\n"
            f"only the first right {self.only_first_right}, only the second {self.only_second_right}, "
            f"p = {self.answers_p:.2g} (McNemar, exact)"
        )


def compare_classifiers(
    y_true: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    thresholds: tuple[float, float] = (0.5, 0.5),
    groups: ArrayLike | None = None,
    positive: Any = None,
    level: float = 0.95,
) -> Comparison:
    """Compare the scores of two classifiers on the same cases.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        The true classes, as for `evaluate`.
    first, second : array_like of float, shape (n,)
        The scores of each, higher for the positive class.
    thresholds : (float, float), default (0.5, 0.5)
        From where on each calls a case positive.
    groups : array_like, shape (n,), optional
        The patient of each image.
    positive : label, optional
        The class that is looked for; by default the larger of the two labels.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    Comparison
        DeLong's test of the AUCs, McNemar's of the answers.

    Raises
    ------
    ValueError
        As `evaluate`.

    References
    ----------
    DeLong ER et al. Biometrics 1988, 44:837–845. McNemar Q. Psychometrika 1947, 12:153–157.

    Examples
    --------
    >>> truth = [0, 0, 0, 0, 1, 1, 1, 1]
    >>> print(compare_classifiers(truth, [0.1, 0.2, 0.3, 0.6, 0.4, 0.7, 0.8, 0.9],
    ...                           [0.6, 0.2, 0.7, 0.1, 0.8, 0.3, 0.9, 0.4]))
    AUC 0.938 and 0.750, difference 0.188 (-0.332 to 0.707), p = 0.48 (DeLong); by image: patients unknown
    only the first right 4, only the second 2, p = 0.69 (McNemar, exact)
    """
    from scipy.special import ndtr

    truth = checked_labels(y_true, positive)
    pair = np.stack(
        [
            checked_scores(score, truth.size, what=what)
            for score, what in ((first, "first"), (second, "second"))
        ]
    )
    units = sampling_units(groups, truth.size)
    auc, covariance = auc_covariance(truth, pair, units)
    difference = float(auc[0] - auc[1])
    variance = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    spread = float(np.sqrt(variance)) if variance > 1e-15 else 0.0
    # Two separations, or a constant score, have no variance here: DeLong then can't tell luck from merit.
    chance, low, high, method = 1.0, -1.0, 1.0, "none: the scores show no variance"
    if spread:
        half = critical_value(level) * spread
        chance = float(2 * ndtr(-abs(difference) / spread))
        low, high, method = max(-1.0, difference - half), min(1.0, difference + half), "DeLong"
    right = (pair >= np.asarray(thresholds, float)[:, np.newaxis]) == truth
    return Comparison(
        auc=(float(auc[0]), float(auc[1])),
        auc_difference=Estimate(difference, low, high, method, level),
        auc_p=chance,
        only_first_right=int((right[0] & ~right[1]).sum()),
        only_second_right=int((right[1] & ~right[0]).sum()),
        answers_p=_sign_test(right, units),
        unit=units.words,
    )


def _sign_test(right: NDArray[np.bool_], units: Units) -> float:
    """Give the exact p value of the summed difference when each unit's difference may have either sign.

    With one image for each unit this is McNemar's exact test. The distribution of the sum is a product of
    polynomials, one for each unit: half x^d, half x^−d.
    """
    differences = np.rint(units.sums(right[0].astype(float) - right[1])).astype(int)
    observed = abs(int(differences.sum()))
    sizes, times = np.unique(np.abs(differences[differences != 0]), return_counts=True)
    chances = np.ones(1)
    for size, repeats in zip(sizes.tolist(), times.tolist(), strict=True):
        step = np.zeros(2 * size + 1)
        step[0] = step[-1] = 0.5
        for _ in range(repeats):
            chances = np.convolve(chances, step)
    sums = np.arange(chances.size) - chances.size // 2
    return float(min(1.0, chances[np.abs(sums) >= observed].sum()))
