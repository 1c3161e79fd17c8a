"""Integrated gradients against a slow float64 reference, and the axioms that define them."""

from typing import Any

import numpy as np
import pytest
from explain_reference import Net, integrate
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.explain import integrated_gradients, path_points
from mediedu.nets import cnn_classifier, load_keras, set_seed, unet

keras = load_keras()
ops, layers = keras.ops, keras.layers
RULES = ["left", "middle", "right", "trapezoid", "gauss-legendre"]
NETS = {
    (shape, activation): Net(int(np.prod(shape)), 5, 3, activation, seed=len(activation) + len(shape))
    for shape in [(2, 3, 1), (4,), (2, 2, 2, 1)]
    for activation in ["tanh", "softplus", "relu"]
}
# Built once: each of them is compiled at its first use.
MODELS = {key: net.keras(keras, key[0]) for key, net in NETS.items()}


@given(
    key=st.sampled_from(sorted(NETS, key=str)),
    rule=st.sampled_from(RULES),
    steps=st.integers(2, 9),
    count=st.integers(1, 3),
    batch=st.sampled_from([None, 4, 16]),
    seed=st.integers(0, 99),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_equals_the_slow_reference(
    key: Any, rule: Any, steps: int, count: int, batch: int | None, seed: int
) -> None:
    net, model, shape = NETS[key], MODELS[key], key[0]
    rng = np.random.default_rng(seed)
    images, start = rng.normal(size=(count, *shape)), rng.normal(size=shape)
    target = rng.integers(0, 3, count)
    found = integrated_gradients(
        model, images, target=target, baseline=start, rule=rule, steps=steps, batch_size=batch
    )
    for n in range(count):
        x, k = images[n].ravel(), int(target[n])
        slow = integrate(lambda z, k=k: net.gradient(z, k), x, start.ravel(), rule, steps)
        # float32 can put a place on the other side of a ReLU's bend, where it lies within rounding of it.
        assert np.allclose(found.values[n].ravel(), slow, atol=2e-5 * (1 + np.abs(slow).max()))
        change = net.outputs(x)[k] - net.outputs(start.ravel())[k]
        assert found.score[n] == pytest.approx(net.outputs(x)[k], abs=1e-5)
        assert found.gap[n] == pytest.approx(abs(slow.sum() - change), abs=1e-4)
        assert found.relative_gap[n] == pytest.approx(found.gap[n] / abs(change), rel=1e-2, abs=1e-4)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("steps", [2, 5, 64])
def test_rules_have_weights_that_sum_to_1_and_places_on_the_path(rule: Any, steps: int) -> None:
    places, weights = path_points(rule, steps)
    assert weights.sum() == pytest.approx(1)
    assert np.all((places >= 0) & (places <= 1))
    assert np.all(np.diff(places) > 0)
    exact = {"left": -1, "right": 1}.get(rule, 0)  # half a step too low or too high for the integral of x
    assert weights @ places == pytest.approx(0.5 + exact / (2 * steps))


@pytest.mark.parametrize("rule", RULES)
def test_a_linear_model_gives_weight_times_difference(rule: Any) -> None:
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(2)])
    # Whole numbers and quarters, so that float32 is exact.
    weights = np.array([[1.0, 2], [0, -1], [0.5, 4], [-2, 1]])
    model.set_weights([weights, np.array([3.0, -1])])
    image, start = np.array([[[[1.0], [2]], [[-3], [0.5]]]]), 0.25
    found = integrated_gradients(model, image, target=1, baseline=start, steps=8, rule=rule)
    exact = (weights[:, 1] * (image.ravel() - start)).reshape(image.shape)
    assert np.allclose(found.values, exact, rtol=0, atol=1e-6)
    assert found.gap[0] <= 1e-6


def small(seed: int = 0, activation: str = "gelu", last: str | None = None, side: int = 12) -> Any:
    set_seed(seed)
    return keras.Sequential(
        [
            keras.Input((side, side, 1)),
            layers.Conv2D(6, 3, activation=activation, name="first"),
            layers.Conv2D(6, 3, strides=2, activation=activation, name="second"),
            layers.Flatten(),
            layers.Dense(3, name="scores"),
            *([layers.Activation(last)] if last else []),
        ]
    )


def random_images(count: int = 4, side: int = 12, seed: int = 1) -> Any:
    return np.random.default_rng(seed).normal(size=(count, side, side, 1)).astype(np.float32)


def test_completeness_of_a_smooth_net_at_16_places() -> None:
    found = integrated_gradients(small(), random_images(8), steps=16)
    assert found.relative_gap.max() <= 1e-4
    sums = found.values.sum(axis=(1, 2, 3), dtype=np.float64)
    assert np.allclose(sums, found.score - found.baseline_score, atol=1e-4)


@pytest.mark.parametrize("rule", ["gauss-legendre", "middle", "trapezoid"])
def test_median_gap_of_a_relu_net_at_50_places(rule: Any) -> None:
    set_seed(0)
    images = np.random.default_rng(0).random((16, 28, 28, 1), dtype=np.float32)
    model = cnn_classifier((28, 28, 1), 2)
    # With biases of 0 the net has no bend on a path from 0: its gradient is the same all the way.
    rng = np.random.default_rng(1)
    model.set_weights([w + 0.1 * rng.random(w.shape) * (w.ndim == 1) for w in model.get_weights()])
    found = integrated_gradients(model, images, steps=50, rule=rule)
    assert np.median(found.relative_gap) <= 0.01


def test_implementation_invariance() -> None:
    """Two networks that compute the same function in different ways get the same attributions."""
    net = Net(6, 4, 2, "tanh", seed=3)
    one = net.keras(keras, (2, 3, 1))
    image = keras.Input((2, 3, 1))
    flat = ops.reshape(image, (-1, 6))
    # The hidden units in another order and half of each twice: the same function.
    order = [2, 0, 3, 1]
    hidden = layers.Dense(8, activation="tanh", name="twice")
    out = layers.Dense(2, name="out")
    two = keras.Model(image, out(hidden(flat)))
    hidden.set_weights([np.hstack([net.w[:, order]] * 2), np.hstack([net.b[order]] * 2)])
    out.set_weights([np.vstack([net.v[order] / 2] * 2), net.c])
    images = np.random.default_rng(0).normal(size=(3, 2, 3, 1))
    first, second = (integrated_gradients(m, images, target=1, steps=8).values for m in (one, two))
    assert np.allclose(first, second, atol=1e-6)


def function_model(function: Any, count: int) -> Any:
    image = keras.Input((count,))
    return keras.Model(image, layers.Lambda(function, output_shape=(1,))(image))


def test_sensitivity_where_saliency_is_blind() -> None:
    """The paper's example, 1 − ReLU(1 − x): at x = 2 the gradient is 0, and yet x made the change."""
    model = function_model(lambda x: 1 - ops.relu(1 - x), 1)
    found = integrated_gradients(model, np.array([[2.0]]), steps=100, rule="middle")
    assert found.values[0, 0] == pytest.approx(1, abs=1e-6)


def test_a_variable_without_effect_gets_nothing_and_symmetric_ones_get_the_same() -> None:
    model = function_model(lambda x: ops.tanh(x[:, :1] + x[:, 1:2]) * x[:, :1] * x[:, 1:2] + 0 * x[:, 2:], 3)
    found = integrated_gradients(model, np.array([[0.7, 0.7, 5.0]]), steps=8).values[0]
    assert found[2] == 0
    assert found[0] == pytest.approx(found[1], abs=1e-7)
    assert found[0] > 0.1


def test_several_baselines_are_the_mean_of_each() -> None:
    model, images = small(), random_images(3)
    given = [0.5, np.full((12, 12, 1), -1.0)]
    both = integrated_gradients(model, images, target=0, baseline=given, steps=6, batch_size=7)
    each = [integrated_gradients(model, images, target=0, baseline=one, steps=6) for one in given]
    assert np.allclose(both.values, np.mean([one.values for one in each], axis=0), atol=1e-6)
    assert np.allclose(both.baseline_score, np.mean([one.baseline_score for one in each], axis=0))
    stack = np.stack([np.full((12, 12, 1), 0.5), given[1]])
    assert np.allclose(
        integrated_gradients(model, images, target=0, baseline=stack, steps=6).values, both.values
    )
    assert "2 baselines" in repr(both)


def test_named_baselines_and_functions() -> None:
    model, images = small(), random_images(3)
    noise = integrated_gradients(model, images, baseline="uniform", seed=4, steps=4)
    again = integrated_gradients(model, images, baseline="uniform", seed=4, steps=4)
    other = integrated_gradients(model, images, baseline="uniform", seed=5, steps=4)
    assert np.array_equal(noise.values, again.values)
    assert not np.array_equal(noise.values, other.values)
    same = integrated_gradients(model, images, baseline=lambda x: x, steps=4)
    assert not same.values.any()
    assert same.relative_gap.max() == 0
    blurred = integrated_gradients(model, images, baseline="blurred", steps=16)
    assert blurred.relative_gap.max() <= 1e-3
    flat = np.full((1, 12, 12, 1), 3.0)
    assert not integrated_gradients(model, flat, baseline="blurred", steps=4).values.any()


def test_steps_are_doubled_until_the_gap_is_met() -> None:
    model, images = small(), random_images(4)
    found = integrated_gradients(model, images, steps=1, max_gap=1e-3)
    assert found.relative_gap.max() <= 1e-3
    assert set(found.steps) <= {1, 2, 4, 8, 16, 32}
    fixed = integrated_gradients(model, images[:1], steps=int(found.steps[0]), target=found.target[:1])
    assert np.allclose(fixed.values, found.values[:1], atol=1e-6)
    bend = function_model(lambda x: ops.relu(x - 0.3), 1)
    with pytest.warns(UserWarning, match="At 2048 steps .* still above 1e-05"):
        integrated_gradients(bend, np.array([[1.0]]), steps=512, rule="left", max_gap=1e-5)


def test_the_size_of_batches_changes_nothing() -> None:
    model, images = small(), random_images(5)
    whole = integrated_gradients(model, images, target=2, steps=7)
    for size in (1, 3, 8, 1000):
        part = integrated_gradients(model, images, target=2, steps=7, batch_size=size)
        assert np.allclose(part.values, whole.values, atol=1e-6)
        assert np.allclose(part.score, whole.score, atol=1e-6)


@pytest.mark.parametrize("last", ["activation", "softmax layer", "operation", "fused", "sigmoid", "nested"])
def test_the_logit_is_explained_however_the_net_ends(last: str) -> None:
    plain = small()
    body, scores = plain.layers[-2].output, plain.layers[-1].output
    if last == "fused":
        fused = layers.Dense(3, activation="softmax")
        model = keras.Model(plain.inputs, fused(body))
        fused.set_weights(plain.layers[-1].get_weights())
    elif last == "nested":
        model = keras.Sequential([keras.Input((12, 12, 1)), small(last="softmax")])
    else:
        end = {
            "activation": layers.Activation("softmax"),
            "softmax layer": layers.Softmax(),
            "operation": ops.softmax,
            "sigmoid": layers.Activation("sigmoid"),
        }[last]
        model = keras.Model(plain.inputs, end(scores))
    images = random_images(3)
    before = ops.convert_to_numpy(model(images))
    found = integrated_gradients(model, images, target=1, steps=4)
    assert "logit" in found.explained
    assert np.allclose(found.values, integrated_gradients(plain, images, target=1, steps=4).values, atol=1e-6)
    assert np.array_equal(ops.convert_to_numpy(model(images)), before)  # the model is what it was
    as_is = integrated_gradients(model, images, target=1, steps=4, logit=False)
    assert as_is.score == pytest.approx(before[:, 1].astype(float), abs=1e-5)


def test_of_a_layer_is_that_of_the_net_after_it() -> None:
    model, images = small(), random_images(3)
    found = integrated_gradients(model, images, target=0, layer="second", steps=8)
    assert found.values.shape == (3, 4, 4, 6)
    assert found.relative_gap.max() <= 1e-3
    assert found.maps.shape == (3, 4, 4)
    assert "layer 'second'" in repr(found)


class Subclassed(keras.Model):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.inner = small()
        self.age = layers.Dense(3)

    def call(self, given: Any, training: bool = False) -> Any:
        return self.inner(given[0]) + self.age(given[1])


def test_several_inputs_and_a_subclassed_model() -> None:
    set_seed(2)
    model, images = Subclassed(), random_images(3)
    age = np.array([[1.0], [2.0], [3.0]])
    found = integrated_gradients(model, (images, age), target=1, baseline=(0, 0.5), steps=16)
    assert [part.shape for part in found.values] == [(3, 12, 12, 1), (3, 1)]
    alone = integrated_gradients(model.inner, images, target=1, steps=16)
    assert np.allclose(found.values[0], alone.values, atol=1e-6)
    weight = ops.convert_to_numpy(model.age.kernel)[0, 1]
    assert np.allclose(found.values[1][:, 0], weight * (age[:, 0] - 0.5), atol=1e-5)
    assert found.relative_gap.max() <= 1e-3


def test_a_region_of_a_segmentation_net() -> None:
    set_seed(0)
    model, images = unet((16, 16, 1), 2, widths=(4, 8)), random_images(2, 16)
    region = np.zeros((16, 16), bool)
    region[4:8, 5:9] = True
    found = integrated_gradients(model, images, target=1, region=region, steps=32)
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    score = ops.convert_to_numpy(logits(images))[..., 1][:, region].sum(axis=1)
    assert np.allclose(found.score, score, atol=1e-4)
    assert found.relative_gap.max() <= 0.05
    by_function = integrated_gradients(
        model, images, target=lambda z: ops.sum(z[:, 4:8, 5:9, 1], axis=(1, 2)), steps=32
    )
    assert np.allclose(found.values, by_function.values, atol=1e-5)


def test_changed_weights_are_seen_at_once() -> None:
    model, images = small(), random_images(2)
    before = integrated_gradients(model, images, target=0, steps=4).values
    weights = model.get_weights()
    weights[-2] = 2 * weights[-2]
    model.set_weights(weights)
    assert np.allclose(integrated_gradients(model, images, target=0, steps=4).values, 2 * before, atol=1e-5)


def test_a_model_that_was_explained_can_be_saved_and_copied(tmp_path: Any) -> None:
    model, images = small(), random_images(2)
    values = integrated_gradients(model, images, target=0, steps=4).values
    model.save(tmp_path / "net.keras")
    again = keras.models.load_model(tmp_path / "net.keras")
    assert np.allclose(integrated_gradients(again, images, target=0, steps=4).values, values, atol=1e-6)
    assert keras.models.clone_model(model).count_params() == model.count_params()
