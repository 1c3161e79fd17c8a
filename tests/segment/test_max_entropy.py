"""Kapur's threshold against a search over all levels, and where it can't be found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from segment_references import kapur_by_definition
from skimage import data

from mediedu.segment import threshold_max_entropy

KINDS = {"uint8": (0, 255), "uint16": (0, 65535), "int16": (-32768, 32767)}


@st.composite
def images(draw):
    dtype = draw(st.sampled_from(list(KINDS)))
    low, high = KINDS[dtype]
    if draw(st.booleans()):  # few levels, so that sums tie
        low = draw(st.integers(low, high - 6))
        high = low + 6
    shape = draw(st.tuples(st.integers(1, 7), st.integers(2, 7)))
    return draw(hnp.arrays(dtype, shape, elements=st.integers(low, high)))


@given(images())
@settings(max_examples=200, deadline=None)
def test_is_the_lowest_best_level_of_a_search(image):
    sums = kapur_by_definition(image.ravel().tolist())
    if not sums:
        with pytest.raises(ValueError, match="at least two grey levels"):
            threshold_max_entropy(image)
        return
    best = max(sums.values())
    threshold = threshold_max_entropy(image)
    assert isinstance(threshold, int)
    assert threshold == min(t for t, total in sums.items() if total >= best - 1e-12)


def test_a_gap_in_the_histogram_gives_its_lower_end():
    image = np.array([[0, 0, 1, 1, 200, 200, 201, 201]], dtype=np.uint8)
    assert threshold_max_entropy(image) == 1  # 1 to 199 split alike


def test_symmetric_ties_give_the_lowest():
    # Levels 5, 1, 1, 5 times: splitting after the first is as good as after the third.
    image = np.repeat(np.arange(4), [5, 1, 1, 5])[None].astype(np.uint8)
    sums = kapur_by_definition(image.ravel().tolist())
    assert sums[0] == pytest.approx(sums[2], abs=1e-13)
    assert threshold_max_entropy(image) == min(t for t in sums if sums[t] > max(sums.values()) - 1e-12)


@pytest.mark.parametrize("name", ["camera", "moon", "coins", "page"])
def test_real_pictures(name):
    image = getattr(data, name)()
    sums = kapur_by_definition(image.ravel().tolist())
    assert threshold_max_entropy(image) == max(sums, key=sums.get)


@given(images(), st.integers(2, 4))
@settings(max_examples=50, deadline=None)
def test_repeating_every_pixel_changes_nothing(image, times):
    if np.ptp(image.astype(int)) > 0:
        assert threshold_max_entropy(np.tile(image, (times, 1))) == threshold_max_entropy(image)


def test_floats_split_as_their_bins_were_counted():
    rng = np.random.default_rng(0)
    image = np.concatenate([rng.normal(0, 1, 3000), rng.normal(9, 2, 1000)]).reshape(50, 80)
    threshold = threshold_max_entropy(image, bins=64)
    edges = np.linspace(image.min(), image.max(), 65)
    index = np.clip(np.searchsorted(edges, image, side="right") - 1, 0, 63)
    sums = kapur_by_definition(index.ravel().tolist())
    assert np.array_equal(image > threshold, index > max(sums, key=sums.get))
    assert threshold in image


def test_integers_and_the_same_integers_as_floats_agree():
    image = data.coins()
    assert threshold_max_entropy(image.astype(float), bins=int(np.ptp(image)) + 1) == threshold_max_entropy(
        image
    )


def test_huge_floats_do_not_overflow():
    image = np.array([[-8e307, -7e307, 7e307, 8e307]])
    assert threshold_max_entropy(image) == -7e307


def test_a_mask_counts_only_what_lies_in_it():
    image = data.coins()
    mask = np.zeros(image.shape, dtype=bool)
    mask[50:150, 30:200] = True
    assert threshold_max_entropy(image, mask=mask) == threshold_max_entropy(image[50:150, 30:200])


@pytest.mark.parametrize(
    ("image", "options", "error", "words"),
    [
        (np.full((4, 4), 7, np.uint8), {}, ValueError, "every pixel in the image is 7"),
        (np.full((4, 4), 0.5), {}, ValueError, "every pixel in the image is 0.5"),
        (np.array([[1.0, np.nan]]), {}, ValueError, "NaN"),
        (np.array([[1.0, np.inf]]), {}, ValueError, "infinite"),
        (np.zeros((0, 4)), {}, ValueError, "empty"),
        (np.zeros(4), {}, ValueError, "axes"),
        (np.zeros((4, 5, 3)), {}, ValueError, "colour"),
        (np.zeros((4, 4), bool), {}, TypeError, "mask"),
        (np.eye(4), {"bins": 1}, ValueError, "bins"),
        (np.eye(4), {"bins": 2.5}, ValueError, "bins"),
        (np.eye(4), {"mask": np.zeros((4, 4))}, ValueError, "holds no pixel"),
        (np.eye(4), {"mask": np.ones((4, 5))}, ValueError, "image's shape"),
        (np.eye(4), {"mask": np.eye(4)}, ValueError, "every pixel in the mask is 1"),
    ],
)
def test_bad_input_gets_a_sentence(image, options, error, words):
    with pytest.raises(error, match=words):
        threshold_max_entropy(image, **options)
