"""The made-up chapter: text, checks, quiz and wrong answers, executed once per session."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MADE_UP = Path(__file__).parent / "made_up"


@pytest.fixture(scope="session")
def made_up() -> Iterator[Path]:
    """Let mediedu.teach find the made-up chapter's checks and quiz; kernels find them through PYTHONPATH."""
    from mediedu.teach import exercise, exercises, quizzes

    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(MADE_UP), before]))
    spec = importlib.util.spec_from_file_location("made_up", MADE_UP / "made_up.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    exercise.exercises_of.cache_clear()
    yield MADE_UP
    exercises.__path__.remove(str(MADE_UP / "exercises"))
    quizzes.__path__.remove(str(MADE_UP / "quizzes"))
    exercise.exercises_of.cache_clear()
    sys.modules.pop("mediedu.teach.exercises.gamma", None)
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


@pytest.fixture(scope="session")
def built(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small course: the made-up chapter, built from its text."""
    from mediedu.teach.chapters.build import Chapters

    course = tmp_path_factory.mktemp("course")
    (course / "texts").mkdir()
    shutil.copy(made_up / "03_gamma.md", course / "texts")
    Chapters(course / "notebooks", course / "texts", tell=lambda line: None).build("03_gamma")
    return course


@pytest.fixture
def installed(built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the library take the made-up course for the installed one, in a clean session."""
    from mediedu.teach import chapter_files, checking, learners_copy, progress_file

    for module in (chapter_files, learners_copy):
        monkeypatch.setattr(module, "chapters_folder", lambda: built / "notebooks")
    monkeypatch.setattr(progress_file, "_session", {})
    monkeypatch.setattr(progress_file, "_messages", [])
    monkeypatch.setattr(checking, "_hints_given", {})
    monkeypatch.chdir(tmp_path)
    return built / "notebooks"
