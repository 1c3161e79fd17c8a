"""Predictive values, balanced accuracy, calibration and cost: by hand, by Bayes' rule and by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from mediedu.classify import Report, evaluate


@given(st.floats(0.001, 0.999), st.integers(0, 50), st.integers(0, 50))
@settings(deadline=None)
def test_predictive_values_follow_bayes(base_rate, found, let_go):
    report = Report.from_counts(
        true_positives=found, false_negatives=50 - found, false_positives=50 - let_go, true_negatives=let_go
    )
    hit, clear = found / 50, let_go / 50
    true, false = hit * base_rate, (1 - clear) * (1 - base_rate)
    positive, negative = report.predictive_values(base_rate)
    if true + false:
        assert positive.value == pytest.approx(true / (true + false))
        assert 0 <= positive.low <= positive.value <= positive.high <= 1
    else:
        assert not positive.defined
        assert "no case would be called positive" in str(positive)
    if (1 - clear) < 1 or hit < 1:
        right, wrong = clear * (1 - base_rate), (1 - hit) * base_rate
        assert negative.value == pytest.approx(right / (right + wrong))


def test_at_the_samples_own_base_rate_bayes_gives_the_samples_predictive_values(scored):
    positive, negative = scored.predictive_values(scored.base_rate.value)
    assert positive.value == pytest.approx(scored.positive_predictive_value.value)
    assert negative.value == pytest.approx(scored.negative_predictive_value.value)


def test_predictive_values_cover_by_simulation():
    rng, inside = np.random.default_rng(0), 0
    truth = 0.9 * 0.05 / (0.9 * 0.05 + 0.2 * 0.95)
    for _ in range(500):
        found, alarms = rng.binomial(80, 0.9), rng.binomial(120, 0.2)
        report = Report.from_counts(true_positives=found, false_negatives=80 - found,
                                    false_positives=alarms, true_negatives=120 - alarms)  # fmt: skip
        positive, _ = report.predictive_values(0.05)
        inside += positive.low <= truth <= positive.high
    assert inside / 500 == pytest.approx(0.95, abs=0.03)


def test_balanced_accuracy_covers_by_simulation():
    rng, inside = np.random.default_rng(0), 0
    for _ in range(500):
        found, let_go = rng.binomial(20, 0.7), rng.binomial(90, 0.9)
        report = Report.from_counts(true_positives=found, false_negatives=20 - found,
                                    false_positives=90 - let_go, true_negatives=let_go)  # fmt: skip
        inside += report.balanced_accuracy.low <= 0.8 <= report.balanced_accuracy.high
    assert inside / 500 == pytest.approx(0.95, abs=0.03)


def test_a_classifier_that_never_says_malignant_has_no_positive_predictive_value():
    report = Report.from_counts(true_positives=0, false_negatives=10, false_positives=0, true_negatives=90)
    assert not report.positive_predictive_value.defined
    assert (report.positive_predictive_value.low, report.positive_predictive_value.high) == (0, 1)
    assert "not defined: no case was called positive" in str(report)
    assert "nan" not in str(report).lower()
    assert "nan" not in report.show_predictive_values().alt
    assert "one is not defined" in report.show_predictive_values().alt


def test_calibration_by_hand():
    truth = [0, 0, 1, 0, 1, 1, 1, 0, 1, 1]
    score = [0.1, 0.15, 0.1, 0.25, 0.95, 0.9, 1.0, 0.5, 0.55, 0.5]
    found = evaluate(truth, score).calibration(4)
    # Bins: [0, ¼): .1 .15 .1; [¼, ½): .25; [½, ¾): .5 .55 .5; [¾, 1]: .95 .9 1
    assert found.count.tolist() == [3, 1, 3, 3]
    np.testing.assert_allclose(found.predicted, [0.35 / 3, 0.25, 1.55 / 3, 0.95])
    np.testing.assert_allclose(found.observed, [1 / 3, 0, 2 / 3, 1])
    error = (3 * (1 / 3 - 0.35 / 3) + 0.25 + 3 * (2 / 3 - 1.55 / 3) + 3 * 0.05) / 10
    assert found.expected_error == pytest.approx(error)
    assert found.brier == pytest.approx(brier_score_loss(truth, score))
    assert found.brier_of_base_rate == pytest.approx(0.24)


def test_calibrated_scores_are_told_from_overconfident_ones():
    rng = np.random.default_rng(0)
    chance = rng.random(4000)
    truth = (rng.random(4000) < chance).astype(int)
    right = evaluate(truth, chance, bootstrap=100).calibration(equal_counts=True)
    loud = evaluate(truth, np.round(chance), bootstrap=100).calibration()
    assert right.expected_error < 0.03
    assert loud.expected_error > 0.2
    assert (right.low <= right.predicted).mean() >= 0.8
    assert right.count.tolist() == [400] * 10
    assert right.brier < loud.brier


def test_decision_cost_by_hand():
    report = Report.from_counts(true_positives=2, false_negatives=8, false_positives=8, true_negatives=82)
    cost = report.decision_cost(miss=100, false_alarm=1)
    assert cost.per_case == pytest.approx((8 * 100 + 8) / 100)
    assert (cost.always_negative, cost.always_positive) == pytest.approx((10, 0.9))
    assert cost.best_threshold == pytest.approx(1 / 101)
    assert not cost.worth_it
    assert report.decision_cost(miss=1, false_alarm=1, base_rate=0.5).worth_it
