"""NIfTI files (.nii, .nii.gz): volumes that carry their own place in the patient."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.errors import UnreadableFile
from mediedu.data.orientation import axis_letters, axis_spacing, to_canonical
from mediedu.data.rescale import is_wide, smallest
from mediedu.data.volume import Volume

_MILLIMETRES = {"meter": 1000.0, "mm": 1.0, "micron": 0.001}


def read_nifti(path: Path, frame: int | None = None) -> Volume:
    """Read a NIfTI-1 or NIfTI-2 file as a `Volume` turned to (z, y, x).

    Parameters
    ----------
    path : Path
        A ``.nii`` or ``.nii.gz`` file, or the ``.hdr`` of a pair.
    frame : int, optional
        Which volume of a file with a fourth axis (time, direction), counted from 0.

    Returns
    -------
    Volume
        Scaled by the file's slope and intercept: whole numbers as integers, others as float32. Stored
        integers of 32 or 64 bits come in 16 bits where they fit. Where the file has neither qform nor sform,
        the axes are reversed to (z, y, x), nothing is flipped, and the affine is None.

    Raises
    ------
    UnreadableFile
        If the file is damaged or cut short, has a fourth axis and no `frame` was chosen, or is complex.
    """
    try:
        image = _opened(path)
        header = image.header
        stored = _stored(image, path, frame)
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile(
            f"{path.name} looks like NIfTI but could not be read to its end ({_brief(error)}). It may have "
            "been cut short on the way: copy or download it again."
        ) from error
    notes: list[str] = []
    scale = _MILLIMETRES.get(header.get_xyzt_units()[0], 1.0)
    if scale != 1.0:
        notes.append(f"The file counts in {header.get_xyzt_units()[0]}s; turned into millimetres.")
    facts = {"Stored type": str(header.get_data_dtype()), "Stored shape": " × ".join(map(str, image.shape))}
    qform, sform = int(header["qform_code"]), int(header["sform_code"])
    facts |= {"qform code": str(qform), "sform code": str(sform)}
    spacing: tuple[float, ...] | None
    if qform <= 0 and sform <= 0:
        array = np.ascontiguousarray(stored.transpose(2, 1, 0, *range(3, stored.ndim)))
        steps = [abs(float(step)) * scale for step in header["pixdim"][3:0:-1]]
        spacing = tuple(steps) if all(np.isfinite(steps)) and all(steps) else None
        notes.append(
            "The file has neither qform nor sform: nobody knows which side is left. Its axes were reversed "
            "to (z, y, x) and nothing was flipped."
        )
        return Volume(array, spacing, None, source=path.name, header=facts, notes=tuple(notes))
    affine = np.diag([scale, scale, scale, 1.0]) @ image.affine
    if qform > 0 and sform > 0 and not np.allclose(header.get_qform(), header.get_sform(), atol=0.01):
        notes.append("Its qform and sform disagree; the sform was used.")
    try:
        array, turned = to_canonical(stored, affine)
    except ValueError as error:
        raise UnreadableFile(f"{path.name}: {error}") from error
    facts["Stored axes run to"] = ", ".join(axis_letters(affine))
    return Volume(array, axis_spacing(turned), turned, source=path.name, header=facts, notes=tuple(notes))


def _opened(path: Path) -> Any:
    """Open by content, whatever the name; gzip is unpacked to its end, so that its checksum is looked at."""
    import nibabel

    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if data[344:348] == b"ni1\0" or data[4:8] == b"ni2\0":  # header and voxels in two files
        return nibabel.load(path)
    kind = nibabel.Nifti2Image if data[4:8] == b"n+2\0" else nibabel.Nifti1Image
    return kind.from_bytes(data)


def _stored(image: Any, path: Path, frame: int | None) -> NDArray[Any]:
    """Give the scaled voxels in the file's own order, three-dimensional (plus channels)."""
    shape = image.shape
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) > 4 or (len(shape) == 4 and frame is None):
        raise UnreadableFile(
            f"{path.name} has {len(shape)} axes ({' × '.join(map(str, image.shape))}), a series of volumes. "
            + (
                f"Choose one, from 0 to {shape[3] - 1}: read(path, frame=0)."
                if len(shape) == 4
                else "One volume is needed: cut it out with nibabel first."
            )
        )
    data = image.dataobj
    if len(shape) == 4:
        if not 0 <= (frame or 0) < shape[3]:
            raise UnreadableFile(
                f"{path.name} has volumes 0 to {shape[3] - 1}, but frame={frame} was asked for."
            )
        voxels = np.asanyarray(data[(..., frame) + (0,) * (len(image.shape) - 4)])
    else:
        voxels = np.asanyarray(data)
    voxels = voxels.reshape((*shape[:3], 1, 1, 1)[:3])
    if voxels.dtype.names:  # RGB24 and RGBA32
        voxels = np.stack([voxels[name] for name in voxels.dtype.names], axis=-1)
    if voxels.dtype.kind == "c":
        raise UnreadableFile(
            f"{path.name} holds complex numbers. Save their magnitude or phase as a file of its own."
        )
    if (float(data.slope), float(data.inter)) != (1.0, 0.0) or is_wide(voxels.dtype):
        voxels = smallest(voxels)
    return np.asarray(voxels) if voxels.dtype.isnative else voxels.astype(voxels.dtype.newbyteorder("="))


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
