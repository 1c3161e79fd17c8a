"""Histogram equalisation against OpenCV, scikit-image and a count by hand."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import data, exposure

from mediedu.enhance import equalize_histogram

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))


def by_definition(image, low, high):
    """Equalise whole numbers by counting: every level's share of the pixels above the lowest level."""
    first = (image == image.min()).sum()
    out = np.empty(image.shape, dtype=np.int64)
    for level in np.unique(image):
        share = ((image <= level).sum() - first) * (high - low) / (image.size - first)
        out[image == level] = np.floor(low + share + 0.5)
    return out


@given(hnp.arrays(np.uint8, SHAPES))
@settings(max_examples=100, deadline=None)
def test_uint8_equals_opencv_within_one(image):
    ours = equalize_histogram(image)
    assert ours.dtype == np.uint8
    assert np.abs(ours.astype(int) - cv2.equalizeHist(image)).max() <= 1


@pytest.mark.parametrize("name", ["camera", "moon", "coins", "cell"])
def test_uint8_photographs_equal_opencv_within_one(name):
    image = np.ascontiguousarray(getattr(data, name)())
    assert np.abs(equalize_histogram(image).astype(int) - cv2.equalizeHist(image)).max() <= 1


@given(hnp.arrays(st.sampled_from(["uint8", "uint16", "int16"]), SHAPES))
@settings(max_examples=100, deadline=None)
def test_whole_numbers_equal_the_definition(image):
    result = equalize_histogram(image)
    assert result.dtype == image.dtype
    if image.min() == image.max():
        assert np.array_equal(result, image)
    else:
        info = np.iinfo(image.dtype)
        low, high = (info.min, info.max) if image.dtype.kind == "u" else (int(image.min()), int(image.max()))
        assert np.array_equal(result, by_definition(image, low, high))


def test_floats_equal_skimage_up_to_its_lowest_bin():
    # scikit-image sends a bin's centre to the share of pixels up to the bin's end; ours follows the edges.
    image = data.camera() / 255.0 + np.random.default_rng(0).normal(0, 0.02, (512, 512))
    low, high = image.min(), image.max()
    ours = (equalize_histogram(image, bins=1024) - low) / (high - low)
    assert np.abs(ours - exposure.equalize_hist(image, nbins=1024)).max() < 2 / 256


@given(hnp.arrays(np.float64, SHAPES, elements=st.floats(-1e6, 1e6)), st.integers(2, 5000))
@settings(max_examples=100, deadline=None)
def test_floats_keep_their_order_and_their_range(image, bins):
    result = equalize_histogram(image, bins=bins)
    order = np.argsort(image, axis=None)
    slack = 1e-9 * max(1.0, np.abs(image).max())
    assert (np.diff(result.ravel()[order]) >= -slack).all()
    assert result.min() >= image.min() - slack
    assert result.max() <= image.max() + slack
    if image.min() < image.max():
        assert result.max() == pytest.approx(image.max(), abs=slack)
        assert result.min() == pytest.approx(image.min(), abs=slack)


def test_float_bins_are_counted_as_numpy_counts_them():
    image = np.random.default_rng(1).normal(size=(40, 50)).astype(np.float32)
    low, high = float(image.min()), float(image.max())
    counts, edges = np.histogram(image.astype(float), 64, (low, high))
    curve = low + (high - low) * np.concatenate([[0], np.cumsum(counts)]) / image.size
    np.testing.assert_allclose(equalize_histogram(image, bins=64), np.interp(image, edges, curve), atol=2e-6)


def test_grey_levels_are_spread_evenly():
    image = np.random.default_rng(2).normal(100, 5, (200, 200))
    result = equalize_histogram(image, out_range=(0, 1))
    assert np.abs(np.sort(result.ravel()) - np.linspace(0, 1, image.size)).max() < 0.001


def test_ct_keeps_its_units_range_and_can_be_sent_elsewhere():
    image = np.random.default_rng(3).integers(-1000, 2000, (30, 30)).astype(np.int16)
    result = equalize_histogram(image)
    assert (result.min(), result.max()) == (image.min(), image.max())
    elsewhere = equalize_histogram(image, out_range=(0, 100))
    assert (elsewhere.min(), elsewhere.max()) == (0, 100)


def test_the_mask_decides_what_is_counted():
    image = np.array([[0, 10, 20, 30, 200]], dtype=np.uint8)
    mask = np.array([[False, True, True, True, False]])
    # 10 → 0, 20 → ½ · 255, 30 → 255; what lies beyond the counted levels goes to the ends
    assert equalize_histogram(image, mask=mask).tolist() == [[0, 0, 128, 255, 255]]
    floats = equalize_histogram(image.astype(float), mask=mask, out_range=(0, 1))
    assert floats[0, 0] == 0
    assert floats[0, 4] == 1


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_a_constant_image_comes_back_as_a_copy(dtype):
    image = np.full((4, 5), 7, dtype=dtype)
    result = equalize_histogram(image)
    assert np.array_equal(result, image)
    assert not np.shares_memory(result, image)


def test_a_volume_has_one_histogram():
    volume = np.random.default_rng(4).integers(0, 256, (4, 10, 11)).astype(np.uint8)
    assert np.array_equal(
        equalize_histogram(volume), equalize_histogram(volume.reshape(40, 11)).reshape(4, 10, 11)
    )


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_the_kernels_as_plain_python(dtype, monkeypatch):
    image = np.random.default_rng(5).integers(0, 250, (5, 7)).astype(dtype)
    compiled = equalize_histogram(image, bins=16)
    monkeypatch.setenv("MEDIEDU_NO_COMPILE", "1")
    np.testing.assert_allclose(equalize_histogram(image, bins=16), compiled, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"mask": np.zeros((4, 4), bool)}, ValueError, "no pixel"),
        ({"mask": np.ones((3, 4), bool)}, ValueError, "shape"),
        ({"mask": np.ones((4, 4))}, TypeError, "boolean"),
        ({"bins": 1}, ValueError, "bins"),
        ({"out_range": (1, 1)}, ValueError, "rises"),
        ({"out_range": (0, np.nan)}, ValueError, "rises"),
    ],
)
def test_bad_arguments_get_a_sentence(arguments, error, words):
    with pytest.raises(error, match=words):
        equalize_histogram(np.arange(16.0).reshape(4, 4), **arguments)


def test_a_range_beyond_the_dtype_gets_a_sentence():
    with pytest.raises(ValueError, match="holds 0 to 255"):
        equalize_histogram(np.arange(16, dtype=np.uint8).reshape(4, 4), out_range=(0, 300))
