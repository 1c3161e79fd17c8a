"""Hu's moments, boundary moments, chord lengths and the 15 features."""

import math
import warnings

import numpy as np
import pytest
from describe_outlines import circle, disk
from describe_reference import boundary_by_definition, chords_by_definition, hu_by_definition
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import measure

from mediedu.data import phantom
from mediedu.describe import (
    SHAPE_FEATURES,
    boundary_moments,
    chord_length_statistics,
    hu_moments,
    shape_features,
    trace_contour,
)

DESIGN = [f"hu_{i}" for i in range(1, 8)] + [f"boundary_{i}" for i in (1, 2, 3)]
DESIGN += ["chord_mean", "chord_std", "chord_skewness", "chord_kurtosis", "fourier_factor"]


def random_contour(seed, n=40):
    return np.random.default_rng(seed).normal(size=(n, 2)).cumsum(axis=0)


# Another first point: 256 points fall elsewhere between the corners. Of the 1000 masks that the test may draw
# the worst moved by less than four fifths of this. Skewnesses lie near 0: theirs is no share of the value.
MOVED_BY_A_TURN = {
    "boundary_1": {"rel": 0.003},
    "boundary_2": {"abs": 0.02},
    "boundary_3": {"rel": 0.025},
    "chord_mean": {"rel": 0.01},
    "chord_std": {"rel": 0.01},
    "chord_skewness": {"abs": 0.00065},
    "chord_kurtosis": {"rel": 0.0005},
    "fourier_factor": {"rel": 0.035},
}
seeds = st.integers(0, 2**32 - 1)
moves = st.tuples(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 20), st.floats(0, 6.28), st.integers(0, 39)
)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_numbers_of_a_contour_equal_the_definitions(seed):
    contour = random_contour(seed)
    np.testing.assert_allclose(boundary_moments(contour), boundary_by_definition(contour), rtol=1e-9)
    np.testing.assert_allclose(chord_length_statistics(contour), chords_by_definition(contour), rtol=1e-9)


@given(seeds, moves, st.sampled_from([1, -1]))
@settings(max_examples=60, deadline=None)
def test_numbers_of_a_contour_know_neither_place_size_turn_start_nor_sense(seed, move, sense):
    contour = random_contour(seed)
    x, y, scale, angle, start = move
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    other = np.roll(contour[::sense], start, axis=0) @ turn * scale + (x, y)
    for function in (boundary_moments, chord_length_statistics):
        np.testing.assert_allclose(function(other), function(contour), rtol=1e-9, atol=1e-9)


def test_textbook_values_of_a_circle():
    first, second, third = boundary_moments(circle(256))
    assert first < 1e-9
    assert second == third == 0
    mean, deviation, skewness, kurtosis = chord_length_statistics(circle(4096))
    assert mean == pytest.approx(2 / math.pi, abs=2e-4)
    assert deviation == pytest.approx(0.3078, abs=2e-4)
    # ∫ of the arcsine-like density of |2 sin(t/2)| / 2: third and fourth central moments in closed form
    m, v = 2 / math.pi, 0.5 - 4 / math.pi**2
    third_moment = 4 / (3 * math.pi) - 3 * m * 0.5 + 2 * m**3
    fourth_moment = 3 / 8 - 4 * m * 4 / (3 * math.pi) + 6 * m * m * 0.5 - 3 * m**4
    assert skewness == pytest.approx(third_moment / v**1.5, abs=2e-3)
    assert kurtosis == pytest.approx(fourth_moment / v**2, abs=2e-3)


def test_a_rasterised_disk_comes_near_the_circle():
    found = shape_features(disk(120))
    assert found["boundary_1"] < 0.003
    assert found["chord_mean"] == pytest.approx(2 / math.pi, abs=0.006)
    assert found["chord_std"] == pytest.approx(0.3078, abs=0.006)
    assert found["fourier_factor"] == pytest.approx(0.015, abs=0.003)
    assert found["hu_1"] == pytest.approx(1 / (2 * math.pi), abs=1e-5)


def test_equal_chords_and_equal_distances_have_no_shape():
    triangle = [[0, 0], [1, 0], [0.5, math.sqrt(3) / 2]]
    np.testing.assert_allclose(chord_length_statistics(triangle), [1, 0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(boundary_moments(triangle), [0, 0, 0], atol=1e-9)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_hu_equals_skimage_and_the_definition(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random(rng.integers(2, 30, 2)) < rng.uniform(0.1, 0.95)
    mask[0, 0] = True
    moments = measure.moments_normalized(measure.moments_central(mask.astype(float)))
    theirs, found = measure.moments_hu(moments), hu_moments(mask)
    slow = hu_by_definition(mask)
    scale = np.abs(slow).max()
    np.testing.assert_allclose(found, theirs, rtol=1e-9, atol=1e-13 * max(scale, 1))
    np.testing.assert_allclose(found, slow, rtol=1e-9, atol=1e-13 * max(scale, 1))


def test_hu_of_real_sizes_equals_skimage():
    mask = phantom.breast_mass("malignant", size=512, seed=2).labels > 0
    moments = measure.moments_normalized(measure.moments_central(mask.astype(float)))
    np.testing.assert_allclose(hu_moments(mask), measure.moments_hu(moments), rtol=1e-7, atol=1e-16)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_features_know_neither_place_nor_quarter_turns(seed):
    mask = phantom.breast_mass("malignant" if seed % 2 else "benign", size=64, seed=seed % 1000).labels > 0
    placed = np.zeros((150, 140), bool)
    row, column = np.random.default_rng(seed).integers(0, 70, 2)
    placed[row : row + 64, column : column + 64] = mask
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        here, there = (np.array(list(shape_features(m).values())) for m in (mask, placed))
        turned = np.array(list(shape_features(np.rot90(mask)).values()))
    np.testing.assert_allclose(there, here, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(turned[:7], here[:7], rtol=1e-7, atol=1e-12)
    for name, value, other in zip(SHAPE_FEATURES[7:], here[7:], turned[7:], strict=True):
        assert other == pytest.approx(value, **MOVED_BY_A_TURN[name]), name


def test_size_and_rotation_matter_little():
    def blob(scale, angle):
        row, column = np.indices((500, 500)) - 250.0
        x = np.cos(angle) * column + np.sin(angle) * row
        y = -np.sin(angle) * column + np.cos(angle) * row
        phi = np.arctan2(y, x)
        return np.hypot(x / 1.5, y) < scale * (1 + 0.2 * np.cos(3 * phi))

    plain = shape_features(blob(60, 0))
    for other in (shape_features(blob(110, 0)), shape_features(blob(60, 1.0))):
        for name in ("hu_1", "hu_2", "boundary_1", "chord_mean", "chord_std"):
            assert other[name] == pytest.approx(plain[name], rel=0.03), name
        assert other["fourier_factor"] == pytest.approx(plain["fourier_factor"], abs=0.02)


def test_the_15_features_are_the_designs_in_its_order():
    assert list(SHAPE_FEATURES) == DESIGN
    mask = phantom.breast_mass("malignant", seed=4).labels > 0
    found = shape_features(mask)
    contour = trace_contour(mask)
    assert list(found) == DESIGN
    assert all(type(value) is float and math.isfinite(value) for value in found.values())
    values = list(found.values())
    np.testing.assert_allclose(values[:7], hu_moments(mask), rtol=1e-12)
    np.testing.assert_allclose(values[7:10], boundary_moments(contour), rtol=1e-9)
    np.testing.assert_allclose(values[10:14], chord_length_statistics(contour), rtol=1e-9)
    logs = shape_features(mask, log=True)
    for name in DESIGN[:7]:
        assert logs[name] == pytest.approx(math.copysign(1, found[name]) * math.log10(abs(found[name])))
    assert [logs[name] for name in DESIGN[7:]] == values[7:]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "mask",
    [np.ones((1, 1)), np.ones((1, 9)), np.ones((7, 7)), np.eye(5), disk(3), np.pad(np.ones((1, 2)), 4)],
    ids=["one pixel", "a line", "the whole image", "a diagonal", "a disk", "two pixels"],
)
def test_no_feature_is_ever_nan(mask, log):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = list(shape_features(mask, log=log).values())
    assert np.isfinite(values).all()


def test_a_mask_at_the_border_counts_as_if_it_ended_there():
    half = disk(20, 101)[:, 50:]
    inside = np.pad(half, 5)
    np.testing.assert_allclose(
        list(shape_features(half).values()), list(shape_features(inside).values()), rtol=1e-9, atol=1e-15
    )


def test_several_blobs_and_holes_are_said_once():
    mask = disk(20, 101)
    alone = shape_features(mask)
    mask[2:5, 2:5] = True
    with pytest.warns(UserWarning, match="2 blobs") as said:
        found = shape_features(mask)
    assert len(said) == 1
    assert "test_shape_numbers" in said[0].filename
    assert found == pytest.approx(alone)
    mask[2:5, 2:5] = False
    mask[50, 50] = False
    with pytest.warns(UserWarning, match="1 hole"):
        shape_features(mask)


@pytest.mark.parametrize(
    ("call", "problem", "words"),
    [
        (lambda: shape_features(np.zeros((9, 9), bool)), ValueError, "shape_features.*empty"),
        (lambda: shape_features(np.full((9, 9), np.nan)), ValueError, "NaN"),
        (lambda: shape_features(np.full((9, 9), np.inf)), ValueError, "NaN"),
        (lambda: shape_features(np.arange(9.0).reshape(3, 3)), ValueError, "threshold"),
        (lambda: shape_features(disk(5), points=4), ValueError, "from 8 up"),
        (lambda: hu_moments(np.zeros((9, 9))), ValueError, "hu_moments.*empty"),
        (lambda: hu_moments(np.zeros(9)), ValueError, "shape"),
        (lambda: boundary_moments(np.ones((9, 2))), ValueError, "coincide"),
        (lambda: chord_length_statistics(np.ones((9, 2))), ValueError, "coincide"),
        (lambda: chord_length_statistics([[0, 0], [1, np.nan], [2, 2]]), ValueError, "NaN"),
    ],
)
def test_bad_input_gets_a_sentence(call, problem, words):
    with pytest.raises(problem, match=words):
        call()


def test_kernels_run_as_plain_python(monkeypatch):
    from mediedu.describe import elliptic_descriptors, glcm, glcm_properties, texture_map

    contour = random_contour(0, 12)
    image = np.random.default_rng(0).integers(0, 8, (9, 10), dtype=np.uint8)

    def everything():
        maps = texture_map(image, 5, 4, ("contrast", "ASM", "entropy"), limits=(0, 7))
        matrix = glcm(image, [1, 2], levels=8)
        properties = glcm_properties(matrix)
        return [
            chord_length_statistics(contour),
            elliptic_descriptors(contour, 4),
            matrix,
            *maps.values(),
            *properties.values(),
        ]

    compiled = everything()
    monkeypatch.setenv("MEDIEDU_NO_COMPILE", "1")
    for plain, fast in zip(everything(), compiled, strict=True):
        np.testing.assert_allclose(plain, fast, rtol=1e-12, atol=1e-14)
