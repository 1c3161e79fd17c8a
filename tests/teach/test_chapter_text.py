"""Chapters as text and back: nothing is lost, ids stay, and neither side writes over the other's changes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediedu.teach.chapter_files import read_notebook
from mediedu.teach.chapters.build import Chapters
from mediedu.teach.chapters.execution import ChapterFailed
from mediedu.teach.chapters.text import (
    ChapterText,
    cells_hash,
    keep_ids,
    to_text,
    with_header,
    without_header,
)

Cell = dict[str, Any]

LINE = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "Zs"], include_characters=".,()[]*`|$+-_/:"),
    max_size=30,
)
CODE = st.lists(
    st.sampled_from(["x = 1", "if x:", "    y = '#'", "", "# note", "%matplotlib inline", "y = '''a'''"]),
    max_size=6,
)
TAGS = st.lists(st.sampled_from(["varies", "raises-exception", "hide"]), unique=True, max_size=2)


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    cells: list[Cell] = [{"cell_type": "markdown", "source": "# Title\n\nWords.", "metadata": {}}]
    for _ in range(draw(st.integers(0, 6))):
        if draw(st.booleans()):
            lines = [line for line in draw(CODE) if not line.startswith("```")]
            source = "\n".join(lines).strip("\n") or "pass"
            cells.append({"cell_type": "code", "source": source, "metadata": {}})
            if tags := draw(TAGS):
                cells[-1]["metadata"] = {"tags": tags}
        else:
            words = " ".join(
                draw(st.lists(st.from_regex(r"[a-zé.,*0-9()]{1,8}", fullmatch=True), min_size=1, max_size=5))
            )
            cells.append({"cell_type": "markdown", "source": f"Text {words}", "metadata": {}})
    about = {
        "needs": draw(st.lists(st.sampled_from(["01", "02"]), unique=True)),
        "limit": draw(st.sampled_from([60, 90])),
    }
    return {"cells": cells, "metadata": {"mediedu": about}}


@given(notebooks())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_text_and_back_keeps_every_cell(notebook: dict[str, Any]) -> None:
    written = ChapterText(to_text(notebook))
    shown = [(cell["cell_type"], cell["source"], cell["metadata"]) for cell in written.cells]
    assert shown == [(cell["cell_type"], cell["source"], cell["metadata"]) for cell in notebook["cells"]]
    again = {
        "cells": written.cells,
        "metadata": {"mediedu": {"needs": written.needs, "limit": written.limit}},
    }
    assert cells_hash(again) == written.base == cells_hash(notebook)


@given(notebooks(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_ids_stay_where_cells_stay(notebook: dict[str, Any], data: st.DataObject) -> None:
    cells = [{**cell, "source": f"{cell['source']}\n{at}"} for at, cell in enumerate(notebook["cells"])]
    old = keep_ids(cells, [], "gamma")
    ids = [cell["id"] for cell in old]
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 8 for id in ids)
    bare = [{key: value for key, value in cell.items() if key != "id"} for cell in old]
    assert keep_ids(bare, old, "gamma") == old
    place = data.draw(st.integers(0, len(bare)))
    new: Cell = {"cell_type": "markdown", "source": "Something new", "metadata": {}}
    grown = keep_ids([*bare[:place], new, *bare[place:]], old, "gamma")
    assert [cell["id"] for at, cell in enumerate(grown) if at != place] == ids
    assert grown[place]["id"] not in ids
    edited = data.draw(st.integers(0, len(bare) - 1))
    changed = [dict(cell) for cell in bare]
    changed[edited]["source"] += " edited"
    assert [cell["id"] for cell in keep_ids(changed, old, "gamma")] == ids


def test_headings_begin_cells_but_not_inside_fences() -> None:
    text = "---\nneeds:\n---\n\n# Title\n\nA.\n\n## One\n\nB.\n\n````text\n## no heading\n````\n\n### Two\nC."
    sources = [cell["source"] for cell in ChapterText(text).cells]
    assert sources == ["# Title\n\nA.", "## One\n\nB.\n\n````text\n## no heading\n````", "### Two\nC."]


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("# Title", "needs a front matter"),
        ("---\nneeds 01\n---\n", "this line is none"),
        ("---\nauthor: me\n---\n", "this line is none"),
    ],
)
def test_front_matter_is_held_to_its_form(text: str, fragment: str) -> None:
    with pytest.raises(ValueError, match=fragment):
        ChapterText(text, "03_gamma.md")


def test_the_generated_line_goes_in_and_out() -> None:
    header = "9 min to read, 5 s to run, 200 MB · needs [chapter 01](01_files.ipynb)"
    source = "# Title\n\n*After this you can* (1) read."
    assert with_header(source, header) == f"# Title\n\n{header}\n\n*After this you can* (1) read."
    assert without_header(with_header(source, header)) == source
    assert with_header(with_header(source, "1 min to read, 5 s to run, 50 MB"), header) == with_header(
        source, header
    )


TEXT = "---\nneeds:\n---\n\n# Title\n\nWords.\n\n```python\n{code}\n```\n"


def course_of(folder: Path, code: str) -> tuple[Chapters, list[str]]:
    told: list[str] = []
    (folder / "texts").mkdir()
    (folder / "texts" / "07_tiny.md").write_text(TEXT.format(code=code), encoding="utf-8")
    return Chapters(folder / "notebooks", folder / "texts", told.append), told


def test_building_stores_and_is_then_quiet(tmp_path: Path) -> None:
    course, told = course_of(tmp_path, "print(2 ** 10)\n2 ** 0.5")
    assert course.stale([]) == {"07_tiny": "new"}
    path = course.build("07_tiny")
    first = path.read_bytes()
    notebook = read_notebook(path)
    assert notebook["cells"][1]["outputs"][0]["text"] == ["1024\n"]
    assert notebook["cells"][1]["execution_count"] == 1
    assert notebook["cells"][0]["source"].startswith("# Title\n\n1 min to read, 5 s to run, ")
    assert notebook["metadata"]["language_info"]["name"] == "python"
    assert "version" not in notebook["metadata"]["language_info"]
    assert course.stale([]) == {}
    assert any("form:" in line for line in told)
    course.build("07_tiny")
    assert path.read_bytes() == first, "built again, nothing differs"

    text = tmp_path / "texts" / "07_tiny.md"
    text.write_text(text.read_text().replace("Words.", "Other words."))
    assert course.stale(["07"]) == {"07_tiny": "its text changed"}
    with pytest.raises(ChapterFailed, match="holds changes that were not built"):
        course.write_texts([])
    ids = [cell["id"] for cell in notebook["cells"]]
    told.clear()
    course.build("07_tiny")
    assert told[0] == "07_tiny: only prose changed; the outputs stay"
    mended = read_notebook(path)
    assert [cell["id"] for cell in mended["cells"]] == ids
    assert mended["cells"][1] == notebook["cells"][1]
    assert mended["cells"][0]["source"] == notebook["cells"][0]["source"].replace("Words.", "Other words.")
    assert course.stale([]) == {}
    course.write_texts([])

    text.write_text(text.read_text().replace("2 ** 10", "2 ** 11"))
    told.clear()
    course.build("07_tiny")
    assert told[0] == "07_tiny: executing"
    assert read_notebook(path)["cells"][1]["outputs"][0]["text"] == ["2048\n"]


def test_a_draft_leaves_the_stored_notebook_alone(tmp_path: Path) -> None:
    course, _ = course_of(tmp_path, "1 + 1")
    out = course.build("07_tiny", draft=True)
    assert out == tmp_path / "texts" / "07_tiny.ipynb"
    assert not (tmp_path / "notebooks").exists()


def test_both_sides_changed_is_refused_and_an_old_text_follows(tmp_path: Path) -> None:
    course, _ = course_of(tmp_path, "1 + 1")
    path = course.build("07_tiny")
    text = tmp_path / "texts" / "07_tiny.md"
    path.write_text(path.read_text().replace("Words.", "Theirs."))
    assert course.stale([]) == {"07_tiny": "its source, checks or quiz changed after it was executed"}
    assert "Theirs." in read_notebook(course.build("07_tiny"))["cells"][0]["source"]
    assert "Theirs." in text.read_text()

    path.write_text(path.read_text().replace("Theirs.", "Theirs again."))
    text.write_text(text.read_text().replace("Theirs.", "Mine."))
    with pytest.raises(ChapterFailed, match="both changed"):
        course.build("07_tiny")
    assert "Mine." in text.read_text()


FAILURES = [
    ("1 / 0", "stopped with ZeroDivisionError"),
    ("import sys\nprint('careful', file=sys.stderr)", "wrote to the error stream: careful"),
    ("import warnings\nwarnings.warn('old')", "wrote to the error stream"),
    ("import os\nos.getcwd()", "shows a path of this machine"),
    ("object()", "gave other outputs the second time"),
    ("import random\nrandom.random()", "gave other outputs the second time"),
    ("import urllib.request\nurllib.request.urlopen('http://example.org')", "without a network"),
    ("import socket\nsocket.socket().connect(('192.0.2.1', 80))", "without a network"),
    ("import ipywidgets\nipywidgets.IntSlider()", "live widget"),
    ("import os\nos._exit(1)", "ended the kernel"),
]


@pytest.mark.parametrize(("code", "fragment"), FAILURES, ids=[fragment for _, fragment in FAILURES])
def test_what_cannot_be_stored_is_refused(tmp_path: Path, code: str, fragment: str) -> None:
    course, _ = course_of(tmp_path, code)
    (tmp_path / "notebooks").mkdir()
    with pytest.raises(ChapterFailed, match=fragment):
        course.build("07_tiny")
    assert list((tmp_path / "notebooks").iterdir()) == []


def test_time_has_a_limit(tmp_path: Path) -> None:
    from mediedu.teach.chapters.execution import execute

    cell: Cell = {
        "cell_type": "code",
        "source": "1",
        "metadata": {},
        "id": "a",
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    with pytest.raises(ChapterFailed, match="; 0 s is its limit"):
        execute(notebook, limit=0.01)
    cell["source"] = "import time; time.sleep(4)"  # as on a processor that others keep busy
    assert execute(notebook, limit=3).seconds < 3
    cell["source"] = "import time; time.sleep(60)"
    with pytest.raises(ChapterFailed, match="ran longer than 1 s"):
        execute(notebook, limit=0.1)


def test_what_varies_may_say_so(tmp_path: Path) -> None:
    course, _ = course_of(tmp_path, "1")
    text = tmp_path / "texts" / "07_tiny.md"
    text.write_text(text.read_text() + '\n```python tags=["varies"]\nobject()\n```\n')
    assert course.build("07_tiny").is_file()


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mediedu.teach.chapters.__main__ import main

    monkeypatch.chdir(tmp_path)
    Path("build", "chapters").mkdir(parents=True)
    Path("build", "chapters", "07_tiny.md").write_text(TEXT.format(code="1 + 1"), encoding="utf-8")
    assert main(["build", "--check"]) == 1
    assert "07_tiny: new" in capsys.readouterr().out
    assert main(["build"]) == 0
    assert main(["build", "--check"]) == 0
    assert main(["text"]) == 0
    assert main(["build", "99"]) == 1
    assert "No chapter '99'" in capsys.readouterr().err
    Path("build", "chapters", "07_tiny.md").write_text(TEXT.format(code="1 / 0"), encoding="utf-8")
    before = Path("notebooks", "07_tiny.ipynb").read_bytes()
    assert main(["build", "07"]) == 1
    assert "not stored. Cell 2 ('1 / 0') stopped with ZeroDivisionError" in capsys.readouterr().err
    assert Path("notebooks", "07_tiny.ipynb").read_bytes() == before
