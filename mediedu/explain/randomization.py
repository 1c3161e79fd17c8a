"""Sanity checks: a map must change when the network has forgotten what it learnt."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.map_similarity import as_maps, map_similarity
from mediedu.nets.backend import load_keras

if TYPE_CHECKING:
    import keras

__all__ = ["Randomization", "label_randomization", "randomization_test"]

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
            markers=True,
            title=title,
            alt=alt or words,
        )


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


def label_randomization(
    fit: Callable[[NDArray[Any]], Any],
    labels: ArrayLike,
    images: ArrayLike,
    explain: Explanation,
    *,
    model: Any = None,
    seed: int = 0,
) -> Randomization:
    """Train the same network once more on shuffled labels, and compare the two networks' maps.

    A network that learnt shuffled labels learnt its training images by heart and nothing of the disease. If
    its maps look like those of the honest network, they show the image rather than what was learnt.

    Parameters
    ----------
    fit : callable
        ``fit(labels)`` trains a new network on these labels, from a fixed seed, and gives it.
    labels : array_like, shape (n,)
        The true labels of the training images. They are shuffled without change of their numbers.
    images : array_like
        What to explain, not among the training images.
    explain : callable
        ``explain(model, images)``, as for `randomization_test`.
    model : keras.Model, optional
        The network of the true labels, where you have it; else ``fit(labels)`` gives it.
    seed : int, default 0
        For the shuffling.

    Returns
    -------
    Randomization
        With one stage, "labels".

    Raises
    ------
    ValueError
        If all labels are equal, so that shuffling changes nothing; as for `randomization_test`.

    References
    ----------
    J. Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018, section 4.

    Examples
    --------
    >>> images = np.random.default_rng(0).normal(size=(2, 8, 8))
    >>> def fit(labels):  # a "network" of one weight map: a template of the labels
    ...     return np.outer(labels, np.arange(8.0))
    >>> test = label_randomization(fit, np.arange(8) > 3, images, lambda net, x: net * x)
    >>> test.stages, test.spearman.shape
    (('labels',), (1, 2))
    """
    true = np.asarray(labels)
    if true.ndim != 1 or len(np.unique(true)) < 2:
        raise ValueError(
            f"`labels` has the shape {true.shape} and {len(np.unique(true))} different values; needed "
            "is one label for "
            "each training image, of at least two classes."
        )
    shuffled = np.random.default_rng(seed).permutation(true)
    learnt = as_maps(explain(fit(true) if model is None else model, images), "the maps")
    other = as_maps(explain(fit(shuffled), images), "the maps of shuffled labels")
    spearman, ssim = map_similarity(learnt, other)
    return Randomization(("labels",), spearman[None], ssim[None], np.stack([learnt, other]), "label")


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
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"A copy of the model is randomised, and a {type(model).__name__} cannot be copied: "
            f"{str(error).splitlines()[0]} Build it as a Sequential or functional model."
        ) from error
    finally:
        random.setstate(state)
