"""A block of lung as CT shows it: vessels that run through and nodules that don't, alike in one slice."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.phantom.arguments import check_amount, check_seed, check_size
from mediedu.data.phantom.phantom import Phantom

LUNG, TISSUE = -850.0, 40.0  # Hounsfield units; vessels and solid nodules have the same
CLASSES = ("lung", "vessel", "nodule")


def lung_block(
    size: int = 64, *, nodules: int = 3, vessels: int = 4, noise: float = 80.0, seed: int
) -> Phantom:
    """Make a block of lung with round nodules among vessels that run from foot to head.

    Both have one Hounsfield unit and the same thickness, so an axial slice shows a disc for each. Only the
    slices above and below tell which is which: a vessel goes on, a nodule ends.

    Parameters
    ----------
    size : int, default 64
        Slices, rows and columns, 32 to 256; 1 mm each.
    nodules : int, default 3
        Balls, slightly flattened, 6 to 12 mm across, 0 to 8. One that finds no free place is left out.
    vessels : int, default 4
        Bent tubes, 5 to 10 mm thick, up to 35° from the z axis, 0 to 12. They may touch each other.
    noise : float, default 80.0
        Standard deviation of the noise in HU, as in a low-dose scan; 0 for none.
    seed : int
        Same seed, same block.

    Returns
    -------
    Phantom
        `image` (int16, Hounsfield units), `labels` (uint8: 0 lung, 1 vessel, 2 nodule) and `clean`, each
        (z, y, x).

    Raises
    ------
    ValueError
        For a size, a number of objects or a noise out of range.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> block = lung_block(48, seed=1)
    >>> block
    <Phantom: block of lung, 48 × 48 × 48 int16, 1 mm, seed 1, synthetic>
    >>> tissue = block.clean > -100  # well inside
    >>> [round(float(np.median(block.image[tissue & (block.labels == k)])), -2) for k in (1, 2)]
    [0.0, 0.0]

    References
    ----------
    H. MacMahon et al., "Guidelines for management of incidental pulmonary nodules detected on CT images:
    from the Fleischner Society 2017", Radiology 284(1), 2017 (why small solid nodules are looked for).
    """
    from scipy.ndimage import gaussian_filter

    size, seed = check_size(size, least=32), check_seed(seed)
    if size > 256:
        raise ValueError(f"`size` is from 32 to 256, so that a block fits into memory; you gave {size}.")
    for name, number, most in (("nodules", nodules, 8), ("vessels", vessels, 12)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 0 <= number <= most:
            raise ValueError(f"`{name}` is a whole number from 0 to {most}; you gave {number!r}.")
    noise = check_amount("noise", noise, "a standard deviation in HU")
    rng = np.random.default_rng([seed, 23])
    labels = np.zeros((size,) * 3, np.uint8)
    for _ in range(vessels):
        labels[_tube(size, rng)] = CLASSES.index("vessel")
    for _ in range(nodules):
        _place_nodule(labels, rng)
    clean = gaussian_filter(np.where(labels > 0, TISSUE, LUNG), 0.7)
    image = clean + noise * rng.standard_normal(clean.shape)
    found = int(_count(labels == CLASSES.index("nodule")))
    return Phantom(
        np.clip(np.floor(image + 0.5), -1024, 3071).astype(np.int16),
        labels,
        clean,
        "block of lung",
        seed,
        (1.0, 1.0, 1.0),
        CLASSES,
        modality="CT",
        units="HU",
        window=(-1100.0, 300.0),
        description=f"Computed block of lung, {size} mm wide: {vessels} vessels run through it from foot to "
        f"head, and {found} round nodules lie between them.",
    )


def _tube(size: int, rng: np.random.Generator) -> Any:
    """Tell the voxels of a bent tube that goes through all slices."""
    z = np.arange(size) - (size - 1) / 2
    tilt, turn = np.tan(np.radians(rng.uniform(0, 35))), rng.uniform(0, 2 * np.pi)
    bend, bend_turn = rng.uniform(0, 0.3) / size, rng.uniform(0, 2 * np.pi)
    middle = rng.uniform(0.1, 0.9, 2) * size
    radius = rng.uniform(2.5, 5.0)
    lengths: NDArray[np.float64] = np.zeros(size)
    axes = []
    for place, first, second in zip(
        middle, (np.sin(turn), np.cos(turn)), (np.sin(bend_turn), np.cos(bend_turn)), strict=True
    ):
        axes.append((place + tilt * first * z + bend * second * z**2, tilt * first + 2 * bend * second * z))
        lengths = lengths + axes[-1][1] ** 2
    grid = np.arange(size)
    dy = grid[None, :, None] - axes[0][0][:, None, None]
    dx = grid[None, None, :] - axes[1][0][:, None, None]
    # What lies along the tube is no distance from it.
    along = (dy * axes[0][1][:, None, None] + dx * axes[1][1][:, None, None]) ** 2
    return dy**2 + dx**2 - along / (1 + lengths)[:, None, None] < radius**2


def _place_nodule(labels: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Paint a ball where it touches nothing; after 50 tries leave it out."""
    size = len(labels)
    for _ in range(50):
        radii = rng.uniform(3.0, 6.0) * rng.uniform(0.88, 1.12, 3)
        middle = rng.uniform(radii.max() + 2, size - 3 - radii.max(), 3)
        z, y, x = np.ogrid[:size, :size, :size]
        distance = sum(((g - m) / r) ** 2 for g, m, r in zip((z, y, x), middle, radii, strict=True))
        wide = sum(((g - m) / (r + 2)) ** 2 for g, m, r in zip((z, y, x), middle, radii, strict=True))
        if not labels[wide < 1].any():
            labels[distance < 1] = CLASSES.index("nodule")
            return


def _count(mask: NDArray[np.bool_]) -> int:
    from scipy.ndimage import label

    return int(label(mask)[1])
