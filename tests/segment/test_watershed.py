"""Touching objects are parted where they should be, and nowhere else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from mediedu.data import phantom
from mediedu.segment import dice, watershed_split


def balls(centres, radius, shape):
    grid = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    return [np.linalg.norm(grid - np.array(c), axis=-1) < radius for c in centres]


@pytest.mark.parametrize(
    ("centres", "radius", "shape"),
    [
        ([(20, 18), (20, 42)], 13, (40, 60)),
        ([(20, 18), (20, 42), (40, 30)], 13, (60, 60)),
        ([(12, 10, 10), (12, 10, 25)], 8.5, (24, 20, 36)),
    ],
)
def test_touching_balls_come_apart(centres, radius, shape):
    each = balls(centres, radius, shape)
    mask = np.any(each, axis=0)
    assert ndimage.label(mask)[1] == 1
    labels = watershed_split(mask)
    assert labels.dtype == np.int32
    assert labels.max() == len(centres)
    for ball in each:
        assert max(dice(labels == k, ball) for k in range(1, len(centres) + 1)) > 0.93


def test_depth_says_how_narrow_a_neck_must_be():
    two = np.any(balls([(20, 20), (20, 32)], 10, (40, 52)), axis=0)  # neck √(10² − 6²) = 8, so 2 below
    assert watershed_split(two, depth=1).max() == 2
    assert watershed_split(two, depth=3).max() == 1


@given(hnp.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.sampled_from([0.3, 1.0, 3.0]))
@settings(max_examples=100, deadline=None)
def test_labels_cover_the_mask_and_every_piece_has_its_own(mask, depth):
    labels = watershed_split(mask, depth=depth)
    assert np.array_equal(labels > 0, mask)
    pieces, number = ndimage.label(mask, np.ones((3, 3)))
    assert labels.max() >= number
    assert set(np.unique(labels)) == set(range(labels.max() + 1)) - ({0} if mask.all() else set())
    for k in range(1, labels.max() + 1):
        assert len(np.unique(pieces[labels == k])) == 1
        assert ndimage.label(labels == k, np.ones((3, 3)))[1] == 1


def test_small_pieces_beside_big_ones_are_kept():
    mask = np.any(balls([(20, 20), (20, 50)], 12, (40, 64)), axis=0)
    mask[2, 2] = True
    assert watershed_split(mask, depth=5).max() == 3


def test_spacing_changes_what_is_narrow():
    two = np.any(balls([(20, 20), (20, 32)], 10, (40, 52)), axis=0)
    assert watershed_split(two, depth=1, spacing=0.1).max() == 1
    assert np.array_equal(watershed_split(two, depth=0.1, spacing=0.1), watershed_split(two))


def test_nuclei_of_the_phantom_are_counted_better_than_pieces():
    for seed in range(3):
        cells = phantom.nuclei(seed=seed)
        labels = np.asarray(cells.labels)
        true = len(np.unique(labels)) - 1
        pieces = ndimage.label(labels > 0)[1]
        found = watershed_split(labels > 0).max()
        assert pieces < true
        assert abs(found - true) < abs(pieces - true)


def test_empty_and_full_masks():
    assert not watershed_split(np.zeros((4, 5), bool)).any()
    assert (watershed_split(np.ones((4, 5), bool)) == 1).all()


@pytest.mark.parametrize(
    ("mask", "options", "words"),
    [
        (np.eye(4), {"depth": 0}, "depth above 0"),
        (np.eye(4), {"depth": np.nan}, "depth above 0"),
        (np.eye(4), {"spacing": (1, 2, 3)}, "spacing"),
        (np.arange(9).reshape(3, 3), {}, "one value beside 0"),
        (np.zeros(4), {}, "axes"),
        (np.full((3, 3), np.nan), {}, "one value beside 0"),
    ],
)
def test_bad_input_gets_a_sentence(mask, options, words):
    with pytest.raises(ValueError, match=words):
        watershed_split(mask, **options)
