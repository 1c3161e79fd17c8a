"""The one-rule estimator and the pipelines, as scikit-learn wants them."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.inspection import permutation_importance
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from mediedu.classify import OneRule, cross_validate, diagnosis_pipeline, one_line_rule
from mediedu.classify.pipeline import CLASSIFIERS


@parametrize_with_checks([OneRule()])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_importing_the_room_loads_nothing_heavy():
    code = "import sys, mediedu.classify; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "numpy" in loaded
    assert not {"sklearn", "scipy", "matplotlib", "joblib", "pandas"} & set(loaded)


@given(st.integers(0, 10_000), st.integers(4, 25), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_no_other_rule_does_better_on_the_training_cases(seed, count, width):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(0, 6, (count, width)).astype(float), np.arange(count) % 2
    X[0] += 0.5
    rule = OneRule().fit(X, y)
    own = balanced_accuracy_score(y, rule.predict(X))
    assert own == pytest.approx(rule.training_balanced_accuracy_)
    tried = [
        balanced_accuracy_score(y, (X[:, column] > cut) == above)
        for column in range(width)
        for cut in np.unique(X[:, column])[:-1]
        for above in (True, False)
    ]
    assert own == pytest.approx(max(tried))


def test_the_rule_is_said_and_followed_in_both_directions():
    X, y = [[1, 0.9], [2, 0.8], [1, 0.2], [2, 0.1]], ["malignant", "malignant", "benign", "benign"]
    down = one_line_rule(X, y, ["size", "roundness"])
    assert down.rule_ == "roundness > 0.5: malignant, else benign"
    assert down.predict([[9, 0.6]]).tolist() == ["malignant"]
    turned = one_line_rule(X, y[::-1], ["size", "roundness"])
    assert turned.rule_ == "roundness > 0.5: benign, else malignant"
    assert turned.decision_function([[9, 0.6]])[0] < 0


def test_neighbouring_floats_are_still_parted():
    low = np.float64(1.0)
    high = np.nextafter(low, 2)
    rule = OneRule().fit([[low], [high]], [0, 1])
    assert rule.predict([[low], [high]]).tolist() == [0, 1]


def test_the_rule_on_wisconsin_is_strong_but_not_what_its_training_says():
    data = load_breast_cancer()
    result = cross_validate(OneRule(list(data.feature_names)), data.data, data.target, folds=10)
    training = np.mean([rule.training_balanced_accuracy_ for rule in result.estimators[0]])
    assert 0.88 < result.balanced_accuracy[0] < training < 0.94


@pytest.mark.parametrize(
    ("X", "y", "names", "words"),
    [
        ([[1.0], [1.0], [1.0]], [0, 1, 1], None, "no threshold parts them"),
        ([[1.0], [2.0], [3.0]], [0, 1, 2], None, "Only binary"),
        ([[1.0], [2.0]], [1, 1], None, "one class"),
        ([[1.0], [np.nan]], [0, 1], None, "NaN"),
        ([[1.0], [2.0]], [0, 1], ["a", "b"], "2 names for 1 features"),
    ],
)
def test_a_rule_that_cannot_be_found_gets_a_sentence(X, y, names, words):
    with pytest.raises(ValueError, match=words):
        one_line_rule(X, y, names)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_every_pipeline_learns_clones_and_pickles(classifier):
    data = load_breast_cancer()
    pipeline = diagnosis_pipeline(classifier=classifier)
    copy = pickle.loads(pickle.dumps(clone(pipeline))).fit(data.data[::2], data.target[::2])
    assert copy.score(data.data[1::2], data.target[1::2]) > 0.87
    again = pickle.loads(pickle.dumps(copy))
    assert (again.predict(data.data[1::2]) == copy.predict(data.data[1::2])).all()


def test_a_fitted_rule_travels_to_a_fresh_process(tmp_path):
    path = tmp_path / "rule.pickle"
    path.write_bytes(pickle.dumps(one_line_rule([[1.0], [2.0], [5.0]], [0, 0, 1])))
    code = "import pickle, sys; print(*pickle.load(open(sys.argv[1], 'rb')).predict([[0.0], [9.0]]))"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "1"]


def test_features_come_first_and_settings_can_be_searched():
    images = np.random.default_rng(0).normal(size=(40, 5, 5)) + (np.arange(40) % 2)[:, None, None]
    means = FunctionTransformer(lambda stack: np.asarray(stack).mean(axis=(1, 2))[:, np.newaxis])
    pipeline = diagnosis_pipeline(means, "svm")
    assert [name for name, _ in pipeline.steps] == ["features", "scale", "classifier"]
    search = GridSearchCV(pipeline, {"classifier__C": [0.1, 1]}, cv=3).fit(images, np.arange(40) % 2)
    assert search.best_score_ > 0.9
    result = cross_validate(pipeline, list(images), np.arange(40) % 2, folds=4)
    assert result.auc[0] > 0.95


def test_thresholds_of_tree_and_rule_stay_in_the_features_units():
    X, y = np.array([[100.0], [200.0], [300.0], [400.0]]), [0, 0, 1, 1]
    assert diagnosis_pipeline(classifier="one_rule").fit(X, y)[-1].threshold_ == 250
    assert diagnosis_pipeline(classifier="tree").fit(X, y)[-1].tree_.threshold[0] == 250


def test_scikit_learns_permutation_importance_works_on_it():
    data = load_breast_cancer()
    rule = OneRule().fit(data.data, data.target)
    importance = permutation_importance(rule, data.data, data.target, n_repeats=2, random_state=0)
    assert int(np.argmax(importance.importances_mean)) == rule.feature_
    assert np.count_nonzero(importance.importances_mean) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"classifier": "forest"}, ValueError, "no classifier 'forest'"),
        ({"classifier": 3}, TypeError, "classifier is 3"),
        ({"features": "shape"}, TypeError, "can't transform"),
    ],
)
def test_bad_pipelines_get_a_sentence(arguments, error, words):
    with pytest.raises(error, match=words):
        diagnosis_pipeline(**arguments)
