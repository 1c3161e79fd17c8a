"""Where a file may come from, in order: the classroom mirror first, then the publisher's addresses."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from data_fetch.errors import FetchError
from data_fetch.progress import Progress
from data_fetch.registered_set import RemoteFile

MANIFEST = "manifest.json"
# 192.168.1.20, 192.168.1.20:8000/data, laptop:8000; but not C:\\data.
_LIKE_AN_ADDRESS = re.compile(r"(\d+(\.\d+){3}|[\w.-]+:\d+)(:\d+)?(/.*)?")


@dataclass(frozen=True)
class Mirror:
    """A folder or a web address that holds ``<set>/<file>``."""

    where: str

    @property
    def is_web(self) -> bool:
        """Whether it is reached over the network."""
        return self.where.startswith(("http://", "https://"))

    def place(self, name: str, file: str) -> str:
        """Give the address, or the path, of a file in the mirror."""
        if self.is_web:
            return f"{self.where.rstrip('/')}/{quote(name)}/{quote(file)}"
        return str(Path(self.where).expanduser() / name / file)

    @property
    def manifest(self) -> str:
        """Give the address, or the path, of the mirror's manifest."""
        return (
            f"{self.where.rstrip('/')}/{MANIFEST}"
            if self.is_web
            else str(Path(self.where).expanduser() / MANIFEST)
        )


def chosen_mirror(given: str | Path | None, progress: Progress) -> Mirror | None:
    """Take the mirror that was given, else the one that ``MEDIEDU_MIRROR`` names, else none.

    A stick named by the variable may be at home today: that is said, and the publisher is asked.

    Raises
    ------
    FetchError
        If the given one is neither an existing folder nor an address.
    """
    where = str(given) if given is not None else os.environ.get("MEDIEDU_MIRROR", "")
    if not where:
        return None
    mirror = Mirror(where)
    if mirror.is_web or Path(where).expanduser().is_dir():
        return mirror
    hint = f" Did you mean http://{where}?" if _LIKE_AN_ADDRESS.fullmatch(where) else ""
    if given is None:
        progress.say(f"The mirror {where} (MEDIEDU_MIRROR) is not there; asking the publisher.{hint}")
        return None
    raise FetchError(
        f"There is no folder {where}. Give a folder that exists, such as a USB stick's, "
        f"or an address that starts with http:// or https://.{hint}"
    )


def addresses(name: str, file: RemoteFile, mirror: Mirror | None) -> list[str]:
    """List the web addresses of a file in the order to try."""
    return ([mirror.place(name, file.name)] if mirror and mirror.is_web else []) + list(file.urls)


def host(url: str) -> str:
    """Give the server's name, for messages."""
    return urlsplit(url).netloc.rpartition("@")[2]


def promised(manifest: str, name: str, file: str) -> str:
    """Read the SHA-256 that a mirror's manifest promises for a file; empty where it promises none."""
    try:
        found = json.loads(manifest)["sets"][name]["files"][file]["sha256"]
    except (ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""
