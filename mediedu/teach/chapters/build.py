"""Bring changed texts back into the notebooks, execute what changed, store it with a measured header."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mediedu.teach.chapter_files import Cell, Notebook, chapters, dump_notebook, read_notebook, slug_of
from mediedu.teach.chapters.execution import KERNEL, ChapterFailed, Run, execute
from mediedu.teach.chapters.form import faults
from mediedu.teach.chapters.text import ChapterText, cells_hash, keep_ids, source_hash, to_text, with_header
from mediedu.teach.progress_file import write_whole

__all__ = ["Chapters", "reading_minutes"]

_SECONDS = (5, 10, 15, 20, 30, 45, 60, 90)
_MEASURED = re.compile(r"\d+ s to run, \d+ MB of memory")


class Chapters:
    """The chapters of a checkout, as notebooks and as texts.

    Parameters
    ----------
    notebooks : Path
        The folder of the stored notebooks.
    texts : Path
        The folder of their texts; it is made when needed.
    tell : callable
        Gets lines of progress.
    """

    def __init__(self, notebooks: Path, texts: Path, tell: Callable[[str], None] = print) -> None:
        self.notebooks, self.texts, self.tell = notebooks, texts, tell

    def names(self, chosen: list[str]) -> list[str]:
        """List the chapters' names (file names without endings); `chosen` are numbers, slugs or names.

        Raises
        ------
        ValueError
            Where one of `chosen` is no chapter.
        """
        places = [*self.notebooks.glob("[0-9][0-9]_*.ipynb"), *self.texts.glob("[0-9][0-9]_*.md")]
        known = sorted({path.stem for path in places})
        if not chosen:
            return known
        found = []
        for one in chosen:
            stem = Path(one).stem
            hits = [name for name in known if stem in (name, name[:2], name[3:])]
            if not hits:
                raise ValueError(
                    f"No chapter {one!r} in {self.notebooks.name} or {self.texts.name}; there are: {known}."
                )
            found += hits
        return sorted(set(found))

    def write_texts(self, chosen: list[str], *, force: bool = False) -> None:
        """Write each notebook as text, except over a text with changes that were not built yet.

        Raises
        ------
        ChapterFailed
            Where such a text is in the way and `force` is off.
        """
        kept = []
        for name in self.names(chosen):
            path, text_path = self.notebooks / f"{name}.ipynb", self.texts / f"{name}.md"
            if not path.is_file():
                continue  # so far only a text
            text = to_text(read_notebook(path))
            if text_path.is_file() and not force:
                written = ChapterText(text_path.read_text(encoding="utf-8"), text_path.name)
                if cells_hash(_notebook(written)) not in (written.base, cells_hash(read_notebook(path))):
                    kept.append(name)
                    continue
            self.texts.mkdir(parents=True, exist_ok=True)
            write_whole(text_path, text)
            self.tell(f"{name}: written as text")
        if kept:
            raise ChapterFailed(
                f"The text of {', '.join(kept)} holds changes that were not built yet, and was kept. "
                "Build it, or write over it with --force."
            )

    def stale(self, chosen: list[str]) -> dict[str, str]:
        """Give the chapters that `build` would execute, each with the reason."""
        reasons = {}
        for name in self.names(chosen):
            path, text_path = self.notebooks / f"{name}.ipynb", self.texts / f"{name}.md"
            if not path.is_file():
                reasons[name] = "new"
                continue
            stored = read_notebook(path)
            if text_path.is_file() and cells_hash(self._current(name)) != cells_hash(stored):
                reasons[name] = "its text changed"
            elif stored["metadata"].get("mediedu", {}).get("source") != source_hash(stored, path):
                reasons[name] = "its source, checks or quiz changed after it was executed"
            elif self._needs(stored["metadata"]["mediedu"]["needs"]) not in stored["cells"][0]["source"]:
                reasons[name] = "a chapter that it needs was added or renamed"
        return reasons

    def build(self, name: str, *, draft: bool = False) -> Path:
        """Execute one chapter and store it; where only prose changed, the outputs stay as they are.

        Parameters
        ----------
        name : str
            The chapter's file name without its ending.
        draft : bool
            Execute once and write the result beside the text, leaving the stored notebook as it is.

        Returns
        -------
        Path
            The written notebook.

        Raises
        ------
        ChapterFailed
            Where it doesn't run, breaks a rule of stored outputs, or gives other outputs the second time.
        """
        path = self.notebooks / f"{name}.ipynb"
        notebook = self._current(name)
        about = notebook["metadata"]["mediedu"]
        stored = read_notebook(path) if path.is_file() and not draft else None
        if stored is not None and _only_prose_changed(notebook, stored, path):
            for cell, old in zip(_code(notebook), _code(stored), strict=True):
                cell |= {key: old[key] for key in ("outputs", "execution_count")}
            measured = _MEASURED.findall(stored["cells"][0]["source"])[0]
            self.tell(f"{name}: only prose changed; the outputs stay")
            return self._store(name, notebook, measured)
        self.tell(f"{name}: executing")
        run = execute(notebook, limit=about["limit"], tell=lambda line: self.tell(f"{name}: {line}"))
        if not draft:
            self.tell(f"{name}: executing again, to see that the outputs stay the same")
            _demand_same(run.cells, execute(notebook, limit=about["limit"]).cells)
        notebook["cells"] = run.cells
        self.tell(f"{name}: {run.seconds:.1f} s, {run.peak_mb} MB")
        return self._store(name, notebook, _measured(run), draft=draft)

    def _store(self, name: str, notebook: Notebook, measured: str, *, draft: bool = False) -> Path:
        """Put the generated line in, and write the notebook and, but for a draft, its text."""
        path, about = self.notebooks / f"{name}.ipynb", notebook["metadata"]["mediedu"]
        if notebook["cells"]:
            first = notebook["cells"][0]
            line = f"{reading_minutes(notebook['cells'])} min to read, {measured}"
            first["source"] = with_header(first["source"], line + self._needs(about["needs"]))
        about["source"] = source_hash(notebook, path)
        out = self.texts / path.name if draft else path
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, dump_notebook(notebook))
        if not draft:
            self.texts.mkdir(parents=True, exist_ok=True)
            write_whole(self.texts / f"{name}.md", to_text(notebook))
        self.tell(f"{name}: {out.stat().st_size / 1e6:.2f} MB stored")
        for fault in faults(out):
            self.tell(f"{name}: form: {fault}")
        return out

    def _current(self, name: str) -> Notebook:
        """Give what the author means: the text's cells where there is a text, else the notebook's own."""
        path, text_path = self.notebooks / f"{name}.ipynb", self.texts / f"{name}.md"
        stored = read_notebook(path) if path.is_file() else None
        if not text_path.is_file():
            if stored is None:
                raise ValueError(f"There is no chapter {name}.")
            about = stored["metadata"].get("mediedu", {})
            notebook = _frame(stored["cells"], about.get("needs", []), about.get("limit", 60))
            notebook["cells"] = keep_ids(notebook["cells"], stored["cells"], slug_of(path))
            return notebook
        written = ChapterText(text_path.read_text(encoding="utf-8"), text_path.name)
        notebook = _notebook(written)
        if stored is not None:
            now, mine = cells_hash(stored), cells_hash(notebook)
            if mine == written.base and now != mine:  # the text was not touched; the notebook moved on
                text_path.unlink()
                return self._current(name)
            if written.base and now not in (written.base, mine):
                raise ChapterFailed(
                    f"{name}: the notebook and its text both changed since the text was written. "
                    "Take the line “base:” out to let your text win, or put it aside and run “text --force”."
                )
        notebook["cells"] = keep_ids(notebook["cells"], stored["cells"] if stored else [], slug_of(path))
        return notebook

    def _needs(self, needs: list[str]) -> str:
        names = {path.name[:2]: path.name for path in chapters(self.notebooks).values()}
        links = [f"[chapter {one}]({names[one]})" if one in names else f"chapter {one}" for one in needs]
        listed = " and ".join([", ".join(links[:-1]), links[-1]] if links[1:] else links)
        return f" · needs {listed}" if links else ""


def _measured(run: Run) -> str:
    """Tell seconds and memory in round numbers."""
    seconds = next((step for step in _SECONDS if run.seconds <= step), math.ceil(run.seconds / 30) * 30)
    return f"{seconds} s to run, {math.ceil(run.peak_mb / 50) * 50} MB of memory"


def _only_prose_changed(notebook: Notebook, stored: Notebook, path: Path) -> bool:
    """Say whether a chapter's stored outputs are up to date and its code is still the same."""
    if stored["metadata"].get("mediedu", {}).get("source") != source_hash(stored, path):
        return False
    if not _MEASURED.search(stored["cells"][0]["source"]):
        return False
    now, before = (
        [(cell["source"], cell["metadata"].get("tags", [])) for cell in _code(one)]
        for one in (notebook, stored)
    )
    return now == before and cells_hash(notebook) != cells_hash(stored)


def _code(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def reading_minutes(cells: list[Cell]) -> int:
    """Estimate the reading time: 200 words a minute, and a quarter of a minute for each code cell."""
    words = sum(len(re.findall(r"\w+", cell["source"])) for cell in cells if cell["cell_type"] == "markdown")
    return max(1, round(words / 200 + sum(cell["cell_type"] == "code" for cell in cells) / 4))


def _notebook(written: ChapterText) -> Notebook:
    return _frame(written.cells, written.needs, written.limit)


def _frame(cells: list[Cell], needs: list[str], limit: int) -> Notebook:
    about: dict[str, Any] = {"needs": needs, "limit": limit}
    language = {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    }
    metadata = {"kernelspec": KERNEL, "language_info": language, "mediedu": about}
    return {"cells": json.loads(json.dumps(cells)), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _demand_same(first: list[Cell], second: list[Cell]) -> None:
    for at, (one, other) in enumerate(zip(first, second, strict=True)):
        varies = "varies" in one["metadata"].get("tags", [])
        if not varies and one.get("outputs") != other.get("outputs"):
            line = next((line for line in one["source"].splitlines() if line.strip()), "")
            raise ChapterFailed(
                f"Cell {at + 1} ({line[:60]!r}) gave other outputs the second time. Seed what is random, "
                'show no object\'s address; where it must vary (a time), give the cell the tag "varies".'
            )
