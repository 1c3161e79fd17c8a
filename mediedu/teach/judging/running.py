"""Run a learner's code, and say in a sentence what went wrong."""

import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from mediedu.teach.exercise import NotDone, WrongAnswer
from mediedu.teach.judging.wording import a_kind

__all__ = ["call", "the_function"]


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
        raise WrongAnswer(f"Give check the function {name} itself, without brackets, not {a_kind(answer)}.")
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
        Where it raised, returned None, or changed an array or a list that it was given.

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
        if isinstance(before, np.ndarray | list) and not _identical(before, after):
            kind = "list" if isinstance(before, list) else "array"
            raise WrongAnswer(
                f"Your function changed the {kind} it was given{where}. Work on a copy; the original is kept."
            )
    if result is None and not may_be_none:
        raise WrongAnswer(f"Your function returned None{where}. Is a return missing?")
    if result is ...:
        raise NotDone
    return result


def _own(value: Any) -> Any:
    if isinstance(value, list):
        return [_own(one) for one in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def _identical(before: Any, after: Any) -> bool:
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_identical, before, after))
    if not isinstance(before, np.ndarray):
        return before is after or bool(before == after)
    if before.shape != after.shape or before.dtype != after.dtype:
        return False
    return bool(np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"))


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
