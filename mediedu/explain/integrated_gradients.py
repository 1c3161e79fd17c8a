"""Integrated gradients: the change from a baseline to the image, shared out among the pixels."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from mediedu.explain.attribution import Attribution
from mediedu.explain.quadrature import Rule, path_points

if TYPE_CHECKING:
    import keras

__all__ = ["integrated_gradients"]


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
        Scaled as in training; several where the model has several inputs, in its order or by name.
    target : int, array_like of int, or callable, optional
        The class to explain: one for all, or one for each image; None is the predicted one. Or a function
        that gives one number for each row of the output, such as ``lambda z: z[:, 1] - z[:, 0]``, written
        with ``keras.ops``; with `logit`, it is given the logits.
    baseline : optional
        Where the path starts. None is 0. A number; an array as large as one image, such as the mean of the
        training images; "blurred", each image blurred (Gaussian, standard deviation a tenth of its longest
        side); "uniform", noise in the range of the images; a function from images to as many baselines. A
        list of these, or an array of images, is several at once: the values are averaged over them (expected
        gradients, with each baseline used once). Where there are several inputs, a tuple of these, or a
        dict.
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
        model or its gradient gives NaN.
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
    from mediedu.explain.baselines import baselines_of
    from mediedu.explain.batch_size import points_at_once
    from mediedu.explain.forward import forward_of
    from mediedu.explain.inputs import checked_inputs
    from mediedu.explain.outputs import check_finite
    from mediedu.explain.path_integral import PathIntegral
    from mediedu.explain.targets import target_and_scores

    path_points(rule, steps)
    number = isinstance(max_gap, int | float | np.number) and not isinstance(max_gap, bool)
    if max_gap is not None and not (number and max_gap > 0):
        raise ValueError(f"max_gap is {max_gap!r}; it must be above 0, such as 0.01 for one percent.")
    inputs = checked_inputs(model, images)
    forward = forward_of(model, inputs, layer, logit)
    whole = points_at_once(inputs.arrays, batch_size)
    count = len(inputs)
    starts = baselines_of(baseline, inputs, seed)
    ends = forward.hidden(inputs.arrays, whole)
    starts = [forward.hidden(start, whole) for start in starts]
    most = points_at_once(ends, batch_size)
    chosen, score = target_and_scores(forward, ends, most, target, region)
    start_score = np.zeros(count)
    for start in starts:
        start_outputs = forward.outputs(start, most)
        check_finite(start_outputs, "baselines")
        start_score += chosen.scores(start_outputs) / len(starts)
    path = PathIntegral(forward, chosen, ends, starts, most)
    values, gap, relative, used = path.summed(score - start_score, score, steps, rule, max_gap)
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
