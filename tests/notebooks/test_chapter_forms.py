"""Every stored chapter has the form of a chapter, tests of its exercises, and outputs of its source."""

import re
import sys
from pathlib import Path

import pytest

from mediedu.teach.chapter_files import chapters, read_notebook
from mediedu.teach.chapters.form import faults
from mediedu.teach.chapters.text import ChapterText, cells_hash, to_text
from mediedu.teach.learners_copy import learners_notebook

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = chapters(ROOT / "notebooks")
CHECKED = sorted(path.stem for path in (ROOT / "mediedu" / "teach" / "exercises").glob("[!_]*.py"))
each_chapter = pytest.mark.parametrize(
    "path", [pytest.param(path, id=slug) for slug, path in CHAPTERS.items()]
)


@each_chapter
def test_form(path: Path) -> None:
    assert faults(path) == []


@each_chapter
def test_text_round_trip(path: Path) -> None:
    notebook = read_notebook(path)
    written = ChapterText(to_text(notebook))
    again = {
        "cells": written.cells,
        "metadata": {"mediedu": {"needs": written.needs, "limit": written.limit}},
    }
    assert cells_hash(again) == cells_hash(notebook) == written.base


@each_chapter
def test_learners_copy_tells_no_solution(path: Path) -> None:
    text = "\n".join(cell["source"] for cell in learners_notebook(read_notebook(path))["cells"])
    assert "BEGIN SOLUTION" not in text
    assert len(re.findall(r"NotImplementedError\(\"Exercise|= \.\.\.  # Exercise", text)) >= 3


@pytest.mark.parametrize("slug", CHECKED)
def test_known_wrong_answers(slug: str) -> None:
    """Each chapter with checks has a test file that declares them to `exercise_cases`."""
    path = ROOT / "tests" / "teach" / f"test_{slug}_exercises.py"
    assert path.is_file(), f"{path.name} is missing"
    sys.path.insert(0, str(path.parent))
    try:
        from exercise_cases import assert_declared, wrong_of

        wrong = wrong_of(path)
    finally:
        sys.path.remove(str(path.parent))
    for number in (1, 2, 3):
        assert_declared(slug, f"{slug}.{number}", wrong)
    assert f'exercise_tests("{slug}", WRONG)' in path.read_text(encoding="utf-8")


def test_every_check_module_has_its_chapter() -> None:
    assert set(CHECKED) <= set(CHAPTERS), "a module in mediedu/teach/exercises belongs to no chapter"


def test_chapters_are_numbered_without_doubles() -> None:
    numbers = [path.name[:2] for path in CHAPTERS.values()]
    assert len(set(numbers)) == len(numbers)
