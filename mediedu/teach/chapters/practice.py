"""What a chapter's exercises, quiz and explorer must be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mediedu.teach.chapter_files import Notebook, check_of, checks, slug_of
from mediedu.teach.chapters.parts import by_section, code_cells, is_prose, name_of, prose_of
from mediedu.teach.exercise import UnknownExercise, exercises_of
from mediedu.teach.quiz_page import quiz
from mediedu.teach.solution import BEGIN, END, numbered_solutions, stubbed

__all__ = ["exercises", "explorers", "questions", "tools"]

TOOLS = {"check", "hint", "progress", "quiz", "reveal"}


def tools(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look for the import of all that a learner may type."""
    imported: set[str] = set()
    for cell in code_cells(notebook):
        try:
            statements = ast.parse(cell["source"]).body
        except SyntaxError:  # a %magic line, or a cell that shows an error
            continue
        imported |= {
            alias.name
            for statement in statements
            if isinstance(statement, ast.ImportFrom) and statement.module == "mediedu.teach"
            for alias in statement.names
            if alias.asname is None
        }
    if not imported >= TOOLS:
        yield "The chapter must import check, hint, progress, quiz and reveal from mediedu.teach."


def exercises(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look at checks, solutions, stubs and headings."""
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
                yield f"{name_of(cell)}: a check stands in a cell of its own."
            shown = "".join(
                "".join(output.get("data", {}).get("text/plain", "")) for output in cell["outputs"]
            )
            if not shown.startswith("Passed"):
                yield f"{name_of(cell)}: the chapter's own solution does not pass: {shown}"
        if at in solved:
            try:
                compile(stubbed(cell["source"], 1), "<stub>", "exec")
            except (ValueError, SyntaxError) as error:
                yield f"{name_of(cell)} makes no runnable stub: {error}"
        if is_prose(cell) and (BEGIN in cell["source"] or END in cell["source"]):
            yield f"{name_of(cell)}: solution marks belong into code cells."
    headings = re.findall(r"^### Exercise (\d)\b", prose_of(notebook["cells"]), re.MULTILINE)
    if headings != ["1", "2", "3"]:
        yield f"The exercises need the headings ### Exercise 1 to 3; there are: {headings}."
    if path.name[:2] != "00" and not re.search(
        r"^### Exercise \d.*chapter \d\d", prose_of(notebook["cells"]), re.M
    ):
        yield "One exercise must come from an earlier chapter and say so in its heading: (from chapter NN)."


def questions(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look at the quiz and its stored page."""
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
    cells = [cell for cell in by_section(notebook).get("Quiz", []) if not is_prose(cell)]
    stored = [
        "".join(output.get("data", {}).get("text/html", "")) for cell in cells for output in cell["outputs"]
    ]
    if stored != [bundle]:
        yield f'The section “Quiz” must hold the one cell quiz("{slug}") with the output of the current quiz.'


def explorers(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look for one explorer, in its section."""
    for tool in ("explore", "viewer"):
        count = sum(bool(re.search(rf"\b{tool}\(", cell["source"])) for cell in code_cells(notebook))
        if count > 1:
            yield f"The chapter has {count} cells with {tool}(…); one is the most."
    here = "\n".join(cell["source"] for cell in by_section(notebook).get("Explore", []) if not is_prose(cell))
    if not re.search(r"\b(?:explore|viewer)\(", here):
        yield "The section “Explore” holds no explore(…) or viewer(…)."
