"""Which way a volume lies, and turning it into (z, y, x) by flips and swaps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM counts millimetres to the left, posterior and superior (LPS); NIfTI and this library to the right,
anterior and superior (RAS)."""


def axis_spacing(affine: ArrayLike) -> tuple[float, float, float]:
    """Give the distance in mm between neighbouring voxels along each index axis.

    Parameters
    ----------
    affine : array_like, shape (4, 4)
        Maps an index to millimetres.

    Returns
    -------
    (float, float, float)
        Lengths of the first three columns.

    Examples
    --------
    >>> axis_spacing([[0, 0, 2, 0], [0, 0.5, 0, 0], [-3, 0, 0, 0], [0, 0, 0, 1]])
    (3.0, 0.5, 2.0)
    """
    first, second, third = np.linalg.norm(np.asarray(affine, dtype=np.float64)[:3, :3], axis=0)
    return float(first), float(second), float(third)


def axis_letters(affine: ArrayLike) -> tuple[str, str, str]:
    """Name the side of the patient that each index axis runs to, as closely as one letter can.

    Parameters
    ----------
    affine : array_like, shape (4, 4)
        Maps an index to RAS millimetres.

    Returns
    -------
    (str, str, str)
        For each axis one of R, L (right, left), A, P (anterior, posterior), S, I (superior, inferior).

    Examples
    --------
    >>> axis_letters([[0, 0, 2, 0], [0, 0.5, 0, 0], [-3, 0, 0, 0], [0, 0, 0, 1]])
    ('I', 'A', 'R')
    """
    from nibabel.orientations import aff2axcodes

    codes = aff2axcodes(np.asarray(affine, dtype=np.float64))  # type: ignore[no-untyped-call]
    first, second, third = codes
    return first, second, third


def to_canonical(array: NDArray[Any], affine: ArrayLike) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Turn a volume so that z runs to superior, y to anterior and x to the right, without resampling.

    Axes are swapped and flipped only, so every grey value stays what it was and where it was in the patient.

    Parameters
    ----------
    array : ndarray, shape (i, j, k) or (i, j, k, channel)
        Voxels in any order.
    affine : array_like, shape (4, 4)
        Maps the index (i, j, k) to RAS millimetres.

    Returns
    -------
    array : ndarray, shape (z, y, x) or (z, y, x, channel)
        The same voxels and dtype, C-contiguous.
    affine : ndarray of float64, shape (4, 4)
        Maps the index (z, y, x) to the same RAS millimetres.

    Raises
    ------
    ValueError
        If the affine squeezes the volume flat, so that a direction is missing.

    References
    ----------
    NiBabel documentation, "Coordinate systems and affines"; `nibabel.orientations` does the matching of axes.

    Examples
    --------
    >>> array = np.arange(6).reshape(1, 2, 3)  # stored as (z, y, x), y running to posterior
    >>> turned, affine = to_canonical(array, [[0, 0, 1, 0], [0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    >>> turned[0]
    array([[3, 4, 5],
           [0, 1, 2]])
    """
    from nibabel.orientations import apply_orientation, inv_ornt_aff, io_orientation

    place = np.array(affine, dtype=np.float64)
    matrix = place[:3, :3]
    lengths = np.linalg.norm(matrix, axis=0)
    if not np.isfinite(place).all() or (lengths == 0).any() or abs(np.linalg.det(matrix / lengths)) < 1e-3:
        raise ValueError(
            "The affine does not span three directions, so the place of the voxels is unknown. "
            "The file's geometry is damaged; write it again with the program that made it."
        )
    turn = io_orientation(place)  # type: ignore[no-untyped-call]
    turned = apply_orientation(array, turn)  # type: ignore[no-untyped-call]  # now (x, y, z)
    place = place @ inv_ornt_aff(turn, array.shape[:3])  # type: ignore[no-untyped-call]
    order = (2, 1, 0, *range(3, array.ndim))
    return np.ascontiguousarray(turned.transpose(order)), place[:, [2, 1, 0, 3]]
