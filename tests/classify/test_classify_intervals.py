"""Intervals of proportions against their definitions, SciPy and repeated sampling."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from mediedu.classify import proportion_interval
from mediedu.classify.sampling_units import effective_size, proportion_of_units, sampling_units

COUNTS = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(COUNTS, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_solves_its_own_equation_and_equals_scipy(counts, level):
    successes, total = counts
    found = proportion_interval(successes, total, level=level)
    other = binomtest(successes, total).proportion_ci(level, method="wilson")
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)
    # Its ends p solve (share − p)² = z² p (1 − p) / n: the roots of a quadratic.
    z2 = {0.8: 1.2815515655446004, 0.9: 1.6448536269514722, 0.95: 1.959963984540054, 0.99: 2.5758293035489004}
    z2, share = z2[level] ** 2, successes / total
    roots = np.sort(np.roots([1 + z2 / total, -2 * share - z2 / total, share**2]).real)
    assert (found.low, found.high) == pytest.approx(roots, abs=1e-7)


@given(COUNTS, st.sampled_from([0.8, 0.95]))
def test_the_exact_interval_equals_scipy(counts, level):
    found = proportion_interval(*counts, level=level, method="exact")
    other = binomtest(*counts).proportion_ci(level, method="exact")
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-10)


@given(COUNTS)
def test_swapping_success_and_failure_mirrors_the_interval(counts):
    successes, total = counts
    here, mirrored = proportion_interval(successes, total), proportion_interval(total - successes, total)
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - here.high, 1 - here.low), abs=1e-12)
    assert 0 <= here.low <= here.value <= here.high <= 1


@pytest.mark.parametrize("truth", [0.1, 0.5, 0.9])
def test_coverage_by_summing_over_every_possible_count(truth):
    total = 40
    chances = binom.pmf(np.arange(total + 1), total, truth)

    def covered(method):
        intervals = [proportion_interval(k, total, method=method) for k in range(total + 1)]
        inside = [interval.low <= truth <= interval.high for interval in intervals]
        return chances[inside].sum()

    assert covered("exact") >= 0.95
    assert 0.92 <= covered("wilson") <= 0.98


@given(COUNTS)
def test_the_effective_size_of_wilsons_interval_is_its_sample_size(counts):
    assert effective_size(proportion_interval(*counts)) == pytest.approx(counts[1], rel=1e-6)


def test_images_each_from_another_patient_count_in_full():
    correct = np.arange(30) % 3 > 0
    alone = proportion_of_units(correct, sampling_units(np.arange(30)[::-1], 30), 0.95)
    assert alone == proportion_interval(20, 30)


def test_ten_equal_images_of_a_patient_count_as_one():
    correct = np.repeat(np.arange(12) % 3 > 0, 10)
    found = proportion_of_units(correct, sampling_units(np.repeat(np.arange(12), 10), 120), 0.95)
    one_each = proportion_interval(8, 12)
    assert found.value == one_each.value
    assert (found.low, found.high) == pytest.approx((one_each.low, one_each.high), abs=0.01)


def test_all_right_counts_patients_not_images():
    found = proportion_of_units(np.ones(50, bool), sampling_units(np.repeat(np.arange(5), 10), 50), 0.95)
    assert found.low == pytest.approx(proportion_interval(5, 5).low)


def test_clustered_coverage_by_simulation():
    rng, groups = np.random.default_rng(0), np.repeat(np.arange(30), 6)
    units, inside, naive = sampling_units(groups, 180), 0, 0
    for _ in range(400):
        correct = rng.random(180) < rng.beta(1.4, 0.6, 30)[groups]
        found, plain = proportion_of_units(correct, units, 0.95), proportion_interval(correct.sum(), 180)
        inside += found.low <= 0.7 <= found.high
        naive += plain.low <= 0.7 <= plain.high
    assert 0.91 <= inside / 400 <= 0.98
    assert naive / 400 < 0.85


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"successes": 5, "total": 4}, "no proportion"),
        ({"successes": 0, "total": 0}, "no proportion"),
        ({"successes": -1, "total": 4}, "no proportion"),
        ({"successes": math.nan, "total": 4}, "no proportion"),
        ({"successes": 1, "total": 4, "level": 95}, "between 0 and 1"),
        ({"successes": 1, "total": 4, "method": "wald"}, "no method 'wald'"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        proportion_interval(**arguments)
