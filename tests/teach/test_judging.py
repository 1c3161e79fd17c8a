"""The tools that checks share; properties over many arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mediedu.teach.exercise import NotDone, WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number

ARRAYS = hnp.arrays(
    st.sampled_from([np.uint8, np.int16, np.float32, np.float64, np.bool_]),
    hnp.array_shapes(min_dims=0, max_dims=3, max_side=4),
)


@given(ARRAYS)
def test_an_array_is_the_same_as_itself(array: np.ndarray) -> None:
    same_array(array.copy(), array)
    with pytest.raises(WrongAnswer, match="that one"):
        recognise(array, {"that one": array})


@given(
    hnp.arrays(st.sampled_from([np.uint8, np.int16, np.int64]), hnp.array_shapes(max_dims=3, max_side=5)),
    st.data(),
)
def test_the_first_differing_place_is_named(array: np.ndarray, data: st.DataObject) -> None:
    place = data.draw(st.tuples(*(st.integers(0, size - 1) for size in array.shape)))
    other = array.copy()
    other[place] ^= 1
    with pytest.raises(WrongAnswer) as told:
        same_array(other, array)
    assert f"in 1 of {array.size} places, first at [{', '.join(map(str, place))}]" in str(told.value)
    assert f"{other[place]} instead of {array[place]}." in str(told.value)


@given(ARRAYS)
def test_a_changed_input_is_told_and_the_checks_own_array_stays_whole(array: np.ndarray) -> None:
    before = array.copy()

    def spoil(image: np.ndarray) -> int:
        image[...] = ~image if image.dtype == bool else image + 1
        return 1

    if array.size and not np.array_equal(
        array, array + 1 if array.dtype != bool else ~array, equal_nan=array.dtype.kind == "f"
    ):
        with pytest.raises(WrongAnswer, match="changed the array"):
            call(spoil, array)
    np.testing.assert_array_equal(array, before)


def test_a_changed_named_argument_is_told() -> None:
    with pytest.raises(WrongAnswer, match="for a small image"):
        call(lambda image: image.sort() or 1, image=np.array([2, 1]), given="for a small image")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 10), st.floats(-20, 20))
def test_tolerance_of_a_number(expected: float, tolerance: float, offset: float) -> None:
    got = expected + offset
    if abs(got - expected) <= tolerance:
        same_number(got, expected, tolerance=tolerance)
    else:
        with pytest.raises(WrongAnswer, match="too small" if got < expected else "too large"):
            same_number(got, expected, tolerance=tolerance)


def test_nan_in_the_same_place_is_the_same() -> None:
    same_array(np.array([np.nan, 1.0]), np.array([np.nan, 1.0]))
    with pytest.raises(WrongAnswer, match="nan instead of 2"):
        same_array(np.array([1.0, np.nan]), np.array([1.0, 2.0]))


def test_stubs_are_not_wrong_but_undone() -> None:
    for judge in (lambda: an_array(...), lambda: same_number(..., 1), lambda: call(lambda: ...)):
        with pytest.raises(NotDone):
            judge()


def test_what_cannot_be_compared_is_no_known_mistake() -> None:
    recognise([1, [2]], {"no": np.zeros(2)})
    recognise(None, {"no": 0})
    recognise("text", {"no": 0})


@pytest.mark.parametrize("hints", [[], "one hint"])
def test_an_exercise_without_hints_is_refused(hints: object) -> None:
    with pytest.raises(ValueError, match="at least one hint"):
        exercise(1, "Title", hints=hints)  # type: ignore[arg-type]
