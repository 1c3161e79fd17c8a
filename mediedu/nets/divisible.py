"""Which sizes of image a net can halve evenly, and what is said about one that it cannot."""

from collections.abc import Sequence
from typing import Any

__all__ = ["check_divisible"]


def check_divisible(size: Sequence[int | None], stride: int) -> None:
    """Refuse an image that a net cannot halve evenly.

    Parameters
    ----------
    size : sequence of int
        Rows and columns (or z, y, x), without channels. None is taken as fitting.
    stride : int
        How many pixels become one at the net's coarsest level.

    Raises
    ------
    ValueError
        If a side is no multiple of `stride`; the sentence names the nearest sizes that are.

    Examples
    --------
    >>> check_divisible((64, 96), 16)
    >>> check_divisible((64, 90), 16)
    Traceback (most recent call last):
    ...
    ValueError: An image of 64 × 90 does not fit a net of stride 16: ... to 64 × 80 or pad it to 64 × 96.
    """
    if all(n is None or (n >= stride and n % stride == 0) for n in size):
        return

    def written(sides: Sequence[Any]) -> str:
        return " × ".join("any" if n is None else str(n) for n in sides)

    smaller = [n if n is None else n // stride * stride for n in size]
    larger = [n if n is None else -(-n // stride) * stride for n in size]
    crop = "" if 0 in smaller else f"rop it to {written(smaller)} or p"
    do = f"C{crop}ad it to" if crop else "Pad it to"
    raise ValueError(
        f"An image of {written(size)} does not fit a net of stride {stride}: every side must be a multiple "
        f"of {stride}. {do} {written(larger)}."
    )
