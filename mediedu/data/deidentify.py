"""Taking a patient's identity out of DICOM files."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from mediedu.data.confidential import EMPTY, PATIENT_CHARACTERISTICS, may_stay, new_uid
from mediedu.data.dicom import open_dicom
from mediedu.data.errors import UnreadableFile, damage_told
from mediedu.data.identity_in_pixels import clear_unused_bits, doubts
from mediedu.data.patient_facts import facts_of, own_uids
from mediedu.data.signature import is_dicom

METHOD = "mediedu: keeps only numbers and codes that pixels need"

_TELLING = ("PatientName", "PatientID", "AccessionNumber")


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
    source, target = Path(path), Path(destination)
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
                _copy(image, workshop / name, pseudonym, set(keep), key, removed, told)
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
    if not source.exists():
        raise FileNotFoundError(
            f"There is no file or folder {source.name} in {source.parent}. Check the path."
        )
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


def _copy(
    source: Path,
    target: Path,
    pseudonym: str,
    keep: set[str],
    key: bytes,
    removed: dict[str, None],
    told: dict[str, None],
) -> None:
    """De-identify one file and check the copy."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    original = open_dicom(source)
    if (
        "PixelData" not in original
        and "FloatPixelData" not in original
        and "DoubleFloatPixelData" not in original
    ):
        raise UnreadableFile(
            f"{source.name} has no pixels (a report or plan is all text): it is not de-identified."
        )
    clean = _stripped(original, key, removed)
    for name in EMPTY:
        setattr(clean, name, "")
    for name in keep:
        if original.get(name) not in (None, "") and not (
            name == "PatientAge" and _very_old(original.PatientAge)
        ):
            clean[name] = original[name]
            removed.pop(clean[name].name, None)
    clean.PatientName = clean.PatientID = pseudonym
    clean.PatientIdentityRemoved = "YES"
    clean.DeidentificationMethod = METHOD
    clean.LongitudinalTemporalInformationModified = "REMOVED"
    clean.file_meta = FileMetaDataset()
    clean.file_meta.TransferSyntaxUID = original.file_meta.TransferSyntaxUID
    clean.file_meta.MediaStorageSOPClassUID = UID(
        str(original.get("SOPClassUID") or "1.2.840.10008.5.1.4.1.1.7")
    )
    clean.file_meta.MediaStorageSOPInstanceUID = UID(
        str(clean.get("SOPInstanceUID") or new_uid(source.name, key))
    )
    told |= dict.fromkeys([*clear_unused_bits(clean), *doubts(original)])
    clean.save_as(target, enforce_file_format=True)
    _verify(original, clean, target, pseudonym, keep)


def _stripped(dataset: Any, key: bytes, removed: dict[str, None]) -> Any:
    """Copy what may stay, with new identifiers, sequences included."""
    from pydicom import DataElement, Dataset, Sequence

    clean = Dataset()
    for element in dataset:
        if not may_stay(element):
            removed["Private entries of the maker" if element.tag.is_private else element.name] = None
        elif element.VR == "SQ":
            items = [_stripped(item, key, removed) for item in element.value or ()]
            if any(len(item) for item in items):
                clean.add(DataElement(element.tag, "SQ", Sequence(items)))
        elif element.VR == "UI" and element.value:
            values = [element.value] if isinstance(element.value, str) else list(element.value)
            new = [new_uid(str(uid), key) for uid in values]
            clean.add(DataElement(element.tag, "UI", new if len(new) > 1 else new[0]))
        else:
            clean.add(element)
    return clean


def _very_old(age: Any) -> bool:
    """Tell whether an age such as "091Y" is above 89 years, or can't be read."""
    text = str(age)
    return not (text[:3].isdigit() and text[3:] in ("Y", "M", "W", "D")) or (
        text[3] == "Y" and int(text[:3]) > 89
    )


def _verify(original: Any, clean: Any, target: Path, pseudonym: str, keep: set[str]) -> None:
    """Read the copy again: same pixels, and nothing left that points to the patient."""
    copy = open_dicom(target)
    for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
        if clean.get(name) != copy.get(name):
            raise UnreadableFile(f"The pixels of {target.name} were not written soundly. Nothing was kept.")
    left = facts_of(copy)
    allowed = {
        "Patient's Name",
        "Patient ID",
        "Identifiers (UIDs)",
        *(copy[name].name for name in keep if name in copy),
    }
    if extra := set(left) - allowed:
        raise UnreadableFile(f"The copy would still hold {', '.join(sorted(extra))}. Nothing was kept.")
    telling = {str(original.get(name) or "").strip() for name in _TELLING} - {"", pseudonym}
    for element in original.iterall():
        telling |= own_uids(element) if element.VR == "UI" else set()
    for element in copy.iterall():
        values = own_uids(element) if element.VR == "UI" else {str(element.value).strip()}
        if element.VR in ("CS", "LO", "SH", "PN", "UI") and values & telling:
            raise UnreadableFile(f"The copy would still hold the original {element.name}. Nothing was kept.")
