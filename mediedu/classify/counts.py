"""The four counts of a test, and what a positive or negative answer is worth at another base rate."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from mediedu.classify.estimate import Estimate, critical_value
from mediedu.classify.sampling_units import effective_size

__all__ = ["Counts", "mean_of_two", "predictive_values_at"]


@dataclass(frozen=True)
class Counts:
    """How many cases of each class were answered right and wrong.

    Parameters
    ----------
    true_positives, false_negatives : int
        Of the cases with the disease: found, missed.
    false_positives, true_negatives : int
        Of the cases without: false alarms, rightly let go.

    Raises
    ------
    ValueError
        If a count is negative or broken, or there is no case at all.

    Examples
    --------
    >>> counts = Counts(2, 8, 8, 82)
    >>> counts.positives, counts.negatives, counts.total
    (10, 90, 100)
    """

    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int

    def __post_init__(self) -> None:
        """Check that these are counts."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not (math.isfinite(value) and value >= 0 and value == int(value)):
                raise ValueError(f"{field.name} is {value!r}; it must be a whole number of cases, 0 or more.")
            object.__setattr__(self, field.name, int(value))
        if self.total == 0:
            raise ValueError("All four counts are 0. There must be a case to judge a classifier by.")

    @property
    def positives(self) -> int:
        """Cases with the disease."""
        return self.true_positives + self.false_negatives

    @property
    def negatives(self) -> int:
        """Cases without it."""
        return self.true_negatives + self.false_positives

    @property
    def called_positive(self) -> int:
        """Cases for which the answer was positive."""
        return self.true_positives + self.false_positives

    @property
    def called_negative(self) -> int:
        """Cases for which the answer was negative."""
        return self.true_negatives + self.false_negatives

    @property
    def right(self) -> int:
        """Cases answered rightly."""
        return self.true_positives + self.true_negatives

    @property
    def total(self) -> int:
        """All cases."""
        return self.positives + self.negatives


def mean_of_two(first: Estimate, second: Estimate) -> Estimate:
    """Estimate the mean of two independent proportions: balanced accuracy from sensitivity and specificity.

    The interval joins theirs by Newcombe's way (the square root of the summed squared distances).

    References
    ----------
    Newcombe RG. Interval estimation for the difference between independent proportions. Statistics in
    Medicine 1998, 17:873–890, method 10.

    Examples
    --------
    >>> from mediedu.classify import proportion_interval
    >>> print(mean_of_two(proportion_interval(2, 10), proportion_interval(82, 90)))
    0.556 (0.474 to 0.712)
    """
    for part in (first, second):
        if not part.defined:
            return undefined(part.reason, first.level)
    value = (first.value + second.value) / 2
    down = math.hypot(first.value - first.low, second.value - second.low) / 2
    up = math.hypot(first.high - first.value, second.high - second.value) / 2
    low, high = max(0.0, value - down), min(1.0, value + up)
    return Estimate(value, low, high, "Newcombe, from the two Wilson intervals", first.level)


def predictive_values_at(
    base_rate: float, sensitivity: Estimate, specificity: Estimate
) -> tuple[Estimate, Estimate]:
    """Give the positive and the negative predictive value where the disease is this frequent.

    Parameters
    ----------
    base_rate : float
        The share of people with the disease among those tested, between 0 and 1.
    sensitivity, specificity : Estimate
        Taken to be the same there.

    Returns
    -------
    positive, negative : Estimate
        By Bayes' theorem; intervals by the delta method on the logit scale, around Agresti's and Coull's
        adjusted proportions.

    Raises
    ------
    ValueError
        If the base rate isn't between 0 and 1, or sensitivity or specificity isn't defined.

    References
    ----------
    Mercaldo ND, Lau KF, Zhou XH. Confidence intervals for predictive values with an emphasis to case-control
    studies. Statistics in Medicine 2007, 26:2170–2183.
    """
    if not 0 < base_rate < 1:
        raise ValueError(
            f"base_rate is {base_rate!r}; it is the share of people with the disease, between 0 and 1. "
            "Write 0.8 % as 0.008."
        )
    for part in (sensitivity, specificity):
        if not part.defined:
            raise ValueError(f"There is no predictive value: {part.reason}.")
    odds = base_rate / (1 - base_rate)
    hit, clear = sensitivity.value, specificity.value
    positive = _bayes(hit * odds, 1 - clear)
    negative = _bayes(clear, (1 - hit) * odds)
    (hit, hits), (clear, clears) = _adjusted(sensitivity), _adjusted(specificity)
    spread_p = math.sqrt((1 - hit) / hit / hits + clear / (1 - clear) / clears)
    spread_n = math.sqrt(hit / (1 - hit) / hits + (1 - clear) / clear / clears)
    level = sensitivity.level
    return (
        _around(positive, hit * odds / (1 - clear), spread_p, level, "positive"),
        _around(negative, clear / ((1 - hit) * odds), spread_n, level, "negative"),
    )


def undefined(reason: str, level: float) -> Estimate:
    """Give an estimate that says why there is no number; of a proportion it knows 0 to 1."""
    return Estimate(math.nan, 0.0, 1.0, "none", level, reason)


def _bayes(right: float, wrong: float) -> float:
    return right / (right + wrong) if right + wrong > 0 else math.nan


def _adjusted(estimate: Estimate) -> tuple[float, float]:
    """Give the middle of Wilson's interval, Agresti's and Coull's proportion, and its sample size."""
    middle = (estimate.low + estimate.high) / 2
    return middle, effective_size(estimate) + critical_value(estimate.level) ** 2


def _around(value: float, odds: float, spread: float, level: float, answer: str) -> Estimate:
    if math.isnan(value):
        return undefined(f"no case would be called {answer}", level)
    half = critical_value(level) * spread
    low, high = odds * math.exp(-half), odds * math.exp(half)
    # The adjusted middle may lie to one side of a value at the very end.
    low, high = min(low / (1 + low), value), max(high / (1 + high), value)
    return Estimate(value, low, high, "logit, Mercaldo", level)
