"""Grad-CAM: a layer's feature maps, each weighted by how much the answer rises with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.attribution import Attribution

if TYPE_CHECKING:
    import keras

    from mediedu.explain.forward import Forward
    from mediedu.explain.targets import Target

__all__ = ["grad_cam"]


def grad_cam(
    model: "keras.Model",
    images: Any,
    *,
    layer: str | None = None,
    target: Any = None,
    region: ArrayLike | None = None,
    logit: bool = True,
    positive: bool = True,
    resize: bool = True,
    batch_size: int | None = None,
) -> Attribution:
    """Show where in an image the feature maps of a layer speak for a class.

    Each map is weighted by the mean of the answer's gradient over it; the weighted maps are added up, and
    what is negative is set to 0. The result is as coarse as the layer, and is enlarged to the image.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional.
    images, target, region, logit, batch_size
        As for `integrated_gradients`.
    layer : str, optional
        The name of a layer that gives feature maps; also one within a model that is itself a layer. By
        default the last convolution.
    positive : bool
        Whether to set negative values to 0, as the paper does: they speak for other classes.
    resize : bool
        Whether to enlarge the result to the size of the images, linearly between places.

    Returns
    -------
    Attribution
        With values of shape (n, row, col) or (n, z, y, x), float32, and no gap.

    Raises
    ------
    ValueError, TypeError
        As for `integrated_gradients`; and if the model is subclassed, or the layer gives no feature maps.

    References
    ----------
    R. R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
    localization", ICCV 2017, section 3.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier
    >>> images = np.random.default_rng(0).random((2, 16, 16, 1))
    >>> found = grad_cam(cnn_classifier((16, 16, 1), 2, widths=(4, 8)), images, target=1)
    >>> found
    Attribution(Grad-CAM of the logit of class 1, 2 images of 16×16×1, layer 'stage2_1')
    >>> found.values.shape, bool(found.values.min() >= 0)
    ((2, 16, 16), True)
    """
    from mediedu.explain.batch_size import points_at_once
    from mediedu.explain.forward import forward_of
    from mediedu.explain.inputs import checked_inputs
    from mediedu.explain.layers import feature_layer
    from mediedu.explain.outputs import check_gradients
    from mediedu.explain.targets import target_and_scores

    inputs = checked_inputs(model, images)
    found = feature_layer(model, layer)
    forward = forward_of(model, inputs, None, logit)
    most = points_at_once(inputs.arrays, batch_size)
    chosen, score = target_and_scores(forward, inputs.arrays, most, target, region)
    function = forward.compiled(("Grad-CAM", found.name, chosen.key), _weighted(forward, chosen, found))
    maps = forward.in_batches(function, inputs.arrays, most, chosen.weights).astype(np.float64)
    check_gradients([maps])
    if positive:
        maps = np.maximum(maps, 0)
    if resize:
        sizes = [array.shape[1:-1] for array in inputs.arrays if array.ndim == maps.ndim + 1]
        maps = _enlarged(maps, sizes[0]) if sizes else maps
    return Attribution(
        values=maps.astype(np.float32),
        images=inputs.given,
        method="Grad-CAM",
        explained=chosen.explained,
        score=score,
        target=chosen.classes,
        layer=found.name,
    )


def _weighted(forward: "Forward", target: "Target", layer: Any) -> Callable[..., Any]:
    """Make the function of images that weighs the layer's maps and adds them up."""
    from mediedu.explain.forward import NoGradient
    from mediedu.nets.backend import load_keras
    from mediedu.nets.differentiation import value_and_gradient

    ops = load_keras().ops

    def weighted(flat: list[Any], weights: Any = None) -> Any:
        seen: list[Any] = []

        def noted(call: Callable[..., Any], *given: Any, **how: Any) -> Any:
            seen.append(call(*given, **how))
            return seen[-1]

        with _in_place_of(layer, noted):
            forward.call(flat)
        if len(seen) != 1:
            raise ValueError(
                f"The layer {layer.name!r} is used {len(seen)} times on the way to the answer, so that its "
                "maps are not one set. Name another layer."
            )
        maps = seen[0]

        # The maps stand in place of what the layer gives, so that the answer is a function of them.
        def answer(given: list[Any]) -> Any:
            with _in_place_of(layer, lambda *_, **__: given[0]):
                return target.values(forward.call(flat), weights)

        _, (gradient,) = value_and_gradient(answer, [maps])
        if gradient is None:
            raise NoGradient(
                f"There is no gradient from what is explained to the layer {layer.name!r}: the answer does "
                "not depend on it, or an operation between them cannot be differentiated. Name another layer."
            )
        places = tuple(range(1, len(maps.shape) - 1))
        importance = ops.mean(gradient, axis=places, keepdims=True)
        return ops.sum(importance * maps, axis=-1)

    return weighted


@contextmanager
def _in_place_of(layer: Any, instead: Callable[..., Any]) -> Iterator[None]:
    """Let a function, given the layer's own call and its arguments, act for the layer within the block."""
    own = layer.call
    object.__setattr__(layer, "call", lambda *given, **how: instead(own, *given, **how))
    try:
        yield
    finally:
        object.__delattr__(layer, "call")


def _enlarged(maps: NDArray[np.float64], size: tuple[int, ...]) -> NDArray[np.float64]:
    """Interpolate linearly between the middles of the coarse places; beyond the outermost, repeat them."""
    from scipy.ndimage import zoom

    factors = (1.0, *(new / old for new, old in zip(size, maps.shape[1:], strict=True)))
    return np.asarray(zoom(maps, factors, order=1, mode="nearest", grid_mode=True))
