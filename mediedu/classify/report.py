"""What a classifier is worth: every measure with its interval, in one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.binary_labels import checked_labels, checked_scores, class_pair, one_per_case
from mediedu.classify.bootstrap import auc_bootstrap
from mediedu.classify.calibration import Calibration, calibrate
from mediedu.classify.counts import Counts, mean_of_two, predictive_values_at, undefined
from mediedu.classify.decision_cost import DecisionCost, decision_cost
from mediedu.classify.delong import auc_interval
from mediedu.classify.estimate import Estimate, checked_level
from mediedu.classify.roc import ROC, roc_with_band
from mediedu.classify.sampling_units import UNKNOWN, Units, proportion_of_units, sampling_units

if TYPE_CHECKING:
    from mediedu.classify.subgroups import Subgroups
    from mediedu.figures import Figure

__all__ = ["Cases", "Report", "evaluate"]


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
class Report:
    """Hold what is known of a classifier's answers; it prints itself and draws itself.

    Make one with `evaluate`, or with `Report.from_counts` where only the four counts are known.

    Attributes
    ----------
    counts : Counts
        True and false positives and negatives.
    class_names : (str, str)
        The negative and the positive class.
    unit : str
        What was taken as independent: "by patient: …" or "by image: patients unknown".
    level : float
        Confidence level of all intervals.
    cases : Cases or None
        Truth, answers and scores; None if the report was made from counts.
    synthetic : bool
        True if no patient was imaged.

    Examples
    --------
    >>> report = Report.from_counts(true_positives=2, false_negatives=8, false_positives=8, true_negatives=82,
    ...                             class_names=("benign", "malignant"))
    >>> print(report)
    100 cases: 90 benign, 10 malignant (positive). Intervals 95 %, by image: patients unknown.
                            called malignant   called benign
      malignant                            2               8
      benign                               8              82
      accuracy              0.840 (0.756 to 0.899); always "benign" scores 0.900
      sensitivity           0.200 (0.057 to 0.510)
      specificity           0.911 (0.834 to 0.954)
      balanced accuracy     0.556 (0.474 to 0.712)
      positive predictive   0.200 (0.057 to 0.510) at this base rate, 10 %
      negative predictive   0.911 (0.834 to 0.954) at this base rate, 10 %
    """

    counts: Counts
    class_names: tuple[str, str]
    unit: str = UNKNOWN
    level: float = 0.95
    cases: Cases | None = None
    synthetic: bool = False

    @classmethod
    def from_counts(
        cls,
        *,
        true_positives: int,
        false_negatives: int,
        false_positives: int,
        true_negatives: int,
        class_names: Sequence[str] = ("negative", "positive"),
        level: float = 0.95,
    ) -> Report:
        """Make a report from four counts, such as a paper prints.

        Parameters
        ----------
        true_positives, false_negatives, false_positives, true_negatives : int
            How many cases of each kind.
        class_names : (str, str)
            The negative and the positive class.
        level : float, default 0.95
            Confidence level.

        Returns
        -------
        Report
            Without what needs scores: AUC, ROC, calibration.

        Raises
        ------
        ValueError
            If a count is negative, all are 0, or there aren't two class names.
        """
        negative, positive = class_pair(class_names, [0, 1], 1)
        counts = Counts(true_positives, false_negatives, false_positives, true_negatives)
        return cls(counts, (negative, positive), level=checked_level(level))

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

    def subgroups(self, labels: ArrayLike) -> Subgroups:
        """Take the report apart by a property of the cases, such as age, scanner or hospital.

        Parameters
        ----------
        labels : array_like, shape (n,)
            The subgroup of each case.

        Returns
        -------
        Subgroups
            A table of the subgroups; it prints and draws itself.

        Raises
        ------
        ValueError
            If there isn't one label for each case, or the report was made from counts.
        """
        from mediedu.classify.subgroups import take_apart

        self._scored("A subgroup")
        return take_apart(self, labels)

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
            from mediedu.classify.estimate import proportion_interval

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

    def __str__(self) -> str:
        """Write all measures as plain text."""
        from mediedu.classify.report_text import summary

        return summary(self)

    def __repr__(self) -> str:
        """Tell the cases and two measures in one line."""
        return (
            f"<Report of {self.counts.total} cases: sensitivity {self.sensitivity:.2f}, "
            f"specificity {self.specificity:.2f}; {self.unit}>"
        )

    def show(self) -> Figure:
        """Draw accuracy, sensitivity, specificity, balanced accuracy and AUC as bars with intervals."""
        from mediedu.classify.report_figures import measures_figure

        return measures_figure(self)

    def show_counts(self) -> Figure:
        """Draw the four counts in a table."""
        from mediedu.classify.report_figures import counts_figure

        return counts_figure(self)

    def show_roc(self) -> Figure:
        """Draw the ROC curve with its confidence band."""
        from mediedu.classify.report_figures import roc_figure

        return roc_figure(self)

    def show_calibration(self, bins: int = 10, *, equal_counts: bool = False) -> Figure:
        """Draw the observed share of positives against the mean score of each bin."""
        from mediedu.classify.report_figures import calibration_figure

        return calibration_figure(self, self.calibration(bins, equal_counts=equal_counts))

    def show_predictive_values(self) -> Figure:
        """Draw both predictive values against the base rate."""
        from mediedu.classify.report_figures import predictive_values_figure

        return predictive_values_figure(self)

    def show_cost(self, *, miss: float, false_alarm: float, base_rate: float | None = None) -> Figure:
        """Draw the mean cost of a case against the threshold."""
        from mediedu.classify.report_figures import cost_figure

        return cost_figure(self, miss, false_alarm, base_rate)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Draw itself where a notebook shows it, the plain text below."""
        import html

        text = str(self)
        return {"text/html": f"{self.show().html()}<pre>{html.escape(text)}</pre>", "text/plain": text}


def evaluate(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    threshold: float | None = None,
    groups: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    positive: Any = None,
    y_pred: ArrayLike | None = None,
    level: float = 0.95,
    bootstrap: int = 2000,
    seed: int = 0,
    synthetic: bool = False,
) -> Report:
    """Judge a classifier of two classes by its scores.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        The true classes: 0 and 1, False and True, or two names.
    y_score : array_like of float, shape (n,)
        A score for each case, higher for the positive class: its probability, or a decision function. Finite.
    threshold : float, optional
        A case is called positive where its score is at least this. By default 0.5 where all scores lie in
        [0, 1]; else it must be given (0 for a decision function).
    groups : array_like, shape (n,), optional
        The patient of each image. All intervals then take patients as independent, not images. None: by
        image, and the report says that patients are unknown.
    class_names : sequence of two str, optional
        Names of the classes, in the order of their sorted labels, as in `Dataset.class_names`.
    positive : label, optional
        The class that is looked for; by default the larger of the two labels.
    y_pred : array_like, shape (n,), optional
        The answers, as labels, where they weren't made by one threshold. The counts are taken from them.
    level : float, default 0.95
        Confidence level of all intervals.
    bootstrap : int, default 2000
        Number of resamples, at least 100.
    seed : int, default 0
        Seed of the resamples.
    synthetic : bool, default False
        Say in the report that no patient was imaged.

    Returns
    -------
    Report
        Frozen; it prints itself and draws itself.

    Raises
    ------
    ValueError
        If there is only one class or more than two, a score is NaN, lengths differ, or a threshold is needed.

    Examples
    --------
    >>> report = evaluate([0, 0, 0, 1, 1, 1], [0.1, 0.3, 0.6, 0.4, 0.8, 0.9])
    >>> report.counts
    Counts(true_positives=2, false_negatives=1, false_positives=1, true_negatives=2)
    >>> report.auc
    <Estimate 0.889 (0.261 to 0.995); 95 %, DeLong>
    """
    labels = one_per_case(y_true, "y_true")
    truth = checked_labels(labels, positive)
    score = checked_scores(y_score, truth.size)
    units = sampling_units(groups, truth.size)
    if bootstrap < 100:
        raise ValueError(f"bootstrap is {bootstrap}; an interval needs at least 100 resamples.")
    if y_pred is not None:
        if threshold is not None:
            raise ValueError("Give either a threshold or y_pred: both say which cases are called positive.")
        answer = _answers(y_pred, labels, positive)
    else:
        threshold = _threshold(threshold, score)
        answer = score >= threshold
    counts = Counts(
        true_positives=int((truth & answer).sum()),
        false_negatives=int((truth & ~answer).sum()),
        false_positives=int((~truth & answer).sum()),
        true_negatives=int((~truth & ~answer).sum()),
    )
    cases = Cases(truth, answer, score, units, threshold, bootstrap, seed)
    names = class_pair(class_names, labels, positive)
    return Report(counts, names, units.words, checked_level(level), cases, synthetic)


def _threshold(threshold: float | None, score: NDArray[np.float64]) -> float:
    if threshold is None:
        if score.min() < 0 or score.max() > 1:
            raise ValueError(
                f"The scores run from {score.min():.3g} to {score.max():.3g}, so they are no probabilities "
                "and 0.5 means nothing. Give a threshold, such as threshold=0 for a decision function."
            )
        return 0.5
    if not np.isfinite(threshold):
        raise ValueError(f"threshold is {threshold!r}; it must be a finite number, as the scores are.")
    return float(threshold)


def _answers(y_pred: ArrayLike, labels: NDArray[Any], positive: Any) -> NDArray[np.bool_]:
    answers = one_per_case(y_pred, "y_pred")
    classes = np.unique(labels)
    if answers.shape != labels.shape or not np.isin(answers, classes).all():
        raise ValueError(
            f"y_pred has {answers.size} answers for {labels.size} cases, or answers that aren't one of "
            f"{classes[0]!s} and {classes[1]!s}. Give one class for each case."
        )
    return np.asarray(answers == (classes[1] if positive is None else positive))
