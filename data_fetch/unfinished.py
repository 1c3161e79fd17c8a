"""The part of a file that has come so far, and what is needed to go on with it later."""

import json
from pathlib import Path
from typing import BinaryIO

from data_fetch import folders


class Unfinished:
    """A file that is still coming: ``.<name>.part``, with a note beside it on where it comes from.

    Bytes are written without a buffer, so that all that came is on disk when the program is killed.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.note = place.with_name(place.name + ".json")

    @property
    def size(self) -> int:
        """Number of bytes that have come."""
        try:
            return self.place.stat().st_size
        except FileNotFoundError:
            return 0

    def remember(self, url: str, validator: str) -> None:
        """Note the address, and the server's mark (ETag or date) of this version of the file."""
        self.note.write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")

    def validator(self, url: str) -> str | None:
        """Give the server's mark of this version: empty if it gave none, None for a part from elsewhere."""
        try:
            known = json.loads(self.note.read_text(encoding="utf-8"))
            return str(known["validator"]) if known["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def open(self, at: int) -> BinaryIO:
        """Open for writing on from a position; what lies behind it stays until it is written over."""
        stream = self.place.open("r+b" if self.place.exists() else "w+b", buffering=0)
        folders.open_up(self.place, self.place.parent)
        stream.seek(at)
        return stream

    @staticmethod
    def write(stream: BinaryIO, piece: bytes) -> None:
        """Write all of a piece; without a buffer a nearly full disk may take only the first half of it."""
        left = memoryview(piece)
        while left:
            left = left[stream.write(left) :]

    @staticmethod
    def lay_over(stream: BinaryIO, piece: bytes) -> None:
        """Write a piece over what lies there; if they differ, all that lies behind is dropped."""
        at = stream.tell()
        old = stream.read(len(piece))
        if not piece.startswith(old):
            stream.seek(at)
            stream.truncate()
            old = b""
        Unfinished.write(stream, piece[len(old) :])

    def drop(self) -> None:
        """Throw the part away."""
        self.place.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
