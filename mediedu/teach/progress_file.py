"""What a learner has tried and passed, kept in one small file in the course folder."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from mediedu.teach.exercise import exercises_of, slugs
from mediedu.teach.verdict import Note

__all__ = ["course_folder", "progress", "record", "tried", "write_whole"]

MANIFEST = ".mediedu-course.json"
FILE = "progress.json"

_session: dict[str, bool] = {}  # id → passed at least once; what this session knows, written or not
_messages: list[str] = []


def course_folder(start: Path | None = None) -> Path | None:
    """Find the learner's course folder: the nearest one upwards that `student_copy` has made."""
    try:
        here = (start or Path.cwd()).resolve()
    except OSError:  # the folder that Python runs in was deleted
        return None
    return next((folder for folder in (here, *here.parents) if (folder / MANIFEST).is_file()), None)


def record(exercise: str, passed: bool) -> None:
    """Keep that an exercise was tried, and whether it passed. Never raises.

    Outside a course folder it is remembered for this session only.
    """
    _session[exercise] = _session.get(exercise, False) or passed
    folder = course_folder()
    if folder is None:
        return
    kept = _read(folder)
    # All that this session knows, since another notebook may have written in between.
    merged = {**kept, **{name: kept.get(name, False) or done for name, done in _session.items()}}
    if merged == kept:
        return
    try:
        write_whole(folder / FILE, json.dumps({"passed": dict(sorted(merged.items()))}, indent=1) + "\n")
    except OSError as error:
        _tell(f"Your progress could not be saved in {FILE} ({error.strerror}). It counts for this session.")


def tried(exercise: str) -> bool:
    """Whether an answer to this exercise was ever checked, in this session or an earlier one."""
    folder = course_folder()
    return exercise in _session or (folder is not None and exercise in _read(folder))


def progress(folder: str | os.PathLike[str] | None = None) -> Note:
    """Show which exercises have passed, chapter by chapter.

    Parameters
    ----------
    folder : path, optional
        The course folder; the one around the current folder by default.

    Returns
    -------
    Note
        Shows itself as the last expression of a cell; ``print`` gives plain text.
    """
    place = course_folder(Path(folder) if folder is not None else None)
    known = dict(_session)
    if place is not None:
        for name, passed in _read(place).items():
            known[name] = known.get(name, False) or passed
    lines = []
    for slug in _in_course_order():
        of_chapter = exercises_of(slug)
        done = sum(known.get(one.id, False) for one in of_chapter)
        detail = "; ".join(f"{one.number} {_word(known.get(one.id))}" for one in of_chapter)
        lines.append(f"{slug.replace('_', ' ')}: {done} of {len(of_chapter)} passed ({detail})")
    if place is None:
        lines.append("This is not a course folder, so only this session counts. `mediedu start` makes one.")
    lines.extend(_messages)
    return Note("\n".join(lines))


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then in its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # mkstemp gives 0600; a course folder may be shared
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(folder: Path) -> dict[str, bool]:
    path = folder / FILE
    try:
        kept: Any = json.loads(path.read_text(encoding="utf-8"))["passed"]
        return {str(name): bool(passed) for name, passed in kept.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        _tell(f"{FILE} could not be read ({error.strerror}). Earlier answers are not counted.")
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        aside = next(
            name
            for n in range(1, 1000)
            if not (name := path.with_name(f"progress (unreadable {n}).json")).exists()
        )
        try:
            path.replace(aside)
            _tell(f"{FILE} was damaged. It now lies beside it as “{aside.name}”, and counting starts anew.")
        except OSError:
            _tell(f"{FILE} is damaged and could not be set aside. Counting starts anew.")
        return {}


def _tell(message: str) -> None:
    if message not in _messages:
        _messages.append(message)
        print(message)


def _in_course_order() -> list[str]:
    from mediedu.teach.chapter_files import chapters

    order = {slug: index for index, slug in enumerate(chapters())}
    return sorted(slugs(), key=lambda slug: (order.get(slug, len(order)), slug))


def _word(passed: bool | None) -> str:
    return "not tried" if passed is None else "passed" if passed else "tried"
