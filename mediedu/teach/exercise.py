"""What an exercise is, how a chapter declares one, and how it is found by its id."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = [
    "Exercise",
    "NotDone",
    "UnknownExercise",
    "WrongAnswer",
    "exercise",
    "exercises_of",
    "find",
    "slugs",
]


class WrongAnswer(Exception):
    """An answer with a known fault; the message is what the learner reads."""


class NotDone(Exception):
    """The answer is still the stub that the chapter gave."""


class UnknownExercise(ValueError):
    """No exercise has this id; the message names the ids that come near."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of one chapter.

    Attributes
    ----------
    id : str
        The chapter's slug, a dot and the exercise's number: ``"knn_smoothing.1"``.
    title : str
        A few words for lists.
    hints : tuple of str
        From a nudge to nearly the answer.
    judge : callable
        Takes the learner's answer. Returns the sentence of praise, or raises `WrongAnswer`.
    """

    id: str
    title: str
    hints: tuple[str, ...]
    judge: Callable[[Any], str]

    @property
    def slug(self) -> str:
        """The chapter that the exercise belongs to."""
        return self.id.rpartition(".")[0]

    @property
    def number(self) -> int:
        """The exercise's number in its chapter, from 1."""
        return int(self.id.rpartition(".")[2])


def exercise(number: int, title: str, *, hints: Sequence[str]) -> Callable[[Callable[[Any], str]], Exercise]:
    """Declare the function below as the check of exercise `number` of this module's chapter.

    Parameters
    ----------
    number : int
        1, 2 or 3.
    title : str
        A few words for lists.
    hints : sequence of str
        At least one; each goes a step further than the one before.

    Returns
    -------
    callable
        The decorator. It puts an `Exercise` in place of the function.

    Examples
    --------
    >>> @exercise(1, "Count to three", hints=["What comes after 2?"])
    ... def count(answer):
    ...     if answer == 2:
    ...         raise WrongAnswer("You counted from 0. Count the steps, not their numbers.")
    ...     return "Right. Three steps."
    >>> count.title
    'Count to three'
    """
    if isinstance(hints, str) or not hints:
        raise ValueError(f"Exercise {number} ({title}) needs a list of at least one hint; it has {hints!r}.")

    def declare(judge: Callable[[Any], str]) -> Exercise:
        slug = judge.__module__.rpartition(".")[2]
        return Exercise(f"{slug}.{number}", title, tuple(hints), judge)

    return declare


def slugs() -> list[str]:
    """List the chapters that have exercises, by slug, in alphabetical order."""
    from mediedu.teach import exercises

    found = {path.stem for folder in exercises.__path__ for path in Path(folder).glob("*.py")}
    return sorted(found - {"__init__"})


@cache
def exercises_of(slug: str) -> tuple[Exercise, ...]:
    """Give the exercises of one chapter, in order.

    Parameters
    ----------
    slug : str
        The chapter's file name without its number and ending, as in ``"knn_smoothing"``.

    Raises
    ------
    UnknownExercise
        Where no chapter of this name has exercises.
    """
    if slug not in slugs():
        near = difflib.get_close_matches(slug, slugs(), n=3, cutoff=0.4)
        known = (
            f"Did you mean {' or '.join(near)}?"
            if near
            else f"These have: {', '.join(slugs()) or 'none yet'}."
        )
        raise UnknownExercise(f"No chapter called {slug!r} has exercises. {known}")
    module = import_module(f"mediedu.teach.exercises.{slug}")
    found = [thing for thing in vars(module).values() if isinstance(thing, Exercise) and thing.slug == slug]
    return tuple(sorted(found, key=lambda one: one.number))


def find(id: str) -> Exercise:
    """Find an exercise by its id.

    Parameters
    ----------
    id : str
        As in ``"knn_smoothing.1"``.

    Raises
    ------
    UnknownExercise
        With a sentence that names the ids that come near.
    """
    if not isinstance(id, str):
        what = f"the function {getattr(id, '__name__', '')}" if callable(id) else f"{id!r}"
        raise UnknownExercise(f'An exercise is named by a text such as "knn_smoothing.1"; you gave {what}.')
    slug = id.rpartition(".")[0] or id
    try:
        of_chapter = exercises_of(slug)
    except UnknownExercise:
        every = [f"{name}.{number}" for name in slugs() for number in (1, 2, 3)]
        near = sorted(difflib.get_close_matches(id, every, n=3, cutoff=0.5))
        more = (
            f"Did you mean {' or '.join(near)}?"
            if near
            else "The number stands behind the chapter's name and a dot."
        )
        raise UnknownExercise(f"There is no exercise {id!r}. {more}") from None
    for one in of_chapter:
        if one.id == id:
            return one
    raise UnknownExercise(
        f"There is no exercise {id!r}. This chapter has {', '.join(one.id for one in of_chapter)}."
    )
