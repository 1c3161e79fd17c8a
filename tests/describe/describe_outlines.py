"""Outlines and masks to test with: drawn at random, or known from the textbook."""

import numpy as np
from hypothesis import strategies as st


def circle(n=256, radius=1.0):
    t = 2 * np.pi * np.arange(n) / n
    return radius * np.stack([np.cos(t), np.sin(t)], axis=1)


def disk(radius, size=None):
    size = size or 2 * radius + 11
    row, column = np.indices((size, size)) - size // 2
    return row**2 + column**2 <= radius**2


@st.composite
def outlines(draw, n=64):
    """Draw smooth closed contours that don't cross themselves, traced in the positive sense."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    t = 2 * np.pi * np.arange(n) / n
    waves = np.arange(2, 9)
    radius = 1 + rng.uniform(-0.6, 0.6, 7) / waves**1.3 @ np.cos(
        np.outer(waves, t) + rng.uniform(0, 6.3, (7, 1))
    )
    return np.stack([1.6 * radius * np.cos(t), radius * np.sin(t)], axis=1)


moves = st.tuples(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 20), st.floats(0, 6.28), st.integers(0, 63)
)


def moved(contour, move, *, sense=1):
    """Shift, scale and turn a contour, and let it start elsewhere."""
    x, y, scale, angle, start = move
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.roll(contour[::sense], start, axis=0) @ turn * scale + (x, y)
