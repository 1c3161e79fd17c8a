"""Windowing: show a chosen part of the grey scale, as a radiologist does with centre and width."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from mediedu.enhance.grey_levels import KINDS, dtype_range, finite_number, grey_image, output_range, ramp

__all__ = ["window"]


def window(
    image: ArrayLike,
    center: float,
    width: float,
    *,
    exact: bool = False,
    out_range: tuple[float, float] | None = None,
    dtype: DTypeLike = np.uint8,
) -> NDArray[Any]:
    """Spread the grey values around ``center`` over the display; all below is black, all above white.

    This is DICOM's linear VOI function (PS3.3, C.11.2.1.2.1, ``LINEAR``), which counts whole grey levels and
    for a width of 1 is a threshold. For values that aren't counted in whole steps, such as an image from 0 to
    1, pass ``exact=True``: DICOM's ``LINEAR_EXACT`` (C.11.2.1.3.2).

    Parameters
    ----------
    image : array_like
        Any shape; for CT in Hounsfield units. uint8, uint16, int16, float32 or float64; finite.
    center : float
        The value in the middle of the window, in the image's units.
    width : float
        How many values the window spans; 1 or more, or with ``exact`` any number above 0.
    exact : bool, default False
        Span from ``center - width / 2`` to ``center + width / 2``, without the halves of whole grey levels.
    out_range : (float, float), optional
        The values of black and white. By default the range of an integer ``dtype`` (0 to 255), 0 to 1 for
        floats.
    dtype : dtype
        The dtype to return; one of the five above.

    Returns
    -------
    ndarray
        The shape of the image, in ``dtype``. Integers are rounded as ⌊x + ½⌋; nothing wraps.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For a width below 1 (or, with ``exact``, not above 0), a centre or width that isn't finite, NaN or
        infinity in the image, an empty image, an ``out_range`` that doesn't rise or doesn't fit ``dtype``.

    Notes
    -----
    With c the centre and w the width, a value x becomes black where x ≤ c − ½ − (w−1)/2, white where
    x > c − ½ + (w−1)/2, and ((x − (c − ½)) / (w−1) + ½) · (white − black) + black between. The halves are
    DICOM's: a window of width w holds w whole values.

    References
    ----------
    DICOM PS3.3, Information Object Definitions, section C.11.2.1.2.

    Examples
    --------
    Soft tissue in a CT: air, fat, water, liver, bone.

    >>> import numpy as np
    >>> window(np.array([[-1000, -100, 0, 60, 700]], dtype=np.int16), center=40, width=400).tolist()
    [[0, 38, 102, 141, 255]]

    An image from 0 to 1:

    >>> window(np.array([0.0, 0.25, 0.5, 1.0]), center=0.5, width=1, exact=True).tolist()
    [0, 64, 128, 255]
    """
    array = grey_image(image, "window", ndim=None)
    center, width = finite_number(center, "center", "window"), finite_number(width, "width", "window")
    if exact and width <= 0:
        raise ValueError(f"window needs a width above 0, in the image's units; {width:g} isn't.")
    if not exact and width < 1:
        raise ValueError(
            f"window needs a width of 1 or more, because it counts whole grey levels; {width:g} isn't. "
            "For an image whose values lie closer together, such as 0 to 1, pass exact=True."
        )
    kind = _returned(dtype)
    black, white = output_range(out_range or dtype_range(kind), kind, 0.0, 1.0, "window")
    middle, reach = (center, width / 2) if exact else (center - 0.5, (width - 1.0) / 2)
    if reach == 0:
        return np.where(array > middle, white, black).astype(kind)
    return ramp(array, middle - reach, middle + reach, black, white, kind)


def _returned(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        kind = np.dtype(dtype)
    except TypeError:
        kind = None
    if kind is None or kind.name not in KINDS:
        raise TypeError(f"window returns one of {', '.join(KINDS)}; dtype={dtype!r} is none of them.")
    return kind
