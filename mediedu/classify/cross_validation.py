"""Cross-validation: every case is judged by a model that never saw it, nor its patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.binary_labels import checked_labels, one_per_case
from mediedu.classify.report import Report, evaluate
from mediedu.classify.sampling_units import Units, sampling_units

__all__ = ["CrossValidation", "cross_validate"]


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


def cross_validate(
    estimator: Any,
    X: Any,
    y: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    folds: int = 10,
    repeats: int = 1,
    seed: int = 0,
    class_names: Sequence[str] | None = None,
    positive: Any = None,
    n_jobs: int | None = None,
) -> CrossValidation:
    """Fit and judge an estimator by repeated stratified k-fold, patients kept together where known.

    In each fold a fresh clone is fitted on the other folds alone. What is inside the estimator (scaling,
    selection of features, a grid search) is therefore chosen without the cases that it is judged by.

    Parameters
    ----------
    estimator : scikit-learn classifier or Pipeline
        With `predict_proba` or `decision_function`; a search such as `GridSearchCV` works too.
    X : array, data frame or sequence, length n
        What the estimator takes: feature rows, images or masks.
    y : array_like, shape (n,)
        Two classes.
    groups : array_like, shape (n,), optional
        The patient of each image. None: by image, and the result says that patients are unknown.
    folds, repeats : int
        Number of folds, and how often the cases are dealt anew.
    seed : int, default 0
        Seed of the folds: repeat r is shuffled with seed + r.
    class_names, positive
        As for `evaluate`.
    n_jobs : int, optional
        Processes, as in joblib.

    Returns
    -------
    CrossValidation
        Out-of-fold scores and answers; its `report` judges them.

    Raises
    ------
    ValueError
        If a class has fewer cases (or patients) than there are folds, a training part would hold one class
        only, or a search inside would spread a patient over its own folds.

    References
    ----------
    Varma S, Simon R. Bias in error estimation when using cross-validation for model selection. BMC
    Bioinformatics 2006, 7:91.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> y = np.repeat([0, 1], 20)
    >>> X = np.random.default_rng(0).normal(y[:, None], 1, (40, 2))
    >>> result = cross_validate(LogisticRegression(), X, y, folds=5, seed=0)
    >>> result
    <CrossValidation of 40 cases, 1 repeats, by image: patients unknown>
    >>> result.scores.shape
    (1, 40)
    """
    from joblib import Parallel, delayed

    labels = one_per_case(y, "y")
    truth = checked_labels(labels, positive, what="y")
    positive = np.unique(labels)[1] if positive is None else positive
    entries = X.shape[0] if hasattr(X, "shape") else len(X)
    if entries != labels.size:
        raise ValueError(f"X has {entries} entries, y has {labels.size}. Give one class for each entry.")
    units = sampling_units(groups, labels.size)
    patients = None if groups is None else np.asarray(groups)
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}; cross-validation is done once or more.")
    _refuse_few(truth, units, folds)
    _refuse_leaking_search(estimator, patients)
    tasks = [
        (repeat, fold, train, test)
        for repeat in range(repeats)
        for fold, (train, test) in enumerate(_dealt(truth, units, folds, seed + repeat))
    ]
    done = Parallel(n_jobs=n_jobs)(
        delayed(_fit_and_score)(estimator, X, labels, patients, train, test, positive)
        for _, _, train, test in tasks
    )
    scores = np.full((repeats, labels.size), np.nan)
    answers = np.empty((repeats, labels.size), dtype=labels.dtype)
    number = np.zeros((repeats, labels.size), dtype=np.intp)
    fitted: list[list[Any]] = [[] for _ in range(repeats)]
    for (repeat, fold, _, test), (model, score, answer) in zip(tasks, done, strict=True):
        scores[repeat, test], answers[repeat, test], number[repeat, test] = score, answer, fold
        fitted[repeat].append(model)
    names = None if class_names is None else tuple(class_names)
    return CrossValidation(labels, scores, answers, number, fitted, units.words, patients, names, positive)


def _refuse_few(truth: NDArray[np.bool_], units: Units, folds: int) -> None:
    if not (isinstance(folds, int | np.integer) and folds >= 2):
        raise ValueError(f"folds is {folds!r}; cross-validation needs a whole number from 2 up.")
    fewest = min(len(np.unique(units.index[truth == side])) for side in (True, False))
    if fewest < folds:
        what = "patients" if units.by_patient else "cases"
        raise ValueError(
            f"The smaller class has {fewest} {what} and there are {folds} folds, "
            f"so a fold would hold none of them. Use at most {fewest} folds."
            if fewest > 1
            else f"One class has a single {what[:-1]}, which can't be both learned from and judged. Get more."
        )


def _refuse_leaking_search(estimator: Any, patients: NDArray[Any] | None) -> None:
    from sklearn.model_selection import (
        GroupKFold,
        GroupShuffleSplit,
        LeaveOneGroupOut,
        LeavePGroupsOut,
        StratifiedGroupKFold,
    )

    by_group = GroupKFold | GroupShuffleSplit | LeaveOneGroupOut | LeavePGroupsOut | StratifiedGroupKFold
    if patients is not None and _is_search(estimator) and not isinstance(estimator.cv, by_group):
        raise ValueError(
            f"The search inside splits with cv={estimator.cv!r}, which would spread a patient "
            "over its folds. Give it cv=StratifiedGroupKFold(5)."
        )


def _is_search(estimator: Any) -> bool:
    from sklearn.model_selection._search import BaseSearchCV

    return isinstance(estimator, BaseSearchCV)


def _dealt(
    truth: NDArray[np.bool_], units: Units, folds: int, seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedGroupKFold if units.by_patient else StratifiedKFold
    dealer = kind(n_splits=folds, shuffle=True, random_state=seed)
    pairs = list(dealer.split(truth, truth, units.index if units.by_patient else None))
    if any(len(np.unique(truth[train])) < 2 for train, _ in pairs):
        raise ValueError(
            "A training part would hold one class only, because few patients hold most of the other. "
            "Use fewer folds, or another seed."
        )
    return pairs


def _fit_and_score(
    estimator: Any,
    X: Any,
    labels: NDArray[Any],
    patients: NDArray[Any] | None,
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    positive: Any,
) -> tuple[Any, NDArray[np.float64], NDArray[Any]]:
    from sklearn.base import clone

    model = clone(estimator)
    options = {} if patients is None or not _is_search(model) else {"groups": patients[train]}
    model.fit(_taken(X, train), labels[train], **options)
    left_out = _taken(X, test)
    return model, _score(model, left_out, positive), model.predict(left_out)


def _score(model: Any, X: Any, positive: Any) -> NDArray[np.float64]:
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X))[:, list(model.classes_).index(positive)]
    if hasattr(model, "decision_function"):
        score = np.asarray(model.decision_function(X), dtype=float)
        return score if model.classes_[1] == positive else -score
    raise TypeError(
        f"{type(model).__name__} gives neither predict_proba nor decision_function, so cases can't be "
        "ranked. Take a classifier that has one, such as SVC or LogisticRegression."
    )


def _taken(X: Any, rows: NDArray[np.intp]) -> Any:
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    if isinstance(X, list | tuple):
        return [X[row] for row in rows]
    return X[rows]
