"""Curves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import Canvas
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.legend import legend, legend_height
from mediedu.figures.palette import style


def lines(
    curves: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    *,
    alt: str,
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    markers: bool = False,
    equal: bool = False,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    xticks: npt.ArrayLike | None = None,
    bands: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] | None = None,
) -> Figure:
    """Draw curves on common axes, each with its own colour and dash.

    Parameters
    ----------
    curves
        Name → (x, y), two arrays of the same length. A NaN leaves a gap.
    alt
        What the curves show. Needed.
    xlabel, ylabel
        What is measured along each axis, with its unit.
    title
        A short line above the figure.
    markers
        Mark each point as well, each curve with its own sign.
    equal
        One unit is equally long on both axes, as for a contour or an ROC curve.
    xlim, ylim
        The ends of the axes; by default they fit the curves.
    xticks
        Where numbers stand along x, as where only whole ones mean something; by default round numbers.
    bands
        A curve's name → (x, low, high): an interval about that curve, shaded in its colour. Say in the name
        what it is, as in "AUC 0.88 with 95 % band".

    Returns
    -------
    Figure
        The curves, with a legend below where there are several.

    Examples
    --------
    >>> x = np.linspace(0, 1, 50)
    >>> lines({"gamma 0.5": (x, x**0.5), "gamma 2": (x, x**2)}, alt="One curve above the diagonal, one below",
    ...       xlabel="Grey level in", ylabel="Grey level out").width
    640
    """
    alt = checked_alt(alt)
    if not isinstance(curves, Mapping) or not curves:
        raise ValueError("curves must map names to (x, y) pairs, with at least one in it.")
    top, wide, high = (36 if title else 14), (420 if equal else 548), (420 if equal else 264)
    width, left = wide + 92, 76
    foot = legend_height(list(map(str, curves)), width) if len(curves) > 1 else 0
    canvas = Canvas(width, top + high + 46 + foot)
    axes = canvas.plot(left, top, wide, high, xlabel, ylabel)
    handles = []
    for index, (name, pair) in enumerate(curves.items()):
        x, y = _points(str(name), pair)
        look = style(index)
        sign = look.marker if markers or x.size == 1 else None
        handles += axes.plot(
            x,
            y,
            color=look.color,
            linestyle=look.dash,
            linewidth=1.8,
            marker=sign,
            markersize=5.5,
            label=str(name),
        )
    for name, band in (bands or {}).items():
        if name not in curves:
            raise ValueError(
                f"bands has {name!r}, which is no curve; the curves: {', '.join(map(str, curves))}."
            )
        along, lower, upper = band
        x, low_edge = _points(f"{name}, low", (along, lower))
        _, high_edge = _points(f"{name}, high", (along, upper))
        color = style(list(curves).index(name)).color
        axes.fill_between(x, low_edge, high_edge, color=color, alpha=0.2, linewidth=0)
    if xlim is not None:
        axes.set_xlim(*xlim)
    if ylim is not None:
        axes.set_ylim(*ylim)
    if xticks is not None:
        axes.set_xticks(np.asarray(xticks).ravel().tolist())
    if equal:
        axes.set_aspect("equal", adjustable="datalim")
    if title:
        canvas.text(left + wide / 2, 4, title, size=11)
    if foot:
        legend(canvas, handles)
    return canvas.finish(alt)


def _points(name: str, pair: object) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    try:
        x, y = (np.asarray(part, np.float64) for part in pair)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ValueError(
            f"The curve {name!r} must be a pair (x, y) of numbers; write {{{name!r}: (x, y)}}."
        ) from None
    if x.ndim != 1 or x.shape != y.shape or not x.size:
        raise ValueError(
            f"The curve {name!r} has x of shape {x.shape} and y of shape {y.shape}; they must be "
            "one-dimensional and of the same length."
        )
    return x, y
