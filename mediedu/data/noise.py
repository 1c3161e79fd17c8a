"""Noise as scanners make it: Gaussian, Rician, speckle, impulses and the slow bias field of a coil.

Every function takes an image and gives back a new one of the same shape and dtype; the input is never
changed. What is random comes from `rng`: a seed (an integer) or a `numpy.random.Generator`. Same seed, same
noise.

Dtype rules, the same for all: an integer image is worked on as float64, rounded half up and clipped to its
dtype, so it never wraps around; float32 stays float32 and float64 stays float64, unclipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
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
    array = _checked(image)
    sigma = _not_negative("sigma", sigma)
    generator = _generator(rng)
    return _as(array.dtype, array + sigma * generator.standard_normal(array.shape))


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
    array = _checked(image)
    sigma = _not_negative("sigma", sigma)
    if array.min() < 0:
        raise ValueError(
            f"Rician noise belongs to magnitudes, which are never negative; this image goes down to "
            f"{array.min()}. "
            "Give a magnitude image (for CT numbers use add_gaussian)."
        )
    generator = _generator(rng)
    real = array + sigma * generator.standard_normal(array.shape)
    imaginary = sigma * generator.standard_normal(array.shape)
    return _as(array.dtype, np.hypot(real, imaginary))


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
    array = _checked(image)
    sigma = _not_negative("sigma", sigma)
    generator = _generator(rng)
    if sigma == 0:
        return array.copy()
    factor = generator.gamma(1 / sigma**2, sigma**2, size=array.shape)
    return _as(array.dtype, array * factor)


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
    array = _checked(image)
    if not 0 <= amount <= 1:
        raise ValueError(f"`amount` is the share of pixels to hit, from 0 to 1; you gave {amount!r}.")
    generator = _generator(rng)
    eight_bit = array.dtype == np.uint8
    black = (0 if eight_bit else array.min()) if low is None else low
    white = (255 if eight_bit else array.max()) if high is None else high
    chance = generator.random(array.shape)
    noisy = array.astype(np.float64)
    noisy[chance < amount / 2] = black
    noisy[(chance >= amount / 2) & (chance < amount)] = white
    return _as(array.dtype, noisy)


def add_bias_field(
    image: ArrayLike,
    strength: float = 0.3,
    *,
    rng: np.random.Generator | int,
    channel_axis: int | None = None,
) -> Array:
    """Multiply by a smooth field: the uneven sensitivity of an MR coil, or uneven light under a microscope.

    Parameters
    ----------
    image : array
        Image ``(row, col)``, volume ``(z, y, x)``, or a colour image with `channel_axis` given.
    strength : float, default 0.3
        The field runs from ``1 - strength`` to ``1 + strength``; 0 changes nothing. At least 0, below 1.
    rng : numpy.random.Generator or int
        Where the random numbers come from.
    channel_axis : int, optional
        The axis of colours, which all get the same field.

    Returns
    -------
    array
        ``image * bias_field(...)``, same shape and dtype (integers rounded and clipped).

    Raises
    ------
    ValueError
        For a `strength` outside [0, 1), an empty image, or NaN or infinite values.
    TypeError
        As for `add_gaussian`.

    Examples
    --------
    >>> import numpy as np
    >>> shaded = add_bias_field(np.full((64, 64), 100, dtype=np.uint8), 0.2, rng=0)
    >>> int(shaded.min()), int(shaded.max())
    (80, 120)

    References
    ----------
    J. G. Sled, A. P. Zijdenbos and A. C. Evans, "A nonparametric method for automatic correction of intensity
    nonuniformity in MRI data", *IEEE Transactions on Medical Imaging* 17:87-97, 1998, section II.
    """
    array = _checked(image)
    shape = array.shape
    if channel_axis is not None:
        shape = tuple(np.delete(shape, channel_axis))
    field = bias_field(shape, strength, rng=rng)
    if channel_axis is not None:
        field = np.expand_dims(field, channel_axis)
    return _as(array.dtype, array * field)


def bias_field(
    shape: tuple[int, ...], strength: float = 0.3, *, rng: np.random.Generator | int
) -> NDArray[np.float64]:
    """Make a smooth random field around 1: a polynomial of degree 3 in the coordinates.

    Parameters
    ----------
    shape : tuple of int
        Shape of the image or volume.
    strength : float, default 0.3
        The field runs from ``1 - strength`` to ``1 + strength``. At least 0, below 1.
    rng : numpy.random.Generator or int
        Where the random numbers come from.

    Returns
    -------
    array of float64
        The field, nowhere 0 or negative.

    Raises
    ------
    ValueError
        For a `strength` outside [0, 1).

    Examples
    --------
    >>> field = bias_field((32, 32), 0.25, rng=3)
    >>> float(field.min().round(9)), float(field.max().round(9))
    (0.75, 1.25)
    """
    if not 0 <= strength < 1:
        raise ValueError(
            f"`strength` says how far the field departs from 1: at least 0 and below 1; you gave "
            f"{strength!r}."
        )
    generator = _generator(rng)
    axes = [np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in shape]
    degrees = np.indices((4,) * len(shape)).reshape(len(shape), -1).T
    field = np.zeros(shape)
    for degree in degrees[(degrees.sum(axis=1) > 0) & (degrees.sum(axis=1) <= 3)]:
        # Higher degrees weigh less: a coil's sensitivity changes slowly.
        term = np.array(generator.normal(0, 1 / degree.sum()))
        for axis, (coordinates, power) in enumerate(zip(axes, degree, strict=True)):
            line = np.polynomial.legendre.legval(coordinates, np.eye(4)[power])
            term = term * line.reshape([-1 if i == axis else 1 for i in range(len(shape))])
        field += term
    low, high = field.min(), field.max()
    if high == low:
        return np.ones(shape)
    return np.asarray(1 + strength * (2 * (field - low) / (high - low) - 1))


def _checked(image: ArrayLike) -> Array:
    array = np.asarray(image)
    allowed = np.issubdtype(array.dtype, np.integer) or array.dtype in (np.float32, np.float64)
    if not allowed:
        raise TypeError(
            f"Noise is added to integer, float32 or float64 images; this one is {array.dtype}. "
            "Convert it first, for example with image.astype(float)."
        )
    if array.size == 0:
        raise ValueError(f"The image is empty: its shape is {array.shape}. Give at least one pixel.")
    if array.dtype.kind == "f" and (bad := int(np.count_nonzero(~np.isfinite(array)))):
        raise ValueError(
            f"The image holds {bad} NaN or infinite values. Replace them first, for example with "
            f"np.nan_to_num."
        )
    return array


def _not_negative(name: str, value: float) -> float:
    if not (isinstance(value, int | float | np.number) and np.isfinite(value) and value >= 0):
        raise ValueError(f"`{name}` must be a number that is at least 0; you gave {value!r}.")
    return float(value)


def _generator(rng: np.random.Generator | int) -> np.random.Generator:
    if rng is None:
        raise TypeError(
            "Give `rng`: a seed such as rng=0, or a numpy Generator, so that the noise can be repeated."
        )
    return np.random.default_rng(rng)


def _as(dtype: np.dtype[Any], values: Array) -> Array:
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        rounded = np.floor(values + 0.5)
        # For 64-bit integers the top limit isn't a float: clipping there would wrap around.
        top = np.nextafter(float(limits.max), 0) if float(limits.max) > limits.max else float(limits.max)
        return np.clip(rounded, limits.min, top).astype(dtype)
    return values.astype(dtype)
