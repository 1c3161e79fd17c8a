"""Splits and cross-validation: patients on one side, classes in proportion, choices inside the folds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR

from mediedu.classify import cross_validate, diagnosis_pipeline, split_by_patient
from mediedu.data import Dataset, load


@given(st.integers(9, 200), st.floats(0.1, 0.4), st.floats(0.1, 0.4), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_by_image_every_class_is_cut_in_proportion(count, validation, test, seed):
    labels = np.arange(count) % 3
    split = split_by_patient(labels, validation=validation, test=test, seed=seed)
    assert sorted(np.concatenate(list(split)).tolist()) == list(range(count))
    assert split.unit == "by image: patients unknown"
    for share, rows in zip((1 - validation - test, validation, test), split, strict=True):
        for value in range(3):
            of_class = (labels == value).sum()
            assert abs((labels[rows] == value).sum() - share * of_class) <= max(1, 0.5 + (of_class < 12))


@given(st.integers(0, 200), st.integers(30, 60))
@settings(max_examples=60, deadline=None)
def test_no_patient_straddles_and_shares_are_met(seed, patients):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(patients), rng.integers(1, 9, patients))
    labels = (rng.random(patients) < 0.4)[groups].astype(int)
    labels[groups < 6] = np.arange((groups < 6).sum()) % 2
    order = rng.permutation(groups.size)
    groups, labels = groups[order], labels[order]
    split = split_by_patient(labels, groups, seed=seed)
    sides = [set(groups[rows].tolist()) for rows in split]
    assert not sides[0] & (sides[1] | sides[2])
    assert not sides[1] & sides[2]
    assert sum(map(len, sides)) == patients
    for share, rows in zip((0.6, 0.2, 0.2), split, strict=True):
        assert len(rows) / groups.size == pytest.approx(share, abs=0.07)
        assert labels[rows].mean() == pytest.approx(labels.mean(), abs=0.15)
    assert "by patient" in split.unit


def test_the_seed_decides():
    labels = np.arange(60) % 2
    for groups in (None, np.arange(60) // 2):
        first, again, other = (split_by_patient(labels, groups, seed=seed).test for seed in (1, 1, 2))
        assert first.tolist() == again.tolist() != other.tolist()


def test_a_data_set_brings_its_patients_or_says_that_it_has_none():
    images, labels = np.zeros((40, 2, 2)), np.arange(40) % 2
    known = Dataset("known", images, labels, groups=np.arange(40) // 4, class_names=("a", "b"))
    assert split_by_patient(known).unit == "by patient: 10 patients, 40 images"
    assert split_by_patient(load("breast_wisconsin")).unit == "by image: patients unknown"
    made_up = Dataset("made up", images, labels, class_names=("a", "b"), synthetic=True)
    assert split_by_patient(made_up).unit == "by image: synthetic, no patients"
    grouped = Dataset("grouped", images, labels, groups=np.arange(40), class_names=("a", "b"), synthetic=True)
    assert split_by_patient(grouped).unit == "by patient: 40 patients, 40 images; synthetic"
    with pytest.raises(ValueError, match="brings its patients itself"):
        split_by_patient(known, groups=np.arange(40))


def test_several_findings_for_one_image():
    rng = np.random.default_rng(0)
    findings = (rng.random((300, 4)) < [0.5, 0.2, 0.1, 0.05]).astype(int)
    groups = np.arange(300) // 2
    split = split_by_patient(findings, groups)
    for rows in split:
        np.testing.assert_allclose(findings[rows].mean(axis=0), findings.mean(axis=0), atol=0.08)
    assert not set(groups[split.train]) & set(groups[split.test])


@pytest.mark.parametrize(
    ("labels", "options", "words"),
    [
        ([0, 1] * 10, {"test": 0.8, "validation": 0.3}, "sum to less than 1"),
        ([0, 1] * 10, {"test": -0.1}, "sum to less than 1"),
        ([0, 1] * 10, {"test": np.nan}, "sum to less than 1"),
        ([0] * 10 + [1, 1], {}, "only 2 images"),
        ([0, 1] * 10, {"groups": [1] * 10 + [2] * 10}, "only 2 patients"),
        ([0, 1] * 10, {"groups": [1, 2]}, "for 20 images"),
        ([0.0, np.nan, 1.0], {}, "NaN"),
        (np.zeros((3, 3, 3)), {}, "one class for each image"),
    ],
)
def test_bad_splits_get_a_sentence(labels, options, words):
    with pytest.raises(ValueError, match=words):
        split_by_patient(labels, **options)


def noise_and_patients(patients=30, images=4, features=20):
    """Features of noise, nearly the same for all images of a patient; labels that they don't tell."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(patients), images)
    X = rng.normal(size=(patients, features))[groups] + 0.05 * rng.normal(size=(groups.size, features))
    return X, (groups % 2), groups


def test_patients_on_both_sides_flatter_and_are_kept_on_one():
    X, y, groups = noise_and_patients()
    forest = RandomForestClassifier(20, random_state=0)
    leaking = cross_validate(forest, X, y, folds=5)
    honest = cross_validate(forest, X, y, groups, folds=5)
    assert leaking.auc[0] > 0.97
    assert honest.auc[0] < 0.75
    for fold in range(5):
        out = honest.fold[0] == fold
        assert not set(groups[out]) & set(groups[~out])


def test_selection_inside_the_folds_finds_nothing_in_noise():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(60, 2000)), np.arange(60) % 2
    inside = cross_validate(make_pipeline(SelectKBest(k=10), LogisticRegression()), X, y, folds=5, repeats=2)
    outside = cross_validate(LogisticRegression(), SelectKBest(k=10).fit_transform(X, y), y, folds=5)
    assert inside.auc.mean() < 0.7
    assert outside.auc[0] > 0.9


def test_every_case_is_scored_once_in_each_repeat_by_a_model_that_never_saw_it():
    seen = []

    class Spy(LogisticRegression):
        def fit(self, X, y):
            seen.append(set(X[:, 1].tolist()))
            return super().fit(X, y)

    y = np.arange(40) % 2
    X = np.column_stack([y + np.random.default_rng(0).normal(size=40), np.arange(40)])
    result = cross_validate(Spy(), X, y, folds=4, repeats=3, seed=5)
    assert result.scores.shape == result.fold.shape == (3, 40)
    assert np.isfinite(result.scores).all()
    for repeat in range(3):
        for fold in range(4):
            out = set(np.flatnonzero(result.fold[repeat] == fold).tolist())
            assert len(out) == 10
            assert y[list(out)].sum() == 5
            assert seen[repeat * 4 + fold] == set(range(40)) - out
            model = result.estimators[repeat][fold]
            rows = sorted(out)
            assert (result.scores[repeat, rows] == model.predict_proba(X[rows])[:, 1]).all()
            assert (result.answers[repeat, rows] == model.predict(X[rows])).all()
    assert result.fold[0].tolist() != result.fold[1].tolist()


def test_scores_rise_with_the_positive_class_whatever_its_label():
    y = np.array(["well", "ill"])[np.arange(40) % 2]
    X = (np.arange(40) % 2 + np.random.default_rng(0).normal(0, 0.5, 40))[:, np.newaxis]
    for classifier in (SVC(), LogisticRegression(), RidgeClassifier()):
        ill = cross_validate(classifier, X, y, folds=5, positive="ill")
        well = cross_validate(classifier, X, y, folds=5)
        assert ill.positive == "ill"
        assert well.positive == "well"
        assert ill.auc[0] == pytest.approx(well.auc[0])
        assert ill.auc[0] > 0.8
        assert ill.report().sensitivity.value == well.report().specificity.value


def test_the_report_takes_over_patients_names_and_a_threshold():
    X, y, groups = noise_and_patients(features=2)
    result = cross_validate(diagnosis_pipeline(), X + y[:, None], y, groups, folds=5, repeats=2,
                            class_names=("benign", "malignant"))  # fmt: skip
    assert result.report().unit == "by patient: 30 patients, 120 images"
    assert result.report().class_names == ("benign", "malignant")
    assert (result.report(threshold=0).counts) == result.report().counts
    strict = result.report(1, threshold=10)
    assert strict.counts.called_positive == 0
    assert "from" in str(result)
    assert "2 repeats, by patient" in repr(result)


def test_lists_and_frames_give_the_same_scores():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 3)), np.arange(30) % 2
    plain = cross_validate(LogisticRegression(), X, y, folds=3)
    for same in (X.tolist(), pd.DataFrame(X)):
        found = cross_validate(LogisticRegression(), same, y, folds=3).scores
        np.testing.assert_allclose(found, plain.scores, rtol=1e-6)


@pytest.mark.slow  # starting two processes that import scikit-learn takes most of it
def test_two_processes_give_the_same_scores():
    X, y = np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 2
    rule = diagnosis_pipeline(classifier="one_rule")
    apart = cross_validate(rule, X, y, folds=3, n_jobs=2)
    np.testing.assert_allclose(apart.scores, cross_validate(rule, X, y, folds=3).scores)


def test_a_search_inside_keeps_patients_together_or_is_refused():
    X, y, groups = noise_and_patients(features=2)
    grid = {"C": [0.1, 10]}
    with pytest.raises(ValueError, match="StratifiedGroupKFold"):
        cross_validate(GridSearchCV(SVC(), grid, cv=3), X, y, groups, folds=3)
    search = GridSearchCV(SVC(), grid, cv=StratifiedGroupKFold(3))
    result = cross_validate(search, X, y, groups, folds=3)
    assert {model.best_params_["C"] for model in result.estimators[0]} <= {0.1, 10}


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"folds": 11}, ValueError, "smaller class has 10 cases and there are 11 folds"),
        ({"folds": 1}, ValueError, "from 2 up"),
        ({"repeats": 0, "folds": 2}, ValueError, "once or more"),
        ({"groups": np.arange(20) % 4, "folds": 3}, ValueError, "smaller class has 2 patients"),
        ({"groups": np.arange(20) // 10, "folds": 3}, ValueError, "smaller class has 2 patients"),
        ({"y": np.zeros(20)}, ValueError, "only one class"),
        ({"y": np.arange(19) % 2}, ValueError, "X has 20 entries, y has 19"),
        ({"y": np.arange(20) == 3}, ValueError, "a single case"),
        ({"estimator": SVR(), "folds": 2}, TypeError, "neither predict_proba nor"),
    ],
)
def test_bad_cross_validation_gets_a_sentence(options, error, words):
    arguments = {"estimator": LogisticRegression(), "X": np.arange(40.0).reshape(20, 2)} | {
        "y": np.arange(20) % 2
    }
    with pytest.raises(error, match=words):
        cross_validate(**(arguments | options))
