"""CLAHE: histogram equalisation tile by tile, with a limit on how much contrast may grow."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled
from mediedu.enhance.grey_levels import finite_number, grey_image, number_of_bins, output_range, refuse_colour

__all__ = ["equalize_adaptive"]


def equalize_adaptive(
    image: ArrayLike,
    tiles: int | tuple[int, int] = 8,
    clip_limit: float = 2.0,
    *,
    bins: int = 256,
    out_range: tuple[float, float] | None = None,
) -> NDArray[Any]:
    """Equalise each part of the image by its own histogram, with limited contrast (CLAHE).

    Parameters
    ----------
    image : array_like
        Shape (row, column), or (z, y, x), of which each slice z is equalised on its own. uint8, uint16,
        int16, float32 or float64; finite.
    tiles : int or (int, int)
        How many tiles the image is cut into, down and across. An image that doesn't divide evenly is
        mirrored a little beyond its lower and right edge.
    clip_limit : float
        1 or more: no bin of a tile's histogram may hold more than this many times the mean bin; what lies
        above is shared out over all bins. Contrast then grows at most ``clip_limit`` + 1 times. Large values
        are plain equalisation per tile.
    bins : int
        For all but uint8, which is counted level by level: the bins of a histogram, from the image's lowest
        to its highest value. The cumulative histogram is a straight line within each, so no grey levels are
        lost.
    out_range : (float, float), optional
        The grey levels to spread over. By default the whole range of an unsigned dtype (0 to 255, 0 to
        65535), and for int16 and floats the image's own range.

    Returns
    -------
    ndarray
        The shape and dtype of the image. Integers are rounded as ⌊x + ½⌋. A constant image comes back
        unchanged, as a copy.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For tiles below 1 or more tiles than pixels, a clip limit below 1, fewer than 2 bins, a colour
        image, NaN or infinity, an empty image, an ``out_range`` that doesn't rise or doesn't fit the dtype.

    Notes
    -----
    A pixel gets the four nearest tiles' curves, blended by its distance from their centres. With the
    same tiles and limit this is OpenCV's CLAHE for uint8, but for the counts that don't divide evenly:
    OpenCV gives them to the darkest bins, here every bin gets its fraction. OpenCV also measures distances
    from a pixel's corner, this function from its middle. On photographs the two differ by less
    than 1 level on average.

    References
    ----------
    Zuiderveld K. Contrast limited adaptive histogram equalization. In: Heckbert PS (ed). Graphics Gems IV.
    Academic Press 1994: 474–485.

    Examples
    --------
    >>> import numpy as np
    >>> dim = np.tile(np.arange(100, 132, dtype=np.uint8), (32, 1))
    >>> bright = equalize_adaptive(dim, tiles=1, clip_limit=100)
    >>> int(bright.min()), int(bright.max())
    (8, 255)
    """
    array = grey_image(image, "equalize_adaptive")
    refuse_colour(array, "equalize_adaptive")
    grid = _grid(tiles, array.shape[-2:])
    clip_limit = finite_number(clip_limit, "clip_limit", "equalize_adaptive")
    if clip_limit < 1:
        raise ValueError(
            f"clip_limit must be 1 or more, a multiple of the mean bin; {clip_limit!r} isn't. "
            "Values of 2 to 4 are usual."
        )
    bins = number_of_bins(bins)
    lowest, highest = float(array.min()), float(array.max())
    if lowest == highest:
        return array.copy()
    low, high = output_range(out_range, array.dtype, lowest, highest, "equalize_adaptive")
    exact = array.dtype == np.uint8
    if exact:
        bins, lowest, highest = 256, 0.0, 256.0
    per_level = bins / (highest - lowest)
    out = np.empty_like(array, order="C")
    rows, columns = array.shape[-2:]
    extra = ((0, -rows % grid[0]), (0, -columns % grid[1]))
    for part, result in zip(array.reshape(-1, rows, columns), out.reshape(-1, rows, columns), strict=True):
        padded = np.ascontiguousarray(np.pad(part, extra, mode="reflect"))
        curves = np.empty((*grid, bins + 1), dtype=np.float32)
        tile_curves(padded, lowest, per_level, exact, clip_limit, curves)
        curves = curves * np.float32(high - low) + np.float32(low)
        blend_curves(padded, lowest, per_level, exact, curves, array.dtype.kind != "f", result)
    if (
        array.dtype.kind == "f"
    ):  # the curves are kept in single precision, which may overshoot by a last digit
        np.clip(out, low, high, out=out)
    return out


def _grid(tiles: int | tuple[int, int], shape: tuple[int, ...]) -> tuple[int, int]:
    grid = (
        (tiles, tiles) if isinstance(tiles, Integral) else tuple(tiles) if isinstance(tiles, Sequence) else ()
    )
    if not (len(grid) == 2 and all(isinstance(n, Integral) for n in grid)) or not (
        1 <= grid[0] <= shape[0] and 1 <= grid[1] <= shape[1]
    ):
        raise ValueError(
            "tiles must be a whole number or two, from 1 to the number of rows and of columns; "
            f"{tiles!r} doesn't fit an image of {shape}."
        )
    return int(grid[0]), int(grid[1])


@compiled
def tile_curves(
    image: NDArray[Any],
    lowest: float,
    per_level: float,
    exact: bool,
    clip_limit: float,
    curves: NDArray[np.float32],
) -> None:
    """Fill in each tile's cumulative histogram, clipped, from 0 at its first edge to 1 at its last."""
    down, across, edges = curves.shape
    bins = edges - 1
    height, width = image.shape[0] // down, image.shape[1] // across
    limit = max(clip_limit * height * width / bins, 1.0)
    counts = np.empty((2, bins), dtype=np.int32)  # two in turn, so that no count waits for its neighbour's
    for r in range(down):
        for c in range(across):
            counts[:] = 0
            for y in range(r * height, (r + 1) * height):
                row = image[y, c * width : (c + 1) * width]
                if exact:
                    for x in range(width):
                        counts[x & 1, int(row[x])] += 1
                else:
                    for x in range(width):
                        b = min(int((row[x] - lowest) * per_level), bins - 1)
                        counts[x & 1, b] += 1
            excess = 0.0
            for b in range(bins):
                excess += max(counts[0, b] + counts[1, b] - limit, 0.0)
            below = 0.0
            curves[r, c, 0] = 0.0
            for b in range(bins):
                below += min(counts[0, b] + counts[1, b], limit) + excess / bins
                curves[r, c, b + 1] = below / (height * width)


@compiled
def blend_curves(
    image: NDArray[Any],
    lowest: float,
    per_level: float,
    exact: bool,
    curves: NDArray[np.float32],
    whole: bool,
    out: NDArray[Any],
) -> None:
    """Send each pixel through the curves of the four tiles around it, weighted by nearness."""
    down, across, edges = curves.shape
    height, width = image.shape[0] // down, image.shape[1] // across
    one, half, last = np.float32(1), np.float32(0.5), np.uint32(edges - 2)
    columns = out.shape[1]
    left, right = np.empty(columns, np.uint32), np.empty(columns, np.uint32)
    nearness = np.empty(columns, np.float32)
    for x in range(columns):
        place = (x + 0.5) / width - 0.5  # in tiles, from the centre of the first
        c = int(np.floor(place))
        nearness[x] = place - c
        left[x], right[x] = max(c, 0) * edges, min(c + 1, across - 1) * edges
    row = np.empty(
        across * edges, np.float32
    )  # the curves of a row of pixels, between those of two rows of tiles
    for y in range(out.shape[0]):
        place = (y + 0.5) / height - 0.5
        r = int(np.floor(place))
        s = np.float32(place - r)
        above, under = curves[max(r, 0)].ravel(), curves[min(r + 1, down - 1)].ravel()
        for i in range(row.size):
            row[i] = above[i] * (one - s) + under[i] * s
        for x in range(columns):
            t = nearness[x]
            if exact:  # each level has a bin of its own, so all of it counts as reached
                a = left[x] + np.uint32(image[y, x]) + np.uint32(1)
                b = right[x] + np.uint32(image[y, x]) + np.uint32(1)
                value = row[a] * (one - t) + row[b] * t
            else:
                level = (image[y, x] - lowest) * per_level
                n = min(np.uint32(level), last)
                f = np.float32(level - n)
                a, b = left[x] + n, right[x] + n
                value = (row[a] * (one - f) + row[a + 1] * f) * (one - t)
                value += (row[b] * (one - f) + row[b + 1] * f) * t
            out[y, x] = np.floor(value + half) if whole else value
