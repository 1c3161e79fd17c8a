"""What all checks share: run a learner's code, compare what it gives, recognise known mistakes.

Each function either returns or raises `WrongAnswer` with the sentence that the learner reads.
"""

import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mediedu.teach.exercise import NotDone, WrongAnswer

__all__ = ["an_array", "call", "recognise", "same_array", "same_number", "the_function"]


def the_function(answer: Any, name: str) -> Callable[..., Any]:
    """Make sure that the answer is a function, not what it returned.

    Raises
    ------
    WrongAnswer
        Where the answer can't be called.

    Examples
    --------
    >>> the_function(4.75, "smooth")
    Traceback (most recent call last):
    ...
    mediedu.teach.exercise.WrongAnswer: Give check the function smooth itself, without brackets, not a float.
    """
    if answer is ...:
        raise NotDone
    if not callable(answer):
        raise WrongAnswer(f"Give check the function {name} itself, without brackets, not {_kind(answer)}.")
    return answer  # type: ignore[no-any-return]


def call(
    function: Callable[..., Any], *arguments: Any, given: str = "", may_be_none: bool = False, **named: Any
) -> Any:
    """Run a learner's function and tell in a sentence what went wrong, if something did.

    Arrays are handed over as copies, so that a check's own arrays stay whole.

    Parameters
    ----------
    function : callable
        The learner's.
    *arguments, **named
        What it is called with.
    given : str
        How the message calls the input: ``"for a constant image"``. Empty: not named.
    may_be_none : bool
        Whether None is an allowed result.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    NotDone
        Where the function is still the stub.
    WrongAnswer
        Where it raised, returned None, or changed an array that it was given.

    Examples
    --------
    >>> call(lambda image: image + 1, np.zeros(2))
    array([1., 1.])
    >>> call(lambda image: None, np.zeros(2))
    Traceback (most recent call last):
    ...
    mediedu.teach.exercise.WrongAnswer: Your function returned None. Is a return missing?
    """
    where = f" {given}" if given else ""
    copies = [_own(value) for value in arguments]
    named_copies = {key: _own(value) for key, value in named.items()}
    try:
        result = function(*copies, **named_copies)
    except NotImplementedError:
        raise NotDone from None
    except (Exception, SystemExit) as error:
        raise WrongAnswer(
            f"Your code stopped{where}{_line(error)}: {type(error).__name__}: {_short(error)}"
        ) from error
    pairs = [*zip(arguments, copies, strict=True), *((named[key], named_copies[key]) for key in named)]
    for before, after in pairs:
        if isinstance(before, np.ndarray) and not _identical(before, after):
            raise WrongAnswer(
                f"Your function changed the array it was given{where}. Work on a copy; the original is kept."
            )
    if result is None and not may_be_none:
        raise WrongAnswer(f"Your function returned None{where}. Is a return missing?")
    if result is ...:
        raise NotDone
    return result


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
        raise WrongAnswer(f"Your {what} is {_kind(got)}; a NumPy array is needed.")
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
            f"{_number(got[place])} instead of {_number(expected[place])}."
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
        raise WrongAnswer(f"Your {what} is {_kind(got)}; one number is needed.")
    if not np.isfinite(number):
        raise WrongAnswer(f"Your {what} is {number}; a finite number is needed.")
    if isinstance(got, np.ndarray | np.generic):
        tolerance = max(tolerance, _rounding(got.dtype, expected))
    if abs(number - expected) > tolerance:
        where = f" {given}" if given else ""
        raise WrongAnswer(
            f"Your {what}{where} is {_number(number)}, "
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


def _own(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _identical(before: np.ndarray, after: np.ndarray) -> bool:
    if before.shape != after.shape or before.dtype != after.dtype:
        return False
    return bool(np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"))


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


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _number(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    return str(value)


def _line(error: BaseException) -> str:
    """Name the line of the learner's own code, where the traceback holds one."""
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first is `call` itself
    own = [frame for frame in frames if "ipykernel" in frame.filename or frame.filename.startswith("<")]
    if not own or not own[-1].line:
        return ""
    return f" in the line “{own[-1].line.strip()}”"


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:199] + "…"
