"""The synthetic block of lung: vessels go through, nodules don't, and a slice can't tell them apart."""

import numpy as np
import pytest
from scipy.ndimage import label

from mediedu.data import Phantom, phantom


def test_a_seed_repeats_and_another_differs() -> None:
    first, again, other = (phantom.lung_block(32, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.labels, other.labels)


@pytest.mark.parametrize("seed", range(6))
def test_vessels_reach_from_end_to_end_and_nodules_are_small_balls(seed) -> None:
    made = phantom.lung_block(64, nodules=3, vessels=2, seed=seed)
    assert isinstance(made, Phantom)
    assert made.image.shape == made.labels.shape == made.clean.shape == (64, 64, 64)
    vessel, nodule = (made.labels == made.class_names.index(name) for name in ("vessel", "nodule"))
    through = vessel.any(axis=(1, 2))
    assert through.mean() > 0.5, "a tilted vessel may leave the block at a side, but it doesn't end inside"
    for z in np.flatnonzero(~through):
        near = vessel[max(0, z - 1) : z + 2].copy()
        near[:, 1:-1, 1:-1] = False
        assert near.any() or not vessel[max(0, z - 1) : z + 2].any()
    balls, number = label(nodule)
    assert 1 <= number <= 3
    for k in range(1, number + 1):
        sides = np.ptp(np.argwhere(balls == k), axis=0) + 1
        assert (sides <= 14).all()
        assert (balls == k).sum() == pytest.approx(np.pi / 6 * np.prod(sides), rel=0.3)
        edges = np.argwhere(balls == k)
        assert edges.min() > 0
        assert edges.max() < 63


def test_nodules_touch_no_vessel() -> None:
    from scipy.ndimage import binary_dilation

    made = phantom.lung_block(48, nodules=4, vessels=6, seed=3)
    assert not (binary_dilation(made.labels == 2) & (made.labels == 1)).any()


def test_both_have_one_grey_and_the_noise_that_was_asked_for() -> None:
    quiet, noisy = (phantom.lung_block(64, noise=level, seed=8) for level in (0, 60))
    vessel, nodule = (quiet.clean[quiet.labels == k].max() for k in (1, 2))
    assert vessel == pytest.approx(nodule, abs=5)
    assert vessel == pytest.approx(40, abs=5)
    assert (noisy.image - quiet.clean).std() == pytest.approx(60, rel=0.02)
    assert np.array_equal(quiet.image, np.floor(quiet.clean + 0.5))
    assert np.array_equal(quiet.labels, noisy.labels)


def test_it_may_be_empty_and_draws_itself_in_three_planes() -> None:
    empty = phantom.lung_block(32, nodules=0, vessels=0, seed=0)
    assert not empty.mask.any()
    made = phantom.lung_block(32, seed=1)
    assert repr(made) == "<Phantom: block of lung, 32 × 32 × 32 int16, 1 mm, seed 1, synthetic>"
    drawn = made.show()
    assert "nodule" in drawn.alt
    assert drawn.width > 1.5 * drawn.height


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: phantom.lung_block(16, seed=0), ValueError, "from 32 to"),
        (lambda: phantom.lung_block(512, seed=0), ValueError, "fits into memory; you gave 512"),
        (
            lambda: phantom.lung_block(nodules=9, seed=0),
            ValueError,
            "`nodules` is a whole number from 0 to 8",
        ),
        (lambda: phantom.lung_block(vessels=2.5, seed=0), ValueError, "`vessels` .* you gave 2.5"),
        (lambda: phantom.lung_block(noise=-1, seed=0), ValueError, "standard deviation in HU"),
        (lambda: phantom.lung_block(seed=None), TypeError, "such as seed=1"),
    ],
)
def test_what_is_out_of_range_is_said(call, error, words) -> None:
    with pytest.raises(error, match=words):
        call()
