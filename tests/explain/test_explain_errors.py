"""Bad input gets a sentence: what was given, what is needed, what to do."""

from typing import Any

import numpy as np
import pytest

from mediedu.explain import NoGradient, grad_cam, integrated_gradients, occlusion, saliency, smooth_grad
from mediedu.nets import cnn_classifier, load_keras, set_seed, unet

keras = load_keras()
ops, layers = keras.ops, keras.layers
IMAGES = np.random.default_rng(0).random((2, 8, 8, 1), dtype=np.float32)
set_seed(0)
NET = cnn_classifier((8, 8, 1), 3, widths=(2, 4))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"baseline": np.zeros((7, 8, 1))},
            r"shape \(7, 8, 1\); needed is a number, an image of the shape \(8, 8, 1\)",
        ),
        ({"baseline": "black"}, "the baselines with names are 'blurred', 'uniform'"),
        ({"baseline": []}, "at least one baseline"),
        ({"baseline": np.nan}, "NaN or infinite values; it must be finite"),
        ({"baseline": lambda x: x[:1]}, r"made an array of the shape \(1, 8, 8, 1\)"),
        ({"target": 3}, "class 3; the model has classes 0 to 2"),
        ({"target": -1}, "class -1; the model has classes 0 to 2"),
        ({"target": [0, 1, 2]}, "2 of them"),
        ({"target": 0.5}, "number of a class"),
        ({"target": "benign"}, "number of a class"),
        ({"target": lambda z: ops.sum(z)}, "made a number from a batch of outputs"),
        ({"target": lambda z: z}, "one number for each image"),
        ({"rule": "simpson"}, "'simpson'; it can be left, middle, right"),
        ({"steps": 0}, "whole number of 1 or more"),
        ({"steps": 1, "rule": "trapezoid"}, "whole number of 2 or more"),
        ({"steps": 8.5}, "whole number"),
        ({"layer": "conv9"}, r"no layer 'conv9'; it has .*logits, probability"),
        ({"layer": "probability"}, "the last one: nothing comes after it"),
        ({"region": np.ones((8, 8))}, "no rows and columns"),
        ({"batch_size": 0}, "whole number of 1 or more"),
        ({"max_gap": 0}, "must be above 0"),
    ],
)
def test_arguments_of_integrated_gradients(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        integrated_gradients(NET, IMAGES, **given)


@pytest.mark.parametrize("method", [integrated_gradients, saliency, smooth_grad, grad_cam, occlusion])
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGES[0], r"\(8, 8, 1\); the model takes \(n, 8, 8, 1\). A single image gets its first axis"),
        (IMAGES[..., 0], r"channels get one with images\[..., None\]"),
        (IMAGES[:0], "something in it is needed"),
        (np.where(IMAGES > 0.9, np.nan, IMAGES), "NaN or infinite; the explanation would be NaN"),
        ((IMAGES, IMAGES), "has 1 inputs and 2 were given"),
    ],
)
def test_images_that_do_not_fit(method: Any, images: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        method(NET, images)


def test_images_and_models_of_another_kind() -> None:
    with pytest.raises(TypeError, match="numbers are needed"):
        saliency(NET, np.full((2, 8, 8, 1), "x"))
    with pytest.raises(TypeError, match="a Keras model is needed"):
        saliency("net.keras", IMAGES)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [integrated_gradients, saliency, smooth_grad, grad_cam, occlusion])
def test_a_model_that_gives_nan(method: Any) -> None:
    model = keras.models.clone_model(NET)
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    with pytest.raises(ValueError, match=r"NaN or infinite numbers for 2 of 2 images.*diverged"):
        method(model, IMAGES)


def ends_with(function: Any) -> Any:
    image = keras.Input((8, 8, 1))
    scores = layers.Dense(2)(layers.Flatten()(image))
    return keras.Model(image, layers.Lambda(function, output_shape=(2,))(scores))


@pytest.mark.parametrize(
    "function",
    [
        lambda z: ops.round(10 * z),
        lambda z: ops.cast(z > 0, "float32"),
        lambda z: ops.one_hot(ops.argmax(z, axis=-1), 2),
    ],
)
def test_an_operation_that_cannot_be_differentiated(function: Any) -> None:
    set_seed(3)
    model = ends_with(function)
    with pytest.raises(NoGradient, match=r"cannot be differentiated.*or use occlusion"):
        integrated_gradients(model, 5 * IMAGES, target=lambda z: z[:, 0] - z[:, 1])
    occlusion(model, 5 * IMAGES, target=0)


def test_a_constant_model_has_values_of_zero() -> None:
    found = integrated_gradients(ends_with(lambda z: 0 * z), IMAGES, target=0)
    assert not found.values.any()
    assert found.relative_gap.max() == 0


@pytest.mark.parametrize("method", [integrated_gradients, saliency, grad_cam])
def test_a_saturated_probability_is_warned_of(method: Any) -> None:
    model = keras.models.clone_model(NET)
    weights = model.get_weights()
    weights[-1] = np.array([0.0, 30.0, 0.0])
    model.set_weights(weights)
    with pytest.warns(UserWarning, match=r"2 of 2 images it is within 0.001.*Explain the logit"):
        method(model, IMAGES, logit=False)


def test_no_warning_of_a_logit(recwarn: Any) -> None:
    saliency(NET, IMAGES)
    saliency(NET, IMAGES, logit=False)  # near one third each
    assert not [one for one in recwarn if "probability" in str(one.message)]


class Subclassed(keras.Model):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.dense(ops.reshape(x, (-1, 64)))


def test_a_subclassed_model_has_no_layers_to_follow() -> None:
    model = Subclassed()
    assert saliency(model, IMAGES, target=0).values.shape == IMAGES.shape
    for call in (lambda: grad_cam(model, IMAGES), lambda: integrated_gradients(model, IMAGES, layer="dense")):
        with pytest.raises(ValueError, match="needs a Sequential or functional model"):
            call()


def test_layers_that_do_not_suit() -> None:
    with pytest.raises(ValueError, match="gives no feature maps"):
        grad_cam(NET, IMAGES, layer="logits")
    flat = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ValueError, match="has no convolution"):
        grad_cam(flat, IMAGES)
    net = unet((16, 16, 1), 2, widths=(4, 8))
    deep = [layer.name for layer in net.layers if "Conv2D" in type(layer).__name__][2]
    with pytest.raises(ValueError, match="skip connection"):
        integrated_gradients(net, np.zeros((1, 16, 16, 1)), target=1, layer=deep)
    inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="inside")], name="inner")
    outer = keras.Sequential([keras.Input((8, 8, 1)), inner, layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ValueError, match="lies within 'inner'"):
        integrated_gradients(outer, IMAGES, layer="inside")


def test_segmentation_needs_a_class_and_a_region_that_fits() -> None:
    net = unet((16, 16, 1), 2, widths=(4, 8))
    images = np.zeros((2, 16, 16, 1))
    with pytest.raises(ValueError, match="name the class to explain with target"):
        saliency(net, images)
    with pytest.raises(ValueError, match=r"a mask of the shape \(16, 16\)"):
        saliency(net, images, target=1, region=np.ones((8, 8)))
    with pytest.raises(ValueError, match="region is empty for image 0"):
        saliency(net, images, target=1, region=np.zeros((16, 16)))
    with pytest.raises(ValueError, match="let the function sum it"):
        saliency(net, images, target=lambda z: z[:, 0, 0, 0], region=np.ones((16, 16)))


def test_several_outputs_need_a_function() -> None:
    image = keras.Input((8, 8, 1))
    flat = layers.Flatten()(image)
    model = keras.Model(image, [layers.Dense(2)(flat), layers.Dense(1)(flat)])
    with pytest.raises(ValueError, match=r"has 2 outputs.*Give a function as target"):
        saliency(model, IMAGES)
    assert saliency(model, IMAGES, target=lambda z: z[1][:, 0]).values.shape == IMAGES.shape


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 9}, "does not fit into 8 pixels"),
        ({"size": 2, "stride": 3}, "would stay uncovered"),
        ({"size": (2, 2, 2)}, "or 2 of them"),
        ({"size": 1.5}, "whole number"),
        ({"baseline": [0, 1]}, "2 baselines were given"),
    ],
)
def test_windows_that_do_not_fit(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        occlusion(NET, IMAGES, **given)


def test_noise_that_is_none() -> None:
    with pytest.raises(ValueError, match="Without noise it is saliency"):
        smooth_grad(NET, IMAGES, noise=0)
    with pytest.raises(ValueError, match="samples is 0"):
        smooth_grad(NET, IMAGES, samples=0)
