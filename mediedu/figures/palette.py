"""Colours, dashes and markers that colour-blind readers can tell apart.

The colours are those of Okabe and Ito, ordered so that neighbours also differ in lightness. No figure relies
on colour alone: each colour comes with its own dash and its own marker.

References
----------
M. Okabe, K. Ito. *Color Universal Design: how to make figures and presentations that are friendly to
colorblind people*, 2008.
"""

from typing import Literal, NamedTuple

INK = "#1a1a1a"
FAINT = "#d0d0d0"
MISSING = (86, 180, 233)
"""The colour of NaN pixels: sky blue, which no grey image holds."""


class Style(NamedTuple):
    """How one curve, mask or bar is told from the others: colour, dash, marker, hatch."""

    color: str
    dash: Literal["solid"] | tuple[float, tuple[float, ...]]
    marker: str
    hatch: str


STYLES = (
    Style("#0072B2", "solid", "o", ""),
    Style("#D55E00", (0, (6, 2)), "s", "//"),
    Style("#009E73", (0, (1.2, 1.6)), "^", ".."),
    Style("#CC79A7", (0, (6, 2, 1.2, 2)), "D", "\\\\"),
    Style("#000000", (0, (10, 3)), "v", "xx"),
    Style("#E69F00", (0, (3, 1.5)), "P", "--"),
    Style("#56B4E9", (0, (3, 1.5, 1.2, 1.5, 1.2, 1.5)), "X", "++"),
)

ON_IMAGE = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#0072B2")
"""Mask colours: the brighter ones first, for they lie on dark images."""


def style(index: int) -> Style:
    """Give the style of the curve with this number, starting again after seven.

    Examples
    --------
    >>> style(0).color
    '#0072B2'
    >>> style(7) == style(0)
    True
    """
    return STYLES[index % len(STYLES)]
