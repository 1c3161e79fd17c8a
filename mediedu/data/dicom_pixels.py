"""The pixels of one DICOM file: decompressed, coloured as RGB, rescaled to what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.decompress import decompress
from mediedu.data.dicom_frames import frame_headers
from mediedu.data.errors import UnreadableFile
from mediedu.data.rescale import is_wide, smallest


@dataclass(frozen=True)
class Decoded:
    """Pixels of all frames of a file, with what was done to them."""

    frames: NDArray[Any]
    """Shape (frame, row, col[, channel])."""
    units: str
    window: tuple[float, float] | None
    notes: tuple[str, ...]


def decode(dataset: Any, name: str) -> Decoded:
    """Decompress the pixels of a DICOM data set and give them their meaning.

    In this order, as PS3.3 C.11 and C.7.6.3 ask: decompress; palette or YBR to RGB; modality LUT or rescale
    (Hounsfield units in CT); MONOCHROME1 turned so that bright means bright.

    Parameters
    ----------
    dataset : pydicom.Dataset
        As read from a file, with its file meta information.
    name : str
        The file's name, for messages.

    Returns
    -------
    Decoded
        Grey frames keep their stored dtype where nothing is rescaled and it has at most 16 bits; others are
        int16, uint16 or int32, the first that fits, where all are whole, else float32. Colours are RGB, uint8
        unless the file stores 16 or 32 bits.

    Raises
    ------
    UnreadableFile
        If there are no pixels, no decoder, or fewer pixels than the header promises.
    """
    if not any(key in dataset for key in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        kind = dataset.get("Modality") or "unknown"
        raise UnreadableFile(
            f"{name} is a DICOM file of kind {kind!r} without pixels (a report, plan or "
            "directory). Choose an image."
        )
    raw, photometric = decompress(dataset, name)
    colour = photometric not in ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
    if not raw.dtype.isnative:
        raw = raw.astype(raw.dtype.newbyteorder("="))
    frames = raw if raw.ndim == (4 if colour else 3) else raw[np.newaxis]
    if photometric == "PALETTE COLOR":
        return Decoded(_palette(frames, dataset), "", None, ("A palette of colours was turned into RGB.",))
    if colour:
        stored = str(dataset.get("PhotometricInterpretation", ""))
        told = (f"Colours were turned from {stored} into RGB.",) if stored.startswith("YBR") else ()
        return Decoded(frames, "", None, told)
    return _grey(frames, dataset, photometric)


def _palette(frames: NDArray[Any], dataset: Any) -> NDArray[np.uint8]:
    from pydicom.pixels.processing import apply_color_lut

    colours = apply_color_lut(frames, dataset)
    if colours.dtype == np.uint8:
        return colours
    return (colours >> 8).astype(
        np.uint8
    )  # 16-bit palettes: PS3.3 C.7.6.3.1.5; screens show the upper 8 bits


def _grey(frames: NDArray[Any], dataset: Any, photometric: str) -> Decoded:
    """Rescale grey frames, each by its own header where it has one, and turn MONOCHROME1."""
    headers = [_with_common(header, dataset) for header in frame_headers(dataset)]
    if len(headers) != len(frames) or len({(_slope(one), _window(one)) for one in headers}) == 1:
        values, told, window, units = _meaning(frames, headers[0] if headers else dataset, photometric)
    else:  # an enhanced file whose frames are rescaled one by one
        parts = [_meaning(frame, header, photometric) for frame, header in zip(frames, headers, strict=True)]
        values, (_, _, window, units) = np.stack([part[0] for part in parts]), parts[len(parts) // 2]
        told = shared([part[1] for part in parts])
        if len({part[2] for part in parts}) > 1:
            window = None
        told = [*told, "Each frame has its own rescale or window."]
    if values.dtype == np.float64:
        values = values.astype(np.float32)
    elif is_wide(values.dtype):
        values = smallest(values)
    return Decoded(values, units, window, tuple(told))


def shared(notes: Sequence[Sequence[str]]) -> list[str]:
    """Give the notes that hold for every slice or frame, in the order of the first."""
    return [note for note in notes[0] if all(note in others for others in notes)]


def _with_common(header: Any, dataset: Any) -> Any:
    """Give a frame's flat header what the file says once for all its frames."""
    for key in ("Modality", "ImageType", "BitsStored", "PixelRepresentation", "Units", "BitsAllocated"):
        if key in dataset:
            header[key] = dataset[key]
    return header


def _meaning(
    stored: NDArray[Any], header: Any, photometric: str
) -> tuple[NDArray[Any], list[str], tuple[float, float] | None, str]:
    """Give values, notes, window and units for numbers that share a header."""
    values, slope_told = _modality(stored, header)
    notes = [slope_told] if slope_told else []
    window, units = _window(header), _units(header)
    if photometric == "MONOCHROME1" and units in ("", "OD"):  # OD: film darkness
        total = float(sum(_ends(header)))
        values = _flip(values, total)
        window = None if window is None else (total - window[0], window[1])
        notes.append("Stored inverted (MONOCHROME1); turned so that large numbers are bright.")
        return values, notes, window, ""
    if photometric == "MONOCHROME1":
        notes.append(f"Made to be shown inverted (MONOCHROME1); the numbers stay, as they are {units}.")
    return values, notes, window, units


def _flip(values: NDArray[Any], total: float) -> NDArray[Any]:
    """Subtract from the sum of the ends of the scale, in the same type where the result fits."""
    flipped = total - values.astype(np.float64)
    if values.dtype.kind == "f":
        return flipped.astype(values.dtype)
    bounds = np.iinfo(values.dtype)
    return (
        flipped.astype(values.dtype)
        if bounds.min <= flipped.min() and flipped.max() <= bounds.max
        else smallest(flipped)
    )


def _ends(dataset: Any) -> tuple[float, float]:
    """Give the meant values of the smallest and the largest number that the stored bits can hold."""
    bits = int(dataset.BitsStored)
    low, high = (
        (-(1 << bits - 1), (1 << bits - 1) - 1) if dataset.PixelRepresentation else (0, (1 << bits) - 1)
    )
    if "ModalityLUTSequence" in dataset:
        table = np.asarray(dataset.ModalityLUTSequence[0].LUTData)
        return float(table.min()), float(table.max())
    slope, intercept = _slope(dataset)
    return slope * low + intercept, slope * high + intercept


def _slope(dataset: Any) -> tuple[float, float]:
    slope, intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
    return (1.0 if slope is None else float(slope)), (0.0 if intercept is None else float(intercept))


def _modality(frames: NDArray[Any], dataset: Any) -> tuple[NDArray[Any], str]:
    """Apply the modality LUT or rescale; give the values and a sentence about it."""
    from pydicom.pixels.processing import apply_modality_lut

    if dataset.get("Modality") == "RTDOSE" and dataset.get("DoseGridScaling") is not None:
        scaling = float(dataset.DoseGridScaling)
        return (frames * scaling).astype(
            np.float32
        ), f"Stored numbers were multiplied by {scaling:g} to give the dose."
    if "ModalityLUTSequence" in dataset:
        return apply_modality_lut(
            frames, dataset
        ), "Stored numbers were looked up in the file's modality table."
    slope, intercept = _slope(dataset)
    if (slope, intercept) == (1.0, 0.0):
        return frames, ""
    return smallest(
        apply_modality_lut(frames, dataset)
    ), f"Rescaled: {slope:g} × stored number + {intercept:g}."


def _units(dataset: Any) -> str:
    """Say what the rescaled numbers mean, where the file or the standard does."""
    modality = str(dataset.get("Modality") or "")
    told = str(dataset.get("RescaleType") or "")
    if modality == "CT":
        kind = [str(word).upper() for word in dataset.get("ImageType") or ()]
        assumed = (
            "" if "LOCALIZER" in kind or dataset.get("RescaleIntercept") is None else "HU"
        )  # PS3.3 C.11.1.1.2
        return {"": assumed, "US": ""}.get(told, told)
    if modality == "PT":
        return {"BQML": "Bq/ml", "CNTS": "counts", "NONE": ""}.get(u := str(dataset.get("Units") or ""), u)
    if modality == "RTDOSE":
        return {"GY": "Gy"}.get(str(dataset.get("DoseUnits") or ""), "")
    return "" if told in ("US", "") else told


def _window(dataset: Any) -> tuple[float, float] | None:
    """Give the first window (centre, width) that the file suggests."""
    centre, width = dataset.get("WindowCenter"), dataset.get("WindowWidth")
    if centre is None or width is None:
        return None
    try:
        first = [
            float(value[0] if hasattr(value, "__len__") and not isinstance(value, str) else value)
            for value in (centre, width)
        ]
    except (TypeError, ValueError, IndexError):
        return None
    return (first[0], first[1]) if np.isfinite(first).all() and first[1] > 0 else None
