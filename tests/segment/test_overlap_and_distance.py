"""Dice, Jaccard and surface distances against slow references, skimage, and their identities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from segment_references import surface_distances
from skimage.metrics import hausdorff_distance as skimage_hausdorff
from sklearn.metrics import f1_score, jaccard_score

from mediedu.segment import (
    average_surface_distance,
    dice,
    dice_per_class,
    hausdorff_distance,
    jaccard,
)

EMPTY, FULL = np.zeros((3, 4), bool), np.ones((3, 4), bool)


@st.composite
def pairs(draw, filled=False):
    shape = draw(
        st.one_of(
            st.tuples(st.integers(1, 7), st.integers(1, 7)),
            st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
        )
    )
    a, b = (draw(hnp.arrays(bool, shape)) for _ in range(2))
    if filled:
        place = tuple(draw(st.integers(0, n - 1)) for n in shape)
        a[place] = b[tuple(draw(st.integers(0, n - 1)) for n in shape)] = True
    spacing = tuple(draw(st.sampled_from([0.5, 1.0, 1.7, 3.0])) for _ in shape)
    return a, b, spacing


@given(pairs())
@settings(max_examples=150, deadline=None)
def test_overlap_identities(pair):
    a, b, _ = pair
    d, j = dice(a, b), jaccard(a, b)
    assert 0 <= j <= d <= 1
    assert d == dice(b, a)
    assert j == jaccard(b, a)
    assert d == pytest.approx(2 * j / (1 + j), abs=1e-15)
    assert j == pytest.approx(d / (2 - d), abs=1e-15)
    assert dice(a, a) == jaccard(a, a) == 1
    assert dice(a, ~a) == (0 if a.size else 1)
    if a.any() or b.any():
        assert d == pytest.approx(f1_score(a.ravel(), b.ravel(), zero_division=1), abs=1e-15)
        assert j == pytest.approx(jaccard_score(a.ravel(), b.ravel(), zero_division=1), abs=1e-15)


def test_empty_masks_have_documented_answers():
    assert dice(EMPTY, EMPTY) == jaccard(EMPTY, EMPTY) == 1
    assert dice(EMPTY, FULL) == jaccard(FULL, EMPTY) == 0
    for distance in (hausdorff_distance, average_surface_distance):
        assert distance(EMPTY, EMPTY) == 0
        assert distance(EMPTY, FULL) == distance(FULL, EMPTY) == np.inf
    assert hausdorff_distance(EMPTY, FULL, percentile=95) == np.inf
    assert dice_per_class(EMPTY.astype(int), EMPTY.astype(int)) == {}
    assert dice_per_class(EMPTY.astype(int), EMPTY.astype(int), [3]) == {3: 1.0}


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32"])
def test_masks_may_come_as_numbers(dtype):
    a = np.array([[0, 255, 255], [0, 0, 0]]).astype(dtype)
    assert dice(a, a > 0) == 1
    assert hausdorff_distance(a, [[0, 1, 0], [0, 0, 0]]) == 1


@given(hnp.arrays(np.uint8, (5, 6), elements=st.integers(0, 3)), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_each_class_as_on_its_own(first, seed):
    second = np.random.default_rng(seed).integers(0, 4, first.shape)
    result = dice_per_class(first, second)
    assert list(result) == sorted((set(first.ravel().tolist()) | set(second.ravel().tolist())) - {0})
    assert all(value == dice(first == c, second == c) for c, value in result.items())


@given(pairs(filled=True))
@settings(max_examples=150, deadline=None)
def test_distances_equal_a_search_over_all_points(pair):
    a, b, spacing = pair
    there, back = surface_distances(a, b, spacing)
    assert hausdorff_distance(a, b, spacing=spacing) == pytest.approx(max(*there, *back), abs=1e-12)
    for q in (50, 95):
        expected = max(np.percentile(there, q), np.percentile(back, q))
        assert hausdorff_distance(a, b, spacing=spacing, percentile=q) == pytest.approx(expected, abs=1e-12)
    mean = (sum(there) + sum(back)) / (len(there) + len(back))
    assert average_surface_distance(a, b, spacing=spacing) == pytest.approx(mean, abs=1e-12)


@given(pairs(filled=True))
@settings(max_examples=60, deadline=None)
def test_distances_behave_as_distances(pair):
    a, b, spacing = pair
    h = hausdorff_distance(a, b, spacing=spacing)
    mean = average_surface_distance(a, b, spacing=spacing)
    assert h == hausdorff_distance(b, a, spacing=spacing)
    assert mean == pytest.approx(average_surface_distance(b, a, spacing=spacing), abs=1e-12)
    assert 0 <= mean <= h + 1e-12
    assert hausdorff_distance(a, b, spacing=spacing, percentile=95) <= h
    assert hausdorff_distance(a, a, spacing=spacing) == average_surface_distance(a, a) == 0
    wide = tuple(2 * s for s in spacing)
    assert hausdorff_distance(a, b, spacing=wide) == pytest.approx(2 * h, abs=1e-12)
    padded = [np.pad(m, 2) for m in (a, b)]
    assert hausdorff_distance(*padded, spacing=spacing) == h


def test_agrees_with_skimage_on_outlines():
    rng = np.random.default_rng(0)
    points = np.zeros((2, 40, 60), bool)
    for mask in points:
        mask[tuple(rng.integers(0, n, 25) for n in mask.shape)] = True
    thin = [m & ~np.roll(m, 1, 0) & ~np.roll(m, 1, 1) for m in points]  # single pixels are their own surface
    assert hausdorff_distance(*thin) == skimage_hausdorff(*thin)


def test_two_squares_by_hand():
    """A 4 mm square against one that is 1 mm wider on the right: most points lie 0 apart, some 1."""
    a, b = np.zeros((8, 8), bool), np.zeros((8, 8), bool)
    a[2:6, 2:6] = True
    b[2:6, 2:7] = True
    assert hausdorff_distance(a, b) == 1
    # a: 12 surface points, of which the two inner ones of its right side are 1 from b's.
    # b: 14, of which the four of its right side are 1 from a's.
    assert average_surface_distance(a, b) == pytest.approx((2 + 4) / (12 + 14))
    assert hausdorff_distance(a, b, spacing=(1, 0.25)) == pytest.approx(0.25)


@pytest.mark.parametrize("measure", [dice, jaccard, hausdorff_distance, average_surface_distance])
@pytest.mark.parametrize(
    ("a", "b", "error", "words"),
    [
        (EMPTY, EMPTY[:, :2], ValueError, "one shape"),
        (np.zeros(4, bool), np.zeros(4, bool), ValueError, "axes"),
        (np.zeros((0, 2)), np.zeros((0, 2)), ValueError, "at least one pixel"),
        (np.array([[0, 1, 2]]), np.array([[0, 1, 1]]), ValueError, "one value beside 0"),
        (np.array([[0, np.nan, 1]]), np.array([[0, 1, 1]]), ValueError, "one value beside 0"),
        (np.array([[0, np.nan]]), np.array([[0, 1]]), ValueError, "one value beside 0.*NaN or infinity"),
        (np.array([[0, np.inf]]), np.array([[0, 1]]), ValueError, "one value beside 0.*NaN or infinity"),
        (np.array([["a"]]), np.array([[1]]), TypeError, "booleans"),
    ],
)
def test_bad_masks_get_a_sentence(measure, a, b, error, words):
    with pytest.raises(error, match=words):
        measure(a, b)


@pytest.mark.parametrize("spacing", [0, -1, (1, 2, 3), (1, np.nan), (1, 0)])
def test_bad_spacing_gets_a_sentence(spacing):
    with pytest.raises(ValueError, match="spacing of 2 positive numbers"):
        average_surface_distance(FULL, FULL, spacing=spacing)


@pytest.mark.parametrize("percentile", [0, -5, 101, np.nan])
def test_bad_percentile_gets_a_sentence(percentile):
    with pytest.raises(ValueError, match="percentile"):
        hausdorff_distance(FULL, FULL, percentile=percentile)


def test_bad_labels_get_a_sentence():
    with pytest.raises(TypeError, match="argmax"):
        dice_per_class([[0.2, 0.8]], [[0, 1]])
    with pytest.raises(ValueError, match="one shape"):
        dice_per_class([[0, 1]], [[0, 1, 1]])
