"""Slices with places in the patient, sorted and stacked into a volume; gaps and doubles named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.dicom_frames import placed_frames
from mediedu.data.dicom_geometry import directions, pixel_spacing, plane_affine, position
from mediedu.data.dicom_header import header_facts, title_of
from mediedu.data.dicom_pixels import Decoded
from mediedu.data.errors import SeriesProblem
from mediedu.data.orientation import axis_spacing, to_canonical
from mediedu.data.volume import Volume

STEP_TOLERANCE = 0.05
"""How far a step between slices may differ from the usual one, as a share of it: headers round."""


@dataclass(frozen=True)
class Plane:
    """One slice's name, size and place (LPS)."""

    name: str
    shape: tuple[int, int]
    spacing: tuple[float, float]
    cosines: NDArray[np.float64]
    place: NDArray[np.float64]


def plane_of(header: Any, name: str, shape: tuple[int, int]) -> Plane:
    """Take a slice's place from its header.

    Parameters
    ----------
    header : pydicom.Dataset
        The header of the slice, or the merged functional groups of a frame.
    name : str
        What to call the slice in messages.
    shape : (int, int)
        Rows and columns.

    Returns
    -------
    Plane

    Raises
    ------
    SeriesProblem
        If position, orientation or pixel spacing are missing.
    """
    cosines, place = directions(header), position(header)
    spacing = pixel_spacing(header)[0]
    if cosines is None or place is None or spacing is None:
        missing = [
            words
            for words, value in (("orientation", cosines), ("position", place), ("pixel spacing", spacing))
            if value is None
        ]
        unknown = "how large a pixel is" if missing == ["pixel spacing"] else "where the slice lies"
        raise SeriesProblem(
            f"{name} does not tell its {' and '.join(missing)}. Without it nobody knows {unknown}, so "
            "the slices make no volume. Read the files one by one with read(file)."
        )
    return Plane(name, shape, spacing, cosines, place)


def order(planes: Sequence[Plane]) -> tuple[list[int], NDArray[np.float64], str]:
    """Sort slices along their normal and check that they make one evenly filled block.

    Parameters
    ----------
    planes : sequence of Plane
        At least two, in any order.

    Returns
    -------
    indices : list of int
        The slices from first to last along the normal.
    affine : ndarray of float64, shape (4, 4)
        Maps (slice, row, col) of the sorted stack to RAS mm.
    note : str
        A sentence if the stack leans (a tilted gantry), else ``""``.

    Raises
    ------
    SeriesProblem
        If sizes, orientations or spacings differ, slices lie double or are missing, or steps vary.
    """
    _same_form(planes)
    normal = np.cross(*planes[0].cosines)
    heights = np.array([plane.place @ normal for plane in planes])
    indices = [int(index) for index in np.argsort(heights, kind="stable")]
    heights = heights[indices]
    steps = np.diff(heights)
    usual = float(np.sort(steps)[(len(steps) - 1) // 2])  # of two unlike steps the smaller: gaps are wider
    names = [planes[index].name for index in indices]
    doubles = np.flatnonzero(steps < max(STEP_TOLERANCE * usual, 1e-3))
    if doubles.size:
        first = int(doubles[0])
        raise SeriesProblem(
            f"{names[first]} and {names[first + 1]} lie at the same place ({heights[first]:.2f} mm along the "
            f"normal), as do {doubles.size} pairs in all. They may be echoes, times or "
            "copies: keep one of each."
        )
    odd = np.flatnonzero(abs(steps - usual) > STEP_TOLERANCE * usual)
    if odd.size:
        first = int(odd[0])
        missing = steps[first] / usual
        even = abs(missing - round(missing)) <= 2 * STEP_TOLERANCE and round(missing) >= 2
        count = round(missing) - 1
        guess = f"{count} slice{'s are' if count > 1 else ' is'} missing" if even else "the spacing is uneven"
        raise SeriesProblem(
            f"Between {names[first]} at {heights[first]:.2f} mm and {names[first + 1]} at "
            f"{heights[first + 1]:.2f} mm {guess}: the step is {steps[first]:.2f} mm, usually {usual:.2f} mm "
            f"(steps from {steps.min():.2f} to {steps.max():.2f} mm). Fetch the missing files, "
            "or keep only the slices on one side of the gap."
        )
    places = np.array([planes[index].place for index in indices])
    step = (places[-1] - places[0]) / (len(places) - 1)
    stray = abs(places - (places[0] + np.arange(len(places))[:, np.newaxis] * step)).max()
    if stray > max(0.1 * usual, 0.1):
        raise SeriesProblem(
            f"The slices do not lie on one straight line: one is {stray:.2f} mm off. "
            "They cannot make one volume; read them one by one."
        )
    lean = float(np.degrees(np.arccos(np.clip(step @ normal / np.linalg.norm(step), -1, 1))))
    note = (
        f"The slices lean by {lean:.1f}° against each other (a tilted gantry); nothing was resampled."
        if lean > 0.5
        else ""
    )
    first_plane = planes[indices[0]]
    return indices, plane_affine(first_plane.cosines, first_plane.place, first_plane.spacing, step), note


def _same_form(planes: Sequence[Plane]) -> None:
    """Raise if the slices differ in size, orientation or pixel spacing."""
    checks: list[tuple[str, Callable[[Plane], Any]]] = [
        ("size", lambda plane: f"{plane.shape[0]} × {plane.shape[1]}"),
        (
            "orientation",
            lambda plane: ", ".join(f"{c + 0.0:.2f}" for c in np.round(plane.cosines.ravel(), 2)),
        ),
        ("pixel spacing", lambda plane: f"{plane.spacing[0]:.4g} × {plane.spacing[1]:.4g} mm"),
    ]
    first = planes[0]
    alike: list[Callable[[Plane], bool]] = [
        lambda plane: plane.shape == first.shape,
        lambda plane: bool((abs(plane.cosines - first.cosines) < 1e-3).all()),
        lambda plane: bool(np.allclose(plane.spacing, first.spacing, rtol=1e-3)),
    ]
    for (what, words), same in zip(checks, alike, strict=True):
        other = [plane for plane in planes if not same(plane)]
        if other:
            raise SeriesProblem(
                f"The slices have more than one {what}: {words(first)} "
                f"({len(planes) - len(other)} slices, such as {first.name}) "
                f"and {words(other[0])} ({len(other)} slices, such as {other[0].name}). "
                "One volume needs one: move the others away."
            )


def stack_frames(dataset: Any, decoded: Decoded, name: str) -> Volume | None:
    """Stack the frames of one file where the file places them one behind the other.

    Parameters
    ----------
    dataset : pydicom.Dataset
        The file's header.
    decoded : Decoded
        Its frames.
    name : str
        The file's name.

    Returns
    -------
    Volume or None
        None where the file gives its frames no places.

    Raises
    ------
    SeriesProblem
        If the places make no even block.
    """
    shape = (decoded.frames.shape[1], decoded.frames.shape[2])
    headers = placed_frames(dataset, len(decoded.frames))
    if not headers:
        return None
    planes = [plane_of(header, f"{name}, frame {number}", shape) for number, header in enumerate(headers)]
    indices, affine, lean = order(planes)
    return build(decoded.frames[indices], affine, lean, decoded, dataset, name)


def build(
    slices: NDArray[Any], affine: NDArray[np.float64], lean: str, decoded: Decoded, dataset: Any, source: str
) -> Volume:
    """Turn sorted slices into a canonical `Volume`.

    Parameters
    ----------
    slices : ndarray, shape (slice, row, col[, channel])
        In the order that `order` gave, with its `affine` and note.
    affine, lean
        From `order`.
    decoded : Decoded
        Units, window and notes of the slices.
    dataset : pydicom.Dataset
        Header of one of them.
    source : str
        Name of the file or folder.

    Returns
    -------
    Volume
    """
    array, affine = to_canonical(slices, affine)
    return Volume(
        array,
        axis_spacing(affine),
        affine,
        str(dataset.get("Modality") or ""),
        decoded.units,
        source,
        title=title_of(dataset),
        window=decoded.window,
        header=header_facts(dataset),
        notes=(*decoded.notes, *([lean] if lean else [])),
    )
