"""Outlines of masses: how far the border is from the centre in each direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ANGLES = 4096
"""Directions in which the radius is known."""

MARGINS = {
    "benign": ("round", "oval", "macrolobulated"),
    "malignant": ("microlobulated", "spiculated", "ill-defined"),
}
"""The margins that belong to each kind of mass, in the terms of the BI-RADS lexicon."""


def draw_outline(margin: str, rng: np.random.Generator) -> NDArray[Any]:
    """Draw a border of mean radius near 1.

    The kinds overlap on purpose, as in patients: a benign mass may be knobbly, a malignant one almost round.

    Parameters
    ----------
    margin : str
        One of the values in `MARGINS`.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    ndarray of float64, shape (ANGLES,)
        Radius at the angles 2π n / ANGLES, from the column axis towards higher rows.
    """
    angle = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
    flat = {
        "round": rng.uniform(1.0, 1.25),
        "oval": rng.uniform(1.3, 2.1),
        "macrolobulated": rng.uniform(1.05, 1.7),
        "microlobulated": rng.uniform(1.05, 1.8),
        "spiculated": rng.uniform(1.0, 1.7),
        "ill-defined": rng.uniform(1.05, 1.8),
    }[margin]
    turn = rng.normal(0, 0.35)  # most masses lie flat, along the layers of the breast
    radius = _ellipse(angle - turn, flat)
    radius *= 1 + _wobble(angle, rng, lowest=2, highest=5, size=rng.uniform(0.005, 0.05))
    if margin == "macrolobulated":
        radius *= 1 + _lobes(angle, rng, int(rng.integers(2, 6)), rng.uniform(0.05, 0.19))
        radius *= 1 + _wobble(angle, rng, lowest=8, highest=24, size=rng.uniform(0.0, 0.02))
    elif margin == "microlobulated":
        radius *= 1 + _lobes(angle, rng, int(rng.integers(7, 15)), rng.uniform(0.04, 0.16))
    elif margin == "spiculated":
        radius *= 1 + _wobble(angle, rng, lowest=4, highest=12, size=rng.uniform(0.02, 0.07))
        radius *= 1 + _spikes(angle, rng, int(rng.integers(6, 22)), rng.uniform(0.12, 0.6))
    elif margin == "ill-defined":
        radius *= 1 + _wobble(angle, rng, lowest=3, highest=14, size=rng.uniform(0.02, 0.1))
    else:
        radius *= 1 + _wobble(angle, rng, lowest=6, highest=20, size=rng.uniform(0.0, 0.03))
    return radius


def _ellipse(angle: NDArray[Any], flat: float) -> NDArray[Any]:
    """Give the radius of an ellipse of area π whose long axis is `flat` times its short one."""
    long, short = np.sqrt(flat), 1 / np.sqrt(flat)
    return np.asarray(long * short / np.hypot(short * np.cos(angle), long * np.sin(angle)))


def _wobble(angle: NDArray[Any], rng: np.random.Generator, lowest: int, highest: int, size: float) -> Any:
    """Add up waves around the border, with the standard deviation `size`."""
    waves = np.arange(lowest, highest + 1)
    height = rng.normal(size=len(waves)) / waves
    wave = height @ np.cos(np.outer(waves, angle) + rng.uniform(0, 2 * np.pi, (len(waves), 1)))
    return size * wave / wave.std()


def _lobes(angle: NDArray[Any], rng: np.random.Generator, number: int, depth: float) -> Any:
    """Make rounded bulges with sharp notches between them, unequal in width and depth."""
    warped = angle + rng.normal(0, 0.25) * np.sin(angle + rng.uniform(0, 2 * np.pi))
    phase = number * warped / 2 + rng.uniform(0, np.pi)
    unequal = 1 + 0.4 * np.cos(angle + rng.uniform(0, 2 * np.pi))
    bulge = np.sqrt(np.sin(phase) ** 2 + 0.02)
    return depth * unequal * (bulge - bulge.mean()) * 2


def _spikes(angle: NDArray[Any], rng: np.random.Generator, number: int, length: float) -> Any:
    """Make spicules: narrow cones that stick out, at random angles and of random lengths."""
    where = rng.uniform(0, 2 * np.pi, (number, 1))
    width = rng.uniform(0.05, 0.16, (number, 1))
    height = length * rng.uniform(0.2, 1.0, (number, 1))
    away = np.abs((angle - where + np.pi) % (2 * np.pi) - np.pi)
    return (height * np.clip(1 - away / (2 * width), 0, None) ** 1.5).max(axis=0)


def contour_points(radius: NDArray[Any], centre: tuple[float, float], number: int = 256) -> NDArray[Any]:
    """Walk along the border in steps of equal length.

    Parameters
    ----------
    radius : ndarray, shape (ANGLES,)
        Distance from the centre in pixels.
    centre : (float, float)
        Row and column.
    number : int, default 256
        How many points.

    Returns
    -------
    ndarray of float64, shape (number, 2)
        (x, y) = (column, row), clockwise on the screen.
    """
    angle = np.linspace(0, 2 * np.pi, len(radius) + 1)
    closed = np.append(radius, radius[0])
    x, y = centre[1] + closed * np.cos(angle), centre[0] + closed * np.sin(angle)
    walked = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    steps = np.linspace(0, walked[-1], number, endpoint=False)
    return np.column_stack([np.interp(steps, walked, x), np.interp(steps, walked, y)])


def depth_inside(radius: NDArray[Any], centre: tuple[float, float], size: int) -> NDArray[Any]:
    """Tell for each pixel how far inside the border it is, along the ray from the centre.

    Parameters
    ----------
    radius : ndarray, shape (ANGLES,)
        Distance from the centre in pixels.
    centre : (float, float)
        Row and column.
    size : int
        Rows and columns of the image.

    Returns
    -------
    ndarray of float64, shape (size, size)
        Pixels from the border, above 0 inside, below 0 outside.
    """
    rows, columns = np.arange(size)[:, None] - centre[0], np.arange(size)[None, :] - centre[1]
    turn = np.arctan2(rows, columns) % (2 * np.pi) * (len(radius) / (2 * np.pi))
    here = np.floor(turn).astype(np.intp)
    share = turn - here
    border = radius[here % len(radius)] * (1 - share) + radius[(here + 1) % len(radius)] * share
    return np.asarray(border - np.hypot(rows, columns))
