"""Texture maps against skimage's matrix of each window."""

import numpy as np
import pytest
from describe_reference import texture_by_skimage
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from mediedu.describe import PROPERTIES, quantise, texture_map
from mediedu.describe.texture_map import BORDERS


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([3, 5, 9]),
    st.sampled_from([1, 2]),
    st.sampled_from([[0.0], [np.pi / 4], [np.pi / 2], [3 * np.pi / 4], [-np.pi / 4], [0.0, np.pi / 2]]),
    st.sampled_from(list(BORDERS)),
)
@settings(max_examples=25, deadline=None)
def test_equals_skimage_window_by_window(seed, window, distance, angles, mode):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (rng.integers(5, 12), rng.integers(5, 12)), dtype=np.uint8)
    image[: rng.integers(0, 5)] = 99  # a flat part
    places = [(r, c) for r in range(image.shape[0]) for c in range(0, image.shape[1], 2)]
    expected = texture_by_skimage(
        quantise(image, 8), window, 8, distance, angles, PROPERTIES, places, BORDERS[mode]
    )
    maps = texture_map(image, window, 8, PROPERTIES, distance=distance, angles=angles, mode=mode)
    assert tuple(maps) == PROPERTIES
    for name, values in zip(PROPERTIES, expected, strict=True):
        assert maps[name].shape == image.shape
        found = [maps[name][place] for place in places]
        np.testing.assert_allclose(found, values, rtol=1e-9, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("levels", [32, 256])
def test_a_photograph_equals_skimage_to_twelve_digits(levels):
    image = data.camera()[100:180, 150:250]
    names = ("contrast", "homogeneity", "ASM", "energy", "correlation", "entropy")
    places = [(int(r), int(c)) for r, c in np.random.default_rng(0).integers(0, 80, (40, 2))]
    expected = texture_by_skimage(
        quantise(image, levels), 15, levels, 1, [0.0], names, places, BORDERS["reflect"]
    )
    maps = texture_map(image, 15, levels, names)
    for name, values in zip(names, expected, strict=True):
        found = [maps[name][place] for place in places]
        np.testing.assert_allclose(found, values, rtol=1e-11, atol=1e-12, err_msg=name)


def test_a_wide_window_neither_saturates_nor_drifts():
    image = data.camera()[:110, :120]
    maps = texture_map(image, 101, 16, ("ASM", "entropy", "contrast"))
    expected = texture_by_skimage(
        quantise(image, 16), 101, 16, 1, [0.0], ("ASM", "entropy", "contrast"), [(109, 119)], "symmetric"
    )
    found = [maps[name][109, 119] for name in ("ASM", "entropy", "contrast")]
    np.testing.assert_allclose(found, expected[:, 0], rtol=1e-11)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_flips_and_turns_with_the_image(seed):
    image = np.random.default_rng(seed).integers(0, 256, (9, 13), dtype=np.uint8)
    plain = texture_map(image, 5, 8, PROPERTIES)
    flipped = texture_map(image[:, ::-1], 5, 8, PROPERTIES)
    turned = texture_map(np.rot90(image), 5, 8, PROPERTIES, angles=[np.pi / 2])
    for name in PROPERTIES:
        np.testing.assert_allclose(flipped[name][:, ::-1], plain[name], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(np.rot90(turned[name], -1), plain[name], rtol=1e-12, atol=1e-12)


def test_a_constant_image_has_the_documented_answers():
    maps = texture_map(np.full((9, 9), 5.0), 5, 8, PROPERTIES)
    for name, value in {"contrast": 0, "energy": 1, "correlation": 1, "entropy": 0, "std": 0}.items():
        np.testing.assert_allclose(maps[name], value, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "problem", "words"),
    [
        ({"window": 4}, ValueError, "odd"),
        ({"window": 1}, ValueError, "3 to 255"),
        ({"levels": 257}, ValueError, "2 to 256"),
        ({"mode": "constant"}, ValueError, "border modes"),
        ({"properties": "smoothness"}, ValueError, "smoothness"),
        ({"window": 3, "distance": 3}, ValueError, "no pairs"),
        ({"distance": 0}, ValueError, "no pairs"),
        ({"angles": []}, ValueError, "angle"),
        ({"angles": 0.0}, ValueError, "lists of distances and angles"),
        ({"image": np.zeros((3, 8, 8))}, ValueError, r"\(row, column\)"),
        ({"image": np.full((8, 8), np.nan)}, ValueError, "NaN"),
        ({"image": np.zeros((8, 8), bool)}, TypeError, "grey levels"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, problem, words):
    with pytest.raises(problem, match=words):
        texture_map(**({"image": np.zeros((8, 8), np.uint8), "window": 5} | arguments))
