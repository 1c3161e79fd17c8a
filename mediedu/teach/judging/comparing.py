"""Compare what a learner's code gives with what is right, and recognise known mistakes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mediedu.teach.exercise import NotDone, WrongAnswer
from mediedu.teach.judging.wording import a_kind, a_number

__all__ = ["an_array", "recognise", "same_array", "same_number"]


def an_array(got: Any, *, what: str = "result") -> np.ndarray:
    """Make sure that the answer is an array, before a check asks for its shape or dtype.

    Raises
    ------
    WrongAnswer
        Where it is something else.

    Examples
    --------
    >>> an_array([1, 2])
    Traceback (most recent call last):
    ...
    mediedu.teach.exercise.WrongAnswer: Your result is a list; a NumPy array is needed.
    """
    if got is ...:
        raise NotDone
    if not isinstance(got, np.ndarray):
        raise WrongAnswer(f"Your {what} is {a_kind(got)}; a NumPy array is needed.")
    return got


def same_array(
    got: Any, expected: np.ndarray, *, what: str = "result", tolerance: float = 0.0, dtype: bool = True
) -> None:
    """Demand an array of the expected shape, dtype and values; name the first place that differs.

    Parameters
    ----------
    got : object
        What the learner's code returned.
    expected : ndarray
        What is right.
    what : str
        How the message calls it: "Your *result* …".
    tolerance : float
        Largest difference allowed, in the array's own units.
    dtype : bool
        Whether the dtype must agree.

    Raises
    ------
    WrongAnswer
        With the difference in words.

    Examples
    --------
    >>> same_array(np.array([1, 2, 5]), np.array([1, 2, 3]))
    Traceback (most recent call last):
    ...
    mediedu.teach.exercise.WrongAnswer: Your result differs in 1 of 3 places, first at [2]: 5 instead of 3.
    """
    got = an_array(got, what=what)
    if got.shape != expected.shape:
        raise WrongAnswer(f"Your {what} has the shape {got.shape}; {expected.shape} is needed.")
    if dtype and got.dtype != expected.dtype:
        raise WrongAnswer(f"Your {what} is {got.dtype}; {expected.dtype} is needed.")
    wrong = _differs(got, expected, tolerance)
    if wrong.any():
        place = tuple(int(index) for index in np.argwhere(wrong)[0])
        at = f", first at [{', '.join(map(str, place))}]" if place else ""
        raise WrongAnswer(
            f"Your {what} differs in {int(wrong.sum())} of {wrong.size} places{at}: "
            f"{a_number(got[place])} instead of {a_number(expected[place])}."
        )


def same_number(
    got: Any, expected: float, *, what: str = "answer", tolerance: float = 0.0, given: str = ""
) -> None:
    """Demand a number.

    Parameters
    ----------
    got : object
        The learner's.
    expected : float
        What is right. It is not told to the learner.
    what : str
        How the message calls it.
    tolerance : float
        Largest absolute difference allowed.
    given : str
        How the message calls the input: ``"for the second window"``. Empty: not named.

    Raises
    ------
    WrongAnswer
        Where it is no number, not finite, too small or too large.

    Examples
    --------
    >>> same_number(4.0, 4.75, tolerance=0.01)
    Traceback (most recent call last):
    ...
    mediedu.teach.exercise.WrongAnswer: Your answer is 4, which is too small.
    """
    if got is ...:
        raise NotDone
    number = got.item() if isinstance(got, np.ndarray | np.generic) and got.size == 1 else got
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise WrongAnswer(f"Your {what} is {a_kind(got)}; one number is needed.")
    if not np.isfinite(number):
        raise WrongAnswer(f"Your {what} is {number}; a finite number is needed.")
    if isinstance(got, np.ndarray | np.generic):
        tolerance = max(tolerance, _rounding(got.dtype, expected))
    if abs(number - expected) > tolerance:
        where = f" {given}" if given else ""
        raise WrongAnswer(
            f"Your {what}{where} is {a_number(number)}, "
            f"which is too {'small' if number < expected else 'large'}."
        )


def recognise(got: Any, mistakes: Mapping[str, Any], *, tolerance: float = 1e-9) -> None:
    """Tell a known mistake by the result that it gives.

    Parameters
    ----------
    got : object
        The learner's result.
    mistakes : mapping of str to array or number
        The message, and what somebody gets who makes that mistake. The first that fits is told.
    tolerance : float
        Largest difference that still counts as the same.

    Raises
    ------
    WrongAnswer
        With the message of the mistake.

    Examples
    --------
    >>> recognise(4.0, {"You left the centre out of its own K neighbours.": 4.0})
    Traceback (most recent call last):
    ...
    mediedu.teach.exercise.WrongAnswer: You left the centre out of its own K neighbours.
    """
    for message, wrong in mistakes.items():
        try:
            there, wanted = np.asarray(got), np.asarray(wrong)
            if there.shape == wanted.shape and not _differs(there, wanted, tolerance).any():
                raise WrongAnswer(message)
        except (TypeError, ValueError):
            continue  # not comparable, so not this mistake


def _differs(got: np.ndarray, expected: np.ndarray, tolerance: float) -> np.ndarray:
    if got.dtype.kind not in "biufc" or expected.dtype.kind not in "biufc":
        return np.asarray(got != expected)
    if tolerance == 0 and got.dtype.kind in "biu" and expected.dtype.kind in "biu":
        return np.asarray(got != expected)
    kind = complex if "c" in (got.dtype.kind, expected.dtype.kind) else float
    tolerance = max(tolerance, _rounding(got.dtype, expected))
    return ~np.isclose(got.astype(kind), expected.astype(kind), rtol=0, atol=tolerance, equal_nan=True)


def _rounding(dtype: np.dtype, expected: Any) -> float:
    """Give what single precision may be off by, so that a right answer in float32 is right."""
    if dtype not in (np.float32, np.complex64):
        return 0.0
    return 1e-5 * float(np.max(np.abs(expected), initial=1.0))
