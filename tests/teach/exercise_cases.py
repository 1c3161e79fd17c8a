"""From a chapter and its known wrong answers: one parametrised test over solution, stub and each wrong
answer.

A case runs the chapter's imports and the functions defined above the exercise, then the case's code in
place of the solution, then the chapter's own ``check(...)``.
"""

import ast
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediedu.teach import checking
from mediedu.teach.chapter_files import Notebook, chapter_of, check_of, read_notebook
from mediedu.teach.exercise import exercises_of
from mediedu.teach.solution import numbered_solutions, solution_of, stubbed
from mediedu.teach.verdict import Verdict

Wrong = dict[str, list[tuple[str, str]]]


def exercise_tests(slug: str, wrong: Wrong) -> Callable[..., None]:
    """Make the test of a chapter's exercises; assign it to a name that starts with ``test_``."""
    cases: list[Any] = []
    for number in (1, 2, 3):
        id = f"{slug}.{number}"
        cases += [
            pytest.param(id, kind, "", "", id=f"{number}-{kind}") for kind in ("declared", "solution", "stub")
        ]
        for at, (code, fragment) in enumerate(wrong.get(id, []), 1):
            cases.append(pytest.param(id, "wrong", code, fragment, id=f"{number}-wrong-{at}"))

    @pytest.mark.parametrize(("exercise", "kind", "code", "fragment"), cases)
    def test(exercise: str, kind: str, code: str, fragment: str) -> None:
        if kind == "declared":
            assert_declared(slug, exercise, wrong)
            return
        path = chapter_of(slug)
        assert path is not None, f"The chapter {slug} is not in notebooks/; build it first."
        judge_case(read_notebook(path), exercise, kind, code, fragment)

    return test


def assert_declared(slug: str, exercise: str, wrong: Wrong) -> None:
    """The check exists, and three wrong answers or more are known, with messages that can be told apart."""
    assert exercise in {one.id for one in exercises_of(slug)}, f"exercises/{slug}.py declares no {exercise}"
    assert set(wrong) == {f"{slug}.{number}" for number in (1, 2, 3)}, (
        "WRONG must name exactly the three exercises"
    )
    fragments = [fragment for _, fragment in wrong[exercise]]
    assert len(fragments) >= 3, f"{exercise} has {len(fragments)} known wrong answers; three are needed"
    assert len(set(fragments)) == len(fragments), f"{exercise}: each wrong answer needs its own message"


def judge_case(notebook: Notebook, exercise: str, kind: str, code: str = "", fragment: str = "") -> None:
    """Judge one answer and hold the verdict to what its kind promises."""
    if kind == "solution":
        solution = solution_of(notebook, exercise)
        assert solution is not None, f"The chapter holds no solution of {exercise}."
        verdict = verdict_on(notebook, exercise, solution)
        assert verdict.passed, verdict.message
        assert verdict.message.strip()[-1:] in ".”)", "Praise is a sentence."
    elif kind == "stub":
        number = exercise.rpartition(".")[2]
        at = [place for place, id in numbered_solutions(notebook).items() if id == exercise]
        stub = "\n\n".join(stubbed(notebook["cells"][place]["source"], number) for place in at)
        verdict = verdict_on(notebook, exercise, stub)
        assert not verdict.passed
        assert verdict.kind == "undone", f"The untouched stub is told: {verdict.message}"
    else:
        verdict = verdict_on(notebook, exercise, code)
        assert not verdict.passed, f"This wrong answer passes:\n{code}"
        assert fragment in verdict.message, f"Expected “{fragment}” in “{verdict.message}”"


def verdict_on(notebook: Notebook, exercise: str, code: str) -> Verdict:
    """Give what the chapter's own check says about this code in place of the solution."""
    space: dict[str, Any] = {"__name__": "learner"}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        if check_of(cell) == exercise:
            exec(compile(code, "<answer>", "exec"), space)
            return checking.check(exercise, eval(_answer(cell["source"]), space))
        if check_of(cell) is not None:
            continue
        kept = (ast.Import, ast.ImportFrom, ast.FunctionDef)
        plain = "\n".join(line for line in cell["source"].splitlines() if not line.startswith(("%", "!")))
        body = [node for node in ast.parse(plain).body if isinstance(node, kept)]
        exec(compile(ast.Module(body, []), "<chapter>", "exec"), space)
    raise AssertionError(f'The chapter has no cell check("{exercise}", …).')


def _answer(source: str) -> str:
    """Give the second argument of the check call as code."""
    calls = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and len(node.args) == 2
    ]
    return ast.unparse(calls[0].args[1])


def wrong_of(path: Path) -> Wrong:
    """Read the known wrong answers out of a test file."""
    wrong: Wrong = runpy.run_path(str(path)).get("WRONG", {})
    return wrong
