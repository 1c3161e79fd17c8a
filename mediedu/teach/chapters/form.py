"""The form of a chapter: what can be seen in a stored notebook without running it, fault by fault."""

import re
import statistics
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from mediedu.teach.chapter_files import Cell, Notebook, check_of, checks, read_notebook, slug_of
from mediedu.teach.chapters.execution import absolute_paths
from mediedu.teach.chapters.text import source_hash
from mediedu.teach.exercise import UnknownExercise, exercises_of
from mediedu.teach.quiz_page import quiz
from mediedu.teach.solution import BEGIN, END, has_solution, numbered_solutions, stubbed

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
LARGEST = 1_500_000  # bytes
WIDEST = 92  # characters: what a page of the book shows without cutting
MARKER = "NBVAL_CHECK_OUTPUT"


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
        _outputs,
        _pictures,
        _markers,
        _evidence,
        _exercises,
        _quiz,
        _explorers,
    )
    return [fault for look in every for fault in look(notebook, path)]


def _opening(notebook: Notebook, path: Path) -> Iterator[str]:
    first = notebook["cells"][0]["source"] if notebook["cells"] else ""
    if not re.match(r"# \S", first):
        yield "The first cell must begin with the title: # Title."
    if not re.search(r"^\d+ min to read, \d+ s to run, \d+ MB", first, re.MULTILINE):
        yield "The generated line (minutes, seconds, memory) is missing: build the chapter."
    promises = len(re.findall(r"\(\d\) ", first.partition("After this you can")[2]))
    if not 3 <= promises <= 4:
        yield f"“*After this you can* (1) …; (2) …” needs 3 or 4 outcomes; the first cell has {promises}."


def _sections(notebook: Notebook, path: Path) -> Iterator[str]:
    found = tuple(_by_section(notebook))
    if found != HEADINGS:
        yield f"The headings must be, in this order: {', '.join(HEADINGS)}; they are: {', '.join(found)}."
        return
    for heading, cells in _by_section(notebook).items():
        text = "\n".join(cell["source"] for cell in cells)
        if len(re.sub(r"^#+ .*$", "", text, flags=re.MULTILINE).strip()) < 3:
            yield f"The section “{heading}” is empty."
    if "?" not in "".join(cell["source"] for cell in _by_section(notebook)["Predict"] if _is_prose(cell)):
        yield "“Predict” asks no question."
    if not re.search(r"^\s*(?:[-*]|\d+\.) ", _prose(_by_section(notebook)["References"]), re.MULTILINE):
        yield "“References” needs a list with at least one entry."


def _lengths(notebook: Notebook, path: Path) -> Iterator[str]:
    lengths = sorted(_length(cell) for cell in _code(notebook))
    if not lengths:
        yield "The chapter has no code."
        return
    if statistics.median(lengths) > 3:
        yield f"The median code cell has {statistics.median(lengths):g} lines; 3 is the most."
    if (many := sum(length > 13 for length in lengths)) > len(lengths) / 10:
        yield f"{many} of {len(lengths)} code cells have more than 13 lines; one in ten may."
    if lengths[-1] > 25:
        yield f"A code cell has {lengths[-1]} lines; 25 is the most."
    for cell in _code(notebook):
        if (width := max(map(len, cell["source"].splitlines()), default=0)) > WIDEST:
            yield f"{_name(cell)} has a line of {width} characters; {WIDEST} fit on a page of the book."


def _outputs(notebook: Notebook, path: Path) -> Iterator[str]:
    if (size := path.stat().st_size) > LARGEST:
        yield f"The notebook has {size / 1e6:.2f} MB; {LARGEST / 1e6} MB is the most."
    if "widgets" in notebook["metadata"]:
        yield "The notebook holds widget state; build it again."
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "The notebook names no python3 kernel; JupyterLab would ask for one."
    for count, cell in enumerate(_code(notebook), 1):
        if cell["execution_count"] != count:
            yield f"{_name(cell)} is not executed in order."
        raises = any(output["output_type"] == "error" for output in cell["outputs"])
        if "raises-exception" in cell["metadata"].get("tags", []) and not raises:
            yield f"{_name(cell)} has the tag raises-exception and raises nothing; nbval would not notice."
        for output in cell["outputs"]:
            if output.get("name") == "stderr":
                yield f"{_name(cell)} stores error-stream text."
            if output["output_type"] == "error" and "raises-exception" not in cell["metadata"].get(
                "tags", []
            ):
                yield f"{_name(cell)} stores an error: {output['ename']}."
            if found := absolute_paths(output):
                yield f"{_name(cell)} shows a path of a machine: {found[0]}."
    for cell in notebook["cells"]:
        as_output = {"output_type": "stream", "text": cell["source"]}
        if found := absolute_paths(as_output):
            yield f"{_name(cell)} holds a path of a machine: {found[0]}."
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) != len(ids):
        yield "Every cell needs an id of its own; build the chapter."


def _pictures(notebook: Notebook, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        for output in cell["outputs"]:
            bundle = output.get("data", {})
            reader = _Pictures()
            reader.feed("".join(bundle.get("text/html", "")))
            if reader.without_alt:
                yield f"{_name(cell)} shows a picture without alt text."
            for kind in bundle:
                alt = output.get("metadata", {}).get(kind, {}).get("alt", "")
                if kind.startswith("image/") and not alt.strip() and not reader.with_alt:
                    yield f"{_name(cell)} shows a picture ({kind}) without alt text; use mediedu.figures."
    for cell in notebook["cells"]:
        if _is_prose(cell) and re.search(r"!\[\s*\]\(", cell["source"]):
            yield f"{_name(cell)} holds a picture without alt text."


def _markers(notebook: Notebook, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        for line in cell["source"].splitlines():
            if MARKER in line and line.strip() != f"# {MARKER}":
                yield f"{_name(cell)}: nbval sees # {MARKER} only where it stands alone on its line."
        marked = any(line.strip() == f"# {MARKER}" for line in cell["source"].splitlines())
        if marked and not cell["outputs"]:
            yield f"{_name(cell)} is marked {MARKER} and shows nothing."
        if marked and any("text/html" in output.get("data", {}) for output in cell["outputs"]):
            yield f"{_name(cell)} is marked {MARKER} and shows HTML or a picture; mark numbers only."


def _evidence(notebook: Notebook, path: Path) -> Iterator[str]:
    if notebook["metadata"].get("mediedu", {}).get("source") != source_hash(notebook, path):
        yield "The stored outputs do not belong to the current source, checks or quiz: build the chapter."


def _exercises(notebook: Notebook, path: Path) -> Iterator[str]:
    slug = slug_of(path)
    expected = [f"{slug}.{number}" for number in (1, 2, 3)]
    if (found := [id for _, id in checks(notebook)]) != expected:
        yield f"The check cells must be {expected}; they are {found}."
    try:
        solved = numbered_solutions(notebook)
    except ValueError as error:
        yield str(error)
        return
    if (solutions := list(dict.fromkeys(solved.values()))) != expected:
        yield f"Solutions are needed for {expected}; there are some for {solutions}."
    try:
        if (declared := [one.id for one in exercises_of(slug)]) != expected:
            yield f"exercises/{slug}.py must declare {expected}; it declares {declared}."
    except UnknownExercise as unknown:
        yield str(unknown)
    for at, cell in enumerate(notebook["cells"]):
        if check_of(cell) is not None:
            if len([line for line in cell["source"].splitlines() if line.strip()]) > 3:
                yield f"{_name(cell)}: a check stands in a cell of its own."
            shown = "".join(
                "".join(output.get("data", {}).get("text/plain", "")) for output in cell["outputs"]
            )
            if not shown.startswith("Passed"):
                yield f"{_name(cell)}: the chapter's own solution does not pass: {shown}"
        if at in solved:
            try:
                compile(stubbed(cell["source"], 1), "<stub>", "exec")
            except (ValueError, SyntaxError) as error:
                yield f"{_name(cell)} makes no runnable stub: {error}"
        if _is_prose(cell) and (BEGIN in cell["source"] or END in cell["source"]):
            yield f"{_name(cell)}: solution marks belong into code cells."
    headings = re.findall(r"^### Exercise (\d)\b", _prose(notebook["cells"]), re.MULTILINE)
    if headings != ["1", "2", "3"]:
        yield f"The exercises need the headings ### Exercise 1 to 3; there are: {headings}."
    if path.name[:2] != "00" and not re.search(
        r"^### Exercise \d.*chapter \d\d", _prose(notebook["cells"]), re.M
    ):
        yield "One exercise must come from an earlier chapter and say so in its heading: (from chapter NN)."


def _quiz(notebook: Notebook, path: Path) -> Iterator[str]:
    slug, number = slug_of(path), path.name[:2]
    try:
        asked = quiz(slug)
    except ValueError as error:
        yield str(error)
        return
    if len(asked.questions) < 4:
        yield f"The quiz has {len(asked.questions)} questions; 4 are needed."
    earlier = [question.earlier for question in asked.questions if question.earlier]
    if number != "00" and not any(one < number for one in earlier):
        yield 'No question of the quiz comes from an earlier chapter: earlier = "NN".'
    if any(one >= number for one in earlier):
        yield f"The quiz names {earlier} as earlier chapters; this one is {number}."
    bundle = asked._repr_mimebundle_()["text/html"]
    cells = [cell for cell in _by_section(notebook).get("Quiz", []) if not _is_prose(cell)]
    stored = [
        "".join(output.get("data", {}).get("text/html", "")) for cell in cells for output in cell["outputs"]
    ]
    if stored != [bundle]:
        yield f'The section “Quiz” must hold the one cell quiz("{slug}") with the output of the current quiz.'


def _explorers(notebook: Notebook, path: Path) -> Iterator[str]:
    for tool in ("explore", "viewer"):
        count = sum(bool(re.search(rf"\b{tool}\(", cell["source"])) for cell in _code(notebook))
        if count > 1:
            yield f"The chapter has {count} cells with {tool}(…); one is the most."
    here = "".join(cell["source"] for cell in _by_section(notebook).get("Explore", []) if not _is_prose(cell))
    if not re.search(r"\b(?:explore|viewer)\(", here):
        yield "The section “Explore” holds no explore(…) or viewer(…)."


class _Pictures(HTMLParser):
    """Count the pictures of a piece of HTML, with and without alt text; scripts are not read."""

    def __init__(self) -> None:
        super().__init__()
        self.with_alt = self.without_alt = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            alt = dict(attrs).get("alt")
            self.with_alt += bool(alt and alt.strip())
            self.without_alt += not (alt and alt.strip())


def _by_section(notebook: Notebook) -> dict[str, list[Cell]]:
    sections: dict[str, list[Cell]] = {}
    current: list[Cell] = []
    for cell in notebook["cells"]:
        if _is_prose(cell):
            for heading in re.findall(r"^## (.+?)\s*$", cell["source"], re.MULTILINE):
                current = sections.setdefault(heading, [])
        current.append(cell)
    return sections


def _code(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _is_prose(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "markdown")


def _prose(cells: list[Cell]) -> str:
    return "\n".join(cell["source"] for cell in cells if _is_prose(cell))


def _length(cell: Cell) -> int:
    lines = [line.strip() for line in cell["source"].splitlines()]
    marks = (BEGIN, END, f"# {MARKER}") if has_solution(cell["source"]) else (f"# {MARKER}",)
    return sum(bool(line) and line not in marks for line in lines)


def _name(cell: Cell) -> str:
    first = next((line for line in cell["source"].splitlines() if line.strip()), "")
    return f"Cell {cell.get('id', '?')} ({first.strip()[:50]!r})"
