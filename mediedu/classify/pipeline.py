"""From images to a diagnosis in one scikit-learn pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

__all__ = ["CLASSIFIERS", "diagnosis_pipeline"]

CLASSIFIERS = ("svm", "knn", "tree", "naive_bayes", "logistic", "one_rule")


def diagnosis_pipeline(features: Any = None, classifier: Any = "svm", *, seed: int = 0) -> Pipeline:
    """Chain features, standardisation and a classifier.

    Parameters
    ----------
    features : transformer, optional
        Turns what comes in (masks, images) into a table, such as `ShapeFeatures()`; anything with
        scikit-learn's `fit` and `transform`. None where a table comes in.
    classifier : str or scikit-learn classifier, default "svm"
        "svm" (radial kernel), "knn", "tree", "naive_bayes", "logistic", "one_rule", each with scikit-learn's
        own defaults; or a classifier of your own.
    seed : int, default 0
        For the tree, which breaks ties at random.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps "features" (where given), "scale" and "classifier". "tree" and "one_rule" have no "scale": their
        thresholds stay in the features' own units. Change settings by
        ``set_params(classifier__C=10)``.

    Raises
    ------
    ValueError
        For an unknown name.
    TypeError
        If `features` can't transform or `classifier` can't fit.

    Examples
    --------
    >>> [name for name, _ in diagnosis_pipeline(classifier="knn").steps]
    ['scale', 'classifier']
    """
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    if features is not None and not (hasattr(features, "fit") and hasattr(features, "transform")):
        raise TypeError(
            f"features is {features!r}, which can't transform. Give a scikit-learn transformer, such as "
            "ShapeFeatures(), or None where a table comes in."
        )
    steps = [] if features is None else [("features", features)]
    if classifier not in ("tree", "one_rule"):
        steps.append(("scale", StandardScaler()))
    return Pipeline([*steps, ("classifier", _classifier(classifier, seed))])


def _classifier(classifier: Any, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    from mediedu.classify.one_rule import OneRule

    if not isinstance(classifier, str):
        if not (hasattr(classifier, "fit") and hasattr(classifier, "predict")):
            raise TypeError(
                f"classifier is {classifier!r}; give one of {', '.join(CLASSIFIERS)}, or a "
                "scikit-learn classifier."
            )
        return classifier
    made = {
        "svm": SVC,
        "knn": KNeighborsClassifier,
        "tree": lambda: DecisionTreeClassifier(random_state=seed),
        "naive_bayes": GaussianNB,
        "logistic": LogisticRegression,
        "one_rule": OneRule,
    }
    if classifier not in made:
        raise ValueError(f"There is no classifier {classifier!r}. Take one of {', '.join(CLASSIFIERS)}.")
    return made[classifier]()
