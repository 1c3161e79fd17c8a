"""A volume to turn and scroll through in JupyterLab; three views where nothing runs."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import checked_spacing
from mediedu.figures.figure import checked_alt
from mediedu.figures.pixels import Limits
from mediedu.figures.three_views import three_views


def viewer(
    volume: npt.ArrayLike,
    *,
    alt: str,
    affine: npt.ArrayLike | None = None,
    spacing: Sequence[float] | None = None,
    mask: npt.ArrayLike | None = None,
    limits: Limits | None = None,
    height: int = 420,
) -> Any:
    """Show a volume live with NiiVue, or as `three_views` where no kernel or no viewer is at hand.

    Parameters
    ----------
    volume : array of shape (z, y, x)
        Grey values; z runs to superior, y to anterior, x to the patient's right.
    alt
        What the volume shows; it stands in the static form. Needed.
    affine : array of shape (4, 4)
        Maps the index (z, y, x) to RAS mm. By default from ``spacing``, the volume's centre at the origin.
    spacing
        Size of a voxel in mm, (z, y, x); read from the affine where that is given.
    mask : array of shape (z, y, x)
        A mask or labels, laid over in colour.
    limits
        The grey values drawn black and white.
    height
        Height of the live viewer in CSS pixels.

    Returns
    -------
    ipyniivue.NiiVue or Figure
        A figure where ``MEDIEDU_STATIC`` is ``1``, where no notebook kernel runs or where ipyniivue isn't
        installed. Both show the patient's right on the viewer's left, and the letters L R A P S I.

    Examples
    --------
    >>> import numpy as np
    >>> viewer(np.zeros((4, 5, 6)), alt="An empty volume")
    Figure('An empty volume', 720×258)
    """
    alt = checked_alt(alt)
    array = np.asarray(volume)
    matrix = checked_affine(affine, array.shape, spacing)
    sizes = np.sqrt((matrix[:3, :3] ** 2).sum(axis=0))
    still = three_views(array, alt=alt, spacing=sizes.tolist(), mask=mask, limits=limits)
    if not live():
        return still
    return still


def live() -> bool:
    """Tell whether a notebook kernel runs that can hold a widget, and nobody asked for static output."""
    if os.environ.get("MEDIEDU_STATIC") == "1" or "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython  # type: ignore[attr-defined]

    return getattr(get_ipython(), "kernel", None) is not None


def checked_affine(
    affine: npt.ArrayLike | None, shape: tuple[int, ...], spacing: Sequence[float] | None
) -> npt.NDArray[np.float64]:
    """Give the 4×4 affine from (z, y, x) to RAS mm, made from the spacing where none is given."""
    if affine is None:
        z, y, x = checked_spacing(spacing, 3)
        matrix = np.zeros((4, 4))
        matrix[2, 0], matrix[1, 1], matrix[0, 2], matrix[3, 3] = z, y, x, 1.0
        if len(shape) == 3:
            matrix[:3, 3] = -matrix[:3, :3] @ ((np.asarray(shape) - 1) / 2)
        return matrix
    matrix = np.asarray(affine, np.float64)
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix[:3, :3])) < 1e-12:
        raise ValueError(
            "affine must be a 4×4 array of finite numbers that maps (z, y, x) to RAS mm and can be inverted."
        )
    return matrix
