"""Active contour: a line laid near a lesion moves to its border by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image
from mediedu.segment.outline import checked_contour, fill_contour, outer_contour

__all__ = ["active_contour"]


def active_contour(
    image: ArrayLike,
    start: ArrayLike,
    *,
    smoothing: int = 2,
    sigma: float = 2.0,
    reach: float | None = None,
    iterations: int = 200,
    points: int = 256,
) -> NDArray[np.float64]:
    """Move a contour until the pixels inside are alike and those around it are alike.

    Parameters
    ----------
    image : array_like
        Shape (row, column); uint8, uint16, int16, float32 or float64, finite.
    start : array_like, shape (n, 2)
        Where the contour starts: points (x = column, y = row), at least three. It may lie inside the object,
        around it or across its border.
    smoothing : int
        How often the contour is smoothed after each step, 0 or more. More gives a rounder contour, which
        withstands speckle and loses spicules.
    sigma : float
        The image is first blurred by a Gaussian of this many pixels; 0 for not at all.
    reach : float, optional
        The contour sees and enters only the box around the start, made wider by this many pixels on each
        side. By default the diameter of a disk of the start's area.
    iterations : int
        Most steps; it ends earlier where a step changes nothing.
    points : int
        How many points come back.

    Returns
    -------
    ndarray of float64, shape (points, 2)
        Points (x, y) at equal distances along the outer border, clockwise on the screen. `fill_contour` makes
        a mask of them. Where the object comes apart, the border of its largest piece.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For an image that isn't grey and 2-D or holds NaN, a start that isn't a contour or covers no pixel of
        the image or all the pixels in reach, a constant image, or an argument out of range; and where the
        contour shrinks to nothing, because no border is near.

    Notes
    -----
    This is Chan and Vese's contour without edges, in the morphological form of Márquez-Neila and others that
    skimage brings: a pixel at the border goes to the side whose mean grey level is nearer to its own. Of the
    variants it was chosen because it asks for no edge: started well inside a mass, the classical snake of
    Kass and others stays where it is, for no force reaches it there. Its weakness is that it believes in two
    grey levels; layers of several and a shadow behind the lesion mislead it, the more the larger the reach.

    References
    ----------
    Chan TF, Vese LA. Active contours without edges. IEEE Transactions on Image Processing 2001; 10(2):
    266–277. Márquez-Neila P, Baumela L, Alvarez L. A morphological approach to curvature-based evolution of
    curves and surfaces. IEEE Transactions on Pattern Analysis and Machine Intelligence 2014; 36(1): 2–17.

    Examples
    --------
    >>> import numpy as np
    >>> rows, columns = np.mgrid[:60, :80]
    >>> disk = np.where(np.hypot(columns - 45, rows - 30) < 15, 200.0, 50.0)
    >>> square = [(38, 24), (50, 24), (50, 36), (38, 36)]
    >>> contour = active_contour(disk, square)
    >>> contour.mean(axis=0).round().tolist()
    [45.0, 30.0]
    >>> bool(abs(fill_contour(contour, (60, 80)).sum() / (np.pi * 15**2) - 1) < 0.05)
    True
    """
    from scipy.ndimage import gaussian_filter
    from skimage.segmentation import morphological_chan_vese

    array = grey_image(image, "active_contour", ndim=(2,)).astype(np.float64)
    line = checked_contour(start, "active_contour")
    _check(smoothing, sigma, reach, iterations, points)
    begin = fill_contour(line, (array.shape[0], array.shape[1]))
    if not begin.any():
        raise ValueError(
            f"The start covers no pixel of the image, whose shape is {array.shape}. Its points are "
            f"(x = column, y = row); x runs from {line[:, 0].min():.4g} to {line[:, 0].max():.4g}, "
            f"y from {line[:, 1].min():.4g} to {line[:, 1].max():.4g}."
        )
    margin = int(np.ceil(2 * np.sqrt(begin.sum() / np.pi) if reach is None else reach))
    rows, columns = np.nonzero(begin)
    box = (
        slice(max(int(rows.min()) - margin, 0), int(rows.max()) + margin + 1),
        slice(max(int(columns.min()) - margin, 0), int(columns.max()) + margin + 1),
    )
    if begin[box].all():
        raise ValueError("The start leaves no pixel outside it to compare with. Draw it smaller.")
    # Levels from 0 to 1: skimage's sums of squares stay in range whatever the image's units.
    seen = gaussian_filter(array, sigma)[box] if sigma else array[box]
    lowest, span = seen.min(), np.ptp(seen)
    if not span > 0:
        raise ValueError("active_contour needs two grey levels around the start; there is only one.")
    seen = (seen - lowest) / span
    now = begin[box].astype(np.int8)
    done = 0
    while done < iterations:
        # Some steps at a time; the smoothing alternates between two forms, so a standstill shows in pairs.
        number = min(STEPS, iterations - done)
        after = morphological_chan_vese(seen, number, init_level_set=now, smoothing=smoothing)
        done += number
        if np.array_equal(after, now):
            break
        now = after
    if not now.any() or now.all():
        raise ValueError(
            "The contour found no border: it shrank to nothing or filled all it could reach. Start nearer to "
            "the object's border, or change the reach."
        )
    found = np.zeros(array.shape, dtype=bool)
    found[box] = now > 0
    return outer_contour(found, points)


STEPS = 10


def _check(smoothing: int, sigma: float, reach: float | None, iterations: int, points: int) -> None:
    for word, value, least in (
        ("smoothing", smoothing, 0),
        ("iterations", iterations, 1),
        ("points", points, 3),
    ):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(
                f"active_contour needs {word} to be a whole number, {least} or more; it is {value!r}."
            )
    for name, number in (("sigma", sigma), ("reach", 0.0 if reach is None else reach)):
        if not 0 <= number < np.inf:
            raise ValueError(f"active_contour needs {name} to be 0 or more, in pixels; it is {number!r}.")
