"""Open what was fetched: unpack an archive, read a compressed file through, refuse an empty one.

For a file without a published hash this is the only check there is.
"""

import gzip
import zipfile
from pathlib import Path

from data_fetch import records
from data_fetch.errors import UnsafeArchive
from data_fetch.progress import Progress
from data_fetch.registered_set import RemoteFile
from data_fetch.unpack import damage_told, unpack


def contents(path: Path, file: RemoteFile, folder: Path, progress: Progress) -> records.Listing:
    """Open a file of a set, wherever it lies now.

    Parameters
    ----------
    path
        Where its bytes are: its final place, or an unfinished part.
    file
        What the registry says of it.
    folder
        The set's folder, in which an archive is unpacked.
    progress
        Whom to tell.

    Returns
    -------
    Mapping
        Path → size and SHA-256 of what was unpacked; empty for other files.

    Raises
    ------
    UnsafeArchive
        If it is empty, damaged, or an archive that must not be unpacked.
    """
    if path.stat().st_size == 0 and not file.verified:
        raise UnsafeArchive(f"{file.name} is empty (0 bytes).")
    if file.folder:
        progress.begin(f"unpacking {file.name}", None)
        try:
            return unpack(path, folder / file.folder, progress.advance, name=file.name)
        finally:
            progress.end()
    # A published hash says more than reading through, which takes long for large files.
    if not file.verified:
        with damage_told(file.name):
            if file.name.endswith((".gz", ".tgz")):
                with gzip.open(path, "rb") as stream:
                    while stream.read(1 << 20):
                        pass
            elif file.name.endswith((".zip", ".npz")):
                with zipfile.ZipFile(path) as archive:
                    if bad := archive.testzip():
                        raise zipfile.BadZipFile(f"bad checksum of {bad}")
    return {}
