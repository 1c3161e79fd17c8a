"""Checks that all phantoms share, each with a sentence for what is wrong."""

from collections.abc import Iterable

import numpy as np


def check_size(size: int, least: int = 64) -> int:
    """Give `size` back as an int if it is one from `least` to 4096."""
    whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
    if not whole or not least <= size <= 4096:
        raise ValueError(
            f"`size` is the number of rows and columns, a whole number from {least} to 4096; not {size!r}."
        )
    return int(size)


def check_seed(seed: int) -> int:
    """Give `seed` back as an int if it is a whole number that is at least 0."""
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise TypeError(f"`seed` is a whole number that is at least 0, such as seed=1; not {seed!r}.")
    return int(seed)


def check_choice(name: str, value: object, choices: Iterable[str], where: str = "") -> str:
    """Give `value` back if it is one of `choices`, which hold under the condition told in `where`."""
    choices = list(choices)
    if value not in choices:
        listing = ", ".join(map(repr, choices)) + (f" {where}" if where else "")
        raise ValueError(f"`{name}` must be one of {listing}; not {value!r}.")
    return str(value)


def check_amount(name: str, value: float, meaning: str) -> float:
    """Give `value` back as a float if it is a finite number that is at least 0."""
    if not (isinstance(value, int | float | np.number) and np.isfinite(value) and value >= 0):
        raise ValueError(f"`{name}` is {meaning}, a number that is at least 0; you gave {value!r}.")
    return float(value)
