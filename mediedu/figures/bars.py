"""Bars: one number for each name."""

from collections.abc import Mapping

import numpy as np

from mediedu.figures.canvas import FONT, Canvas, wrapped
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.palette import INK, style


def bars(
    values: Mapping[str, float],
    *,
    alt: str,
    ylabel: str,
    title: str | None = None,
    intervals: Mapping[str, tuple[float, float]] | None = None,
    number: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draw a bar for each value, with the number on it.

    Parameters
    ----------
    values
        Name → number.
    alt
        What the bars show. Needed.
    ylabel
        What is measured, with its unit.
    title
        A short line above the figure.
    intervals
        Name → (low, high): whiskers, such as a confidence interval. Say in the text which one it is.
    number
        How the numbers are written, as for `format`; by default with 3 digits, all with as many decimals.
    limits
        The ends of the axis. By default it starts at 0, so that lengths can be compared.

    Returns
    -------
    Figure
        The bars, in the order given.

    Examples
    --------
    >>> bars({"noisy": 21.4, "KNN": 27.9}, alt="KNN raises PSNR by 6.5 dB", ylabel="PSNR (dB)").alt
    'KNN raises PSNR by 6.5 dB'
    """
    alt = checked_alt(alt)
    if not isinstance(values, Mapping) or not values:
        raise ValueError("values must map names to numbers, with at least one in it.")
    heights = {str(name): _number(str(name), value) for name, value in values.items()}
    unknown = set(intervals or {}) - set(heights)
    if unknown:
        raise ValueError(f"intervals names {sorted(unknown)}, which are not among the bars {list(heights)}.")
    count = len(heights)
    wide = int(min(620, max(260, 96 * count)))
    labels = [wrapped(name, wide / count - 4, 10) for name in heights]
    deep = 18 * max(len(label) for label in labels)
    top = 36 if title else 14
    canvas = Canvas(wide + 92, top + 240 + deep + 16)
    axes = canvas.plot(76, top, wide, 240, "", ylabel)
    axes.grid(visible=False, axis="x")
    places = np.arange(count)
    written = _written(heights, number)
    axes.bar(places, list(heights.values()), width=0.62, color=style(0).color, edgecolor=INK, linewidth=0.8)
    ends = list(heights.values())
    for place, name in enumerate(heights):
        low, high = (intervals or {}).get(name, (heights[name], heights[name]))
        if high < low:
            raise ValueError(
                f"The interval of {name!r} is ({low}, {high}); the first number must be the smaller one."
            )
        if high > low:
            axes.vlines(place, low, high, color=INK, linewidth=1.6)
            axes.hlines([low, high], place - 0.08, place + 0.08, color=INK, linewidth=1.6)
        ends += [low, high]
        end, side = (max(high, heights[name]), 1) if heights[name] >= 0 else (min(low, heights[name]), -1)
        axes.annotate(
            written[name],
            (place, end),
            (0, 3 * side),
            textcoords="offset points",
            ha="center",
            va="bottom" if side > 0 else "top",
            fontsize=10,
            **FONT,
        )
    lowest, highest = min(0.0, *ends), max(0.0, *ends)
    room = 0.1 * ((highest - lowest) or 1.0)
    axes.set_ylim(*(limits or (lowest - room * (lowest < 0), highest + room)))
    axes.set_xlim(-0.6, count - 0.4)
    if lowest < 0:
        axes.axhline(0, color=INK, linewidth=0.8)
    axes.set_xticks(places, ["\n".join(label) for label in labels], fontsize=10, **FONT)
    axes.tick_params(axis="x", length=0)
    if title:
        canvas.text(76 + wide / 2, 4, title, size=11)
    return canvas.finish(alt)


def _written(heights: Mapping[str, float], number: str | None) -> dict[str, str]:
    if number is None:
        short = [f"{value:.3g}" for value in heights.values()]
        exponent = any("e" in word for word in short)
        decimals = max(len(word.partition(".")[2]) for word in short)
        number = ".3g" if exponent else f".{decimals}f"
    return {name: format(value, number).replace("-", "−") for name, value in heights.items()}


def _number(name: str, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"The bar {name!r} is {value!r}; it must be one number.") from None
    if not np.isfinite(number):
        raise ValueError(f"The bar {name!r} is {number}; it must be a finite number.")
    return number
