"""A section through the upper abdomen as CT shows it, with every organ known to the pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.phantom.arguments import check_amount, check_seed, check_size
from mediedu.data.phantom.phantom import Phantom
from mediedu.data.phantom.tissue import coloured_noise, smooth_noise

FIELD_OF_VIEW = 380.0
"""Width and height of the picture in mm."""
ORGANS: tuple[tuple[str, float], ...] = (
    ("air", -1000),
    ("fat", -100),
    ("muscle", 60),
    ("bone, spongy", 190),
    ("bone, cortical", 650),
    ("spinal canal", 25),
    ("liver", 110),
    ("spleen", 120),
    ("kidney", 175),
    ("aorta", 155),
    ("vena cava", 135),
    ("stomach", 15),
    ("gas", -930),
    ("lesion", 62),
    ("table", -300),
)
"""Name and Hounsfield units of the labels 0, 1, 2, …, as in the portal-venous phase of a contrast agent."""


def ct_section(size: int = 256, *, lesions: int = 1, noise: float = 12.0, seed: int) -> Phantom:
    """Make a CT section through the upper abdomen.

    Ellipses stand for the organs, bent by a smooth random warp so that no two seeds look alike. Patient's
    right is on the left of the picture, front at the top, as radiologists look at it.

    Parameters
    ----------
    size : int, default 256
        Rows and columns, 64 to 4096. The picture is 380 mm wide whatever the size.
    lesions : int, default 1
        Dark spots of 8 to 26 mm in the liver, 0 to 5; where two overlap they are one.
    noise : float, default 12.0
        Standard deviation of the noise in HU, finely grained as filtered back-projection makes it; 0 for
        none.
    seed : int
        Same seed, same picture.

    Returns
    -------
    Phantom
        `image` (int16, Hounsfield units), `labels` (uint8, indices into `class_names`), `clean` in HU.

    Raises
    ------
    ValueError
        For a size, a number of lesions or a noise out of range.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> section = ct_section(seed=4, noise=0)
    >>> liver = section.image[section.labels == section.class_names.index("liver")]
    >>> int(np.median(liver))
    110

    References
    ----------
    W. A. Kalender, *Computed Tomography*, 3rd ed., 2011, chapter 1 (CT numbers of tissues). K. M. Hanson,
    "Noise and contrast discrimination in computed tomography", 1981 (the grain of the noise).
    """
    from scipy.ndimage import gaussian_filter

    size, seed = check_size(size), check_seed(seed)
    if not isinstance(lesions, int | np.integer) or not 0 <= lesions <= 5:
        raise ValueError(f"`lesions` is a whole number from 0 to 5; you gave {lesions!r}.")
    noise = check_amount("noise", noise, "a standard deviation in HU")
    rng = np.random.default_rng([seed, 19])
    labels = _paint(size, int(lesions), rng)
    numbers = np.array([number for _, number in ORGANS])
    clean = gaussian_filter(numbers[labels], 0.9 * size / FIELD_OF_VIEW)
    # Projections are filtered with a ramp, so the noise holds few slow waves and many fine ones.
    grain = coloured_noise(size, rng, lambda row, column: _ramp(np.hypot(row, column)))
    return Phantom(
        np.clip(np.floor(clean + noise * grain + 0.5), -1024, 3071).astype(np.int16),
        labels,
        clean,
        "CT section",
        seed,
        (FIELD_OF_VIEW / size, FIELD_OF_VIEW / size),
        tuple(name for name, _ in ORGANS),
        modality="CT",
        units="HU",
        outlined=("liver", "lesion", "stomach", "spleen", "kidney", "aorta", "vena cava"),
        window=(-150.0, 250.0),
        description="Computed section through the upper abdomen: liver on the left of the picture, "
        "stomach and spleen on "
        f"the right, kidneys beside the spine, {lesions} dark lesions asked for in the liver.",
    )


def _ramp(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(frequency) * np.exp(-((frequency / 0.35) ** 2))


def _paint(size: int, lesions: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Paint the labels, outer ones first; mm from the middle, x to the patient's left, y to the back."""
    step = FIELD_OF_VIEW / size
    straight = (np.arange(size) - (size - 1) / 2) * step
    bend = [4.0 * smooth_noise(size, (size / 7, size / 7), rng) for _ in range(2)]
    x, y = straight[None, :] + bend[0], straight[:, None] + bend[1]
    labels = np.zeros((size, size), dtype=np.uint8)
    index = {name: number for number, (name, _) in enumerate(ORGANS)}
    wide, deep = rng.uniform(0.93, 1.07, 2)

    def ellipse(cx: float, cy: float, rx: float, ry: float, turn: float = 0.0) -> Any:
        u, v = x / wide - cx, y / deep - cy
        cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        return ((u * cos + v * sin) / rx) ** 2 + ((v * cos - u * sin) / ry) ** 2 < 1

    def jitter(first: float, second: float) -> tuple[float, float]:
        return first * rng.uniform(0.93, 1.07), second * rng.uniform(0.93, 1.07)

    plate = np.abs(straight[:, None] - 128 + 0.0012 * straight[None, :] ** 2) < max(2.5, step)
    labels[plate & (np.abs(straight[None, :]) < 150)] = index["table"]
    rind = rng.uniform(10, 24)
    labels[ellipse(0, 0, 168, 116)] = index["fat"]
    labels[ellipse(0, 0, 168 - rind, 116 - rind)] = index["muscle"]
    belly = ellipse(0, -5, 158 - rind, 103 - rind)
    labels[belly] = index["fat"]
    for side in (-1, 1):
        labels[ellipse(side * 36, 66, 31, 24, side * 12)] = index["muscle"]
        labels[ellipse(side * 30, 40, 13, 15)] = index["muscle"]
        for where in (18, 44, 70):
            angle = np.radians(where + rng.uniform(-6, 6))
            cx, cy = side * (158 - rind) * np.cos(angle), (106 - rind) * np.sin(angle)
            labels[ellipse(cx, cy, 8, 4, side * (where - 90))] = index["bone, cortical"]
    liver = ellipse(*jitter(-72, -16), *jitter(64, 58), rng.uniform(-15, 5)) | ellipse(
        *jitter(-25, -45), *jitter(52, 24)
    )
    labels[liver & belly] = index["liver"]
    stomach = ellipse(*jitter(66, -34), *jitter(42, 27), rng.uniform(10, 40)) & belly & ~liver
    labels[stomach] = index["stomach"]
    labels[stomach & (straight[:, None] < deep * rng.uniform(-50, -38))] = index["gas"]
    labels[ellipse(*jitter(103, 16), *jitter(21, 36), rng.uniform(-25, -5)) & belly & ~stomach] = index[
        "spleen"
    ]
    for side in (-1, 1):
        labels[ellipse(side * 64, 46 + rng.uniform(-5, 5), *jitter(22, 28), side * -20)] = index["kidney"]
        labels[ellipse(side * 56, 46, 8, 10)] = index["fat"]
    labels[ellipse(*jitter(-20, 12), 12, 8)] = index["vena cava"]
    labels[ellipse(*jitter(9, 15), 10, 10)] = index["aorta"]
    labels[
        ellipse(0, 84, 5, 20) | ellipse(0, 64, 20, 13) | ellipse(-28, 62, 16, 4) | ellipse(28, 62, 16, 4)
    ] = index["bone, cortical"]
    labels[ellipse(0, 42, 23, 18)] = index["bone, cortical"]
    labels[ellipse(0, 42, 20.5, 15.5)] = index["bone, spongy"]
    labels[ellipse(0, 64, 10, 7.5)] = index["spinal canal"]
    inside = np.argwhere(labels == index["liver"])
    for _ in range(lesions):
        row, column = inside[rng.integers(len(inside))]
        spot = np.hypot(x - x[row, column], y - y[row, column]) < rng.uniform(4, 13)
        labels[spot & (labels == index["liver"])] = index["lesion"]
    return labels
