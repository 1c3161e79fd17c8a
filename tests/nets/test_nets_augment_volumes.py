"""Augmentation of volumes against one that is done slice by slice, with the axes written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.nets import Augmentation
from mediedu.nets.augment_volumes import VolumeAugmentation

TURN = Augmentation(rotation=(90, 90))


def quarter_turns(volume):
    """Give the volume turned by 90° in each of the three planes, slice by slice."""
    turned = []
    for axis in range(3):
        slices = [np.rot90(np.take(volume, i, axis)) for i in range(volume.shape[axis])]
        turned.append(np.stack(slices, axis))
    return turned


@settings(max_examples=40, deadline=None)
@given(side=st.integers(2, 6), seed=st.integers(0, 2**32))
def test_a_quarter_turn_is_one_of_three_that_slices_give(side, seed):
    rng = np.random.default_rng(seed)
    volume = rng.integers(0, 200, (side, side, side)).astype(np.float32)
    labels = (volume > 100).astype(np.uint8)
    moved, classes = VolumeAugmentation(TURN)(volume[None, ..., None], labels[None], rng=seed)
    expected = quarter_turns(volume)
    near = [np.abs(moved[0, ..., 0] - one).max() for one in expected]
    assert min(near) < 1e-3
    at = int(np.argmin(near))
    assert np.array_equal(classes[0], quarter_turns(labels)[at])


def test_all_three_planes_and_every_flip_come_up_equally_often():
    volume = np.arange(27, dtype=np.float32).reshape(3, 3, 3)
    many = np.broadcast_to(volume[None, ..., None], (600, 3, 3, 3, 1))
    moved = VolumeAugmentation(TURN)(many, rng=1)[..., 0]
    counts = [sum(np.allclose(one, turned, atol=1e-3) for one in moved) for turned in quarter_turns(volume)]
    assert sum(counts) == 600
    assert min(counts) > 150  # 200 expected, standard deviation 12
    flipped = VolumeAugmentation(flips=("left-right", "up-down", "front-back"))(many, rng=1)[..., 0]
    views = [np.flip(volume, [a for a in range(3) if number >> a & 1]) for number in range(8)]
    counts = [sum(np.array_equal(one, view) for one in flipped) for view in views]
    assert sum(counts) == 600
    assert min(counts) > 40  # 75 expected, standard deviation 8


@pytest.mark.parametrize(("flip", "axis"), [("front-back", 0), ("up-down", 1), ("left-right", 2)])
def test_a_flip_turns_its_own_axis_round(flip, axis):
    volume = np.random.default_rng(0).random((2, 3, 4)).astype(np.float32)
    moved, classes = VolumeAugmentation(flips=flip)(
        np.stack([volume] * 20)[..., None], np.stack([volume > 0.5] * 20), rng=0
    )
    for one, labels in zip(moved[..., 0], classes, strict=True):
        assert np.array_equal(one, volume) or np.array_equal(one, np.flip(volume, axis))
        assert np.array_equal(labels, one > 0.5)
    assert any(np.array_equal(one, volume) for one in moved[..., 0])
    assert not all(np.array_equal(one, volume) for one in moved[..., 0])


def test_what_a_volume_gets_depends_on_its_own_number_alone():
    volumes = np.random.default_rng(0).random((7, 6, 8, 10, 2), dtype=np.float32)
    augment = VolumeAugmentation(Augmentation(rotation=20, scale=0.2, noise=0.1), flips="left-right")
    together = augment(volumes, rng=np.arange(7))
    alone = np.concatenate([augment(volumes[i : i + 1], rng=np.array([i])) for i in range(7)])
    assert np.array_equal(together, alone)
    assert not np.array_equal(together, augment(volumes, rng=np.arange(7) + 1))


def test_nothing_changes_without_settings():
    volumes = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 8, 1), dtype=np.uint8)
    assert np.array_equal(VolumeAugmentation()(volumes, rng=0), volumes)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: VolumeAugmentation(Augmentation(flips="left-right")), "another axis in every plane"),
        (lambda: VolumeAugmentation(flips="sideways"), "'sideways'"),
        (lambda: VolumeAugmentation(0.1), "an Augmentation is needed"),
        (lambda: VolumeAugmentation()(np.zeros((2, 8, 8, 1), np.float32), rng=0), "(n, z, y, x, channel)"),
        (
            lambda: VolumeAugmentation()(np.zeros((1, 2, 3, 4, 1), np.float32), np.zeros((1, 2, 3)), rng=0),
            "(1, 2, 3, 4)",
        ),
        (lambda: VolumeAugmentation()(np.zeros((1, 2, 3, 4, 1), np.float32), rng=None), "a seed such as"),
    ],
)
def test_bad_input_gets_a_sentence(call, words):
    with pytest.raises((TypeError, ValueError)) as problem:
        call()
    assert words in str(problem.value)
