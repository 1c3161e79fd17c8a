"""Contours: what they enclose, how they run, what else is in the mask."""

import warnings

import numpy as np
import pytest
from describe_outlines import disk
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from mediedu.data import phantom
from mediedu.describe import trace_contour
from mediedu.describe.contour import signed_area


@st.composite
def masks(draw):
    """Draw ragged masks of one or several blobs, with something in them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = rng.integers(4, 24, 2)
    noise = ndimage.gaussian_filter(rng.normal(size=shape), rng.uniform(0.3, 2.5))
    mask = noise > np.quantile(noise, rng.uniform(0.2, 0.9))
    mask[tuple(rng.integers(0, shape))] = True
    return mask


@given(masks(), st.sampled_from([8, 33, 16384]))
@settings(max_examples=80, deadline=None)
def test_a_contour_encloses_the_largest_blob(mask, points):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        contour = trace_contour(mask, points)
    assert contour.shape == (points, 2)
    assert signed_area(contour) > 0
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    largest = labels == np.bincount(labels.ravel())[1:].argmax() + 1
    rows, columns = np.nonzero(largest)
    assert (contour >= np.array([columns.min(), rows.min()]) - 0.5).all()
    assert (contour <= np.array([columns.max(), rows.max()]) + 0.5).all()
    assert contour[0, 1] == rows.min() - 0.5  # starts at the top
    if points == 16384:
        # Half-way lines cut ⅛ pixel off each outer corner, and add it at each inner one; 4 more are outer.
        filled = ndimage.binary_fill_holes(largest)
        assert signed_area(contour) == pytest.approx(filled.sum() - 0.5, abs=0.02)


@given(masks())
@settings(max_examples=40, deadline=None)
def test_points_lie_at_equal_arc_length(mask):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fine = trace_contour(mask, 4096)
    steps = np.hypot(*np.diff(fine, axis=0, append=fine[:1]).T)
    # Across a corner the straight way is a little shorter; along straight pieces all steps are the same.
    assert np.median(steps) == pytest.approx(steps.max(), rel=1e-9)
    assert steps.min() >= steps.max() * 0.7


def test_a_rectangle_lies_where_its_pixels_are():
    mask = np.zeros((20, 30), bool)
    mask[4:9, 10:21] = True
    contour = trace_contour(mask)
    assert contour.min(axis=0).tolist() == pytest.approx([9.5, 3.5], abs=0.1)
    assert contour.mean(axis=0) == pytest.approx([15, 6], abs=0.01)


def test_moving_a_mask_moves_its_contour():
    small = phantom.breast_mass("malignant", size=96, seed=3).labels > 0
    big = np.zeros((200, 210), bool)
    big[40 : 40 + small.shape[0], 17 : 17 + small.shape[1]] = small
    np.testing.assert_allclose(trace_contour(big), trace_contour(small) + np.array([17, 40]), atol=1e-9)


def test_the_contour_of_a_phantom_lies_where_the_phantom_says():
    from scipy.spatial import cKDTree

    for seed in range(3):
        mass = phantom.breast_mass("benign", size=256, margin="oval", seed=seed)
        ours = trace_contour(mass.labels > 0)
        away = cKDTree(mass.contour).query(ours)[0]
        assert away.max() < 2.5  # half the distance between points, and half a pixel


def test_a_single_pixel_and_the_whole_image():
    one = np.zeros((5, 5), bool)
    one[3, 1] = True
    diamond = trace_contour(one)
    assert signed_area(diamond) == pytest.approx(0.5)
    assert diamond.mean(axis=0) == pytest.approx([1, 3])
    everything = trace_contour(np.ones((6, 8), np.uint8) * 255)
    assert everything.min() == -0.5
    assert everything.max(axis=0) == pytest.approx([7.5, 5.5])
    assert np.isfinite(trace_contour([[1]])).all()


def test_several_blobs_and_holes_are_said():
    mask = np.zeros((20, 20), np.uint8)
    mask[1:4, 1:4] = 1
    mask[8:18, 8:18] = 1
    with pytest.warns(UserWarning, match="2 blobs; the largest, 100 of 109 pixels"):
        contour = trace_contour(mask)
    assert contour.min() >= 7.4
    mask[1:4, 1:4] = 0
    mask[10:12, 10:12] = 0
    with pytest.warns(UserWarning, match="1 hole"):
        holed = trace_contour(mask)
    np.testing.assert_allclose(holed, contour)
    with warnings.catch_warnings():  # touching at a corner is one blob
        warnings.simplefilter("error")
        trace_contour(np.eye(6))


@pytest.mark.parametrize(
    ("mask", "problem", "words"),
    [
        (np.zeros((5, 5), bool), ValueError, "empty"),
        (np.zeros((0, 5), bool), ValueError, "at least one pixel"),
        (np.ones((2, 5, 5), bool), ValueError, "shape"),
        (np.arange(25).reshape(5, 5), ValueError, "one value beside 0"),
        (np.full((5, 5), np.nan), ValueError, "NaN"),
        (np.where(np.eye(5), np.nan, 1), ValueError, "NaN"),
        (np.full((5, 5), "x"), TypeError, "numbers"),
    ],
)
def test_bad_masks_get_a_sentence(mask, problem, words):
    with pytest.raises(problem, match=words):
        trace_contour(mask)


@pytest.mark.parametrize("points", [7, 8.0, True])
def test_too_few_points_get_a_sentence(points):
    with pytest.raises(ValueError, match="from 8 up"):
        trace_contour(disk(5), points)
