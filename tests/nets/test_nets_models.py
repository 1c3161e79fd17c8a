"""Every net: its size, its layers, a training step, saved and cloned, and what it says to a bad argument."""

import numpy as np
import pytest

from mediedu.nets import (
    SegmentationLoss,
    alexnet_like,
    check_divisible,
    cnn_classifier,
    deeplab_v3_plus,
    layer_table,
    load_keras,
    load_model,
    resnet50_backbone,
    set_seed,
    tissue_patch_cnn,
    unet,
)

keras = load_keras()

SMALL = {
    "plain": lambda: cnn_classifier((12, 14, 1), 3, widths=(4, 6), dropout=0.2),
    "residual": lambda: cnn_classifier(
        (12, 14, 2), 3, widths=(4, 6), blocks=2, residual=True, weight_decay=1e-3
    ),
    "volume": lambda: cnn_classifier((6, 8, 8, 1), 1, widths=(2, 4), norm="instance"),
    "patch": lambda: tissue_patch_cnn(widths=(4, 6, 8)),
    "unet": lambda: unet((8, 12, 1), 3, widths=(4, 6), dropout=0.1),
    "unet 3-D": lambda: unet((8, 8, 12, 2), 2, widths=(2, 4), norm="instance", weight_decay=1e-4),
    "unet, several labels": lambda: unet((8, 8, 1), 2, widths=(2, 4), norm=None, multi_label=True),
}
JIT = keras.backend.backend() == "jax"  # without it JAX compiles every operation by itself


def images_for(model, n=4):
    shape = tuple(8 if side is None else side for side in model.input_shape[1:])
    return np.random.default_rng(0).random((n, *shape), dtype=np.float32)


def predict(model, images):
    return keras.ops.convert_to_numpy(model(images, training=False))


@pytest.fixture(params=SMALL, scope="module")
def model(request):
    set_seed(0)
    return SMALL[request.param]()


def test_the_last_layers_are_logits_and_probability(model) -> None:
    logits = keras.Model(model.input, model.get_layer("logits").output)
    images = images_for(model)
    scores, probability = predict(logits, images), predict(model, images)
    assert model.layers[-1].name == "probability"
    assert model.layers[-2].name == "logits"
    if model.layers[-1].get_config()["activation"] == "sigmoid":
        assert np.allclose(probability, 1 / (1 + np.exp(-scores)), atol=1e-5)
    else:
        exponential = np.exp(scores - scores.max(axis=-1, keepdims=True))
        assert np.allclose(probability, exponential / exponential.sum(axis=-1, keepdims=True), atol=1e-5)
        assert np.allclose(probability.sum(axis=-1), 1, atol=1e-5)


def test_saved_and_loaded_it_gives_the_same(model, tmp_path) -> None:
    model.save(tmp_path / "net.keras")
    again = keras.saving.load_model(tmp_path / "net.keras")
    images = images_for(model)
    assert np.array_equal(predict(again, images), predict(model, images))


def test_a_clone_with_the_same_weights_gives_the_same(model) -> None:
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    images = images_for(model)
    assert np.allclose(predict(clone, images), predict(model, images), atol=1e-6)


def test_steps_of_training_lower_the_loss(model) -> None:
    net = keras.models.clone_model(model)
    images = images_for(net, 8)
    places = net.output_shape[1:-1]
    label = (images.reshape(8, -1).mean(axis=1) > 0.5).astype(int).reshape(8, *[1] * len(places))
    labels = np.broadcast_to(label, (8, *places))
    net.compile(keras.optimizers.Adam(0.02), SegmentationLoss("cross_entropy"), jit_compile=JIT)
    losses = net.fit(images, labels, batch_size=8, epochs=6, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert min(losses[1:]) < losses[0]


def test_half_precision_ends_in_single_precision() -> None:
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        net = unet((8, 8, 1), 2, widths=(2, 4))
    finally:
        keras.config.set_dtype_policy(policy)
    assert net.get_layer("down0a").compute_dtype == "bfloat16"
    assert predict(net, images_for(net)).dtype == np.float32


def test_the_patch_cnn_is_the_published_one() -> None:
    net = tissue_patch_cnn()
    assert net.count_params() == 5_921_156
    assert net.input_shape == (None, 13, 13, 1)
    rows = {name: (shape, count) for name, shape, count in layer_table(net)}
    assert rows["conv1"] == ((9, 9, 64), 1_664)
    assert rows["conv2"] == ((5, 5, 256), 409_856)
    assert rows["conv3"] == ((1, 1, 768), 4_915_968)
    assert rows["dense"] == ((768,), 590_592)
    assert rows["logits"] == ((4,), 3_076)
    order = [layer.name for layer in net.layers]
    assert order.index("dropout") < order.index("local_response") < order.index("dense")
    assert net.get_layer("dropout").rate == 0.5
    assert tissue_patch_cnn(widths=(16, 64, 192)).count_params() == 371_300
    assert tissue_patch_cnn(9, (16, 32)).input_shape == (None, 9, 9, 1)


def test_the_large_stack_is_counted_without_its_weights() -> None:
    rows = layer_table(alexnet_like())
    shapes = {name: shape for name, shape, _ in rows}
    assert shapes["pool1"] == (112, 112, 96)
    assert shapes["pool5"] == (28, 28, 256)
    by_hand = {
        "conv1": 5 * 5 * 3 * 96 + 96,
        "conv2": 9 * 96 * 256 + 256,
        "conv3": 9 * 256 * 384 + 384,
        "conv4": 9 * 384 * 384 + 384,
        "conv5": 9 * 384 * 256 + 256,
        "dense1": 28 * 28 * 256 * 4096 + 4096,
        "dense2": 4096 * 4096 + 4096,
        "logits": 4096 * 1000 + 1000,
    }
    assert {name: count for name, _, count in rows if count} == by_hand
    small = alexnet_like((32, 32, 1), 5, widths=(2, 3, 4, 4, 3), dense=8, with_weights=True)
    assert predict(small, images_for(small)).shape == (4, 5)
    assert sum(w.size for w in small.get_weights()) == small.count_params()
    before = small.get_weights()
    small.compile("sgd", "sparse_categorical_crossentropy")
    small.train_on_batch(images_for(small), np.arange(4))
    assert any((one != other).any() for one, other in zip(before, small.get_weights(), strict=True))
    with pytest.raises(ValueError, match="five widths"):
        alexnet_like(widths=(1, 2, 3, 4, 5, 6))


def convolution_weights(inputs, width, size=9, norm=True):
    return inputs * width * size + (2 * width if norm else width)  # trainable


def test_the_unet_has_the_weights_counted_by_hand() -> None:
    net = unet((16, 16, 1), 3, widths=(4, 8))
    down = convolution_weights(1, 4) + convolution_weights(4, 4)
    deep = convolution_weights(4, 8) + convolution_weights(8, 8)
    up = 8 * 4 * 4 + 4 + convolution_weights(8, 4) + convolution_weights(4, 4)
    assert sum(np.prod(w.shape) for w in net.trainable_weights) == down + deep + up + 4 * 3 + 3


def test_a_unet_with_open_sides_takes_what_fits_and_refuses_the_rest(tmp_path) -> None:
    unet((None, None, 1), 2, widths=(2, 4, 4)).save(tmp_path / "open.keras")
    net = load_model(tmp_path / "open.keras")
    assert predict(net, np.zeros((1, 16, 20, 1), np.float32)).shape == (1, 16, 20, 2)
    for call in (net, net.predict_on_batch):
        with pytest.raises(
            ValueError, match=r"16 × 18 does not fit .* Crop it to 16 × 16 or pad it to 16 × 20"
        ):
            call(np.zeros((1, 16, 18, 1), np.float32))


@pytest.mark.parametrize(
    ("size", "stride", "sentence"),
    [
        ((30, 33), 8, r"30 × 33 .* stride 8.* Crop it to 24 × 32 or pad it to 32 × 40\."),
        ((5, 64), 8, r"5 × 64 .* Pad it to 8 × 64\."),
        ((64, None, 9), 4, r"64 × any × 9 .* Crop it to 64 × any × 8 or pad it to 64 × any × 12\."),
    ],
)
def test_a_size_that_does_not_fit_names_the_nearest_that_do(size, stride, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_divisible(size, stride)
    check_divisible((64, None, 8), 8)


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: unet((30, 32, 1), 2), "does not fit a net of stride 8"),
        (lambda: unet((32, 32, 1), 2, widths=(8,)), "at least 2 of them"),
        (lambda: unet((32, 32), 2), r"Are the channels missing\? Then write \(32, 32, 1\)"),
        (lambda: unet((32, 32, 1), 0), "classes is 0"),
        (lambda: unet((32, 32, 1), 2, norm="layer"), "norm is 'layer'"),
        (lambda: unet((32, 32, 1), 2, dropout=1.0), "dropout is 1.0"),
        (lambda: cnn_classifier((3, 28, 1), 2), "at least 4 pixels along every side"),
        (lambda: cnn_classifier((28, 28, 1), 2, blocks=0), "blocks is 0"),
        (lambda: cnn_classifier((28, 28, 1), 2, widths=(0, 4)), r"The widths are \(0, 4\)"),
        (lambda: cnn_classifier((28, 28, 1), 2, weight_decay=-1), "weight_decay is -1"),
        (lambda: tissue_patch_cnn(15), "Take size=13"),
        (lambda: tissue_patch_cnn(dropout=-0.1), "dropout is -0.1"),
        (lambda: deeplab_v3_plus((64, 64, 1), 2, output_stride=32), "output_stride is 32; it can be 16 or 8"),
        (lambda: deeplab_v3_plus((64, 60, 1), 2), "Crop it to 64 × 48 or pad it to 64 × 64"),
        (lambda: deeplab_v3_plus((64, 64, 2), 2), r"grey images or \(row, col, 3\)"),
        (lambda: resnet50_backbone((64, 64, 3), output_stride=4), "it can be 32, 16 or 8"),
    ],
)
def test_a_bad_argument_gets_a_sentence(build, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        build()


def test_weights_that_are_not_there_are_not_downloaded() -> None:
    with pytest.raises(FileNotFoundError, match=r"no file imagenet.*nothing is downloaded"):
        deeplab_v3_plus((64, 64, 3), 2, weights="imagenet")


@pytest.fixture(scope="module")
def deeplab():
    set_seed(0)
    return deeplab_v3_plus((32, 48, 1), 3)


def test_deeplab_has_the_weights_counted_by_hand(deeplab) -> None:
    def pointwise(inputs, width):
        return inputs * width + 4 * width  # with the four numbers of a batch normalisation per feature

    def separable(inputs, width):
        return inputs * 9 + 4 * inputs + pointwise(inputs, width)

    pyramid = 2 * pointwise(2048, 256) + 3 * separable(2048, 256) + pointwise(5 * 256, 256)
    decoder = pointwise(256, 48) + separable(256 + 48, 256) + separable(256, 256) + 256 * 3 + 3
    assert deeplab.count_params() == 23_587_712 + pyramid + decoder  # ResNet50 without its top, as published


def test_deeplab_answers_at_every_pixel(deeplab) -> None:
    assert deeplab.output_shape == (None, 32, 48, 3)
    near, deep = deeplab.get_layer("features").output
    assert near.shape[1:] == (8, 12, 256)
    assert deep.shape[1:] == (2, 3, 2048)
    found = predict(deeplab, images_for(deeplab, 1))
    assert found.shape == (1, 32, 48, 3)
    assert np.allclose(found.sum(axis=-1), 1, atol=1e-5)


def test_a_step_of_deeplab(deeplab) -> None:
    deeplab.compile("sgd", SegmentationLoss(), run_eagerly=not JIT, jit_compile=JIT)
    before = deeplab.get_layer("scores").get_weights()[0]
    loss = deeplab.train_on_batch(images_for(deeplab, 2), np.ones((2, 32, 48), int))
    assert np.isfinite(loss)
    assert not np.array_equal(before, deeplab.get_layer("scores").get_weights()[0])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Weights as the published file holds them, though random: the same net with other numbers."""
    net = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(64, 64, 3))
    path = tmp_path_factory.mktemp("weights") / "resnet50.weights.h5"
    net.save_weights(path)
    return net, path


@pytest.mark.slow  # on JAX, where every size is compiled anew
@pytest.mark.parametrize("stride", [32, 8])
def test_a_backbone_takes_published_weights_at_every_stride(published, stride) -> None:
    net, path = published
    backbone = resnet50_backbone((64, 64, 3), weights=path, output_stride=stride)
    assert backbone.output_shape == (None, 64 // stride, 64 // stride, 2048)
    image = images_for(backbone, 1)
    prepared = 255 * image[..., ::-1] - np.array([103.939, 116.779, 123.68], np.float32)
    theirs, ours = predict(net, prepared), predict(backbone, image)
    # Dilated, the net sees at every stride-th place what the plain one saw there.
    assert ours.shape[1] * stride == 64
    if stride == 32:
        assert np.allclose(ours, theirs, rtol=1e-4, atol=1e-4 * np.abs(theirs).max())
    else:
        step = 32 // stride
        assert np.abs(ours[:, ::step, ::step] - theirs).max() <= 1e-3 * np.abs(theirs).max()
