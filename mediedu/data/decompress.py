"""Unpacking DICOM pixels: uncompressed, RLE, JPEG, JPEG-LS and JPEG 2000, each by one decoder."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from mediedu.data.decoder_process import decode_apart
from mediedu.data.errors import UnreadableFile

_DECODERS = ("pydicom", "pyjpegls", "pylibjpeg", "pillow", "gdcm")
"""Decoders in the order they are asked, by pydicom's names."""

_JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
_JPEG_FAMILY = "1.2.840.10008.1.2.4."
_WITHOUT_END = "1.2.840.10008.1.2.4.1"
"""JPEG, JPEG-LS and JPEG 2000 frames all end with the two bytes FF D9; the video syntaxes (…4.1xx) don't."""


def decompress(dataset: Any, name: str) -> tuple[NDArray[Any], str]:
    """Unpack the pixels of a DICOM data set.

    Parameters
    ----------
    dataset : pydicom.Dataset
        As read from a file, with its file meta information.
    name : str
        The file's name, for messages.

    Returns
    -------
    array : ndarray
        Shape ([frame, ]row, col[, channel]), the stored numbers; YBR colours are RGB.
    photometric : str
        The photometric interpretation of the array.

    Raises
    ------
    UnreadableFile
        If there is no decoder, a frame breaks off, or the decoder finds damage.
    """
    from pydicom.pixels.decoders.base import get_decoder

    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise UnreadableFile(
            f"{name} is packed in a way this library has no decoder for "
            f"({syntax.name or syntax}). Export it again, uncompressed or as JPEG, JPEG-LS, JPEG 2000 or RLE."
        ) from error
    if syntax == _JPEG_EXTENDED and dataset.get("BitsStored") != 8:
        raise UnreadableFile(
            f"{name} is packed as 12-bit JPEG ({syntax.name}). That needs a decoder built for 12 bits "
            "(libjpeg-turbo 3), which is missing here: Pillow and gdcm take 8 bits. The file itself may be "
            "sound. Unpack it with DCMTK's program dcmdjpeg, or export it again, uncompressed."
        )
    try:
        _look_for_ends(dataset)
        plugin = _plugin(decoder.available_plugins)
        if plugin == "gdcm":
            return decode_apart(dataset)
        array, facts = decoder.as_array(dataset, decoding_plugin=plugin)
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if "all available plugins" in reason:
            reason = "no installed decoder takes it"
        raise UnreadableFile(
            f"The pixels of {name} could not be decoded ({syntax.name}): {reason}. If the "
            "file was cut short or damaged, copy it again; else export it again, uncompressed."
        ) from error
    return array, str(facts["photometric_interpretation"])


def _look_for_ends(dataset: Any) -> None:
    """Raise if a JPEG frame lacks its end marker: decoders fill up what is missing and say nothing."""
    from pydicom.encaps import generate_frames

    syntax = str(dataset.file_meta.TransferSyntaxUID)
    if not syntax.startswith(_JPEG_FAMILY) or syntax.startswith(_WITHOUT_END) or "PixelData" not in dataset:
        return
    tables = [dataset.get(name) for name in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")]
    offsets = (tables[0], tables[1]) if all(tables) else None
    count = int(dataset.get("NumberOfFrames") or 1)
    frames = generate_frames(dataset.PixelData, number_of_frames=count, extended_offsets=offsets)
    for number, frame in enumerate(frames):
        if not frame.rstrip(b"\0\xff").endswith(b"\xff\xd9"):  # makers pad with either byte
            which = f"frame {number} (counted from 0)" if count > 1 else "the picture"
            raise ValueError(f"{which} breaks off before its end marker")


def _plugin(available: tuple[str, ...]) -> str:
    """Choose the decoder, so that every machine takes the same one: gdcm only for what no other reads."""
    return next((name for name in _DECODERS if name in available), "")
