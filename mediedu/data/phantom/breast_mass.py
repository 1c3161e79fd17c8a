"""A breast mass with an exactly known outline, in an ultrasound-like or a film-like picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.phantom.arguments import check_choice, check_seed, check_size
from mediedu.data.phantom.outline import MARGINS, contour_points, depth_inside, draw_outline
from mediedu.data.phantom.phantom import Phantom
from mediedu.data.phantom.tissue import film, ultrasound

FIELD_OF_VIEW = 40.0
"""Width and height of the picture in mm."""
BACKGROUNDS = {"speckle": ("US", "ultrasound"), "film": ("MG", "film")}


def breast_mass(
    kind: str = "benign",
    size: int = 256,
    *,
    margin: str | None = None,
    background: str = "speckle",
    centre: tuple[float, float] | None = None,
    diameter: float | None = None,
    seed: int,
) -> Phantom:
    """Make a picture of one breast mass, with its true outline.

    The outline is drawn first, in the terms in which radiologists describe margins; the picture is made from
    it. As in patients the kinds overlap: no single measure of the shape tells them apart for certain.

    Parameters
    ----------
    kind : {"benign", "malignant"}
        What the mass is.
    size : int, default 256
        Rows and columns, 64 to 4096. The picture is 40 mm wide whatever the size.
    margin : str, optional
        For a benign mass "round", "oval" or "macrolobulated"; for a malignant one "microlobulated",
        "spiculated" or "ill-defined". By default one of them, drawn by the seed.
    background : {"speckle", "film"}
        "speckle" imitates ultrasound: dark mass, grainy layers, shadow or enhancement behind it. "film"
        imitates a mammogram: bright mass in cloudy tissue.
    centre : (float, float), optional
        Where the mass lies, as shares of the height and the width, each between 0 and 1. By default near the
        middle, drawn by the seed. The mass is moved inwards where it would leave the picture.
    diameter : float, optional
        Twice its mean radius in mm, 2 to 32. By default 13 to 19 mm, drawn by the seed; a large mass with
        long spicules is made smaller, so that it fits.
    seed : int
        Same seed, same picture.

    Returns
    -------
    Phantom
        With `image` (uint8), `mask`, `contour`, `clean`, `kind` and `margin`. The mask holds the pixels whose
        centre lies inside the outline; of a spicule so thin that its tip comes apart on the pixel grid, not
        the tip.

    Raises
    ------
    ValueError
        For an unknown kind or background, a margin of the other kind, or a size, centre or diameter that is
        out of range.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> mass = breast_mass("malignant", margin="spiculated", seed=3)
    >>> mass.image.shape, mass.mask.shape, mass.contour.shape
    ((256, 256), (256, 256), (256, 2))

    References
    ----------
    C. J. D'Orsi et al., *ACR BI-RADS Atlas*, 5th ed., 2013 (the terms for margins). R. M. Rangayyan,
    *Biomedical Image Analysis*, 2005, chapter 6 (shape of benign and malignant masses).
    """
    kind = check_choice("kind", kind, MARGINS)
    size, seed = check_size(size), check_seed(seed)
    background = check_choice("background", background, BACKGROUNDS)
    rng = np.random.default_rng([seed, 11])
    drawn = MARGINS[kind][int(rng.integers(3))]
    margin = drawn if margin is None else check_choice("margin", margin, MARGINS[kind], f"for a {kind} mass")
    radius, place = _place(draw_outline(margin, rng), size, rng, centre, diameter)
    depth = depth_inside(radius, place, size)
    # How fast the picture changes across the border, in mm: an ill-defined margin fades over millimetres.
    fade = rng.uniform(0.7, 2.0) if margin == "ill-defined" else rng.uniform(0.15, 0.7)
    inside = 1 / (1 + np.exp(-np.clip(4 * depth / (fade * size / FIELD_OF_VIEW), -50, 50)))
    paint = ultrasound if background == "speckle" else film
    image, clean = paint(inside, radius, place, kind, margin, rng)
    modality, word = BACKGROUNDS[background]
    return Phantom(
        image,
        _one_piece(depth > 0),
        clean,
        kind,
        seed,
        (FIELD_OF_VIEW / size, FIELD_OF_VIEW / size),
        ("background", "mass"),
        contour=contour_points(radius, place),
        margin=margin,
        modality=modality,
        description=f"A computed {kind} mass, margin {margin}, in a picture that imitates {word}.",
    )


def _one_piece(inside: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Keep the largest piece of a mask, where pixels hold together across edges and corners."""
    from scipy.ndimage import label

    pieces, number = label(inside, structure=np.ones((3, 3)))
    if number < 2:
        return inside.astype(np.uint8)
    largest = 1 + int(np.bincount(pieces.ravel())[1:].argmax())
    return np.asarray(pieces == largest, dtype=np.uint8)


def _place(
    outline: NDArray[np.float64],
    size: int,
    rng: np.random.Generator,
    centre: tuple[float, float] | None,
    diameter: float | None,
) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Give the outline a size in pixels and a centre that keeps it inside the picture."""
    middle: Any = rng.uniform(0.16, 0.24) * size
    if diameter is not None:
        if not 2 <= diameter <= 32:
            raise ValueError(f"`diameter` is {diameter!r}; it must be 2 to 32 mm.")
        middle = diameter / 2 * size / FIELD_OF_VIEW
    radius = outline * middle / outline.mean()
    radius *= min(1.0, 0.4 * size / radius.max())
    reach = radius.max() + 0.02 * size
    low, high = reach, size - 1 - reach
    shares = rng.uniform(0.42, 0.52), rng.uniform(0.4, 0.6)
    if centre is not None:
        if len(centre) != 2 or not all(0 < share < 1 for share in centre):
            raise ValueError(
                f"`centre` is {centre!r}; it must be two numbers between 0 and 1, (row, column)."
            )
        shares = centre
    row, column = np.clip([size * share for share in shares], low, high)
    return radius, (float(row), float(column))
