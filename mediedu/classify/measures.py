"""The measures of a classifier, each with its interval: of its answers, and of its scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.bootstrap import auc_bootstrap
from mediedu.classify.calibration import Calibration, calibrate
from mediedu.classify.counts import Counts, mean_of_two, predictive_values_at, undefined
from mediedu.classify.decision_cost import DecisionCost, decision_cost
from mediedu.classify.delong import auc_interval
from mediedu.classify.estimate import Estimate, proportion_interval
from mediedu.classify.roc import ROC, roc_with_band
from mediedu.classify.sampling_units import UNKNOWN, Units, proportion_of_units, sampling_units

__all__ = ["Cases", "Measures"]


@dataclass(frozen=True, eq=False)
class Cases:
    """The cases behind a report: truth and answer of each, its score, and the patient it belongs to."""

    truth: NDArray[np.bool_]
    answer: NDArray[np.bool_]
    score: NDArray[np.float64]
    units: Units
    threshold: float | None
    bootstrap: int
    seed: int


@dataclass(frozen=True, eq=False, repr=False)
class Measures:
    """Compute each measure when it is first asked for; `Report` says what the fields are."""

    counts: Counts
    class_names: tuple[str, str]
    unit: str = UNKNOWN
    level: float = 0.95
    cases: Cases | None = None
    synthetic: bool = False

    @cached_property
    def accuracy(self) -> Estimate:
        """Share of all cases answered rightly."""
        return self._share(self.counts.right, self.counts.total, "", "right", "all")

    @cached_property
    def sensitivity(self) -> Estimate:
        """Share of the positive cases that were found (recall, true-positive rate)."""
        reason = f"there is no {self.class_names[1]} case"
        return self._share(self.counts.true_positives, self.counts.positives, reason, "right", "positive")

    @cached_property
    def specificity(self) -> Estimate:
        """Share of the negative cases that were let go (true-negative rate)."""
        reason = f"there is no {self.class_names[0]} case"
        return self._share(self.counts.true_negatives, self.counts.negatives, reason, "right", "negative")

    @cached_property
    def positive_predictive_value(self) -> Estimate:
        """Share of the cases called positive that are (precision), at this sample's base rate."""
        reason = f"no case was called {self.class_names[1]}"
        parts = self.counts.true_positives, self.counts.called_positive
        return self._share(*parts, reason, "right", "called positive")

    @cached_property
    def negative_predictive_value(self) -> Estimate:
        """Share of the cases called negative that are, at this sample's base rate."""
        reason = f"no case was called {self.class_names[0]}"
        parts = self.counts.true_negatives, self.counts.called_negative
        return self._share(*parts, reason, "right", "called negative")

    @cached_property
    def base_rate(self) -> Estimate:
        """Share of the positive class in this sample (prevalence)."""
        return self._share(self.counts.positives, self.counts.total, "", "truth", "all")

    @property
    def balanced_accuracy(self) -> Estimate:
        """Mean of sensitivity and specificity: one half for any classifier that doesn't look."""
        return mean_of_two(self.sensitivity, self.specificity)

    @property
    def accuracy_without_looking(self) -> float:
        """Accuracy of always giving the more frequent class."""
        return max(self.counts.positives, self.counts.negatives) / self.counts.total

    @cached_property
    def auc(self) -> Estimate:
        """Area under the ROC curve, with DeLong's interval (Obuchowski's where patients are known)."""
        cases = self._scored("The AUC")
        return auc_interval(cases.truth, cases.score, cases.units, self.level)

    @cached_property
    def auc_bootstrap(self) -> Estimate:
        """Area under the ROC curve, with the bootstrap's percentile interval."""
        cases = self._scored("The AUC")
        return auc_bootstrap(cases.truth, cases.score, cases.units, self.level, cases.bootstrap, cases.seed)

    @cached_property
    def roc(self) -> ROC:
        """The ROC curve and its confidence band."""
        cases = self._scored("The ROC curve")
        return roc_with_band(cases.truth, cases.score, cases.units, self.level, cases.bootstrap, cases.seed)

    def calibration(self, bins: int = 10, *, equal_counts: bool = False) -> Calibration:
        """Compare the scores, read as probabilities, with what happened.

        Parameters
        ----------
        bins : int, default 10
            Number of bins; those without a case are left out.
        equal_counts : bool, default False
            Bins of equal counts in place of equal width.

        Returns
        -------
        Calibration
            Curve, Brier score, expected calibration error.

        Raises
        ------
        ValueError
            If there are no scores or they leave [0, 1].
        """
        cases = self._scored("Calibration")
        return calibrate(
            cases.truth, cases.score, cases.units, self.level, bins=bins, equal_counts=equal_counts
        )

    def predictive_values(self, base_rate: float) -> tuple[Estimate, Estimate]:
        """Give the positive and negative predictive value among people of whom this share has the disease.

        Parameters
        ----------
        base_rate : float
            Between 0 and 1; 0.005 for 5 in a thousand, as in screening.

        Returns
        -------
        positive, negative : Estimate
            By Bayes' theorem, sensitivity and specificity taken to be the same there.

        Raises
        ------
        ValueError
            If the base rate isn't between 0 and 1, or a class had no case.

        Examples
        --------
        >>> from mediedu.classify import Report
        >>> report = Report.from_counts(true_positives=90, false_negatives=10, false_positives=10,
        ...                             true_negatives=90)
        >>> print(report.predictive_values(0.01)[0])
        0.083 (0.043 to 0.118)
        """
        return predictive_values_at(base_rate, self.sensitivity, self.specificity)

    def decision_cost(
        self, *, miss: float, false_alarm: float, base_rate: float | None = None
    ) -> DecisionCost:
        """Weigh misses against false alarms.

        Parameters
        ----------
        miss, false_alarm : float
            What each costs, in one unit of your choice.
        base_rate : float, optional
            Share of people with the disease; by default as in this sample.

        Returns
        -------
        DecisionCost
            Mean cost of a case, beside always answering one way.

        Raises
        ------
        ValueError
            For negative costs, a base rate outside [0, 1], or a class without a case.
        """
        for part in (self.sensitivity, self.specificity):
            if not part.defined:
                raise ValueError(f"The cost can't be told: {part.reason}.")
        return decision_cost(
            self.sensitivity.value,
            self.specificity.value,
            miss=miss,
            false_alarm=false_alarm,
            base_rate=self.base_rate.value if base_rate is None else base_rate,
        )

    def _scored(self, what: str) -> Cases:
        if self.cases is None:
            raise ValueError(
                f"{what} needs the score of each case, and this report was made from counts. "
                "Use evaluate(y_true, y_score)."
            )
        return self.cases

    def _share(self, successes: int, total: int, reason: str, what: str, among: str) -> Estimate:
        if total == 0:
            return undefined(reason, self.level)
        units = sampling_units(None, 1) if self.cases is None else self.cases.units
        if self.cases is None or not units.by_patient:
            return proportion_interval(successes, total, level=self.level)
        truth, answer = self.cases.truth, self.cases.answer
        chosen = {
            "all": np.ones_like(truth),
            "positive": truth,
            "negative": ~truth,
            "called positive": answer,
            "called negative": ~answer,
        }[among]
        values = truth == answer if what == "right" else truth
        return proportion_of_units(values[chosen], units.subset(chosen), self.level)
