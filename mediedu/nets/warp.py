"""Move pixels: one coordinate map per image, read once, linearly for images and by the nearest for masks.

The map says for every pixel of the result where in the image its value comes from: an affine map of the
pixel's place after an optional B-spline displacement. An image and its mask share it. What lies beyond the
border is looked up in a table of indices, so every border mode costs the same.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled
from mediedu.enhance.knn_stack import BORDERS
from mediedu.nets.elastic import spline_basis

__all__ = ["affine_maps", "border_table", "places", "read_linear", "read_nearest"]


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
    >>> affine_maps(np.array([90.0]), np.ones(1), np.zeros((1, 2)), np.zeros((1, 2), bool), (3, 3))[0].tolist()
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


def border_table(low: float, high: float, length: int, border: str) -> tuple[int, NDArray[np.int64]]:
    """List which pixel stands at each place along an axis, also beyond the border.

    Parameters
    ----------
    low, high : float
        The places that are read lie between these.
    length : int
        How many pixels there are.
    border : {"reflect", "mirror", "nearest", "wrap", "constant"}
        What lies beyond, as in `scipy.ndimage`.

    Returns
    -------
    before : int
        How many places the table begins before pixel 0.
    table : ndarray of int64
        The pixel at each place; −1 where there is none ("constant").

    Examples
    --------
    >>> before, table = border_table(-1.5, 3.2, 3, "reflect")
    >>> before, table.tolist()
    (3, [2, 1, 0, 0, 1, 2, 2, 1, 0])
    """
    before = max(0, -math.floor(low)) + 1
    after = max(0, math.floor(high) + 2 - length) + 1
    inside = np.arange(length)
    if border == "constant":
        return before, np.pad(inside, (before, after), constant_values=-1)
    return before, np.pad(inside, (before, after), mode=BORDERS[border])  # type: ignore[call-overload]


def places(
    maps: NDArray[np.float64], points: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Say where in the image every pixel of the result comes from.

    Parameters
    ----------
    maps : ndarray, shape (n, 2, 3)
        From `affine_maps`.
    points : ndarray, shape (n, 2, cells + 3, cells + 3)
        Displacements of control points in pixels of the result, or an array of size 0 for none.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray of float64, shape (n, 2, row, column)
        Row and column in the image.

    Examples
    --------
    >>> half = np.array([[[1.0, 0, 0], [0, 1, 0.5]]])
    >>> places(half, np.empty(0), (1, 3))[0].tolist()
    [[[0.0, 0.0, 0.0]], [[0.5, 1.5, 2.5]]]
    """
    out = np.empty((len(maps), 2, *shape))
    if points.size:
        cells = points.shape[-1] - 3
        _bend(points, *spline_basis(shape[0], cells), *spline_basis(shape[1], cells), out)
    else:
        out[:] = 0
    _map(maps, out)
    return out


def read_linear(
    images: NDArray[Any], where: NDArray[np.float64], border: str, fill: float, out: NDArray[np.float32]
) -> None:
    """Read images at places between pixels, interpolating linearly.

    Parameters
    ----------
    images : ndarray, shape (n, z, row, column, channel)
        uint8 or float32, contiguous.
    where : ndarray, shape (n, 2, row, column)
        From `places`.
    border, fill : str, float
        What lies beyond the border, and the value there for "constant".
    out : ndarray of float32
        The result is written here; the shape of the images.

    Examples
    --------
    >>> image = np.arange(4, dtype=np.float32).reshape(1, 1, 1, 4, 1)
    >>> half = places(np.array([[[1.0, 0, 0], [0, 1, 0.5]]]), np.empty(0), (1, 4))
    >>> read_linear(image, half, "nearest", 0, out := np.empty_like(image))
    >>> out.ravel().tolist()
    [0.5, 1.5, 2.5, 3.0]
    """
    _linear(images, where, *_tables(where, border), np.float32(fill), out)


def read_nearest(masks: NDArray[Any], where: NDArray[np.float64], border: str, out: NDArray[Any]) -> None:
    """Read masks at places between pixels, taking the nearest label; 0 beyond a "constant" border.

    Parameters
    ----------
    masks : ndarray, shape (n, z, row, column, channel)
        Unsigned integers, contiguous.
    where, border
        As in `read_linear`.
    out : ndarray
        The result is written here; shape and dtype of the masks.

    Examples
    --------
    >>> mask = np.array([0, 1, 1, 2], dtype=np.uint8).reshape(1, 1, 1, 4, 1)
    >>> step = places(np.array([[[1.0, 0, 0], [0, 1, 0.6]]]), np.empty(0), (1, 4))
    >>> read_nearest(mask, step, "constant", out := np.empty_like(mask))
    >>> out.ravel().tolist()
    [1, 1, 2, 0]
    """
    _nearest(masks, where, *_tables(where, border), out)


def _tables(where: NDArray[np.float64], border: str) -> tuple[Any, ...]:
    tables = []
    for axis in (0, 1):
        along = where[:, axis]
        tables += border_table(along.min(), along.max(), where.shape[2 + axis], border)
    return tuple(tables)


@compiled
def _bend(
    points: Any, first_row: Any, row_weights: Any, first_column: Any, column_weights: Any, out: Any
) -> None:
    number, _, rows, columns = out.shape
    width = points.shape[3]
    along = np.empty(width)
    for n in range(number):
        for axis in range(2):
            for i in range(rows):
                k = first_row[i]
                for c in range(width):
                    along[c] = (
                        row_weights[0, i] * points[n, axis, k, c]
                        + row_weights[1, i] * points[n, axis, k + 1, c]
                        + row_weights[2, i] * points[n, axis, k + 2, c]
                        + row_weights[3, i] * points[n, axis, k + 3, c]
                    )
                start = 0
                while start < columns:  # the pixels of one cell, which are moved by the same four points
                    k = first_column[start]
                    stop = start
                    while stop < columns and first_column[stop] == k:
                        stop += 1
                    a, b, c, d = along[k], along[k + 1], along[k + 2], along[k + 3]
                    for j in range(start, stop):
                        out[n, axis, i, j] = (
                            a * column_weights[0, j]
                            + b * column_weights[1, j]
                            + c * column_weights[2, j]
                            + d * column_weights[3, j]
                        )
                    start = stop


@compiled
def _map(maps: Any, where: Any) -> None:
    number, _, rows, columns = where.shape
    for n in range(number):
        for i in range(rows):
            for j in range(columns):
                y = where[n, 0, i, j] + i
                x = where[n, 1, i, j] + j
                where[n, 0, i, j] = maps[n, 0, 0] * y + maps[n, 0, 1] * x + maps[n, 0, 2]
                where[n, 1, i, j] = maps[n, 1, 0] * y + maps[n, 1, 1] * x + maps[n, 1, 2]


@compiled
def _linear(
    images: Any, where: Any, above: Any, row_table: Any, left: Any, column_table: Any, fill: Any, out: Any
) -> None:
    number, slices, rows, columns, channels = images.shape
    one = np.float32(1)
    for n in range(number):
        for z in range(slices):
            image = images[n, z]
            for i in range(rows):
                for j in range(columns):
                    y = math.floor(where[n, 0, i, j])
                    x = math.floor(where[n, 1, i, j])
                    v = np.float32(where[n, 0, i, j] - y)
                    u = np.float32(where[n, 1, i, j] - x)
                    r, c = int(y) + above, int(x) + left
                    r0, r1 = row_table[r], row_table[r + 1]
                    c0, c1 = column_table[c], column_table[c + 1]
                    if r0 >= 0 and r1 >= 0 and c0 >= 0 and c1 >= 0:
                        for k in range(channels):
                            top = (one - u) * np.float32(image[r0, c0, k]) + u * np.float32(image[r0, c1, k])
                            bottom = (one - u) * np.float32(image[r1, c0, k]) + u * np.float32(
                                image[r1, c1, k]
                            )
                            out[n, z, i, j, k] = (one - v) * top + v * bottom
                    else:
                        for k in range(channels):
                            a = np.float32(image[r0, c0, k]) if r0 >= 0 and c0 >= 0 else fill
                            b = np.float32(image[r0, c1, k]) if r0 >= 0 and c1 >= 0 else fill
                            p = np.float32(image[r1, c0, k]) if r1 >= 0 and c0 >= 0 else fill
                            q = np.float32(image[r1, c1, k]) if r1 >= 0 and c1 >= 0 else fill
                            out[n, z, i, j, k] = (one - v) * ((one - u) * a + u * b) + v * (
                                (one - u) * p + u * q
                            )


@compiled
def _nearest(
    masks: Any, where: Any, above: Any, row_table: Any, left: Any, column_table: Any, out: Any
) -> None:
    number, slices, rows, columns, channels = masks.shape
    for n in range(number):
        for i in range(rows):
            for j in range(columns):
                r = row_table[int(math.floor(where[n, 0, i, j] + 0.5)) + above]
                c = column_table[int(math.floor(where[n, 1, i, j] + 0.5)) + left]
                for z in range(slices):
                    for k in range(channels):
                        out[n, z, i, j, k] = masks[n, z, r, c, k] if r >= 0 and c >= 0 else 0
