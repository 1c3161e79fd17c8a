"""Notes beside each fetched file: what was verified, when, and from where.

A file counts as present only with its note, and the note is written last. So a file that somebody put there
by hand, or a half-made folder, is never taken for a verified one. For files whose publisher gives no hash the
note holds the hash of the first fetch, which later ones must match.
"""

import json
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from data_fetch import folders
from data_fetch.registered_set import RegisteredSet, RemoteFile


@dataclass(frozen=True)
class Record:
    """What is known of one file on this machine.

    Attributes
    ----------
    sha256, size
        Of the file as verified.
    source
        Address or folder it came from; ``"by hand"`` where a person put it there.
    fetched
        Date, ISO 8601.
    unpacked
        Relative path → ``[size, sha256]`` of every unpacked file; empty for plain files.
    """

    sha256: str
    size: int
    source: str
    fetched: str
    unpacked: dict[str, list[Any]] = field(default_factory=dict)


def read(folder: Path, file: str) -> Record | None:
    """Read the note of a file; None where there is none, or an unreadable one."""
    try:
        return Record(**json.loads(folders.record(folder, file).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, file: str, record: Record) -> None:
    """Write the note of a file in one step, so that a reader never sees half of it."""
    place = folders.record(folder, file)
    new = place.with_name(place.name + ".new")
    new.write_text(json.dumps(asdict(record)), encoding="utf-8")
    new.replace(place)


def present(folder: Path, file: RemoteFile) -> bool:
    """Tell whether a verified file lies there, unpacked where it is an archive; reads no contents."""
    known = read(folder, file.name)
    if known is None:
        return False
    try:
        same = (folder / file.name).stat().st_size == known.size
    except OSError:
        return False
    return same and (file.folder is None or (folder / file.folder).is_dir())


def complete(entry: RegisteredSet, folder: Path) -> bool:
    """Tell whether every file of a set is present, those to be got by hand included."""
    if not all(present(folder, file) for file in entry.files):
        return False
    return all(enough(folder, hand.pattern, hand.count) for hand in entry.by_hand)


def enough(folder: Path, pattern: str, count: int) -> bool:
    """Tell whether at least so many files match a pattern; stops counting when there are."""
    matches = folder.glob(pattern) if folder.is_dir() else ()
    return sum(1 for _ in islice(matches, count)) == count
