"""The pointing game: how often the highest place of a map lies in the lesion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify import Estimate, proportion_interval
from mediedu.explain.map_similarity import as_maps

__all__ = ["PointingGame", "pointing_game"]


@dataclass(frozen=True, eq=False)
class PointingGame:
    """Hold where maps point, and how often that is in the lesion.

    Parameters
    ----------
    rate : Estimate
        Share of the maps that hit, with its confidence interval.
    hits : ndarray of float64, shape (n,)
        1 for a hit, 0 for a miss; where several pixels share the maximum, the share of them that lies inside.
    places : ndarray of int, shape (n, 2)
        Row and column of the (first) maximum.
    chance : float
        What pointing at random would hit: the mean share of the picture that the masks cover.
    middle : float
        What always pointing at the middle of the picture would hit. Many lesions lie there.
    """

    rate: Estimate
    hits: NDArray[np.float64]
    places: NDArray[np.int64]
    chance: float
    middle: float

    def __str__(self) -> str:
        """Tell the rate beside what no map at all would reach."""
        return (
            f"hits {self.rate:.2f} of {len(self.hits)} maps; at random {self.chance:.2f}, "
            f"always the middle {self.middle:.2f}"
        )

    def show(self, *, alt: str | None = None, title: str | None = None) -> Any:
        """Draw the rate beside the two rates that need no map.

        Parameters
        ----------
        alt : str, optional
            Alt text; made from the numbers by default.
        title : str, optional
            Stands above the bars.

        Returns
        -------
        Figure
        """
        from mediedu.figures import bars

        return bars(
            {"map": self.rate.value, "at random": self.chance, "always the middle": self.middle},
            intervals={"map": (self.rate.low, self.rate.high)},
            limits=(0, 1),
            ylabel="share of hits",
            title=title,
            alt=alt or f"Bars of a pointing game: {self}.",
        )


def pointing_game(
    maps: Any,
    masks: ArrayLike,
    *,
    absolute: bool = False,
    blur: float = 0.0,
    tolerance: int = 0,
    level: float = 0.95,
) -> PointingGame:
    """Ask of each map whether its highest place lies in the lesion.

    Parameters
    ----------
    maps : Attribution or array_like
        Values of shape (n, row, col) or (n, row, col, channel); channels are added up.
    masks : array_like of bool, shape (n, row, col)
        The lesions, each with at least one pixel.
    absolute : bool, default False
        Whether to take the largest absolute value: evidence against counts as well.
    blur : float, default 0
        Standard deviation in pixels of a Gaussian laid over the map before. Maps of single pixels are grainy:
        unblurred, one grain decides.
    tolerance : int, default 0
        How many pixels outside the lesion still count as a hit (city-block distance).
    level : float, default 0.95
        Confidence level of Wilson's interval. It takes the pictures for independent, one for each patient.

    Returns
    -------
    PointingGame
        With `rate`, `hits`, `places`, and the rates `chance` and `middle` that need no map.

    Raises
    ------
    ValueError
        For shapes that don't fit, an empty mask, a constant map, or values that are not finite.

    References
    ----------
    J. Zhang et al., "Top-down neural attention by excitation backprop", *International Journal of Computer
    Vision* 126, 2018, section 4.1.

    Examples
    --------
    >>> maps, masks = np.zeros((2, 8, 8)), np.zeros((2, 8, 8), bool)
    >>> maps[0, 2, 3] = maps[1, 7, 7] = 1.0
    >>> masks[:, 2:4, 2:4] = True
    >>> game = pointing_game(maps, masks)
    >>> game.hits.tolist(), f"{game.rate:.2f}", game.chance
    ([1.0, 0.0], '0.50 (0.09 to 0.91)', 0.0625)
    """
    values = as_maps(maps)
    inside = _checked_masks(masks, values.shape)
    if absolute:
        values = np.abs(values)
    if blur < 0 or not np.isfinite(blur):
        raise ValueError(f"`blur` is {blur!r}; it must be a number of pixels, 0 or more.")
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | np.integer) or tolerance < 0:
        raise ValueError(f"`tolerance` is {tolerance!r}; it must be a whole number of pixels, 0 or more.")
    from scipy.ndimage import binary_dilation, gaussian_filter

    flat = np.ptp(values, axis=(1, 2)) == 0
    if flat.any():
        raise ValueError(
            f"Map {int(flat.argmax())} is the same everywhere, so it points nowhere. Does the network "
            "give one "
            "answer whatever the image? Explain the logit, or leave this image out and say so."
        )
    if blur:
        values = gaussian_filter(values, sigma=(0, blur, blur), mode="nearest")
    if tolerance:
        cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)[None]
        inside = binary_dilation(inside, cross, iterations=int(tolerance))
    highest = values == values.max(axis=(1, 2), keepdims=True)
    hits = (highest & inside).sum(axis=(1, 2)) / highest.sum(axis=(1, 2))
    rows, columns = np.unravel_index(highest.reshape(len(values), -1).argmax(axis=1), values.shape[1:])
    middle = inside[:, values.shape[1] // 2, values.shape[2] // 2]
    return PointingGame(
        proportion_interval(float(hits.sum()), len(hits), level=level),
        hits,
        np.stack([rows, columns], axis=1),
        float(inside.mean()),
        float(middle.mean()),
    )


def _checked_masks(masks: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    given = np.asarray(masks)
    if given.shape != shape:
        raise ValueError(
            f"`masks` has the shape {given.shape}; the maps have {shape}. One mask of the map's rows "
            "and columns is "
            "needed for each; shrink masks as the images were shrunk."
        )
    if given.dtype != bool and not np.isin(given, (0, 1)).all():
        raise ValueError(f"`masks` holds {given.dtype} other than 0 and 1; give the lesion alone: masks > 0.")
    inside = given.astype(bool)
    empty = ~inside.any(axis=(1, 2))
    if empty.any():
        raise ValueError(
            f"Mask {int(empty.argmax())} is empty: {int(empty.sum())} of {len(inside)} pictures have "
            "no lesion to "
            "point at. Leave them out."
        )
    return inside
