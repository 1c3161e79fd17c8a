"""Read images between their pixels: linearly, and masks by the nearest label.

An image is widened by as much as its map reaches beyond the border before it is read, so that reading needs
no questions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled
from mediedu.nets.border import border_table
from mediedu.nets.coordinate_map import Places

__all__ = ["read_linear", "read_nearest"]

TILE = 256  # pixels; the constant length lets the machine take many at a time


def read_linear(
    images: NDArray[Any], where: Places, border: str, fill: float, out: NDArray[np.float32]
) -> None:
    """Read images at places between pixels, interpolating linearly.

    Parameters
    ----------
    images : ndarray, shape (n, z, row, column, channel)
        uint8 or float32, contiguous.
    where : Places
        From `mediedu.nets.coordinate_map.places`.
    border, fill : str, float
        What lies beyond the border, and the value there for "constant".
    out : ndarray of float32
        The result is written here; the shape of the images.

    Examples
    --------
    >>> from mediedu.nets.coordinate_map import places
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
    >>> from mediedu.nets.coordinate_map import places
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
