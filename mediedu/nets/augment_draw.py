"""What each image gets when it is augmented: drawn from its own key, whatever batch it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediedu.nets.augment_settings import FLIPS, limits_of
from mediedu.nets.coordinate_map import affine_maps
from mediedu.nets.counter_random import mix, uniforms
from mediedu.nets.elastic import control_points

if TYPE_CHECKING:
    from mediedu.nets.augment import Augmentation

__all__ = ["Drawn", "draw"]

# Each setting has its own place among an image's random numbers: turning one on leaves the others as they
# were. The control points come last, as many as there are.
_PLACE = {"rotation": 0, "scale": 1, "elastic": 6, "noise": 7, "blur": 8, "brightness": 9, "contrast": 10}
_SHIFT, _FLIP, _POINTS = 2, 4, 16


class Drawn(NamedTuple):
    """What was drawn, one row for each image.

    Parameters
    ----------
    maps : ndarray, shape (n, 2, 3)
        From `mediedu.nets.coordinate_map.affine_maps`.
    points : ndarray, shape (n, 2, cells + 3, cells + 3)
        Displacements of control points in pixels, or an array without any where nothing is bent.
    blur, contrast, brightness, noise : ndarray, shape (n,)
        Standard deviation in pixels, factor, grey levels, standard deviation in grey levels.
    keys : ndarray of uint64, shape (n,)
        From which the noise is drawn.
    """

    maps: NDArray[np.float64]
    points: NDArray[np.float64]
    blur: NDArray[np.float64]
    contrast: NDArray[np.float64]
    brightness: NDArray[np.float64]
    noise: NDArray[np.float64]
    keys: NDArray[np.uint64]

    def of(self, part: slice) -> Drawn:
        """Give what was drawn for some of the images."""
        return self._replace(**{name: values[part] for name, values in self._asdict().items()})


def draw(settings: Augmentation, keys: NDArray[np.uint64], shape: tuple[int, ...]) -> Drawn:
    """Draw the changes of every image.

    Parameters
    ----------
    settings : Augmentation
        What may be changed, and how far.
    keys : ndarray of uint64, shape (n,)
        One number for each image; what it gets depends on nothing else.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    Drawn
        One row for each image.

    Examples
    --------
    >>> from mediedu.nets.augment import Augmentation
    >>> draw(Augmentation(noise=(0.1, 0.1)), np.arange(3, dtype=np.uint64), (8, 8)).noise
    array([0.1, 0.1, 0.1])
    """
    rows, columns = shape
    uniform = uniforms(keys, 0, 12)

    def between(name: str, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = limits_of(name, getattr(settings, name))
        return low + (high - low) * numbers

    value = {name: between(name, uniform[:, place]) for name, place in _PLACE.items()}
    shift = between("shift", uniform[:, _SHIFT : _SHIFT + 2]) * np.array([rows, columns])
    flip = (uniform[:, _FLIP : _FLIP + 2] < 0.5) & np.array([name in settings.flips for name in FLIPS])
    maps = affine_maps(value["rotation"], value["scale"], shift, flip, (rows, columns))
    points = np.empty((len(keys), 2, 0, 0))
    if value["elastic"].any():
        numbers = uniforms(keys, _POINTS, 2 * (settings.elastic_cells + 3) ** 2)
        points = control_points(numbers, value["elastic"], (rows, columns), settings.elastic_cells)
    grey = {name: value[name] for name in ("blur", "contrast", "brightness", "noise")}
    return Drawn(maps, points, keys=mix(keys ^ np.uint64(_POINTS)), **grey)
