"""Sum gradients along the paths from baselines to images, and take more steps where the gap asks for it."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.explain.forward import Ends, Forward, NoGradient
from mediedu.explain.quadrature import Rule, path_points
from mediedu.explain.targets import Target

__all__ = ["PathIntegral"]

# Steps are doubled no further than this.
MOST = 2048


class PathIntegral:
    """Paths from each baseline to each image; pair number p is baseline p // n and image p % n."""

    def __init__(
        self,
        forward: Forward,
        target: Target,
        ends: list[NDArray[Any]],
        starts: list[list[NDArray[Any]]],
        most: int,
    ) -> None:
        self.forward, self.target, self.ends, self.starts, self.most = forward, target, ends, starts, most

    def values(self, which: NDArray[np.intp], steps: int, rule: Rule) -> list[NDArray[np.float64]]:
        """Give the values of some images: the mean over baselines of difference times summed gradient."""
        places, weights = path_points(rule, steps)
        count, baselines = len(which), len(self.starts)
        found = [np.zeros((count, *end.shape[1:])) for end in self.ends]
        target_weights = self.target.weights

        def source(pairs: NDArray[np.intp]) -> Ends:
            image = which[pairs % count]
            begin = [
                np.stack([self._start(p // count, part, i) for p, i in zip(pairs, image, strict=True)])
                for part in range(len(self.ends))
            ]
            own = None if target_weights is None else target_weights[image]
            return [end[image] for end in self.ends], begin, own

        sums = self.forward.summed_gradients(
            self.target, source, count * baselines, places, weights, self.most
        )
        for pairs, parts in sums:
            image = pairs % count
            for part, (total, gradient) in enumerate(zip(found, parts, strict=True)):
                for row, (p, i) in enumerate(zip(pairs, image, strict=True)):
                    difference = self.ends[part][which[i]] - self._start(p // count, part, which[i])
                    total[i] += difference * (gradient[row] / baselines)
        return found

    def _start(self, baseline: int, part: int, image: int) -> NDArray[Any]:
        start = self.starts[baseline][part]
        return start[image] if len(start) > 1 else start[0]

    def summed(
        self,
        change: NDArray[np.float64],
        score: NDArray[np.float64],
        steps: int,
        rule: Rule,
        max_gap: float | None,
    ) -> tuple[list[NDArray[np.float32]], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
        """Compute the values, with more steps where the gap asked for is not met."""
        count = len(change)
        values = [np.zeros((count, *end.shape[1:])) for end in self.ends]
        used = np.zeros(count, dtype=np.intp)
        open_ = np.arange(count)
        while True:
            found = self.values(open_, steps, rule)
            for whole, part in zip(values, found, strict=True):
                whole[open_] = part
            used[open_] = steps
            total = sum(part.reshape(count, -1).sum(axis=1) for part in values)
            gap = np.abs(total - change)
            relative = np.divide(gap, np.abs(change), out=np.where(gap > 0, np.inf, 0.0), where=change != 0)
            if max_gap is None:
                break
            # What rounding in the scores alone can make is no gap that steps could close.
            rounding = (
                8 * np.finfo(self.ends[0].dtype).eps * np.maximum(np.abs(score), np.abs(score - change))
            )
            open_ = np.flatnonzero((relative > max_gap) & (gap > rounding))
            if not len(open_) or 2 * steps > MOST:
                break
            steps *= 2
        _refuse_flat(values, change, score)
        if max_gap is not None and len(open_):
            warnings.warn(
                f"At {steps} steps the relative gap of {len(open_)} of {count} images is still above "
                f"{max_gap:g} (the largest is {relative.max():.2g}). The network may jump on the way.",
                stacklevel=3,
            )
        dtype = self.ends[0].dtype
        return [part.astype(dtype) for part in values], gap, relative, used


def _refuse_flat(
    values: list[NDArray[np.float64]], change: NDArray[np.float64], score: NDArray[np.float64]
) -> None:
    """Refuse gradients that are zero everywhere although the answer changes: a jump lies on the way."""
    if any(part.any() for part in values):
        return
    moved = np.abs(change) > 1e-6 * np.maximum(np.abs(score), 1e-30)
    if moved.any():
        raise NoGradient(
            f"All gradients are zero, and yet the answer changes by {np.abs(change).max():.3g} from the "
            "baseline to the image: on the way lies an operation that cannot be differentiated (argmax, "
            "rounding, a comparison, a cast to whole numbers). Explain a number before it, or use "
            "occlusion, which needs no gradient."
        )
