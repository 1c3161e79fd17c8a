"""The report: the published paradox, scikit-learn's numbers, subgroups, figures, bad input."""

import dataclasses
import pickle

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, precision_score, recall_score

from mediedu.classify import Report, evaluate
from mediedu.figures import Figure

PUBLISHED = {"true_positives": 2, "false_negatives": 8, "false_positives": 8, "true_negatives": 82}
NAMES = ("benign", "malignant")


def test_the_paradox_of_84_percent():
    report = Report.from_counts(**PUBLISHED, class_names=NAMES)
    assert float(report.accuracy) == pytest.approx(0.84)
    assert report.accuracy_without_looking == pytest.approx(0.9)
    assert float(report.sensitivity) == pytest.approx(0.2)
    assert float(report.specificity) == pytest.approx(82 / 90)
    assert f"{report.balanced_accuracy.value:.0%}" == "56%"
    assert float(report.positive_predictive_value) == pytest.approx(0.2)
    assert "0.840" in str(report)
    assert 'always "benign" scores 0.900' in str(report)
    assert "patients unknown" in str(report)


def test_counts_and_scores_agree_with_each_other_and_with_scikit_learn():
    rng = np.random.default_rng(1)
    truth, score = rng.integers(0, 2, 200), rng.random(200)
    full = evaluate(truth, score, threshold=0.4)
    counts = Report.from_counts(**dataclasses.asdict(full.counts))
    for name in ("accuracy", "sensitivity", "specificity", "positive_predictive_value", "balanced_accuracy"):
        assert getattr(full, name) == getattr(counts, name)
    answer = score >= 0.4
    assert full.sensitivity.value == pytest.approx(recall_score(truth, answer))
    assert full.specificity.value == pytest.approx(recall_score(truth, answer, pos_label=0))
    assert full.positive_predictive_value.value == pytest.approx(precision_score(truth, answer))
    assert full.negative_predictive_value.value == pytest.approx(precision_score(1 - truth, ~answer))
    assert full.balanced_accuracy.value == pytest.approx(balanced_accuracy_score(truth, answer))


def test_the_other_class_can_be_the_positive_one():
    # Wisconsin and BreastMNIST number malignant 0.
    truth, malignant = [0, 0, 0, 1, 1], [0.9, 0.8, 0.3, 0.2, 0.6]
    report = evaluate(truth, malignant, positive=0, class_names=("malignant", "benign"))
    assert report.class_names == ("benign", "malignant")
    assert dataclasses.astuple(report.counts) == (2, 1, 1, 1)
    named = evaluate(np.array(["malignant", "benign"])[truth], malignant)
    assert dataclasses.astuple(named.counts) == (2, 1, 1, 1)
    assert named.class_names == ("benign", "malignant")


def test_answers_may_be_given_in_place_of_a_threshold():
    report = evaluate([0, 0, 1, 1], [-2.0, 1.0, 0.5, 3.0], y_pred=[0, 1, 0, 1])
    assert dataclasses.astuple(report.counts) == (1, 1, 1, 1)
    assert "as predicted" in str(report)


def test_patients_widen_the_intervals_and_are_named(scored):
    by_image = evaluate(scored.cases.truth, scored.cases.score, bootstrap=300)
    assert scored.unit == "by patient: 40 patients, 120 images"
    assert scored.sensitivity.value == by_image.sensitivity.value
    narrow = by_image.sensitivity.high - by_image.sensitivity.low
    assert scored.sensitivity.high - scored.sensitivity.low >= narrow
    assert "by patient" in scored.auc.method
    assert "by patient" in scored.auc_bootstrap.method
    assert "by image" in by_image.auc_bootstrap.method


def test_subgroups_add_up_and_the_worse_one_shows(scored):
    groups = np.where(np.arange(120) < 60, "film", "digital")
    parts = scored.subgroups(groups)
    assert list(parts) == ["digital", "film"]
    assert sum(part.counts.total for part in parts.values()) == 120
    assert parts["film"].unit == "by patient: 20 patients, 60 images"
    alone = evaluate(scored.cases.truth[:60], scored.cases.score[:60], groups=np.arange(60) // 3)
    assert parts["film"].auc == alone.auc
    assert parts["film"].sensitivity == alone.sensitivity
    table = str(parts)
    assert table.splitlines()[0].split() == ["cases", "malignant", "sensitivity", "specificity", "AUC"]
    assert "film" in table
    assert table in parts._repr_mimebundle_()["text/html"]
    assert repr(parts) == "<Subgroups: digital 60, film 60>"
    assert isinstance(parts.show("auc"), Figure)


def test_a_subgroup_of_one_class_says_what_it_cannot_tell(scored):
    parts = scored.subgroups(np.where(scored.cases.truth, "ill", "well"))
    assert not parts["well"].sensitivity.defined
    assert "not defined" in str(parts)
    assert "no malignant case" in parts.show("sensitivity").alt
    with pytest.raises(ValueError, match="no measure 'f1'"):
        parts.show("f1")


def test_every_figure_has_alt_text_with_its_numbers(scored):
    figures = {
        "measures": scored.show(),
        "counts": scored.show_counts(),
        "roc": scored.show_roc(),
        "calibration": scored.show_calibration(5),
        "predictive": scored.show_predictive_values(),
        "cost": scored.show_cost(miss=10, false_alarm=1),
    }
    for name, figure in figures.items():
        assert isinstance(figure, Figure), name
        assert len(figure.png) < 80_000, name
    assert f"{scored.sensitivity:.2f}" in figures["measures"].alt
    assert "40 patients" in figures["measures"].alt
    assert f"Of 60 malignant cases {scored.counts.true_positives} were called" in figures["counts"].alt
    assert f"{scored.auc:.2f}" in figures["roc"].alt
    assert f"{scored.predictive_values(0.01)[0].value:.2f}" in figures["predictive"].alt
    assert scored.show_roc().png == figures["roc"].png


def test_synthetic_data_says_so_wherever_it_is_shown():
    report = evaluate([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9], synthetic=True)
    shown = [report.show(), report.show_counts(), report.show_roc(), report.show_calibration()]
    shown += [report.show_predictive_values(), report.show_cost(miss=1, false_alarm=1)]
    shown += [report.subgroups(list("abab")).show()]
    assert all("ynthetic" in figure.alt for figure in shown)
    assert "Synthetic" in str(report)


def test_a_notebook_gets_picture_and_text(scored):
    bundle = scored._repr_mimebundle_()
    assert bundle["text/html"].startswith("<img")
    assert "<pre>120 cases: 60 benign, 60 malignant (positive)." in bundle["text/html"]
    assert bundle["text/plain"] == str(scored)
    from_counts = Report.from_counts(**PUBLISHED)._repr_mimebundle_()
    assert "sensitivity 0.20 (0.06 to 0.51)" in from_counts["text/html"]


def test_it_is_frozen_and_can_be_pickled(scored):
    with pytest.raises(dataclasses.FrozenInstanceError):
        scored.level = 0.5
    again = pickle.loads(pickle.dumps(scored))
    assert str(again) == str(scored)
    assert "by patient" in repr(scored)


@pytest.mark.parametrize(
    ("y_true", "y_score", "options", "error", "words"),
    [
        ([1, 1, 1], [0.1, 0.2, 0.3], {}, ValueError, "only one class"),
        ([0, 1, 2], [0.1, 0.2, 0.3], {}, ValueError, "3 classes"),
        ([0.0, 1.0, np.nan], [0.1, 0.2, 0.3], {}, ValueError, "NaN"),
        ([0, 1, 1], [0.1, np.nan, 0.3], {}, ValueError, "NaN or infinity in 1 of 3"),
        ([0, 1, 1], [0.1, 0.3], {}, ValueError, "2 entries for 3 cases"),
        ([0, 1], [[0.1, 0.9], [0.2, 0.8]], {}, ValueError, "positive class's column"),
        ([0, 1], ["a", "b"], {}, TypeError, "scores are numbers"),
        ([0, 1], [-1.0, 2.0], {}, ValueError, "no probabilities"),
        ([0, 1], [0.1, 0.2], {"threshold": np.nan}, ValueError, "finite number"),
        ([0, 1], [0.1, 0.2], {"positive": 2}, ValueError, "positive is 2"),
        ([0, 1], [0.1, 0.2], {"groups": ["a"]}, ValueError, "for 2 images"),
        ([0, 1], [0.1, 0.2], {"groups": ["a", None]}, ValueError, "no patient"),
        ([0, 1], [0.1, 0.2], {"groups": np.array(["a", 1], object)}, TypeError, "names and numbers"),
        ([0, 1], [0.1, 0.2], {"groups": [1.0, np.nan]}, ValueError, "no patient"),
        ([0, 1], [0.1, 0.2], {"class_names": ["a", "b", "c"]}, ValueError, "3 names"),
        ([0, 1], [0.1, 0.2], {"y_pred": [0, 2]}, ValueError, "y_pred"),
        ([0, 1], [0.1, 0.2], {"y_pred": [0, 1], "threshold": 0.1}, ValueError, "either"),
        ([0, 1], [0.1, 0.2], {"bootstrap": 10}, ValueError, "at least 100"),
        ([0, 1], [0.1, 0.2], {"level": 2}, ValueError, "between 0 and 1"),
        ([], [], {}, ValueError, "one number for each case"),
    ],
)
def test_bad_input_gets_a_sentence(y_true, y_score, options, error, words):
    with pytest.raises(error, match=words):
        evaluate(y_true, y_score, **options)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: Report.from_counts(**{**PUBLISHED, "true_positives": -1}), "0 or more"),
        (lambda r: Report.from_counts(**{**PUBLISHED, "true_positives": np.nan}), "whole number"),
        (lambda r: Report.from_counts(**dict.fromkeys(PUBLISHED, 0)), "All four counts are 0"),
        (lambda r: Report.from_counts(**PUBLISHED).auc, "made from counts"),
        (lambda r: Report.from_counts(**PUBLISHED).subgroups([1]), "made from counts"),
        (lambda r: r.predictive_values(5), "between 0 and 1"),
        (lambda r: r.decision_cost(miss=-1, false_alarm=1), "0 or more"),
        (lambda r: r.decision_cost(miss=0, false_alarm=0), "Both costs are 0"),
        (lambda r: r.decision_cost(miss=1, false_alarm=1, base_rate=2), "between 0 and 1"),
        (lambda r: r.calibration(0), "bins is 0"),
        (lambda r: r.subgroups(["a"]), "1 entries for 120"),
        (lambda r: evaluate([0, 1], [-1, 2.0], threshold=0).calibration(), "needs probabilities"),
        (lambda r: r.subgroups(r.cases.truth)["True"].predictive_values(0.1), "no benign case"),
        (lambda r: r.subgroups(r.cases.truth)["True"].decision_cost(miss=1, false_alarm=1), "no benign"),
    ],
)
def test_bad_questions_to_a_report_get_a_sentence(scored, call, words):
    with pytest.raises(ValueError, match=words):
        call(scored)
