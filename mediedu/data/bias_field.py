"""The bias field of an MR coil: brightness that drifts slowly across the picture.

Its two functions are part of `mediedu.data.noise`, whose rules for seeds and dtypes hold here too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.data.noise_arguments import Array, as_dtype, checked, generator_of


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
    array = checked(image)
    shape = array.shape
    if channel_axis is not None:
        shape = tuple(np.delete(shape, channel_axis))
    field = bias_field(shape, strength, rng=rng)
    if channel_axis is not None:
        field = np.expand_dims(field, channel_axis)
    return as_dtype(array.dtype, array * field)


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
    generator = generator_of(rng)
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
