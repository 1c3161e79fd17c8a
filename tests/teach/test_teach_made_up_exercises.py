"""The machinery of `exercise_cases`, on the made-up chapter."""

import runpy
from pathlib import Path

import pytest
from exercise_cases import assert_declared, judge_case

from mediedu.teach.chapter_files import read_notebook

WRONG = runpy.run_path(str(Path(__file__).parent / "made_up" / "wrong_answers.py"))["WRONG"]
CASES = [(id, "wrong", code, fragment) for id, pairs in WRONG.items() for code, fragment in pairs]
CASES += [(id, kind, "", "") for id in WRONG for kind in ("solution", "stub")]


@pytest.mark.parametrize(("exercise", "kind", "code", "fragment"), CASES)
def test_every_case_holds(installed: Path, exercise: str, kind: str, code: str, fragment: str) -> None:
    judge_case(read_notebook(installed / "03_gamma.ipynb"), exercise, kind, code, fragment)


@pytest.mark.parametrize("exercise", sorted(WRONG))
def test_declared(installed: Path, exercise: str) -> None:
    assert_declared("gamma", exercise, WRONG)


def test_a_right_answer_listed_as_wrong_is_caught(installed: Path) -> None:
    with pytest.raises(AssertionError, match="passes"):
        judge_case(read_notebook(installed / "03_gamma.ipynb"), "gamma.3", "wrong", "air = -1000", "")


def test_a_message_that_is_not_told_is_caught(installed: Path) -> None:
    with pytest.raises(AssertionError, match="Expected"):
        judge_case(read_notebook(installed / "03_gamma.ipynb"), "gamma.3", "wrong", "air = 0", "fat")


def test_too_few_wrong_answers_are_caught(installed: Path) -> None:
    with pytest.raises(AssertionError, match="three are needed"):
        assert_declared("gamma", "gamma.1", {**WRONG, "gamma.1": WRONG["gamma.1"][:2]})
