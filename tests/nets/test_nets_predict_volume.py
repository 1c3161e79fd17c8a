"""Sliding windows give what a slow reference gives, and what the whole volume gives where it must."""

import itertools
import tracemalloc

import numpy as np
import pytest

from mediedu.nets import load_keras, predict_volume, set_seed

RNG = np.random.default_rng(0)


def net(shape, classes=3, kernel=3, last="softmax"):
    """Build a small network of convolutions without padding losses; kernel 1 sees one voxel only."""
    keras = load_keras()
    convolution = keras.layers.Conv3D if len(shape) == 4 else keras.layers.Conv2D
    set_seed(1)
    return keras.Sequential(
        [
            keras.Input(shape),
            convolution(4, kernel, padding="same", activation="relu"),
            convolution(classes, 1),
            keras.layers.Activation(last),
        ]
    )


def reference(model, volume, window, overlap, blend="gaussian"):
    """Average the windows' answers voxel by voxel with one volume of weights, the plain way."""
    starts = []
    for n, w in zip(volume.shape, window, strict=True):
        step = max(1, int(w * (1 - overlap)))
        count = -(-(n - w) // step) + 1
        starts.append([round(i * (n - w) / max(1, count - 1)) for i in range(count)])
    curves = []
    for w in window:
        at = np.arange(w) - (w - 1) / 2
        curves.append(np.maximum(np.exp(-0.5 * (8 * at / w) ** 2), 1e-3) if blend == "gaussian" else at**0)
    weight = curves[0][:, None, None] * curves[1][:, None] * curves[2]
    total, weights = 0, np.zeros(volume.shape)
    total = np.zeros((*volume.shape, model.output_shape[-1]))
    for corner in itertools.product(*starts):
        box = tuple(slice(c, c + w) for c, w in zip(corner, window, strict=True))
        total[box] += weight[..., None] * np.asarray(model.predict_on_batch(volume[box][None, ..., None]))[0]
        weights[box] += weight
    return total / weights[..., None]


@pytest.mark.parametrize("blend", ["gaussian", "constant"])
@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.7])
def test_boxes_are_blended_as_the_reference_blends_them(overlap, blend):
    model, volume = net((8, 6, 10, 1)), RNG.normal(size=(17, 13, 21)).astype(np.float32)
    expected = reference(model, volume, (8, 6, 10), overlap, blend)
    settings = {"overlap": overlap, "blend": blend}
    found = predict_volume(model, volume, probability=True, batch_size=5, **settings)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-6)
    np.testing.assert_allclose(found.sum(axis=-1), 1, atol=1e-5)
    labels = predict_volume(model, volume, batch_size=3, **settings)
    assert labels.dtype == np.uint8
    first, second = np.sort(expected, axis=-1)[..., ::-1][..., :2].transpose(3, 0, 1, 2)
    clear = first - second > 1e-5
    assert clear.mean() > 0.9  # elsewhere no feature is left, and all classes are equal
    assert np.array_equal(labels[clear], expected.argmax(axis=-1)[clear])


def test_boxes_equal_the_whole_volume_for_a_net_that_sees_one_voxel():
    volume = RNG.normal(size=(20, 18, 22)).astype(np.float32)
    model = net((None, None, None, 1), kernel=1)
    whole = np.asarray(model.predict_on_batch(volume[None, ..., None]))[0]
    found = predict_volume(model, volume, size=(8, 8, 8), probability=True)
    np.testing.assert_allclose(found, whole, atol=1e-6)
    assert np.array_equal(predict_volume(model, volume, size=(8, 8, 8)), whole.argmax(axis=-1))


def test_a_window_as_large_as_the_volume_is_the_whole_volume():
    volume = RNG.normal(size=(8, 9, 10)).astype(np.float32)
    model = net((None, None, None, 1))
    whole = np.asarray(model.predict_on_batch(volume[None, ..., None]))[0]
    np.testing.assert_allclose(
        predict_volume(model, volume, size=volume.shape, probability=True), whole, atol=1e-6
    )


def test_slices_equal_the_slices_predicted_one_by_one():
    volume = RNG.normal(size=(7, 32, 64)).astype(np.float32)
    model = net((None, None, 1))
    whole = np.asarray(model.predict_on_batch(volume[..., None]))
    np.testing.assert_allclose(predict_volume(model, volume, probability=True), whole, atol=1e-6)


def test_neighbouring_slices_become_channels():
    volume = RNG.normal(size=(6, 32, 32)).astype(np.float32)
    model = net((32, 32, 3))
    below, above = volume[[0, 0, 1, 2, 3, 4]], volume[[1, 2, 3, 4, 5, 5]]
    expected = np.asarray(model.predict_on_batch(np.stack([below, volume, above], axis=-1)))
    np.testing.assert_allclose(predict_volume(model, volume, probability=True), expected, atol=1e-6)


def test_channels_of_a_volume_are_kept():
    volume = RNG.normal(size=(5, 16, 16, 2)).astype(np.float32)
    model = net((16, 16, 2))
    expected = np.asarray(model.predict_on_batch(volume))
    np.testing.assert_allclose(predict_volume(model, volume, probability=True), expected, atol=1e-6)


def test_a_small_volume_is_filled_with_its_border_and_cut_back():
    volume = RNG.normal(size=(5, 11, 6)).astype(np.float32)
    model = net((8, 16, 8, 1))
    filled = np.pad(volume, [(1, 2), (2, 3), (1, 1)], mode="edge")
    expected = np.asarray(model.predict_on_batch(filled[None, ..., None]))[0, 1:6, 2:13, 1:7]
    np.testing.assert_allclose(predict_volume(model, volume, probability=True), expected, atol=1e-6)


def test_one_output_is_yes_above_one_half():
    volume = RNG.normal(size=(3, 16, 16)).astype(np.float32)
    model = net((16, 16, 1), classes=1, last="sigmoid")
    yes = np.asarray(model.predict_on_batch(volume[..., None]))[..., 0] > 0.5
    assert 0 < yes.mean() < 1
    assert np.array_equal(predict_volume(model, volume), yes)


def test_memory_is_bounded_by_the_window_and_not_by_the_volume():
    model = net((16, 16, 16, 1), classes=8, kernel=1)

    def peak(slices):
        volume = np.zeros((slices, 64, 64), np.float32)
        predict_volume(model, volume[:16])
        tracemalloc.start()
        predict_volume(model, volume, overlap=0.25)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    probabilities = 64 * 64 * 8 * 4  # bytes in a slice
    labels = 64 * 64  # bytes in a slice of the result
    more = peak(160) - peak(32)
    assert more < 128 * labels * 2.5, "result and its copy may grow with the volume, probabilities may not"
    assert peak(160) < 60 * probabilities


@pytest.mark.parametrize(
    ("shape", "volume", "options", "sentence"),
    [
        ((16, 16, 1), (4, 16), {}, r"shape \(4, 16\)"),
        ((16, 16, 2), (4, 16, 16), {}, "odd number of neighbouring slices"),
        ((16, 16, 16, 3), (16, 16, 16), {}, r"\(z, y, x, 3\)"),
        ((16, 16, 1), (4, 16, 16), {"size": (8, 8)}, r"windows of \(16, 16\)"),
        ((16, 16, 1), (4, 16, 16), {"size": (16, 16, 16)}, r"windows of \(16, 16\)"),
        ((16, 16, 1), (4, 16, 16), {"overlap": 1.0}, "less than 1"),
        ((16, 16, 1), (4, 16, 16), {"batch_size": 0}, "batch_size is 0"),
        ((16, 16, 1), (4, 16, 16), {"blend": "linear"}, "blend is 'linear'; 'gaussian' or 'constant'"),
    ],
)
def test_what_does_not_fit_is_said(shape, volume, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        predict_volume(net(shape), np.zeros(volume), **options)


def test_a_classifier_is_refused():
    keras = load_keras()
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="for each pixel or voxel"):
        predict_volume(model, np.zeros((4, 8, 8)))
