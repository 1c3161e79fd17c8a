"""Read NIfTI files of a data set as arrays (z, y, x)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.nifti import read_nifti


def volume_array(path: Path) -> NDArray[Any]:
    """Read a NIfTI file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ndarray, shape (z, y, x) or (z, y, x, channel)
        Turned as `mediedu.data.read` turns it; where the file holds several volumes, they are the channels.
    """
    import nibabel

    header: Any = nibabel.load(path)
    shape: tuple[int, ...] = header.shape
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) < 4:
        return read_nifti(path).array
    return np.stack([read_nifti(path, frame=number).array for number in range(shape[3])], axis=-1)


def label_array(path: Path) -> NDArray[np.uint8]:
    """Read a NIfTI file of labels; shape (z, y, x), uint8.

    Some publishers store labels as float; they are whole numbers all the same.
    """
    return np.asarray(np.rint(volume_array(path)), dtype=np.uint8)
