"""What kind of file this is, told by its first bytes and not by its name."""

import gzip
import zlib
from pathlib import Path

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"II+\0": "tiff",
    b"MM\0+": "tiff",
    b"PK\x03\x04": "zip",
    b"%PDF": "pdf",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"\x93NUMPY": "npy",
    b"<!DOCTYPE": "web page",
    b"<html": "web page",
}
_EXPLICIT_VRS = {b"UI", b"SH", b"LO", b"CS", b"UL", b"OB", b"DA", b"TM", b"PN"}


def signature(path: Path) -> str:
    """Tell a file's kind.

    Parameters
    ----------
    path : Path
        An existing file.

    Returns
    -------
    str
        ``"dicom"``, ``"nifti"``, ``"png"``, ``"jpeg"``, ``"tiff"``, another kind in words, ``"empty"``, or
        ``"damaged gzip"``; ``""`` where the first bytes are not known.
    """
    with path.open("rb") as file:
        head = file.read(560)
    if not head:
        return "empty"
    if head[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as file:
                inner = file.read(560)
        except (OSError, EOFError, zlib.error):
            return "damaged gzip"
        return "nifti" if _is_nifti(inner) else "gzip"
    if head[128:132] == b"DICM":
        return "dicom"
    if _is_nifti(head):
        return "nifti"
    for start, kind in _SIGNATURES.items():
        if head.lower().startswith(start.lower()):
            return kind
    return "dicom" if _is_bare_dicom(head) else ""


def is_dicom(path: Path) -> bool:
    """Tell whether a file is DICOM, with or without its 128-byte preamble."""
    return signature(path) == "dicom"


def has_preamble(path: Path) -> bool:
    """Tell whether a file starts as every DICOM file since 1993 should: 128 bytes, then the letters DICM."""
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def _is_nifti(head: bytes) -> bool:
    return head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0")


def _is_bare_dicom(head: bytes) -> bool:
    """Recognise a data set without preamble: it starts with an element of group 2 or 8, lengths in bounds."""
    if len(head) < 16 or head[:2] not in (b"\x02\0", b"\x08\0", b"\0\x08"):
        return False
    if head[4:6] in _EXPLICIT_VRS:
        return True
    return head[:2] == b"\x08\0" and int.from_bytes(head[4:8], "little") < 128 and head[3] < 0x30
