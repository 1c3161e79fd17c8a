"""Read PNG, JPEG and TIFF files of a data set as arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def picture(path: Path) -> NDArray[Any]:
    """Read a picture as it is: (row, col) if it is grey, (row, col, 3) in colour, without transparency."""
    import PIL.Image

    with PIL.Image.open(path) as file:
        if file.mode in ("P", "RGBA", "LA", "CMYK", "PA"):
            return np.asarray(file.convert("RGB"))
        return np.asarray(file.convert("L") if file.mode == "1" else file)


def grey(path: Path) -> NDArray[np.uint8]:
    """Read a picture as grey levels, (row, col) uint8."""
    import PIL.Image

    with PIL.Image.open(path) as file:
        return np.asarray(file.convert("L"))


def grey_or_colour(path: Path) -> NDArray[Any]:
    """Read a picture; where its three colours are the same everywhere it was grey all along: (row, col)."""
    array = picture(path)
    if array.ndim == 3 and (array == array[..., :1]).all():
        return np.ascontiguousarray(array[..., 0])
    return array


def mask(path: Path) -> NDArray[np.uint8]:
    """Read a mask: 1 where the picture is not black, else 0; (row, col) uint8."""
    return (grey(path) > 127).astype(np.uint8)
