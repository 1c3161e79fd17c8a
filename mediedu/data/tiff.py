"""TIFF files: pictures and stacks, as microscopes and ImageJ write them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.cine import Cine
from mediedu.data.errors import UnreadableFile
from mediedu.data.image import Image
from mediedu.data.volume import Volume

_PRINTING = {72, 96, 100, 150, 200, 300, 600, 1200}
_MILLIMETRES = {
    "nm": 1e-6,
    "um": 1e-3,
    "µm": 1e-3,
    "\\u00b5m": 1e-3,
    "micron": 1e-3,
    "microns": 1e-3,
    "mm": 1.0,
    "cm": 10.0,
}


def read_tiff(path: Path) -> Image | Volume | Cine:
    """Read a TIFF file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Image
        One page, grey in its own dtype or RGB(A).
    Volume
        A stack of pages, in the order of the file: (z, row, col). Its affine is None.
    Cine
        A stack whose axis the file calls time.

    Raises
    ------
    UnreadableFile
        If the file is damaged, or holds more axes than one stack.
    """
    import tifffile

    try:
        with _complaints() as complaints, tifffile.TiffFile(path) as file:
            first = file.series[0]
            page: Any = first.keyframe
            axes = first.axes
            try:
                array = file.asarray(series=0)
            except ValueError as error:
                if "imagecodecs" not in str(error):
                    raise
                array, axes = _by_pillow(path)
            notes = [f"The file holds {len(file.series)} pictures of different form; this is the first."] * (
                len(file.series) > 1
            )
            spacing, told = _spacing(file, page)
            photometric = page.photometric.name
            colours = page.colormap
            turn = int(page.tags["Orientation"].value) if "Orientation" in page.tags else 1
    except Exception as error:
        raise UnreadableFile(
            f"{path.name} is a TIFF file that could not be read "
            f"({str(error)[:120] or type(error).__name__}). Copy it again, or save it uncompressed."
        ) from error
    notes.append(told)
    if complaints:
        notes.append(f"Its tags are not all sound ({complaints[0]}): check that the picture is whole.")
    array, axes = _ordered(array, axes, path.name)
    facts = {"Format": "TIFF", "Stored axes": axes, "Photometric interpretation": photometric}
    if photometric == "PALETTE" and colours is not None and not axes.endswith("S"):
        array, axes = (np.moveaxis(colours, 0, -1)[array] >> 8).astype(np.uint8), axes + "S"
        notes.append("A palette of colours was turned into RGB.")
    if photometric == "MINISWHITE" and array.dtype.kind in "ub":
        array = ~array
        notes.append("Stored inverted (white is zero); turned so that large numbers are bright.")
    if turn != 1:
        array, spacing = _upright(array, spacing, turn, "S" in axes)
        notes.append("Turned upright as its orientation tag asks.")
    common: dict[str, Any] = {"source": path.name, "title": path.stem, "header": facts, "notes": tuple(notes)}
    if axes in ("YX", "YXS"):
        return Image(array, None if spacing is None else spacing[1:], **common)
    if axes[0] == "T":
        return Cine(array, None if spacing is None else spacing[1:], **common)
    return Volume(array, spacing if spacing is not None and spacing[0] > 0 else None, **common)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Gather what tifffile would log about a file, in this thread, instead of printing it."""
    gathered: list[str] = []
    here = threading.get_ident()

    def gather(record: logging.LogRecord) -> bool:
        if record.thread != here:
            return True
        if record.levelno >= logging.WARNING:
            # Where in its own objects tifffile was, and at which place of the file, tells a reader nothing.
            words = " ".join(record.getMessage().rpartition("> ")[2].split()).rstrip("')")
            gathered.append(words[:80] or "tifffile doubts it")
        return False

    logger = logging.getLogger("tifffile")
    logger.addFilter(gather)
    try:
        yield gathered
    finally:
        logger.removeFilter(gather)


def _by_pillow(path: Path) -> tuple[NDArray[Any], str]:
    """Read compressed pages that tifffile leaves to a larger package."""
    from PIL import Image as Pillow
    from PIL import ImageSequence

    with Pillow.open(path) as opened:
        pages = [np.array(page) for page in ImageSequence.Iterator(opened)]
    axes = "YXS" if pages[0].ndim == 3 else "YX"
    return (pages[0], axes) if len(pages) == 1 else (np.stack(pages), "Q" + axes)


def _ordered(array: NDArray[Any], axes: str, name: str) -> tuple[NDArray[Any], str]:
    """Drop axes of length 1 and put channels last."""
    keep = [n for n, letter in enumerate(axes) if array.shape[n] > 1 or letter in "YX"]
    array, axes = array.reshape([array.shape[n] for n in keep]), "".join(axes[n] for n in keep)
    if "S" in axes and not axes.endswith("S"):
        array, axes = np.moveaxis(array, axes.index("S"), -1), axes.replace("S", "") + "S"
    stack = axes.removesuffix("S")[:-2]
    if len(stack) > 1 or stack == "C" or axes.removesuffix("S")[-2:] != "YX":
        raise UnreadableFile(
            f"{name} has the axes {axes} ({' × '.join(map(str, array.shape))}), more than a picture or one "
            "stack. Save one channel or one time as a file of its own."
        )
    return np.ascontiguousarray(array), axes


def _upright(
    array: NDArray[Any], spacing: tuple[float, float, float] | None, turn: int, colour: bool
) -> tuple[NDArray[Any], tuple[float, float, float] | None]:
    """Flip and swap rows and columns as TIFF 6.0's Orientation (1 to 8) asks."""
    row = array.ndim - (3 if colour else 2)
    if turn in (5, 6, 7, 8):
        array = array.swapaxes(row, row + 1)
        spacing = None if spacing is None else (spacing[0], spacing[2], spacing[1])
    if turn in (3, 4, 7, 8):
        array = np.flip(array, row)
    if turn in (2, 3, 6, 7):
        array = np.flip(array, row + 1)
    return np.ascontiguousarray(array), spacing


def _spacing(file: Any, page: Any) -> tuple[tuple[float, float, float] | None, str]:
    """Give (z, row, col) spacing in mm (z is 0 where unknown) and a sentence on where it comes from."""
    unknown = "The file does not tell the size of a pixel, so nothing can be measured in millimetres."
    per_unit = []
    for key in ("YResolution", "XResolution"):
        value = page.tags[key].value if key in page.tags else (0, 1)
        per_unit.append(value[0] / value[1] if value[1] else 0.0)
    imagej = file.imagej_metadata or {}
    unit = str(imagej.get("unit", ""))
    if unit in _MILLIMETRES and all(per_unit):
        scale = _MILLIMETRES[unit]
        rows, columns = (scale / number for number in per_unit)
        return (float(imagej.get("spacing", 0)) * scale, rows, columns), "The spacing is what ImageJ wrote."
    if file.ome_metadata:
        found = _ome_spacing(file.ome_metadata)
        return found, "The spacing is what the microscope wrote (OME)." if found else unknown
    kind = int(page.tags["ResolutionUnit"].value) if "ResolutionUnit" in page.tags else 1
    if kind not in (2, 3) or not all(per_unit):
        return None, unknown
    if kind == 2 and {round(number, 3) for number in per_unit} <= _PRINTING:
        return None, f"Its {per_unit[0]:g} dots per inch are about printing. " + unknown
    rows, columns = ((25.4 if kind == 2 else 10.0) / number for number in per_unit)
    return (
        0.0,
        rows,
        columns,
    ), "The spacing is from the resolution tags; check that they mean the object, not paper."


def _ome_spacing(xml: str) -> tuple[float, float, float] | None:
    """Read PhysicalSize of the first image in OME-XML."""
    from xml.etree import ElementTree

    for element in ElementTree.fromstring(xml).iter():
        if element.tag.endswith("Pixels"):
            sizes = []
            for axis in "ZYX":
                scale = _MILLIMETRES.get(element.get(f"PhysicalSize{axis}Unit", "µm"), 0.0)
                sizes.append(float(element.get(f"PhysicalSize{axis}", 0)) * scale)
            return (sizes[0], sizes[1], sizes[2]) if sizes[1] > 0 and sizes[2] > 0 else None
    return None
