"""A chapter as text: jupytext Markdown with a short front matter, and back to cells that keep their ids."""

import contextlib
import difflib
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from mediedu.teach.chapter_files import Cell, Notebook, slug_of
from mediedu.teach.quiz_page import quiz

__all__ = ["ChapterText", "cells_hash", "keep_ids", "source_hash", "to_text"]

_FRONT = re.compile(r"\A---\n(?P<fields>.*?)\n---\n", re.DOTALL)
_HEADER = re.compile(r"^\d+ min to read, \d+ s to run, \d+ MB.*$\n*", re.MULTILINE)
_GENERATED = ("trusted", "execution", "collapsed", "scrolled", "lines_to_next_cell", "ExecuteTime")


class ChapterText:
    """The text of one chapter, read.

    Attributes
    ----------
    needs : list of str
        The numbers of the chapters that it builds on, as in ``["01", "03"]``.
    limit : int
        Seconds that it may run: 60, or 90 where a network is trained.
    base : str
        The hash of the cells that this text was written from; empty for a new chapter.
    cells : list of dict
        Markdown and code cells, without ids and outputs.
    """

    def __init__(self, text: str, name: str = "the chapter") -> None:
        import jupytext

        match = _FRONT.match(text.replace("\r\n", "\n"))
        if not match:
            raise ValueError(
                f'{name} needs a front matter at its top: "---", "needs: 01, 02" (or "needs:"), "---".'
            )
        fields = {}
        for line in match["fields"].splitlines():
            key, colon, value = line.partition(":")
            if not colon or key.strip() not in ("needs", "limit", "base"):
                raise ValueError(
                    f"{name}: the front matter knows needs, limit and base; this line is none: {line!r}."
                )
            fields[key.strip()] = value.strip()
        self.needs = re.findall(r"\d\d", fields.get("needs", ""))
        self.limit = int(fields.get("limit") or 60)
        self.base = fields.get("base", "")
        body = text.replace("\r\n", "\n")[match.end() :]
        read = jupytext.reads(body, fmt={"extension": ".md", "format_name": "markdown"})
        self.cells = [part for cell in read.cells for part in _at_headings(_plain(cell))]
        if self.cells:
            self.cells[0]["source"] = without_header(self.cells[0]["source"])


def to_text(notebook: Notebook) -> str:
    """Write a notebook as text, without its outputs, ids and generated header."""
    import jupytext
    import nbformat

    about = notebook["metadata"].get("mediedu", {})
    front = [f"needs: {', '.join(about.get('needs', []))}".rstrip()]
    if about.get("limit", 60) != 60:
        front.append(f"limit: {about['limit']}")
    front.append(f"base: {cells_hash(notebook)}")
    bare = nbformat.v4.new_notebook(metadata={"jupytext": {"notebook_metadata_filter": "-all"}})
    for at, cell in enumerate(notebook["cells"]):
        made = nbformat.v4.new_code_cell if cell["cell_type"] == "code" else nbformat.v4.new_markdown_cell
        source = without_header(cell["source"]) if at == 0 else cell["source"]
        bare.cells.append(made(source, metadata=_kept(cell["metadata"])))
    body = jupytext.writes(bare, fmt={"extension": ".md", "format_name": "markdown"})
    return "---\n" + "\n".join(front) + "\n---\n\n" + _FRONT.sub("", body).lstrip("\n")


def without_header(source: str) -> str:
    """Take the generated line (minutes, seconds, memory) out of a chapter's first cell."""
    return _HEADER.sub("", source).rstrip("\n")


def with_header(source: str, header: str) -> str:
    """Put the generated line below the title of a chapter's first cell."""
    title, _, rest = without_header(source).partition("\n")
    return "\n\n".join(part for part in (title, header, rest.strip("\n")) if part)


def cells_hash(notebook: Notebook) -> str:
    """Hash what an author writes: cells in order, their tags, and what the chapter needs."""
    about = notebook["metadata"].get("mediedu", {})
    written: list[Any] = [
        [cell["cell_type"], cell["source"], _kept(cell["metadata"])] for cell in notebook["cells"]
    ]
    if written:
        written[0][1] = without_header(written[0][1])
    document = json.dumps([written, about.get("needs", []), about.get("limit", 60)], sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()[:32]


def source_hash(notebook: Notebook, path: Path) -> str:
    """Hash what the stored outputs come from: the cells, the checks, and the quiz as it is shown."""
    slug = slug_of(path)
    digest = hashlib.sha256(cells_hash(notebook).encode())
    checks = Path(__file__).resolve().parent.parent / "exercises" / f"{slug}.py"
    if checks.is_file():
        digest.update(checks.read_text(encoding="utf-8").encode())  # as text: line endings don't count
    with contextlib.suppress(ValueError):  # no quiz yet, or a broken one: the chapter's own cell tells
        digest.update(quiz(slug)._repr_mimebundle_()["text/html"].encode())
    return digest.hexdigest()[:32]


def keep_ids(cells: list[Cell], old: list[Cell], slug: str) -> list[Cell]:
    """Give each cell the id that it had: matched by content, then by its place between matched cells."""
    keys = [(cell["cell_type"], cell["source"]) for cell in cells]
    old_keys = [
        (cell["cell_type"], without_header(cell["source"]) if not at else cell["source"])
        for at, cell in enumerate(old)
    ]
    ids: list[str | None] = [None] * len(cells)
    for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(None, old_keys, keys, autojunk=False).get_opcodes():
        if kind == "equal" or kind == "replace":
            for a, b in zip(range(a0, a1), range(b0, b1), strict=False):
                if old_keys[a][0] == keys[b][0]:
                    ids[b] = old[a].get("id")
    used = {id for id in ids if id}
    for at, id in enumerate(ids):
        salt = 0
        while id is None or (id in used and ids[at] is None):
            id = hashlib.sha256(f"{slug} {keys[at]} {salt}".encode()).hexdigest()[:8]
            salt += 1
        ids[at] = id
        used.add(id)
    return [{**cell, "id": id} for cell, id in zip(cells, ids, strict=True)]


def _plain(cell: Any) -> Cell:
    if cell["cell_type"] not in ("code", "markdown"):
        raise ValueError(f"A chapter holds Markdown and code cells only; this is a {cell['cell_type']} cell.")
    made: Cell = {
        "cell_type": cell["cell_type"],
        "metadata": _kept(json.loads(json.dumps(cell["metadata"]))),
        "source": cell["source"].strip("\n"),
    }
    if made["cell_type"] == "code":
        made.update(execution_count=None, outputs=[])
    return made


def _at_headings(cell: Cell) -> list[Cell]:
    """Let every heading begin a Markdown cell, so that an author need not think of it."""
    if cell["cell_type"] != "markdown":
        return [cell]
    parts: list[list[str]] = [[]]
    fence = ""
    for line in cell["source"].splitlines():
        if mark := re.match(r"\s*(```+|~~~+)", line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        if not fence and re.match(r"#{2,3} ", line) and any(parts[-1]):
            parts.append([])
        parts[-1].append(line)
    return [
        {**cell, "metadata": dict(cell["metadata"]), "source": "\n".join(part).strip("\n")} for part in parts
    ]


def _kept(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in _GENERATED}
