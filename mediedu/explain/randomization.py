"""How alike the maps of a learnt network and of one that forgot are: the result of the sanity checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Explanation", "Randomization"]

Explanation = Callable[..., Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Randomization:
    """Hold how alike the maps of the learnt network and of networks that forgot are.

    Parameters
    ----------
    stages : tuple of str
        What was randomised up to there: layers from the output down, or the labels.
    spearman : ndarray of float64, shape (stages, n)
        Rank correlation of the absolute values with the map of the learnt network, for each image.
    ssim : ndarray of float64, shape (stages, n)
        Structural similarity with it.
    maps : ndarray of float64, shape (stages + 1, n, row, col)
        The maps, channels added up: of the learnt network, then of each stage.
    kind : {"model", "label"}
        What was randomised.
    """

    stages: tuple[str, ...]
    spearman: Floats
    ssim: Floats
    maps: Floats
    kind: str = "model"

    def __str__(self) -> str:
        """Tell both similarities at each stage."""
        width = max(map(len, self.stages))
        rows = [
            f"{name:{width}}  rank correlation {rank.mean():5.2f}   SSIM {alike.mean():5.2f}"
            for name, rank, alike in zip(self.stages, self.spearman, self.ssim, strict=True)
        ]
        return "\n".join(rows)

    def show(self, *, alt: str | None = None, title: str | None = None) -> Any:
        """Draw the mean similarity at each stage: curves for layers, bars for labels.

        Parameters
        ----------
        alt : str, optional
            Alt text; made from the numbers by default.
        title : str, optional
            Stands above the figure.

        Returns
        -------
        Figure
        """
        from mediedu.figures import bars, lines

        rank, alike = self.spearman.mean(axis=1), self.ssim.mean(axis=1)
        words = (
            f"Similarity with the map of the learnt network after randomising {self.stages[0]}"
            f"{f' down to {self.stages[-1]}' if len(self.stages) > 1 else ''}: rank correlation "
            f"{rank[0]:.2f}{f' to {rank[-1]:.2f}' if len(rank) > 1 else ''}, SSIM "
            f"{alike[0]:.2f}{f' to {alike[-1]:.2f}' if len(rank) > 1 else ''}."
        )
        if len(self.stages) == 1:
            return bars(
                {"rank correlation": float(rank[0]), "SSIM": float(alike[0])},
                limits=(min(0.0, float(rank[0]), float(alike[0])), 1),
                ylabel="similarity",
                title=title,
                alt=alt or words,
            )
        stage = np.arange(len(self.stages) + 1)
        return lines(
            {"rank correlation": (stage, np.r_[1, rank]), "SSIM": (stage, np.r_[1, alike])},
            xlabel="layers randomised, from the output down",
            ylabel="similarity to the learnt network's map",
            ylim=(min(0.0, float(rank.min()), float(alike.min())) - 0.03, 1.03),
            xticks=stage,
            markers=True,
            title=title,
            alt=alt or words,
        )
