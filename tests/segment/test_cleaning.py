"""Clean-up against skimage and scipy, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage.measure import label
from skimage.morphology import ball, disk
from skimage.segmentation import clear_border

from mediedu.segment import clean_mask

MASKS = st.one_of(
    hnp.arrays(bool, st.tuples(st.integers(1, 10), st.integers(1, 10))),
    hnp.arrays(bool, st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))),
)


@given(MASKS)
@settings(max_examples=80, deadline=None)
def test_holes_are_those_of_scipy(mask):
    assert np.array_equal(clean_mask(mask), ndimage.binary_fill_holes(mask))
    full = np.ones((3,) * mask.ndim)
    leaky = clean_mask(mask, connectivity=1)
    assert np.array_equal(leaky, ndimage.binary_fill_holes(mask, structure=full))


@given(MASKS, st.integers(0, 8))
@settings(max_examples=80, deadline=None)
def test_pieces_are_those_of_skimage(mask, least):
    for reach in (1, mask.ndim):
        pieces = label(mask, connectivity=reach)
        sizes = np.bincount(pieces.ravel())
        expected = mask & (sizes[pieces] >= least)
        options = {"fill_holes": False, "connectivity": reach}
        assert np.array_equal(clean_mask(mask, min_size=least, **options), expected)
        kept = clean_mask(mask, clear_border=True, **options)
        assert np.array_equal(kept, clear_border(pieces) > 0)
        one = clean_mask(mask, largest=True, **options)
        assert one.sum() == (sizes[1:].max() if mask.any() else 0)
        assert label(one, connectivity=reach).max() <= 1
        assert (mask | ~one).all()


@given(hnp.arrays(bool, (12, 13)), st.sampled_from([1, 2, 3]))
@settings(max_examples=60, deadline=None)
def test_opening_and_closing_with_a_disk(mask, radius):
    padded = np.pad(mask, 9)  # away from the edge, where programs differ
    opened = clean_mask(padded, opening=radius, fill_holes=False)
    assert np.array_equal(opened, ndimage.binary_opening(padded, disk(radius)))
    closed = clean_mask(padded, closing=radius, fill_holes=False)
    assert np.array_equal(closed, ndimage.binary_closing(padded, disk(radius)))


def test_opening_with_a_ball():
    mask = np.random.default_rng(0).random((14, 14, 14)) < 0.85
    mask = np.pad(mask, 4)
    expected = ndimage.binary_opening(mask, ball(1))
    assert np.array_equal(clean_mask(mask, opening=1, fill_holes=False), expected)


@given(MASKS, st.sampled_from([1, 1.5, 2.5]))
@settings(max_examples=60, deadline=None)
def test_laws_of_opening_and_closing(mask, radius):
    opened = clean_mask(mask, opening=radius, fill_holes=False)
    closed = clean_mask(mask, closing=radius, fill_holes=False)
    assert (mask | ~opened).all()
    assert (closed | ~mask).all()
    assert np.array_equal(clean_mask(opened, opening=radius, fill_holes=False), opened)
    assert np.array_equal(clean_mask(closed, closing=radius, fill_holes=False), closed)


def test_a_mask_cut_by_the_edge_keeps_its_corner():
    mask = np.zeros((20, 20), bool)
    mask[:8, :8] = True
    assert clean_mask(mask, opening=2)[0, 0]
    assert clean_mask(np.ones((6, 6), bool), opening=2, closing=2).all()


def test_only_small_holes_if_asked():
    mask = np.ones((9, 12), bool)
    mask[2, 2] = mask[4:7, 6:9] = False
    some = clean_mask(mask, fill_holes=4)
    assert some[2, 2]
    assert not some[5, 7]
    assert clean_mask(mask).all()
    assert np.array_equal(clean_mask(mask, fill_holes=False), mask)


def test_the_order_of_the_steps():
    """A lesion with a hole, a thin bridge to the edge and a grain: the bridge goes first, so it stays."""
    mask = np.zeros((30, 30), bool)
    mask[8:20, 8:20] = True
    mask[13:15, 12:14] = False
    mask[10, :8] = True
    mask[25, 25] = True
    lesion = clean_mask(mask, opening=1, clear_border=True, largest=True)
    assert lesion[9:19, 9:19].sum() >= 96
    assert not lesion[10, :7].any()
    assert not lesion[25, 25]


def test_empty_masks_stay_empty_and_input_stays_as_it_was():
    empty = np.zeros((5, 6), np.uint8)
    everything = {"opening": 2, "closing": 2, "clear_border": True, "min_size": 3, "largest": True}
    assert not clean_mask(empty, **everything).any()
    mask = np.eye(5)
    kept = mask.copy()
    assert not clean_mask(mask, clear_border=True).any()
    assert np.array_equal(mask, kept)
    assert not np.shares_memory(clean_mask(mask > 0, fill_holes=False), mask)


@pytest.mark.parametrize(
    ("mask", "options", "words"),
    [
        (np.eye(3), {"opening": -1}, "opening"),
        (np.eye(3), {"closing": np.nan}, "closing"),
        (np.eye(3), {"min_size": "5"}, "min_size"),
        (np.eye(3), {"fill_holes": -2}, "fill_holes"),
        (np.eye(3), {"connectivity": 3}, "connectivity"),
        (np.arange(9).reshape(3, 3), {}, "one value beside 0"),
        (np.zeros(3), {}, "axes"),
        (np.full((3, 3), np.nan), {}, "one value beside 0"),
    ],
)
def test_bad_input_gets_a_sentence(mask, options, words):
    with pytest.raises(ValueError, match=words):
        clean_mask(mask, **options)
