"""Turn the knobs of a function and watch what it does to an image, live or in a stored page."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from mediedu.figures.explorer.experiment import Experiment, finite_image
from mediedu.figures.explorer.player import Player, make_player
from mediedu.figures.explorer.ranges import describe, read_ranges
from mediedu.figures.figure import checked_alt

if TYPE_CHECKING:
    from mediedu.figures.explorer.live import LiveExplorer


def explore(
    function: Callable[..., Any],
    image: ArrayLike,
    *,
    alt: str | None = None,
    title: str | None = None,
    reference: ArrayLike | None = None,
    **ranges: Any,
) -> LiveExplorer | Player:
    """Show what a function does to an image while its parameters are moved.

    Original, result and difference stand side by side, with histograms and a line of numbers below. In a
    running notebook every move computes anew. With the environment variable ``MEDIEDU_STATIC=1``, which
    ``make notebooks`` sets, the call writes a player over at most 24 stored frames instead, which works
    without a kernel.

    Parameters
    ----------
    function : callable
        Takes the image first and the parameters by name. It gives back an image of the same rows and columns:
        grey, colour, or a ``bool`` mask, which is drawn over the original.
    image : array_like, shape (rows, columns) or (rows, columns, 3)
        Any real dtype, without NaN. The live view shows up to 1024 pixels a side and the player up to 192;
        larger images are shrunk for the screen by averaging, so explore a crop where fine grain matters.
    alt : str, optional
        What the opening picture shows, for readers who can't see it. Without it the text names the function,
        the values and the numbers.
    title : str, optional
        Heading; the function's name by default.
    reference : array_like, optional
        The image the result should come close to, of the same shape: the numbers become RMSE, PSNR and SSIM
        against it. For a function that returns a mask, a ``bool`` reference gives the Dice overlap.
    **ranges
        One for each parameter to move: ``(low, high)`` or ``(low, high, step)`` for a slider (whole numbers
        step by 1, others by a round 20th to 100th of the range), ``[a, b, …]`` or ``{label: value}`` for a
        choice. An explorer opens at the function's own default values; a slider without one opens in its
        middle.

    Returns
    -------
    LiveExplorer or Player
        Shows itself as the last expression of a cell.

    Raises
    ------
    TypeError
        If the function does not take a parameter of that name, or needs one that has no range.
    ValueError
        If a range, the image or the reference cannot be used, or the function fails at its starting values. A
        failure at any other position is shown in place, as a sentence.

    Notes
    -----
    The grey scale is fixed when the explorer opens. The original is shown from 0 to 255 if it is ``uint8``,
    else from its smallest to its largest value. The result keeps that scale, unless the function changes the
    kind of value (a window to 0–1, an equalisation to 16 bits): then it has its own, and its caption says so.
    The difference is taken between the pictures as shown, and left out where the result has its own scale.

    Live, the function runs in a thread beside the main one, so it must not draw with ``pyplot``.

    Examples
    --------
    >>> import numpy as np
    >>> film = np.linspace(0, 1, 64).reshape(8, 8)
    >>> def gamma(image, g=1.0):
    ...     return image**g
    >>> explorer = explore(gamma, film, g=(0.2, 3.0))
    >>> explorer.alt
    'gamma with g 1: original, result and difference side by side. Change from the original: RMSE 0.'
    """
    if not callable(function):
        raise TypeError(
            f"explore needs a function first, such as knn_smooth without brackets; {function!r} is a "
            f"{type(function).__name__}."
        )
    original = finite_image(image)
    target = None if reference is None else finite_image(reference, "reference")
    if target is not None and target.shape != original.shape:
        raise ValueError(f"The reference has shape {target.shape}; it needs the image's, {original.shape}.")
    experiment = Experiment(function, original, read_ranges(function, ranges), target)
    heading = title or experiment.name
    text = _describe(experiment) if alt is None else checked_alt(alt)
    if os.environ.get("MEDIEDU_STATIC") == "1":
        return make_player(experiment, title=heading, alt=text)
    try:
        from mediedu.figures.explorer.live import LiveExplorer
    except ImportError as error:
        raise ImportError(
            f"The live explorer needs {error.name}, which is not installed; install mediedu[lab]."
        ) from error
    return LiveExplorer(experiment, title=heading, alt=text)


def _describe(experiment: Experiment) -> str:
    where = describe(experiment.controls, experiment.start)
    panes = "original, result and difference side by side"
    if experiment.scale.mask:
        panes = "original, result and mask side by side"
    elif not experiment.scale.same:
        panes = "original and result side by side"
    return f"{experiment.name} with {where}: {panes}. {experiment.first_numbers}."
