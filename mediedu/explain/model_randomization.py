"""Sanity check: a map must change when the network's layers have forgotten what they learnt."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from mediedu.explain.map_similarity import as_maps, map_similarity
from mediedu.explain.randomization import Explanation, Randomization
from mediedu.nets.backend import load_keras

if TYPE_CHECKING:
    import keras

__all__ = ["randomization_test"]


def randomization_test(
    model: keras.Model,
    images: ArrayLike,
    explain: Explanation,
    *,
    layers: list[str] | None = None,
    independent: bool = False,
    seed: int = 0,
) -> Randomization:
    """Randomise a network layer by layer from the output down, and compare its maps with those before.

    A map that stays as it was when the network has forgotten everything never told what the network learnt.
    The test can fail a method; passing it proves little: noise passes it too.

    Parameters
    ----------
    model : keras.Model
        The learnt network. A copy is randomised; the model itself stays as it is.
    images : array_like, shape (n, row, col[, channel])
        What to explain.
    explain : callable
        ``explain(model, images)`` gives an Attribution, or values of shape (n, row, col[, channel]). Fix the
        target in it, as in ``lambda net, x: saliency(net, x, target=1)``: a network that forgot may predict
        another class.
    layers : list of str, optional
        Names of the layers with weights to go through, in this order. By default all of them, from the output
        to the input.
    independent : bool, default False
        True randomises one layer at a time and leaves the others learnt; False (cascading) keeps those before
        randomised.
    seed : int, default 0
        For the new weights. They are drawn anew by the layer's own initialisers; where these give constants,
        as for biases and normalisation, they are those constants.

    Returns
    -------
    Randomization
        With `stages`, `spearman`, `ssim` and `maps`.

    Raises
    ------
    ValueError
        For an unknown layer, a model without weights, a constant map, or values that are not finite.

    References
    ----------
    J. Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018, section 3.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier, gradient, set_seed
    >>> set_seed(0); net = cnn_classifier((16, 16, 1), 2, widths=(4, 8), norm=None)
    >>> images = np.random.default_rng(0).normal(size=(3, 16, 16, 1))
    >>> test = randomization_test(net, images, lambda net, x: gradient(lambda t: net(t)[:, 1], x))
    >>> test.stages, test.spearman.shape
    (('logits', 'stage2_1', 'stage1_1'), (3, 3))
    """
    names = [layer.name for layer in _layers(model) if layer.weights]
    chosen = names[::-1] if layers is None else list(layers)
    if unknown := [name for name in chosen if name not in names]:
        raise ValueError(
            f"The model has no layer with weights called {', '.join(map(repr, unknown))}; it has "
            f"{', '.join(names)}."
        )
    if not chosen:
        raise ValueError("The model has no layer with weights, so there is nothing to randomise.")
    forgetful, fresh = _copy(model, seed), _copy(model, seed)
    forgetful.set_weights(model.get_weights())
    maps = [as_maps(explain(model, images), "maps")]
    for name in chosen:
        layer = _layer(forgetful, name)
        kept = layer.get_weights()
        layer.set_weights(_layer(fresh, name).get_weights())
        maps.append(as_maps(explain(forgetful, images), f"maps after {name}"))
        if independent:
            layer.set_weights(kept)
    spearman, ssim = zip(*(map_similarity(maps[0], other) for other in maps[1:]), strict=True)
    return Randomization(tuple(chosen), np.stack(spearman), np.stack(ssim), np.stack(maps))


def _layers(model: Any) -> list[Any]:
    """List the layers in order; of a model within the model, its layers."""
    found = []
    for layer in model.layers:
        found += _layers(layer) if hasattr(layer, "layers") else [layer]
    return found


def _layer(model: Any, name: str) -> Any:
    return next(layer for layer in _layers(model) if layer.name == name)


def _copy(model: keras.Model, seed: int) -> keras.Model:
    """Build the same layers with new weights, drawn by their own initialisers from this seed."""
    keras = load_keras()
    # An initialiser without a seed of its own takes one from Python's generator, which is put back after.
    state = random.getstate()
    # Its name keeps the seed apart from set_seed(0): else the network would get its own first weights back.
    random.seed(f"randomised weights {seed}")
    try:
        return keras.models.clone_model(model)
    except (NotImplementedError, TypeError, ValueError) as error:
        # Keras tells at length how such a model could be written; that stays attached as the cause.
        raise ValueError(
            f"A copy of the model is randomised, and a {type(model).__name__} cannot be copied: Keras knows "
            "its layers but not how they follow each other. Build it as a Sequential or functional model."
        ) from error
    finally:
        random.setstate(state)
