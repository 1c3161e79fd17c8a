"""The book's copies of the chapters: each solution folded below the stub that a learner starts from."""

from pathlib import Path

from mediedu.teach.chapter_files import Cell, chapters, check_of, dump_notebook, read_notebook
from mediedu.teach.progress_file import write_whole
from mediedu.teach.solution import numbered_solutions, stubbed, unmarked, without_test_marks

__all__ = ["book_copy"]


def book_copy(folder: Path, *, notebooks: Path | None = None) -> list[Path]:
    """Write the chapters for the book.

    A solution cell becomes two: the stub, and the solution with the tag ``hide-input``, which myst-nb
    folds under the words “Show a solution”. The other outputs stay as they are stored; a file is touched only
    where its content changes.

    Parameters
    ----------
    folder : Path
        Where to write; it is made when needed. Chapters there that no longer exist are removed.
    notebooks : Path, optional
        Where the chapters are; the checkout's or the wheel's by default.

    Returns
    -------
    list of Path
        The files, in the order of the course.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in chapters(notebooks).values():
        notebook = read_notebook(path)
        solutions = numbered_solutions(notebook)
        cells: list[Cell] = []
        for at, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] == "code":
                cell = {**cell, "source": without_test_marks(cell["source"])}
                if check_of(cell) is not None:
                    cell["outputs"] = []  # a stub stands above it here; praise below it would puzzle
            cells += _folded(cell, solutions[at].rpartition(".")[2]) if at in solutions else [cell]
        text = dump_notebook({**notebook, "cells": cells})
        out = folder / path.name
        if not out.is_file() or out.read_text(encoding="utf-8") != text:
            write_whole(out, text)
        written.append(out)
    for old in folder.glob("[0-9][0-9]_*.ipynb"):
        if old not in written:
            old.unlink()
    return written


def _folded(cell: Cell, number: str) -> list[Cell]:
    stub = {**cell, "source": stubbed(cell["source"], number), "outputs": [], "execution_count": None}
    about = {
        **cell["metadata"],
        "tags": [*cell["metadata"].get("tags", []), "hide-input"],
        "mystnb": {"code_prompt_show": "Show a solution", "code_prompt_hide": "Hide the solution"},
    }
    return [
        stub,
        {**cell, "id": f"{cell['id']}-solution", "source": unmarked(cell["source"]), "metadata": about},
    ]
