"""How sure a Dice of a volume is: the bootstrap over its slices."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["dice_interval"]


def dice_interval(
    truth: ArrayLike,
    found: ArrayLike,
    other: ArrayLike | None = None,
    *,
    classes: Iterable[int] | None = None,
    block: int = 1,
    level: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
) -> dict[int, tuple[float, float, float]]:
    """Give the Dice of each class with its percentile interval, slices drawn with replacement.

    With `other`, a second segmentation of the same volume, the difference of its Dice from that of `found` is
    given: both are judged on the same draws, so that a slice that is hard for both does not count.

    Parameters
    ----------
    truth, found : array_like of int, shape (slice, row, col)
        Labels.
    other : array_like of int, optional
        Labels of the same shape; then the result is the Dice of `other` minus that of `found`.
    classes : iterable of int, optional
        By default all that occur in `truth` but 0.
    block : int
        How many neighbouring slices are drawn together. Slices of one head resemble their neighbours, and an
        interval from single slices is too narrow; blocks widen it. None of this says anything about other
        heads: for those, other patients are needed.
    level : float
        Of the interval, between 0 and 1.
    repeats : int
        Draws.
    seed : int
        Of the draws.

    Returns
    -------
    dict of int to (float, float, float)
        Class → value, low, high. The value is that of the whole volume.

    Raises
    ------
    ValueError
        If shapes differ, there are fewer than two blocks, or a setting is out of range.
    TypeError
        For labels that aren't whole numbers.

    References
    ----------
    B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13.

    Examples
    --------
    >>> truth = np.tile([[[1, 1, 2, 2]]], (20, 1, 1))
    >>> found = truth.copy()
    >>> found[::2, 0, 1] = 2
    >>> {k: tuple(round(v, 2) for v in row) for k, row in dice_interval(truth, found).items()}
    {1: (0.86, 0.79, 0.92), 2: (0.89, 0.85, 0.93)}
    """
    maps = [np.asarray(given) for given in (truth, found, other) if given is not None]
    for labels in maps:
        if labels.dtype.kind not in "biu":
            raise TypeError(f"Labels must be whole numbers; these are {labels.dtype}.")
        if labels.shape != maps[0].shape or labels.ndim < 2:
            raise ValueError(
                f"The label maps have the shapes {', '.join(str(a.shape) for a in maps)}; all need the same, "
                "(slice, row, col)."
            )
    if block < 1 or repeats < 1 or not 0 < level < 1:
        raise ValueError(
            f"block is {block}, repeats {repeats} and level {level}; block and repeats must be 1 or more, "
            "and level between 0 and 1."
        )
    starts = np.arange(0, len(maps[0]), block)
    if len(starts) < 2:
        raise ValueError(
            f"{len(maps[0])} slices in blocks of {block} make {len(starts)} block; at least two are needed."
        )
    wanted = sorted({int(v) for v in np.unique(maps[0])} - {0}) if classes is None else [*map(int, classes)]
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(starts), np.full(len(starts), 1 / len(starts)), size=repeats)
    result = {}
    for value in wanted:
        values = [_dices(maps[0] == value, labels == value, starts, draws) for labels in maps[1:]]
        whole, drawn = values[0] if other is None else (b - a for a, b in zip(*values, strict=True))
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        result[value] = (float(whole[0]), float(low), float(high))
    return result


def _dices(
    truth: NDArray[np.bool_], found: NDArray[np.bool_], starts: NDArray[np.intp], draws: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the Dice of the whole, as an array of one, and of each draw of blocks."""
    axes = tuple(range(1, truth.ndim))
    shared = np.add.reduceat((truth & found).sum(axis=axes), starts)
    both = np.add.reduceat(truth.sum(axis=axes) + found.sum(axis=axes), starts)

    def dice(times: NDArray[np.int64]) -> NDArray[np.float64]:
        total = times @ both
        return np.where(total > 0, 2 * (times @ shared) / np.maximum(total, 1), 1.0)

    return dice(np.ones((1, len(starts)), np.int64)), dice(draws)
