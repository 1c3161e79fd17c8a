"""What the pixels of a DICOM file may tell about the patient: letters, faces, overlays, packed notes."""

from typing import Any

import numpy as np

_BURNED_IN = {"US", "IVUS", "ES", "XC", "OT", "SC", "RF", "XA", "OP", "CR", "DX", "MG", "NM"}
"""Kinds of pictures into which devices or people write names."""


def clear_unused_bits(clean: Any) -> list[str]:
    """Empty the bits above and below the stored ones: old files hide overlays with text there.

    Parameters
    ----------
    clean : pydicom.Dataset
        A copy with pixels and file meta information; its pixels are changed in place.

    Returns
    -------
    list of str
        A sentence, if anything was there.
    """
    if clean.file_meta.TransferSyntaxUID.is_compressed or clean.get("BitsAllocated") not in (8, 16):
        return []
    allocated, stored = int(clean.BitsAllocated), int(clean.BitsStored)
    high = int(clean.get("HighBit", stored - 1))
    if stored == allocated or "PixelData" not in clean:
        return []
    order = "<" if clean.file_meta.TransferSyntaxUID.is_little_endian else ">"
    numbers = np.frombuffer(clean.PixelData, f"{order}u{allocated // 8}")
    mask = ((1 << stored) - 1) << (high - stored + 1)
    cleared = numbers & numbers.dtype.type(mask)
    if clean.get("PixelRepresentation"):  # negative numbers fill the bits above with ones
        upper = ((1 << allocated) - 1) & ~((1 << high + 1) - 1)
        filled = cleared | numbers.dtype.type(upper)
        cleared = np.where(cleared >> high & 1, filled, cleared).astype(numbers.dtype)
    if np.array_equal(cleared, numbers):
        return []
    clean.PixelData = cleared.tobytes()
    return ["Bits that are not part of the picture were emptied (an overlay may have been hidden there)."]


def doubts(original: Any) -> list[str]:
    """List what a person has to look at, as no program can judge it.

    Parameters
    ----------
    original : pydicom.Dataset
        The file as it was.

    Returns
    -------
    list of str
        Sentences; empty where there is no reason for doubt.
    """
    told = []
    modality, burned = str(original.get("Modality") or ""), str(original.get("BurnedInAnnotation") or "")
    if burned == "YES":
        told.append("The file says that letters are burned into the picture: look at it, and cover them.")
    elif burned != "NO" and modality in _BURNED_IN:
        told.append(f"Pictures of this kind ({modality}) may have names burned in: look at each one.")
    body = (
        f"{original.get('BodyPartExamined') or ''} {original.get('StudyDescription') or ''}".strip().upper()
    )
    head = not body or any(word in body for word in ("HEAD", "BRAIN", "FACE", "SKULL"))
    if head and modality in ("CT", "MR", "PT"):
        told.append(
            "A face can be computed from a scan of the head: remove it (defacing) before you share one."
        )
    jpeg = str(original.file_meta.TransferSyntaxUID) in _JPEG
    packed = original.get("PixelData") or b""
    if jpeg and (b"Exif\0" in packed or b"\xff\xfe" in packed):
        told.append(
            "The packed picture carries a comment or Exif facts of its own, which stay: look at them."
        )
    return told


_JPEG = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70))
