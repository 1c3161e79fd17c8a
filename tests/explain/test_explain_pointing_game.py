"""The pointing game against a loop, on worked examples, and on what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.explain import pointing_game


def by_loop(maps, masks, tolerance=0):
    """Look at each pixel in turn; a tied maximum counts by the share of its pixels that hit."""
    hits = []
    for one, mask in zip(maps, masks, strict=True):
        best, found = -np.inf, []
        for row in range(one.shape[0]):
            for column in range(one.shape[1]):
                near = any(
                    mask[r, c] and abs(r - row) + abs(c - column) <= tolerance
                    for r in range(one.shape[0])
                    for c in range(one.shape[1])
                )
                if one[row, column] > best:
                    best, found = one[row, column], []
                if one[row, column] == best:
                    found.append(near)
        hits.append(np.mean(found))
    return np.array(hits)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 2))
def test_hits_equal_those_of_a_loop(seed: int, tolerance: int) -> None:
    rng = np.random.default_rng(seed)
    maps = rng.integers(-2, 3, (3, 5, 6)).astype(float)  # few levels, so that maxima are tied
    maps[:, 0, 0] = 3 * rng.integers(0, 2, 3) - 5
    masks = rng.random((3, 5, 6)) < 0.3
    masks[:, 2, 2] = True
    game = pointing_game(maps, masks, tolerance=tolerance)
    assert np.allclose(game.hits, by_loop(maps, masks, tolerance))
    assert game.rate.value == pytest.approx(game.hits.mean())
    assert game.rate.low <= game.rate.value <= game.rate.high


def test_absolute_blur_and_channels() -> None:
    maps = np.zeros((1, 9, 9, 2))
    maps[0, 1, 1] = [1.0, 2.0]  # 3 in all
    maps[0, 6, 6, 0] = -5.0
    maps[0, 6:8, 2:4, 0] = 2.0
    masks = np.zeros((3, 1, 9, 9), bool)
    masks[0, 0, 1, 1] = masks[1, 0, 6, 6] = masks[2, 0, 6:8, 2:4] = True
    assert pointing_game(maps, masks[0]).hits.tolist() == [1]
    assert pointing_game(maps, masks[1], absolute=True).hits.tolist() == [1]
    assert pointing_game(maps, masks[2], blur=1.0).hits.sum() == 1  # the wide patch wins over the grain


def test_what_no_map_would_reach_is_told() -> None:
    masks = np.zeros((4, 8, 8), bool)
    masks[:3, 4, 4] = True
    masks[3, 0, :4] = True
    maps = np.random.default_rng(0).normal(size=masks.shape)
    game = pointing_game(maps, masks)
    assert game.middle == 0.75
    assert game.chance == pytest.approx(7 / 256)
    assert "always the middle 0.75" in str(game)
    assert "always the middle 0.75" in game.show().alt


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda maps, masks: (maps, masks * False), r"Mask 0 is empty: 2 of 2 pictures"),
        (lambda maps, masks: (maps * 0, masks), r"Map 0 is the same everywhere, so it points nowhere"),
        (lambda maps, masks: (maps * np.nan, masks), r"128 values that are NaN"),
        (lambda maps, masks: (maps, masks[:1]), r"`masks` has the shape \(1, 8, 8\)"),
        (lambda maps, masks: (maps, masks * 3), r"other than 0 and 1"),
        (lambda maps, masks: (maps[0], masks), r"One map alone is given as map\[None\]"),
    ],
)
def test_what_cannot_be_played_gets_a_sentence(change, words: str) -> None:
    maps = np.random.default_rng(0).normal(size=(2, 8, 8))
    masks = np.zeros((2, 8, 8), bool)
    masks[:, 2:4, 2:4] = True
    with pytest.raises(ValueError, match=words):
        pointing_game(*change(maps, masks))


@pytest.mark.parametrize("wrong", [{"blur": -1}, {"tolerance": 0.5}, {"tolerance": True}])
def test_wrong_settings_get_a_sentence(wrong) -> None:
    masks = np.ones((1, 4, 4), bool)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        pointing_game(np.arange(16.0).reshape(1, 4, 4), masks, **wrong)
