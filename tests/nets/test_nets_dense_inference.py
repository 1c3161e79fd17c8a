"""A patch classifier over the whole image gives what it gives patch by patch, sooner."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.nets import (
    LocalResponseNormalization,
    dense_inference,
    fully_convolutional,
    load_keras,
    set_seed,
    tissue_patch_cnn,
)
from mediedu.nets.winograd import convolve_tiles, tile_transforms, transform_kernel

keras = load_keras()
SHARE = 3 if keras.backend.backend() == "jax" else 1  # JAX compiles every shape anew: a third of the examples
PAD = {"reflect": "symmetric", "nearest": "edge", "constant": "constant"}


def patch_by_patch(model, image, mode="reflect", batch_size=512):
    """Cut the patch around every pixel and predict them all."""
    image = image if image.ndim == 3 else image[..., None]
    size = model.input_shape[1]
    padded = np.pad(image, [(size // 2, size // 2)] * 2 + [(0, 0)], mode=PAD[mode])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
    patches = np.moveaxis(windows, 2, -1).reshape(-1, size, size, image.shape[-1])
    found = model.predict(patches, batch_size=batch_size, verbose=0)
    return found.reshape(*image.shape[:2], -1)


def sure(model):
    """Scale the last layer so that probabilities are as far from each other as after training."""
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel * 8, bias])
    return model


@pytest.fixture(scope="module")
def published():
    set_seed(0)
    return sure(tissue_patch_cnn())


@pytest.fixture(scope="module")
def narrow():
    set_seed(1)
    return sure(tissue_patch_cnn(widths=(4, 6, 8), channels=2))


def image_of(*shape, seed=0):
    return np.random.default_rng(seed).normal(1, 2, shape).astype(np.float32)


def test_the_published_net_gives_the_same_densely(published) -> None:
    image = image_of(21, 18)
    dense = dense_inference(published, image, pixels=100)  # several strips, the last one short
    apart = patch_by_patch(published, image)
    assert np.ptp(apart) > 0.5
    assert dense.dtype == np.float32
    assert np.abs(dense - apart).max() < 1e-4


@pytest.mark.parametrize("mode", ["reflect", "nearest", "constant"])
def test_a_stack_of_slices_with_channels(narrow, mode) -> None:
    volume = image_of(3, 9, 14, 2)
    dense = dense_inference(narrow, volume, mode=mode, pixels=1)
    assert dense.shape == (3, 9, 14, 4)
    for slice_, found in zip(volume, dense, strict=True):
        assert np.abs(found - patch_by_patch(narrow, slice_, mode)).max() < 1e-5


def test_the_whole_image_net_shares_the_weights(narrow) -> None:
    whole = fully_convolutional(narrow)
    image = image_of(1, 20, 17, 2)
    found = keras.ops.convert_to_numpy(whole(image))
    assert found.shape == (1, 8, 5, 4)
    inner = dense_inference(narrow, image)[:, 6:-6, 6:-6]
    assert np.allclose(found, inner, atol=1e-5)
    before = narrow.get_layer("logits").get_weights()
    narrow.get_layer("logits").set_weights([np.zeros_like(part) for part in before])
    assert np.allclose(keras.ops.convert_to_numpy(whole(image)), 0.25)
    narrow.get_layer("logits").set_weights(before)


def layered(*layers):
    return keras.Sequential([keras.Input((5, 5, 1)), *layers])


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (lambda L: layered(L.Conv2D(2, 3, padding="same"), L.Flatten(), L.Dense(2)), "padded, strided or"),
        (lambda L: layered(L.Conv2D(2, 3), L.Flatten(), L.Dense(2)), r"patch is still \(3, 3\)"),
        (lambda L: layered(L.Conv2D(2, 5), L.Dense(3), L.Flatten()), "put Flatten before it"),
        (lambda L: layered(L.MaxPooling2D(), L.Flatten()), r"MaxPooling2D\) cannot be carried over"),
    ],
)
def test_a_net_that_would_act_otherwise_is_refused(model, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        fully_convolutional(model(keras.layers))


@pytest.mark.parametrize(
    ("images", "options", "sentence"),
    [
        (np.zeros(5), {}, r"shape \(5,\)"),
        (np.zeros((4, 4, 4, 3)), {}, r"\(n, row, col, 2\) is needed"),
        (np.zeros((2, 4, 0, 2)), {}, "something in it"),
        (np.zeros((2, 4, 4, 2)), {"mode": "wrap"}, "mode is 'wrap'"),
        (np.zeros((2, 4, 4, 2)), {"pixels": 0}, "pixels is 0"),
    ],
)
def test_bad_images_get_a_sentence(narrow, images, options, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        dense_inference(narrow, images, **options)


@settings(max_examples=15 // SHARE, deadline=None)
@given(
    size=st.sampled_from([3, 5]),
    rows=st.integers(0, 9),
    cols=st.integers(0, 9),
    n=st.integers(1, 2),
    channels=st.integers(1, 3),
    seed=st.integers(0, 1000),
)
def test_tiles_convolve_as_the_direct_sum_does(size, rows, cols, n, channels, seed) -> None:
    rng = np.random.default_rng(seed)
    image = rng.normal(size=(n, size + rows, size + cols, channels)).astype(np.float32)
    kernel = rng.normal(size=(size, size, channels, 4)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(1, 2))
    expected = np.einsum("nrcdij,ijdf->nrcf", windows.astype(np.float64), kernel)
    found = convolve_tiles(keras.ops.convert_to_tensor(image), transform_kernel(kernel), size)
    assert np.abs(keras.ops.convert_to_numpy(found) - expected).max() < 2e-5 * max(1, np.abs(expected).max())


@pytest.mark.parametrize("size", [3, 5])
def test_in_double_precision_the_transforms_are_exact(size) -> None:
    rng = np.random.default_rng(0)
    kernel, inputs, outputs = tile_transforms(size)
    g, d = rng.normal(size=size), rng.normal(size=2 * (size - 1))
    assert np.allclose(outputs @ ((kernel @ g) * (inputs @ d)), np.correlate(d, g, "valid"), atol=1e-12)


@settings(max_examples=24 // SHARE, deadline=None)
@given(
    features=st.integers(1, 20),
    radius=st.integers(0, 12),
    beta=st.sampled_from([0.5, 0.75, 1.0]),
    rank=st.integers(2, 4),
    seed=st.integers(0, 1000),
)
def test_local_response_is_that_of_a_loop(features, radius, beta, rank, seed) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 2, (3, 2, 2, features)[-rank:] if rank > 2 else (3, features)).astype(np.float32)
    expected = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        around = x[place[:-1]][max(place[-1] - radius, 0) : place[-1] + radius + 1].astype(np.float64)
        expected[place] = x[place] / (1.5 + 0.3 * (around**2).sum()) ** beta
    layer = LocalResponseNormalization(radius, bias=1.5, alpha=0.3, beta=beta)
    assert np.allclose(keras.ops.convert_to_numpy(layer(x)), expected, rtol=1e-5, atol=1e-6)


def test_local_response_is_that_of_tensorflow() -> None:
    tf = pytest.importorskip("tensorflow", reason="TensorFlow, which is compared with, is not installed.")
    x = np.random.default_rng(0).normal(0, 3, (2, 4, 3, 24)).astype(np.float32)
    for own in ({}, {"radius": 2, "bias": 2.0, "alpha": 1e-1, "beta": 0.75}):
        theirs = {("depth_radius" if key == "radius" else key): value for key, value in own.items()}
        expected = tf.nn.local_response_normalization(x, **theirs).numpy()
        ours = keras.ops.convert_to_numpy(LocalResponseNormalization(**own)(x))
        assert np.allclose(ours, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("own", "sentence"), [({"radius": -1}, "radius is -1"), ({"bias": 0}, "bias is 0")])
def test_local_response_refuses(own, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        LocalResponseNormalization(**own)


def test_local_response_is_made_again_from_its_config() -> None:
    layer = LocalResponseNormalization(2, 2.0, 0.1, 0.75, name="here")
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert again.get_config() == layer.get_config()
    assert again.compute_output_shape((None, 3, 8)) == (None, 3, 8)
