"""Noise as scanners make it: Gaussian, Rician, speckle, impulses and the slow bias field of a coil.

Every function takes an image and gives back a new one of the same shape and dtype; the input is never
changed. What is random comes from `rng`: a seed (an integer) or a `numpy.random.Generator`. Same seed, same
noise.

Dtype rules, the same for all: an integer image is worked on as float64, rounded half up and clipped to its
dtype, so it never wraps around; float32 stays float32 and float64 stays float64, unclipped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mediedu.data.bias_field import add_bias_field, bias_field
from mediedu.data.noise_arguments import Array, as_dtype, checked, generator_of, not_negative

__all__ = ["add_bias_field", "add_gaussian", "add_rician", "add_salt_and_pepper", "add_speckle", "bias_field"]


def add_gaussian(image: ArrayLike, sigma: float, *, rng: np.random.Generator | int) -> Array:
    """Add normal noise: electronic noise, or the sum of many small disturbances.

    Parameters
    ----------
    image : array
        Image or volume of any shape, integer or float.
    sigma : float
        Standard deviation of the noise, in grey levels; 0 changes nothing.
    rng : numpy.random.Generator or int
        Where the random numbers come from.

    Returns
    -------
    array
        ``image + noise``, same shape and dtype (integers rounded and clipped).

    Raises
    ------
    ValueError
        For a negative `sigma`, an empty image, or NaN or infinite values.
    TypeError
        For an image that is not made of integers or float32/float64 numbers, or for `rng` that is None.

    Examples
    --------
    >>> import numpy as np
    >>> add_gaussian(np.full((2, 3), 100, dtype=np.uint8), 5, rng=0)
    array([[101,  99, 103],
           [101,  97, 102]], dtype=uint8)

    References
    ----------
    R. C. Gonzalez and R. E. Woods, *Digital Image Processing*, 4th ed., 2018, section 5.2.
    """
    array = checked(image)
    sigma = not_negative("sigma", sigma)
    generator = generator_of(rng)
    return as_dtype(array.dtype, array + sigma * generator.standard_normal(array.shape))


def add_rician(image: ArrayLike, sigma: float, *, rng: np.random.Generator | int) -> Array:
    r"""Add the noise of a magnitude MR image.

    The scanner measures a complex signal with normal noise on both parts and shows its length:
    :math:`\sqrt{(A + n_1)^2 + n_2^2}`. Where the signal `A` is strong the noise looks normal; where there is
    no signal it is Rayleigh noise of mean :math:`\sigma\sqrt{\pi/2}`, so the background is never 0.

    Parameters
    ----------
    image : array
        Magnitude image or volume, nowhere negative.
    sigma : float
        Standard deviation of the noise on each of the two parts, in grey levels.
    rng : numpy.random.Generator or int
        Where the random numbers come from.

    Returns
    -------
    array
        The noisy magnitudes, same shape and dtype (integers rounded and clipped).

    Raises
    ------
    ValueError
        For negative grey levels or `sigma`, an empty image, or NaN or infinite values.
    TypeError
        As for `add_gaussian`.

    Examples
    --------
    >>> import numpy as np
    >>> air = add_rician(np.zeros((256, 256)), 10, rng=0)
    >>> bool(abs(air.mean() - 10 * np.sqrt(np.pi / 2)) < 0.1)
    True

    References
    ----------
    H. Gudbjartsson and S. Patz, "The Rician distribution of noisy MRI data", *Magnetic Resonance in Medicine*
    34:910-914, 1995, equations 1-4.
    """
    array = checked(image)
    sigma = not_negative("sigma", sigma)
    if array.min() < 0:
        raise ValueError(
            f"Rician noise belongs to magnitudes, which are never negative; this image goes down to "
            f"{array.min()}. "
            "Give a magnitude image (for CT numbers use add_gaussian)."
        )
    generator = generator_of(rng)
    real = array + sigma * generator.standard_normal(array.shape)
    imaginary = sigma * generator.standard_normal(array.shape)
    return as_dtype(array.dtype, np.hypot(real, imaginary))


def add_speckle(image: ArrayLike, sigma: float = 0.3, *, rng: np.random.Generator | int) -> Array:
    r"""Multiply by speckle, the grain of ultrasound and other coherent imaging.

    Each pixel is multiplied by an own number from a gamma distribution of mean 1 and standard deviation
    `sigma`: the intensity of fully developed speckle averaged over :math:`1/\sigma^2` looks. Bright tissue
    gets more noise than dark tissue, and black stays black.

    Parameters
    ----------
    image : array
        Image or volume of any shape, integer or float.
    sigma : float, default 0.3
        Standard deviation relative to the mean; 1 is speckle of a single look, 0 changes nothing.
    rng : numpy.random.Generator or int
        Where the random numbers come from.

    Returns
    -------
    array
        The speckled image, same shape and dtype (integers rounded and clipped).

    Raises
    ------
    ValueError
        For a negative `sigma`, an empty image, or NaN or infinite values.
    TypeError
        As for `add_gaussian`.

    Examples
    --------
    >>> import numpy as np
    >>> add_speckle(np.array([[0, 10, 100, 200]]), 0.2, rng=1)
    array([[  0,  11, 118, 177]])

    References
    ----------
    J. W. Goodman, *Speckle Phenomena in Optics*, 2007, chapter 4 (sums of speckle patterns).
    """
    array = checked(image)
    sigma = not_negative("sigma", sigma)
    generator = generator_of(rng)
    if sigma == 0:
        return array.copy()
    factor = generator.gamma(1 / sigma**2, sigma**2, size=array.shape)
    return as_dtype(array.dtype, array * factor)


def add_salt_and_pepper(
    image: ArrayLike,
    amount: float = 0.05,
    *,
    rng: np.random.Generator | int,
    low: float | None = None,
    high: float | None = None,
) -> Array:
    """Replace some pixels by black or white: dead detector elements, bits lost on the way.

    Parameters
    ----------
    image : array
        Image or volume of any shape, integer or float.
    amount : float, default 0.05
        Share of the pixels to hit, 0 to 1. Each pixel is hit by chance, half of them black, half white.
    rng : numpy.random.Generator or int
        Where the random numbers come from.
    low, high : float, optional
        The black and the white. By default 0 and 255 for a uint8 image, else the image's own least and
        greatest value.

    Returns
    -------
    array
        The image with impulses, same shape and dtype.

    Raises
    ------
    ValueError
        For an `amount` outside 0 to 1, an empty image, or NaN or infinite values.
    TypeError
        As for `add_gaussian`.

    Examples
    --------
    >>> import numpy as np
    >>> add_salt_and_pepper(np.full((1, 8), 90, dtype=np.uint8), 0.5, rng=1)
    array([[ 90,  90,   0,  90, 255, 255,  90, 255]], dtype=uint8)
    """
    array = checked(image)
    if not 0 <= amount <= 1:
        raise ValueError(f"`amount` is the share of pixels to hit, from 0 to 1; you gave {amount!r}.")
    generator = generator_of(rng)
    eight_bit = array.dtype == np.uint8
    black = (0 if eight_bit else array.min()) if low is None else low
    white = (255 if eight_bit else array.max()) if high is None else high
    chance = generator.random(array.shape)
    noisy = array.astype(np.float64)
    noisy[chance < amount / 2] = black
    noisy[(chance >= amount / 2) & (chance < amount)] = white
    return as_dtype(array.dtype, noisy)
