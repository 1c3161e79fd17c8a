"""nbgrader itself releases and grades the made-up chapter: the solution gets all points, the stub none."""

import json
import os
import sys
from pathlib import Path

import pytest

from mediedu.teach import assignment
from mediedu.teach.chapter_files import read_notebook


@pytest.fixture(scope="module")
def course(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nbgrader")
    assignment(folder, "gamma", points=2, notebooks=built / "notebooks")
    return folder


def test_cells_carry_nbgraders_metadata(course: Path) -> None:
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    path = course / "source" / "gamma" / "03_gamma.ipynb"
    notebook = nbformat.read(path, as_version=4)
    MetadataValidator().validate_nb(notebook)
    marks = [cell.metadata["nbgrader"] for cell in notebook.cells]
    assert sum(mark["solution"] for mark in marks) == 3
    assert [mark["points"] for mark in marks if mark["grade"]] == [2, 2, 2]
    assert all(mark["locked"] for mark in marks if not mark["solution"])
    assert len({mark["grade_id"] for mark in marks}) == len(marks)


@pytest.mark.slow
def test_nbgrader_releases_and_grades(course: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    monkeypatch.chdir(course)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(course / "jupyter"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(course / "jupyter-data"))
    # nbgrader calls the command alembic, which lies beside the Python that runs this.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    config = Config()
    config.CourseDirectory.root = str(course)
    config.Exchange.root = str(course / "exchange")
    config.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    stub = 'raise NotImplementedError("Write the missing lines here.")'
    config.ClearSolutions.code_stub = {"python": stub}
    api = NbGraderAPI(config=config)

    made = api.generate_assignment("gamma")
    assert made["success"], made.get("log")
    released = course / "release" / "gamma" / "03_gamma.ipynb"
    text = released.read_text(encoding="utf-8")
    assert "BEGIN SOLUTION" not in text
    assert "table[image]" not in text
    assert "Write the missing lines here." in text

    answers = {"solved": course / "source" / "gamma" / "03_gamma.ipynb", "untouched": released}
    for student, source in answers.items():
        handed_in = course / "submitted" / student / "gamma" / "03_gamma.ipynb"
        handed_in.parent.mkdir(parents=True)
        notebook = read_notebook(released)
        if student == "solved":
            solved = {cell["id"]: cell["source"] for cell in read_notebook(source)["cells"]}
            for cell in notebook["cells"]:
                if cell["metadata"]["nbgrader"]["solution"]:
                    cell["source"] = solved[cell["id"]]
        handed_in.write_text(json.dumps(notebook), encoding="utf-8")
        graded = api.autograde("gamma", student)
        assert graded["success"], graded.get("log")

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        scores = {name: book.find_submission("gamma", name).score for name in answers}
        assert book.find_assignment("gamma").max_score == 6
    assert scores == {"solved": 6, "untouched": 0}


def test_unknown_chapter_and_points_are_sentences(built: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no chapter 'gama'"):
        assignment(tmp_path, "gama", notebooks=built / "notebooks")
    with pytest.raises(ValueError, match="at least 1 point"):
        assignment(tmp_path, points=0, notebooks=built / "notebooks")


def test_an_instructors_settings_stay(built: Path, tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("mine = True\n")
    written = assignment(tmp_path, notebooks=built / "notebooks")
    assert [path.name for path in written] == ["03_gamma.ipynb"]
    assert (tmp_path / "nbgrader_config.py").read_text() == "mine = True\n"
