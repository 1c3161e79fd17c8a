"""The learners' folder: stubs, cleared outputs, updates that lose nothing, and plain errors."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from mediedu.teach import learners_copy as module
from mediedu.teach import student_copy
from mediedu.teach.chapter_files import dump_notebook, read_notebook

NAME = "03_gamma.ipynb"
NEWER = "03_gamma (new version).ipynb"


@pytest.fixture
def originals(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the made-up course's notebooks that a test may change."""
    from mediedu.teach import chapter_files

    folder = tmp_path / "originals"
    shutil.copytree(installed, folder)
    for place in (chapter_files, module):
        monkeypatch.setattr(place, "chapters_folder", lambda: folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    notebook = read_notebook(path)
    cell = next(cell for cell in notebook["cells"] if old in cell["source"])
    cell["source"] = cell["source"].replace(old, new)
    path.write_text(dump_notebook(notebook), encoding="utf-8")


def run_cells(path: Path) -> None:
    """What JupyterLab stores when somebody runs cells without editing them."""
    notebook = read_notebook(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 99
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["mine\n"]}]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def sources(path: Path) -> str:
    return "\n".join(cell["source"] for cell in read_notebook(path)["cells"])


def test_solutions_become_stubs(originals: Path, tmp_path: Path) -> None:
    report = student_copy(tmp_path / "course")
    text = sources(tmp_path / "course" / NAME)
    assert report.new == [NAME]
    assert "SOLUTION" not in text
    assert '    """Grey levels 0–255' in text
    assert '\n    raise NotImplementedError("Exercise 1: write the body of gamma8.")' in text
    assert (
        '\n    raise NotImplementedError("Exercise 2: write the missing lines of table.")\n    return' in text
    )
    assert "air = ...  # Exercise 3: put your answer in place of the three dots." in text


def test_no_output_is_left_to_spoil_a_prediction(originals: Path, tmp_path: Path) -> None:
    assert any(cell.get("outputs") for cell in read_notebook(originals / NAME)["cells"])
    student_copy(tmp_path / "course")
    for cell in read_notebook(tmp_path / "course" / NAME)["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            assert "NBVAL" not in cell["source"], "a mark for our tests, of no use to a learner"


def test_second_time_nothing_is_touched(originals: Path, tmp_path: Path) -> None:
    student_copy(tmp_path / "course")
    before = (tmp_path / "course" / NAME).stat().st_mtime_ns
    report = student_copy(tmp_path / "course")
    assert report.kept == [NAME]
    assert (tmp_path / "course" / NAME).stat().st_mtime_ns == before
    assert "nothing is newer" in str(report)


def test_an_untouched_chapter_is_updated_in_place(originals: Path, tmp_path: Path) -> None:
    student_copy(tmp_path / "course")
    edit(originals / NAME, "same film", "very same film")
    report = student_copy(tmp_path / "course")
    assert report.updated == [NAME]
    assert "very same film" in sources(tmp_path / "course" / NAME)


def test_running_cells_is_no_change(originals: Path, tmp_path: Path) -> None:
    student_copy(tmp_path / "course")
    run_cells(tmp_path / "course" / NAME)
    assert student_copy(tmp_path / "course").kept == [NAME]
    assert "mine" in (tmp_path / "course" / NAME).read_text()
    edit(originals / NAME, "same film", "very same film")
    assert student_copy(tmp_path / "course").updated == [NAME]


def test_a_changed_chapter_is_never_overwritten(originals: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    student_copy(course)
    edit(course / NAME, "air = ...", "air = -1000  # mine")
    mine = (course / NAME).read_bytes()
    assert student_copy(course).kept == [NAME], "no newer version, nothing to say"

    edit(originals / NAME, "same film", "very same film")
    report = student_copy(course)
    assert (course / NAME).read_bytes() == mine
    assert report.beside == {NAME: NEWER}
    assert f"You changed {NAME}" in str(report)
    assert "very same film" in sources(course / NEWER)
    assert student_copy(course).beside == {}, "told once"

    edit(originals / NAME, "very same film", "old film")
    assert student_copy(course).beside == {NAME: NEWER}, "an untouched offer is replaced"
    assert "old film" in sources(course / NEWER)

    edit(course / NEWER, "old film", "my second notes")
    edit(originals / NAME, "old film", "third film")
    assert student_copy(course).beside == {NAME: "03_gamma (new version 2).ipynb"}
    assert "my second notes" in sources(course / NEWER)
    assert (course / NAME).read_bytes() == mine


def test_a_deleted_chapter_comes_back(originals: Path, tmp_path: Path) -> None:
    student_copy(tmp_path / "course")
    (tmp_path / "course" / NAME).unlink()
    assert student_copy(tmp_path / "course").new == [NAME]


@pytest.mark.parametrize("record", ["", "{", '{"chapters": 3}', '{"chapters": {"03_gamma.ipynb": 3}}'])
def test_a_lost_record_loses_no_work(originals: Path, tmp_path: Path, record: str) -> None:
    course = tmp_path / "course"
    student_copy(course)
    (course / module.MANIFEST).write_text(record)
    assert student_copy(course).kept == [NAME]
    edit(course / NAME, "air = ...", "air = -1000")
    (course / module.MANIFEST).write_text(record)
    assert student_copy(course).beside == {NAME: NEWER}
    assert "air = -1000" in sources(course / NAME)


def test_a_damaged_chapter_counts_as_changed(originals: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    student_copy(course)
    (course / NAME).write_bytes(b"\xff\xfe half a file")
    edit(originals / NAME, "same film", "very same film")
    assert student_copy(course).beside == {NAME: NEWER}
    assert (course / NAME).read_bytes() == b"\xff\xfe half a file"


def test_a_file_in_the_way_is_told(originals: Path, tmp_path: Path) -> None:
    (tmp_path / "course").write_text("")
    with pytest.raises(NotADirectoryError, match=r"is a file\. Name a folder"):
        student_copy(tmp_path / "course")


def test_the_originals_are_refused(originals: Path) -> None:
    with pytest.raises(ValueError, match="original chapters"):
        student_copy(originals)


def test_a_full_disk_is_a_sentence_and_harms_nothing(
    originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tmp_path / "course"
    student_copy(course)
    before = (course / NAME).read_bytes()
    edit(originals / NAME, "same film", "very same film")

    def full(source: str, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match=r"No space left on device\. Free some space"):
        student_copy(course)
    assert (course / NAME).read_bytes() == before
    assert sorted(path.name for path in course.iterdir()) == [module.MANIFEST, NAME]
