"""Sanity checks of maps: similarity against peers, what is randomised and what is left alone."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from skimage.metrics import structural_similarity

from mediedu.explain import label_randomization, map_similarity, randomization_test
from mediedu.nets import cnn_classifier, gradient, load_keras, set_seed

keras = load_keras()
IMAGES = np.random.default_rng(0).normal(size=(3, 16, 16, 1)).astype(np.float32)


def slope(net, images):
    """Give the gradient of the second logit."""
    inner = keras.Model(net.input, net.get_layer("logits").output)
    return gradient(lambda t: inner(t)[:, 1], images)


def edges(net, images):
    """Give a map that no network is needed for."""
    return np.abs(np.gradient(images[..., 0], axis=1))


@pytest.fixture(scope="module")
def net():
    set_seed(0)
    return cnn_classifier((16, 16, 1), 2, widths=(4, 8), norm=None)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_similarity_equals_that_of_its_peers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.integers(-4, 5, (2, 2, 9, 8)).astype(float)  # with ties
    second += 0.5 * first
    spearman, ssim = map_similarity(first, second)
    for n in range(2):
        a, b = np.abs(first[n]), np.abs(second[n])
        assert spearman[n] == pytest.approx(stats.spearmanr(a.ravel(), b.ravel()).statistic)
        assert ssim[n] == pytest.approx(structural_similarity(a / a.max(), b / b.max(), data_range=1))


def test_sign_and_scale_of_a_map_do_not_count() -> None:
    maps = np.random.default_rng(1).normal(size=(2, 8, 8))
    spearman, ssim = map_similarity(maps, -3 * maps)
    assert spearman == pytest.approx(1)
    assert ssim == pytest.approx(1)


def test_similarity_refuses_what_has_no_ranks() -> None:
    maps = np.random.default_rng(1).normal(size=(2, 8, 8))
    with pytest.raises(ValueError, match=r"Map 0 of `second` has the same absolute value everywhere"):
        map_similarity(maps, np.ones_like(maps))
    with pytest.raises(ValueError, match="explain the same images twice"):
        map_similarity(maps, maps[:1])
    with pytest.raises(ValueError, match="at least 7 × 7"):
        map_similarity(maps[:, :5], maps[:, :5])
    with pytest.raises(ValueError, match="look at its prediction first"):
        map_similarity(maps, maps * np.nan)


def test_layers_are_randomised_from_the_output_down_and_the_model_stays(net) -> None:
    before = [weight.copy() for weight in net.get_weights()]
    changed = []

    def watched(model, images):
        changed.append([not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)])
        return slope(model, images)

    test = randomization_test(net, IMAGES, watched)
    assert test.stages == ("logits", "stage2_1", "stage1_1")
    # Kernels only: the biases of a new network are 0, as they are in this one.
    assert changed == [
        [False] * 6,
        [False] * 4 + [True, False],
        [False, False, True, False, True, False],
        [True, False] * 3,
    ]
    assert all(np.array_equal(a, b) for a, b in zip(before, net.get_weights(), strict=True))
    assert test.spearman.shape == test.ssim.shape == (3, 3)
    assert test.maps.shape == (4, 3, 16, 16)


def test_one_layer_at_a_time(net) -> None:
    changed = []

    def watched(model, images):
        pairs = zip(net.get_weights(), model.get_weights(), strict=True)
        changed.append([not np.array_equal(a, b) for a, b in pairs][::2])
        return slope(model, images)

    randomization_test(net, IMAGES, watched, independent=True)
    assert changed[1:] == [[False, False, True], [False, True, False], [True, False, False]]


def test_same_seed_same_test_and_nobody_elses_dice_are_touched(net) -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)
    tests = [randomization_test(net, IMAGES, slope, seed=seed) for seed in (1, 1, 2)]
    assert random.random() == expected
    assert np.array_equal(tests[0].maps, tests[1].maps)
    assert not np.allclose(tests[0].maps[1:], tests[2].maps[1:])


def test_a_map_without_a_network_is_unmasked_and_a_gradient_changes(net) -> None:
    assert randomization_test(net, IMAGES, edges).spearman == pytest.approx(1)
    assert randomization_test(net, IMAGES, slope).spearman[-1].mean() < 0.5


def test_layers_by_name_and_within_a_model_within_the_model(net) -> None:
    whole = keras.Sequential([keras.Input((16, 16, 1)), net])
    whole.build()
    explain = lambda model, images: gradient(lambda t: model(t)[:, 1], images)  # noqa: E731
    test = randomization_test(whole, IMAGES, explain, layers=["stage1_1"])
    assert test.stages == ("stage1_1",)
    with pytest.raises(ValueError, match=r"no layer with weights called 'stage9'; it has stage1_1"):
        randomization_test(whole, IMAGES, explain, layers=["stage9"])


def test_what_cannot_be_randomised_gets_a_sentence(net) -> None:
    empty = keras.Sequential([keras.Input((16, 16, 1)), keras.layers.Flatten()])
    with pytest.raises(ValueError, match="no layer with weights, so there is nothing to randomise"):
        randomization_test(empty, IMAGES, edges)
    with pytest.raises(ValueError, match="`maps` holds 768 values that are NaN"):
        randomization_test(net, IMAGES, lambda model, images: np.full(images.shape, np.nan))


class Pooled(keras.Model):
    """Layers called by code of its own."""

    def __init__(self):
        super().__init__()
        self.pool = keras.layers.GlobalAveragePooling2D()
        self.dense = keras.layers.Dense(2)

    def call(self, images):
        return self.dense(self.pool(images))


class PooledTo(Pooled):
    """The same with an argument, which Keras refuses to guess."""

    def __init__(self, classes):
        super().__init__()
        self.dense.units = classes


@pytest.mark.parametrize("model", [Pooled(), PooledTo(3)], ids=lambda model: type(model).__name__)
def test_a_subclassed_model_is_told_how_to_be_built(model) -> None:
    model(IMAGES)
    before = [weight.copy() for weight in model.get_weights()]
    told = rf"a {type(model).__name__} cannot be copied: .* Build it as a Sequential or functional model\."
    with pytest.raises(ValueError, match=told):
        randomization_test(model, IMAGES, lambda net, images: images)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_results_draw_themselves_and_read_as_a_table(net) -> None:
    test = randomization_test(net, IMAGES, slope)
    assert len(str(test).splitlines()) == 3
    assert str(test).startswith("logits  ")
    assert "logits down to stage1_1" in test.show().alt
    assert "after randomising logits:" in randomization_test(net, IMAGES, slope, layers=["logits"]).show().alt


def test_labels_are_shuffled_and_the_learnt_network_is_used_where_it_is_given() -> None:
    labels, seen = np.arange(40) % 4, []

    def fit(given):
        seen.append(given)
        return np.random.default_rng(int(given[:6] @ 4 ** np.arange(6))).normal(size=(16, 16, 1))

    explain = lambda net, images: net * images  # noqa: E731
    test = label_randomization(fit, labels, IMAGES, explain)
    assert np.array_equal(seen[0], labels)
    assert not np.array_equal(seen[1], labels)
    assert np.array_equal(np.sort(seen[1]), np.sort(labels))
    assert test.kind == "label"
    assert test.stages == ("labels",)
    assert test.maps.shape == (2, 3, 16, 16)
    assert "labels" in test.show().alt
    label_randomization(fit, labels, IMAGES, explain, model=fit(labels))
    assert len(seen) == 4  # twice above, once for the model, once for the shuffled labels
    with pytest.raises(ValueError, match="of at least two classes"):
        label_randomization(fit, labels * 0, IMAGES, explain)
