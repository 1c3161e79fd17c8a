"""A folder of DICOM files: found, told apart by series, sorted by place, stacked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from mediedu.data.cine import Cine
from mediedu.data.dicom import open_dicom, read_dicom
from mediedu.data.dicom_pixels import decode, shared
from mediedu.data.dicom_stack import build, order, plane_of
from mediedu.data.errors import SeriesProblem, UnreadableFile, damage_told
from mediedu.data.existing_path import existing_path
from mediedu.data.image import Image
from mediedu.data.signature import has_preamble, is_dicom
from mediedu.data.volume import Volume


@dataclass(frozen=True)
class Series:
    """The files of one DICOM series found in a folder."""

    uid: str
    number: str
    description: str
    modality: str
    files: tuple[Path, ...]

    def __str__(self) -> str:
        """Describe it in one line, as an error message lists it."""
        words = f"series {self.number or 'without number'}"
        if self.description:
            words += f" “{self.description}”"
        count = f"{len(self.files)} file" + "s" * (len(self.files) != 1)
        return f"{words} ({self.modality or 'unknown modality'}, {count})"


def list_series(folder: str | PathLike[str]) -> list[Series]:
    """List the DICOM series in a folder and the folders below it.

    Parameters
    ----------
    folder : path
        Files in it that are not DICOM images are passed over.

    Returns
    -------
    list of Series
        In the order of their numbers; empty where there is no DICOM image.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    UnreadableFile
        If a file in it starts like DICOM but is damaged, or `folder` is a file.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from mediedu.data import sample_path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("ct_small", "mr_small"):
    ...         copy = shutil.copy(sample_path(name), folder)
    ...     for series in list_series(folder):
    ...         print(series)
    series 1 (CT, 1 file)
    series 1 (MR, 1 file)
    """
    path = existing_path(folder)
    if not path.is_dir():
        raise UnreadableFile(f"{path.name} is a file. Name a folder, or read the file with read(path).")
    return [one for one, _ in _scan(path)]


def _scan(folder: Path) -> list[tuple[Series, list[Any]]]:
    """Find the series in a folder, each with the headers of its files."""
    groups: dict[str, list[tuple[Path, Any]]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and is_dicom(path):
            try:
                header = open_dicom(path, pixels=False)
            except UnreadableFile:
                if has_preamble(path):
                    raise
                continue  # it only looked a little like DICOM
            with damage_told(path.name):
                if "Rows" in header and "Columns" in header:
                    groups.setdefault(str(header.get("SeriesInstanceUID") or ""), []).append((path, header))
    found = []
    for uid, members in groups.items():
        paths, headers = zip(*members, strict=True)
        keys = ("SeriesNumber", "SeriesDescription", "Modality")
        with damage_told(paths[0].name):
            number, description, modality = (str(headers[0].get(key) or "").strip() for key in keys)
        found.append((Series(uid, number, description, modality, paths), list(headers)))
    return sorted(found, key=lambda pair: (_counted(pair[0].number), pair[0].uid))


def _counted(number: str) -> int:
    """Give a series number to sort by; series without one come last."""
    return int(number) if number.lstrip("-").isdigit() else 1 << 40


def read_series(folder: Path, series: str | int | None = None) -> Image | Volume | Cine:
    """Read one DICOM series from a folder as a `Volume`.

    Slices are sorted by position along the slice normal; file names and instance numbers play no part. A
    series of one file is read as that file. A slice missing at either end can't be noticed: no file counts
    them.

    Parameters
    ----------
    folder : Path
        Holds the files, directly or in folders below it.
    series : str or int, optional
        Which series, by number, description or UID, where there are several.

    Returns
    -------
    Volume
        Or what `read_dicom` gives, where the series is one file.

    Raises
    ------
    SeriesProblem
        If there are several series and none was chosen; if the slices make no even block.
    UnreadableFile
        If there are no DICOM images, or one can't be read.
    """
    found = _scan(folder)
    if not found:
        raise UnreadableFile(
            f"The folder {folder.name} holds no DICOM images. Choose a folder with a DICOM series, "
            "or name a single file."
        )
    chosen = _choose([one for one, _ in found], series, folder.name)
    if len(chosen.files) == 1:
        return read_dicom(chosen.files[0])
    headers = dict(found)[chosen]
    planes = []
    for path, header in zip(chosen.files, headers, strict=True):
        with damage_told(path.name):
            if int(header.get("NumberOfFrames") or 1) > 1:
                raise SeriesProblem(f"{path.name} holds several frames itself. Read such files one by one.")
            planes.append(plane_of(header, path.name, (int(header.Rows), int(header.Columns))))
    indices, affine, lean = order(planes)  # says what is wrong before any pixel is decoded
    slices, decoded = [], []
    for index in indices:
        path = chosen.files[index]
        with damage_told(path.name):
            one = decode(open_dicom(path), path.name)
        slices.append(one.frames[0])
        decoded.append(replace(one, frames=one.frames[:0]))
    facts = decoded[len(decoded) // 2]
    for what, values in (("unit", {one.units for one in decoded}), ("form", {one.ndim for one in slices})):
        if len(values) > 1:
            listing = ", ".join(repr(value) for value in sorted(values, key=str))
            raise SeriesProblem(
                f"The slices of {folder.name} have more than one {what}: {listing}. One volume needs one."
            )
    notes = shared([one.notes for one in decoded])
    if len({one.window for one in decoded}) > 1:
        notes.append("Each slice suggests a window of its own; the middle slice's is kept.")
    if len({one.notes for one in decoded}) > 1:
        notes.append("The slices were not all rescaled alike: each by what its own header says.")
    facts = replace(facts, notes=tuple(notes))
    stack = np.stack(slices)
    if stack.dtype == np.float64:
        stack = stack.astype(np.float32)
    with damage_told(folder.name):
        return build(stack, affine, lean, facts, headers[indices[len(indices) // 2]], folder.name)


def _choose(found: Sequence[Series], wanted: str | int | None, folder: str) -> Series:
    """Pick the series that was asked for, or the only one."""
    matching = list(found)
    if wanted is not None:
        matching = [one for one in found if str(wanted) in (one.uid, one.number, one.description)]
    if len(matching) == 1:
        return matching[0]
    listing = "; ".join(str(one) for one in (matching or found))
    if not matching:
        raise SeriesProblem(f"The folder {folder} has no series {wanted!r}. It has: {listing}.")
    alike = len({one.number for one in matching}) < len(matching)
    how = f"series={matching[0].uid!r} (its UID)" if alike else f"series={matching[0].number!r}"
    raise SeriesProblem(
        f"The folder {folder} holds {len(matching)} series: {listing}. Choose one, such as read(path, {how})."
    )
