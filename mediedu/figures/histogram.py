"""How many pixels have which grey value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import FONT, Canvas
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.legend import legend, legend_height
from mediedu.figures.palette import INK, style
from mediedu.figures.pixels import Array, Limits, checked_limits


def histogram(
    images: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    *,
    alt: str,
    bins: int = 256,
    limits: Limits | None = None,
    cumulative: bool = False,
    log: bool = False,
    marks: Mapping[str, float] | None = None,
    xlabel: str = "Grey value",
    ylabel: str | None = None,
    title: str | None = None,
) -> Figure:
    """Draw the histogram of one image or of several on the same axes.

    Parameters
    ----------
    images : array or mapping of name to array
        Values of any shape, real numbers. NaN and infinite values are left out.
    alt
        What the curves show. Needed.
    bins
        The most bins. Whole numbers get bins of equal whole width around whole numbers, one for each value
        where they fit.
    limits
        The lowest and the highest grey value drawn; pixels outside are left out. By default 0 and 255 if all
        are ``uint8``, else the smallest and largest value.
    cumulative
        Draw the share of pixels at or below each grey value, from 0 to 1, instead of the count in each bin.
        Pixels below the limits count as well.
    log
        Logarithmic axis for the counts.
    marks
        Label → grey value: dashed upright lines, such as a threshold.
    xlabel, ylabel, title
        Text under the axis, beside it and above the figure. By default the axis at the side says that pixels
        are counted; name what else is, such as "Number of lesions".

    Returns
    -------
    Figure
        The curves. Several images of different size are drawn as shares, so that they can be compared.

    Examples
    --------
    >>> import numpy as np
    >>> histogram(np.array([[3, 3], [4, 5]], np.uint8), alt="Two pixels of value 3, one of 4, one of 5")
    Figure('Two pixels of value 3, one of 4, one of 5', 640×304)
    """
    alt = checked_alt(alt)
    named = images if isinstance(images, Mapping) else {"": images}
    if not named:
        raise ValueError(
            "images is empty; give an array or a mapping of names to arrays with at least one in it."
        )
    arrays = {str(name): _finite(array, str(name)) for name, array in named.items()}
    if isinstance(bins, bool) or int(bins) != bins or bins < 1:
        raise ValueError(f"bins is {bins!r}; it must be a whole number of at least 1.")
    edges = bin_edges(list(arrays.values()), int(bins), None if limits is None else checked_limits(limits))
    sizes = {array.size for array in arrays.values()}
    shares = cumulative or len(sizes) > 1
    quantity = "Share of pixels" if shares else "Number of pixels"
    ylabel = ylabel or ("Share of pixels at or below" if cumulative else quantity)
    foot = legend_height(list(arrays), 640) if len(arrays) > 1 else 0
    top = 36 if title else 14
    if marks:
        top += 20
    canvas = Canvas(640, 290 + top + foot)
    axes = canvas.plot(76, top, 548, 244, xlabel, ylabel)
    handles = []
    for index, (name, values) in enumerate(arrays.items()):
        counts = counted(values, edges, cumulative=cumulative, share=shares)
        look = style(index)
        line = axes.stairs(
            counts, edges, color=look.color, linewidth=1.6, linestyle=look.dash, label=name, baseline=None
        )
        handles.append(line)
        if len(arrays) == 1 and not cumulative:
            axes.stairs(counts, edges, color=look.color, alpha=0.3, fill=True, baseline=0.5 if log else 0)
    axes.set_xlim(edges[0], edges[-1])
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    else:
        axes.set_ylim(bottom=0)
    for label, x in (marks or {}).items():
        axes.axvline(x, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.annotate(
            label,
            (x, 1),
            (0, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=10,
            annotation_clip=False,
            **FONT,
        )
    if title:
        canvas.text(350, 4, title, size=11)
    if foot:
        legend(canvas, handles)
    return canvas.finish(alt)


def bin_edges(arrays: list[Array], bins: int, limits: Limits | None = None) -> npt.NDArray[np.float64]:
    """Give the edges of the bins that all the arrays share.

    Examples
    --------
    >>> bin_edges([np.array([0, 3])], bins=256)
    array([-0.5,  0.5,  1.5,  2.5,  3.5])
    >>> bin_edges([np.array([0.0, 1.0])], bins=2)
    array([0. , 0.5, 1. ])
    """
    whole = all(array.dtype.kind in "biu" for array in arrays)
    if limits is not None:
        low, high = limits
    elif all(array.dtype == np.uint8 for array in arrays):
        low, high = 0.0, 255.0
    else:
        low = float(min(array.min() for array in arrays))
        high = float(max(array.max() for array in arrays))
    if whole:
        low, high = np.floor(low), np.ceil(high)
        step = np.ceil((high - low + 1) / bins)
        count = int(np.ceil((high - low + 1) / step))
        return np.asarray(low - 0.5 + step * np.arange(count + 1))
    if high <= low:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)


def counted(
    values: Array, edges: npt.NDArray[np.float64], *, cumulative: bool, share: bool
) -> npt.NDArray[np.float64]:
    """Count the values in each bin, or the share of them at or below its upper edge."""
    counts = np.histogram(values, edges)[0].astype(np.float64)
    if cumulative:
        counts = counts.cumsum() + np.count_nonzero(values < edges[0])
    return counts / values.size if share else counts


def _finite(image: npt.ArrayLike, name: str) -> Array:
    array = np.asarray(image)
    where = f"The image {name!r}" if name else "images"
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{where} holds values of type {array.dtype}; it must hold booleans, whole numbers or floats."
        )
    flat = array.ravel()
    if flat.dtype.kind == "b":
        flat = flat.astype(np.int64)
    if flat.dtype.kind == "f":
        flat = flat[np.isfinite(flat)]
    if not flat.size:
        raise ValueError(f"{where} holds no finite value, so there is nothing to count.")
    return flat
