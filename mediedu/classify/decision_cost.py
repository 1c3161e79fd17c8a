"""What a classifier costs when a miss and a false alarm weigh differently."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["DecisionCost", "decision_cost"]


@dataclass(frozen=True)
class DecisionCost:
    """The mean cost of a case, beside that of two rules that never look at it.

    Attributes
    ----------
    per_case : float
        With the classifier.
    always_negative, always_positive : float
        If nobody, or everybody, were called positive.
    base_rate : float
        The share of people with the disease for which this holds.
    best_threshold : float
        Where calibrated probabilities should be cut for these costs: false alarm / (false alarm + miss).
    """

    per_case: float
    always_negative: float
    always_positive: float
    base_rate: float
    best_threshold: float

    @property
    def worth_it(self) -> bool:
        """Say whether the classifier costs less than both rules."""
        return self.per_case < min(self.always_negative, self.always_positive)

    def __str__(self) -> str:
        """Tell the three costs in one line."""
        return (
            f"{self.per_case:.3g} per case at a base rate of {100 * self.base_rate:.3g} % "
            f"(always negative {self.always_negative:.3g}, always positive {self.always_positive:.3g})"
        )


def decision_cost(
    sensitivity: float, specificity: float, *, miss: float, false_alarm: float, base_rate: float
) -> DecisionCost:
    """Weigh misses and false alarms, each by its cost and its frequency.

    Examples
    --------
    >>> print(decision_cost(0.2, 82 / 90, miss=100, false_alarm=1, base_rate=0.1))
    8.08 per case at a base rate of 10 % (always negative 10, always positive 0.9)
    """
    for name, cost in (("miss", miss), ("false_alarm", false_alarm)):
        if not (np.isfinite(cost) and cost >= 0):
            raise ValueError(f"{name} costs {cost!r}; a cost is a finite number, 0 or more, in any one unit.")
    if miss + false_alarm == 0:
        raise ValueError("Both costs are 0, so every classifier costs nothing. Give one a cost above 0.")
    if not 0 <= base_rate <= 1:
        raise ValueError(f"base_rate is {base_rate!r}; it is a share between 0 and 1.")
    missed, alarmed = miss * base_rate, false_alarm * (1 - base_rate)
    return DecisionCost(
        per_case=float((1 - sensitivity) * missed + (1 - specificity) * alarmed),
        always_negative=float(missed),
        always_positive=float(alarmed),
        base_rate=float(base_rate),
        best_threshold=float(false_alarm / (false_alarm + miss)),
    )
