"""The learners' folder: every chapter with stubs in place of solutions, kept up to date without loss."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mediedu.teach.chapter_files import (
    Notebook,
    chapters,
    chapters_folder,
    dump_notebook,
    read_notebook,
)
from mediedu.teach.progress_file import MANIFEST, write_whole
from mediedu.teach.solution import numbered_solutions, stubbed, without_test_marks

__all__ = ["CopyReport", "learners_notebook", "student_copy"]


@dataclass
class CopyReport:
    """What `student_copy` did; ``str`` gives it in sentences.

    Attributes
    ----------
    folder : Path
        The course folder.
    new, updated, kept : list of str
        File names: written for the first time or again after they were deleted, replaced by a newer
        version, left alone because nothing is newer.
    beside : dict of str to str
        Chapters that the learner changed, each with the name of the newer version beside it.
    """

    folder: Path
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        total = len(self.new) + len(self.updated) + len(self.kept) + len(self.beside)
        counts = [(len(self.new), "new"), (len(self.updated), "updated")]
        said = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing is newer"
        lines = [
            f"{self.folder} holds your copy of {total} {'chapter' if total == 1 else 'chapters'}: {said}."
        ]
        for name, newer in self.beside.items():
            lines.append(
                f"You changed {name}; it stays as it is. The newer version lies beside it: “{newer}”."
            )
        return "\n".join(lines)


def student_copy(folder: str | os.PathLike[str] = "mediedu-course") -> CopyReport:
    """Make a learner's copy of the chapters, or bring one up to date.

    A chapter that the learner changed is never overwritten: a newer version lands beside it as “… (new
    version).ipynb”. Running cells is no change, editing one is. A chapter that the learner deleted
    comes back, so deleting it and copying again is the way to begin it anew. Files are written whole or
    not at all.

    Parameters
    ----------
    folder : path
        The course folder; it is made when needed.

    Returns
    -------
    CopyReport
        What was done.

    Raises
    ------
    OSError
        Where the folder can't be written (with the reason); what lay there is unharmed.
    ValueError
        Where `folder` is the folder of the original chapters.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(f"{place} is a file. Name a folder for your copy of the chapters.")
    if place.resolve() == chapters_folder().resolve():
        raise ValueError(f"{place} holds the original chapters. Name another folder for your copy.")
    report = CopyReport(place)
    try:
        place.mkdir(parents=True, exist_ok=True)
        given = _read_manifest(place)
        for path in chapters().values():
            _bring(path.name, dump_notebook(learners_notebook(read_notebook(path))), place, given, report)
            _write_manifest(place, given)  # after each file, so that a full disk leaves a true record
        _write_manifest(place, given)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(
            f"Your copy of the chapters could not be written in {place}: {reason}. "
            "Free some space or name another folder, and run it again; nothing of yours was lost."
        ) from error
    return report


def learners_notebook(notebook: Notebook) -> Notebook:
    """Put stubs in place of solutions; clear outputs, so that a prediction comes before its answer.

    Parameters
    ----------
    notebook : dict
        A chapter, as `read_notebook` gives it; it is left as it is.

    Returns
    -------
    dict
        The learner's version.
    """
    solutions = numbered_solutions(notebook)
    cells = []
    for at, cell in enumerate(notebook["cells"]):
        if at in solutions:
            cell = {**cell, "source": stubbed(cell["source"], solutions[at].rpartition(".")[2])}
        if cell["cell_type"] == "code":
            source = without_test_marks(cell["source"])
            cell = {**cell, "source": source, "outputs": [], "execution_count": None}
        cells.append(cell)
    return {**notebook, "cells": cells}


def _bring(name: str, text: str, place: Path, given: dict[str, Any], report: CopyReport) -> None:
    """Bring one chapter into the folder, or a newer version of it beside the learner's own."""
    path, newest = place / name, _fingerprint(text)
    if not path.exists():
        _give(path, text, given)
        report.new.append(name)
        return
    here, before = _fingerprint_of(path), given.get(name, {})
    if here["cells"] == newest["cells"] and not before:  # the record was lost, the file is ours
        given[name] = before = newest
    untouched = here["file"] == before.get("file") or here["cells"] == before.get("cells")
    if untouched and newest["cells"] == here["cells"]:
        if (
            here["file"] == before.get("file") and here["file"] != newest["file"]
        ):  # only what stands around the cells is newer
            _give(path, text, given)
            report.updated.append(name)
        else:
            report.kept.append(name)
    elif untouched:
        _give(path, text, given)
        report.updated.append(name)
    elif newest["cells"] in (here["cells"], before.get("cells"), before.get("offered")):
        report.kept.append(name)
    else:
        beside = _free_name(path, given)
        _give(beside, text, given)
        given[name] = {**before, "offered": newest["cells"]}
        report.beside[name] = beside.name


def _free_name(path: Path, given: dict[str, Any]) -> Path:
    """Find a name for the newer version: free, or an earlier offer that the learner has not touched."""
    number = 1
    while True:
        ending = "(new version)" if number == 1 else f"(new version {number})"
        beside = path.with_name(f"{path.stem} {ending}.ipynb")
        if not beside.exists() or _fingerprint_of(beside)["cells"] == given.get(beside.name, {}).get("cells"):
            return beside
        number += 1


def _give(path: Path, text: str, given: dict[str, Any]) -> None:
    write_whole(path, text)
    given[path.name] = _fingerprint(text)


def _fingerprint_of(path: Path) -> dict[str, str]:
    try:
        return _fingerprint(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return {"file": "", "cells": ""}


def _fingerprint(text: str) -> dict[str, str]:
    """Hash the file, and apart from it what an edit changes: the cells' kinds, sources and attachments."""
    try:
        cells: Any = [
            [cell["cell_type"], "".join(cell["source"]), cell.get("attachments", {})]
            for cell in json.loads(text)["cells"]
        ]
    except (ValueError, KeyError, TypeError):
        cells = text
    return {"file": _hash(text), "cells": _hash(json.dumps(cells, sort_keys=True))}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read_manifest(place: Path) -> dict[str, Any]:
    try:
        read: Any = json.loads((place / MANIFEST).read_text(encoding="utf-8"))["chapters"]
        return {str(name): dict(record) for name, record in read.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # then every chapter that differs counts as the learner's own


def _write_manifest(place: Path, given: dict[str, Any]) -> None:
    text = json.dumps({"chapters": given}, indent=1, sort_keys=True) + "\n"
    path = place / MANIFEST
    if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != text:
        write_whole(path, text)
