"""What a DICOM file's header tells about the patient."""

from __future__ import annotations

from os import PathLike
from typing import Any

from mediedu.data.confidential import may_stay
from mediedu.data.dicom import open_dicom
from mediedu.data.errors import UnreadableFile, damage_told
from mediedu.data.existing_path import existing_path
from mediedu.data.signature import is_dicom

_LONGEST = 80


def patient_facts(path: str | PathLike[str]) -> dict[str, str]:
    """List what a DICOM header holds that may tell who the patient is, in words.

    Listed are names, numbers, dates, places, free texts and identifiers: everything that `deidentify` takes
    away or replaces. What the pixels show (a face, letters burned into an ultrasound picture) is not in the
    header.

    Parameters
    ----------
    path : path
        A DICOM file.

    Returns
    -------
    dict of str to str
        Name of the entry to its value, the patient's own entries first. Entries inside a sequence carry the
        sequence's name in front. Identifiers and private entries are counted, not listed.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnreadableFile
        If it is a folder or no DICOM file.

    References
    ----------
    DICOM PS3.15, Annex E, Attribute Confidentiality Profiles.

    Examples
    --------
    >>> from pydicom.data import get_testdata_file
    >>> facts = patient_facts(get_testdata_file("CT_small.dcm"))
    >>> facts["Patient's Name"], facts["Study Date"]
    ('CompressedSamples^CT1', '20040119')
    """
    path = existing_path(path)
    if path.is_dir():
        raise UnreadableFile(f"{path.name} is a folder. Name one of the files in it.")
    if not is_dicom(path):
        raise UnreadableFile(
            f"{path.name} is no DICOM file; only DICOM headers tell about patients in this way."
        )
    with damage_told(path.name):
        return facts_of(open_dicom(path, pixels=False))


def facts_of(dataset: Any) -> dict[str, str]:
    """List the facts of a header that is already read; see `patient_facts`."""
    entries: list[tuple[int, str, str]] = []
    counts = {"Identifiers (UIDs)": set[str](), "Private entries of the maker": set[str]()}
    _collect(dataset, "", entries, counts)
    for element in dataset.file_meta:
        if element.tag.group == 2 and element.keyword.endswith("ApplicationEntityTitle"):
            entries.append((element.tag.group, element.name, str(element.value)))
    facts = {name: value for _, name, value in sorted(entries, key=lambda entry: entry[0] != 0x0010)}
    facts |= {name: f"{len(found)} of them" for name, found in counts.items() if found}
    return facts


def own_uids(element: Any) -> set[str]:
    """Give the identifiers in an element that name one study, image or device, not a kind of thing."""
    values = [element.value] if isinstance(element.value, str) else element.value or []
    return {str(uid) for uid in values if str(uid) and not str(uid).startswith("1.2.840.10008.")}


def _collect(
    dataset: Any, prefix: str, entries: list[tuple[int, str, str]], counts: dict[str, set[str]]
) -> None:
    """Walk through a data set and the sequences in it."""
    for element in dataset:
        if element.tag.is_private:
            counts["Private entries of the maker"].add(f"{prefix}{element.tag}")
        elif element.VR == "UI":
            counts["Identifiers (UIDs)"] |= own_uids(element)
        elif element.VR == "SQ":
            for item in element.value or ():
                _collect(item, f"{prefix}{element.name} › ", entries, counts)
        elif not may_stay(element) and element.keyword not in _TOLD_ABOUT_REMOVAL and not element.is_empty:
            value = element.value
            text = f"{len(value)} bytes" if isinstance(value, bytes) else " ".join(str(value).split())
            text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
            entries.append((element.tag.group, prefix + element.name, text))


_TOLD_ABOUT_REMOVAL = {
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "LongitudinalTemporalInformationModified",
}
