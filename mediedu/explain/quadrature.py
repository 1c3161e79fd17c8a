"""Where along the straight path the gradient is taken, and how much each place counts."""

from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

__all__ = ["RULES", "Rule", "path_points"]

Rule = Literal["left", "middle", "right", "trapezoid", "gauss-legendre"]
RULES: tuple[Rule, ...] = get_args(Rule)


def path_points(rule: Rule, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the places on the path, from 0 (the baseline) to 1 (the image), and their weights, which sum to 1.

    Parameters
    ----------
    rule : {"left", "middle", "right", "trapezoid", "gauss-legendre"}
        The first three cut the path into equal parts and look at the same place of each. "trapezoid" looks at
        `steps` places with both ends among them; the ends count half. "gauss-legendre" chooses places and
        weights so that polynomials up to degree 2·steps − 1 are integrated exactly.
    steps : int
        Number of places, at least 1 (2 for "trapezoid").

    Returns
    -------
    places, weights : ndarray of float64, shape (steps,)
        In rising order of place.

    Raises
    ------
    ValueError
        If there is no such rule or there are too few steps.

    Examples
    --------
    >>> places, weights = path_points("middle", 4)
    >>> places.tolist(), weights.tolist()
    ([0.125, 0.375, 0.625, 0.875], [0.25, 0.25, 0.25, 0.25])
    >>> places, weights = path_points("gauss-legendre", 3)
    >>> round(float(weights @ places**5), 12) == round(1 / 6, 12)
    True
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; it can be {', '.join(RULES)}.")
    least = 2 if rule == "trapezoid" else 1
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < least:
        raise ValueError(f"steps is {steps!r}; the rule {rule!r} needs a whole number of {least} or more.")
    places, weights = _computed(rule, int(steps))
    return places.copy(), weights.copy()


@lru_cache(maxsize=32)
def _computed(rule: Rule, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if rule == "gauss-legendre":
        places, weights = np.polynomial.legendre.leggauss(steps)  # on −1 … 1
        return (places + 1) / 2, weights / 2
    if rule == "trapezoid":
        weights = np.full(steps, 1 / (steps - 1))
        weights[[0, -1]] /= 2
        return np.linspace(0.0, 1.0, steps), weights
    within = {"left": 0.0, "middle": 0.5, "right": 1.0}[rule]
    return (np.arange(steps) + within) / steps, np.full(steps, 1 / steps)
