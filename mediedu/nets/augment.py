"""Augmentation: show a network each image a little turned, moved, bent, blurred or noisy, its mask alike.

Every change of place is composed into one coordinate map, so that an image is interpolated once. Blur,
contrast, brightness and noise follow. What an image gets depends on its own key alone, not on its batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.augment_batch import checked_images, checked_masks
from mediedu.nets.augment_draw import Drawn, draw
from mediedu.nets.augment_settings import FLIPS, SETTINGS, Range, limits_of
from mediedu.nets.border import BORDERS
from mediedu.nets.coordinate_map import places
from mediedu.nets.counter_random import keys_of
from mediedu.nets.gaussian_blur import blur_each
from mediedu.nets.grey_change import change_grey
from mediedu.nets.interpolation import read_linear, read_nearest

__all__ = ["Augmentation"]

STILL = np.array([[1.0, 0, 0], [0, 1, 0]])  # the map that leaves every pixel where it is
PIXELS = 2**17  # that are worked on together, so that their map stays in the processor's cache


@dataclass(frozen=True)
class Augmentation:
    """What may be changed in an image, and how far; call it on a batch.

    A setting is a number or a pair ``(low, high)``. Of a pair a value is drawn evenly for every image; a pair
    of equal numbers is that value always.

    Parameters
    ----------
    rotation : float or pair
        Degrees, counter-clockwise on the screen, about the centre; r stands for (−r, r).
    scale : float or pair
        Enlargement about the centre; r stands for (1 − r, 1 + r), so 0 is none. Above 1 enlarges.
    shift : float or pair
        Down and to the right, each drawn alone, in parts of the image's side (rows, columns); r stands for
        (−r, r).
    flips : tuple of {"up-down", "left-right"}, or one of them
        Each happens to every second image. Ask first whether the anatomy allows it: a heart on the right is
        another patient.
    elastic : float or pair
        Bending: standard deviation of the control points of a cubic B-spline, in parts of the shorter side.
        The map never folds. U-Net's 10 pixels of 512 are 0.02.
    elastic_cells : int
        Cells of the control grid along a side: few bend gently, many ripple.
    blur : float or pair
        Standard deviation of a Gaussian blur, in pixels.
    contrast : float or pair
        Factor about the image's mean; r stands for (1 − r, 1 + r).
    brightness : float or pair
        Grey levels that are added; r stands for (−r, r).
    noise : float or pair
        Standard deviation of normal noise, in grey levels.
    border : {"reflect", "mirror", "nearest", "wrap", "constant"}
        What lies beyond the border, for images and masks alike, as in `scipy.ndimage` ("wrap" and
        "constant" as its "grid-wrap" and "grid-constant").
    fill : float
        The grey value beyond a "constant" border; there masks are 0.

    Raises
    ------
    ValueError, TypeError
        For a setting that is no number or pair of numbers, out of its range, or unknown.

    Notes
    -----
    An image is flipped, scaled and turned, shifted, then bent; all in one map and one interpolation. Then
    come blur, contrast, brightness and noise.

    Examples
    --------
    >>> images = np.arange(9, dtype=np.float32).reshape(1, 3, 3)
    >>> Augmentation(rotation=(90, 90))(images, rng=0)[0]
    array([[2., 5., 8.],
           [1., 4., 7.],
           [0., 3., 6.]], dtype=float32)
    >>> augment = Augmentation(rotation=15, shift=0.1, flips="left-right", elastic=0.02, noise=(0, 0.1))
    >>> moved, labels = augment(np.zeros((8, 32, 32, 1), np.float32), np.ones((8, 32, 32), np.uint8), rng=3)
    >>> moved.shape, labels.shape
    ((8, 32, 32, 1), (8, 32, 32))

    References
    ----------
    P. Y. Simard, D. Steinkraus and J. C. Platt, Best practices for convolutional neural networks applied to
    visual document analysis, ICDAR 2003. O. Ronneberger, P. Fischer and T. Brox, U-Net, MICCAI 2015,
    section 3.1.
    """

    rotation: Range = 0.0
    scale: Range = 0.0
    shift: Range = 0.0
    flips: str | tuple[str, ...] = ()
    elastic: Range = 0.0
    elastic_cells: int = 4
    blur: Range = 0.0
    contrast: Range = 0.0
    brightness: Range = 0.0
    noise: Range = 0.0
    border: str = "reflect"
    fill: float = 0.0

    def __post_init__(self) -> None:
        for name in SETTINGS:
            limits_of(name, getattr(self, name))
        if not isinstance(self.flips, str | tuple | list):
            raise TypeError(f"`flips` is {self.flips!r}. It may hold {' and '.join(map(repr, FLIPS))}.")
        flips = (self.flips,) if isinstance(self.flips, str) else tuple(self.flips)
        if unknown := [flip for flip in flips if flip not in FLIPS]:
            raise ValueError(f"`flips` holds {unknown[0]!r}. It may hold {' and '.join(map(repr, FLIPS))}.")
        object.__setattr__(self, "flips", flips)
        cells = self.elastic_cells
        if isinstance(cells, bool) or not isinstance(cells, int | np.integer) or not 1 <= cells <= 64:
            raise ValueError(f"`elastic_cells` is {cells!r}; it must be a whole number from 1 to 64.")
        if not isinstance(self.border, str) or self.border not in BORDERS:
            raise ValueError(f"`border` is {self.border!r}; it must be one of {', '.join(BORDERS)}.")
        if not isinstance(self.fill, int | float | np.number) or not np.isfinite(self.fill):
            raise ValueError(f"`fill` is {self.fill!r}; it must be a grey value, a finite number.")

    @overload
    def __call__(
        self, images: ArrayLike, masks: None = None, *, rng: Any, threads: int = 1
    ) -> NDArray[Any]: ...

    @overload
    def __call__(
        self, images: ArrayLike, masks: ArrayLike, *, rng: Any, threads: int = 1
    ) -> tuple[NDArray[Any], NDArray[Any]]: ...

    def __call__(
        self, images: ArrayLike, masks: ArrayLike | None = None, *, rng: Any, threads: int = 1
    ) -> NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]:
        """Change a batch of images, and their masks in the same way.

        Parameters
        ----------
        images : array, shape (n, row, column), (n, row, column, channel) or (n, z, y, x, channel)
            uint8 or float32. A volume is changed in the plane of its slices, each slice in the same way.
        masks : array of int or bool, optional
            Labels: the images' shape without the channel, or with an axis of masks in its place.
        rng : int, numpy.random.Generator or array of int
            A seed; or a generator, from which one number is drawn for each image; or one whole number for
            each image. The same number gives the same changes in a batch of any size.
        threads : int
            How many threads share the batch; the result does not depend on it.

        Returns
        -------
        images : ndarray
            New, of the same shape and dtype. uint8 is worked on as float32, then rounded half up and clipped
            to 0–255; float32 is not clipped.
        masks : ndarray
            Only where masks were given; same shape and dtype, the nearest label, so no new ones.

        Raises
        ------
        TypeError
            For another dtype of images or masks, or for `rng` that is None.
        ValueError
            For shapes that don't fit, NaN or infinite values, or an empty image.

        Examples
        --------
        >>> images = np.random.default_rng(0).random((5, 16, 16), dtype=np.float32)
        >>> shake = Augmentation(rotation=20, noise=0.1)
        >>> bool((shake(images, rng=1)[:2] == shake(images[:2], rng=1)).all())
        True
        """
        batch = checked_images(images)
        labels = np.empty((len(batch), 1, 0, 0, 1), np.uint8)
        if masks is not None:
            labels = checked_masks(masks, np.shape(images))
        if isinstance(threads, bool) or not isinstance(threads, int | np.integer) or threads < 1:
            raise ValueError(f"`threads` is {threads!r}; it must be a whole number that is at least 1.")
        drawn = draw(self, keys_of(rng, len(batch)), batch.shape[2:4])
        out = np.empty_like(batch)
        moved = np.empty_like(labels)

        def work(part: slice) -> None:
            mine = drawn.of(part)
            self._change(batch[part], labels[part], mine, out[part], moved[part])

        parts = list(_parts(len(batch), batch.shape[2] * batch.shape[3], int(threads)))
        if threads == 1 or len(parts) < 2:
            for part in parts:
                work(part)
        else:
            with ThreadPoolExecutor(int(threads)) as pool:
                list(pool.map(work, parts))
        result = out.reshape(np.shape(images))
        if masks is None:
            return result
        return result, moved.view(np.asarray(masks).dtype).reshape(np.shape(masks))

    def _change(
        self,
        images: NDArray[Any],
        masks: NDArray[Any],
        drawn: Drawn,
        out: NDArray[Any],
        moved: NDArray[Any],
    ) -> None:
        """Change a few images, laid out as (n, z, row, column, channel)."""
        work = out if out.dtype == np.float32 else np.empty(images.shape, np.float32)
        if drawn.points.size or (drawn.maps != STILL).any():
            where = places(drawn.maps, drawn.points, images.shape[2:4])
            read_linear(images, where, self.border, self.fill, work)
            if masks.size:
                read_nearest(masks, where, self.border, moved)
        else:
            work[...], moved[...] = images, masks
        if drawn.blur.any():
            blur_each(work, drawn.blur, self.border, self.fill)
        gain, offset = drawn.contrast, drawn.brightness
        if (gain != 1).any():
            offset = offset + (1 - gain) * work.mean(axis=(1, 2, 3, 4), dtype=np.float64)
        if work is not out or (gain != 1).any() or offset.any() or drawn.noise.any():
            change_grey(work, gain, offset, drawn.noise, drawn.keys, out)

    def __repr__(self) -> str:
        """Show the settings that differ from doing nothing."""
        given = (
            f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default
        )
        return f"Augmentation({', '.join(given)})"


def _parts(number: int, pixels: int, threads: int) -> Iterator[slice]:
    """Cut a batch into runs of images that are worked on together."""
    some = max(1, min(PIXELS // pixels, -(-number // threads)))
    for start in range(0, number, some):
        yield slice(start, start + some)
