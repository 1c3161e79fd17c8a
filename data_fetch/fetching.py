"""Fetch a set: what is missing of it, verified, unpacked, noted, and only once however many ask."""

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from data_fetch import checksums, folders, records
from data_fetch.checksums import Digests
from data_fetch.disk import make_room, troubles_told
from data_fetch.download import dead_among, download
from data_fetch.errors import ManualStep, TermsNotAccepted
from data_fetch.from_mirror import copy, or_promised
from data_fetch.patience import Patience
from data_fetch.progress import Progress, fitting
from data_fetch.registered_set import RegisteredSet, RemoteFile
from data_fetch.registry import lookup
from data_fetch.sizes import in_words
from data_fetch.sources import Mirror, addresses, chosen_mirror
from data_fetch.unfinished import Unfinished
from data_fetch.unpack import unpack


def fetch(
    name: str,
    *,
    mirror: str | Path | None = None,
    accept_terms: bool = False,
    quiet: bool = False,
    patience: Patience | None = None,
) -> Path:
    """Fetch a data set, or what is still missing of it, and give its folder.

    Parameters
    ----------
    name
        Name as in the registry, such as ``"breastmnist"``.
    mirror
        Folder or web address of a classroom mirror, asked before the publisher; else ``MEDIEDU_MIRROR``.
    accept_terms
        Say that you have read and accept the publisher's terms, for sets that need it.
    quiet
        Show no progress.
    patience
        How long to wait for what; the defaults suit people.

    Returns
    -------
    pathlib.Path
        Folder of the set, as ``data_fetch.path`` gives it. A complete set is neither fetched nor locked.

    Raises
    ------
    UnknownSet, Offline, ServerTrouble, HashMismatch, NotEnoughSpace, CannotWrite, UnsafeArchive
        Each with a sentence that says what happened and what to do. What came is kept and resumed next time.
    TermsNotAccepted, ManualStep
        If a person must act first.
    """
    entry = lookup(name)
    folder = folders.set_folder(name)
    if records.complete(entry, folder):
        return folder
    progress = fitting(quiet)
    source = chosen_mirror(mirror, progress)
    if entry.access == "terms" and not accept_terms:
        raise TermsNotAccepted(
            f"{entry.title} has terms of its own. {entry.terms} Read them at {entry.licence_url}, "
            f"and if you accept them: {entry.command} --accept-terms"
        )
    with troubles_told(folder):
        folders.make(folder)
        for file in entry.files:
            if not records.present(folder, file):
                _fetch_file(entry, file, folder, source, patience or Patience(), progress)
        _take_what_came_by_hand(entry, folder, progress)
    return folder


def _fetch_file(
    entry: RegisteredSet,
    file: RemoteFile,
    folder: Path,
    mirror: Mirror | None,
    patience: Patience,
    progress: Progress,
) -> None:
    with _alone(folder, file, progress):
        # Whoever held the lock before us may have fetched it.
        if records.present(folder, file):
            return
        expected = records.expected(folder, file)
        place = folder / file.name
        known = records.read(folder, file.name)
        source, fetched = (known.source, known.fetched) if known else ("by hand", _today())
        found = _already_there(place, expected)
        if found is None:
            found, source, expected = _get(entry, file, folder, mirror, expected, patience, progress)
            fetched = _today()
        listing = {}
        if file.folder:
            progress.begin(f"unpacking {file.name}", None)
            listing = unpack(place, folder / file.folder, progress.advance)
            progress.end()
        records.write(folder, file, found, source, fetched, listing)
        checked = (
            "verified"
            if expected.known
            else "its publisher gives no hash, so this one is noted for next time"
        )
        progress.say(f"{entry.name}: {file.name}, {in_words(found.size or 0)}, {checked}.")


def _today() -> str:
    return date.today().isoformat()


@contextlib.contextmanager
def _alone(folder: Path, file: RemoteFile, progress: Progress) -> Iterator[None]:
    """Hold the file's lock; others that want the same file wait, and then find it there."""
    from filelock import FileLock, Timeout

    lock = FileLock(folders.lock(folder, file.name), mode=0o666)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.say(f"Another program is fetching {file.name}; waiting for it.")
        lock.acquire(poll_interval=0.1)
    try:
        yield
    finally:
        lock.release()


def _already_there(place: Path, expected: Digests) -> Digests | None:
    """Take a file that a person put there, or that a crash left without its note, if it is the right one."""
    if not place.is_file():
        return None
    found = checksums.of_file(place)
    return found if expected.agrees_with(found) else None


def _get(
    entry: RegisteredSet,
    file: RemoteFile,
    folder: Path,
    mirror: Mirror | None,
    expected: Digests,
    patience: Patience,
    progress: Progress,
) -> tuple[Digests, str, Digests]:
    """Bring a file to its final name; give its hashes, where it came from, and what it was compared with."""
    part = Unfinished(folders.part(folder, file.name))
    got = None
    if mirror and not mirror.is_web:
        expected = or_promised(expected, mirror, entry.name, file, patience)
        got = copy(Path(mirror.place(entry.name, file.name)), part, expected, progress)
    if got is None:
        urls = addresses(entry.name, file, mirror)
        if not urls:
            raise ManualStep(
                f"{file.name} of {entry.title} can only be got by hand. Visit {entry.page}, "
                f"and put it into {folder}. Then run: {entry.command}"
            )
        progress.say(f"{entry.name}: fetching {file.name} ({file.size_text}; {entry.licence}).")
        if need := (file.size or file.about or 0) - part.size:
            make_room(folder, need, file.name)
        dead = dead_among(file, urls, patience)
        if mirror and mirror.is_web and urls[0] not in dead:
            expected = or_promised(expected, mirror, entry.name, file, patience)
        got = download(file, urls, dead, part, expected, patience=patience, progress=progress)
    folders.settle(part.place, folder / file.name)
    part.drop()
    return *got, expected


def _take_what_came_by_hand(entry: RegisteredSet, folder: Path, progress: Progress) -> None:
    missing = [hand for hand in entry.by_hand if not records.enough(folder, hand.pattern, hand.count)]
    if missing:
        what = ", ".join(f"{folder / hand.pattern}" for hand in missing)
        raise ManualStep(
            f"{entry.title}: a part must be got by hand. {entry.terms} Visit {entry.page}, "
            f"and put the files so that they lie at {what}. Then run: {entry.command}"
        )
    if entry.by_hand:
        progress.begin("noting what came by hand", None)
        records.write_listing(
            folder, records.BY_HAND, records.hashed(folder, entry.by_hand, progress.advance)
        )
        progress.end()
