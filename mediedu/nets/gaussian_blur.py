"""Gaussian blur of a batch, each image with its own width, slice by slice."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled
from mediedu.nets.border import border_table

__all__ = ["blur_each"]

TRUNCATE = 4.0  # standard deviations, as scipy.ndimage.gaussian_filter does


def blur_each(images: NDArray[np.float32], sigma: NDArray[np.float64], border: str, fill: float) -> None:
    """Blur every image by its own Gaussian, in place.

    Parameters
    ----------
    images : ndarray of float32, shape (n, z, row, column, channel)
        Changed in place.
    sigma : ndarray, shape (n,)
        Standard deviations in pixels; 0 leaves an image as it is.
    border, fill : str, float
        What lies beyond the border, as in `scipy.ndimage`, and the value there for "constant".

    Examples
    --------
    >>> image = np.array([0, 0, 1, 0, 0], dtype=np.float32).reshape(1, 1, 1, 5, 1)
    >>> blur_each(image, np.array([0.5]), "nearest", 0)
    >>> [round(float(value), 3) for value in image.ravel()]
    [0.0, 0.106, 0.787, 0.106, 0.0]
    """
    shape = images.shape[2:4]
    for image, width in zip(images, sigma, strict=True):
        radius = int(TRUNCATE * width + 0.5)
        if radius == 0:
            continue
        bell = np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2)
        weights = (bell / bell.sum()).astype(np.float32)
        below, beside = (border_table(-radius, length + radius - 1, length, border) for length in shape)
        _blur(image, weights, below, beside, np.float32(fill))


@compiled
def _blur(image: Any, weights: Any, row_table: Any, column_table: Any, fill: Any) -> None:
    slices, rows, columns, channels = image.shape
    taps = weights.size
    before = np.empty((rows, columns * channels), np.float32)
    padded = np.empty((columns + taps - 1) * channels, np.float32)
    total = np.empty(columns * channels, np.float32)
    for z in range(slices):
        for i in range(rows):
            for j in range(columns):
                for k in range(channels):
                    before[i, j * channels + k] = image[z, i, j, k]
        for i in range(rows):
            total[:] = 0
            for t in range(taps):
                weight = weights[t]
                r = row_table[i + t]
                if r >= 0:
                    for j in range(columns * channels):
                        total[j] += weight * before[r, j]
                else:
                    for j in range(columns * channels):
                        total[j] += weight * fill
            for j in range(columns + taps - 1):
                c = column_table[j]
                for k in range(channels):
                    padded[j * channels + k] = total[c * channels + k] if c >= 0 else fill
            total[:] = 0
            for t in range(taps):
                weight = weights[t]
                for j in range(columns * channels):
                    total[j] += weight * padded[j + t * channels]
            for j in range(columns):
                for k in range(channels):
                    image[z, i, j, k] = total[j * channels + k]
