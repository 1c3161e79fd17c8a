"""Sanity check: a map must change when the network has learnt shuffled labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.map_similarity import as_maps, map_similarity
from mediedu.explain.randomization import Explanation, Randomization

__all__ = ["label_randomization"]


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
            "is one label for each training image, of at least two classes."
        )
    shuffled = np.random.default_rng(seed).permutation(true)
    learnt = as_maps(explain(fit(true) if model is None else model, images), "the maps")
    other = as_maps(explain(fit(shuffled), images), "the maps of shuffled labels")
    spearman, ssim = map_similarity(learnt, other)
    return Randomization(("labels",), spearman[None], ssim[None], np.stack([learnt, other]), "label")
