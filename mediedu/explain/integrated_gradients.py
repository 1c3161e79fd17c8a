"""Integrated gradients: the change from a baseline to the image, shared out among the pixels."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.attribution import Attribution
from mediedu.explain.quadrature import Rule, path_points

if TYPE_CHECKING:
    import keras

    from mediedu.explain.forward import Ends, Forward
    from mediedu.explain.targets import Target

__all__ = ["integrated_gradients"]

# Steps are doubled no further than this.
MOST = 2048


def integrated_gradients(
    model: "keras.Model",
    images: Any,
    *,
    target: Any = None,
    baseline: Any = None,
    steps: int = 32,
    rule: Rule = "gauss-legendre",
    layer: str | None = None,
    region: ArrayLike | None = None,
    logit: bool = True,
    max_gap: float | None = None,
    batch_size: int | None = None,
    seed: int = 0,
) -> Attribution:
    """Share out the change of a network's answer, from a baseline to each image, among the pixels.

    The gradient is summed along the straight path from the baseline to the image and multiplied by their
    difference. Were the sum an exact integral, the values of an image would add up to the difference of its
    score and the baseline's (completeness). How far they don't is given beside them, as the gap.

    Parameters
    ----------
    model : keras.Model
        Sequential, functional or subclassed, with one or several inputs.
    images : array_like, shape (n, ..., channel), or a tuple, list or dict of arrays
        Scaled as in training; several where the model has several inputs.
    target : int, array_like of int, or callable, optional
        The class to explain: one for all, or one for each image; None is the predicted one. Or a function
        that gives one number for each row of the output, such as ``lambda z: z[:, 1] - z[:, 0]``, written
        with ``keras.ops``; with `logit`, it is given the logits.
    baseline : optional
        Where the path starts. None is 0. A number; an array as large as one image, such as the mean of the
        training images; "blurred", each image blurred (Gaussian, standard deviation a tenth of its longest
        side); "uniform", noise in the range of the images; a function from images to as many baselines. A
        list of these, or an array of images, is several at once: the values are averaged over them (expected
        gradients, with each baseline used once). Where there are several inputs, a tuple of these.
    steps : int
        Places on the path.
    rule : {"gauss-legendre", "middle", "trapezoid", "left", "right"}
        Of the integral; see `path_points`. Gauss–Legendre suits smooth networks best. With ReLU and
        max-pooling no rule is much better than another; left and right are worst.
    layer : str, optional
        The name of a layer: attribute to its output instead of the images. The path then runs between its
        outputs for the baseline and for the image. Sequential and functional models only.
    region : array_like, shape (row, col) or (n, row, col), optional
        For a network that gives classes at each place: where the class is summed. None is everywhere. It may
        hold weights.
    logit : bool
        Whether to explain the number before the last softmax or sigmoid, where it can be found, and not the
        probability.
    max_gap : float, optional
        Double the steps until every image's relative gap is at most this (0.01 is one percent), or
        2048 steps are reached; that gives a warning.
    batch_size : int, optional
        Points on the path computed at once. It bounds the memory. By default up to 256, fewer for large
        images.
    seed : int
        Of noise baselines.

    Returns
    -------
    Attribution
        With values as large as the images, and the gap.

    Raises
    ------
    ValueError, TypeError
        With a sentence, if the images, the target, the baseline, the layer or the rule don't fit, or the
        model gives NaN.
    NoGradient
        If an operation on the way cannot be differentiated. It is a ValueError.
    OutOfMemory
        If there is too little memory for `batch_size` points.

    References
    ----------
    M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", ICML 2017, sections 3 and 5.
    G. Erion et al., "Improving performance of deep learning models with axiomatic attribution priors and
    expected gradients", *Nature Machine Intelligence* 3, 2021.

    Examples
    --------
    A linear model: each value is weight times difference from the baseline.

    >>> from mediedu.nets import load_keras
    >>> keras = load_keras()
    >>> model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    >>> model.set_weights([np.array([[1.0], [2.0], [0.0], [-1.0]]), np.array([0.5])])
    >>> image = np.array([[[[3.0], [1.0]], [[4.0], [2.0]]]])
    >>> found = integrated_gradients(model, image, baseline=1.0, steps=4)
    >>> found.values[0, ..., 0].tolist(), float(found.gap[0])
    ([[2.0, 0.0], [0.0, -1.0]], 0.0)
    """
    from mediedu.explain.baselines import checked_baselines
    from mediedu.explain.batch_size import points_at_once
    from mediedu.explain.forward import forward_of
    from mediedu.explain.inputs import checked_inputs
    from mediedu.explain.outputs import check_finite, warn_if_saturated
    from mediedu.explain.targets import checked_target

    path_points(rule, steps)
    if max_gap is not None and not max_gap > 0:
        raise ValueError(f"max_gap is {max_gap!r}; it must be above 0, such as 0.01 for one percent.")
    inputs = checked_inputs(model, images)
    forward = forward_of(model, inputs, layer, logit)
    whole = points_at_once(inputs.arrays, batch_size)
    count = len(inputs)
    starts = _starts(baseline, inputs, seed, checked_baselines)
    ends = forward.hidden(inputs.arrays, whole)
    starts = [forward.hidden(start, whole) for start in starts]
    most = points_at_once(ends, batch_size)
    outputs = forward.outputs(ends, most)
    check_finite(outputs, "images")
    chosen = checked_target(target, outputs, region, forward.kind)
    score = chosen.scores(outputs)
    if forward.last is None:
        warn_if_saturated(outputs)
    start_score = np.zeros(count)
    for start in starts:
        start_outputs = forward.outputs(start, most)
        check_finite(start_outputs, "baselines")
        start_score += chosen.scores(start_outputs) / len(starts)
    path = _Path(forward, chosen, ends, starts, most)
    values, gap, relative, used = _summed(path, score - start_score, score, steps, rule, max_gap)
    several = inputs.several and layer is None
    method = "integrated gradients"
    if len(starts) > 1:
        method = f"expected gradients ({len(starts)} baselines)"
    return Attribution(
        values=tuple(values) if several else values[0],
        images=inputs.given,
        method=method,
        explained=chosen.explained,
        score=score,
        target=chosen.classes,
        baseline_score=start_score,
        gap=gap,
        relative_gap=relative,
        steps=used,
        layer=layer,
    )


class _Path:
    """Paths from each baseline to each image; pair number p is baseline p // n and image p % n."""

    def __init__(
        self,
        forward: "Forward",
        target: "Target",
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

        def source(pairs: NDArray[np.intp]) -> "Ends":
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


def _starts(baseline: Any, inputs: Any, seed: int, checked: Any) -> list[list[NDArray[Any]]]:
    """Give for each baseline a list of its arrays, one for each input."""
    count = len(inputs.arrays)
    if isinstance(baseline, dict):
        from mediedu.nets.backend import load_keras

        baseline = tuple(load_keras().tree.flatten(baseline))
    each = baseline if inputs.several and isinstance(baseline, tuple) else (baseline,) * count
    if len(each) != count:
        raise ValueError(
            f"There are {count} inputs and {len(each)} baselines; give one for each, in a tuple."
        )
    parts = [
        checked(part, array, seed + place, inputs.name(place))
        for place, (part, array) in enumerate(zip(each, inputs.arrays, strict=True))
    ]
    number = max(map(len, parts))
    if any(len(part) not in (1, number) for part in parts):
        raise ValueError(
            f"The inputs have {', '.join(str(len(part)) for part in parts)} baselines; each needs as many, "
            "or one."
        )
    starts = []
    for k in range(number):
        start = [part[k if len(part) > 1 else 0] for part in parts]
        longest = max(map(len, start))
        starts.append(
            [np.repeat(array, longest, axis=0) if len(array) < longest else array for array in start]
        )
    return starts


def _summed(
    path: _Path,
    change: NDArray[np.float64],
    score: NDArray[np.float64],
    steps: int,
    rule: Rule,
    max_gap: float | None,
) -> tuple[list[NDArray[np.float32]], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Compute the values, with more steps where the gap asked for is not met."""
    count = len(change)
    values = [np.zeros((count, *end.shape[1:])) for end in path.ends]
    used = np.zeros(count, dtype=np.intp)
    open_ = np.arange(count)
    while True:
        found = path.values(open_, steps, rule)
        for whole, part in zip(values, found, strict=True):
            whole[open_] = part
        used[open_] = steps
        total = sum(part.reshape(count, -1).sum(axis=1) for part in values)
        gap = np.abs(total - change)
        relative = np.divide(gap, np.abs(change), out=np.where(gap > 0, np.inf, 0.0), where=change != 0)
        if max_gap is None:
            break
        # What rounding in the scores alone can make is no gap that steps could close.
        rounding = 8 * np.finfo(path.ends[0].dtype).eps * np.maximum(np.abs(score), np.abs(score - change))
        open_ = np.flatnonzero((relative > max_gap) & (gap > rounding))
        if not len(open_) or 2 * steps > MOST:
            break
        steps *= 2
    _refuse_flat(values, change, score)
    if max_gap is not None and len(open_):
        warnings.warn(
            f"At {steps} steps the relative gap of {len(open_)} of {count} images is still above {max_gap:g} "
            f"(the largest is {relative.max():.2g}). The network may jump somewhere on the path.",
            stacklevel=3,
        )
    dtype = path.ends[0].dtype
    return [part.astype(dtype) for part in values], gap, relative, used


def _refuse_flat(
    values: list[NDArray[np.float64]], change: NDArray[np.float64], score: NDArray[np.float64]
) -> None:
    """Refuse gradients that are zero everywhere although the answer changes: a jump lies on the way."""
    from mediedu.explain.forward import NoGradient

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
