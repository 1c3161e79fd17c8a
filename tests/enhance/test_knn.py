"""KNN smoothing against its definition, its symmetries and its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from knn_reference import knn_by_definition
from scipy import ndimage

from mediedu.enhance import knn_smooth
from mediedu.enhance.knn import BORDERS
from mediedu.enhance.knn_kernel import selection_network

DTYPES = ["uint8", "uint16", "int16", "float32", "float64"]
EXTREMES = {"uint8": (0, 255), "uint16": (0, 65535), "int16": (-32768, 32767)}


@st.composite
def images(draw, dtypes=DTYPES, shape=None, few_levels=None):
    """Draw small images: full range, or few grey levels so that many values tie."""
    dtype = draw(st.sampled_from(dtypes))
    shape = shape or draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    few = draw(st.booleans()) if few_levels is None else few_levels
    if dtype in EXTREMES:
        low, high = EXTREMES[dtype]
        if few:
            middle = draw(st.integers(low, high - 4))
            low, high = middle, middle + 4
        elements = st.integers(low, high)
    elif few:
        elements = st.integers(-2, 2).map(lambda v: v / 4)
    else:
        elements = st.floats(-1e4, 1e4, width=32 if dtype == "float32" else 64)
    return draw(hnp.arrays(dtype, shape, elements=elements))


@st.composite
def windows(draw):
    size = draw(st.sampled_from([3, 3, 5, 7, 11, 13]))
    return size, draw(
        st.one_of(st.integers(1, size * size), st.sampled_from([1, (size**2 + 1) // 2, size**2]))
    )


def tolerance(image):
    """Allow rounding in proportion to the grey values; whole numbers must be right to the last one."""
    if image.dtype.kind != "f":
        return 0.0
    return float(np.abs(image).max()) * (3e-6 if image.dtype == np.float32 else 1e-14)


@given(images(), windows(), st.sampled_from(list(BORDERS)))
@settings(max_examples=80, deadline=None)
def test_equals_the_definition(image, window, mode):
    result = knn_smooth(image, *window, mode=mode)
    assert result.dtype == image.dtype
    assert result.shape == image.shape
    np.testing.assert_allclose(
        result.astype(float),
        knn_by_definition(image, *window, mode).astype(float),
        rtol=0,
        atol=tolerance(image),
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [3, 7, 11, 13, 17])
def test_equals_the_definition_on_a_larger_image(dtype, size):
    rng = np.random.default_rng(size)
    image = rng.normal(100, 40, (11, 26)).clip(0, 255).astype(dtype)
    for k in (size * size // 3, (size * size + 1) // 2):
        np.testing.assert_allclose(
            knn_smooth(image, size, k).astype(float),
            knn_by_definition(image, size, k, "reflect").astype(float),
            rtol=0,
            atol=tolerance(image),
        )


def test_the_five_by_five_example():
    image = np.array([[2, 7, 1, 4, 6], [3, 2, 3, 1, 4], [5, 5, 5, 8, 9], [5, 7, 4, 9, 8], [1, 2, 7, 5, 5]])
    assert knn_smooth(image.astype(np.uint8), 3, 4)[3, 2] == 5
    assert knn_smooth(image.astype(float), 3, 4)[3, 2] == 4.75


@given(images(few_levels=True), windows())
@settings(max_examples=60, deadline=None)
def test_never_leaves_the_range_of_the_window(image, window):
    result = knn_smooth(image, *window)
    assert (result >= ndimage.minimum_filter(image, window[0])).all()
    assert (result <= ndimage.maximum_filter(image, window[0])).all()


@given(images(dtypes=["float32", "float64"], few_levels=False), windows())
@settings(max_examples=60, deadline=None)
def test_never_leaves_the_range_of_the_window_in_floats(image, window):
    result = knn_smooth(image, *window)
    assert (result >= ndimage.minimum_filter(image, window[0])).all()
    assert (result <= ndimage.maximum_filter(image, window[0])).all()


@given(images(), st.sampled_from([3, 5, 7, 13]))
@settings(max_examples=40, deadline=None)
def test_one_neighbour_gives_the_image_back(image, size):
    assert np.array_equal(knn_smooth(image, size, 1), image)


@given(images(dtypes=["float64"]), st.sampled_from([3, 5, 11]), st.sampled_from(list(BORDERS)))
@settings(max_examples=40, deadline=None)
def test_all_neighbours_give_the_mean_filter(image, size, mode):
    expected = ndimage.uniform_filter(image, size, mode=mode)
    np.testing.assert_allclose(
        knn_smooth(image, size, size * size, mode=mode),
        expected,
        rtol=0,
        atol=1e-12 * (1 + np.abs(image).max()),
    )


@given(images(dtypes=["float64"]), windows())
@settings(max_examples=60, deadline=None)
def test_turns_flips_and_negation_go_through(image, window):
    smooth = knn_smooth(image, *window)
    atol = 1e-9 * max(1.0, float(np.abs(image).max()))
    for change in (np.flipud, np.fliplr, np.rot90, np.transpose, np.negative):
        np.testing.assert_allclose(knn_smooth(change(image), *window), change(smooth), rtol=0, atol=atol)


@given(images(dtypes=["uint8"]), windows())
@settings(max_examples=60, deadline=None)
def test_whole_numbers_turn_exactly_and_invert_to_within_one(image, window):
    smooth = knn_smooth(image, *window).astype(int)
    assert np.array_equal(knn_smooth(np.rot90(image), *window), np.rot90(smooth))
    assert np.abs(knn_smooth(255 - image, *window).astype(int) - (255 - smooth)).max() <= 1


@given(images(dtypes=["int16", "uint16"], few_levels=True), windows())
@settings(max_examples=40, deadline=None)
def test_a_shift_along_the_grey_scale_goes_through(image, window):
    moved = image.astype(np.int32) + 7
    if moved.max() <= np.iinfo(image.dtype).max:
        expected = knn_smooth(image, *window).astype(np.int32) + 7
        assert np.array_equal(knn_smooth(moved.astype(image.dtype), *window), expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_constant_image_stays_exactly(dtype):
    image = np.full((9, 11), 0.1 if dtype.startswith("float") else 77, dtype=dtype)
    assert np.array_equal(knn_smooth(image, 5), image)


@pytest.mark.parametrize("dtype", DTYPES)
def test_each_slice_of_a_volume_is_smoothed_on_its_own(dtype):
    volume = np.random.default_rng(1).integers(0, 200, (5, 12, 9)).astype(dtype)
    assert np.array_equal(knn_smooth(volume, 5), np.stack([knn_smooth(s, 5) for s in volume]))


def test_a_big_stack_is_smoothed_in_parts_that_fit_together(monkeypatch):
    volume = np.random.default_rng(2).integers(0, 200, (7, 12, 9)).astype(np.uint8)
    whole = knn_smooth(volume, 3)
    monkeypatch.setattr("mediedu.enhance.knn_stack.CHUNK", 250)
    assert np.array_equal(knn_smooth(volume, 3), whole)


def test_colours_are_smoothed_one_by_one_when_said_and_refused_when_not():
    image = np.random.default_rng(3).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    expected = np.stack([knn_smooth(image[..., c]) for c in range(3)], axis=-1)
    assert np.array_equal(knn_smooth(image, channel_axis=-1), expected)
    assert np.array_equal(
        knn_smooth(image, channel_axis=0), np.stack([knn_smooth(np.ascontiguousarray(s)) for s in image])
    )
    with pytest.raises(ValueError, match="looks like colour"):
        knn_smooth(image)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("threads", [2, 3, 1000])
def test_threads_change_nothing(dtype, threads):
    image = np.random.default_rng(4).integers(0, 200, (70, 50)).astype(dtype)
    assert np.array_equal(knn_smooth(image, 5, threads=threads), knn_smooth(image, 5, threads=1))


def test_views_and_foreign_byte_order_are_understood_and_nothing_is_written_to_the_image():
    image = np.random.default_rng(5).integers(0, 60000, (20, 30)).astype(np.uint16)
    image.flags.writeable = False
    expected = knn_smooth(np.ascontiguousarray(image[::2, ::-1]))
    assert np.array_equal(knn_smooth(image[::2, ::-1]), expected)
    assert np.array_equal(knn_smooth(image[::2, ::-1].astype(">u2")), expected)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_windows_wider_than_the_counters_of_small_ones(dtype):
    rng = np.random.default_rng(6)
    image = rng.integers(0, 256, (24, 20)).astype(dtype)
    result = knn_smooth(image, 19, 200)
    np.testing.assert_allclose(
        result.astype(float),
        knn_by_definition(image, 19, 200, "reflect").astype(float),
        atol=tolerance(image),
    )


def test_huge_window_of_extreme_values_doesnt_wrap():
    image = np.zeros((40, 40), dtype=np.uint16)
    image[::2] = 65535
    assert np.array_equal(knn_smooth(image, 31, 450), image)
    everything = knn_smooth(image, 31, 961).astype(float)
    expected = np.floor(ndimage.uniform_filter(image.astype(float), 31) + 0.5)
    np.testing.assert_allclose(everything, expected, atol=1)


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    st.booleans(),
    st.randoms(),
)
@settings(max_examples=100, deadline=None)
def test_the_network_selects(n_k, in_groups, random):
    n, k = n_k
    values = [random.randrange(n) for _ in range(n)]
    expected = sorted(values)[k - 1]
    for start in range(0, n if in_groups else 0, 8):
        values[start : start + 8] = sorted(values[start : start + 8])
    for i, j in selection_network(n, k, in_groups).tolist():
        values[i], values[j] = sorted((values[i], values[j]))
    assert values[k - 1] == expected


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [3, 7, 13])
def test_the_kernel_as_plain_python(dtype, size, monkeypatch):
    image = np.random.default_rng(7).integers(0, 200, (6, 5)).astype(dtype)
    for k in (1, 4, size * size):
        monkeypatch.delenv("MEDIEDU_NO_COMPILE", raising=False)
        compiled = knn_smooth(image, size, k)
        monkeypatch.setenv("MEDIEDU_NO_COMPILE", "1")
        np.testing.assert_allclose(knn_smooth(image, size, k), compiled, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"size": 4}, "odd whole number"),
        ({"size": 1}, "odd whole number"),
        ({"size": 3.0}, "odd whole number"),
        ({"size": True}, "odd whole number"),
        ({"k": 0}, "1 to 9"),
        ({"k": 10}, "1 to 9"),
        ({"k": 2.5}, "1 to 9"),
        ({"mode": "symmetric"}, "border modes reflect"),
        ({"channel_axis": 0}, "three axes"),
        ({"threads": 0}, "threads"),
        ({"threads": 1.5}, "threads"),
    ],
)
def test_bad_arguments_get_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        knn_smooth(np.zeros((5, 5)), **arguments)


def test_floats_too_far_apart_to_add_up_get_a_sentence():
    with pytest.raises(ValueError, match="Scale the image down"):
        knn_smooth(np.array([[-1e308, 1e308]]))
