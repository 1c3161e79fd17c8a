"""Run every chapter again with nbval, alone, in a clean folder: no cell fails, marked outputs agree."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from mediedu.teach.chapter_files import chapters, dump_notebook, read_notebook
from mediedu.teach.learners_copy import learners_notebook

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = chapters(ROOT / "notebooks")
Runs = dict[Path, Future[subprocess.CompletedProcess[str]]]


def run_nbval(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run nbval on a copy; only cells marked NBVAL_CHECK_OUTPUT are compared, all must run."""
    shutil.copy(path, folder)
    options = [
        "-q",
        "--nbval-lax",
        "--nbval-cell-timeout=120",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--rootdir=.",
    ]
    # Without MEDIEDU_STATIC, as a learner runs it: explorers and viewers are live.
    environment = {**os.environ, "MEDIEDU_DATA": str(folder / "no-data")}
    for name in ("MEDIEDU_STATIC", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "COV_CORE_SOURCE"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "pytest", *options, path.name]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Start all chapters at once, two at a time, each in a folder of its own."""
    with ThreadPoolExecutor(2) as pool:
        yield {
            path: pool.submit(run_nbval, path, tmp_path_factory.mktemp(slug))
            for slug, path in CHAPTERS.items()
        }


@pytest.mark.slow
@pytest.mark.parametrize("path", [pytest.param(path, id=slug) for slug, path in CHAPTERS.items()])
def test_runs_again_and_agrees(path: Path, runs: Runs) -> None:
    run = runs[path].result()
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
    assert "xpassed" not in run.stdout, "a cell ran out of time, and nbval let the rest pass unseen"
    assert "xfailed" not in run.stdout


@pytest.mark.slow
@pytest.mark.parametrize("path", [pytest.param(path, id=slug) for slug, path in CHAPTERS.items()])
def test_run_all_reaches_the_end_of_an_untouched_learners_copy(path: Path, tmp_path: Path) -> None:
    """No cell may need a solution but its own check, which answers in words."""
    copy = tmp_path / path.name
    copy.write_text(dump_notebook(learners_notebook(read_notebook(path))), encoding="utf-8")
    environment = {**os.environ, "MEDIEDU_DATA": str(tmp_path / "no-data")}
    environment.pop("MEDIEDU_STATIC", None)
    command = [sys.executable, "-m", "jupyter", "execute", "--timeout=120", path.name]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr[-3000:]


def test_a_stored_number_that_is_wrong_is_found(tmp_path: Path) -> None:
    """The driver can fail: a marked output that disagrees, and a cell that raises."""
    cell = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "execution_count": 1,
        "source": "# NBVAL_CHECK_OUTPUT\n2 + 2",
    }
    right = {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": "4"},
    }
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    frame = {"metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    for number, (text, source, passes) in enumerate(
        [("4", cell["source"], True), ("5", cell["source"], False), ("4", "2 / 0", False)]
    ):
        outputs = [{**right, "data": {"text/plain": text}}]
        path = tmp_path / f"{number}.ipynb"
        path.write_text(dump_notebook({**frame, "cells": [{**cell, "source": source, "outputs": outputs}]}))
        folder = tmp_path / f"run-{number}"
        folder.mkdir()
        assert (run_nbval(path, folder).returncode == 0) == passes
        assert read_notebook(path)["cells"][0]["source"] == source
