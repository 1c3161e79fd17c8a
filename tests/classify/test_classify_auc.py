"""The AUC, DeLong's and the bootstrap's intervals, against slow definitions and repeated sampling."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

from mediedu.classify import evaluate
from mediedu.classify.bootstrap import resamples
from mediedu.classify.delong import auc_covariance
from mediedu.classify.sampling_units import sampling_units


@st.composite
def scored(draw, least=2):
    count = draw(st.integers(2 * least, 30))
    truth = np.zeros(count, int)
    truth[draw(st.permutations(range(count)))[: draw(st.integers(least, count - least))]] = 1
    # Few distinct values, so that ties are common.
    score = np.array(draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))) / 9
    return truth, score


def by_pairs(truth, scores, patients):
    """AUCs and their covariance from all m·n comparisons, with loops over pairs and patients."""
    auc, beyond = [], []
    for score in scores:
        win = {(i, j): 0.5 * (score[i] == score[j]) + (score[i] > score[j])
               for i, j in product(np.flatnonzero(truth), np.flatnonzero(truth == 0))}  # fmt: skip
        mean = sum(win.values()) / len(win)
        m, n = int(truth.sum()), int((truth == 0).sum())
        ahead = {i: sum(win[i, j] for j in np.flatnonzero(truth == 0)) / n for i in np.flatnonzero(truth)}
        behind = {j: sum(win[i, j] for i in np.flatnonzero(truth)) / m for j in np.flatnonzero(truth == 0)}
        auc.append(mean)
        beyond.append({p: (sum(ahead[i] - mean for i in ahead if patients[i] == p),
                           sum(behind[j] - mean for j in behind if patients[j] == p))
                       for p in set(patients.tolist())})  # fmt: skip
    holders_m, holders_n = len(set(patients[truth == 1].tolist())), len(set(patients[truth == 0].tolist()))
    all_patients = len(beyond[0])
    covariance = np.zeros((len(scores), len(scores)))
    for r, s in product(range(len(scores)), repeat=2):
        s10 = sum(beyond[r][p][0] * beyond[s][p][0] for p in beyond[0]) * holders_m / (holders_m - 1) / m
        s01 = sum(beyond[r][p][1] * beyond[s][p][1] for p in beyond[0]) * holders_n / (holders_n - 1) / n
        s11 = sum(beyond[r][p][0] * beyond[s][p][1] + beyond[r][p][1] * beyond[s][p][0] for p in beyond[0])
        covariance[r, s] = s10 / m + s01 / n + s11 * all_patients / (all_patients - 1) / (m * n)
    return np.array(auc), covariance


@given(scored(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_delong_equals_all_pairs(case, seed):
    truth, score = case
    scores = np.stack([score, np.random.default_rng(seed).integers(0, 5, truth.size) / 4])
    auc, covariance = auc_covariance(truth == 1, scores, sampling_units(None, truth.size))
    slow_auc, slow = by_pairs(truth, scores, np.arange(truth.size))
    np.testing.assert_allclose(auc, slow_auc, atol=1e-12)
    np.testing.assert_allclose(covariance, slow, atol=1e-12)


@given(scored(), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_clustered_delong_equals_all_pairs(case, seed):
    truth, score = case
    patients = np.random.default_rng(seed).integers(0, truth.size, truth.size)
    patients[np.flatnonzero(truth)[:2]] = [100, 101]
    patients[np.flatnonzero(truth == 0)[:2]] = [102, 103]
    _, covariance = auc_covariance(truth == 1, score[np.newaxis], sampling_units(patients, truth.size))
    np.testing.assert_allclose(covariance, by_pairs(truth, score[np.newaxis], patients)[1], atol=1e-12)


def test_the_published_example_of_hanley_and_mcneil():
    # 109 CT images rated from 1, definitely normal, to 5 (Radiology 1982, 143:29–36, table I). The area is
    # 0.893; DeLong's standard error, as Stata's manual prints it for these data, 0.0307.
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    truth = np.repeat([0, 1], [58, 51])
    rating = np.concatenate([np.repeat(np.arange(1, 6), normal), np.repeat(np.arange(1, 6), abnormal)])
    auc, covariance = auc_covariance(truth == 1, rating[np.newaxis].astype(float), sampling_units(None, 109))
    assert auc[0] == pytest.approx(0.8932, abs=5e-5)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(0.0307, abs=5e-5)


@given(scored())
@settings(max_examples=60, deadline=None)
def test_identities(case):
    truth, score = case
    report = evaluate(truth, score, bootstrap=100)
    auc = report.auc
    assert auc.value == pytest.approx(roc_auc_score(truth, score), abs=1e-12)
    u = mannwhitneyu(score[truth == 1], score[truth == 0]).statistic
    assert auc.value == pytest.approx(u / truth.sum() / (truth == 0).sum(), abs=1e-12)
    assert 0 <= auc.low <= auc.value <= auc.high <= 1
    assert report.auc_bootstrap.value == pytest.approx(auc.value, abs=1e-12)
    # Turning the score and the labels round changes nothing; turning one of them mirrors.
    other = evaluate(1 - truth, 1 - score, bootstrap=100).auc
    assert (other.value, other.low, other.high) == pytest.approx((auc.value, auc.low, auc.high), abs=1e-9)
    flipped = evaluate(truth, score, positive=0, bootstrap=100).auc
    assert (flipped.value, flipped.low, flipped.high) == pytest.approx(
        (1 - auc.value, 1 - auc.high, 1 - auc.low), abs=1e-9
    )
    bent = evaluate(truth, np.exp(3 * score) - 7, threshold=0, bootstrap=100)
    assert (bent.auc, bent.auc_bootstrap) == (auc, report.auc_bootstrap)
    # A patient for each image is the same as patients unknown, but for the name.
    alone = evaluate(truth, score, groups=np.arange(truth.size), bootstrap=100).auc
    assert (alone.low, alone.high) == pytest.approx((auc.low, auc.high), abs=1e-12)


def test_the_roc_curve_encloses_the_auc_and_its_band_the_curve():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 60)
    report = evaluate(truth, rng.normal(truth), threshold=0.5)
    roc = report.roc
    assert np.trapezoid(roc.true_positive_rate, roc.false_positive_rate) == pytest.approx(report.auc.value)
    assert (np.diff(roc.low) >= 0).all()
    assert (np.diff(roc.high) >= 0).all()
    curve = np.interp(roc.grid, roc.false_positive_rate, roc.true_positive_rate)
    assert ((roc.low <= curve) & (curve <= roc.high)).mean() > 0.97
    assert (roc.low[-1], roc.high[-1]) == (1, 1)
    assert "patients unknown" in roc.words


def test_the_bootstrap_equals_drawing_rows_one_by_one():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1], [25, 15])
    score = rng.normal(truth * 0.8).round(1)
    fast = evaluate(truth, score, threshold=0, bootstrap=2000, seed=3).auc_bootstrap
    slow = []
    for _ in range(2000):
        rows = np.concatenate([rng.choice(25, 25), 25 + rng.choice(15, 15)])
        slow.append(mannwhitneyu(score[rows][25:], score[rows][:25]).statistic / 375)
    assert (fast.low, fast.high) == pytest.approx(np.quantile(slow, [0.025, 0.975]), abs=0.02)


def test_resamples_keep_patients_whole_and_both_classes():
    truth = np.array([True, True, False, False, True, False, False])
    units = sampling_units(list("aabbcdd"), 7)
    for weights in resamples(truth, units, 50, np.random.default_rng(0)):
        assert (weights[:, 0] == weights[:, 1]).all()
        assert (weights[:, 5] == weights[:, 6]).all()
        assert ((weights @ truth > 0) & (weights @ ~truth > 0)).all()


@pytest.mark.parametrize(("patients", "images"), [(None, 50), (40, 3)])
def test_both_intervals_cover_the_true_area(patients, images):
    rng, repeats = np.random.default_rng(7), 250
    groups = None if patients is None else np.repeat(np.arange(patients), images)
    count = images if groups is None else groups.size
    truth = (np.arange(count) if groups is None else groups) % 2
    spread = 0.8 if groups is not None else 0.0
    true_area = ndtr(1.2 / np.sqrt(2 * (1 + spread**2)))
    covered = np.zeros(3)
    for _ in range(repeats):
        score = 1.2 * truth + rng.normal(size=count)
        if groups is not None:
            score += spread * rng.normal(size=patients)[groups]
        report = evaluate(truth, score, threshold=0, groups=groups, bootstrap=200)
        naive = evaluate(truth, score, threshold=0, bootstrap=100).auc
        covered += [e.low <= true_area <= e.high for e in (report.auc, report.auc_bootstrap, naive)]
    assert covered[0] / repeats == pytest.approx(0.95, abs=0.04)
    assert 0.88 <= covered[1] / repeats <= 0.98
    if groups is not None:
        assert covered[2] < covered[0]


def test_perfect_separation_is_bounded_exactly():
    report = evaluate([0] * 30 + [1] * 12, np.arange(42.0), threshold=30)
    for estimate in (report.auc, report.auc_bootstrap):
        assert (estimate.value, estimate.high) == (1, 1)
        assert estimate.low == pytest.approx(0.025 ** (1 / 12))
        assert "12 disjoint pairs" in estimate.method
    turned = evaluate([1] * 30 + [0] * 12, np.arange(42.0), threshold=30).auc
    assert (turned.value, turned.low) == (0, 0)


def test_one_positive_tells_nothing_of_the_spread():
    report = evaluate([0, 0, 0, 1], [0.1, 0.8, 0.2, 0.5])
    for estimate in (report.auc, report.auc_bootstrap):
        assert (estimate.low, estimate.high) == (0, 1)
        assert "single image" in estimate.method
    one_patient = evaluate([0, 0, 1, 1], [0.1, 0.8, 0.2, 0.5], groups=list("abcc")).auc
    assert "single patient" in one_patient.method


def test_the_same_seed_gives_the_same_interval():
    truth, score = np.arange(40) % 2, np.random.default_rng(0).random(40)
    assert evaluate(truth, score, seed=4).auc_bootstrap == evaluate(truth, score, seed=4).auc_bootstrap
    assert evaluate(truth, score, seed=4).auc_bootstrap != evaluate(truth, score, seed=5).auc_bootstrap
