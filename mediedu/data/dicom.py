"""One DICOM file: a picture, a moving picture, or a volume in one file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from mediedu.data.cine import Cine
from mediedu.data.dicom_frames import frame_headers
from mediedu.data.dicom_geometry import directions, pixel_spacing, plane_affine, position
from mediedu.data.dicom_header import header_facts, title_of
from mediedu.data.dicom_pixels import Decoded, decode
from mediedu.data.dicom_stack import stack_frames
from mediedu.data.errors import UnreadableFile, damage_told
from mediedu.data.image import Image
from mediedu.data.volume import Volume


def open_dicom(path: Path, *, pixels: bool = True) -> Any:
    """Read a DICOM file's header, and its pixels still packed.

    Parameters
    ----------
    path : Path
        The file. A missing preamble or file meta header is forgiven where the rest is sound.
    pixels : bool
        False stops before the pixels, which is quicker.

    Returns
    -------
    pydicom.Dataset

    Raises
    ------
    UnreadableFile
        If the file is no DICOM file or is cut short.
    """
    import pydicom
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(path, force=True, stop_before_pixels=not pixels)
            if "TransferSyntaxUID" not in dataset.file_meta:  # old files: pydicom has found out by looking
                implicit, little = dataset.original_encoding
                explicit = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
                dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit
    except Exception as error:
        raise UnreadableFile(
            f"{path.name} could not be read as DICOM to its end "
            f"({str(error)[:120] or type(error).__name__}). It may be damaged or cut short: copy it again."
        ) from error
    if not dataset:
        raise UnreadableFile(f"{path.name} is no DICOM file, or nothing of it is left. Check the file.")
    return dataset


def read_dicom(path: Path) -> Image | Volume | Cine:
    """Read one DICOM file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Image
        One frame. It keeps its own rows and columns; its affine tells where it lies.
    Volume
        Several frames that the file places one behind the other (enhanced CT or MR, a dose grid).
    Cine
        Several frames of which the file gives no place: the first axis is time, or unknown (its notes tell).

    Raises
    ------
    UnreadableFile
        If there are no pixels, or they can't be decoded.
    SeriesProblem
        If frames with places leave a gap, lie double or point in different directions.
    """
    dataset = open_dicom(path)
    with damage_told(path.name):
        decoded = decode(dataset, path.name)
        volume = stack_frames(dataset, decoded, path.name) if len(decoded.frames) > 1 else None
        return _flat(dataset, decoded, path.name) if volume is None else volume


def _flat(dataset: Any, decoded: Decoded, name: str) -> Image | Cine:
    """Make an `Image` of one frame or a `Cine` of many that have no place of their own."""
    plane = (frame_headers(dataset) or [dataset])[0]
    spacing, told = pixel_spacing(plane)
    cosines, place = directions(plane), position(plane)
    known = cosines is not None and place is not None and spacing is not None
    affine = plane_affine(cosines, place, spacing) if known else None  # type: ignore[arg-type]
    notes = (*decoded.notes, *([told] if told else []))
    facts: dict[str, Any] = {
        "spacing": spacing,
        "affine": affine,
        "modality": str(dataset.get("Modality") or ""),
        "units": decoded.units,
        "source": name,
        "title": title_of(dataset),
        "window": decoded.window,
        "header": header_facts(dataset),
    }
    if len(decoded.frames) == 1:
        return Image(decoded.frames[0], notes=notes, **facts)
    frame_time = _frame_time(dataset)
    if frame_time is None:
        notes += ("The file does not tell how the frames follow each other, in time or in place.",)
    return Cine(decoded.frames, notes=notes, frame_time=frame_time, **facts)


def _frame_time(dataset: Any) -> float | None:
    """Give the milliseconds from frame to frame, from whichever of four header entries is there."""
    try:
        if dataset.get("FrameTime"):
            return float(dataset.FrameTime)
        if dataset.get("FrameTimeVector"):
            return float(np.mean([float(step) for step in dataset.FrameTimeVector[1:]]))
        for key in ("CineRate", "RecommendedDisplayFrameRate"):
            if dataset.get(key):
                return 1000.0 / float(dataset.get(key))
    except (TypeError, ValueError):
        pass
    return None
