"""Name a learner's value in a message."""

from typing import Any

import numpy as np

__all__ = ["a_kind", "a_number"]


def a_kind(value: Any) -> str:
    """Say what sort of thing it is, with its article.

    Examples
    --------
    >>> a_kind(1.5), a_kind(np.zeros((2, 3)))
    ('a float', 'an array of shape (2, 3)')
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def a_number(value: Any) -> str:
    """Write a number as a learner would read it aloud.

    Examples
    --------
    >>> a_number(np.float64(4.750000001)), a_number(np.True_)
    ('4.75', 'True')
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    return str(value)
