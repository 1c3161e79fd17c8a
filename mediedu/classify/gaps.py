"""Say where a value or a score is missing, in place of a number that is none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["refuse_gaps", "refuse_no_score"]


def refuse_gaps(X: Any, problem: ValueError) -> None:
    """Say which cases hold NaN or infinity, where that is what an estimator stumbled over.

    Parameters
    ----------
    X : array, data frame or sequence
        A row of features, or an image, for each case.
    problem : ValueError
        What the estimator said. Some estimators take NaN and never say anything.

    Raises
    ------
    ValueError
        If X has gaps and the problem tells of them.

    Examples
    --------
    >>> refuse_gaps([[1.0], [float("nan")], [2.0]], ValueError("Input X contains NaN."))
    Traceback (most recent call last):
        ...
    ValueError: 1 of 3 cases in X holds NaN or infinity (the first is number 1, counted from 0), and this
    estimator takes none. Find out why. Leave such cases out, or fill NaN in a table with SimpleImputer, first
    in the pipeline.
    """
    if not any(word in str(problem) for word in ("NaN", "infinity", "finite")):
        return
    entries = X.to_numpy() if hasattr(X, "to_numpy") else X
    gaps = [number for number, entry in enumerate(entries) if not _whole(entry)]
    if gaps:
        hold = "holds" if len(gaps) == 1 else "hold"
        raise ValueError(
            f"{len(gaps)} of {len(entries)} cases in X {hold} NaN or infinity (the first is number "
            f"{gaps[0]}, counted from 0), and this estimator takes none. Find out why. Leave such cases out, "
            "or fill NaN in a table with SimpleImputer, first in the pipeline."
        ) from problem


def refuse_no_score(scores: NDArray[np.float64], estimator: Any) -> None:
    """Say how many cases got a score that is no number.

    Examples
    --------
    >>> from sklearn.naive_bayes import GaussianNB
    >>> refuse_no_score(np.array([[0.2, np.nan, 0.7]]), GaussianNB())
    Traceback (most recent call last):
        ...
    ValueError: GaussianNB gave 1 of 3 cases NaN or infinity as a score, so they can't be ranked. Look for
    features in X that are constant or very large.
    """
    broken = int((~np.isfinite(scores)).any(axis=0).sum())
    if broken:
        judge = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
        raise ValueError(
            f"{type(judge).__name__} gave {broken} of {scores.shape[1]} cases NaN or infinity as a score, so "
            "they can't be ranked. Look for features in X that are constant or very large."
        )


def _whole(entry: Any) -> bool:
    try:
        return bool(np.isfinite(np.asarray(entry, dtype=float)).all())
    except (TypeError, ValueError):
        return True  # text, or rows of unequal length: not for this sentence
