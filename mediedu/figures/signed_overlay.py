"""Values of either sign drawn over an image, in colours that part at zero."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import FONT, LINE, TEXT, TITLE, Canvas, fitted, tidy_ticks, wrapped
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.palette import INK
from mediedu.figures.pixels import Array, checked_image, colour_table, to_rgb

# Red against blue, which colour-blind people tell apart; both ends are dark, and zero lets the image through.
CMAP = "RdBu_r"
BAR, GAP = 96, 10


def signed_overlay(
    image: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    alt: str,
    limit: float | None = None,
    label: str = "",
    title: str | None = None,
) -> Figure:
    """Draw an image, and beside it the same with values over it: red above zero, blue below.

    The further a value lies from zero, the more its colour covers the image.

    Parameters
    ----------
    image : array of shape (row, col) or (row, col, 3)
        Drawn as `show` draws it.
    values : array of shape (row, col)
        Finite numbers. Where the shape differs from the image's, each value covers its part of the image.
    alt
        What the picture shows. Needed.
    limit
        The size of a value that is drawn in full colour. By default the largest size among the values.
    label
        What the values are, written beside the colour bar.
    title
        A short line above.

    Returns
    -------
    Figure
        Two panels and a colour bar with zero in its middle.

    Raises
    ------
    ValueError, TypeError
        With a sentence, if image, values or limit can't be drawn.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.zeros((16, 16)); values[4, 4], values[9, 12] = 1.0, -0.5
    >>> signed_overlay(np.eye(16), values, alt="A diagonal; one red and one blue pixel").width
    658
    """
    alt = checked_alt(alt)
    array = checked_image(image)
    signed = np.asarray(values)
    if signed.ndim != 2 or signed.dtype.kind not in "biuf" or 0 in signed.shape:
        raise ValueError(
            f"values has the shape {signed.shape} and type {signed.dtype}; numbers of the shape (row, col) "
            "are needed. Add up channels first, with values.sum(axis=-1)."
        )
    if not np.isfinite(signed).all():
        raise ValueError("values holds NaN or infinite numbers; only finite ones can be coloured.")
    most = float(np.abs(signed).max()) if limit is None else limit
    if not (np.isfinite(most) and most >= 0) or (limit is not None and most == 0):
        raise ValueError(f"limit is {limit!r}; it must be a number above 0.")
    most = most or 1.0
    below = to_rgb(array)
    covered = tinted(below, signed.astype(np.float64) / most)
    wide, high = fitted(array.shape, None, 272, 320)
    wide, high = int(wide), int(high)
    page_width = 2 * wide + GAP + BAR + 8
    head = wrapped(title, page_width - 8, TITLE) if title else []
    top = LINE * len(head) + (6 if head else 8)
    canvas = Canvas(page_width, top + high + 8)
    if head:
        canvas.text(page_width / 2, 3, "\n".join(head), size=TITLE)
    canvas.picture(below, 4, top, wide, high)
    canvas.picture(covered, 4 + wide + GAP, top, wide, high)
    axes = canvas.axes(4 + 2 * wide + 2 * GAP, top, 14, high)
    axes.imshow(colour_table(CMAP)[:, None], extent=(0, 1, -most, most), origin="lower", aspect="auto")
    axes.set_xticks([])
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    for spine in axes.spines.values():
        spine.set(color=INK, linewidth=0.6)
    axes.set_yticks([-most, 0.0, most], [_short(-most), "0", _short(most)])
    tidy_ticks(axes)
    if label:
        axes.set_ylabel("\n".join(wrapped(label, high, TEXT)), fontsize=TEXT, labelpad=-4, **FONT)
    return canvas.finish(alt)


def tinted(rgb: npt.NDArray[np.uint8], share: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Lay colours over a picture: as much of them as the value's size is a share of the limit.

    Examples
    --------
    >>> grey = np.full((1, 2, 3), 100, np.uint8)
    >>> tinted(grey, np.array([[0.0, 1.0]]))[0, 0].tolist()
    [100, 100, 100]
    """
    share = np.clip(share, -1.0, 1.0)
    # Where the sizes differ, the finer grid is used for both.
    rows, columns = (max(a, b) for a, b in zip(rgb.shape[:2], share.shape, strict=True))
    share, below = _stretched(share, rows, columns), _stretched(rgb, rows, columns)
    colours = colour_table(CMAP)[np.floor((share + 1) * 127.5 + 0.5).astype(int)].astype(np.float64)
    # The root lets small values be seen beside one that is much larger.
    cover = np.sqrt(np.abs(share))[..., None]
    return np.floor(below * (1 - cover) + colours * cover + 0.5).astype(np.uint8)


def _stretched(array: Array, rows: int, columns: int) -> Array:
    return array[np.arange(rows) * array.shape[0] // rows][:, np.arange(columns) * array.shape[1] // columns]


def _short(value: float) -> str:
    """Write a number with two digits that count."""
    if value == 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    written = f"{value:.{digits}f}" if digits <= 4 and abs(value) < 1e5 else f"{value:.1e}"
    return written.replace("-", "−")
