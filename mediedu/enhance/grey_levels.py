"""What counts as a grey image in this room, and the sentences for what doesn't."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "dtype_range",
    "finite_number",
    "grey_image",
    "number_of_bins",
    "output_range",
    "ramp",
    "refuse_colour",
]

KINDS = ("uint8", "uint16", "int16", "float32", "float64")


def grey_image(image: ArrayLike, name: str, *, ndim: tuple[int, ...] | None = (2, 3)) -> NDArray[Any]:
    """Return the image as an array of a dtype that the room understands, or say what is wrong with it.

    Parameters
    ----------
    image : array_like
        uint8, uint16, int16, float32 or float64, finite.
    name : str
        The function that asks, for the message.
    ndim : tuple of int, optional
        The numbers of axes allowed; None allows any.

    Returns
    -------
    ndarray
        The image in native byte order; not copied where it needn't be.

    Raises
    ------
    TypeError
        For a dtype outside the five, or a masked array with masked pixels.
    ValueError
        For an empty image, a wrong number of axes, NaN or infinity, values too far apart to subtract.
    """
    if np.ma.is_masked(image):
        raise TypeError(
            f"{name} would take masked pixels for real ones. Fill them first: image.filled(value)."
        )
    array = np.asarray(image)
    if array.dtype.name not in KINDS:
        if array.dtype == bool:
            advice = "A mask has no grey levels to work on; if you mean 0 and 255, pass mask * np.uint8(255)."
        elif array.dtype.kind == "c":
            advice = "Take np.abs(image) or np.real(image) first."
        elif array.dtype.kind in "iuf":
            advice = "Convert with image.astype(np.float64), or to the narrower dtype that holds your values."
        else:
            advice = "Pass an array of numbers."
        raise TypeError(f"{name} needs one of {', '.join(KINDS)}; this image is {array.dtype}. {advice}")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if ndim is not None and array.ndim not in ndim:
        wanted = " or ".join({2: "(row, column)", 3: "(z, y, x)"}[n] for n in ndim)
        raise ValueError(
            f"{name} needs an array of shape {wanted}; this one has {array.ndim} axes, {array.shape}."
        )
    if array.size == 0:
        raise ValueError(f"{name} needs at least one pixel; this image is empty, its shape is {array.shape}.")
    # min and max pass NaN on, so two quick passes find every value that isn't finite.
    if array.dtype.kind == "f" and not (np.isfinite(array.min()) and np.isfinite(array.max())):
        bad = int(array.size - np.isfinite(array).sum())
        raise ValueError(
            f"{name} needs finite grey values; {bad} of {array.size} are NaN or infinite. "
            "Replace them first, for example with np.nan_to_num(image), or crop them away."
        )
    if (
        array.dtype.kind == "f"
        and float(array.max()) / 2 - float(array.min()) / 2 > np.finfo(array.dtype).max / 2
    ):
        raise ValueError(
            f"The grey values are too far apart to subtract in {array.dtype}. Scale the image down first."
        )
    return array


def finite_number(value: Any, what: str, name: str) -> float:
    """Return a parameter as a float, or say that it is no number.

    Examples
    --------
    >>> finite_number("brain", "center", "window")
    Traceback (most recent call last):
    ...
    TypeError: window needs a number for center; 'brain' is a str.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} needs a number for {what}; {value!r} is a {type(value).__name__}.")
    number = float(value)
    if not np.isfinite(number):
        raise ValueError(f"{name} needs a finite number for {what}; {value!r} isn't.")
    return number


def number_of_bins(bins: Any) -> int:
    """Return the number of bins of a histogram, or say why it can't be one.

    Examples
    --------
    >>> number_of_bins(1)
    Traceback (most recent call last):
    ...
    ValueError: bins must be a whole number from 2 up; 1 isn't.
    """
    if isinstance(bins, bool) or not isinstance(bins, Integral) or bins < 2:
        raise ValueError(f"bins must be a whole number from 2 up; {bins!r} isn't.")
    return int(bins)


def dtype_range(dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return the lowest and highest value of an integer dtype; 0 and 1 for a float one.

    Examples
    --------
    >>> dtype_range(np.dtype("int16"))
    (-32768.0, 32767.0)
    """
    if dtype.kind == "f":
        return 0.0, 1.0
    info = np.iinfo(dtype)
    return float(info.min), float(info.max)


def ramp(
    array: NDArray[Any], low: float, high: float, black: float, white: float, dtype: np.dtype[Any]
) -> NDArray[Any]:
    """Draw the line from (low, black) to (high, white), level beyond its ends; integers get ⌊x + ½⌋.

    Examples
    --------
    >>> ramp(np.array([-3, 0, 1, 2, 9]), 0, 2, 0, 255, np.dtype("uint8")).tolist()
    [0, 0, 128, 255, 255]
    """
    values = array.astype(
        np.float64
    )  # a copy of our own, worked on in place: new memory costs more than the sums
    np.clip(values, low, high, out=values)
    values -= low
    values *= white - black  # before dividing: whole numbers stay exact, and so do halves
    values /= high - low
    values += black
    if dtype.kind != "f":
        values += 0.5
        np.floor(values, out=values)
    return values.astype(dtype, copy=False)


def refuse_colour(array: NDArray[Any], name: str) -> None:
    """Say that a last axis of 3 or 4 looks like colour, which has no single grey level to work on."""
    if array.ndim == 3 and array.shape[2] in (3, 4):
        raise ValueError(
            f"An image of shape {array.shape} looks like colour, and {name} works on grey levels. Pass one "
            "grey channel, for example skimage.color.rgb2gray(image), or each channel in a call of its own."
        )


def output_range(
    wanted: tuple[float, float] | None, dtype: np.dtype[Any], lowest: float, highest: float, name: str
) -> tuple[float, float]:
    """Return the grey levels to spread over, checked against the dtype.

    Without a wish: all of an unsigned dtype, and otherwise ``lowest`` to ``highest``, the image's own range.
    """
    if wanted is None:
        return dtype_range(dtype) if dtype.kind == "u" else (lowest, highest)
    try:
        low, high = (float(v) for v in wanted)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} needs an out_range of two numbers, (low, high); {wanted!r} isn't."
        ) from None
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"{name} needs an out_range (low, high) that rises; this one is {wanted!r}.")
    if dtype.kind != "f" and (low < dtype_range(dtype)[0] or high > dtype_range(dtype)[1]):
        raise ValueError(
            f"{name} returns {dtype}, which holds {dtype_range(dtype)[0]:g} to {dtype_range(dtype)[1]:g}; "
            f"out_range {wanted!r} goes beyond it. Choose a smaller range, or convert the image first."
        )
    return low, high
