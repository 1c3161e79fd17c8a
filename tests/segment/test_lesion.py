"""A lesion without a seed: on masses where it must be found, and on images where it can't."""

import numpy as np
import pytest
from scipy import ndimage

from mediedu.data import phantom
from mediedu.segment import dice, segment_lesion

pytest_plugins = ("busi_subset",)


def test_computed_masses_of_both_kinds():
    # The first of the training part of the set "breast_masses".
    masses = [phantom.breast_mass(("benign", "malignant")[i % 2], 128, seed=i) for i in range(14)]
    reached = [dice(segment_lesion(mass.image), mass.mask) for mass in masses]
    assert np.mean(reached) > 0.95
    assert min(reached) > 0.85


def test_one_piece_without_holes_of_the_images_shape():
    for shape in [(70, 128), (128, 70), (200, 333), (32, 32)]:
        image = np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)
        mask = segment_lesion(image)
        assert mask.shape == shape
        assert mask.dtype == bool
        assert mask.any()
        assert ndimage.label(mask, np.ones((3, 3)))[1] == 1
        assert np.array_equal(mask, ndimage.binary_fill_holes(mask))


def test_the_size_of_the_image_hardly_matters():
    mass = phantom.breast_mass("benign", size=384, seed=5)
    assert dice(segment_lesion(mass.image), mass.mask) > 0.93


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32", "float64"])
def test_neither_dtype_nor_units_matter(dtype):
    image = phantom.breast_mass("malignant", size=128, seed=2).image
    shifted = (image.astype(np.float64) * 4 + 100).astype(dtype)
    assert dice(segment_lesion(shifted), segment_lesion(image)) > 0.999


def test_a_bright_mass_is_a_dark_one_turned_over():
    image = phantom.breast_mass("benign", size=128, seed=4).image
    assert np.array_equal(segment_lesion(255 - image, bright=True), segment_lesion(image))
    film = phantom.breast_mass("benign", size=128, background="film", seed=4)
    assert dice(segment_lesion(film.image, bright=True), film.mask) > 0.7


def test_left_and_right_are_alike():
    image = phantom.breast_mass("benign", size=128, seed=6).image
    assert dice(segment_lesion(image[:, ::-1]), segment_lesion(image)[:, ::-1]) > 0.99


@pytest.mark.parametrize(
    ("image", "error", "words"),
    [
        (np.full((64, 64), 9, np.uint8), ValueError, "every pixel of this image is 9"),
        (np.eye(20), ValueError, "at least 32"),
        (np.random.default_rng(0).random((40, 200)), ValueError, "four times"),
        (np.full((64, 64), np.nan), ValueError, "NaN"),
        (np.zeros((64, 64, 3)), ValueError, "axes"),
        (np.zeros((64, 64), bool), TypeError, "no grey levels"),
    ],
)
def test_bad_input_gets_a_sentence(image, error, words):
    with pytest.raises(error, match=words):
        segment_lesion(image)


def test_one_dark_pixel_draws_the_proposal_to_itself():
    image = np.full((64, 64), 100, np.uint8)
    image[30, 30] = 0
    mask = segment_lesion(image)
    assert mask[30, 30]
    assert mask.sum() < 60


@pytest.mark.data
def test_real_ultrasound_is_read_without_a_seed(ultrasound):
    some = [*ultrasound[:15:3], *ultrasound[32:47:3]]
    assert [kind for _, _, kind in some] == ["benign"] * 5 + ["malignant"] * 5
    assert np.mean([dice(segment_lesion(image), truth) for image, truth, _ in some]) > 0.55
