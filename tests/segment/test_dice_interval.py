"""The interval of a Dice is that of a loop over drawn slices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.segment import dice_interval, dice_per_class


def volumes(seed, slices=12, wrong=0.2):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, (slices, 5, 6))
    return truth, *(np.where(rng.random(truth.shape) < p, 3 - truth, truth) for p in (wrong, 1.5 * wrong))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99), block=st.integers(1, 5), compared=st.booleans())
def test_it_is_that_of_slices_drawn_one_by_one(seed, block, compared) -> None:
    truth, found, other = volumes(seed, slices=14)
    result = dice_interval(
        truth, found, other if compared else None, block=block, repeats=40, seed=seed, level=0.8
    )
    blocks = [list(range(a, min(a + block, 14))) for a in range(0, 14, block)]
    draws = np.random.default_rng(seed).multinomial(len(blocks), [1 / len(blocks)] * len(blocks), size=40)
    drawn = {1: [], 2: [], 3: []}
    for times in draws:
        rows = [row for b, n in zip(blocks, times, strict=True) for _ in range(n) for row in b]
        one, two = (dice_per_class(truth[rows], labels[rows], [1, 2, 3]) for labels in (found, other))
        for k in drawn:
            drawn[k].append(two[k] - one[k] if compared else one[k])
    whole, second = dice_per_class(truth, found), dice_per_class(truth, other)
    assert list(result) == [1, 2, 3]
    for k, (value, low, high) in result.items():
        assert value == pytest.approx(second[k] - whole[k] if compared else whole[k])
        assert (low, high) == pytest.approx(tuple(np.quantile(drawn[k], [0.1, 0.9])))


def test_blocks_widen_the_interval_of_slices_that_resemble_their_neighbours() -> None:
    rng = np.random.default_rng(0)
    truth = np.ones((60, 10, 10), int)
    wrong = np.repeat(rng.random(6), 10)[:, None, None]
    found = np.where(rng.random(truth.shape) < wrong, 2, 1)
    widths = [
        high - low for block in (1, 10) for _, low, high in [dice_interval(truth, found, block=block)[1]]
    ]
    assert widths[1] > 1.5 * widths[0]


def test_equal_segmentations_differ_by_nothing() -> None:
    truth, found, _ = volumes(1)
    assert dice_interval(truth, found, found) == dict.fromkeys((1, 2, 3), (0.0, 0.0, 0.0))


def test_a_class_that_is_nowhere_has_dice_one_and_the_background_can_be_asked_for() -> None:
    truth, found, _ = volumes(2)
    result = dice_interval(truth, found, classes=[0, 7])
    assert result[7] == (1.0, 1.0, 1.0)
    assert result[0][0] == pytest.approx(dice_per_class(truth, found, [0])[0])


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"found": np.zeros((3, 4), int)}, ValueError, "all need the same"),
        ({"found": np.zeros((3, 4, 4))}, TypeError, "float64"),
        ({"block": 3}, ValueError, "make 1 block"),
        ({"block": 0}, ValueError, "block is 0"),
        ({"level": 1.0}, ValueError, "level 1.0"),
    ],
)
def test_bad_input_gets_a_sentence(options, kind, sentence) -> None:
    given = {"truth": np.ones((3, 4, 4), int), "found": np.ones((3, 4, 4), int), **options}
    with pytest.raises(kind, match=sentence):
        dice_interval(**given)
