"""The form of a chapter: what can be seen in a stored notebook without running it, fault by fault."""

import re
import statistics
from collections.abc import Iterator
from pathlib import Path

from mediedu.teach.chapter_files import Cell, Notebook, read_notebook
from mediedu.teach.chapters.evidence import MARKER, evidence, markers, outputs, pictures
from mediedu.teach.chapters.parts import by_section, code_cells, is_prose, name_of, prose_of
from mediedu.teach.chapters.practice import exercises, explorers, questions, tools
from mediedu.teach.solution import BEGIN, END, has_solution

__all__ = ["HEADINGS", "faults"]

HEADINGS = (
    "The question",
    "Predict",
    "By hand",
    "At speed",
    "Explore",
    "Exercises",
    "On real patients",
    "What can go wrong in the clinic",
    "Summary",
    "Quiz",
    "References",
    "Where next",
)
WIDEST = 92  # characters: what a page of the book shows without cutting


def faults(path: Path) -> list[str]:
    """List what is wrong with the form of a stored chapter.

    Parameters
    ----------
    path : Path
        The notebook.

    Returns
    -------
    list of str
        One sentence per fault; empty where the form is right.
    """
    notebook = read_notebook(path)
    every = (
        _opening,
        _sections,
        _lengths,
        outputs,
        pictures,
        markers,
        evidence,
        tools,
        exercises,
        questions,
        explorers,
    )
    return [fault for look in every for fault in look(notebook, path)]


def _opening(notebook: Notebook, path: Path) -> Iterator[str]:
    first = notebook["cells"][0]["source"] if notebook["cells"] else ""
    if not re.match(r"# \S", first):
        yield "The first cell must begin with the title: # Title."
    if not re.search(r"^\d+ min to read, \d+ s to run, \d+ MB of memory", first, re.MULTILINE):
        yield "The generated line (minutes, seconds, memory) is missing: build the chapter."
    promises = len(re.findall(r"\(\d\) ", first.partition("After this you can")[2]))
    if not 3 <= promises <= 4:
        yield f"“*After this you can* (1) …; (2) …” needs 3 or 4 outcomes; the first cell has {promises}."


def _sections(notebook: Notebook, path: Path) -> Iterator[str]:
    found = tuple(by_section(notebook))
    if found != HEADINGS:
        yield f"The headings must be, in this order: {', '.join(HEADINGS)}; they are: {', '.join(found)}."
        return
    for heading, cells in by_section(notebook).items():
        text = "\n".join(cell["source"] for cell in cells)
        if len(re.sub(r"^#+ .*$", "", text, flags=re.MULTILINE).strip()) < 3:
            yield f"The section “{heading}” is empty."
    if "?" not in "".join(cell["source"] for cell in by_section(notebook)["Predict"] if is_prose(cell)):
        yield "“Predict” asks no question."
    if not re.search(r"^\s*(?:[-*]|\d+\.) ", prose_of(by_section(notebook)["References"]), re.MULTILINE):
        yield "“References” needs a list with at least one entry."


def _lengths(notebook: Notebook, path: Path) -> Iterator[str]:
    lengths = sorted(_length(cell) for cell in code_cells(notebook))
    if not lengths:
        yield "The chapter has no code."
        return
    if statistics.median(lengths) > 3:
        yield f"The median code cell has {statistics.median(lengths):g} lines; 3 is the most."
    if (many := sum(length > 13 for length in lengths)) > len(lengths) / 10:
        yield f"{many} of {len(lengths)} code cells have more than 13 lines; one in ten may."
    if lengths[-1] > 25:
        yield f"A code cell has {lengths[-1]} lines; 25 is the most."
    for cell in code_cells(notebook):
        if (width := max(map(len, cell["source"].splitlines()), default=0)) > WIDEST:
            yield f"{name_of(cell)} has a line of {width} characters; {WIDEST} fit on a page of the book."


def _length(cell: Cell) -> int:
    lines = [line.strip() for line in cell["source"].splitlines()]
    marks = (BEGIN, END, f"# {MARKER}") if has_solution(cell["source"]) else (f"# {MARKER}",)
    return sum(bool(line) and line not in marks for line in lines)
