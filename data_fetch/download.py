"""Get one verified file from the first of several addresses that gives it."""

import time
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from data_fetch import checksums
from data_fetch.checksums import Digests
from data_fetch.errors import (
    FetchError,
    HashMismatch,
    Offline,
    ServerTrouble,
    UnsafeArchive,
    UnsafeRedirect,
)
from data_fetch.patience import Patience
from data_fetch.progress import Progress
from data_fetch.reachable import unreachable
from data_fetch.registered_set import RemoteFile
from data_fetch.sizes import in_words
from data_fetch.sources import host
from data_fetch.unfinished import Unfinished

# A gain smaller than this does not count as progress, so that a server that drops after each byte ends it.
_GAIN = 1024
_ONLINE = (
    "Is this machine online? Behind a proxy, set HTTPS_PROXY; "
    "in a classroom, give --mirror or set MEDIEDU_MIRROR."
)


def dead_among(file: RemoteFile, urls: Sequence[str], patience: Patience) -> set[str]:
    """Find the addresses whose server cannot be reached.

    Raises
    ------
    Offline
        If that is all of them; known within ``patience.reach`` seconds.
    """
    dead = unreachable(urls, patience.reach)
    if len(dead) == len(set(urls)):
        servers = ", ".join(dict.fromkeys(host(url) for url in urls))
        raise Offline(f"No server that holds {file.name} can be reached ({servers}). {_ONLINE}")
    return dead


def download(
    file: RemoteFile,
    urls: Sequence[str],
    dead: Set[str],
    part: Unfinished,
    expected: Digests,
    opened: Callable[[Path], object],
    *,
    patience: Patience,
    progress: Progress,
) -> tuple[Digests, str]:
    """Bring a file into ``part`` and check its hash, or where nobody knows one, that it can be opened.

    Parameters
    ----------
    file, urls, dead
        What to bring, the addresses to ask in turn, and those that ``dead_among`` found out of reach.
    part, expected
        Where to put it, and what it must match.
    opened
        Opens a file that has no known hash; raises ``UnsafeArchive`` where that fails.
    patience, progress
        How long to wait, whom to tell.

    Returns
    -------
    digests, url
        Hashes of the file as it came, and the address that gave it.

    Raises
    ------
    HashMismatch
        If what came was not the expected file, from whatever address.
    UnsafeArchive
        If what came could not be opened.
    ServerTrouble
        If no address gave the file, for reasons told one by one.
    """
    troubles: list[FetchError] = []
    dead = set(dead)
    for number, url in enumerate(urls, start=1):
        if url in dead:
            troubles.append(ServerTrouble(f"{host(url)} cannot be reached."))
            continue
        try:
            return _from_one(file, url, part, expected, opened, patience, progress), url
        except (HashMismatch, ServerTrouble, UnsafeArchive) as error:
            troubles.append(error)
            # The first search for dead servers ended as soon as this one answered.
            left = [other for other in urls[number:] if other not in dead]
            dead |= unreachable(left, patience.reach)
            if not dead.issuperset(left):
                progress.say(f"{error} Trying the next address.")
    if len(troubles) == 1:
        raise troubles[0]
    told = "\n".join(f"  - {trouble}" for trouble in troubles)
    order: list[type[FetchError]] = [HashMismatch, UnsafeArchive, ServerTrouble]
    kind = next(kind for kind in order if any(isinstance(trouble, kind) for trouble in troubles))
    kept = (
        f"\n{in_words(part.size)} of it are kept: the same command goes on from there." if part.size else ""
    )
    hint = f"\n{_ONLINE}" if dead else ""
    raise kind(f"No address gave {file.name}:\n{told}{kept}{hint}")


def _from_one(
    file: RemoteFile,
    url: str,
    part: Unfinished,
    expected: Digests,
    opened: Callable[[Path], object],
    patience: Patience,
    progress: Progress,
) -> Digests:
    resumed = part.size > 0
    while True:
        if not (resumed and expected.known and part.size == expected.size):
            _until_whole(file, url, part, patience, progress)
        progress.begin(f"checking {file.name}", part.size)
        found = checksums.of_file(part.place, progress.advance)
        progress.end()
        try:
            if not expected.agrees_with(found):
                raise HashMismatch(
                    f"{host(url)} gave another {file.name} than the expected one "
                    f"({found.size} bytes, {_said(found, expected)}; expected {expected.short()}). "
                    "It was thrown away."
                )
            if not expected.known:
                opened(part.place)
            return found
        except (HashMismatch, UnsafeArchive) as error:
            part.drop()
            if not resumed:
                if isinstance(error, UnsafeArchive):
                    raise UnsafeArchive(
                        f"{error} It came from {host(url)} and was thrown away; "
                        "the same command asks for it again."
                    ) from error
                raise
        # The part may belong to another version: once more from the first byte, before blaming the server.
        progress.say(f"The resumed {file.name} is not as it should be; starting it anew.")
        resumed = False


def _said(found: Digests, expected: Digests) -> str:
    return found.short() if expected.sha256 else f"md5 {found.md5}"


def _until_whole(
    file: RemoteFile, url: str, part: Unfinished, patience: Patience, progress: Progress
) -> None:
    from data_fetch.asking import Downgrade, GiveUpHere, TryAgain, new_session
    from data_fetch.transfer import Request, attempt

    failures, best = 0, part.size
    with new_session() as session:
        while True:
            try:
                return attempt(Request(session, url, file, part, patience, progress))
            except Downgrade as error:
                raise UnsafeRedirect(str(error)) from error
            except GiveUpHere as error:
                raise ServerTrouble(str(error)) from error
            except TryAgain as error:
                failures = 1 if part.size - best >= _GAIN else failures + 1
                best = max(best, part.size)
                if failures >= patience.tries:
                    raise ServerTrouble(f"{error} Gave up after {failures} tries.") from error
                if error.after is not None and error.after > patience.longest_wait:
                    raise ServerTrouble(
                        f"{error} It asks to wait {error.after / 60:.0f} min: try again then."
                    ) from error
                pause = error.after if error.after is not None else patience.pause(failures)
                progress.say(f"{error} Trying again in {pause:.2g} s.")
                time.sleep(pause)
