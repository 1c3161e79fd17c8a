"""Hashes of files, and whether they are the expected ones."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Digests:
    """Hashes and size of one file; an empty text or None: not known."""

    sha256: str = ""
    md5: str = ""
    size: int | None = None

    @property
    def known(self) -> bool:
        """Whether there is a hash at all."""
        return bool(self.sha256 or self.md5)

    def agrees_with(self, other: "Digests") -> bool:
        """Tell whether two files may be the same: everything that is known of both is equal.

        Examples
        --------
        >>> Digests(md5="a1").agrees_with(Digests(sha256="b2", md5="a1", size=3))
        True
        >>> Digests(md5="a1", size=4).agrees_with(Digests(md5="a1", size=3))
        False
        """
        return all(
            not mine or not theirs or mine == theirs
            for mine, theirs in ((self.sha256, other.sha256), (self.md5, other.md5))
        ) and (self.size is None or other.size is None or self.size == other.size)

    def short(self) -> str:
        """Say the hash for a message."""
        return f"sha256 {self.sha256[:16]}…" if self.sha256 else f"md5 {self.md5}" if self.md5 else "no hash"


def of_file(path: Path, advance: Callable[[int], object] = lambda count: None) -> Digests:
    """Read a file once and take its SHA-256, its MD5 and its size.

    The MD5 is only what some publishers give; it finds a broken file, not a forged one.
    """
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size = 0
    # A megabyte at a time: reading costs little beside hashing, and Ctrl-C is heard between two pieces.
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            sha256.update(piece)
            md5.update(piece)
            size += len(piece)
            advance(len(piece))
    return Digests(sha256.hexdigest(), md5.hexdigest(), size)
