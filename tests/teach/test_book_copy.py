"""The book's copies: the stub in sight, the solution folded below it, everything else as stored."""

from pathlib import Path

from mediedu.teach.book_copy import book_copy
from mediedu.teach.chapter_files import read_notebook
from mediedu.teach.chapters.__main__ import main


def test_each_solution_is_folded_below_its_stub(installed: Path, tmp_path: Path) -> None:
    out = tmp_path / "book"
    assert book_copy(out, notebooks=installed) == [out / "03_gamma.ipynb"]
    stored, copied = (
        read_notebook(installed / "03_gamma.ipynb")["cells"],
        read_notebook(out / "03_gamma.ipynb")["cells"],
    )
    folded = [at for at, cell in enumerate(copied) if "hide-input" in cell["metadata"].get("tags", [])]
    assert len(folded) == 3
    for at in folded:
        assert "Exercise" in copied[at - 1]["source"]
        assert copied[at - 1]["outputs"] == []
        assert copied[at]["metadata"]["mystnb"]["code_prompt_show"] == "Show a solution"
    assert "SOLUTION" not in "".join(cell["source"] for cell in copied)
    kept = [cell for at, cell in enumerate(copied) if at not in folded and at + 1 not in folded]
    for cell in stored:
        cell["source"] = cell["source"].replace("# NBVAL_CHECK_OUTPUT\n", "")
        if cell["source"].startswith("check("):
            cell["outputs"] = []
    assert kept == [cell for cell in stored if "SOLUTION" not in cell["source"]]
    assert len({cell["id"] for cell in copied}) == len(copied)


def test_only_what_changed_is_written_and_old_chapters_go(installed: Path, tmp_path: Path) -> None:
    out = tmp_path / "book"
    book_copy(out, notebooks=installed)
    before = (out / "03_gamma.ipynb").stat().st_mtime_ns
    (out / "99_gone.ipynb").write_text("{}")
    (out / "index.md").write_text("mine")
    assert main(["--notebooks", str(installed), "book", str(out)]) == 0
    assert (out / "03_gamma.ipynb").stat().st_mtime_ns == before
    assert sorted(path.name for path in out.iterdir()) == ["03_gamma.ipynb", "index.md"]
