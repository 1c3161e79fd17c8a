"""Saliency: the gradient at the image, alone or averaged over noisy copies."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.attribution import Attribution

if TYPE_CHECKING:
    import keras

    from mediedu.explain.forward import Ends

__all__ = ["saliency", "smooth_grad"]


def saliency(
    model: "keras.Model",
    images: Any,
    *,
    target: Any = None,
    region: ArrayLike | None = None,
    logit: bool = True,
    absolute: bool = False,
    batch_size: int | None = None,
) -> Attribution:
    """Give the gradient of a network's answer with respect to each pixel.

    It tells which pixels would change the answer if they changed a little, not which ones made it.

    Parameters
    ----------
    model, images, target, region, logit, batch_size
        As for `integrated_gradients`.
    absolute : bool
        Whether to give the gradient's size, as the paper draws it, without its sign.

    Returns
    -------
    Attribution
        With the gradients as values and no gap: nothing promises that they add up.

    Raises
    ------
    ValueError, TypeError
        As for `integrated_gradients`.

    References
    ----------
    K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", ICLR workshop 2014,
    section 3.

    Examples
    --------
    >>> from mediedu.nets import load_keras
    >>> keras = load_keras()
    >>> model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    >>> model.set_weights([np.array([[1.0], [2.0], [0.0], [-1.0]]), np.array([0.5])])
    >>> saliency(model, np.ones((1, 2, 2, 1))).values[0, ..., 0].tolist()
    [[1.0, 2.0], [0.0, -1.0]]
    """
    return _averaged(model, images, target, region, logit, absolute, batch_size, None, 1, 0, False)


def smooth_grad(
    model: "keras.Model",
    images: Any,
    *,
    target: Any = None,
    noise: float = 0.15,
    samples: int = 25,
    squared: bool = False,
    region: ArrayLike | None = None,
    logit: bool = True,
    absolute: bool = False,
    batch_size: int | None = None,
    seed: int = 0,
) -> Attribution:
    """Average the gradient over noisy copies of each image.

    Parameters
    ----------
    model, images, target, region, logit, batch_size
        As for `integrated_gradients`. Where `target` is None, the class predicted without noise is explained.
    noise : float
        Standard deviation of the added Gaussian noise, as a share of each image's range of values.
    samples : int
        Copies of each image.
    squared : bool
        Whether to average the squares of the gradients.
    absolute : bool
        Whether to give the size of the average, without its sign.
    seed : int
        Of the noise.

    Returns
    -------
    Attribution
        With the averages as values and no gap.

    Raises
    ------
    ValueError, TypeError
        As for `integrated_gradients`, and if `noise` or `samples` is out of range.

    References
    ----------
    D. Smilkov et al., "SmoothGrad: removing noise by adding noise", 2017, sections 2 and 3.2.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier
    >>> images = np.random.default_rng(0).random((2, 8, 8, 1))
    >>> smooth_grad(cnn_classifier((8, 8, 1), 2, widths=(4, 4)), images, samples=8, target=1)
    Attribution(SmoothGrad of the logit of class 1, 2 images of 8×8×1)
    """
    from mediedu.explain.baselines import check_seed

    if isinstance(noise, bool) or not isinstance(noise, int | float | np.number) or not noise > 0:
        raise ValueError(f"noise is {noise!r}; it must be above 0. Without noise it is saliency.")
    if isinstance(samples, bool) or not isinstance(samples, int | np.integer) or samples < 1:
        raise ValueError(f"samples is {samples!r}; it must be a whole number of 1 or more.")
    check_seed(seed)
    return _averaged(
        model, images, target, region, logit, absolute, batch_size, noise, int(samples), seed, squared
    )


def _averaged(
    model: Any,
    images: Any,
    target: Any,
    region: ArrayLike | None,
    logit: bool,
    absolute: bool,
    batch_size: int | None,
    noise: float | None,
    samples: int,
    seed: int,
    squared: bool,
) -> Attribution:
    from mediedu.explain.batch_size import points_at_once
    from mediedu.explain.forward import forward_of
    from mediedu.explain.inputs import checked_inputs
    from mediedu.explain.targets import target_and_scores

    inputs = checked_inputs(model, images)
    forward = forward_of(model, inputs, None, logit)
    most = points_at_once(inputs.arrays, batch_size)
    chosen, score = target_and_scores(forward, inputs.arrays, most, target, region)
    weights = chosen.weights
    ranges = [np.ptp(array.reshape(len(array), -1), axis=1) for array in inputs.arrays]

    # A "path" of one place, its end; pair number p is copy p % samples of image p // samples.
    def source(pairs: NDArray[np.intp]) -> "Ends":
        image = pairs // samples
        ends = [array[image] for array in inputs.arrays]
        if noise is not None:
            for place, (end, spread) in enumerate(zip(ends, ranges, strict=True)):
                for row, pair in enumerate(pairs):
                    # Each copy has a generator of its own: batches of another size give the same numbers.
                    drawn = np.random.default_rng([seed, place, pair]).standard_normal(end.shape[1:])
                    end[row] += noise * spread[image[row]] * drawn
        return ends, ends, None if weights is None else weights[image]

    values = [np.zeros(array.shape) for array in inputs.arrays]
    one = np.ones(1)
    for pairs, parts in forward.summed_gradients(chosen, source, len(inputs) * samples, one, one, most):
        for total, gradient in zip(values, parts, strict=True):
            np.add.at(total, pairs // samples, (gradient**2 if squared else gradient) / samples)
    if absolute:
        values = [np.abs(part) for part in values]
    dtype = inputs.arrays[0].dtype
    return Attribution(
        values=inputs.unpack([part.astype(dtype) for part in values]),
        images=inputs.given,
        method="saliency" if noise is None else "SmoothGrad",
        explained=chosen.explained,
        score=score,
        target=chosen.classes,
    )
