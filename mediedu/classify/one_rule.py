"""One feature, one threshold: the rule that every larger classifier has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["OneRule", "one_line_rule"]


class OneRule(ClassifierMixin, BaseEstimator):
    """Classify by the one feature and threshold that part the training cases best.

    Every feature, every threshold halfway between two of its neighbouring values and both directions are
    tried; the highest balanced accuracy on the training cases wins. Judge it by `cross_validate`, which
    chooses anew in each fold.

    Parameters
    ----------
    feature_names : sequence of str, optional
        Names for `rule_`; by default those of a data frame, else "feature 0", "feature 1", ….

    Attributes
    ----------
    feature_ : int
        The column of the feature that was chosen.
    threshold_ : float
        In the feature's own units.
    above_ : bool
        True if values above the threshold speak for the second class.
    training_balanced_accuracy_ : float
        On the training cases, which flatters: it is the best of many tries.
    rule_ : str
        The rule in words.
    classes_ : ndarray
        The two classes.

    Notes
    -----
    Of equally good features the first is taken, of equally good thresholds the one with the widest gap, and
    then the lowest. The score of `decision_function` is the distance from the threshold in standard
    deviations of the training values, so that folds that chose differently can be pooled.

    References
    ----------
    Holte RC. Very simple classification rules perform well on most commonly used datasets. Machine Learning
    1993, 11:63–91.

    Examples
    --------
    >>> rule = OneRule(feature_names=["area", "roughness"])
    >>> _ = rule.fit([[5, 0.1], [9, 0.2], [6, 0.7], [8, 0.8]], ["benign", "benign", "malignant", "malignant"])
    >>> rule.rule_
    'roughness > 0.45: malignant, else benign'
    >>> rule.predict([[7, 0.3]]).tolist()
    ['benign']
    """

    def __init__(self, feature_names: Sequence[str] | None = None) -> None:
        self.feature_names = feature_names

    def fit(self, X: ArrayLike, y: ArrayLike) -> OneRule:
        """Choose the feature, the threshold and the direction.

        Parameters
        ----------
        X : array_like of float, shape (n, k)
            One row for each case.
        y : array_like, shape (n,)
            Two classes.

        Returns
        -------
        OneRule
            Itself.

        Raises
        ------
        ValueError
            If there aren't two classes, values are missing, or all features are constant.
        """
        features, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                "Only binary classification is supported. The type of the target is "
                f"{type_of_target(labels, input_name='y')}. Ask about one class at a time, such as y == 2."
            )
        if len(self.classes_) < 2:
            raise ValueError(f"y holds one class only ({self.classes_[0]}); a rule needs cases of both.")
        names = self._names(features.shape[1])
        tries = [_best_threshold(column, codes == 1) for column in features.T]
        self.feature_ = int(np.argmax([round(quality, 12) for quality, _, _ in tries]))
        quality, self.threshold_, self.above_ = tries[self.feature_]
        if not np.isfinite(self.threshold_):
            raise ValueError(
                "Every feature has the same value in all training cases, so no threshold parts them."
            )
        self.training_balanced_accuracy_ = quality
        self.scale_ = float(features[:, self.feature_].std())
        high, low = self.classes_[::-1] if self.above_ else self.classes_
        self.rule_ = f"{names[self.feature_]} > {self.threshold_:.4g}: {high}, else {low}"
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Give the distance from the threshold, positive where the second class is answered.

        Parameters
        ----------
        X : array_like of float, shape (n, k)
            One row for each case.

        Returns
        -------
        ndarray of float, shape (n,)
            In standard deviations of the training values.
        """
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        distance = (features[:, self.feature_] - self.threshold_) / self.scale_
        return distance if self.above_ else -distance

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Give the class of each case.

        Parameters
        ----------
        X : array_like of float, shape (n, k)
            One row for each case.

        Returns
        -------
        ndarray, shape (n,)
            Of `classes_`.
        """
        second = self.decision_function(X) > 0
        return self.classes_[second.astype(int)]

    def _names(self, count: int) -> list[str]:
        names = getattr(self, "feature_names_in_", None) if self.feature_names is None else self.feature_names
        if names is None:
            return [f"feature {index}" for index in range(count)]
        if len(names) != count:
            raise ValueError(
                f"feature_names has {len(names)} names for {count} features. Give one for each column."
            )
        return [str(name) for name in names]

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that there are two classes, and that one feature may not be enough."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.poor_score = True
        return tags


def _best_threshold(values: NDArray[np.float64], positive: NDArray[np.bool_]) -> tuple[float, float, bool]:
    """Give the best balanced accuracy of one feature, its threshold, and whether positives lie above."""
    order = np.argsort(values, kind="stable")
    ordered, truth = values[order], positive[order]
    gaps = np.diff(ordered)
    cuts = np.flatnonzero(gaps > 0)
    if not cuts.size:
        return 0.5, np.nan, True
    below = np.cumsum(truth)[cuts] / truth.sum(), np.cumsum(~truth)[cuts] / (~truth).sum()
    above = (1 - below[0] + below[1]) / 2
    quality = np.maximum(above, 1 - above)
    best = np.flatnonzero(quality >= quality.max() - 1e-12)
    chosen = best[np.argmax(gaps[cuts[best]])]
    low, high = ordered[cuts[chosen]], ordered[cuts[chosen] + 1]
    middle = low + (high - low) / 2
    # Between two neighbouring floats there is no middle: the lower one then is the threshold.
    threshold = float(middle if low < middle < high else low)
    return float(quality[chosen]), threshold, bool(above[chosen] >= 0.5)


def one_line_rule(X: ArrayLike, y: ArrayLike, feature_names: Sequence[str] | None = None) -> OneRule:
    """Give the best rule of one feature and one threshold on these training cases.

    Parameters
    ----------
    X : array_like of float, shape (n, k)
        One row for each case.
    y : array_like, shape (n,)
        Two classes.
    feature_names : sequence of str, optional
        A name for each column.

    Returns
    -------
    OneRule
        Fitted; `rule_` says it in words.

    Raises
    ------
    ValueError
        As `OneRule.fit`.

    Examples
    --------
    >>> one_line_rule([[1.0], [2.0], [5.0], [6.0]], [0, 0, 1, 1], ["roughness"]).rule_
    'roughness > 3.5: 1, else 0'
    """
    return OneRule(feature_names).fit(X, y)
