"""The chapters as nbgrader source assignments: solution cells, graded check cells, the rest locked."""

import os
from pathlib import Path

from mediedu.teach.chapter_files import Cell, Notebook, chapters, check_of, dump_notebook, read_notebook
from mediedu.teach.progress_file import write_whole
from mediedu.teach.solution import numbered_solutions

__all__ = ["assignment"]

_CONFIG = """\
c = get_config()  # noqa: F821  nbgrader provides it

# A release shows this line in place of each solution, and check recognises it as a stub.
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("Write the missing lines here.")'}
c.Execute.timeout = 180
"""


def assignment(
    folder: str | os.PathLike[str],
    chapter: str | None = None,
    *,
    points: int = 1,
    notebooks: Path | None = None,
) -> list[Path]:
    """Write nbgrader source assignments, one per chapter, named by the chapter's slug.

    Parameters
    ----------
    folder : path
        The nbgrader course folder; it is made when needed. Files go to ``source/<slug>/``.
    chapter : str, optional
        The slug of one chapter; all chapters with exercises by default.
    points : int
        Points for each exercise.
    notebooks : Path, optional
        Where the chapters are; the checkout's or the wheel's by default.

    Returns
    -------
    list of Path
        The written notebooks. ``nbgrader generate_assignment <slug>`` goes on from there.

    Raises
    ------
    ValueError
        Where there is no such chapter, or `points` is less than 1.
    """
    if points < 1:
        raise ValueError(f"An exercise needs at least 1 point; you gave {points}.")
    known = chapters(notebooks)
    if chapter is not None and chapter not in known:
        raise ValueError(f"There is no chapter {chapter!r}. There are: {', '.join(known) or 'none yet'}.")
    written = []
    for slug in [chapter] if chapter is not None else list(known):
        notebook = read_notebook(known[slug])
        if not numbered_solutions(notebook):
            continue
        out = Path(folder) / "source" / slug / known[slug].name
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, dump_notebook(_graded(notebook, points)))
        written.append(out)
    config = Path(folder) / "nbgrader_config.py"
    if written and not config.exists():  # an instructor's own settings stay
        write_whole(config, _CONFIG)
    return written


def _graded(notebook: Notebook, points: int) -> Notebook:
    """Give the cells nbgrader's metadata; outputs are cleared, since they belong to the solutions."""
    solutions = numbered_solutions(notebook)
    cells: list[Cell] = []
    parts: dict[str, int] = {}
    for at, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell = {**cell, "outputs": [], "execution_count": None}
        if at in solutions:
            part = parts[solutions[at]] = parts.get(solutions[at], 0) + 1
            about = _about(f"solution-{solutions[at]}-{part}", solution=True, locked=False)
        elif (id := check_of(cell)) is not None:
            call = cell["source"].strip()
            cell["source"] = f"verdict = {call}\ndisplay(verdict)\nassert verdict.passed, verdict.message"
            about = {**_about(f"check-{id}", grade=True), "points": points}
        else:
            about = _about(f"given-{cell['id']}")
        cells.append({**cell, "metadata": {**cell["metadata"], "nbgrader": about}})
    return {**notebook, "cells": cells}


def _about(
    name: str, *, grade: bool = False, solution: bool = False, locked: bool = True
) -> dict[str, object]:
    return {
        "grade": grade,
        "grade_id": name.replace(".", "-"),
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
