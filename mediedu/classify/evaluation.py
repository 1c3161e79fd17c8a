"""Judge a classifier of two classes: truth and scores in, a report out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.binary_labels import checked_labels, checked_scores, class_pair, one_per_case
from mediedu.classify.counts import Counts
from mediedu.classify.estimate import checked_level
from mediedu.classify.measures import Cases
from mediedu.classify.report import Report
from mediedu.classify.sampling_units import sampling_units

__all__ = ["evaluate"]


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
