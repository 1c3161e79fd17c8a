"""Unpack an archive so that whatever it holds, nothing lands outside its folder and the disk is not flooded.

Refused: absolute paths, ``..``, links of both kinds, devices, pipes, encrypted members, more than a million
members, and archives that grow by more than 200 times. The folder gets its final name in one step, whole.
"""

import bz2
import errno
import gzip
import hashlib
import lzma
import re
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from data_fetch.disk import make_room
from data_fetch.errors import UnsafeArchive
from data_fetch.folders import open_up
from data_fetch.sizes import in_words

MOST_MEMBERS = 1_000_000
MOST_GROWTH = 200
# Small archives of empty label maps grow by more than 200 times without any harm.
ALWAYS_ALLOWED = 50_000_000

# A name that is a file and a folder at once, or too long, or forbidden on this system.
_IMPOSSIBLE = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL}
_JUNK = re.compile(r"(^|/)(__MACOSX(/|$)|\._|\.DS_Store$)")


_OPENERS: dict[str, Callable[..., Any]] = {
    ".gz": gzip.open,
    ".tgz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}
_LARGEST_PIECE = 1 << 24
_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    NotImplementedError,
)


@dataclass(frozen=True)
class Member:
    """One file of an archive: its path, the size it claims, and how to read it."""

    path: str
    size: int
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Archive:
    """Where an archive's bytes lie, which may be an unfinished part, and what it is called."""

    place: Path
    name: str

    @property
    def size(self) -> int:
        """Bytes of the archive itself."""
        return self.place.stat().st_size


def unpack(
    archive: Path,
    folder: Path,
    advance: Callable[[int], object] = lambda count: None,
    name: str | None = None,
) -> dict[str, tuple[int, str]]:
    """Unpack a tar or zip file into a folder.

    A single outermost folder that holds everything is peeled off, and what a Mac adds (``__MACOSX``, ``._…``)
    is left out.

    Parameters
    ----------
    archive
        Ends in .zip, .tar, or .tar with a compression.
    folder
        Where its contents shall lie. An older folder there is replaced.
    advance
        Told the number of bytes written, as they are written.
    name
        Name of the archive, where it lies under another one for now.

    Returns
    -------
    dict
        Path below ``folder`` (with ``/``) → size and SHA-256 of each file.

    Raises
    ------
    UnsafeArchive
        If a member is refused, or the archive is damaged; nothing is left behind.
    """
    making = folder.with_name(f".{folder.name}.unpacking")
    _clear(making)
    making.mkdir()
    try:
        source = Archive(archive, name or archive.name)
        with damage_told(source.name):
            written = _write_all(source, making, advance)
        whole = _peel(making)
        prefix = "" if whole == making else whole.name + "/"
        open_up(whole, folder.parent)
        _swap_in(whole, folder)
    finally:
        _clear(making)
    return {path.removeprefix(prefix): facts for path, facts in written.items()}


def _write_all(archive: Archive, into: Path, advance: Callable[[int], object]) -> dict[str, tuple[int, str]]:
    most = max(ALWAYS_ALLOWED, MOST_GROWTH * archive.size)
    written: dict[str, tuple[int, str]] = {}
    whole = 0
    members = _from_zip(archive) if archive.name.endswith(".zip") else _from_tar(archive, into)
    for number, member in enumerate(members, start=1):
        # Neither reader hands out more than a member claims, so claims are counted, before a byte is written.
        whole += member.size
        if number > MOST_MEMBERS or whole > most:
            raise UnsafeArchive(
                f"{archive.name} would unpack to more than {in_words(most)} or {MOST_MEMBERS} files: "
                "that is a bomb, not a data set. Nothing was kept."
            )
        if _JUNK.search(member.path):
            continue
        target = into / _safe(member.path, archive)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.open("wb").close()
        except OSError as error:
            if error.errno not in _IMPOSSIBLE:
                raise
            raise UnsafeArchive(
                f"{archive.name}: no file can be called {member.path[:80]!r} here."
            ) from error
        digest, size = hashlib.sha256(), 0
        with member.open() as source, target.open("wb") as stream:
            while piece := source.read(1 << 20):
                size += len(piece)
                stream.write(piece)
                digest.update(piece)
                advance(len(piece))
        written[str(PurePosixPath(*_safe(member.path, archive).parts))] = (size, digest.hexdigest())
    return written


def _from_zip(archive: Archive) -> Iterator[Member]:
    with zipfile.ZipFile(archive.place) as source:
        whole = sum(info.file_size for info in source.infolist())
        if whole <= max(ALWAYS_ALLOWED, MOST_GROWTH * archive.size):
            make_room(archive.place.parent, whole, f"Unpacking {archive.name}")
        for info in source.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise UnsafeArchive(f"{archive.name}: {info.filename!r} is a link or a device; refused.")
            if info.flag_bits & 1:
                raise UnsafeArchive(f"{archive.name}: {info.filename!r} is encrypted; refused.")
            if info.is_dir():
                _safe(info.filename, archive)
                continue
            yield Member(info.filename, info.file_size, lambda info=info: source.open(info))  # type: ignore[misc]


def _from_tar(archive: Archive, into: Path) -> Iterator[Member]:
    # What is compressed tells its unpacked size only at its end; it is hardly less than the archive's own.
    make_room(archive.place.parent, archive.size, f"Unpacking {archive.name}")
    opener = _OPENERS.get(Path(archive.name).suffix, open)
    with (
        opener(archive.place, "rb") as raw,
        tarfile.open(fileobj=cast(Any, _Watched(raw)), mode="r:") as source,
    ):
        for info in source:
            if not (info.isreg() or info.isdir()):
                raise UnsafeArchive(f"{archive.name}: {info.name!r} is a link, a device or a pipe; refused.")
            _safe(info.name, archive)
            if info.isdir():
                continue
            # The standard library's own filter as a second pair of eyes (it came with 3.11.4).
            if hasattr(tarfile, "data_filter"):
                tarfile.data_filter(info, str(into))
            yield Member(info.name, info.size, lambda info=info: cast(IO[bytes], source.extractfile(info)))  # type: ignore[misc]
            # Without this the members of a large archive pile up in memory.
            source.members = []  # type: ignore[attr-defined]


class _Watched:
    """A stream that hands out no huge piece: tarfile would read a header of 10 GB into memory in one."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LARGEST_PIECE:
            raise UnsafeArchive("The archive has a name or a header of many megabytes: that is a bomb.")
        return self._stream.read(size)


def _safe(path: str, archive: Archive) -> Path:
    """Give the member's relative path; on Windows, too, it must not lead anywhere else."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    bad = not parts or parts[0] == "/" or ".." in parts or any(":" in part or "\0" in part for part in parts)
    if bad and parts != ():
        raise UnsafeArchive(f"{archive.name}: {path!r} would land outside its folder; refused.")
    return Path(*parts)


def _peel(folder: Path) -> Path:
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _swap_in(new: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    _clear(old)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    _clear(old)


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """Turn whatever the readers of archives raise over broken bytes into a sentence."""
    try:
        yield
    except _DAMAGE as error:
        raise UnsafeArchive(f"{name} is damaged or of an unknown kind ({error}).") from error
