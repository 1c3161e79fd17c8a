"""The tissues of the ICBM152 average brain as one map of labels."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

TISSUES = ("background", "CSF", "grey matter", "white matter")
"""Names of the labels 0, 1, 2, 3."""


@cache
def maps() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float64]]:
    """Read T1, grey and white matter once.

    Returns
    -------
    t1, grey, white : ndarray of uint8, shape (189, 233, 197)
        The volumes as (z, y, x), read-only.
    affine : ndarray of float64, shape (4, 4)
        From index (z, y, x) to RAS millimetres, read-only.
    """
    import nibabel

    from mediedu.data.embedded.catalogue import FILES

    arrays = []
    affine = np.eye(4)
    for name in ("brain_t1", "brain_gray_matter", "brain_white_matter"):
        image: Any = nibabel.load(FILES[name].path())
        # The files run x to right, y to anterior, z to superior already: turning the axes around is all.
        array = np.ascontiguousarray(np.asarray(image.dataobj).transpose(2, 1, 0))
        affine = image.affine[:, [2, 1, 0, 3]]
        arrays.append(array)
    for array in (*arrays, affine):
        array.flags.writeable = False
    return arrays[0], arrays[1], arrays[2], affine


@cache
def tissue() -> NDArray[np.uint8]:
    """Give the most probable tissue of each voxel.

    Inside the brain (T1 above 0) the three probabilities are grey, white and the rest, which is taken for
    cerebrospinal fluid (CSF); the greatest wins, grey matter before white matter before CSF where they tie.

    Returns
    -------
    ndarray of uint8, shape (189, 233, 197)
        0 background, 1 CSF, 2 grey matter, 3 white matter; read-only.
    """
    t1, grey, white, _ = maps()
    rest = 255 - np.minimum(grey.astype(np.int16) + white, 255)
    labels = np.where(grey >= np.maximum(white, rest), 2, np.where(white >= rest, 3, 1)).astype(np.uint8)
    labels[t1 == 0] = 0
    labels.flags.writeable = False
    return labels
