"""The command ``mediedu``: help, the learner's copy, JupyterLab's command line, records and the doctor."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import mediedu
from mediedu import cli
from mediedu.cli import course


def call(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_version_and_help() -> None:
    assert call("--version").output.strip() == f"mediedu {mediedu.__version__}"
    listed = call("--help").output
    for command in ("lab", "start", "fetch", "data", "doctor", "progress", "student", "assignment", "book"):
        assert f"\n  {command} " in listed


@pytest.mark.parametrize("command", [info.name for info in cli.app.registered_commands])
def test_every_command_explains_itself(command: str) -> None:
    answer = call(command, "--help")
    assert answer.exit_code == 0
    assert len(answer.output.strip().splitlines()) > 3


def test_version_is_the_same_everywhere(project_root: Path) -> None:
    assert f'version = "{mediedu.__version__}"' in (project_root / "pyproject.toml").read_text(
        encoding="utf-8"
    )
    assert f"version: {mediedu.__version__}\n" in (project_root / "CITATION.cff").read_text(encoding="utf-8")


def test_start_makes_the_copy_and_leaves_changes_alone(empty: Path) -> None:
    first = call("start", "mine")
    assert first.exit_code == 0, first.output
    chapters = sorted((empty / "mine").glob("*.ipynb"))
    assert chapters
    changed = chapters[0].read_text(encoding="utf-8").replace('"cells": [', '"cells": [ ', 1)
    chapters[0].write_text(changed, encoding="utf-8")
    assert call("start", "mine").exit_code == 0
    assert chapters[0].read_text(encoding="utf-8") == changed


def test_a_file_in_the_way_is_one_sentence(empty: Path) -> None:
    (empty / "mine").write_text("", encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "mediedu", "start", "mine"], capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("mediedu: mine is a file.")
    assert "Traceback" not in answer.stderr


def test_lab_serves_this_machine_only_and_passes_the_rest_on() -> None:
    command = course.jupyterlab_command(
        Path("mine"), "00_start_here.ipynb", ["--ServerApp.quit_button=False"]
    )
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in command
    assert command[-1] == "--ServerApp.quit_button=False"
    assert not any("token" in word or "password" in word for word in command)


@pytest.mark.skipif(os.name != "posix", reason="Elsewhere JupyterLab is started beside the command.")
@pytest.mark.parametrize(
    ("words", "folder", "passed_on"),
    [
        ([], "mediedu-course", []),
        (["--no-browser", "--port", "8899"], "mediedu-course", ["--no-browser", "--port=8899"]),
        (["mine", "--port=8899", "--no-browser"], "mine", ["--no-browser", "--port=8899"]),
        (["--ip", "0.0.0.0"], "mediedu-course", ["--ip", "0.0.0.0"]),
        (["mine", "--LabApp.extra=1"], "mine", ["--LabApp.extra=1"]),
    ],
)
def test_what_lab_hands_to_jupyterlab(
    empty: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], folder: str, passed_on: list[str]
) -> None:
    seen: dict[str, Any] = {}

    def instead(program: str, command: list[str], environment: dict[str, str]) -> None:
        seen.update(command=command, environment=environment)
        raise typer.Exit(0)

    monkeypatch.setattr(os, "execve", instead)
    answer = call("lab", *words)
    assert answer.exit_code == 0, answer.output
    assert f"--ServerApp.root_dir={(empty / folder).resolve()}" in seen["command"]
    assert seen["command"][len(seen["command"]) - len(passed_on) :] == passed_on
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in seen["command"]
    settings = Path(seen["environment"]["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0])
    page = json.loads((settings / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
    assert page["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


def test_lab_without_jupyterlab_says_what_to_install(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "find_spec", lambda _: None)
    answer = call("lab")
    assert isinstance(answer.exception, FileNotFoundError)
    assert "mediedu[lab]" in str(answer.exception)
    assert not (empty / "mediedu-course").exists()


def test_progress_tells_of_the_course_here(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediedu.teach.progress_file._session", {})  # other tests of this process passed some
    call("start")
    told = call("progress")
    assert told.exit_code == 0
    assert "knn smoothing: 0 of 3 passed" in told.output
    assert isinstance(call("progress", "nowhere").exception, FileNotFoundError)


def test_student_packs_one_archive(empty: Path) -> None:
    assert call("student", "class.zip").exit_code == 0
    with zipfile.ZipFile(empty / "class.zip") as archive:
        names = archive.namelist()
    assert "mediedu-course/00_start_here.ipynb" in names
    assert isinstance(call("student", "class.zip").exception, FileExistsError)
    assert isinstance(call("student", "folder").exception, ValueError)


def test_assignment_writes_source_notebooks(empty: Path) -> None:
    answer = call("assignment", "graded", "knn_smoothing")
    assert answer.exit_code == 0, answer.output
    assert (empty / "graded" / "source" / "knn_smoothing" / "03_knn_smoothing.ipynb").is_file()
    assert isinstance(call("assignment", "graded", "no_such_chapter").exception, ValueError)


def test_fetch_and_data_are_those_of_data_fetch(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIEDU_DATA", str(empty))
    listed = json.loads(call("fetch", "--list", "--json").output)
    assert "breastmnist" in [entry["name"] for entry in listed]
    assert json.loads(call("data", "info", "breastmnist", "--json").output)[0]["name"] == "breastmnist"
    assert call("fetch", "no_such_set").exit_code == 7
    assert "usage: mediedu fetch" in call("fetch").output
    assert "usage: mediedu data" in call("data", "--help").output


def test_book_calls_sphinx_with_warnings_as_errors(
    empty: Path, monkeypatch: pytest.MonkeyPatch, project_root: Path
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command: seen.append(command) or 0)
    answer = call("book", "--output", "pages")
    assert answer.exit_code == 0, answer.output
    assert "--fail-on-warning" in seen[0]
    assert seen[0][-2:] == [str(project_root / "book"), "pages"]


def test_main_turns_a_mistake_into_a_sentence(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mediedu", "progress", "nowhere"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("mediedu: There is no folder nowhere.")
