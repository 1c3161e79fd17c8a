"""Taking a patient's identity out of DICOM files."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from mediedu.data.confidential import PATIENT_CHARACTERISTICS
from mediedu.data.deidentified_copy import deidentified_copy
from mediedu.data.dicom import open_dicom
from mediedu.data.errors import UnreadableFile, damage_told
from mediedu.data.existing_path import existing_path
from mediedu.data.signature import is_dicom


@dataclass(frozen=True)
class Deidentified:
    """What `deidentify` wrote, took away, and could not judge."""

    files: tuple[Path, ...]
    """The files written."""
    removed: tuple[str, ...]
    """Names of the header entries that were taken away or emptied."""
    warnings: tuple[str, ...]
    """What a person still has to look at."""


def deidentify(
    path: str | PathLike[str],
    destination: str | PathLike[str],
    *,
    pseudonym: str = "ANONYMOUS",
    keep: Collection[str] = (),
    key: bytes | None = None,
) -> Deidentified:
    """Write a copy of a DICOM file, or of a folder of them, without the patient's identity.

    The copy keeps the pixels and what is needed to read, place and measure them, in numbers and code words.
    Everything else goes: names, dates, places, free texts, private entries, overlays, curves, icons, also
    inside sequences and in the file meta information. Identifiers (UIDs) are replaced, the same one by the
    same one, so that a series stays a series. That is stricter than the Basic Application Level
    Confidentiality Profile, which lists what has to go.

    The original is never changed and nothing is overwritten. Each copy is read again and compared before it
    gets its name; a folder appears as a whole or not at all.

    Parameters
    ----------
    path : path
        A DICOM file with pixels, or a folder; in a folder other files are left out.
    destination : path
        The file or folder to write; it must not exist yet. Files in a folder are numbered, as names tell,
        too.
    pseudonym : str
        The new name and number of the patient.
    keep : collection of str
        Entries to keep out of PatientSex, PatientAge, PatientSize, PatientWeight, SmokingStatus,
        PregnancyStatus and EthnicGroup. Ages above 89 identify people: they are not kept.
    key : bytes, optional
        A secret of 16 bytes or more. The same key replaces the same identifier in the same way in a later
        call; by default a new one is drawn and forgotten.

    Returns
    -------
    Deidentified
        Files, what was removed, and warnings. Read the warnings: letters burned into the pixels, and a face
        that can be computed from a head scan, are not removed.

    Raises
    ------
    FileNotFoundError, FileExistsError
        If there is nothing at `path`; if `destination` exists.
    UnreadableFile
        If a file is no DICOM image, or the copy would still hold what it should not.
    ValueError
        If `keep`, `pseudonym` or `key` are not usable.

    References
    ----------
    DICOM PS3.15, Annex E, Attribute Confidentiality Profiles.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from pydicom.data import get_testdata_file
    >>> from mediedu.data import patient_facts
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = deidentify(get_testdata_file("CT_small.dcm"), Path(folder) / "copy.dcm")
    ...     print(patient_facts(report.files[0]))
    {"Patient's Name": 'ANONYMOUS', 'Patient ID': 'ANONYMOUS', 'Identifiers (UIDs)': '4 of them'}
    """
    source, target = existing_path(path), Path(destination).expanduser()
    key = _checked(source, target, pseudonym, keep, key)
    found = sorted(one for one in source.rglob("*") if one.is_file()) if source.is_dir() else [source]
    found = [one for one in found if is_dicom(one)]
    images = [one for one in found if source.is_file() or "Rows" in open_dicom(one, pixels=False)]
    if not images:
        raise UnreadableFile(f"{source.name} holds no DICOM image, so there is nothing to de-identify.")
    removed: dict[str, None] = {}
    told: dict[str, None] = {}
    if len(found) > len(images):
        told[
            f"{len(found) - len(images)} DICOM files without pixels (reports, directories) were left out."
        ] = None
    target.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".deidentify-", dir=target.parent))
    try:
        names = [f"{number:06d}.dcm" for number in range(1, len(images) + 1)]
        for image, name in zip(images, names, strict=True):
            with damage_told(image.name):
                deidentified_copy(image, workshop / name, pseudonym, set(keep), key, removed, told)
        if target.exists():
            raise FileExistsError(
                f"{target.name} has appeared meanwhile; nothing was overwritten. Choose another name."
            )
        if source.is_dir():
            workshop.chmod(0o755)
            os.replace(workshop, target)
            files = tuple(target / name for name in names)
        else:
            os.replace(workshop / names[0], target)
            files = (target,)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Deidentified(files, tuple(removed), tuple(told))


def _checked(source: Path, target: Path, pseudonym: str, keep: Collection[str], key: bytes | None) -> bytes:
    """Check the arguments; give the key."""
    if target.exists():
        raise FileExistsError(
            f"{target.name} exists already. Nothing is overwritten: choose another destination."
        )
    if source.is_dir() and source.resolve() in target.resolve().parents:
        raise ValueError(
            "The destination lies inside the folder to be de-identified. Choose a place outside of it."
        )
    if isinstance(keep, str) or not set(keep) <= PATIENT_CHARACTERISTICS:
        allowed = ", ".join(sorted(PATIENT_CHARACTERISTICS))
        raise ValueError(f"keep={keep!r} was given. It takes a list with some of {allowed}.")
    if not pseudonym.strip() or len(pseudonym) > 64 or "\\" in pseudonym:
        raise ValueError(
            f"The pseudonym {pseudonym!r} cannot be used. It needs 1 to 64 characters without backslash."
        )
    if key is not None and len(key) < 16:
        raise ValueError(
            f"The key has {len(key)} bytes. It needs 16 or more, such as secrets.token_bytes(32)."
        )
    return key or secrets.token_bytes(32)
