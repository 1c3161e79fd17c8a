"""Cross-validation: every case is judged by a model that never saw it, nor its patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.binary_labels import checked_labels, one_per_case
from mediedu.classify.folds import dealt, is_search, refuse_few, refuse_leaking_search
from mediedu.classify.gaps import refuse_gaps, refuse_no_score
from mediedu.classify.out_of_fold import CrossValidation
from mediedu.classify.sampling_units import sampling_units

__all__ = ["cross_validate"]


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
        only, a search inside would spread a patient over its own folds, an estimator that takes no NaN meets
        some in X, or a model gives a case no score.

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
    refuse_few(truth, units, folds)
    refuse_leaking_search(estimator, patients)
    tasks = [
        (repeat, fold, train, test)
        for repeat in range(repeats)
        for fold, (train, test) in enumerate(dealt(truth, units, folds, seed + repeat))
    ]
    try:
        done = Parallel(n_jobs=n_jobs)(
            delayed(_fit_and_score)(estimator, X, labels, patients, train, test, positive)
            for _, _, train, test in tasks
        )
    except ValueError as problem:
        refuse_gaps(X, problem)
        raise
    scores = np.full((repeats, labels.size), np.nan)
    answers = np.empty((repeats, labels.size), dtype=labels.dtype)
    number = np.zeros((repeats, labels.size), dtype=np.intp)
    fitted: list[list[Any]] = [[] for _ in range(repeats)]
    for (repeat, fold, _, test), (model, score, answer) in zip(tasks, done, strict=True):
        scores[repeat, test], answers[repeat, test], number[repeat, test] = score, answer, fold
        fitted[repeat].append(model)
    refuse_no_score(scores, estimator)
    names = None if class_names is None else tuple(class_names)
    return CrossValidation(labels, scores, answers, number, fitted, units.words, patients, names, positive)


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
    options = {} if patients is None or not is_search(model) else {"groups": patients[train]}
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
