"""The output of a network while pixels go or come, and the area under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.classify import Estimate

__all__ = ["PixelCurve", "mean_area"]


@dataclass(frozen=True, eq=False)
class PixelCurve:
    """Hold how a network's output changes while pixels go or come.

    Parameters
    ----------
    fraction : ndarray of float64, shape (steps + 1,)
        Share of the pixels deleted or inserted, from 0 to 1.
    scores : ndarray of float64, shape (n, steps + 1)
        The output for the target, for each image.
    areas : ndarray of float64, shape (n,)
        Area under each curve, by trapezoids.
    area : Estimate
        Its mean over the images, with the t interval of a mean (one image: no bounds). It takes the
        images for independent.
    target : ndarray of int, shape (n,)
        Whose output was watched.
    kind : {"deletion", "insertion"}
        Whether pixels go or come.
    """

    fraction: NDArray[np.float64]
    scores: NDArray[np.float64]
    areas: NDArray[np.float64]
    area: Estimate
    target: NDArray[np.int64]
    kind: str

    def __str__(self) -> str:
        """Tell the area and which way is good."""
        better = "low" if self.kind == "deletion" else "high"
        return f"{self.kind}: area {self.area} over {len(self.scores)} images; {better} is good"

    def show(self, *, alt: str | None = None, title: str | None = None) -> Any:
        """Draw the mean curve.

        Parameters
        ----------
        alt : str, optional
            Alt text; made from the numbers by default.
        title : str, optional
            Stands above the curve.

        Returns
        -------
        Figure
        """
        from mediedu.figures import lines

        mean = self.scores.mean(axis=0)
        words = f"{self.kind} curve: the mean output goes from {mean[0]:.2f} to {mean[-1]:.2f}. {self}."
        return lines(
            {self.kind: (self.fraction, mean)},
            xlabel=f"share of pixels {'deleted' if self.kind == 'deletion' else 'inserted'}",
            ylabel="output for the target",
            title=title,
            alt=alt or words,
        )


def mean_area(areas: NDArray[np.float64]) -> Estimate:
    """Give the mean area with the t interval of a mean."""
    value, count = float(areas.mean()), len(areas)
    if count < 2:
        return Estimate(value, -np.inf, np.inf, "one image")
    from scipy.special import stdtrit

    half = float(stdtrit(count - 1, 0.975)) * float(areas.std(ddof=1)) / np.sqrt(count)
    return Estimate(value, value - half, value + half, "t")
