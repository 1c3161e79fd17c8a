"""Stretching: a straight line from two grey values of the image to black and white."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import finite_number, grey_image, output_range, ramp

__all__ = ["stretch"]


def stretch(
    image: ArrayLike,
    low: float = 1.0,
    high: float = 99.0,
    *,
    by: str = "percentile",
    out_range: tuple[float, float] | None = None,
) -> NDArray[Any]:
    """Stretch the grey values between two percentiles, or two values, over the whole range.

    Parameters
    ----------
    image : array_like
        Any shape. uint8, uint16, int16, float32 or float64; finite.
    low, high : float
        What becomes the lowest and the highest grey value: percentiles of the image, 0 to 100, or with
        ``by="value"`` grey values. All beyond them is clipped.
    by : {"percentile", "value"}
        What ``low`` and ``high`` are.
    out_range : (float, float), optional
        Where they go. By default the whole range of an unsigned dtype (0 to 255, 0 to 65535), and for int16
        and floats the image's own lowest and highest value.

    Returns
    -------
    ndarray
        The shape and dtype of the image. Integers are rounded as ⌊x + ½⌋. Where both percentiles fall on
        one grey value there is nothing to stretch: the image comes back unchanged, as a copy.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For a ``low`` that isn't below ``high``, percentiles outside 0 to 100, an unknown ``by``, NaN or
        infinity, an empty image, an ``out_range`` that doesn't rise or doesn't fit the dtype.

    References
    ----------
    Gonzalez RC, Woods RE. Digital Image Processing, 4th ed. 2018, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> stretch(np.array([[100, 110, 120, 150]], dtype=np.uint8), 100, 120, by="value").tolist()
    [[0, 128, 255, 255]]
    """
    array = grey_image(image, "stretch", ndim=None)
    if by not in ("percentile", "value"):
        raise ValueError(f'stretch takes by="percentile" or by="value"; {by!r} is neither.')
    low, high = finite_number(low, "low", "stretch"), finite_number(high, "high", "stretch")
    if low >= high:
        raise ValueError(f"stretch needs low below high; low={low!r}, high={high!r} aren't.")
    if by == "percentile":
        if low < 0 or high > 100:
            raise ValueError(
                f"Percentiles lie between 0 and 100; low={low!r}, high={high!r} don't. "
                'For grey values pass by="value".'
            )
        low, high = (float(v) for v in np.percentile(array, [low, high]))
        if low == high:
            return array.copy()
    black, white = output_range(out_range, array.dtype, float(array.min()), float(array.max()), "stretch")
    return ramp(array, low, high, black, white, array.dtype)
