"""Cases of several classes as marks in the plane of two features, on the regions that a classifier makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.palette import style

FINER = 4  # marks are drawn this many times larger, then averaged: smooth rims
MARK = 2.6  # half the width of a mark, in pixels
TINT = 0.25  # how much of a class' colour its region has; the rest is white
SHAPES = "disc", "cross", "triangle", "square"


def decision_map(
    cases: Mapping[str, npt.ArrayLike],
    decide: Callable[[npt.NDArray[np.float64]], npt.ArrayLike] | None = None,
    *,
    limits: Sequence[Sequence[float]] | None = None,
    size: int = 192,
) -> npt.NDArray[np.uint8]:
    """Draw cases with two features, and tint the plane by what a classifier says of each place.

    It returns an array, for `compare`, `show` and `explore`. Classes differ in colour and in the shape of
    their mark: disc, cross, triangle, square, in the order given.

    Parameters
    ----------
    cases
        Class → its cases, each of shape (n, 2): the first feature runs to the right, the second upwards. One
        to four classes; one of them may be empty.
    decide
        Takes places, shape (m, 2), and returns the class of each, as named in `cases`; a fitted classifier's
        ``predict`` does. Each block of 2 × 2 pixels is one place. None: the plane stays white.
    limits
        ((left, right), (bottom, top)); by default the range of all cases and a twentieth of it on each side.
    size
        Rows and columns of the map, even.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)
        The map in colour. The first row is the top.

    Raises
    ------
    ValueError, TypeError
        With a sentence, if the cases, the limits or an answer of `decide` can't be drawn.

    Examples
    --------
    >>> import numpy as np
    >>> cases = {"benign": [[0.0, 0.0], [1.0, 0.5]], "malignant": [[3.0, 2.0]]}
    >>> decision_map(cases, lambda places: np.where(places[:, 0] < 2, "benign", "malignant")).shape
    (192, 192, 3)
    """
    from PIL import Image, ImageDraw

    if size < 2 or size % 2:
        raise ValueError(f"size is {size}; an even number of pixels is needed, such as 192.")
    points = _checked_cases(cases)
    corner, extent = _range(points, limits)
    page = np.full((size, size, 3), 255, dtype=np.uint8)
    if decide is not None:
        steps = (np.arange(size // 2) + 0.5) * 2 / size
        right, up = np.meshgrid(corner[0] + steps * extent[0], corner[1] + steps[::-1] * extent[1])
        answers = np.asarray(decide(np.column_stack([right.ravel(), up.ravel()]))).ravel()
        page = np.kron(_tinted(answers, list(points), size // 2), np.ones((2, 2, 1), dtype=np.uint8))
    large = Image.fromarray(page).resize((size * FINER, size * FINER), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(large)
    for number, group in enumerate(points.values()):
        for x, y in (group - corner) / extent * size * FINER:
            _mark(pen, SHAPES[number], x, size * FINER - y, style(number).color)
    return np.asarray(large.resize((size, size), Image.Resampling.BOX))


def _checked_cases(cases: Mapping[str, npt.ArrayLike]) -> dict[str, npt.NDArray[np.float64]]:
    """Give each class' cases as floats, or say what is wrong with them."""
    if not isinstance(cases, Mapping) or not 1 <= len(cases) <= len(SHAPES):
        raise ValueError(
            f"cases must map one to {len(SHAPES)} classes to their cases, such as "
            "{'benign': a, 'malignant': b}, each of shape (n, 2)."
        )
    points = {}
    for name, group in cases.items():
        array = np.asarray(group, dtype=np.float64)
        array = array.reshape(0, 2) if array.size == 0 else array
        if array.ndim != 2 or array.shape[1] != 2 or not np.isfinite(array).all():
            raise ValueError(
                f"The cases of {name!r} have shape {array.shape}; a table of finite numbers with two columns "
                "is needed, one row for each case."
            )
        points[name] = array
    return points


def _range(
    points: Mapping[str, npt.NDArray[np.float64]], limits: Sequence[Sequence[float]] | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the lower left corner and the extent of the map, in features."""
    if limits is None:
        everything = np.concatenate(list(points.values()))
        if everything.size == 0:
            raise ValueError(
                "There is no case in any class, so limits are needed: ((left, right), (bottom, top))."
            )
        low, high = everything.min(axis=0), everything.max(axis=0)
        room = np.where(high > low, (high - low) / 20, 0.5)
        return low - room, high - low + 2 * room
    given = np.asarray(limits, dtype=np.float64)
    if given.shape != (2, 2) or not (given[:, 1] > given[:, 0]).all():
        raise ValueError(
            f"limits is {limits!r}; ((left, right), (bottom, top)) is needed, the smaller first."
        )
    return given[:, 0], given[:, 1] - given[:, 0]


def _tinted(answers: npt.NDArray[Any], names: list[str], side: int) -> npt.NDArray[np.uint8]:
    """Give each place the light colour of its class."""
    from matplotlib.colors import to_rgb

    if answers.size != side * side or not np.isin(answers, names).all():
        strange = sorted({str(answer) for answer in answers} - set(names))[:3]
        raise ValueError(
            f"decide gave {answers.size} answers for {side * side} places"
            + (f", among them {', '.join(strange)}" if strange else "")
            + f"; one of {', '.join(names)} is needed for each."
        )
    page = np.zeros((answers.size, 3))
    for number, name in enumerate(names):
        colour = np.array(to_rgb(style(number).color))
        page[answers == name] = TINT * colour + 1 - TINT
    return np.floor(page * 255 + 0.5).astype(np.uint8).reshape(side, side, 3)


def _mark(pen: Any, shape: str, x: float, y: float, color: str) -> None:
    """Draw one mark about a place of the enlarged page."""
    half = MARK * FINER
    if shape == "disc":
        pen.ellipse((x - half, y - half, x + half, y + half), fill=color)
    elif shape == "square":
        pen.rectangle((x - half, y - half, x + half, y + half), fill=color)
    elif shape == "triangle":
        pen.polygon([(x, y - half), (x - half, y + half), (x + half, y + half)], fill=color)
    else:
        for slope in (half, -half):
            pen.line((x - half, y - slope, x + half, y + slope), fill=color, width=round(FINER * 1.2))
