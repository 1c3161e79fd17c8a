"""Breast tissue without a mass: what a detector must leave alone."""

from __future__ import annotations

import numpy as np

from mediedu.data.phantom.arguments import check_choice, check_seed, check_size
from mediedu.data.phantom.breast_mass import BACKGROUNDS, FIELD_OF_VIEW
from mediedu.data.phantom.phantom import Phantom
from mediedu.data.phantom.tissue import film, ultrasound


def breast_tissue(size: int = 256, *, background: str = "speckle", seed: int) -> Phantom:
    """Make a picture of breast tissue as `breast_mass` does, with no mass in it.

    Parameters
    ----------
    size : int, default 256
        Rows and columns, 64 to 4096. The picture is 40 mm wide whatever the size.
    background : {"speckle", "film"}
        An imitated ultrasound or mammogram.
    seed : int
        Same seed, same picture.

    Returns
    -------
    Phantom
        With `image` (uint8), `clean`, and a mask without a pixel.

    Raises
    ------
    ValueError
        For an unknown background or a size out of range.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> tissue = breast_tissue(64, seed=3)
    >>> tissue, bool(tissue.mask.any())
    (<Phantom: normal breast tissue, 64 × 64 uint8, 0.625 mm, seed 3, synthetic>, False)
    """
    size, seed = check_size(size), check_seed(seed)
    background = check_choice("background", background, BACKGROUNDS)
    paint = ultrasound if background == "speckle" else film
    nothing = np.zeros((size, size))
    # The painters want an outline; that of a mass of no weight leaves no trace.
    image, clean = paint(
        nothing, np.full(16, 1.0), (size / 2, size / 2), "normal", "", np.random.default_rng([seed, 12])
    )
    modality, word = BACKGROUNDS[background]
    return Phantom(
        image,
        nothing.astype(np.uint8),
        clean,
        "normal breast tissue",
        seed,
        (FIELD_OF_VIEW / size, FIELD_OF_VIEW / size),
        ("background", "mass"),
        modality=modality,
        description=f"Computed breast tissue without a mass, in a picture that imitates {word}.",
    )
