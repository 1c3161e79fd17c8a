"""One at a time for each file, however many notebooks or learners ask."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from data_fetch import folders
from data_fetch.progress import Progress
from data_fetch.registered_set import RemoteFile


@contextlib.contextmanager
def alone(folder: Path, file: RemoteFile, progress: Progress) -> Iterator[None]:
    """Hold the file's lock; others that want the same file wait, and then find it there."""
    from filelock import FileLock, Timeout

    place = folders.lock(folder, file.name)
    lock = FileLock(place, mode=0o666)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.say(f"Another program is fetching {file.name}; waiting for it.")
        lock.acquire(poll_interval=0.1)
    # Whoever got nothing took its lock away; between our opening and our locking it that may have been ours.
    while not place.exists():
        lock.release()
        folders.make(folder)
        lock.acquire(poll_interval=0.1)
    try:
        yield
    except BaseException:
        if not (folder / file.name).exists() and not folders.part(folder, file.name).exists():
            # On Windows an open file cannot be deleted; there the lock goes with its release.
            with contextlib.suppress(OSError):
                place.unlink()
        raise
    finally:
        lock.release()
