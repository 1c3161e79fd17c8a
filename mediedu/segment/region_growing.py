"""Region growing: from a seed to all connected pixels that look like it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.compiled import compiled
from mediedu.enhance.grey_levels import grey_image, refuse_colour
from mediedu.segment.binary_mask import check_connectivity

__all__ = ["region_grow"]

RULES = ("seed", "mean", "neighbour")


def region_grow(
    image: ArrayLike,
    seeds: ArrayLike,
    tolerance: float,
    *,
    rule: str = "seed",
    connectivity: int | None = None,
) -> NDArray[np.bool_]:
    """Grow a region from one or more seeds over connected pixels of similar grey.

    Parameters
    ----------
    image : array_like
        Shape (row, column) or (z, y, x); uint8, uint16, int16, float32 or float64, finite.
    seeds : array_like of int
        One seed, (row, column) or (z, y, x), or a list of them. These are array indices; a contour's points
        come the other way round, (x = column, y = row).
    tolerance : float
        How far, in grey levels, a pixel may differ and still join; 0 or more.
    rule : {"seed", "mean", "neighbour"}
        What a pixel is compared with. "seed": the grey level of the seed. "mean": the mean of the region so
        far. "neighbour": a region pixel next to it, so that a slope is climbed step by step.
    connectivity : int, optional
        When pixels are neighbours: 1, the default, across edges (faces); up to the number of axes across
        corners too.

    Returns
    -------
    ndarray of bool
        The region, the shape of the image. It holds every seed. With several seeds and the rule "seed" or
        "neighbour" it is the union of the regions of each; with "mean" the seeds grow as one region of one
        mean.

    Raises
    ------
    TypeError
        For another dtype, or seeds that aren't whole numbers.
    ValueError
        For a colour image, NaN or infinity, no seed, a seed outside the image or of the wrong number of
        coordinates, a negative tolerance, an unknown rule, or a connectivity out of range.

    Notes
    -----
    With the rule "mean" the region grows in rounds: all neighbours within the tolerance of the mean join
    together, then the mean is taken anew, until none joins. So the order in which an image is read doesn't
    matter. A pixel once inside stays, even if the mean moves away from it.

    References
    ----------
    Adams R, Bischof L. Seeded region growing. IEEE Transactions on Pattern Analysis and Machine Intelligence
    1994; 16(6): 641–647. Gonzalez RC, Woods RE. Digital Image Processing, 4th ed. 2018, section 10.4.

    Examples
    --------
    >>> import numpy as np
    >>> slope = np.array([[10, 12, 14, 16, 30]], dtype=np.uint8)
    >>> [int(region_grow(slope, (0, 0), 3, rule=rule).sum()) for rule in ("seed", "mean", "neighbour")]
    [2, 3, 4]
    """
    array = grey_image(image, "region_grow")
    refuse_colour(array, "region_grow")
    places = _seeds(seeds, array.shape)
    if not 0 <= tolerance < np.inf:
        raise ValueError(f"region_grow needs a tolerance of 0 or more, in grey levels; it is {tolerance!r}.")
    if rule not in RULES:
        raise ValueError(f"region_grow knows the rules {', '.join(RULES)}; {rule!r} is none of them.")
    reach = check_connectivity(connectivity, array.ndim, "region_grow", 1)
    if rule == "seed":
        return _like_the_seed(array, places, float(tolerance), reach)
    return _spread(array, places, float(tolerance), rule == "mean", reach)


def _seeds(seeds: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Return the seeds, one in a row, or say what is wrong with them."""
    places = np.asarray(seeds)
    if places.ndim == 1 and places.size:
        places = places[None]
    wanted = "(row, column)" if len(shape) == 2 else "(z, y, x)"
    if places.ndim != 2 or places.shape[0] == 0 or places.shape[1] != len(shape):
        raise ValueError(
            f"region_grow needs a seed {wanted} for an image of shape {shape}, or a list of such seeds; "
            f"this one has shape {places.shape}."
        )
    if places.dtype.kind not in "iu":
        raise TypeError(
            f"region_grow needs seeds of whole numbers, which are array indices; these are {places.dtype}. "
            "Round a clicked point first."
        )
    inside = ((places >= 0) & (places < np.array(shape))).all(axis=1)
    if not inside.all():
        lost = tuple(int(v) for v in places[~inside][0])
        turned = " Did you mean (y, x)? Array indices come row first." if _fits(lost[::-1], shape) else ""
        raise ValueError(f"The seed {lost} lies outside the image, whose shape is {shape}.{turned}")
    return places.astype(np.int64)


def _fits(place: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return all(0 <= p < n for p, n in zip(place, shape, strict=True))


def _like_the_seed(
    array: NDArray[Any], places: NDArray[np.int64], tolerance: float, reach: int
) -> NDArray[np.bool_]:
    from skimage.segmentation import flood

    values = array.astype(np.float64)
    region = np.zeros(array.shape, dtype=bool)
    for row in places:
        place = tuple(int(v) for v in row)
        # skimage's own tolerance wraps for narrow integers and is inexact for floats; True and False aren't.
        alike = np.abs(values - values[place]) <= tolerance
        region |= flood(alike, place, connectivity=reach)
    return region


def _spread(
    array: NDArray[Any], places: NDArray[np.int64], tolerance: float, mean: bool, reach: int
) -> NDArray[np.bool_]:
    # A rim of pixels that are taken already keeps the kernel from asking where the image ends.
    values = np.ascontiguousarray(np.pad(array.astype(np.float64), 1))  # its strides are counted on
    taken = np.pad(np.zeros(array.shape, dtype=np.uint8), 1, constant_values=1)
    strides = np.array(values.strides) // values.itemsize
    around = np.array(list(np.ndindex((3,) * array.ndim))) - 1
    distance = np.abs(around).sum(axis=1)
    steps = (around[(distance > 0) & (distance <= reach)] @ strides).astype(np.int64)
    starts = np.unique(np.ravel_multi_index(tuple(places.T + 1), values.shape)).astype(np.int64)
    grow = grow_by_mean if mean else grow_by_neighbour
    flat = taken.reshape(-1)
    waiting = np.empty(flat.size, dtype=np.int64)
    grow(values.reshape(-1), starts, steps, tolerance, flat, waiting)
    return np.asarray(taken[(slice(1, -1),) * array.ndim] == 1)


@compiled
def grow_by_neighbour(
    values: NDArray[np.float64],
    starts: NDArray[np.int64],
    steps: NDArray[np.int64],
    tolerance: float,
    taken: NDArray[np.uint8],
    waiting: NDArray[np.int64],
) -> None:
    """Take each pixel that is near in grey to a taken pixel beside it; ``taken`` becomes 1 there."""
    count = starts.size
    for i in range(count):
        taken[starts[i]] = 1
        waiting[i] = starts[i]
    done = 0
    while done < count:
        here = waiting[done]
        done += 1
        for step in steps:
            there = here + step
            if taken[there] == 0 and abs(values[there] - values[here]) <= tolerance:
                taken[there] = 1
                waiting[count] = there
                count += 1


@compiled
def grow_by_mean(
    values: NDArray[np.float64],
    starts: NDArray[np.int64],
    steps: NDArray[np.int64],
    tolerance: float,
    taken: NDArray[np.uint8],
    waiting: NDArray[np.int64],
) -> None:
    """Take, round by round, all neighbours near to the mean; ``taken`` becomes 1 there, 2 beside it."""
    total = 0.0
    size = starts.size
    for i in range(size):
        taken[starts[i]] = 1
        total += values[starts[i]]
    edge = 0
    for i in range(size):
        for step in steps:
            there = starts[i] + step
            if taken[there] == 0:
                taken[there] = 2
                waiting[edge] = there
                edge += 1
    joined = 1
    while joined > 0:
        joined = 0
        mean = total / size
        kept = 0
        # Those that join go to the front of the list, those that wait on stay behind them.
        for i in range(edge):
            there = waiting[i]
            if abs(values[there] - mean) <= tolerance:
                waiting[i] = waiting[joined]
                waiting[joined] = there
                joined += 1
        for i in range(joined):
            taken[waiting[i]] = 1
            total += values[waiting[i]]
        size += joined
        last = edge
        for i in range(joined):
            for step in steps:
                there = waiting[i] + step
                if taken[there] == 0:
                    taken[there] = 2
                    waiting[last] = there
                    last += 1
        for i in range(joined, last):
            waiting[kept] = waiting[i]
            kept += 1
        edge = kept
