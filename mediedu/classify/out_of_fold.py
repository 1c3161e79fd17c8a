"""What cross-validation found: the score of each case by a model that never saw it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.evaluation import evaluate
from mediedu.classify.report import Report

__all__ = ["CrossValidation"]


@dataclass(frozen=True, eq=False, repr=False)
class CrossValidation:
    """Out-of-fold scores of all cases, once for each repeat.

    Attributes
    ----------
    y_true : ndarray, shape (n,)
        The true classes.
    scores : ndarray of float, shape (repeats, n)
        The score that each case got from the model of the fold in which it was left out.
    answers : ndarray, shape (repeats, n)
        The class that the same model predicted.
    fold : ndarray of int, shape (repeats, n)
        The fold in which each case was left out.
    estimators : list of list
        The fitted estimator of each repeat and fold, to see what was chosen inside.
    unit : str
        What stayed together: "by patient: …", or "by image: patients unknown".
    """

    y_true: NDArray[Any]
    scores: NDArray[np.float64]
    answers: NDArray[Any]
    fold: NDArray[np.intp]
    estimators: list[list[Any]]
    unit: str
    groups: NDArray[Any] | None
    class_names: tuple[str, ...] | None
    positive: Any

    def report(self, repeat: int = 0, **options: Any) -> Report:
        """Judge the out-of-fold answers of one repeat.

        Parameters
        ----------
        repeat : int, default 0
            Which. Scores of several repeats aren't averaged: that would judge a committee of models.
        **options
            As for `evaluate`; for example ``threshold``, which replaces the model's own answers.

        Returns
        -------
        Report
            Its intervals cover the choice of cases, not the choice of folds: compare the repeats for that.
        """
        if "threshold" not in options:
            options = {"y_pred": self.answers[repeat], **options}
        options = {"groups": self.groups, "class_names": self.class_names, **options}
        return evaluate(self.y_true, self.scores[repeat], positive=self.positive, **options)

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """The report of each repeat."""
        return tuple(self.report(repeat) for repeat in range(len(self.scores)))

    @property
    def auc(self) -> NDArray[np.float64]:
        """The AUC of each repeat, shape (repeats,)."""
        return np.array([report.auc.value for report in self.reports])

    @property
    def balanced_accuracy(self) -> NDArray[np.float64]:
        """The balanced accuracy of each repeat, shape (repeats,)."""
        return np.array([report.balanced_accuracy.value for report in self.reports])

    def __str__(self) -> str:
        """Tell AUC and balanced accuracy, with interval and with the range over repeats."""
        repeats, folds = len(self.scores), int(self.fold.max()) + 1
        lines = [f"{folds} folds, {repeats} repeat{'s' * (repeats > 1)}, {self.unit}."]
        for name, values, first in (
            ("AUC", self.auc, self.reports[0].auc),
            ("balanced accuracy", self.balanced_accuracy, self.reports[0].balanced_accuracy),
        ):
            line = f"  {name:<18} {values.mean():.3f}"
            if repeats > 1:
                line += f", from {values.min():.3f} to {values.max():.3f} over repeats"
            lines.append(f"{line}; first repeat {first}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Tell the size in one line."""
        return f"<CrossValidation of {self.y_true.size} cases, {len(self.scores)} repeats, {self.unit}>"
