"""Random numbers by counting: the j-th number of an image follows from its key, whatever else is drawn.

The generator is SplitMix64, read at any place: its j-th number is a scrambled ``key + j·γ``. So an image gets
the same numbers alone, in a batch, or in another thread.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["GOLDEN", "keys_of", "mix", "uniforms"]

GOLDEN = 0x9E3779B97F4A7C15  # 2⁶⁴ divided by the golden ratio, made odd


def mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit numbers, one to one.

    Parameters
    ----------
    numbers : ndarray of uint64
        Of any shape.

    Returns
    -------
    ndarray of uint64
        The same shape; neighbouring numbers come out unlike.

    Examples
    --------
    >>> hex(int(mix(np.array([GOLDEN], dtype=np.uint64))[0]))
    '0xe220a8397b1dcdaf'

    References
    ----------
    G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA
    2014, section 4.
    """
    z = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniforms(keys: NDArray[np.uint64], first: int, count: int) -> NDArray[np.float64]:
    """Give each key `count` uniform numbers.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n,)
        One for each image.
    first, count : int
        The place of the first number, and how many.

    Returns
    -------
    ndarray of float64, shape (n, count)
        Above 0 and below 1.

    Examples
    --------
    >>> uniforms(np.array([7, 8], dtype=np.uint64), 0, 3).shape
    (2, 3)
    """
    steps = np.arange(first + 1, first + count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
    return ((mix(keys[:, None] + steps) >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def keys_of(rng: Any, count: int) -> NDArray[np.uint64]:
    """Give each of `count` images its key.

    Parameters
    ----------
    rng : int, numpy.random.Generator or array of int
        A seed; or a generator, which is drawn from once for each image; or one whole number for each image.
    count : int
        How many images.

    Returns
    -------
    ndarray of uint64, shape (count,)
        The keys.

    Raises
    ------
    TypeError
        If `rng` is none of these.
    ValueError
        If there are not as many numbers as images, or the seed is negative.

    Examples
    --------
    >>> keys_of(0, 5)[:3].tolist() == keys_of(0, 3).tolist()
    True
    """
    if isinstance(rng, np.random.Generator):
        return rng.integers(0, 2**64, size=count, dtype=np.uint64)
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        if rng < 0:
            raise ValueError(f"The seed `rng` is {rng}; give a whole number that is at least 0.")
        return np.random.default_rng(int(rng)).integers(0, 2**64, size=count, dtype=np.uint64)
    numbers = np.asarray(rng)
    if rng is None or numbers.dtype.kind not in "iu" or numbers.ndim != 1:
        raise TypeError(
            f"`rng` is {rng!r}. Give a seed such as rng=0, a numpy Generator, or an array with one whole "
            "number for each image, so that the result can be repeated."
        )
    if numbers.shape != (count,):
        raise ValueError(
            f"`rng` holds {len(numbers)} numbers for {count} images. Give one number for each image."
        )
    return mix(numbers.astype(np.uint64) + np.uint64(GOLDEN))
