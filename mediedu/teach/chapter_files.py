"""Where the chapters lie (checkout or installed wheel), and how their files are read and written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = [
    "chapter_of",
    "chapters",
    "chapters_folder",
    "check_of",
    "dump_notebook",
    "read_notebook",
    "slug_of",
]

_NAME = re.compile(r"(?P<number>\d\d)_(?P<slug>\w+)\.ipynb")
_CHECK = re.compile(r"""^\s*(?:\w+\s*=\s*)?check\(\s*["'](?P<id>[^"']+)["']""", re.MULTILINE)

Notebook = dict[str, Any]
Cell = dict[str, Any]


def chapters_folder() -> Path:
    """Give the folder of the chapters: inside the installed package, or ``notebooks/`` of the checkout.

    Raises
    ------
    FileNotFoundError
        Where neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_notebooks", package.parent / "notebooks"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("The chapters are missing from this installation. Install mediedu again.")


def chapters(folder: Path | None = None) -> dict[str, Path]:
    """Give the chapters' files by slug, in the order of the course."""
    try:
        place = folder or chapters_folder()
    except FileNotFoundError:
        return {}
    found = ((path, _NAME.fullmatch(path.name)) for path in sorted(place.glob("*.ipynb")))
    return {match["slug"]: path for path, match in found if match}


def chapter_of(slug: str) -> Path | None:
    """Find the chapter's file by its slug; None where it isn't on this machine."""
    return chapters().get(slug)


def slug_of(path: Path) -> str:
    """Give the slug of a chapter's file, as in ``knn_smoothing`` for ``03_knn_smoothing.ipynb``."""
    return path.stem.partition("_")[2] if re.match(r"\d\d_", path.stem) else path.stem


def read_notebook(path: Path) -> Notebook:
    """Read a notebook, with every source as one text.

    Raises
    ------
    ValueError
        Where the file is no notebook.
    """
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = _joined(cell["source"])
            cell.setdefault("metadata", {})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path.name} is not a readable notebook: {error}. Get it again from its source."
        ) from error
    return notebook


def dump_notebook(notebook: Notebook) -> str:
    """Turn a notebook into text: sorted keys, one line of source per line, one newline at the end."""
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]]
    return json.dumps({**notebook, "cells": cells}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def check_of(cell: Cell) -> str | None:
    """Give the exercise that a check cell checks; None for any other cell."""
    if cell["cell_type"] != "code":
        return None
    match = _CHECK.search(cell["source"])
    return match["id"] if match else None


def checks(notebook: Notebook) -> Iterator[tuple[int, str]]:
    """Go through the check cells: their position and the exercise that each checks."""
    for position, cell in enumerate(notebook["cells"]):
        if (id := check_of(cell)) is not None:
            yield position, id


def _joined(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)
