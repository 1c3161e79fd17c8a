"""The tissues of the ICBM152 average brain as one map of labels."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mediedu.data.embedded.from_file import from_file

TISSUES = ("background", "CSF", "grey matter", "white matter")
"""Names of the labels 0, 1, 2, 3."""


def maps() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Give T1, grey and white matter.

    Returns
    -------
    t1, grey, white : ndarray of uint8, shape (189, 233, 197)
        The volumes as (z, y, x), read-only.
    """
    t1, grey, white = (from_file(f"brain_{name}").array for name in ("t1", "gray_matter", "white_matter"))
    return t1, grey, white


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
    t1, grey, white = maps()
    rest = 255 - np.minimum(grey.astype(np.int16) + white, 255)
    labels = np.where(grey >= np.maximum(white, rest), 2, np.where(white >= rest, 3, 1)).astype(np.uint8)
    labels[t1 == 0] = 0
    labels.flags.writeable = False
    return labels
