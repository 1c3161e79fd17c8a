"""Co-occurrence matrices and their properties: the definition, skimage, symmetries, bad input."""

import numpy as np
import pytest
from describe_reference import glcm_by_definition, properties_by_definition
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import data
from skimage.feature import graycomatrix, graycoprops

from mediedu.data import phantom
from mediedu.describe import PROPERTIES, GLCMFeatures, glcm, glcm_properties, grey_statistics, quantise
from mediedu.describe.glcm import ANGLES, offset

images = hnp.arrays(np.uint8, st.tuples(st.integers(4, 9), st.integers(4, 9)), elements=st.integers(0, 5))
HARALICK = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 2, 2, 2], [2, 2, 3, 3]], dtype=np.uint8)


@given(
    images, st.lists(st.sampled_from([1, 1.5, 2, 3]), min_size=1, max_size=2), st.booleans(), st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_equals_skimage(image, distances, symmetric, normed):
    angles = [0, np.pi / 6, np.pi / 4, np.pi / 2, 3 * np.pi / 4, np.pi, -np.pi / 4]
    ours = glcm(image, distances, angles, 6, symmetric, normed)
    theirs = graycomatrix(image, distances, angles, 6, symmetric, normed)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@given(images, st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_equals_the_definition_inside_a_mask(image, seed):
    mask = np.random.default_rng(seed).random(image.shape) < 0.8
    offsets = [offset(1, a) for a in ANGLES]
    expected = glcm_by_definition(image, offsets, 6, mask)
    if not expected.any(axis=(1, 2)).all():
        with pytest.raises(ValueError, match="inside the mask"):
            glcm(image, [1], ANGLES, 6, mask=mask)
        return
    found = glcm(image, [1], ANGLES, 6, mask=mask)
    np.testing.assert_array_equal(found[:, :, 0].transpose(2, 0, 1), expected)


@pytest.mark.parametrize(("dtype", "levels"), [("uint8", 256), ("uint16", 300), ("int64", 1000)])
def test_many_levels_and_larger_images(dtype, levels):
    image = (data.camera()[:70, :90].astype(np.int64) * levels // 256).astype(dtype)
    theirs = graycomatrix(image, [1, 4], ANGLES, levels)
    np.testing.assert_array_equal(glcm(image, [1, 4], ANGLES, levels), theirs)


@given(images, st.booleans())
@settings(max_examples=60, deadline=None)
def test_properties_equal_skimage_and_the_definition(image, symmetric):
    matrix = glcm(image, [1, 2], ANGLES, 6, symmetric)
    found = glcm_properties(matrix)
    assert tuple(found) == PROPERTIES
    for name in PROPERTIES:
        np.testing.assert_allclose(found[name], graycoprops(matrix, name), rtol=1e-12, atol=1e-12)
    slow = properties_by_definition(matrix[:, :, 1, 2])
    for name, values in found.items():
        assert values[1, 2] == pytest.approx(slow[name], rel=1e-12, abs=1e-12)


def test_properties_of_a_real_region_equal_skimage():
    image = data.camera()[200:264, 200:264]
    matrix = glcm(image, [1, 3, 5], ANGLES, symmetric=True, normed=True)
    for name, values in glcm_properties(matrix).items():
        np.testing.assert_allclose(values, graycoprops(matrix, name), rtol=1e-12)


def test_haralicks_own_example():
    # Haralick, Shanmugam and Dinstein 1973, figure 3: the four symmetric matrices of this image
    matrices = glcm(HARALICK, [1], ANGLES, 4, symmetric=True)[:, :, 0].transpose(2, 0, 1).tolist()
    assert matrices[0] == [[4, 2, 1, 0], [2, 4, 0, 0], [1, 0, 6, 1], [0, 0, 1, 2]]
    assert matrices[2] == [[6, 0, 2, 0], [0, 4, 2, 0], [2, 2, 2, 2], [0, 0, 2, 0]]
    assert sorted(matrices[1::2]) == [
        [[2, 1, 3, 0], [1, 2, 1, 0], [3, 1, 0, 2], [0, 0, 2, 0]],
        [[4, 1, 0, 0], [1, 2, 2, 0], [0, 2, 4, 1], [0, 0, 1, 0]],
    ]


@given(images)
@settings(max_examples=30, deadline=None)
def test_turning_the_image_turns_the_directions(image):
    upright = glcm(image, [1], [0, np.pi / 2], 6, symmetric=True)
    turned = glcm(np.rot90(image), [1], [np.pi / 2, 0], 6, symmetric=True)
    np.testing.assert_array_equal(upright, turned)


@given(images)
@settings(max_examples=30, deadline=None)
def test_inverting_the_grey_levels_keeps_what_it_should(image):
    one, other = (glcm_properties(glcm(i, [1], [0], 6)) for i in (image, 5 - image))
    for name in set(PROPERTIES) - {"mean"}:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one["mean"], 5 - other["mean"], atol=1e-12)


def test_a_constant_region_has_the_documented_answers():
    found = glcm_properties(glcm(np.full((8, 8), 3, np.uint8), [1], ANGLES, 8, normed=True))
    expected = {"contrast": 0, "dissimilarity": 0, "homogeneity": 1, "ASM": 1, "energy": 1}
    expected |= {"correlation": 1, "mean": 3, "variance": 0, "std": 0, "entropy": 0}
    for name, value in expected.items():
        assert (found[name] == value).all(), name


def test_a_single_matrix_gives_numbers():
    found = glcm_properties(np.eye(4), "entropy")
    assert found["entropy"].shape == ()
    assert float(found["entropy"]) == pytest.approx(np.log(4))


@pytest.mark.parametrize(
    ("call", "problem", "words"),
    [
        (lambda: glcm(np.zeros((4, 4)), levels=4), TypeError, "quantise"),
        (lambda: glcm(np.zeros((4, 4), bool), levels=4), TypeError, "quantise"),
        (lambda: glcm(np.zeros((2, 4, 4), np.uint8)), ValueError, r"\(row, column\)"),
        (lambda: glcm(np.zeros((0, 4), np.uint8)), ValueError, r"\(row, column\)"),
        (lambda: glcm(np.full((4, 4), 9, np.uint8), levels=8), ValueError, "from 0 to 7"),
        (lambda: glcm(np.full((4, 4), -1), levels=8), ValueError, "from 0 to 7"),
        (lambda: glcm(np.zeros((4, 4), np.uint16)), ValueError, "needs levels"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), levels=1), ValueError, "from 2 up"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), [4], [0]), ValueError, "4 columns apart"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), [], [0]), ValueError, "at least one"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), 1, [0]), ValueError, "lists of distances"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), [np.nan]), ValueError, "finite"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), mask=np.ones((4, 4))), ValueError, "mask of bool"),
        (lambda: glcm(np.zeros((4, 4), np.uint8), mask=np.zeros((4, 4), bool)), ValueError, "mask"),
        (lambda: glcm_properties(np.eye(3), "contrats"), ValueError, "'contrats'.*contrast"),
        (lambda: glcm_properties(np.eye(3), []), ValueError, "empty"),
        (lambda: glcm_properties(np.zeros((3, 3))), ValueError, "all zero"),
        (lambda: glcm_properties(np.full((3, 3), np.nan)), ValueError, "finite"),
        (lambda: glcm_properties(np.full((3, 3), np.inf)), ValueError, "finite"),
        (lambda: glcm_properties(np.array([[1.0, -1], [0, 1]])), ValueError, "negative"),
        (lambda: glcm_properties(np.ones((3, 4))), ValueError, "levels, levels"),
        (lambda: glcm_properties(np.full((2, 2), "a")), TypeError, "numbers"),
        (lambda: quantise(np.array([1.0, np.nan])), ValueError, "NaN"),
        (lambda: quantise(np.zeros(3), 1), ValueError, "2 to 65536"),
        (lambda: quantise(np.zeros(3), limits=(1, 1)), ValueError, "rise"),
        (lambda: grey_statistics(np.array([[np.nan]])), ValueError, "NaN"),
        (lambda: grey_statistics(np.zeros((2, 2)), np.zeros((2, 2), bool)), ValueError, "empty"),
        (lambda: grey_statistics(np.zeros((2, 2)), np.ones((2, 2))), ValueError, "mask of bool"),
    ],
)
def test_bad_input_gets_a_sentence(call, problem, words):
    with pytest.raises(problem, match=words):
        call()


@pytest.mark.parametrize("levels", [2, 3, 7, 32, 256])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_bins_are_as_wide_as_documented(dtype, levels):
    rng = np.random.default_rng(levels)
    values = rng.integers(0, 256, 500) * (1 if dtype == "uint8" else 100) - (1000 if dtype == "int16" else 0)
    image = values.astype(dtype)
    if dtype in ("uint8", "uint16"):
        low, width = 0, np.iinfo(dtype).max + 1
    else:
        low, width = int(image.min()), int(image.max()) - int(image.min()) + (dtype == "int16")
    expected = np.minimum((image.astype(np.int64) - low) * levels // width, levels - 1)
    np.testing.assert_array_equal(quantise(image, levels), expected)


def test_bins_with_limits():
    assert quantise(np.array([-5, 0, 9, 10, 99], np.int16), 10, limits=(0, 9)).tolist() == [0, 0, 9, 9, 9]
    assert quantise(np.array([-5.0, 0, 0.5, 1, 7]), 2, limits=(0, 1)).tolist() == [0, 0, 1, 1, 1]
    assert quantise(np.full((2, 2), 7.5), 4).tolist() == [[0, 0], [0, 0]]
    assert quantise(np.arange(600.0), 600).dtype == np.uint16


def test_grey_statistics_against_scipy():
    from scipy import stats

    image = data.camera()[100:200, 100:200]
    mask = np.zeros(image.shape, bool)
    mask[10:60, 20:80] = True
    found, values = grey_statistics(image, mask), image[mask].astype(float)
    assert found["mean"] == pytest.approx(values.mean())
    assert found["std"] == pytest.approx(values.std())
    assert found["skewness"] == pytest.approx(stats.skew(values))
    assert found["kurtosis"] == pytest.approx(stats.kurtosis(values, fisher=False))
    share = np.histogram(values, 32, (0, 256))[0] / values.size
    assert found["entropy"] == pytest.approx(stats.entropy(share))
    assert found["energy"] == pytest.approx((share**2).sum())
    assert (found["minimum"], found["median"], found["maximum"]) == (
        values.min(),
        np.median(values),
        values.max(),
    )


@pytest.mark.parametrize("value", [0, 7, 0.1, 1e300])
def test_grey_statistics_of_a_constant(value):
    found = grey_statistics(np.full((5, 5), value, np.float64))
    assert found["std"] == found["skewness"] == found["kurtosis"] == found["entropy"] == 0
    assert found["energy"] == 1


def test_averaged_texture_does_not_know_quarter_turns():
    images = [phantom.breast_mass(size=64, seed=seed).image for seed in range(4)]
    turned = [np.rot90(image, turns) for turns, image in enumerate(images)]
    np.testing.assert_allclose(
        GLCMFeatures().fit_transform(turned), GLCMFeatures().fit_transform(images), rtol=1e-9
    )
