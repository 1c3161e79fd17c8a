"""Averaging over views and networks: turned back rightly, each view once."""

import numpy as np
import pytest

from mediedu.nets import ensemble, load_keras, predict_test_time, set_seed

RNG = np.random.default_rng(3)


def net(shape, answer="map"):
    keras = load_keras()
    convolution = keras.layers.Conv3D if len(shape) == 4 else keras.layers.Conv2D
    set_seed(2)
    layers = [keras.Input(shape), convolution(3, 3, padding="same")]
    if answer == "class":
        layers.append(keras.layers.Flatten())
        layers.append(keras.layers.Dense(3))
    return keras.Sequential([*layers, keras.layers.Softmax()])


ALL = {
    "identity": lambda a: a,
    "left-right": lambda a: a[:, :, ::-1],
    "up-down": lambda a: a[:, ::-1],
    "both": lambda a: a[:, ::-1, ::-1],
    "transposed": lambda a: a.transpose(0, 2, 1, 3),
}


def test_maps_are_turned_back_before_they_are_averaged():
    model, images = net((6, 8, 1)), RNG.normal(size=(5, 6, 8, 1)).astype(np.float32)
    views = [ALL[name] for name in ("identity", "left-right", "up-down", "both")]
    expected = np.mean([view(model.predict(view(images), verbose=0)) for view in views], axis=0)
    found = predict_test_time(model, images, flips=("left-right", "up-down"))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.abs(found - model.predict(images, verbose=0)).max() > 0.01


def test_all_eight_views_make_the_answer_follow_a_turn():
    model, images = net((8, 8, 1)), RNG.normal(size=(2, 8, 8, 1)).astype(np.float32)
    settings = {"flips": "left-right", "quarter_turns": True}
    found = predict_test_time(model, images, **settings)
    for view in (ALL["up-down"], ALL["transposed"]):
        np.testing.assert_allclose(predict_test_time(model, view(images), **settings), view(found), atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "views"),
    [
        ({"flips": ()}, 1),
        ({"flips": "left-right"}, 2),
        ({"flips": ("left-right", "up-down")}, 4),
        ({"flips": (), "quarter_turns": True}, 4),
        ({"flips": ("left-right", "up-down"), "quarter_turns": True}, 8),
    ],
)
def test_each_view_is_asked_once(settings, views):
    image = np.arange(9.0).reshape(1, 3, 3, 1)
    seen = []

    def model(images):
        seen.append(images.tobytes())
        return images

    np.testing.assert_allclose(predict_test_time(model, image, **settings), image)
    assert len(seen) == len(set(seen)) == views


def test_classes_are_averaged():
    model, images = net((6, 6, 1), "class"), RNG.normal(size=(3, 6, 6, 1)).astype(np.float32)
    mirrored = model.predict(images[:, :, ::-1], verbose=0)
    expected = (model.predict(images, verbose=0) + mirrored) / 2
    np.testing.assert_allclose(predict_test_time(model, images, flips="left-right"), expected, atol=1e-6)


def test_volumes_turn_in_three_axes():
    model, volumes = net((4, 6, 8, 1)), RNG.normal(size=(2, 4, 6, 8, 1)).astype(np.float32)
    found = predict_test_time(model, volumes, flips=("left-right", "up-down", "front-back"))
    turned = predict_test_time(model, volumes[:, ::-1], flips=("left-right", "up-down", "front-back"))
    np.testing.assert_allclose(turned, found[:, ::-1], atol=1e-6)
    only = predict_test_time(model, volumes, flips="front-back")
    expected = (model.predict(volumes, verbose=0) + model.predict(volumes[:, ::-1], verbose=0)[:, ::-1]) / 2
    np.testing.assert_allclose(only, expected, atol=1e-6)


def test_an_ensemble_is_the_mean():
    images = RNG.normal(size=(3, 6, 6, 1)).astype(np.float32)
    one, other = net((6, 6, 1), "class"), net((6, 6, 1), "class")
    other.set_weights([2 * w for w in other.get_weights()])
    expected = (one.predict(images, verbose=0) + other.predict(images, verbose=0)) / 2
    np.testing.assert_allclose(ensemble([one, other], images), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: predict_test_time(len, np.zeros((1, 4, 6, 1)), quarter_turns=True), "4 rows and 6 columns"),
        (
            lambda: predict_test_time(len, np.zeros((1, 4, 4, 1)), flips="front-back"),
            "there are left-right, up",
        ),
        (lambda: predict_test_time(len, np.zeros((4, 4))), "shape"),
        (lambda: ensemble([], np.zeros((1, 4, 4, 1))), "empty"),
        (lambda: ensemble([lambda x: x, lambda x: x[0]], np.zeros((1, 4, 4, 1))), "only answers of"),
    ],
)
def test_what_does_not_fit_is_said(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
