"""Fetch a set: what is missing of it, verified, unpacked, noted, and only once however many ask."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from data_fetch import checksums, folders, records
from data_fetch.checksums import Digests
from data_fetch.disk import make_room, troubles_told
from data_fetch.download import dead_among, download
from data_fetch.errors import ManualStep, TermsNotAccepted, UnsafeArchive
from data_fetch.from_mirror import copy, or_promised
from data_fetch.locking import alone
from data_fetch.opening import contents
from data_fetch.patience import Patience
from data_fetch.progress import Progress, fitting
from data_fetch.registered_set import ByHand, RegisteredSet, RemoteFile
from data_fetch.registry import lookup
from data_fetch.sizes import in_words
from data_fetch.sources import Mirror, addresses, chosen_mirror
from data_fetch.unfinished import Unfinished

_TRIES = 20
_AS_PUBLISHED = "Its hash is the expected one, so it was published like this. Tell whoever keeps the page:"


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
        for left in reversed(range(_TRIES)):
            try:
                folders.make(folder)
                _fetch_what_is_missing(entry, folder, source, patience or Patience(), progress)
                break
            except ManualStep:
                # A person is to put something there, so even an empty folder stays.
                raise
            except FileNotFoundError:
                # Somebody who got nothing took the empty folder away while we went in.
                if not left or not folder.parent.is_dir():
                    raise
            except BaseException:
                folders.drop_if_empty(folder)
                raise
        _take_what_came_by_hand(entry, folder, progress)
    return folder


def _fetch_what_is_missing(
    entry: RegisteredSet, folder: Path, mirror: Mirror | None, patience: Patience, progress: Progress
) -> None:
    missing = [file for file in entry.files if not records.present(folder, file)]
    if not missing:
        return
    if _still_by_hand(entry, folder):
        progress.say(f"{entry.name}: {entry.by_hand_text} must be got by hand besides, from {entry.page}.")
    need = sum(_room(folder, file) for file in missing)
    if need > 0:
        unpacked = ", unpacked files included," if any(file.folder for file in missing) else ""
        make_room(folder, need, f"{entry.name}{unpacked}")
    for file in missing:
        _fetch_file(entry, file, folder, mirror, patience, progress)


def _room(folder: Path, file: RemoteFile) -> int:
    """Give the room that a missing file still needs; what an archive unpacks to is at least its own size."""
    size = file.size or file.about or 0
    here = max(Unfinished(folders.part(folder, file.name)).size, folders.size(folder / file.name))
    return max(0, size - here) + (size if file.folder else 0)


def _fetch_file(
    entry: RegisteredSet,
    file: RemoteFile,
    folder: Path,
    mirror: Mirror | None,
    patience: Patience,
    progress: Progress,
) -> None:
    with alone(folder, file, progress):
        # Whoever held the lock before us may have fetched it.
        if records.present(folder, file):
            return
        expected = records.expected(folder, file)
        place = folder / file.name
        known = records.read(folder, file.name)
        source, fetched = (known.source, known.fetched) if known else ("by hand", _today())
        listing: records.Listing | None = None

        def opened(path: Path) -> None:
            nonlocal listing
            listing = contents(path, file, folder, progress)

        found = _already_there(place, expected)
        if found is not None:
            try:
                opened(place)
            except UnsafeArchive as error:
                if file.verified:
                    raise UnsafeArchive(f"{error} {_AS_PUBLISHED} {entry.page}") from error
                if not addresses(entry.name, file, mirror):
                    raise UnsafeArchive(f"{error} Replace {place}, then run: {entry.command}") from error
                progress.say(f"{error} Fetching it again.")
                place.unlink()
                found = None
        if found is None:
            found, source, expected = _get(entry, file, folder, mirror, expected, opened, patience, progress)
            fetched = _today()
            if listing is None:
                try:
                    opened(place)
                except UnsafeArchive as error:
                    raise UnsafeArchive(f"{error} {_AS_PUBLISHED} {entry.page}") from error
        records.write(folder, file, found, source, fetched, listing or {})
        checked = (
            "verified"
            if expected.known
            else "its publisher gives no hash, so this one is noted for next time"
        )
        progress.say(f"{entry.name}: {file.name}, {in_words(found.size or 0)}, {checked}.")


def _today() -> str:
    return date.today().isoformat()


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
    opened: Callable[[Path], None],
    patience: Patience,
    progress: Progress,
) -> tuple[Digests, str, Digests]:
    """Bring a file to its final name; give its hashes, where it came from, and what it was compared with.

    A file that nobody gave a hash for gets its final name only after it could be opened.
    """
    part = Unfinished(folders.part(folder, file.name))
    got = None
    if mirror and not mirror.is_web:
        expected = or_promised(expected, mirror, entry.name, file, patience)
        got = copy(Path(mirror.place(entry.name, file.name)), part, expected, opened, progress)
    if got is None:
        urls = addresses(entry.name, file, mirror)
        if not urls:
            raise ManualStep(
                f"{file.name} of {entry.title} can only be got by hand. Visit {entry.page}, "
                f"and put it into {folder}. Then run: {entry.command}"
            )
        progress.say(f"{entry.name}: fetching {file.name} ({file.size_text}; {entry.licence}).")
        dead = dead_among(file, urls, patience)
        if mirror and mirror.is_web and urls[0] not in dead:
            expected = or_promised(expected, mirror, entry.name, file, patience)
        got = download(file, urls, dead, part, expected, opened, patience=patience, progress=progress)
    folders.settle(part.place, folder / file.name)
    part.drop()
    return *got, expected


def _still_by_hand(entry: RegisteredSet, folder: Path) -> list[ByHand]:
    return [hand for hand in entry.by_hand if not records.enough(folder, hand.pattern, hand.count)]


def _take_what_came_by_hand(entry: RegisteredSet, folder: Path, progress: Progress) -> None:
    missing = _still_by_hand(entry, folder)
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
