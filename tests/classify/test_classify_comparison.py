"""Two classifiers compared: McNemar against SciPy, DeLong's test against repeated sampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from mediedu.classify import compare_classifiers


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 10))
@settings(max_examples=60, deadline=None)
def test_mcnemar_is_the_sign_test_of_the_discordant_cases(only_first, only_second, both):
    truth = np.r_[np.ones(only_first + only_second + both), 0].astype(int)
    first = np.r_[np.ones(only_first), np.zeros(only_second), np.ones(both), 0]
    second = np.r_[np.zeros(only_first), np.ones(only_second), np.ones(both), 0]
    found = compare_classifiers(truth, first, second)
    assert (found.only_first_right, found.only_second_right) == (only_first, only_second)
    discordant = only_first + only_second
    expected = binomtest(only_first, discordant).pvalue if discordant else 1.0
    assert found.answers_p == pytest.approx(expected, abs=1e-9)


def test_whole_patients_change_sign():
    # Three patients, each with two images that only the first gets right: 2 of 2³ sign patterns reach 6.
    truth, groups = np.array([0, 1, 1, 1, 1, 1, 1]), [9, 1, 1, 2, 2, 3, 3]
    first, second = np.array([0, 1, 1, 1, 1, 1, 1.0]), np.zeros(7)
    assert compare_classifiers(truth, first, second, groups=groups).answers_p == pytest.approx(2 / 8)
    assert compare_classifiers(truth, first, second).answers_p == pytest.approx(2 / 64)


def test_delongs_test_errs_as_often_as_it_says_where_both_are_equal():
    rng, truth, found = np.random.default_rng(3), np.arange(80) % 2, []
    for _ in range(400):
        shared = truth + rng.normal(size=80)
        scores = [shared + 0.7 * rng.normal(size=80) for _ in range(2)]
        found.append(compare_classifiers(truth, *scores).auc_p)
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(np.array(found) < 0.5) == pytest.approx(0.5, abs=0.08)


def test_a_better_score_is_found_better_and_the_order_only_turns_the_sign():
    rng, truth = np.random.default_rng(0), np.arange(200) % 2
    good, bad = truth + 0.6 * rng.normal(size=200), truth + 3 * rng.normal(size=200)
    there, back = compare_classifiers(truth, good, bad), compare_classifiers(truth, bad, good)
    assert there.auc_p == pytest.approx(back.auc_p)
    assert there.auc_p < 0.001
    assert there.auc_difference.low == pytest.approx(-back.auc_difference.high)
    assert there.auc_difference.low > 0
    assert "patients unknown" in str(there)


def test_two_perfect_classifiers_say_that_nothing_can_be_told():
    found = compare_classifiers([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], [0.2, 0.1, 0.9, 0.8])
    assert (found.auc_p, found.auc_difference.low, found.auc_difference.high) == (1, -1, 1)
    assert "p = 1 (none: the scores show no variance)" in str(found)
    assert "DeLong" not in str(found)


def test_lengths_that_differ_get_a_sentence():
    with pytest.raises(ValueError, match="second has 2 entries for 3 cases"):
        compare_classifiers([0, 1, 1], [0.1, 0.2, 0.3], [0.1, 0.2])
