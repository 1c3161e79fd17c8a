"""Which parts of a DICOM header may stay when a patient's identity has to go.

Lists of what must go are long, change every year, and miss what makers invent. This is the other way round: a
short rule says what may stay, and all else goes. What stays is what pixels need to be read, placed and
measured, in types that cannot hold free text.
"""

import re
from typing import Any

NUMBERS = frozenset(
    ["AT", "DS", "FD", "FL", "IS", "OB", "OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "UL", "US", "UV"]
)
"""Value representations that hold numbers."""

CODE_WORD = re.compile(r"[A-Z0-9_ ]{0,16}")
"""What a code string (CS) may look like, PS3.5 6.2; a damaged one could hold anything."""

GROUPS = {
    0x0018: "acquisition",
    0x0020: "position",
    0x0022: "eye photography",
    0x0028: "pixel description",
    0x0048: "slide microscopy",
    0x0054: "nuclear medicine",
    0x0062: "segmentation",
    0x2050: "presentation",
    0x3004: "dose",
    0x5200: "frames",
    0x7FE0: "pixels",
}
"""Groups of elements that may stay where their type holds no free text."""

SINGLE = frozenset(
    [
        "SpecificCharacterSet",
        "ImageType",
        "SOPClassUID",
        "SOPInstanceUID",
        "Modality",
        "ConversionType",
        "PresentationIntentType",
        "RecommendedDisplayFrameRate",
        "RescaleType",
        "FrameType",
        "VolumetricProperties",
        "VolumeBasedCalculationTechnique",
    ]
)
"""Elements outside those groups, or of another type, that may stay."""

EMPTY = (
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PatientBirthDate",
    "PatientSex",
    "StudyID",
)
"""Elements that every image must have (type 2); they stay, without a value."""

PATIENT_CHARACTERISTICS = frozenset(
    [
        "PatientSex",
        "PatientAge",
        "PatientSize",
        "PatientWeight",
        "SmokingStatus",
        "PregnancyStatus",
        "EthnicGroup",
    ]
)
"""What `deidentify` may be asked to keep (PS3.15 E.3.4, Retain Patient Characteristics)."""


def may_stay(element: Any) -> bool:
    """Tell whether an element of a data set may stay in a de-identified file.

    Parameters
    ----------
    element : pydicom.DataElement
        Any element. Sequences may stay as such; what they hold is judged one by one.

    Returns
    -------
    bool
    """
    if element.tag.is_private:
        return False
    if element.keyword not in SINGLE and element.tag.group not in GROUPS:
        return False
    if element.VR == "CS":
        words = [element.value] if isinstance(element.value, str) else element.value or []
        return all(CODE_WORD.fullmatch(word) for word in words)
    return str(element.VR) in NUMBERS | {"SQ", "UI"} or element.keyword == "RescaleType"


def new_uid(uid: str, key: bytes) -> str:
    """Give the identifier that replaces another one; the same key and identifier give the same again.

    Parameters
    ----------
    uid : str
        Identifier of a study, series, image or frame of reference.
    key : bytes
        A secret. Without it nobody can find out which identifier was replaced by which.

    Returns
    -------
    str
        An identifier under 2.25 (PS3.5 B.2), of 128 bits. The standard's own identifiers, which name kinds of
        things and not things, stay.

    Examples
    --------
    >>> new_uid("1.2.3", b"secret") == new_uid("1.2.3", b"secret") != new_uid("1.2.4", b"secret")
    True
    >>> new_uid("1.2.840.10008.5.1.4.1.1.2", b"secret")
    '1.2.840.10008.5.1.4.1.1.2'
    """
    from hashlib import blake2b

    if uid.startswith("1.2.840.10008.") or not uid:
        return uid
    return "2.25." + str(int.from_bytes(blake2b(uid.encode(), key=key[:64], digest_size=16).digest()))
