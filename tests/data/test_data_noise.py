"""Noise: the statistics are those in the books, and no image comes out wrapped or changed in place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mediedu.data import noise

SIDE = 500  # 250 000 pixels: the standard error of a mean of unit noise is 0.002


def every(image, rng=0):
    """Run each kind of noise once."""
    yield noise.add_gaussian(image, 7, rng=rng)
    yield noise.add_rician(image, 7, rng=rng)
    yield noise.add_speckle(image, 0.4, rng=rng)
    yield noise.add_salt_and_pepper(image, 0.1, rng=rng)
    yield noise.add_bias_field(image, 0.3, rng=rng)


def test_gaussian_has_the_mean_and_deviation_asked_for():
    noisy = noise.add_gaussian(np.full((SIDE, SIDE), 50.0), 4, rng=1)
    assert noisy.mean() == pytest.approx(50, abs=0.04)
    assert noisy.std() == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize("signal", [0.0, 3.0, 10.0, 100.0])
def test_rician_agrees_with_its_closed_form(signal):
    from scipy.stats import rice

    sigma = 5.0
    noisy = noise.add_rician(np.full((SIDE, SIDE), signal), sigma, rng=2)
    mean, variance = rice.stats(signal / sigma, scale=sigma)
    assert noisy.mean() == pytest.approx(float(mean), abs=0.05)
    assert noisy.var() == pytest.approx(float(variance), rel=0.015)
    assert noisy.min() >= 0


def test_rician_without_signal_is_rayleigh():
    air = noise.add_rician(np.zeros((SIDE, SIDE)), 10, rng=3)
    assert air.mean() == pytest.approx(10 * np.sqrt(np.pi / 2), rel=0.005)
    assert air.std() == pytest.approx(10 * np.sqrt(2 - np.pi / 2), rel=0.01)


def test_speckle_multiplies_with_mean_one():
    dark = noise.add_speckle(np.full((SIDE, SIDE), 10.0), 0.5, rng=4)
    bright = noise.add_speckle(np.full((SIDE, SIDE), 100.0), 0.5, rng=4)
    assert dark.mean() == pytest.approx(10, rel=0.01)
    assert dark.std() / dark.mean() == pytest.approx(0.5, rel=0.01)
    np.testing.assert_allclose(bright, 10 * dark)
    assert not noise.add_speckle(np.zeros((9, 9)), 1.0, rng=0).any()


def test_salt_and_pepper_hits_the_share_asked_for_half_black_half_white():
    noisy = noise.add_salt_and_pepper(np.full((SIDE, SIDE), 90, np.uint8), 0.2, rng=5)
    assert (noisy == 0).mean() == pytest.approx(0.1, abs=0.003)
    assert (noisy == 255).mean() == pytest.approx(0.1, abs=0.003)
    assert (noisy == 90).mean() == pytest.approx(0.8, abs=0.004)


def test_salt_and_pepper_in_ct_stays_within_the_images_own_range():
    ct = np.array([[-1000, 40], [60, 900]], np.int16)
    noisy = noise.add_salt_and_pepper(np.tile(ct, (50, 50)), 1.0, rng=0)
    assert set(np.unique(noisy)) == {-1000, 900}
    assert set(np.unique(noise.add_salt_and_pepper(ct, 1.0, rng=0, low=-5, high=5))) <= {-5, 5}


def test_bias_field_is_smooth_and_reaches_its_limits():
    field = noise.bias_field((64, 80), 0.3, rng=6)
    assert field.min() == pytest.approx(0.7)
    assert field.max() == pytest.approx(1.3)
    steps = max(np.abs(np.diff(field, axis=0)).max(), np.abs(np.diff(field, axis=1)).max())
    assert steps < 0.06, "a coil's field does not jump"


def test_bias_field_is_the_same_for_all_colours():
    image = np.full((20, 30, 3), 100.0)
    shaded = noise.add_bias_field(image, 0.4, rng=0, channel_axis=-1)
    assert np.ptp(shaded, axis=-1).max() == 0
    assert np.ptp(shaded) > 50
    assert noise.bias_field((1, 1), 0.3, rng=0) == 1  # one pixel has nowhere to vary


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.uint16, np.int16, np.float32, np.float64]),
        arrays.array_shapes(min_dims=1, max_dims=3, max_side=6),
        elements=st.integers(0, 255),
    ),
    st.integers(0, 2**32),
)
def test_shape_dtype_and_input_are_kept_and_a_seed_repeats(image, seed):
    before = image.copy()
    first, second = list(every(image, seed)), list(every(image, seed))
    for noisy, again in zip(first, second, strict=True):
        assert noisy.shape == image.shape
        assert noisy.dtype == image.dtype
        np.testing.assert_array_equal(noisy, again)
        assert not np.shares_memory(noisy, image)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int64])
def test_integers_are_clipped_not_wrapped(dtype):
    top = np.iinfo(dtype).max
    noisy = noise.add_gaussian(np.full((50, 50), top, dtype), 20, rng=0)
    assert noisy.min() > top // 2
    assert noise.add_gaussian(np.zeros((50, 50), np.uint8), 40, rng=0).max() < 255


def test_integers_are_rounded_half_up_to_the_nearest():
    exact = np.array([[10, 20, 30]])
    shift = noise.add_gaussian(exact.astype(float), 2, rng=9)
    np.testing.assert_array_equal(noise.add_gaussian(exact, 2, rng=9), np.floor(shift + 0.5).astype(int))


def test_no_noise_changes_nothing():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    for noisy in (
        noise.add_gaussian(image, 0, rng=0),
        noise.add_rician(image, 0, rng=0),
        noise.add_speckle(image, 0, rng=0),
        noise.add_salt_and_pepper(image, 0, rng=0),
        noise.add_bias_field(image, 0, rng=0),
    ):
        np.testing.assert_array_equal(noisy, image)


def test_a_generator_goes_on_where_it_stopped():
    rng = np.random.default_rng(0)
    image = np.full((8, 8), 100.0)
    assert not np.array_equal(noise.add_gaussian(image, 5, rng=rng), noise.add_gaussian(image, 5, rng=rng))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: noise.add_gaussian(np.zeros((2, 2)), -1, rng=0), ValueError, "at least 0; you gave -1"),
        (lambda: noise.add_gaussian(np.zeros((2, 2)), np.nan, rng=0), ValueError, "`sigma` must be"),
        (lambda: noise.add_gaussian(np.array([[1.0, np.nan]]), 1, rng=0), ValueError, "1 NaN or infinite"),
        (lambda: noise.add_gaussian(np.zeros((0, 3)), 1, rng=0), ValueError, "empty"),
        (lambda: noise.add_gaussian(np.zeros((2, 2), bool), 1, rng=0), TypeError, "this one is bool"),
        (lambda: noise.add_gaussian(np.zeros((2, 2)), 1, rng=None), TypeError, "rng=0"),
        (lambda: noise.add_rician(np.array([[-1000, 3]]), 1, rng=0), ValueError, "goes down to -1000"),
        (lambda: noise.add_speckle(np.zeros((2, 2)), "much", rng=0), ValueError, "'much'"),
        (
            lambda: noise.add_salt_and_pepper(np.zeros((2, 2)), 5, rng=0),
            ValueError,
            "from 0 to 1; you gave 5",
        ),
        (lambda: noise.add_bias_field(np.zeros((2, 2)), 1.0, rng=0), ValueError, "below 1; you gave 1.0"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
