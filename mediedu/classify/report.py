"""What a classifier is worth: every measure with its interval, in one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from mediedu.classify.binary_labels import class_pair
from mediedu.classify.counts import Counts
from mediedu.classify.estimate import checked_level
from mediedu.classify.measures import Measures

if TYPE_CHECKING:
    from mediedu.classify.subgroups import Subgroups
    from mediedu.figures import Figure

__all__ = ["Report"]


@dataclass(frozen=True, eq=False, repr=False)
class Report(Measures):
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
            If there isn't one label for each case, one is missing (None, NaN or an empty name), or the report
            was made from counts.
        """
        from mediedu.classify.subgroups import take_apart

        self._scored("A subgroup")
        return take_apart(self, labels)

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
