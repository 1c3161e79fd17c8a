"""The header of each frame of a multi-frame DICOM file, laid flat."""

from typing import Any

import numpy as np

from mediedu.data.dicom_geometry import directions, position

_GROUPS = (
    "PixelMeasuresSequence",
    "PlaneOrientationSequence",
    "PlanePositionSequence",
    "PixelValueTransformationSequence",
    "FrameVOILUTSequence",
)


def frame_headers(dataset: Any) -> list[Any]:
    """Give each frame of an enhanced file its own flat header; an empty list for other files.

    Parameters
    ----------
    dataset : pydicom.Dataset
        A header with shared and per-frame functional groups (PS3.3 C.7.6.16), or without.

    Returns
    -------
    list of pydicom.Dataset
        Position, orientation, spacing, rescale and window of each frame, where the file tells.
    """
    from pydicom import Dataset

    shared = (dataset.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    headers = []
    for groups in dataset.get("PerFrameFunctionalGroupsSequence") or ():
        header = Dataset()
        for key in _GROUPS:
            for item in [*(shared.get(key) or ()), *(groups.get(key) or ())]:
                header.update(item)
        headers.append(header)
    return headers


def placed_frames(dataset: Any, count: int) -> list[Any]:
    """Give each frame a header with its place in the patient; an empty list where the frames have none.

    Parameters
    ----------
    dataset : pydicom.Dataset
        The file's header: functional groups, or a dose grid with its frame offsets (PS3.3 C.8.8.3.2).
    count : int
        The number of frames.

    Returns
    -------
    list of pydicom.Dataset
        Empty also where all frames lie at the same place: such frames differ in time.
    """
    headers = frame_headers(dataset) or _dose_planes(dataset, count)
    places = {tuple(np.round(place, 3)) for header in headers if (place := position(header)) is not None}
    return headers if len(places) > 1 and len(headers) == count else []


def _dose_planes(dataset: Any, count: int) -> list[Any]:
    from pydicom import Dataset

    offsets, start, cosines = dataset.get("GridFrameOffsetVector"), position(dataset), directions(dataset)
    if offsets is None or start is None or cosines is None or len(offsets) != count:
        return []
    normal = np.cross(*cosines)
    base = (
        start @ normal if float(offsets[0]) != 0 else 0.0
    )  # relative offsets start at 0; others are heights
    headers = []
    for offset in offsets:
        header = Dataset()
        header.PixelSpacing = dataset.get("PixelSpacing")
        header.ImageOrientationPatient = dataset.ImageOrientationPatient
        place = start + normal * (float(offset) - base)
        header.ImagePositionPatient = [round(float(value), 6) for value in place]
        headers.append(header)
    return headers
