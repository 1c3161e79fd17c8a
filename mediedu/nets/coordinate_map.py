"""Where the pixels of a moved image come from: one coordinate map for an image and its mask.

The map says for every pixel of the result where in the image its value comes from: an affine map of the
pixel's place after an optional B-spline displacement.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled
from mediedu.nets.elastic import spline_basis

__all__ = ["Places", "affine_maps", "places"]


class Places(NamedTuple):
    """Where in the images the pixels of the result come from.

    Parameters
    ----------
    whole : ndarray of int32, shape (n, 2, row, column)
        Row and column of the pixel above and to the left; it may lie beyond the border.
    part : ndarray of float32, shape (n, 2, row, column)
        How far the place lies below and to the right of it, from 0 to 1.
    reach : ndarray of int64, shape (n, 2, 2)
        For rows and for columns, the least and the greatest of `whole`.
    """

    whole: NDArray[np.int32]
    part: NDArray[np.float32]
    reach: NDArray[np.int64]


def affine_maps(
    angle: NDArray[np.float64],
    scale: NDArray[np.float64],
    shift: NDArray[np.float64],
    flip: NDArray[np.bool_],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Give the maps from a pixel of the result to its place in the image.

    The image is flipped, enlarged and turned about its centre, then shifted.

    Parameters
    ----------
    angle : ndarray, shape (n,)
        Degrees, counter-clockwise on the screen.
    scale : ndarray, shape (n,)
        Above 1 enlarges.
    shift : ndarray, shape (n, 2)
        Pixels down and to the right.
    flip : ndarray of bool, shape (n, 2)
        Whether up and down, and left and right, change places.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray of float64, shape (n, 2, 3)
        ``M @ (row, column, 1)`` is the place in the image.

    Examples
    --------
    >>> still = np.zeros((1, 2))
    >>> affine_maps(np.array([90.0]), np.ones(1), still, still > 0, (3, 3))[0].tolist()
    [[0.0, 1.0, 0.0], [-1.0, 0.0, 2.0]]
    """
    radians = np.deg2rad(angle)
    cos, sin = np.cos(radians), np.sin(radians)
    for part in (cos, sin):  # a quarter turn is exact
        whole = np.round(part)
        np.copyto(part, whole, where=np.abs(part - whole) < 1e-12)
    turn = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2) / scale[:, None, None]
    turn = turn * np.where(flip, -1.0, 1.0)[:, :, None] + 0.0
    centre = (np.array(shape) - 1) / 2
    offset = centre - np.einsum("nij,nj->ni", turn, centre + shift)
    return np.concatenate([turn, offset[:, :, None]], -1)


def places(maps: NDArray[np.float64], points: NDArray[np.float64], shape: tuple[int, int]) -> Places:
    """Say where in the image every pixel of the result comes from.

    Parameters
    ----------
    maps : ndarray, shape (n, 2, 3)
        From `affine_maps`.
    points : ndarray, shape (n, 2, cells + 3, cells + 3)
        Displacements of control points in pixels of the result, or an array without any for none.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    Places
        Rows and columns in the images.

    Examples
    --------
    >>> where = places(np.array([[[1.0, 0, 0], [0, 1, 0.5]]]), np.empty((1, 2, 0, 0)), (1, 3))
    >>> where.whole[0].tolist(), where.part[0].tolist()
    ([[[0, 0, 0]], [[0, 1, 2]]], [[[0.0, 0.0, 0.0]], [[0.5, 0.5, 0.5]]])
    """
    size = (len(maps), 2, *shape)
    where = Places(
        np.empty(size, np.int32), np.empty(size, np.float32), np.empty((len(maps), 2, 2), np.int64)
    )
    cells = points.shape[-1] - 3
    down, right = (spline_basis(length if cells > 0 else 0, max(1, cells)) for length in shape)
    _locate(maps, points, *down, *right, *where)
    return where


@compiled
def _locate(
    maps: Any,
    points: Any,
    first_row: Any,
    row_weights: Any,
    first_column: Any,
    column_weights: Any,
    whole: Any,
    part: Any,
    reach: Any,
) -> None:
    number, _, rows, columns = whole.shape
    width = points.shape[3]
    along = np.empty(width)
    moved = np.empty((2, columns))  # the row's pixels after their displacement
    reach[:, :, 0] = 2**31
    reach[:, :, 1] = -(2**31)
    for n in range(number):
        for i in range(rows):
            for j in range(columns):
                moved[0, j] = i
                moved[1, j] = j
            if width > 0:
                for axis in range(2):
                    k = first_row[i]
                    for c in range(width):
                        along[c] = (
                            row_weights[0, i] * points[n, axis, k, c]
                            + row_weights[1, i] * points[n, axis, k + 1, c]
                            + row_weights[2, i] * points[n, axis, k + 2, c]
                            + row_weights[3, i] * points[n, axis, k + 3, c]
                        )
                    start = 0
                    while start < columns:  # the pixels of a cell, which are moved by the same four points
                        k = first_column[start]
                        stop = start
                        while stop < columns and first_column[stop] == k:
                            stop += 1
                        p, q, r, s = along[k], along[k + 1], along[k + 2], along[k + 3]
                        for j in range(start, stop):
                            moved[axis, j] += (
                                p * column_weights[0, j]
                                + q * column_weights[1, j]
                                + r * column_weights[2, j]
                                + s * column_weights[3, j]
                            )
                        start = stop
            for axis in range(2):
                p, q, r = maps[n, axis, 0], maps[n, axis, 1], maps[n, axis, 2]
                integer, fraction = whole[n, axis, i], part[n, axis, i]
                for j in range(columns):
                    place = p * moved[0, j] + q * moved[1, j] + r
                    below = np.floor(place)
                    integer[j] = np.int32(below)
                    fraction[j] = np.float32(place - below)
                low, high = integer[0], integer[0]
                for j in range(columns):
                    low = min(low, integer[j])
                    high = max(high, integer[j])
                reach[n, axis, 0] = min(reach[n, axis, 0], low)
                reach[n, axis, 1] = max(reach[n, axis, 1], high)
