"""The picture around and inside a mass: speckled layers as in ultrasound, clouds as in a mammogram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pictures = tuple[NDArray[np.uint8], NDArray[Any]]


def ultrasound(
    inside: NDArray[Any],
    radius: NDArray[Any],
    centre: tuple[float, float],
    kind: str,
    margin: str,
    rng: np.random.Generator,
) -> Pictures:
    """Paint a dark mass in speckled tissue.

    Parameters
    ----------
    inside : ndarray, shape (size, size)
        1 in the mass, 0 outside, between the two across its border.
    radius : ndarray
        Distance of the border from the centre by angle, in pixels.
    centre : (float, float)
        Row and column of the centre.
    kind, margin : str
        The mass.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    image : ndarray of uint8
        The picture.
    clean : ndarray of float64
        The picture without speckle, on the same scale.
    """
    size = len(inside)
    tissue = _layers(size, rng)
    echo = tissue * (1 - inside) + inside * (
        rng.uniform(0.16, 0.34) + 0.04 * smooth_noise(size, (10, 10), rng)
    )
    decibel = 60 * np.clip(echo, 0.02, None) ** 0.8 + _behind(size, radius, centre, kind, rng)
    clean = np.clip(decibel * (255 / 62), 0, 255)
    # Speckle is the length of a complex sum of echoes: it multiplies the amplitude, so adds to the dB.
    grain = np.hypot(smooth_noise(size, (0.8, 1.5), rng), smooth_noise(size, (0.8, 1.5), rng))
    speckle = 20 * np.log10(np.clip(grain, 0.05, None)) - 20 * np.log10(np.sqrt(np.pi / 2))
    image = np.clip(np.floor((decibel + 0.55 * speckle) * (255 / 62) + 0.5), 0, 255)
    return image.astype(np.uint8), clean


def film(
    inside: NDArray[Any],
    radius: NDArray[Any],
    centre: tuple[float, float],
    kind: str,
    margin: str,
    rng: np.random.Generator,
) -> Pictures:
    """Paint a bright mass in cloudy tissue; parameters and return as for `ultrasound`."""
    size = len(inside)
    rows, columns = np.arange(size)[:, None] - centre[0], np.arange(size)[None, :] - centre[1]
    distance = np.hypot(rows, columns) / radius.mean()
    clouds = power_law(size, 3.0, rng)
    # A mass is thickest in its middle: it shadows like a lens, not like a coin.
    lens = inside * (0.6 + 0.4 * np.sqrt(np.clip(1 - (distance / 1.4) ** 2, 0, 1)))
    density = 0.38 + 0.09 * clouds + rng.uniform(0.2, 0.36) * lens * (1 + 0.12 * power_law(size, 2.5, rng))
    if margin == "spiculated":
        density += 0.12 * _strands(rows, columns, distance, rng) * (1 - inside)
    clean = np.clip(255 * density, 0, 255)
    image = np.clip(np.floor(clean + 7 * smooth_noise(size, (0.6, 0.6), rng) + 0.5), 0, 255)
    return image.astype(np.uint8), clean


def _layers(size: int, rng: np.random.Generator) -> NDArray[Any]:
    """Lay skin, fat, glandular tissue and muscle: bands that wander, each with its own brightness."""
    depth = np.linspace(0, 1, size)[:, None] + 0.03 * smooth_noise(size, (size / 6, size / 5), rng)
    edges = np.array([0.03, 0.06, rng.uniform(0.16, 0.26), rng.uniform(0.72, 0.82), rng.uniform(0.86, 0.92)])
    level = np.array([0.7, 0.85, 0.5, rng.uniform(0.62, 0.78), 0.85, 0.4])
    steps = 1 / (1 + np.exp(-np.clip((depth[..., None] - edges) / 0.006, -50, 50)))
    bands = level[0] + (steps * np.diff(level)).sum(axis=-1)
    streaks = 0.07 * smooth_noise(size, (size / 90, size / 22), rng) + 0.04 * smooth_noise(
        size, (size / 40,) * 2, rng
    )
    return np.asarray(np.clip(bands + streaks, 0.05, 1))


def _behind(
    size: int, radius: NDArray[Any], centre: tuple[float, float], kind: str, rng: np.random.Generator
) -> NDArray[Any]:
    """Give the decibels gained or lost below: fluid lets more sound through, dense tumour swallows it."""
    if kind == "normal":
        return np.zeros((size, size))
    strength = rng.normal(3.0, 4.0) if kind == "benign" else rng.normal(-5.0, 5.0)
    angle = np.linspace(0, 2 * np.pi, len(radius), endpoint=False)
    half_width = np.percentile(np.abs(radius * np.cos(angle)), 98)
    across = (np.arange(size) - centre[1]) / half_width
    shade = 1 / (1 + np.exp(np.clip((np.abs(across) - 0.85) / 0.07, -50, 50)))
    below = (np.arange(size) - centre[0]) / max(np.percentile(radius * np.sin(angle), 98), 1.0)
    start = 1 / (1 + np.exp(-np.clip((below - 0.9) / 0.12, -50, 50)))
    return np.asarray(strength * start[:, None] * shade[None, :])


def _strands(
    rows: NDArray[Any],
    columns: NDArray[Any],
    distance: NDArray[Any],
    rng: np.random.Generator,
) -> NDArray[Any]:
    """Draw fine bright lines that run from the mass into the tissue and fade."""
    number = int(rng.integers(8, 20))
    angle = np.arctan2(rows, columns)
    where = rng.uniform(-np.pi, np.pi, number)
    reach = rng.uniform(0.3, 1.1, number)
    lines = np.zeros_like(distance)
    for direction, length in zip(where, reach, strict=True):
        away = np.abs((angle - direction + np.pi) % (2 * np.pi) - np.pi) * distance
        lines = np.maximum(
            lines, np.exp(-((away / 0.04) ** 2)) * np.exp(-np.clip(distance - 1, 0, None) / length)
        )
    return lines


def smooth_noise(size: int, sigma: tuple[float, float], rng: np.random.Generator) -> NDArray[Any]:
    """Make normal noise, blurred by a Gaussian of `sigma` pixels; of mean 0 and standard deviation 1."""
    return coloured_noise(
        size,
        rng,
        lambda row, column: np.exp(-2 * np.pi**2 * ((sigma[0] * row) ** 2 + (sigma[1] * column) ** 2)),
    )


def power_law(size: int, beta: float, rng: np.random.Generator) -> NDArray[Any]:
    """Make clouds whose power falls with frequency as 1/f^beta, of mean 0 and standard deviation 1.

    Mammograms have a beta near 3 (Burgess, Jacobson and Judy, *Medical Physics* 28:419-437, 2001).
    """
    return coloured_noise(
        size, rng, lambda row, column: np.maximum(np.hypot(row, column), 1 / size) ** (-beta / 2)
    )


def coloured_noise(
    size: int,
    rng: np.random.Generator,
    gain: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]],
) -> NDArray[Any]:
    """Send white noise through a filter, given by its gain at each frequency in cycles per pixel."""
    from scipy.fft import irfft2, rfft2

    spectrum = rfft2(rng.standard_normal((size, size)))
    spectrum *= gain(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    noise = irfft2(spectrum, s=(size, size))
    noise -= noise.mean()
    return np.asarray(noise / noise.std())
