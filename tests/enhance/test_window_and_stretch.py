"""Windowing against DICOM's formula and pydicom, stretching against the line it draws; bad input for all."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydicom.dataset import Dataset
from pydicom.pixels import apply_windowing

from mediedu.enhance import equalize_adaptive, equalize_histogram, knn_smooth, stretch, window

SHAPES = st.tuples(st.integers(1, 8), st.integers(1, 8))
FUNCTIONS = {
    "knn_smooth": knn_smooth,
    "equalize_histogram": equalize_histogram,
    "equalize_adaptive": lambda image: equalize_adaptive(image, 1),
    "stretch": stretch,
    "window": lambda image: window(image, 40, 400),
}


def dicom_linear(x, center, width, low, high):
    """Follow PS3.3 C.11.2.1.2.1 in exact fractions."""
    x, middle, reach = Fraction(int(x)), Fraction(center) - Fraction(1, 2), Fraction(width) - 1
    if x <= middle - reach / 2:
        return Fraction(low)
    if x > middle + reach / 2:
        return Fraction(high)
    return ((x - middle) / reach + Fraction(1, 2)) * (high - low) + low


@given(
    hnp.arrays(st.sampled_from(["uint8", "uint16", "int16"]), SHAPES),
    st.integers(-2000, 4000),
    st.integers(1, 5000),
)
@settings(max_examples=150, deadline=None)
def test_window_is_dicoms_linear_function_rounded_half_up(image, center, width):
    expected = [
        [math.floor(dicom_linear(x, center, width, 0, 255) + Fraction(1, 2)) for x in row] for row in image
    ]
    result = window(image, center, width)
    assert result.dtype == np.uint8
    assert result.tolist() == expected


@given(hnp.arrays(np.int16, SHAPES), st.floats(-2000, 4000), st.floats(1.001, 5000))
@settings(max_examples=100, deadline=None)
def test_window_equals_pydicom(image, center, width):
    header = Dataset()
    header.WindowCenter, header.WindowWidth = center, width
    header.PhotometricInterpretation, header.BitsStored, header.PixelRepresentation = "MONOCHROME2", 16, 1
    theirs = (apply_windowing(image, header) + 32768) / 65535
    np.testing.assert_allclose(window(image, center, width, dtype=np.float64), theirs, atol=1e-7)


def test_window_of_ct_by_hand():
    ct = np.array([[-1024, -160, -159, 39, 40, 239, 240, 3071]], dtype=np.int16)
    # c − ½ = 39.5, (w − 1)/2 = 199.5: black up to −160, white from 239
    assert window(ct, 40, 400).tolist() == [[0, 0, 1, 127, 128, 255, 255, 255]]
    assert window(ct, 40, 1).tolist() == [[0, 0, 0, 0, 255, 255, 255, 255]]


def test_window_into_other_ranges_and_dtypes():
    ct = np.array([[-1000.0, 39.5, 1000.0]], dtype=np.float32)
    assert window(ct, 40, 400, dtype=np.float32).tolist() == [[0, 0.5, 1]]
    assert window(ct, 40, 400, out_range=(10, 20), dtype=np.int16).tolist() == [[10, 15, 20]]
    assert window(ct, 40, 400, dtype=np.uint16).tolist() == [[0, 32768, 65535]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"center": 40, "width": 0}, "width of 1 or more"),
        ({"center": 40, "width": -400}, "width of 1 or more"),
        ({"center": 40, "width": np.nan}, "finite number for width"),
        ({"center": np.inf, "width": 400}, "finite number for center"),
        ({"center": 40, "width": 400, "out_range": (255, 0)}, "rises"),
        ({"center": 40, "width": 400, "out_range": (-1, 255)}, "beyond"),
    ],
)
def test_bad_windows_get_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        window(np.zeros((3, 3)), **arguments)


def test_window_into_a_dtype_that_holds_no_image_gets_a_sentence():
    with pytest.raises(TypeError, match="int64"):
        window(np.zeros((3, 3)), 40, 400, dtype=np.int64)


@given(
    hnp.arrays(st.sampled_from(["uint8", "uint16", "int16"]), SHAPES),
    st.integers(-100, 300).flatmap(lambda low: st.tuples(st.just(low), st.integers(low + 1, low + 40000))),
)
@settings(max_examples=100, deadline=None)
def test_stretch_by_value_draws_the_line(image, ends):
    low, high = ends
    unsigned = image.dtype.kind == "u"
    black, white = (0, np.iinfo(image.dtype).max) if unsigned else (int(image.min()), int(image.max()))
    line = [
        [
            math.floor(
                Fraction(min(max(int(x), low), high) - low) * (white - black) / (high - low)
                + black
                + Fraction(1, 2)
            )
            for x in row
        ]
        for row in image
    ]
    result = stretch(image, low, high, by="value")
    assert result.dtype == image.dtype
    assert result.tolist() == line


@given(hnp.arrays(np.float64, SHAPES, elements=st.floats(-1e4, 1e4)), st.floats(0, 40), st.floats(60, 100))
@settings(max_examples=100, deadline=None)
def test_stretch_by_percentile_clips_at_the_percentiles(image, low, high):
    a, b = np.percentile(image, [low, high])
    result = stretch(image, low, high, out_range=(0, 1))
    if a == b:
        assert np.array_equal(result, image)
    else:
        np.testing.assert_allclose(result, np.clip((image - a) / (b - a), 0, 1), atol=1e-9)


def test_stretch_uses_the_whole_range_and_keeps_units_of_ct():
    rng = np.random.default_rng(0)
    grey = rng.integers(90, 160, (50, 50)).astype(np.uint8)
    assert (stretch(grey, 0, 100).min(), stretch(grey, 0, 100).max()) == (0, 255)
    ct = rng.integers(-1000, 2000, (50, 50)).astype(np.int16)
    assert (stretch(ct).min(), stretch(ct).max()) == (ct.min(), ct.max())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"low": 60, "high": 40}, "low below high"),
        ({"low": 40, "high": 40}, "low below high"),
        ({"low": np.nan}, "finite number for low"),
        ({"low": -1}, "Percentiles"),
        ({"high": 101}, "Percentiles"),
        ({"by": "percentage"}, "neither"),
        ({"out_range": (3, 2)}, "rises"),
    ],
)
def test_bad_stretches_get_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        stretch(np.arange(9.0).reshape(3, 3), **arguments)


@pytest.mark.parametrize("name", list(FUNCTIONS))
@pytest.mark.parametrize(
    ("image", "error", "words"),
    [
        (np.zeros((4, 4), bool), TypeError, "mask has no grey levels"),
        (np.zeros((4, 4), complex), TypeError, "np.abs"),
        (np.zeros((4, 4), np.int64), TypeError, "astype"),
        (np.zeros((4, 4), np.float16), TypeError, "astype"),
        (np.full((4, 4), "a"), TypeError, "array of numbers"),
        (np.zeros((0, 4)), ValueError, "empty"),
        (np.array([[1.0, np.nan]]), ValueError, "1 of 2 are NaN or infinite"),
        (np.array([[1.0, np.inf]], dtype=np.float32), ValueError, "1 of 2 are NaN or infinite"),
    ],
)
def test_bad_images_get_a_sentence(name, image, error, words):
    with pytest.raises(error, match=words) as raised:
        FUNCTIONS[name](image)
    assert name in str(raised.value)


@pytest.mark.parametrize("name", ["knn_smooth", "equalize_histogram", "equalize_adaptive"])
@pytest.mark.parametrize("shape", [(5,), (2, 3, 4, 5), (8, 8, 3), (8, 8, 4)])
def test_a_wrong_number_of_axes_or_colour_gets_a_sentence(name, shape):
    with pytest.raises(ValueError, match=r"axes|colour"):
        FUNCTIONS[name](np.zeros(shape))


@pytest.mark.parametrize("name", list(FUNCTIONS))
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_the_image_is_left_alone_and_the_same_call_gives_the_same_result(name, dtype):
    image = np.random.default_rng(1).integers(0, 250, (12, 14)).astype(dtype)
    before = image.copy()
    first, second = FUNCTIONS[name](image), FUNCTIONS[name](image)
    assert np.array_equal(first, second)
    assert np.array_equal(image, before)
    assert first.dtype == (np.uint8 if name == "window" else image.dtype)


@given(
    hnp.arrays(np.float64, SHAPES, elements=st.floats(-2, 2)),
    st.floats(-1, 1),
    st.floats(0.01, 3),
)
def test_exact_window_is_dicoms_linear_exact(image, center, width):
    """PS3.3 C.11.2.1.3.2: black at and below c - w/2, white above c + w/2, a straight line between."""
    expected = np.clip((image - center) / width + 0.5, 0, 1)
    got = window(image, center, width, exact=True, dtype=np.float64)
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_an_image_from_0_to_1_needs_the_exact_window():
    image = np.linspace(0, 1, 5)
    assert window(image, 0.5, 1, exact=True).tolist() == [0, 64, 128, 191, 255]
    with pytest.raises(ValueError, match="pass exact=True"):
        window(image, 0.5, 0.5)
    with pytest.raises(ValueError, match="width above 0"):
        window(image, 0.5, 0, exact=True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda a: window(a, "brain", 80), "number for center; 'brain' is a str"),
        (lambda a: window(a, 40, [80]), "number for width"),
        (lambda a: window(a, 40, 80, dtype="int8"), "dtype='int8' is none of them"),
        (lambda a: window(a, 40, 80, dtype="foo"), "dtype='foo' is none of them"),
        (lambda a: stretch(a, "a"), "number for low"),
        (lambda a: equalize_adaptive(a, 1, "a"), "number for clip_limit"),
        (lambda a: knn_smooth(np.ma.masked_greater(a, 50)), "masked pixels"),
        (lambda a: equalize_histogram(np.ma.masked_greater(a, 50)), "masked pixels"),
    ],
)
def test_what_is_no_number_is_told(call, words):
    with pytest.raises(TypeError, match=words):
        call(np.arange(0, 80, 5, dtype=np.uint8).reshape(4, 4))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda a: window(a, 40, 80, out_range="ab"), "two numbers"),
        (lambda a: window(a, 40, 80, out_range=(1, 2, 3)), "two numbers"),
        (lambda a: equalize_histogram(a, bins=2.5), "whole number from 2 up"),
        (lambda a: equalize_histogram(a, bins=-3), "whole number from 2 up"),
        (lambda a: knn_smooth(a, mode=[1]), "border modes"),
        (lambda a: knn_smooth(a[None], channel_axis="x"), "channel_axis='x'"),
        (lambda a: stretch(np.where(a > 40, 1.7e308, -1.7e308)), "too far apart"),
    ],
)
def test_what_cannot_be_used_is_told(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.arange(0, 80, 5, dtype=np.uint8).reshape(4, 4))
