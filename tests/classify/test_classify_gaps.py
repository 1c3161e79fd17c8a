"""NaN, infinity and missing names get a sentence; none of them becomes a score, a patient or a subgroup."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from mediedu.classify import cross_validate, diagnosis_pipeline, evaluate, split_by_patient
from mediedu.describe import GLCMFeatures

LABELS = np.arange(12) % 2
SOME_MISSING = [
    ["a"] * 9 + [""] * 3,
    ["a"] * 9 + ["  "] * 3,
    ["a"] * 9 + [None] * 3,
    ["a"] * 9 + [float("nan")] * 3,
    [1.0] * 9 + [np.nan] * 3,
    pd.Series([1.0] * 9 + [np.nan] * 3),
    pd.array(["a"] * 9 + [pd.NA] * 3),
    np.array(["a"] * 9 + [""] * 3),
    np.array(["2026-11-20"] * 9 + ["NaT"] * 3, "datetime64[D]"),
]


def table(gaps=()):
    X = np.random.default_rng(0).normal(size=(12, 2))
    for row, value in gaps:
        X[row, 1] = value
    return X


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy divides by a variance of 0
def test_a_model_without_scores_is_named_and_no_nan_comes_out():
    with pytest.raises(ValueError, match="GaussianNB gave 12 of 12 cases NaN"):
        cross_validate(diagnosis_pipeline(classifier="naive_bayes"), np.ones((12, 2)), LABELS, folds=3)


@pytest.mark.parametrize("kind", [np.asarray, pd.DataFrame, np.ndarray.tolist])
@pytest.mark.parametrize(
    "estimator", [SVC(), diagnosis_pipeline(), diagnosis_pipeline(classifier="one_rule")]
)
def test_gaps_in_a_table_are_counted_and_the_first_is_named(estimator, kind):
    one, two = table([(4, np.nan)]), table([(4, np.nan), (7, np.inf)])
    with pytest.raises(ValueError, match=r"^1 of 12 cases in X holds NaN .*number 4.*SimpleImputer") as said:
        cross_validate(estimator, kind(one), LABELS, folds=3)
    assert said.value.__cause__ is not None, "what the estimator itself said is kept"
    with pytest.raises(ValueError, match=r"^2 of 12 cases in X hold NaN or infinity .*number 4"):
        cross_validate(estimator, kind(two), LABELS, folds=3)


@pytest.mark.filterwarnings("ignore")  # scikit-learn warns of the fits that failed
def test_gaps_under_a_search_and_in_images_are_named_too():
    search = GridSearchCV(SVC(), {"C": [1, 10]}, cv=2)
    with pytest.raises(ValueError, match="1 of 12 cases in X holds NaN"):
        cross_validate(search, table([(4, np.nan)]), LABELS, folds=3)
    images = np.random.default_rng(0).random((12, 9, 9))
    images[4, 1, 1] = np.nan
    for X in (images, list(images)):
        with pytest.raises(ValueError, match=r"1 of 12 cases in X holds NaN .*number 4, counted from 0"):
            cross_validate(diagnosis_pipeline(GLCMFeatures()), X, LABELS, folds=3)


def test_estimators_that_take_gaps_get_them():
    X = table([(4, np.nan)])
    for estimator in (HistGradientBoostingClassifier(), make_pipeline(SimpleImputer(), LogisticRegression())):
        assert np.isfinite(cross_validate(estimator, X, LABELS, folds=3).scores).all()


def test_what_has_nothing_to_do_with_gaps_stays_as_it_was_said():
    class Stubborn(LogisticRegression):
        def fit(self, X, y):
            raise ValueError("I don't want to.")

    with pytest.raises(ValueError, match="I don't want to"):
        cross_validate(Stubborn(), table([(4, np.nan)]), LABELS, folds=3)
    words = [["benign"], ["malignant"]] * 6
    with pytest.raises(ValueError, match="could not convert string"):
        cross_validate(LogisticRegression(), words, LABELS, folds=3)


@pytest.mark.parametrize("groups", SOME_MISSING)
def test_images_without_a_patient_are_counted(groups):
    for call in (
        lambda: evaluate(LABELS, np.linspace(0, 1, 12), groups=groups),
        lambda: cross_validate(LogisticRegression(), table(), LABELS, groups, folds=2),
        lambda: split_by_patient(LABELS, groups=groups),
    ):
        with pytest.raises(ValueError, match="3 of 12 images have no patient in groups"):
            call()


@pytest.mark.parametrize("labels", SOME_MISSING)
def test_cases_without_a_subgroup_are_counted(labels):
    report = evaluate(LABELS, np.linspace(0, 1, 12))
    with pytest.raises(ValueError, match=r'3 of 12 cases have no subgroup in labels.*"unknown"'):
        report.subgroups(labels)


def test_subgroups_of_names_and_numbers_get_a_sentence():
    report = evaluate(LABELS, np.linspace(0, 1, 12))
    with pytest.raises(TypeError, match="labels mixes names and numbers"):
        report.subgroups(np.array(["a", 1] * 6, object))
    assert list(report.subgroups(LABELS == 0)) == ["False", "True"]
