"""Where data sets lie on this machine.

``<data folder>/<set>/<file name as in the registry>``; an archive is unpacked into a folder beside it that
bears its name without the ending. Names that start with a dot are ours: ``.<file>.part`` (a download under
way), ``.<file>.copy`` (one from a stick), ``.<file>.lock``, ``.<file>.json`` (what was verified, see
``records``).
"""

import contextlib
import os
import stat
from pathlib import Path

# Others than the owner may write: the folder is shared.
_SHARED = stat.S_IWGRP | stat.S_IWOTH


def data_folder() -> Path:
    """Give the folder that holds all sets: ``MEDIEDU_DATA``, else the platform's cache folder."""
    chosen = os.environ.get("MEDIEDU_DATA")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("mediedu", appauthor=False)


def set_folder(name: str) -> Path:
    """Give the folder of one set, whether or not it exists."""
    return data_folder() / name


def part(folder: Path, file: str) -> Path:
    """Give the place of an unfinished download."""
    return folder / f".{file}.part"


def copy(folder: Path, file: str) -> Path:
    """Give the place of a copy from a stick, not yet compared; an unfinished download stays beside it."""
    return folder / f".{file}.copy"


def lock(folder: Path, file: str) -> Path:
    """Give the place of the lock that keeps two programs from fetching one file at once."""
    return folder / f".{file}.lock"


def record(folder: Path, file: str) -> Path:
    """Give the place of the note on what was verified."""
    return folder / f".{file}.json"


def make(folder: Path) -> None:
    """Make a set's folder; inside a folder shared by a class, open to the same people."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir()
    except FileExistsError:
        return
    around = stat.S_IMODE(folder.parent.stat().st_mode)
    if around & _SHARED:
        # Not sticky: who waits for a classmate's download must be able to take over its lock and part.
        folder.chmod(around & ~stat.S_ISVTX)


def drop_if_empty(folder: Path) -> None:
    """Take a set's folder away again where nothing came into it."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def size(place: Path) -> int:
    """Give a file's size; 0 where there is none."""
    try:
        return place.stat().st_size
    except OSError:
        return 0


def open_up(place: Path, folder: Path) -> None:
    """Let others read, and go on with, what we wrote into a set's folder that a class shares."""
    around = stat.S_IMODE(folder.stat().st_mode)
    if not around & _SHARED:
        return
    # A file that a classmate began cannot be changed by us, and is open already.
    with contextlib.suppress(PermissionError):
        if place.is_dir():
            for inside in (place, *place.rglob("*")):
                inside.chmod(around if inside.is_dir() else around & 0o666)
        else:
            place.chmod(around & 0o666)


def settle(part: Path, final: Path) -> None:
    """Give a verified file its final name in one step, after all of it is safe on the disk."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    open_up(part, final.parent)
    part.replace(final)
