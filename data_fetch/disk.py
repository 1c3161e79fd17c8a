"""Room on the disk: asked for before a download, and told in a sentence when it runs out in the middle."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data_fetch.errors import CannotWrite, FetchError, NotEnoughSpace
from data_fetch.registered_set import RemoteFile
from data_fetch.sizes import in_words

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO}


@dataclass(frozen=True)
class Advice:
    """What to do about a folder, by what it is for."""

    larger: str
    other: str


DATA = Advice(
    "set MEDIEDU_DATA to a folder on a larger disk",
    "Set MEDIEDU_DATA to a folder of your own, or ask whoever keeps this one to fetch the set.",
)
MIRROR = Advice("make the mirror on a larger disk", "Make the mirror in another folder.")


def needing(file: RemoteFile) -> str:
    """Name a file for a message on room: an archive needs its own size again at least to be unpacked."""
    return f"{file.name}, with its unpacking," if file.unpack else file.name


def make_room(folder: Path, needed: int, what: str, advice: Advice = DATA) -> None:
    """Check that a folder's disk has room.

    Raises
    ------
    NotEnoughSpace
        If it has less free than needed.
    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NotEnoughSpace(
            f"{what} needs {in_words(needed)}, and the disk of {folder} has {in_words(free)} free. "
            f"Make room there, or {advice.larger}."
        )


@contextmanager
def troubles_told(folder: Path, advice: Advice = DATA) -> Iterator[None]:
    """Turn a full disk, a forbidden folder or a too large file, whenever it shows, into a sentence."""
    try:
        yield
    except FetchError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise NotEnoughSpace(
                f"The disk of {folder} is full. Make room, and the same command goes on where it stopped; "
                f"or {advice.larger}."
            ) from error
        if error.errno in _FORBIDDEN:
            raise CannotWrite(
                f"The folder {folder} cannot be written ({error.strerror}). {advice.other}"
            ) from error
        if error.errno in _GONE:
            raise CannotWrite(
                f"The folder {folder} cannot be made, or is gone ({error.strerror}). "
                f"Is its drive connected? {advice.other}"
            ) from error
        if error.errno == errno.EFBIG:
            raise NotEnoughSpace(
                f"The disk of {folder} takes no file that large. A stick formatted as FAT32 stops at 4 GB: "
                "format it as exFAT, or use another folder."
            ) from error
        raise
