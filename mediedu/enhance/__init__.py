"""Make an image easier to read: smooth its noise, choose and stretch its grey levels.

Every function takes and returns plain NumPy arrays. Integers are rounded as ⌊x + ½⌋ and never wrap.

============================  ==========================================================
`knn_smooth`                  average the K nearest grey values of a window
`window`                      show the part of the grey scale around a centre
`stretch`                     a straight line between two percentiles or values
`equalize_histogram`          spread the grey levels evenly
`equalize_adaptive`           the same tile by tile, with limited contrast (CLAHE)
============================  ==========================================================
"""

from mediedu.enhance.clahe import equalize_adaptive
from mediedu.enhance.histogram import equalize_histogram
from mediedu.enhance.knn import knn_smooth
from mediedu.enhance.stretching import stretch
from mediedu.enhance.windowing import window

__all__ = ["equalize_adaptive", "equalize_histogram", "knn_smooth", "stretch", "window"]
