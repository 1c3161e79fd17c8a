"""One way to read a medical image, whatever the file."""

from __future__ import annotations

from os import PathLike

from mediedu.data.cine import Cine
from mediedu.data.errors import UnreadableFile, damage_told
from mediedu.data.existing_path import existing_path
from mediedu.data.image import Image
from mediedu.data.signature import signature
from mediedu.data.volume import Volume

_ADVICE = {
    "empty": "is empty: 0 bytes. Copy or download it again.",
    "damaged gzip": "is a damaged gzip file, perhaps cut short. Copy or download it again.",
    "gzip": "is a gzip file, but no NIfTI is inside. Unpack it first, then read what it held.",
    "zip": "is a zip archive. Unpack it first, then read a file or folder from it.",
    "pdf": "is a PDF document. Save its picture as PNG or TIFF.",
    "gif": "is a GIF picture. Save it as PNG.",
    "bmp": "is a BMP picture. Save it as PNG.",
    "npy": "holds a NumPy array. Open it with numpy.load(path).",
    "web page": "is a web page, not an image: a download went to a log-in or error page. Download it again.",
    "": "is of an unknown kind, or encrypted. This library reads DICOM, NIfTI, PNG, JPEG and TIFF.",
}


def read(
    path: str | PathLike[str], *, series: str | int | None = None, frame: int | None = None
) -> Image | Volume | Cine:
    """Read a medical image from a file, or a DICOM series from a folder.

    The kind is told by the content, not by the name.

    Parameters
    ----------
    path : path
        A DICOM, NIfTI (``.nii``, ``.nii.gz``), PNG, JPEG or TIFF file, or a folder with a DICOM series.
    series : str or int, optional
        Which series of a folder that holds several: its number, description or UID.
    frame : int, optional
        Which volume of a NIfTI file with a fourth axis, counted from 0.

    Returns
    -------
    Image
        A single picture: (row, col) or (row, col, channel). DICOM keeps its own rows and columns.
    Volume
        A NIfTI file, a DICOM series, a multi-frame file that places its frames, or a TIFF stack: (z, y, x).
        With a known place, z runs to superior, y to anterior and x to the right.
    Cine
        A moving picture: (frame, row, col) or (frame, row, col, channel).

    Raises
    ------
    FileNotFoundError
        If there is nothing at `path`.
    TypeError
        If `path` is no path.
    UnreadableFile
        A ValueError: if no image can be made of the file; the message says why and what to do.
    SeriesProblem
        An UnreadableFile: if slices make no volume, or there are several series to choose from.

    Notes
    -----
    What the numbers are: CT is in Hounsfield units (int16 where all are whole). Other modalities keep their
    stored numbers unless the file asks for rescaling. A MONOCHROME1 picture is turned so that bright means
    large. Colours are RGB. Everything done is told in ``.notes``.

    Examples
    --------
    >>> from pydicom.data import get_testdata_file
    >>> from mediedu.data import read
    >>> image = read(get_testdata_file("CT_small.dcm"))
    >>> image
    <Image: CT, (128, 128) int16 HU, 0.6615 × 0.6615 mm, from CT_small.dcm>
    >>> int(image.array.min()), int(image.array.max())
    (-896, 1167)
    """
    path = existing_path(path)
    if path.is_dir():
        from mediedu.data.dicom_series import read_series

        return read_series(path, series)
    if series is not None:
        raise ValueError(
            f"series={series!r} was given with the single file {path.name}. It chooses within a folder."
        )
    kind = signature(path)
    if frame is not None and kind != "nifti":
        raise ValueError(
            f"frame={frame} was given, but {path.name} is no NIfTI file. Take a slice of what read returns."
        )
    if kind == "dicom":
        from mediedu.data.dicom import read_dicom

        return read_dicom(path)
    if kind == "nifti":
        from mediedu.data.nifti import read_nifti

        with damage_told(path.name):
            return read_nifti(path, frame)
    if kind in ("png", "jpeg"):
        from mediedu.data.picture import read_picture

        with damage_told(path.name):
            return read_picture(path)
    if kind == "tiff":
        from mediedu.data.tiff import read_tiff

        with damage_told(path.name):
            return read_tiff(path)
    raise UnreadableFile(f"{path.name} {_ADVICE[kind]}")
