"""Take a file from a mirror in a folder, and hashes from any mirror's manifest."""

from collections.abc import Callable
from pathlib import Path

from data_fetch import checksums, folders
from data_fetch.checksums import Digests
from data_fetch.disk import make_room
from data_fetch.errors import UnsafeArchive
from data_fetch.patience import Patience
from data_fetch.progress import Progress
from data_fetch.registered_set import RemoteFile
from data_fetch.sources import Mirror, promised
from data_fetch.unfinished import Unfinished


def copy(
    source: Path,
    part: Unfinished,
    expected: Digests,
    opened: Callable[[Path], object],
    progress: Progress,
) -> tuple[Digests, str] | None:
    """Copy from a mirror folder into ``part``; None if the mirror does not hold the file, or not a right one.

    An unfinished download is given up only when the copy has proved to be right.
    """
    try:
        size = source.stat().st_size
    except OSError:
        progress.say(f"The mirror does not hold {source.name}.")
        return None
    beside = Unfinished(folders.copy(part.place.parent, source.name))
    make_room(part.place.parent, size, source.name)
    try:
        beside.drop()
        progress.begin(source.name, size)
        with source.open("rb") as stream, beside.open(0) as target:
            while piece := stream.read(1 << 20):
                beside.write(target, piece)
                progress.advance(len(piece))
        progress.end()
        found = checksums.of_file(beside.place)
        if not expected.agrees_with(found):
            compared = f"{found.short()}, expected {expected.short()}"
            progress.say(f"{source} is not the expected file ({compared}); left aside.")
            return None
        if not expected.known:
            try:
                opened(beside.place)
            except UnsafeArchive as error:
                progress.say(f"{error} The copy in the mirror, {source}, is left aside.")
                return None
        part.drop()
        beside.place.replace(part.place)
        return found, str(source)
    finally:
        beside.drop()


def or_promised(
    expected: Digests, mirror: Mirror, name: str, file: RemoteFile, patience: Patience
) -> Digests:
    """For a file whose publisher gives no hash, take the one that the mirror's manifest gives."""
    if expected.known:
        return expected
    if mirror.is_web:
        text = _read_from_web(mirror.manifest, patience)
    else:
        try:
            text = Path(mirror.manifest).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            text = ""
    return Digests(sha256=promised(text, name, file.name), size=file.size)


def _read_from_web(url: str, patience: Patience) -> str:
    import requests

    from data_fetch.asking import GiveUpHere, TryAgain, answer, new_session
    from data_fetch.deadline import within

    try:
        with new_session() as session, answer(session, url, patience, headers={}, form={}) as response:
            return within(patience.answer, lambda: response.text) if response.ok else ""
    except (TryAgain, GiveUpHere, TimeoutError, requests.RequestException):
        return ""
