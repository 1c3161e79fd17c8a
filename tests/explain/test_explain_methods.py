"""Saliency, SmoothGrad, Grad-CAM and occlusion against slow references, and what an Attribution tells."""

from typing import Any

import numpy as np
import pytest
from explain_reference import Net
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.explain import Attribution, grad_cam, occlusion, saliency, smooth_grad
from mediedu.nets import cnn_classifier, load_keras, set_seed, unet

keras = load_keras()
ops, layers = keras.ops, keras.layers
NET = Net(12, 6, 3, "tanh", seed=1)
MODEL = NET.keras(keras, (3, 4, 1), last="softmax")
IMAGES = np.random.default_rng(0).normal(size=(3, 3, 4, 1))
TARGET = [2, 0, 1]


def test_saliency_is_the_gradient_of_the_logit() -> None:
    found = saliency(MODEL, IMAGES, target=TARGET)
    slow = np.stack([NET.gradient(x.ravel(), k) for x, k in zip(IMAGES, TARGET, strict=True)])
    assert np.allclose(found.values, slow.reshape(IMAGES.shape), atol=1e-5)
    assert found.gap is None
    size = saliency(MODEL, IMAGES, target=TARGET, absolute=True)
    assert np.allclose(size.values, np.abs(found.values))
    assert np.array_equal(saliency(MODEL, IMAGES).target, NET.outputs(IMAGES.reshape(3, -1)).argmax(axis=1))


def test_smooth_grad_averages_gradients_of_noisy_copies() -> None:
    found = smooth_grad(MODEL, IMAGES, target=TARGET, samples=6, noise=0.3, seed=5)
    slow = np.zeros((3, 12))
    for n, (x, k) in enumerate(zip(IMAGES, TARGET, strict=True)):
        for copy in range(6):
            noise = np.random.default_rng([5, 0, 6 * n + copy]).standard_normal(x.shape)
            slow[n] += NET.gradient((x + 0.3 * np.ptp(x) * noise).ravel(), k) / 6
    assert np.allclose(found.values.reshape(3, -1), slow, atol=1e-5)
    parts = smooth_grad(MODEL, IMAGES, target=TARGET, samples=6, noise=0.3, seed=5, batch_size=4)
    assert np.allclose(parts.values, found.values, atol=1e-6)
    assert not np.allclose(
        smooth_grad(MODEL, IMAGES, target=TARGET, samples=6, noise=0.3).values, found.values, atol=1e-3
    )
    squares = smooth_grad(MODEL, IMAGES, target=TARGET, samples=6, squared=True)
    assert squares.values.min() >= 0


@given(
    rows=st.integers(1, 3),
    columns=st.integers(1, 4),
    step=st.integers(1, 4),
    batch=st.sampled_from([None, 5]),
)
@settings(max_examples=10, deadline=None, derandomize=True)
def test_occlusion_is_the_mean_fall_over_windows(rows: int, columns: int, step: int, batch: Any) -> None:
    size, stride = (rows, columns), (min(step, rows), min(step, columns))
    found = occlusion(MODEL, IMAGES, target=TARGET, size=size, stride=stride, baseline=0.5, batch_size=batch)
    for n, k in enumerate(TARGET):
        falls, times = np.zeros((3, 4)), np.zeros((3, 4))
        for top in {*range(0, 3 - rows + 1, stride[0]), 3 - rows}:
            for left in {*range(0, 4 - columns + 1, stride[1]), 4 - columns}:
                covered = IMAGES[n].copy()
                covered[top : top + rows, left : left + columns] = 0.5
                fall = NET.outputs(IMAGES[n].ravel())[k] - NET.outputs(covered.ravel())[k]
                falls[top : top + rows, left : left + columns] += fall
                times[top : top + rows, left : left + columns] += 1
        assert np.allclose(found.values[n], falls / times, atol=1e-5)


def conv_net(last: str = "softmax") -> Any:
    set_seed(1)
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(3, 3, activation="relu", name="early"),
            layers.Conv2D(4, 3, activation="relu", name="late"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation=last),
        ]
    )


def test_grad_cam_by_hand() -> None:
    """After the last convolution come a mean and a dense layer: a map's weight is its dense weight / 16."""
    model = conv_net()
    images = np.random.default_rng(2).normal(size=(3, 8, 8, 2)).astype(np.float32)
    maps = ops.convert_to_numpy(keras.Model(model.inputs, model.get_layer("late").output)(images))
    weights = model.layers[-1].get_weights()[0]
    slow = (maps * weights[:, 1] / maps.shape[1] / maps.shape[2]).sum(axis=-1)
    raw = grad_cam(model, images, target=1, positive=False, resize=False)
    assert np.allclose(raw.values, slow, atol=1e-6)
    assert raw.layer == "late"
    found = grad_cam(model, images, target=1)
    assert found.values.shape == (3, 8, 8)
    assert found.values.min() >= 0
    assert np.allclose(found.values[:, 0, 0], np.maximum(slow, 0)[:, 0, 0], atol=1e-6)
    early = grad_cam(model, images, target=1, layer="early", resize=False)
    assert early.values.shape == (3, 6, 6)


def test_grad_cam_past_skip_connections_and_within_models() -> None:
    set_seed(0)
    images = np.random.default_rng(0).normal(size=(2, 16, 16, 1)).astype(np.float32)
    net = unet((16, 16, 1), 2, widths=(4, 8))
    deep = [layer.name for layer in net.layers if "Conv2D" in type(layer).__name__][2]
    assert grad_cam(net, images, target=1, layer=deep).values.shape == (2, 16, 16)
    inner = conv_net(last="linear")
    outer = keras.Sequential([keras.Input((8, 8, 2)), inner, layers.Activation("softmax")])
    pictures = np.random.default_rng(2).normal(size=(3, 8, 8, 2)).astype(np.float32)
    same = grad_cam(inner, pictures, target=0, layer="late").values
    assert np.allclose(grad_cam(outer, pictures, target=0, layer="late").values, same, atol=1e-6)


def test_grad_cam_of_a_volume() -> None:
    net = cnn_classifier((8, 8, 8, 1), 2, widths=(2, 4), norm=None)
    volumes = np.random.default_rng(0).normal(size=(1, 8, 8, 8, 1))
    found = grad_cam(net, volumes, target=0)
    assert found.values.shape == (1, 8, 8, 8)
    assert "slice" in found.show().alt


def attribution(**more: Any) -> Attribution:
    values = np.zeros((2, 4, 5, 2), np.float32)
    values[0, 1, 2] = [3.0, -1.0]
    values[0, 3, 4] = [-2.5, -2.5]
    values[1, 0, 0] = [0.5, 0.5]
    return Attribution(
        values=values,
        images=np.random.default_rng(0).random((2, 4, 5, 2)),
        method="integrated gradients",
        explained="the logit of class 1",
        score=np.zeros(2),
        **more,
    )


def test_maps_add_up_channels_and_the_top_mask_counts() -> None:
    found = attribution()
    assert found.maps[0, 1, 2] == 2
    assert found.maps[0, 3, 4] == -5
    assert found.top_mask(5)[0].nonzero() == (np.array([3]), np.array([4]))
    assert found.top_mask(5, positive=True)[0].nonzero() == (np.array([1]), np.array([2]))
    for percent in (0.1, 5, 12, 50, 100):
        assert (found.top_mask(percent).sum(axis=(1, 2)) == np.ceil(percent / 100 * 20)).all()
    for wrong in (0, -3, 101, "5", True):
        with pytest.raises(ValueError, match="above 0 and at most 100"):
            found.top_mask(wrong)


def test_what_it_says_of_itself() -> None:
    said = repr(attribution(steps=np.array([8, 32]), relative_gap=np.array([0.001, 0.02]), layer="conv"))
    assert said == (
        "Attribution(integrated gradients of the logit of class 1, 2 images of 4×5×2, layer 'conv', 8 to 32 "
        "steps, gap 1.05% (worst 2.00%))"
    )
    assert len(attribution()) == 2


def test_it_draws_itself() -> None:
    found = attribution()
    figure = found.show()
    assert figure.alt == (
        "Integrated gradients of the logit of class 1 for image 0: 29 % of what the pixels weigh is "
        "positive; the strongest value is negative and lies in the lower right (row 3, column 4)."
    )
    assert found.show(1, alt="Mine").alt == "Mine"
    assert "Outlined: the 10 % of pixels" in found.show(top=10).alt
    assert found.show(limit=1.0).png != figure.png
    with pytest.raises(IndexError, match="2 images, numbered 0 to 1"):
        found.show(2)
    rows = Attribution(
        values=np.zeros((2, 4)), images=np.zeros((2, 4)), method="m", explained="e", score=np.zeros(2)
    )
    with pytest.raises(ValueError, match="no rows and columns"):
        rows.show()
