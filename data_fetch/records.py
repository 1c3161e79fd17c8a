"""Notes beside each fetched file: what was verified, when, and from where.

A file counts as present only with its note, and the note is written last. So a file that somebody put there
by hand, or a half-made folder, is never taken for a verified one. For files whose publisher gives no hash the
note holds the hash of the first fetch, which later ones must match.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from data_fetch import checksums, folders
from data_fetch.checksums import Digests
from data_fetch.registered_set import ByHand, RegisteredSet, RemoteFile

BY_HAND = "by_hand"
Listing = Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Record:
    """What is known of one file on this machine.

    Attributes
    ----------
    sha256, md5, size
        Of the file as it was verified.
    source
        Address or path it came from; ``"by hand"`` where a person put it there.
    fetched
        Date, ISO 8601.
    damaged
        Whether ``verify`` has since found it changed.
    """

    sha256: str
    md5: str
    size: int
    source: str
    fetched: str
    damaged: bool = False

    @property
    def digests(self) -> Digests:
        """The hashes, to compare."""
        return Digests(self.sha256, self.md5, self.size)


def registered(file: RemoteFile) -> Digests:
    """Give what the registry says of a file's contents."""
    return Digests(file.sha256 or "", file.md5 or "", file.size)


def expected(folder: Path, file: RemoteFile) -> Digests:
    """Give what a file must match: the registry's hash, else that of the first fetch, else its size alone."""
    if file.verified:
        return registered(file)
    known = read(folder, file.name)
    return known.digests if known else registered(file)


def read(folder: Path, file: str) -> Record | None:
    """Read the note of a file; None where there is none, or an unreadable one."""
    try:
        return Record(**json.loads(folders.record(folder, file).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(
    folder: Path, file: RemoteFile, found: Digests, source: str, fetched: str, listing: Listing
) -> None:
    """Write the note of a file, and of what was unpacked from it."""
    if file.folder:
        write_listing(folder, file.folder, listing)
    _put(folder, file.name, asdict(Record(found.sha256, found.md5, found.size or 0, source, fetched)))


def mark_damaged(folder: Path, file: str) -> None:
    """Note that a file is no longer what was verified, so that the next fetch renews it."""
    known = read(folder, file)
    if known:
        _put(folder, file, asdict(replace(known, damaged=True)))


def write_listing(folder: Path, what: str, listing: Listing) -> None:
    """Note size and hash of every file below a folder; apart from the note, which is read far more often."""
    _put(folder, f"{what}.listing", dict(listing))


def read_listing(folder: Path, what: str) -> dict[str, tuple[int, str]] | None:
    """Read the listing of what was unpacked, or came by hand; None where there is none."""
    try:
        table = json.loads(folders.record(folder, f"{what}.listing").read_text(encoding="utf-8"))
        return {path: (int(size), str(digest)) for path, (size, digest) in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def hashed(folder: Path, by_hand: Iterable[ByHand], advance: Callable[[int], object]) -> Listing:
    """Take size and hash of every file that came by hand."""
    found = {}
    for hand in by_hand:
        for path in sorted(folder.glob(hand.pattern)):
            if path.is_file():
                digests = checksums.of_file(path, advance)
                found[path.relative_to(folder).as_posix()] = (digests.size or 0, digests.sha256)
    return found


def present(folder: Path, file: RemoteFile) -> bool:
    """Tell whether a verified file lies there, unpacked where it is an archive; reads no contents."""
    known = read(folder, file.name)
    # The registry may have moved on to another version since.
    if known is None or known.damaged or not known.digests.agrees_with(registered(file)):
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
    if entry.by_hand and not folders.record(folder, f"{BY_HAND}.listing").is_file():
        return False
    return all(enough(folder, hand.pattern, hand.count) for hand in entry.by_hand)


def begun(entry: RegisteredSet, folder: Path) -> bool:
    """Tell whether anything of a set was fetched and is still here; unfinished downloads do not count."""
    places = (folder / place for file in entry.files for place in (file.name, file.folder) if place)
    if any(place.exists() for place in places):
        return True
    noted = folders.record(folder, f"{BY_HAND}.listing").is_file()
    return noted and any(enough(folder, hand.pattern, 1) for hand in entry.by_hand)


def enough(folder: Path, pattern: str, count: int) -> bool:
    """Tell whether at least so many files match a pattern; stops counting when there are."""
    matches = folder.glob(pattern) if folder.is_dir() else ()
    return sum(1 for _ in islice(matches, count)) == count


def _put(folder: Path, what: str, table: Mapping[str, Any]) -> None:
    """Write in one step, so that a reader never sees half of a note."""
    place = folders.record(folder, what)
    new = place.with_name(place.name + ".new")
    new.write_text(json.dumps(table), encoding="utf-8")
    folders.open_up(new, folder)
    new.replace(place)
