"""Burned-in marks: who bears one, and that nothing else changes; tissue without a mass; placed masses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.data import phantom


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 1000),
    st.lists(st.integers(0, 2), min_size=1, max_size=30),
    st.tuples(*[st.floats(0, 1)] * 3),
    st.sampled_from(["ruler", "caliper"]),
    st.sampled_from([np.uint8, np.uint16, np.float32]),
)
def test_shares_are_kept_and_nothing_else_is_touched(seed, labels, share, kind, dtype) -> None:
    labels = np.array(labels)
    images = np.random.default_rng(seed).integers(0, 200, (len(labels), 40, 33)).astype(dtype)
    before = images.copy()
    got = phantom.burned_in(images, labels, share=share, kind=kind, seed=seed)
    assert np.array_equal(images, before)
    assert got.images.dtype == dtype
    bright = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else before.max()
    assert (got.images[got.masks] == bright).all()
    assert np.array_equal(got.images[~got.masks], before[~got.masks])
    assert np.array_equal(got.masks.any(axis=(1, 2)), got.bears)
    for label, part in enumerate(share):
        members = labels == label
        assert got.bears[members].sum() == int(part * members.sum() + 0.5)
    again = phantom.burned_in(images, labels, share=share, kind=kind, seed=seed)
    assert np.array_equal(again.images, got.images)


@pytest.mark.parametrize("size", [16, 32, 64, 128, 500])
def test_marks_lie_at_the_edges_and_stay_small(size: int) -> None:
    plain = np.zeros((20, size, size), np.uint8)
    ruler = phantom.burned_in(plain, np.ones(20, int), kind="ruler", seed=0).masks
    assert not ruler[:, :, : size * 3 // 4].any()
    caliper = phantom.burned_in(plain, np.ones(20, int), kind="caliper", seed=0).masks
    assert not caliper[:, : size // 2].any()
    assert not caliper[:, :, size // 2 :].any()
    assert max(ruler.mean(), caliper.mean()) < 0.08
    assert len(np.unique(ruler.reshape(20, -1), axis=0)) > 1


@pytest.mark.parametrize(
    ("images", "labels", "more", "words"),
    [
        (np.zeros((2, 8, 8)), [0, 1], {}, "at least 16 × 16"),
        (np.zeros((2, 32, 32), bool), [0, 1], {}, "integers or floats"),
        (np.zeros((2, 32, 32)), [0, 1, 1], {}, r"`labels` has the shape \(3,\)"),
        (np.zeros((2, 32, 32)), [0, 2], {}, "the labels reach from 0 to 2"),
        (np.zeros((2, 32, 32)), [0, 1], {"share": (0, 1.5)}, "`share` holds a number from 0 to 1"),
        (np.zeros((2, 32, 32)), [0, 1], {"kind": "arrow"}, "'ruler', 'caliper'"),
        (np.zeros((2, 32, 32), np.uint8), [0, 1], {"value": 300}, "which uint8 cannot hold"),
    ],
)
def test_what_cannot_be_marked_gets_a_sentence(images, labels, more, words) -> None:
    with pytest.raises(ValueError, match=words):
        phantom.burned_in(images, labels, **{"seed": 0} | more)


def test_tissue_looks_like_that_around_a_mass_and_has_none() -> None:
    for background in ("speckle", "film"):
        pictures = [phantom.breast_tissue(64, background=background, seed=n) for n in range(12)]
        around = [phantom.breast_mass("benign", 64, background=background, seed=n) for n in range(12)]
        assert not any(one.mask.any() for one in pictures)
        mean = np.mean([one.image.mean() for one in pictures])
        assert mean == pytest.approx(np.mean([one.image[~one.mask].mean() for one in around]), abs=15)
    assert np.array_equal(phantom.breast_tissue(64, seed=1).image, phantom.breast_tissue(64, seed=1).image)


@pytest.mark.parametrize("kind", ["benign", "malignant"])
def test_a_mass_lies_where_it_is_asked_for_and_is_as_large(kind: str) -> None:
    for seed, centre in enumerate([(0.25, 0.25), (0.3, 0.7), (0.75, 0.4)]):
        mass = phantom.breast_mass(kind, 128, centre=centre, diameter=8, seed=seed)
        rows, columns = np.nonzero(mass.mask)
        assert rows.mean() == pytest.approx(128 * centre[0], abs=4)
        assert columns.mean() == pytest.approx(128 * centre[1], abs=4)
        area = mass.mask.sum() * mass.spacing[0] ** 2
        assert 0.8 * np.pi * 16 < area < 1.5 * np.pi * 16
    edge = phantom.breast_mass(kind, 128, centre=(0.01, 0.99), diameter=8, seed=1).mask
    assert not edge[0].any()
    assert not edge[:, -1].any()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"centre": (0.5, 1.2)}, "`centre` is"),
        ({"centre": (0.5,)}, "`centre` is"),
        ({"diameter": 50}, "2 to 32 mm"),
    ],
)
def test_a_place_outside_gets_a_sentence(more, words) -> None:
    with pytest.raises(ValueError, match=words):
        phantom.breast_mass("benign", 64, seed=0, **more)
