"""Find the parts of an image: masks and contours, and how well two of them agree.

Images and masks are plain NumPy arrays, (row, column) or (z, y, x). Seeds are array indices in that order;
a contour's points are (x = column, y = row).

============================  ==========================================================
`threshold_max_entropy`       the grey level that splits a histogram into the two most informative parts
`mixture_model`               a histogram as a sum of bell curves, one for each tissue
`region_grow`                 from a seed to all connected pixels like it
`watershed_split`             part objects that touch
`active_contour`              a contour that moves to a border by itself
`segment_lesion`              from an image to a lesion's mask, with no seed
`clean_mask`                  smooth a mask, fill holes, drop pieces
`fill_contour`                from a contour to a mask
`dice`, `jaccard`             how much two masks overlap
`dice_per_class`              Dice for each label
`dice_interval`               the same with an interval from the slices of a volume
`hausdorff_distance`          how far two borders lie apart at worst
`average_surface_distance`    how far they lie apart on average
============================  ==========================================================
"""

from mediedu.segment.active_contour import active_contour
from mediedu.segment.cleaning import clean_mask
from mediedu.segment.dice_interval import dice_interval
from mediedu.segment.lesion import segment_lesion
from mediedu.segment.max_entropy import threshold_max_entropy
from mediedu.segment.mixture import Mixture, mixture_model
from mediedu.segment.outline import fill_contour
from mediedu.segment.overlap import dice, dice_per_class, jaccard
from mediedu.segment.region_growing import region_grow
from mediedu.segment.surface_distance import average_surface_distance, hausdorff_distance
from mediedu.segment.watershed import watershed_split

__all__ = [
    "Mixture",
    "active_contour",
    "average_surface_distance",
    "clean_mask",
    "dice",
    "dice_interval",
    "dice_per_class",
    "fill_contour",
    "hausdorff_distance",
    "jaccard",
    "mixture_model",
    "region_grow",
    "segment_lesion",
    "threshold_max_entropy",
    "watershed_split",
]
