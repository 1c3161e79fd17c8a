"""Deletion and insertion against a loop over single pictures, and on what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.explain import deletion_curve, insertion_curve


def network(pictures):
    """Give two outputs, from two fixed templates; not linear, so that the order matters."""
    weights = np.random.default_rng(7).normal(size=(2, *pictures.shape[1:]))
    return np.tanh(np.tensordot(pictures, weights, axes=([1, 2, 3], [1, 2, 3])))


def by_loop(kind, images, maps, target, baseline, steps):
    scores = []
    for image, one in zip(images, maps, strict=True):
        order = [divmod(int(n), one.shape[1]) for n in np.argsort(-one, axis=None)]
        row = []
        for step in range(steps + 1):
            first = image.copy() if kind == "deletion" else np.full_like(image, baseline)
            for place in order[: int(step / steps * one.size + 0.5)]:
                first[place] = baseline if kind == "deletion" else image[place]
            row.append(network(first[None])[0, target])
        scores.append(row)
    return np.array(scores)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 20), st.sampled_from([1, 3, 64]))
def test_curves_equal_those_of_a_loop(seed: int, steps: int, batch_size: int) -> None:
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(2, 4, 5, 2)).astype(np.float32)
    maps = rng.permuted(np.arange(40.0).reshape(2, 20), axis=1).reshape(2, 4, 5)
    for kind, curve in {"deletion": deletion_curve, "insertion": insertion_curve}.items():
        found = curve(network, images, maps, target=1, baseline=0.25, steps=steps, batch_size=batch_size)
        expected = by_loop(kind, images, maps, 1, 0.25, steps)
        assert np.allclose(found.scores, expected, atol=1e-5)
        assert found.kind == kind
        heights = (expected[:, 1:] + expected[:, :-1]) / 2
        assert np.allclose(found.areas, (heights * np.diff(found.fraction)).sum(axis=1), atol=1e-5)


def test_insertion_of_the_opposite_order_is_deletion_backwards() -> None:
    rng = np.random.default_rng(3)
    images, maps = rng.normal(size=(3, 4, 4, 1)), rng.normal(size=(3, 4, 4))
    gone = deletion_curve(network, images, maps, target=0, steps=8)
    back = insertion_curve(network, images, -maps, target=0, steps=8)
    assert np.allclose(gone.scores, back.scores[:, ::-1], atol=1e-6)


def test_the_predicted_class_is_that_of_the_whole_image() -> None:
    images = np.random.default_rng(5).normal(size=(6, 4, 4, 1))
    maps = np.abs(images[..., 0])
    expected = network(images).argmax(axis=1)
    assert set(expected) == {0, 1}
    for curve in (deletion_curve, insertion_curve):
        assert curve(network, images, maps, steps=8).target.tolist() == expected.tolist()
    each = deletion_curve(network, images, maps, target=1 - expected, steps=8)
    assert each.scores[:, 0] == pytest.approx(network(images)[np.arange(6), 1 - expected], abs=1e-6)


def test_the_interval_of_the_mean_area_is_that_of_t() -> None:
    from scipy import stats

    images = np.random.default_rng(6).normal(size=(5, 4, 4, 1))
    found = deletion_curve(network, images, images[..., 0], target=0, steps=16)
    low, high = stats.t.interval(0.95, 4, found.areas.mean(), stats.sem(found.areas))
    assert (found.area.low, found.area.high) == pytest.approx((low, high))
    alone = deletion_curve(network, images[:1], images[:1, ..., 0], target=0, steps=16)
    assert np.isinf(alone.area.low)
    assert np.isinf(alone.area.high)
    assert "deletion" in found.show().alt


def test_equal_values_are_ordered_by_the_seed() -> None:
    images = np.random.default_rng(8).normal(size=(1, 6, 6, 1))
    maps = np.zeros((1, 6, 6))
    maps[0, 0, 0] = 1
    curves = [deletion_curve(network, images, maps, target=0, steps=36, seed=s).scores for s in (0, 0, 1)]
    assert np.array_equal(curves[0], curves[1])
    assert not np.array_equal(curves[0], curves[2])


def test_the_network_sees_batches_of_one_size() -> None:
    sizes = set()

    def watched(pictures):
        sizes.add(len(pictures))
        return network(pictures)

    images = np.random.default_rng(9).normal(size=(3, 4, 4, 1))
    deletion_curve(watched, images, images[..., 0], steps=10, batch_size=7)
    assert sizes == {7}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"target": 2}, r"`target` is 2; needed is a class from 0 to 1"),
        ({"steps": 17}, r"`steps` is 17; it must be a whole number from 1 to 16"),
        ({"baseline": np.zeros((3, 3))}, r"`baseline` has the shape \(3, 3\)"),
        ({"baseline": np.nan}, r"NaN or infinite"),
        ({"batch_size": 0}, r"`batch_size` is 0"),
    ],
)
def test_wrong_settings_get_a_sentence(settings, words: str) -> None:
    images = np.random.default_rng(0).normal(size=(2, 4, 4, 1))
    with pytest.raises(ValueError, match=words):
        deletion_curve(network, images, images[..., 0], **{"steps": 8} | settings)


def test_wrong_maps_and_networks_get_a_sentence() -> None:
    images = np.random.default_rng(0).normal(size=(2, 4, 4, 1))
    with pytest.raises(ValueError, match="puts the pixels into no order"):
        insertion_curve(network, images, np.ones((2, 4, 4)))
    with pytest.raises(ValueError, match="one value for each pixel"):
        insertion_curve(network, images, np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="NaN or infinite outputs"):
        deletion_curve(lambda x: network(x) * np.nan, images, images[..., 0], steps=4)
    with pytest.raises(ValueError, match=r"outputs of the shape"):
        deletion_curve(lambda x: x, images, images[..., 0], steps=4)
