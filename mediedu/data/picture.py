"""PNG and JPEG files: pictures without a patient's geometry."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mediedu.data.errors import UnreadableFile
from mediedu.data.image import Image


def read_picture(path: Path) -> Image:
    """Read a PNG or JPEG file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Image
        Grey as uint8 or uint16 (bool for one bit), colours as uint8 RGB, or RGBA where some pixels are
        transparent. Spacing is None: the dots per inch in such files are about printing.

    Raises
    ------
    UnreadableFile
        If the file is damaged or cut short.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    notes = ["The file does not tell the size of a pixel, so nothing can be measured in millimetres."]
    try:
        with Pillow.open(path) as opened:
            opened.load()
            if opened.format == "JPEG" and not _jpeg_ends(path):
                raise ValueError("it breaks off before its end marker")
            facts = {"Format": str(opened.format), "Stored mode": opened.mode}
            deep = (
                opened.format == "PNG"
                and _png_depth(path) == 16
                and opened.mode not in ("I", "I;16", "I;16B")
            )
            if deep:
                notes.append("Its 16-bit colours were reduced to 8 bits.")
            if opened.getexif().get(0x0112, 1) != 1:
                notes.append("Turned upright as its EXIF orientation asks.")
            picture = ImageOps.exif_transpose(opened)
    except Exception as error:
        raise UnreadableFile(
            f"{path.name} is a damaged picture ({str(error)[:120] or type(error).__name__}). "
            "Copy or download it again."
        ) from error
    if picture.mode == "P":
        notes.append("A palette of colours was turned into RGB.")
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        notes.append(f"Colours were turned from {picture.mode} into RGB.")
        picture = picture.convert("RGB")
    elif picture.mode in ("LA", "PA", "La"):
        notes.append("Its transparency was dropped.")
        picture = picture.getchannel(0)
    elif picture.mode == "RGB" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    array = np.array(picture)
    if array.ndim == 3 and array.shape[2] == 4 and (array[..., 3] == 255).all():
        array = np.ascontiguousarray(array[..., :3])
    if array.dtype == np.int32:
        array = array.astype(np.uint16)
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("="))
    if array.ndim == 3 and (array[..., 0] == array[..., 1]).all() and (array[..., 1] == array[..., 2]).all():
        notes.append("Red, green and blue are equal everywhere: the picture is grey, stored as colour.")
    return Image(array, source=path.name, title=path.stem, header=facts, notes=tuple(notes))


def _png_depth(path: Path) -> int:
    """Give the bits per channel from a PNG's first chunk."""
    with path.open("rb") as file:
        return file.read(25)[24]


def _jpeg_ends(path: Path) -> bool:
    """Tell whether a JPEG's picture comes to its end marker; where it doesn't, decoders guess the rest."""
    data = path.read_bytes()
    place = 2
    while data[place : place + 2] != b"\xff\xda":  # from segment to segment, up to the pixels
        if not 0 < place < len(data) - 4:
            return False
        filling = data[place] != 0xFF or data[place + 1] == 0xFF
        place += 1 if filling else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return data.find(b"\xff\xd9", place) > 0  # what follows the end, such as a film, is no matter
