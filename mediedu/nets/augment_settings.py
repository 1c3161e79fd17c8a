"""What a setting of an augmentation means: a number or a pair, and between which values it may lie."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

__all__ = ["FLIPS", "SETTINGS", "Range", "limits_of"]

Range: TypeAlias = float | tuple[float, float]

FLIPS = ("up-down", "left-right")

# The lowest and highest value of each setting; a number r stands for (−r, r), (1 − r, 1 + r) or r itself.
_ABOUT_ZERO = {"rotation": (-360.0, 360.0), "shift": (-1.0, 1.0), "brightness": (-np.inf, np.inf)}
_ABOUT_ONE = {"scale": (0.2, 5.0), "contrast": (0.0, 100.0)}
_EXACTLY = {"elastic": (0.0, 0.5), "blur": (0.0, 100.0), "noise": (0.0, np.inf)}
_ALLOWED = _ABOUT_ZERO | _ABOUT_ONE | _EXACTLY
SETTINGS = tuple(_ALLOWED)
_UNITS = {
    "shift": " It is in parts of the side: divide pixels by the number of rows or columns.",
    "elastic": " It is in parts of the shorter side: divide pixels by its length.",
    "scale": " A number is the spread about 1; a pair holds the factors themselves.",
    "contrast": " A number is the spread about 1; a pair holds the factors themselves.",
}


def limits_of(name: str, given: Any) -> tuple[float, float]:
    """Give the lowest and the highest value that a setting stands for.

    Parameters
    ----------
    name : str
        One of "rotation", "shift", "brightness", "scale", "contrast", "elastic", "blur", "noise".
    given : float or pair of float
        What was given for it.

    Returns
    -------
    low, high : float
        Values are drawn from between them.

    Raises
    ------
    TypeError
        If it is no number and no pair of numbers.
    ValueError
        If a value lies out of the setting's range.

    Examples
    --------
    >>> limits_of("rotation", 15), limits_of("scale", (0.9, 1.2)), limits_of("noise", 0.1)
    ((-15.0, 15.0), (0.9, 1.2), (0.1, 0.1))
    """
    pair = tuple(given) if isinstance(given, tuple | list) else (given, given)
    for value in pair:
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if len(pair) != 2 or not number or not np.isfinite(value):
            raise TypeError(f"`{name}` is {given!r}; give a finite number, or a pair (low, high) of them.")
    low, high = float(pair[0]), float(pair[1])
    if not isinstance(given, tuple | list) and name not in _EXACTLY:
        if low < 0:
            raise ValueError(
                f"`{name}` is {given!r}; give a number that is at least 0, or a pair (low, high)."
            )
        middle = 1.0 if name in _ABOUT_ONE else 0.0
        low, high = middle - low, middle + low
    if low > high:
        raise ValueError(f"`{name}` is {given!r}; the lower number of a pair comes first.")
    least, most = _ALLOWED[name]
    if low < least or high > most:
        raise ValueError(
            f"`{name}` is {given!r}, so values from {low:g} to {high:g}; "
            f"they must lie between {least:g} and {most:g}.{_UNITS.get(name, '')}"
        )
    return low, high
