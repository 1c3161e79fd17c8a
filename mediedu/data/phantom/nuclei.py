"""Cell nuclei under a fluorescence microscope, each with a number of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.phantom.arguments import check_seed, check_size
from mediedu.data.phantom.phantom import Phantom
from mediedu.data.phantom.tissue import smooth_noise

PIXEL = 0.0005
"""Side of a pixel in mm (half a micrometre)."""
_ANGLES = 256


def nuclei(size: int = 256, count: int | None = None, *, seed: int) -> Phantom:
    """Make a fluorescence image of nuclei, of which some touch.

    Parameters
    ----------
    size : int, default 256
        Rows and columns, 64 to 4096; a pixel is 0.5 µm whatever the size, so a larger picture shows more
        nuclei.
    count : int, optional
        How many nuclei, at least 1; by default about 40 in 256 × 256 pixels.
    seed : int
        Same seed, same picture.

    Returns
    -------
    Phantom
        `image` (uint8); `labels` (uint16): 0 background, 1 to `count` one number for each nucleus.

    Raises
    ------
    ValueError
        For a size out of range, or more nuclei than find room.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> cells = nuclei(count=25, seed=2)
    >>> int(cells.labels.max()), cells.image.dtype
    (25, dtype('uint8'))

    References
    ----------
    A. Lehmussola et al., "Computational framework for simulating fluorescence microscope images with cell
    populations", *IEEE Transactions on Medical Imaging* 26:1010-1016, 2007 (the same steps, in greater
    detail).
    """
    from scipy.ndimage import gaussian_filter

    size, seed = check_size(size), check_seed(seed)
    number = max(1, round(40 * (size / 256) ** 2)) if count is None else count
    if not isinstance(number, int | np.integer) or number < 1:
        raise ValueError(
            f"`count` is the number of nuclei, a whole number that is at least 1; you gave {count!r}."
        )
    rng = np.random.default_rng([seed, 17])
    labels = _scatter(size, int(number), rng)
    # Cells are in different phases of their cycle, some out of focus: brightness varies.
    brightness = np.concatenate([[0.0], rng.lognormal(np.log(90), 0.35, int(number))])
    chromatin = 1 + 0.12 * smooth_noise(size, (2.0, 2.0), rng)
    haze = 12 + 4 * smooth_noise(size, (size / 6, size / 6), rng)
    clean = gaussian_filter(brightness[labels] * chromatin, 1.1) + np.clip(haze, 3, None)
    photons = 1.5  # per grey level
    counted = rng.poisson(clean * photons) / photons + rng.normal(0, 1.5, clean.shape)
    return Phantom(
        np.clip(np.floor(counted + 0.5), 0, 255).astype(np.uint8),
        labels,
        np.clip(clean, 0, 255),
        "cell nuclei",
        seed,
        (PIXEL, PIXEL),
        ("background", "nucleus"),
        modality="SM",
        description=f"{number} computed nuclei, bright on a dark ground, some touching, with photon noise.",
    )


def _scatter(size: int, number: int, rng: np.random.Generator) -> NDArray[np.uint16]:
    """Place the nuclei one by one; a new one may touch others but never covers them."""
    labels = np.zeros((size, size), dtype=np.uint16)
    placed, tries = 0, 0
    while placed < number:
        tries += 1
        if tries > 1500:  # in vain, one after the other
            raise ValueError(
                f"Only {placed} of {number} nuclei find room in {size} × {size} pixels. Ask for fewer, or a "
                f"larger size."
            )
        row, column = rng.uniform(0, size, 2)
        outline = _outline(rng)
        reach = int(np.ceil(outline.max())) + 1
        top, left = max(0, int(row) - reach), max(0, int(column) - reach)
        window = labels[top : int(row) + reach + 1, left : int(column) + reach + 1]
        y = np.arange(top, top + window.shape[0])[:, None] - row
        x = np.arange(left, left + window.shape[1])[None, :] - column
        turn = (np.arctan2(y, x) % (2 * np.pi) * (_ANGLES / (2 * np.pi))).astype(np.intp) % _ANGLES
        inside = np.hypot(y, x) < outline[turn]
        free = inside & (window == 0)
        # Cut by the picture's edge is fine, hidden for more than a tenth by a neighbour is not.
        if free.sum() < max(25, 0.9 * inside.sum()):
            continue
        placed, tries = placed + 1, 0
        window[free] = placed
    return labels


def _outline(rng: np.random.Generator) -> NDArray[Any]:
    """Give the radius in pixels by angle: an ellipse, slightly bent."""
    angle = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    mean, flat, turn = rng.normal(11, 1.8), rng.uniform(1.0, 1.6), rng.uniform(0, np.pi)
    long, short = np.sqrt(flat), 1 / np.sqrt(flat)
    radius = np.clip(mean, 6, 17) / np.hypot(short * np.cos(angle - turn), long * np.sin(angle - turn))
    bend = 0.05 * np.cos(3 * angle + rng.uniform(0, 6.3)) + 0.03 * np.cos(4 * angle + rng.uniform(0, 6.3))
    return np.asarray(radius * (1 + rng.uniform(0, 1) * bend))
