"""Exercises with instant checks, hints, quizzes, progress, and the one source from which every copy is made.

A chapter asks ``from mediedu.teach import check, quiz``; the other names make learners' folders and
assignments. Each name is loaded when it is first touched.

Examples
--------
>>> from mediedu.teach import check
>>> check("no_such_chapter.1", 4).passed
False
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediedu.teach.checking import check, hint, reveal
    from mediedu.teach.learners_copy import student_copy
    from mediedu.teach.nbgrader_source import assignment
    from mediedu.teach.progress_file import progress
    from mediedu.teach.quiz_page import quiz

__all__ = ["assignment", "check", "hint", "progress", "quiz", "reveal", "student_copy"]

_HOME = {
    "assignment": "nbgrader_source",
    "check": "checking",
    "hint": "checking",
    "progress": "progress_file",
    "quiz": "quiz_page",
    "reveal": "checking",
    "student_copy": "learners_copy",
}


def __getattr__(name: str) -> object:
    """Load a tool of the room when it is first asked for."""
    if name in _HOME:
        return getattr(import_module(f"mediedu.teach.{_HOME[name]}"), name)
    raise AttributeError(f"mediedu.teach has no {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the tools for tab completion."""
    return sorted([*globals(), *__all__])
