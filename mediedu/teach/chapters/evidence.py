"""What a chapter's stored outputs must be: executed in order, clean, with alt text, of the current source."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from mediedu.teach.chapter_files import Notebook
from mediedu.teach.chapters.execution import absolute_paths
from mediedu.teach.chapters.parts import code_cells, is_prose, name_of
from mediedu.teach.chapters.text import source_hash

__all__ = ["MARKER", "evidence", "markers", "outputs", "pictures"]

LARGEST = 1_500_000  # bytes
MARKER = "NBVAL_CHECK_OUTPUT"


def outputs(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look at size, order, errors, paths and ids."""
    if (size := path.stat().st_size) > LARGEST:
        yield f"The notebook has {size / 1e6:.2f} MB; {LARGEST / 1e6} MB is the most."
    if "widgets" in notebook["metadata"]:
        yield "The notebook holds widget state; build it again."
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "The notebook names no python3 kernel; JupyterLab would ask for one."
    for count, cell in enumerate(code_cells(notebook), 1):
        if cell["execution_count"] != count:
            yield f"{name_of(cell)} is not executed in order."
        raises = any(output["output_type"] == "error" for output in cell["outputs"])
        if "raises-exception" in cell["metadata"].get("tags", []) and not raises:
            yield f"{name_of(cell)} has the tag raises-exception and raises nothing; nbval would not notice."
        for output in cell["outputs"]:
            if output.get("name") == "stderr":
                yield f"{name_of(cell)} stores error-stream text."
            if output["output_type"] == "error" and "raises-exception" not in cell["metadata"].get(
                "tags", []
            ):
                yield f"{name_of(cell)} stores an error: {output['ename']}."
            if found := absolute_paths(output):
                yield f"{name_of(cell)} shows a path of a machine: {found[0]}."
    for cell in notebook["cells"]:
        as_output = {"output_type": "stream", "text": cell["source"]}
        if found := absolute_paths(as_output):
            yield f"{name_of(cell)} holds a path of a machine: {found[0]}."
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) != len(ids):
        yield "Every cell needs an id of its own; build the chapter."


def pictures(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look for pictures without alt text."""
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            bundle = output.get("data", {})
            reader = _Pictures()
            reader.feed("".join(bundle.get("text/html", "")))
            if reader.without_alt:
                yield f"{name_of(cell)} shows a picture without alt text."
            for kind in bundle:
                alt = output.get("metadata", {}).get(kind, {}).get("alt", "")
                if kind.startswith("image/") and not alt.strip() and not reader.with_alt:
                    yield f"{name_of(cell)} shows a picture ({kind}) without alt text; use mediedu.figures."
    for cell in notebook["cells"]:
        if is_prose(cell) and re.search(r"!\[\s*\]\(", cell["source"]):
            yield f"{name_of(cell)} holds a picture without alt text."


def markers(notebook: Notebook, path: Path) -> Iterator[str]:
    """Look at the marks that nbval reads."""
    for cell in code_cells(notebook):
        for line in cell["source"].splitlines():
            if MARKER in line and line.strip() != f"# {MARKER}":
                yield f"{name_of(cell)}: nbval sees # {MARKER} only where it stands alone on its line."
        marked = any(line.strip() == f"# {MARKER}" for line in cell["source"].splitlines())
        if marked and not cell["outputs"]:
            yield f"{name_of(cell)} is marked {MARKER} and shows nothing."
        if marked and any("text/html" in output.get("data", {}) for output in cell["outputs"]):
            yield f"{name_of(cell)} is marked {MARKER} and shows HTML or a picture; mark numbers only."


def evidence(notebook: Notebook, path: Path) -> Iterator[str]:
    """Hold the stored hash against the source."""
    if notebook["metadata"].get("mediedu", {}).get("source") != source_hash(notebook, path):
        yield "The stored outputs do not belong to the current source, checks or quiz: build the chapter."


class _Pictures(HTMLParser):
    """Count the pictures of a piece of HTML, with and without alt text; scripts are not read."""

    def __init__(self) -> None:
        super().__init__()
        self.with_alt = self.without_alt = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            alt = dict(attrs).get("alt")
            self.with_alt += bool(alt and alt.strip())
            self.without_alt += not (alt and alt.strip())
