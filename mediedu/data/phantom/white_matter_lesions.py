"""An axial FLAIR-like brain slice with a few small bright lesions, each with a number of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data import noise as scanner
from mediedu.data.phantom.arguments import check_seed, check_size
from mediedu.data.phantom.phantom import Phantom
from mediedu.data.phantom.tissue import smooth_noise

FIELD_OF_VIEW = 192.0
"""Width and height of the picture in mm."""
MOST = 6
WHITE, GREY, FLUID, RIM = 105.0, 140.0, 25.0, 165.0
"""Grey levels of white matter, grey matter, fluid and the bright rim of the ventricles."""
_NOISE = 8.0


def white_matter_lesions(size: int = 64, count: int | None = None, *, seed: int) -> Phantom:
    """Make a brain slice as FLAIR shows it, in which a few small spots are lesions.

    Fluid is dark on FLAIR, grey matter brighter than white matter. Lesions are brighter than white matter,
    some by little. The folds of grey matter and the rims of the ventricles are as bright, and belong
    there: a threshold cannot tell them apart. The head is drawn anew by every seed.

    Parameters
    ----------
    size : int, default 64
        Rows and columns, 64 to 4096. The picture is 192 mm wide whatever the size.
    count : int, optional
        How many lesions, 0 to 6; by default 0 to 4, drawn by the seed.
    seed : int
        Same seed, same picture.

    Returns
    -------
    Phantom
        `image` (uint8); `labels` (uint16): 0 background, 1 to `count` one number for each lesion,
        which has a radius of about 4 to 8 mm. Four of them cover less than 2 % of the picture.

    Raises
    ------
    ValueError
        For a size or a number of lesions out of range.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> slice_ = white_matter_lesions(count=3, seed=1)
    >>> slice_.image.shape, int(slice_.labels.max())
    ((64, 64), 3)
    >>> bool(slice_.mask.mean() < 0.02)
    True

    References
    ----------
    A. Carass et al., "Longitudinal multiple sclerosis lesion segmentation: resource and challenge",
    *NeuroImage* 148:77-102, 2017 (what real lesions look like, and how little experts agree on them).
    """
    from scipy.ndimage import gaussian_filter

    size, seed = check_size(size), check_seed(seed)
    rng = np.random.default_rng([seed, 19])
    drawn = int(rng.integers(0, 5))
    number = drawn if count is None else count
    if not isinstance(number, int | np.integer) or isinstance(number, bool) or not 0 <= number <= MOST:
        raise ValueError(f"`count` is the number of lesions, a whole number from 0 to {MOST}; not {count!r}.")
    head, depth, ventricles = _head(size, rng)
    clean = _tissue(size, head, depth, ventricles, rng)
    room = head & (depth > 24) & (ventricles > 8)  # white matter, away from folds and rims, in mm
    labels = np.zeros((size, size), dtype=np.uint16)
    for lesion in range(1, int(number) + 1):
        shape, edge = _lesion(room & (labels == 0), rng)
        contrast = rng.uniform(30, 80)
        clean += contrast * np.clip(0.5 + edge / 2.5, 0, 1)
        labels[shape] = lesion
        room &= edge < -11  # the next one keeps its distance
    pixel = FIELD_OF_VIEW / size
    clean = gaussian_filter(clean, 1.5 / pixel)
    shaded = scanner.add_bias_field(clean, 0.08, rng=rng)
    noisy = scanner.add_rician(shaded, _NOISE, rng=rng)
    return Phantom(
        np.clip(np.floor(noisy + 0.5), 0, 255).astype(np.uint8),
        labels,
        clean,
        "brain slice with lesions" if number else "brain slice without lesions",
        seed,
        (pixel, pixel),
        ("background", "lesion"),
        modality="MR",
        description=f"Computed axial FLAIR-like slice with {number} small bright lesions in white matter.",
    )


def _head(size: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Any, Any]:
    """Draw the brain, the depth below its surface and the distance from the ventricles, both in mm."""
    pixel = FIELD_OF_VIEW / size
    centre = (96 + rng.uniform(-4, 4), 96 + rng.uniform(-4, 4))
    y = (np.arange(size)[:, None] + 0.5) * pixel - centre[0]
    x = (np.arange(size)[None, :] + 0.5) * pixel - centre[1]
    long, short = rng.uniform(76, 86), rng.uniform(62, 72)
    angle = np.arctan2(y / long, x / short)
    bumps = sum(rng.normal(0, 0.012) * np.cos(k * angle + rng.uniform(0, 6.3)) for k in (2, 3, 5))
    radius = np.hypot(y / long, x / short) / (1 + bumps)
    depth = (1 - radius) * short
    size_of_horn = rng.uniform(0.7, 1.25)
    distance = np.full((size, size), np.inf)
    for side in (-1, 1):
        for along, tilt in ((-15, -0.3), (17, 0.4)):  # front and back horn of each side
            dy, dx = y - along, side * x - 11
            v = dy * np.cos(tilt) + dx * np.sin(tilt)
            u = -dy * np.sin(tilt) + dx * np.cos(tilt)
            thick = 5.5 * size_of_horn * rng.uniform(0.9, 1.1)
            distance = np.minimum(distance, (np.hypot(v / (17 * size_of_horn), u / thick) - 1) * thick)
    return radius < 1, depth, distance


def _tissue(
    size: int, head: NDArray[np.bool_], depth: Any, ventricles: Any, rng: np.random.Generator
) -> NDArray[Any]:
    """Paint grey and white matter, folds, ventricles and their rims."""
    pixel = FIELD_OF_VIEW / size
    folds = smooth_noise(size, (5 / pixel, 5 / pixel), rng)
    clouds = smooth_noise(size, (14 / pixel, 14 / pixel), rng)
    clean = np.where(depth + 5 * folds < 11, GREY, WHITE + 4 * clouds)
    clean[(depth < 13) & (folds > 1.1)] = FLUID  # sulci
    rim = rng.uniform(0.4, 1.0)
    near = np.abs(ventricles - 2.5) < 2.5
    clean[near] += rim * (RIM - clean[near])
    clean[ventricles < 0] = FLUID
    clean[~head] = 6
    return np.asarray(clean, dtype=np.float64)


def _lesion(room: NDArray[np.bool_], rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Place one lesion: a bent ellipse about a pixel with room, and how deep in it each pixel lies, in mm."""
    size = len(room)
    pixel = FIELD_OF_VIEW / size
    place = rng.choice(np.flatnonzero(room)) if room.any() else size * size // 2
    row, column = divmod(int(place), size)
    y = (np.arange(size)[:, None] - row + rng.uniform(-0.5, 0.5)) * pixel
    x = (np.arange(size)[None, :] - column + rng.uniform(-0.5, 0.5)) * pixel
    mean, flat, turn = rng.uniform(4, 8), rng.uniform(1.0, 1.5), rng.uniform(0, np.pi)
    angle = np.arctan2(y, x) - turn
    bend = 1 + 0.1 * np.cos(3 * angle + rng.uniform(0, 6.3))
    radius = mean * bend / np.hypot(np.cos(angle) / np.sqrt(flat), np.sin(angle) * np.sqrt(flat))
    edge = radius - np.hypot(y, x)
    return edge > 0, edge
