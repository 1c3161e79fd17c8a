"""Move pixels: one coordinate map per image, read once, linearly for images and by the nearest for masks.

The map says for every pixel of the result where in the image its value comes from: an affine map of the
pixel's place after an optional B-spline displacement. An image and its mask share it. An image is widened by
as much as its map reaches beyond the border before it is read, so that reading needs no questions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled
from mediedu.nets.elastic import spline_basis

__all__ = ["BORDERS", "Places", "affine_maps", "border_table", "places", "read_linear", "read_nearest"]


BORDERS = ("reflect", "mirror", "nearest", "wrap", "constant")  # as scipy.ndimage names them
TILE = 256  # pixels; the constant length lets the machine take many at a time


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


def border_table(low: int, high: int, length: int, border: str) -> NDArray[np.int64]:
    """List which pixel stands at each place along an axis, also beyond the border.

    Parameters
    ----------
    low, high : int
        The first and the last place of the table.
    length : int
        How many pixels there are.
    border : {"reflect", "mirror", "nearest", "wrap", "constant"}
        What lies beyond, as in `scipy.ndimage`.

    Returns
    -------
    ndarray of int64, shape (high − low + 1,)
        The pixel at each place; −1 where there is none ("constant").

    Examples
    --------
    >>> border_table(-2, 4, 3, "reflect").tolist()
    [1, 0, 0, 1, 2, 2, 1]
    """
    place = np.arange(low, high + 1)
    if border == "nearest":
        return np.clip(place, 0, length - 1)
    if border == "constant":
        return np.where((place >= 0) & (place < length), place, -1)
    # The others repeat: after one length, after there and back, or that without the ends twice.
    period = {"wrap": length, "reflect": 2 * length, "mirror": max(1, 2 * length - 2)}[border]
    place %= period
    ends = 1 if border == "reflect" else 0
    return place if border == "wrap" else np.minimum(place, period - ends - place)


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


def read_linear(
    images: NDArray[Any], where: Places, border: str, fill: float, out: NDArray[np.float32]
) -> None:
    """Read images at places between pixels, interpolating linearly.

    Parameters
    ----------
    images : ndarray, shape (n, z, row, column, channel)
        uint8 or float32, contiguous.
    where : Places
        From `places`.
    border, fill : str, float
        What lies beyond the border, and the value there for "constant".
    out : ndarray of float32
        The result is written here; the shape of the images.

    Examples
    --------
    >>> image = np.arange(4, dtype=np.float32).reshape(1, 1, 1, 4, 1)
    >>> half = places(np.array([[[1.0, 0, 0], [0, 1, 0.5]]]), np.empty((1, 2, 0, 0)), (1, 4))
    >>> read_linear(image, half, "nearest", 0, out := np.empty_like(image))
    >>> out.ravel().tolist()
    [0.5, 1.5, 2.5, 3.0]
    """
    # One table for all; it reaches one further, because a place lies between two pixels.
    low, high = where.reach[:, :, 0].min(axis=0), where.reach[:, :, 1].max(axis=0) + 1
    rows, columns = (border_table(low[a], high[a], images.shape[2 + a], border) for a in (0, 1))
    _linear(images, *where, low, rows, columns, np.float32(fill), out)


def read_nearest(masks: NDArray[Any], where: Places, border: str, out: NDArray[Any]) -> None:
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
    >>> step = places(np.array([[[1.0, 0, 0], [0, 1, 0.6]]]), np.empty((1, 2, 0, 0)), (1, 4))
    >>> read_nearest(mask, step, "constant", out := np.empty_like(mask))
    >>> out.ravel().tolist()
    [1, 1, 2, 0]
    """
    low, high = where.reach[:, :, 0].min(axis=0), where.reach[:, :, 1].max(axis=0) + 1
    rows, columns = (border_table(low[a], high[a], masks.shape[2 + a], border) for a in (0, 1))
    _nearest(masks, where.whole, where.part, low, rows, columns, out)


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


@compiled
def _linear(
    images: Any,
    whole: Any,
    part: Any,
    reach: Any,
    low: Any,
    row_table: Any,
    column_table: Any,
    fill: Any,
    out: Any,
) -> None:
    number, slices, rows, columns, channels = images.shape
    at = np.empty(TILE, np.int32)
    near = np.empty((4, TILE), np.float32)
    wide = np.empty(row_table.size * column_table.size * channels, np.float32)
    for n in range(number):
        top, bottom = reach[n, 0, 0], reach[n, 0, 1] + 2
        left, end = reach[n, 1, 0], reach[n, 1, 1] + 2
        stride = (end - left) * channels
        right, below = np.uint64(channels), np.uint64(stride)  # the steps to the next pixels
        inner, outer = max(left, 0), min(end, columns)  # columns that are in the image
        ys, xs = whole[n, 0].reshape(-1), whole[n, 1].reshape(-1)
        vs, us = part[n, 0].reshape(-1), part[n, 1].reshape(-1)
        for z in range(slices):
            for i in range(top, bottom):
                r = row_table[i - low[0]]
                line = wide[(i - top) * stride : (i - top + 1) * stride]
                if r < 0:
                    line[:] = fill
                    continue
                pixels = images[n, z, r].reshape(-1)
                for j in range(left, min(inner, end)):
                    c = column_table[j - low[1]]
                    for k in range(channels):
                        line[(j - left) * channels + k] = pixels[c * channels + k] if c >= 0 else fill
                for j in range(max(inner, outer), end):
                    c = column_table[j - low[1]]
                    for k in range(channels):
                        line[(j - left) * channels + k] = pixels[c * channels + k] if c >= 0 else fill
                middle = line[(inner - left) * channels :]
                source = pixels[inner * channels :]
                for t in range((outer - inner) * channels):
                    middle[t] = source[t]
            result = out[n, z].reshape(-1)
            for start in range(0, rows * columns, TILE):
                stop = min(TILE, rows * columns - start)
                y, x = ys[start : start + stop], xs[start : start + stop]
                v, u = vs[start : start + stop], us[start : start + stop]
                for t in range(stop):
                    at[t] = np.int32((y[t] - top) * stride + (x[t] - left) * channels)
                if channels == 1:  # the common case, quicker without the detour
                    line = result[start : start + stop]
                    for t in range(stop):
                        first = np.uint64(at[t])
                        upper, lower = wide[first], wide[first + below]
                        upper += u[t] * (wide[first + right] - upper)
                        lower += u[t] * (wide[first + below + right] - lower)
                        line[t] = upper + v[t] * (lower - upper)
                    continue
                for k in range(channels):
                    for t in range(stop):
                        first = np.uint64(at[t] + k)
                        near[0, t] = wide[first]
                        near[1, t] = wide[first + right]
                        near[2, t] = wide[first + below]
                        near[3, t] = wide[first + below + right]
                    for t in range(stop):
                        upper = near[0, t] + u[t] * (near[1, t] - near[0, t])
                        lower = near[2, t] + u[t] * (near[3, t] - near[2, t])
                        near[0, t] = upper + v[t] * (lower - upper)
                    for t in range(stop):
                        result[(start + t) * channels + k] = near[0, t]


@compiled
def _nearest(
    masks: Any, whole: Any, part: Any, low: Any, row_table: Any, column_table: Any, out: Any
) -> None:
    number, slices, rows, columns, channels = masks.shape
    half = np.float32(0.5)
    nothing = masks.dtype.type(0)
    for n in range(number):
        for z in range(slices):
            labels = masks[n, z].reshape(-1)
            for i in range(rows):
                y, x, v, u = whole[n, 0, i], whole[n, 1, i], part[n, 0, i], part[n, 1, i]
                line = out[n, z, i].reshape(-1)
                for j in range(columns):
                    r = row_table[np.uint64(y[j] - low[0] + (v[j] >= half))]
                    c = column_table[np.uint64(x[j] - low[1] + (u[j] >= half))]
                    inside = r >= 0 and c >= 0
                    at = np.uint64((r * columns + c) * channels) if inside else np.uint64(0)
                    if channels == 1:
                        line[j] = labels[at] if inside else nothing
                        continue
                    for k in range(channels):
                        line[j * channels + k] = labels[at] if inside else nothing
                        at += np.uint64(1)
