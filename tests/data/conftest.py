"""DICOM files written for a test: whole, small, and wrong in exactly one way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="session")
def write_dicom() -> Callable[..., Path]:
    """Give a function that writes one valid DICOM file; keywords set elements, or drop them (None)."""
    return _write


def _write(
    path: Path, array: np.ndarray, *, syntax: str | None = None, bits: int | None = None, **elements: Any
) -> Path:
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = "1.2.3.4", "1.2.3.4.5"
    data.Modality, data.PatientName, data.PatientID = "CT", "Doe^Jane", "HOSPITAL-4711"
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    colour = array.ndim == 3 and array.shape[-1] == 3
    data.SamplesPerPixel = 3 if colour else 1
    data.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        data.PlanarConfiguration = 0
    elif array.ndim == 3:
        data.NumberOfFrames = len(array)
    data.Rows, data.Columns = array.shape[:2] if colour or array.ndim == 2 else array.shape[1:]
    data.BitsAllocated = array.dtype.itemsize * 8
    data.BitsStored = bits or data.BitsAllocated
    data.HighBit = data.BitsStored - 1
    data.PixelRepresentation = int(array.dtype.kind == "i")
    data.PixelSpacing = [0.5, 0.25]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.ImagePositionPatient = [0, 0, 0]
    data.PixelData = np.ascontiguousarray(array).tobytes()
    for name, value in elements.items():
        if value is None:
            delattr(data, name)
        else:
            setattr(data, name, value)
    if syntax is not None:
        data.compress(UID(syntax), generate_instance_uid=False)
    data.save_as(path, enforce_file_format=True)
    return path
