"""One DICOM file without the patient's identity: copied is what may stay, and the copy is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mediedu.data.confidential import EMPTY, may_stay, new_uid
from mediedu.data.dicom import open_dicom
from mediedu.data.errors import UnreadableFile
from mediedu.data.identity_in_pixels import clear_unused_bits, doubts
from mediedu.data.patient_facts import facts_of, own_uids

METHOD = "mediedu: keeps only numbers and codes that pixels need"

_TELLING = ("PatientName", "PatientID", "AccessionNumber")


def deidentified_copy(
    source: Path,
    target: Path,
    pseudonym: str,
    keep: set[str],
    key: bytes,
    removed: dict[str, None],
    told: dict[str, None],
) -> None:
    """De-identify one file and check the copy.

    Parameters
    ----------
    source, target : Path
        The file to read and the file to write.
    pseudonym : str
        The new name and number of the patient.
    keep : set of str
        Entries of `mediedu.data.confidential.PATIENT_CHARACTERISTICS` to keep.
    key : bytes
        The secret by which identifiers are replaced.
    removed, told : dict
        Ordered sets that grow: the names of entries taken away, and warnings.

    Raises
    ------
    UnreadableFile
        If the file has no pixels, or the copy would still hold what it should not.
    """
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
