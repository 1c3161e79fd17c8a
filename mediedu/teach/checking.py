"""`check`, `hint` and `reveal`: what a learner calls in a chapter."""

from typing import Any

from mediedu.teach.exercise import NotDone, UnknownExercise, WrongAnswer, find
from mediedu.teach.progress_file import record, tried
from mediedu.teach.verdict import Note, Verdict

__all__ = ["check", "hint", "reveal"]

_hints_given: dict[str, int] = {}


class _Nothing:
    """What `check` holds for an answer where none was given."""

    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def check(exercise: str, answer: Any = _NOTHING) -> Verdict:
    """Check an answer at once, and say what is right or wrong about it.

    It judges results, never time. It never raises, whatever the answer does.

    Parameters
    ----------
    exercise : str
        The exercise's id, as in ``"knn_smoothing.1"``.
    answer : object
        The function that the exercise asks for (itself, not called), or the value. Without one, and with the
        two the wrong way round, the verdict says so.

    Returns
    -------
    Verdict
        With ``.passed`` and ``.message``; as the last expression of a cell it shows itself.

    Examples
    --------
    >>> check("knn_smothing.1", 4).message.startswith("There is no exercise 'knn_smothing.1'.")
    True
    """
    if not isinstance(exercise, str):
        how = 'The exercise\'s id comes first, then your answer: check("knn_smoothing.1", answer).'
        swapped = f'The two are the wrong way round. The id comes first: check("{answer}", …).'
        return Verdict("no exercise", False, swapped if isinstance(answer, str) else how)
    try:
        one = find(exercise)
    except UnknownExercise as unknown:
        return Verdict(exercise, False, str(unknown))
    if answer is _NOTHING:
        missing = f'Your answer is missing. Put it behind the exercise\'s id: check("{one.id}", answer).'
        return Verdict(one.id, False, missing, "undone")
    try:
        if answer is ...:
            raise NotDone
        verdict = Verdict(one.id, True, str(one.judge(answer)), "right")
    except (NotDone, NotImplementedError):
        undone = (
            f"Exercise {one.number} is still to be written. Fill in the cell above, run it, then this one."
        )
        return Verdict(one.id, False, undone, "undone")
    except WrongAnswer as wrong:
        verdict = Verdict(one.id, False, str(wrong), "wrong")
    except (Exception, SystemExit) as error:  # an answer of a form that the check did not foresee
        message = (
            f"The check could not use your answer: {type(error).__name__}: {' '.join(str(error).split())}"
        )
        verdict = Verdict(one.id, False, message, "wrong")
    record(one.id, verdict.passed)
    return verdict


def hint(exercise: str) -> Note:
    """Give the next hint; each call goes a step further.

    Parameters
    ----------
    exercise : str
        The exercise's id.

    Returns
    -------
    Note
        Shows itself as the last expression of a cell.
    """
    try:
        one = find(exercise)
    except UnknownExercise as unknown:
        return Note(str(unknown))
    given = _hints_given.get(one.id, 0)
    _hints_given[one.id] = given + 1
    if given < len(one.hints):
        return Note(f"Hint {given + 1} of {len(one.hints)}. {one.hints[given]}")
    every = "\n".join(f"{number}. {text}" for number, text in enumerate(one.hints, 1))
    return Note(
        f'These are all the hints. `reveal("{one.id}")` shows a solution once you have tried.\n{every}'
    )


def reveal(exercise: str) -> Note:
    """Show a solution, once at least one answer has been checked.

    Parameters
    ----------
    exercise : str
        The exercise's id.

    Returns
    -------
    Note
        With the solution as code, or with what to do first.
    """
    try:
        one = find(exercise)
    except UnknownExercise as unknown:
        return Note(str(unknown))
    if not tried(one.id):
        return Note(
            "Try first: write something, even if it is wrong, and run its check. "
            f'What the check says is worth more than the answer. `hint("{one.id}")` gives a nudge.'
        )
    from mediedu.teach.chapter_files import chapter_of, read_notebook
    from mediedu.teach.solution import solution_of

    path = chapter_of(one.slug)
    code = solution_of(read_notebook(path), one.id) if path is not None else None
    if code is None:
        return Note(
            f"The solution of {one.id} is not here: its chapter was not found. Install mediedu again."
        )
    return Note("One way to do it. Compare it with yours, line by line.", code)
