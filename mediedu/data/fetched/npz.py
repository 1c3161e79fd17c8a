"""Arrays out of an .npz file: small ones into memory, large ones mapped from the disk."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

LARGE = 256 * 2**20
"""Bytes from which an array stays on the disk."""


def npz_array(path: Path, name: str, large: int = LARGE) -> NDArray[Any]:
    """Give one array of an .npz file.

    An array of `large` bytes or more is mapped read-only from the disk. Where it is compressed it is unpacked
    once, into a folder beside the file; where that can't be written, it is read into memory.

    Parameters
    ----------
    path : Path
        The .npz file.
    name : str
        Name of the array.
    large : int, optional
        Where large begins, in bytes.

    Returns
    -------
    ndarray
        The array; a `numpy.memmap` where it is large.

    Raises
    ------
    ValueError
        If there is no such array in the file.
    """
    with zipfile.ZipFile(path) as archive:
        member = f"{name}.npy"
        if member not in archive.namelist():
            held = ", ".join(sorted(Path(one).stem for one in archive.namelist()))
            raise ValueError(f"{path.name} holds no array {name!r}; it holds {held}.")
        info = archive.getinfo(member)
        if info.file_size >= large:
            if info.compress_type == zipfile.ZIP_STORED:
                return _mapped(path, _data_offset(path, info))
            unpacked = path.with_suffix("") / member
            try:
                if not unpacked.is_file() or unpacked.stat().st_size != info.file_size:
                    _unpack(archive, info, unpacked)
                return _mapped(unpacked, 0)
            except OSError:  # a read-only data folder, or a full disk: memory is what is left
                pass
        with archive.open(info) as file:
            return np.lib.format.read_array(file, allow_pickle=False)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    import shutil

    target.parent.mkdir(exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with archive.open(info) as packed, part.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 2**20)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _data_offset(path: Path, info: zipfile.ZipInfo) -> int:
    """Find where a stored member begins: its local header ends with the name and an extra field."""
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        lengths = file.read(4)
    return (
        info.header_offset
        + 30
        + int.from_bytes(lengths[:2], "little")
        + int.from_bytes(lengths[2:], "little")
    )


def _mapped(path: Path, offset: int) -> NDArray[Any]:
    with path.open("rb") as file:
        file.seek(offset)
        shape, fortran, dtype = _header(file)
        start = file.tell()
    return np.memmap(path, dtype, "r", start, shape, "F" if fortran else "C")


def _header(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return read(file)
