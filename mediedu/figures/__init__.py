"""Arrays in, pictures out: every figure of the course, each with alt text.

This room knows nothing of the others; it takes plain NumPy arrays. Every function returns a frozen `Figure`
that shows itself as the last expression of a cell. Its alt text travels as ``<img alt="…">`` in the output's
``text/html``: see `mediedu.figures.figure` for why.

Examples
--------
>>> import numpy as np
>>> from mediedu.figures import show
>>> show(np.eye(16), alt="A white diagonal on black")
Figure('A white diagonal on black', 408×408)
"""

from mediedu.figures.bars import bars
from mediedu.figures.compare import compare
from mediedu.figures.decision_map import decision_map
from mediedu.figures.explore import explore
from mediedu.figures.figure import Figure
from mediedu.figures.histogram import histogram
from mediedu.figures.lines import lines
from mediedu.figures.matrix import matrix
from mediedu.figures.overlay import overlay
from mediedu.figures.show import show
from mediedu.figures.signed_overlay import signed_overlay
from mediedu.figures.surface import surface
from mediedu.figures.three_views import three_views
from mediedu.figures.viewer import viewer

__all__ = [
    "Figure",
    "bars",
    "compare",
    "decision_map",
    "explore",
    "histogram",
    "lines",
    "matrix",
    "overlay",
    "show",
    "signed_overlay",
    "surface",
    "three_views",
    "viewer",
]
