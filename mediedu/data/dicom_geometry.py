"""Where a DICOM slice lies in the patient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.orientation import LPS_TO_RAS


def pixel_spacing(dataset: Any) -> tuple[tuple[float, float] | None, str]:
    """Give the distance between rows and between columns in mm, and a sentence on where it comes from.

    Parameters
    ----------
    dataset : pydicom.Dataset
        The header; for a frame of an enhanced file its merged functional groups.

    Returns
    -------
    spacing : (float, float) or None
        None where the file does not tell.
    note : str
        A sentence for the learner, or ``""`` where the spacing is the ordinary one.
    """
    if spacing := _pair(dataset.get("PixelSpacing")):
        return spacing, ""
    for key, place in (
        ("ImagerPixelSpacing", "at the detector, not in the patient"),
        ("NominalScannedPixelSpacing", "on the scanned film"),
    ):
        if spacing := _pair(dataset.get(key)):
            return (
                spacing,
                f"The spacing was measured {place}: sizes in the patient differ by the magnification.",
            )
    if spacing := _ultrasound_spacing(dataset):
        return spacing, "The spacing is that of the ultrasound region in the picture."
    return None, "The file does not tell the size of a pixel, so nothing can be measured in millimetres."


def _pair(values: Any) -> tuple[float, float] | None:
    try:
        rows, columns = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    return (rows, columns) if 0 < rows < np.inf and 0 < columns < np.inf else None


def _ultrasound_spacing(dataset: Any) -> tuple[float, float] | None:
    """Read an ultrasound picture's calibration, if it has exactly one flat region in centimetres."""
    regions = [
        r for r in dataset.get("SequenceOfUltrasoundRegions") or () if r.get("RegionSpatialFormat") == 1
    ]
    if len(regions) != 1 or {
        regions[0].get("PhysicalUnitsXDirection"),
        regions[0].get("PhysicalUnitsYDirection"),
    } != {3}:
        return None
    steps = (regions[0].get("PhysicalDeltaY"), regions[0].get("PhysicalDeltaX"))
    return _pair([abs(float(step)) * 10 for step in steps if step is not None])


def directions(dataset: Any) -> NDArray[np.float64] | None:
    """Give the unit vectors along a row and along a column, shape (2, 3), in LPS; None where unusable."""
    try:
        cosines = np.array([float(value) for value in dataset.get("ImageOrientationPatient")]).reshape(2, 3)
    except (TypeError, ValueError):
        return None
    lengths = np.linalg.norm(cosines, axis=1)
    if (
        not np.isfinite(cosines).all()
        or (abs(lengths - 1) > 0.01).any()
        or abs(cosines[0] @ cosines[1]) > 0.01
    ):
        return None
    return np.asarray(cosines / lengths[:, np.newaxis])


def position(dataset: Any) -> NDArray[np.float64] | None:
    """Give the place of the first pixel's centre, shape (3,), in LPS mm; None where missing or damaged."""
    try:
        place = np.array([float(value) for value in dataset.get("ImagePositionPatient")])
    except (TypeError, ValueError):
        return None
    return place if place.shape == (3,) and np.isfinite(place).all() else None


def plane_affine(
    cosines: NDArray[np.float64],
    place: NDArray[np.float64],
    spacing: tuple[float, float],
    step: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Build the affine from the index (slice, row, col) to RAS millimetres.

    Parameters
    ----------
    cosines : ndarray, shape (2, 3)
        Unit vectors along a row (column index rising) and along a column (row index rising), in LPS.
    place : ndarray, shape (3,)
        Centre of the pixel at (0, 0, 0), in LPS mm.
    spacing : (float, float)
        Distance between rows and between columns in mm.
    step : ndarray, shape (3,), optional
        From one slice to the next, in LPS mm; for a single slice 1 mm along its normal.

    Returns
    -------
    ndarray of float64, shape (4, 4)

    References
    ----------
    DICOM PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1.
    """
    along_row, along_column = cosines
    affine = np.eye(4)
    affine[:3, 0] = np.cross(along_row, along_column) if step is None else step
    affine[:3, 1] = along_column * spacing[0]
    affine[:3, 2] = along_row * spacing[1]
    affine[:3, 3] = place
    return LPS_TO_RAS @ affine
