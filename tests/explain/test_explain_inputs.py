"""What may be given: inputs by name, half precision, models that change; and what bounds the memory."""

from typing import Any

import numpy as np
import pytest

from mediedu.explain import grad_cam, integrated_gradients, occlusion, saliency, smooth_grad
from mediedu.nets import cnn_classifier, load_keras, set_seed

keras = load_keras()
ops, layers = keras.ops, keras.layers
IMAGES = np.random.default_rng(0).random((3, 8, 8, 1), dtype=np.float32)
AGE = np.array([[1.0], [2.0], [3.0]])


def with_age(by_name: bool = False) -> Any:
    set_seed(1)
    image, age = keras.Input((8, 8, 1), name="image"), keras.Input((1,), name="age")
    out = layers.Dense(2)(layers.Concatenate()([layers.Flatten()(image), age]))
    return keras.Model({"image": image, "age": age} if by_name else [image, age], out)


@pytest.mark.parametrize("by_name", [False, True])
def test_inputs_by_name_are_put_in_the_models_order(by_name: bool) -> None:
    model, given = with_age(by_name), {"age": AGE, "image": IMAGES}
    weights = model.get_weights()[0][:, 1]
    found = integrated_gradients(model, given, target=1, baseline={"image": 0.25, "age": 0.5}, steps=4)
    by_shape = {part.ndim: part for part in found.values}
    assert np.allclose(by_shape[4].reshape(3, -1), weights[:64] * (IMAGES.reshape(3, -1) - 0.25), atol=1e-5)
    assert np.allclose(by_shape[2], weights[64] * (AGE - 0.5), atol=1e-5)
    assert found.maps.shape == (3, 8, 8)
    with pytest.raises(ValueError, match="named 'picture', 'age'; the model's are"):
        saliency(model, {"picture": IMAGES, "age": AGE})
    with pytest.raises(ValueError, match="The baselines are named 'weight'"):
        occlusion(model, given, baseline={"weight": 1})


def test_occlusion_takes_a_baseline_for_each_input() -> None:
    model = with_age()
    found = occlusion(model, (IMAGES, AGE), target=0, size=1, stride=1, baseline=(0.25, 0.5))
    exact = integrated_gradients(model, (IMAGES, AGE), target=0, baseline=(0.25, 0.5), steps=2)
    assert np.allclose(found.values[0], exact.values[0][..., 0], atol=1e-5)
    assert np.allclose(found.values[1], exact.values[1], atol=1e-5)


def test_images_without_channels_have_rows_and_columns() -> None:
    set_seed(0)
    model = keras.Sequential([keras.Input((8, 6)), layers.Flatten(), layers.Dense(2)])
    images = np.random.default_rng(0).random((2, 8, 6))
    found = integrated_gradients(model, images, target=0, steps=2)
    assert found.maps.shape == found.top_mask(10).shape == (2, 8, 6)
    assert "row" in found.show().alt
    covered = occlusion(model, images, target=0, size=1, stride=1)
    assert np.allclose(covered.values, found.values, atol=1e-6)
    assert integrated_gradients(model, images, target=0, baseline="blurred").values.shape == (2, 8, 6)


def test_integers_are_taken_as_they_are() -> None:
    whole = np.round(255 * IMAGES).astype(np.uint8)
    net = cnn_classifier((8, 8, 1), 2, widths=(2, 4))
    found = integrated_gradients(net, whole, target=0, steps=4)
    same = integrated_gradients(net, whole.astype(np.float32), target=0, steps=4)
    assert np.array_equal(found.values, same.values)
    assert found.images.dtype == np.uint8


def test_what_was_compiled_follows_the_model() -> None:
    """A stale function would go on explaining the model as it was."""
    set_seed(0)
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(3, activation="tanh")])
    saliency(model, IMAGES, target=0)
    model.layers[-1].activation = keras.activations.linear
    found = saliency(model, IMAGES, target=0)
    assert np.allclose(found.score, ops.convert_to_numpy(model(IMAGES))[:, 0], atol=1e-6)
    kernel = model.get_weights()[0]
    assert np.allclose(found.values.reshape(3, -1), kernel[:, 0], atol=1e-6)
    model.add(layers.Dense(4))
    found = saliency(model, IMAGES, target=3)
    assert np.allclose(found.values[0].ravel(), kernel @ model.get_weights()[-2][:, 3], atol=1e-5)


def test_a_function_as_target_is_read_anew_when_what_it_reads_has_changed() -> None:
    net = cnn_classifier((8, 8, 1), 3, widths=(2, 4))
    number, mask = 0, np.array([1.0, 0, 0], np.float32)

    def one(outputs: Any) -> Any:
        return outputs[:, number]

    def masked(outputs: Any) -> Any:
        return ops.sum(outputs * mask, axis=-1)

    assert len(integrated_gradients(net, IMAGES, target=one)) == len(
        integrated_gradients(net, IMAGES, target=masked)
    )
    number = 2
    mask[:] = [0, 0, 1]
    named = integrated_gradients(net, IMAGES, target=2).values
    assert np.allclose(integrated_gradients(net, IMAGES, target=one).values, named, atol=1e-6)
    assert np.allclose(integrated_gradients(net, IMAGES, target=masked).values, named, atol=1e-6)


@pytest.mark.parametrize("method", [integrated_gradients, saliency, smooth_grad, grad_cam, occlusion])
def test_half_precision(method: Any) -> None:
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = cnn_classifier((8, 8, 1), 2, widths=(2, 4))
    finally:
        keras.config.set_dtype_policy(policy)
    found = method(model, IMAGES, target=0)
    assert found.values.dtype == np.float32
    assert np.isfinite(found.values).all()


def test_a_gradient_that_is_nan_is_refused_and_not_spread() -> None:
    image = keras.Input((8, 8, 1))
    root = layers.Lambda(lambda x: ops.sqrt(ops.sum(x, axis=(1, 2))), output_shape=(1,))(image)
    model = keras.Model(image, layers.Dense(2)(root))
    dark = IMAGES.copy()
    dark[1] = 0
    with pytest.raises(ValueError, match=r"gradient is NaN or infinite.*square root"):
        saliency(model, dark, target=0)
    with pytest.raises(ValueError, match="gradient is NaN or infinite"):
        integrated_gradients(model, IMAGES, target=0, rule="trapezoid")
    assert np.isfinite(occlusion(model, dark, target=0).values).all()


class Counting(keras.Model):  # type: ignore[misc, name-defined]
    """Notes how many images it is given at once."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.rows = layers.Dense(2, activation="tanh"), set()

    def call(self, x: Any, training: bool = False) -> Any:
        self.rows.add(x.shape[0])
        return self.dense(ops.reshape(x, (-1, 64)))


@pytest.mark.parametrize("method", [integrated_gradients, smooth_grad, occlusion])
def test_no_more_points_at_once_than_asked_for(method: Any) -> None:
    model = Counting()
    images = np.random.default_rng(0).random((7, 8, 8, 1), dtype=np.float32)
    more = {"steps": 33} if method is integrated_gradients else {}
    method(model, images, target=0, batch_size=5, **more)
    # None stands for a number left open by TensorFlow; every shape that was said is within the bound.
    assert model.rows
    assert max(rows for rows in model.rows if rows is not None) <= 5


def test_models_refuse_with_a_sentence() -> None:
    model = Counting()
    saliency(model, IMAGES, target=0)
    with pytest.raises(ValueError, match=r"cannot take what was given, of the shape \(2, 9, 9, 1\)"):
        saliency(model, np.zeros((2, 9, 9, 1)), target=0)
    with pytest.raises(TypeError, match="model is a function; a Keras model is needed"):
        saliency(lambda x: x, IMAGES)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"fails on outputs of the shape .*keras\.ops"):
        saliency(with_age(), (IMAGES, AGE), target=lambda z: z["benign"])
    for seed in (None, -1, 0.5):
        with pytest.raises(ValueError, match="whole number of 0 or more"):
            smooth_grad(model, IMAGES, target=0, seed=seed)  # type: ignore[arg-type]


def test_a_layer_used_twice_has_no_one_set_of_maps() -> None:
    twice, image = layers.Conv2D(1, 3, padding="same", name="twice"), keras.Input((8, 8, 1))
    model = keras.Model(image, layers.Dense(2)(layers.Flatten()(twice(twice(image)))))
    with pytest.raises(ValueError, match="'twice' is used 2 times"):
        grad_cam(model, IMAGES, target=0)
