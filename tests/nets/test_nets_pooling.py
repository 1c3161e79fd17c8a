"""Dilation and erosion by max-pooling against scikit-image's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from skimage import morphology

from mediedu.nets import dilate_by_pooling, erode_by_pooling


@settings(max_examples=40, deadline=None)
@given(
    mask=arrays(bool, array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=9)),
    size=st.sampled_from([1, 3, 5]),
)
def test_pooling_equals_the_morphology_of_scikit_image(mask, size):
    square = np.ones((size,) * mask.ndim, bool)
    dilated, eroded = dilate_by_pooling(mask, size), erode_by_pooling(mask, size)
    assert dilated.dtype == eroded.dtype == bool
    np.testing.assert_array_equal(dilated, morphology.dilation(mask, square))
    np.testing.assert_array_equal(eroded, morphology.erosion(mask, square))
    assert (eroded <= mask).all()
    assert (mask <= dilated).all()


def test_probabilities_have_their_grey_dilation_and_erosion():
    probability = np.random.default_rng(0).random((12, 9)).astype(np.float32)
    square = np.ones((3, 3), bool)
    assert dilate_by_pooling(probability).dtype == np.float32
    np.testing.assert_array_equal(dilate_by_pooling(probability), morphology.dilation(probability, square))
    np.testing.assert_array_equal(erode_by_pooling(probability), morphology.erosion(probability, square))


@pytest.mark.parametrize("change", [dilate_by_pooling, erode_by_pooling])
def test_what_does_not_fit_is_said(change):
    with pytest.raises(ValueError, match="take one image and one class"):
        change(np.zeros((2, 8, 8, 1)))
    with pytest.raises(ValueError, match="odd whole number"):
        change(np.zeros((8, 8)), 2)
    with pytest.raises(ValueError, match="NaN"):
        change(np.array([[0.5, np.nan]]))
