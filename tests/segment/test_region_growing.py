"""Region growing against a plain reference and skimage's flood, in two and three dimensions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from segment_references import grow_by_definition
from skimage import data
from skimage.segmentation import flood

from mediedu.segment import region_grow
from mediedu.segment.region_growing import RULES


@st.composite
def cases(draw):
    shape = draw(
        st.one_of(
            st.tuples(st.integers(1, 8), st.integers(1, 8)),
            st.tuples(
                st.sampled_from([1, 2, 5]), st.integers(1, 4), st.sampled_from([1, 2, 5])
            ),  # not colour
        )
    )
    dtype, low, high = draw(
        st.sampled_from([("uint8", 250, 255), ("int16", -32768, -32764), ("float64", -3, 3)])
    )
    image = draw(hnp.arrays(dtype, shape, elements=st.integers(low, high)))
    seeds = draw(st.lists(st.tuples(*(st.integers(0, n - 1) for n in shape)), min_size=1, max_size=3))
    return image, seeds, draw(st.sampled_from([0, 0.5, 1, 2, 4])), draw(st.integers(1, len(shape)))


@pytest.mark.parametrize("rule", RULES)
@given(case=cases())
@settings(max_examples=50, deadline=None)
def test_equals_the_definition(rule, case):
    image, seeds, tolerance, reach = case
    result = region_grow(image, seeds, tolerance, rule=rule, connectivity=reach)
    assert result.dtype == bool
    assert np.array_equal(result, grow_by_definition(image, seeds, tolerance, rule, reach))


@pytest.mark.parametrize("connectivity", [1, 2])
def test_the_rule_seed_is_flood(connectivity):
    image = data.coins()
    for seed in [(60, 40), (150, 200), (0, 0), (302, 383)]:
        result = region_grow(image, seed, 20, connectivity=connectivity)
        # In a wide dtype, where skimage's limits can't run out of range.
        assert np.array_equal(
            result, flood(image.astype(np.int64), seed, connectivity=connectivity, tolerance=20)
        )


@given(case=cases())
@settings(max_examples=40, deadline=None)
def test_turning_or_mirroring_the_image_turns_the_region(case):
    image, seeds, tolerance, reach = case
    mirrored = [(image.shape[0] - 1 - s[0], *s[1:]) for s in seeds]
    for rule in RULES:
        region = region_grow(image, seeds, tolerance, rule=rule, connectivity=reach)
        turned = region_grow(image.T, [s[::-1] for s in seeds], tolerance, rule=rule, connectivity=reach)
        assert np.array_equal(turned, region.T)
        flipped = region_grow(image[::-1], mirrored, tolerance, rule=rule, connectivity=reach)
        assert np.array_equal(flipped, region[::-1])


@given(case=cases())
@settings(max_examples=40, deadline=None)
def test_a_wider_tolerance_never_loses_a_pixel(case):
    image, seeds, tolerance, reach = case
    for rule in ("seed", "neighbour"):
        narrow, wide = (
            region_grow(image, seeds, t, rule=rule, connectivity=reach) for t in (tolerance, tolerance + 1)
        )
        assert (wide | ~narrow).all()


def test_no_wrap_at_the_ends_of_uint8():
    image = np.array([[250, 255, 3, 0]], dtype=np.uint8)
    assert region_grow(image, (0, 1), 10).tolist() == [[True, True, False, False]]


def test_the_kernels_as_plain_python(monkeypatch):
    image = data.coins()[40:70, 20:60]
    compiled = [region_grow(image, [(5, 5), (20, 30)], 15, rule=rule) for rule in RULES]
    monkeypatch.setenv("MEDIEDU_NO_COMPILE", "1")
    for rule, region in zip(RULES, compiled, strict=True):
        assert np.array_equal(region_grow(image, [(5, 5), (20, 30)], 15, rule=rule), region)


def test_a_constant_image_is_filled():
    for rule in RULES:
        assert region_grow(np.full((4, 5, 6), 3.0), (0, 0, 0), 0, rule=rule).all()


IMAGE = np.zeros((4, 6))


@pytest.mark.parametrize(
    ("image", "seeds", "options", "error", "words"),
    [
        (IMAGE, (4, 0), {}, ValueError, r"seed \(4, 0\) lies outside.*row first"),
        (IMAGE, (-1, 0), {}, ValueError, "outside"),
        (IMAGE, (9, 9), {}, ValueError, r"outside the image, whose shape is \(4, 6\)\.$"),
        (IMAGE, (1, 1, 1), {}, ValueError, r"seed \(row, column\)"),
        (IMAGE, [], {}, ValueError, r"seed \(row, column\)"),
        (IMAGE, (1.0, 1.0), {}, TypeError, "whole numbers"),
        (IMAGE, (1, 1), {"tolerance": -1}, ValueError, "tolerance of 0 or more"),
        (IMAGE, (1, 1), {"tolerance": np.nan}, ValueError, "tolerance of 0 or more"),
        (IMAGE, (1, 1), {"rule": "median"}, ValueError, "seed, mean, neighbour"),
        (IMAGE, (1, 1), {"connectivity": 3}, ValueError, "from 1"),
        (np.full((4, 6), np.nan), (1, 1), {}, ValueError, "NaN"),
        (np.zeros((4, 6, 3)), (1, 1, 1), {}, ValueError, "colour"),
        (np.zeros((4, 6), bool), (1, 1), {}, TypeError, "no grey levels"),
    ],
)
def test_bad_input_gets_a_sentence(image, seeds, options, error, words):
    with pytest.raises(error, match=words):
        region_grow(image, seeds, **{"tolerance": 1, **options})
