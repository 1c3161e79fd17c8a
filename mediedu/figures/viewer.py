"""A volume to turn and scroll through in JupyterLab; three views where nothing runs."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import checked_spacing
from mediedu.figures.figure import checked_alt
from mediedu.figures.overlay import separated
from mediedu.figures.pixels import Limits, checked_limits, grey_limits
from mediedu.figures.three_views import three_views


def viewer(
    volume: npt.ArrayLike,
    *,
    alt: str,
    affine: npt.ArrayLike | None = None,
    spacing: Sequence[float] | None = None,
    mask: npt.ArrayLike | Mapping[str, npt.ArrayLike] | None = None,
    limits: Limits | None = None,
    height: int = 360,
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
    mask : array or mapping of name to array, each of shape (z, y, x)
        Masks or labels, laid over in colour.
    limits
        The grey values drawn black and white.
    height
        Height of the live viewer in CSS pixels.

    Returns
    -------
    ipywidgets.VBox or Figure
        Live: the NiiVue canvas (``.children[0]``) above the alt text and a line on its use. A figure where
        ``MEDIEDU_STATIC`` is ``1``, where no notebook kernel runs or where ipyniivue isn't
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
    if not live() or find_spec("ipyniivue") is None:
        return still
    low, high = grey_limits([array]) if limits is None else checked_limits(limits)
    layers = [{"data": nifti_bytes(array, matrix), "name": "volume.nii", "cal_min": low, "cal_max": high}]
    if mask is not None:
        labels = np.zeros(array.shape, np.uint8)
        for number, part in enumerate(separated(mask, array.shape).values(), start=1):
            labels[part] = number
        layer = {"data": nifti_bytes(labels, matrix), "name": "mask.nii"}
        layers.append({**layer, "colormap": "warm", "opacity": 0.5, "cal_min": 0.0})
    return _widget(layers, alt, height)


def _widget(layers: list[dict[str, Any]], alt: str, height: int) -> Any:
    import ipywidgets
    from ipyniivue import MultiplanarType, NiiVue, ShowRender, SliceType, Volume

    canvas = NiiVue(
        height=height,
        slice_type=SliceType.MULTIPLANAR,
        multiplanar_layout=MultiplanarType.AUTO,
        multiplanar_show_render=ShowRender.ALWAYS,
        is_radiological_convention=True,
        sagittal_nose_left=True,
        show_all_orientation_markers=True,
        crosshair_width=0.5,
        multiplanar_pad_pixels=14,
        font_min_px=16,
    )
    canvas.load_volumes([Volume(**{"colorbar_visible": False, **layer}) for layer in layers])
    caption = ipywidgets.HTML(
        f"<p>{html.escape(alt)}</p><p>Click in a slice to move the cross, turn the wheel to step through "
        "slices, drag with the right button for contrast. The patient's right (R) is on your left.</p>"
    )
    return ipywidgets.VBox([canvas, caption])


def nifti_bytes(volume: npt.ArrayLike, affine: npt.NDArray[np.float64]) -> bytes:
    """Write a volume (z, y, x) as an uncompressed NIfTI-1 file in memory, its axes turned to x, y, z.

    Examples
    --------
    >>> len(nifti_bytes(np.zeros((2, 3, 4), np.uint8), np.eye(4)))
    376
    """
    import nibabel

    array = np.asarray(volume)
    kept = array.dtype in (np.uint8, np.int16, np.uint16, np.float32)
    small = array if kept else array.astype(np.uint8 if array.dtype == np.bool_ else np.float32)
    image: Any = nibabel.Nifti1Image(  # type: ignore[no-untyped-call]
        small.transpose(2, 1, 0), affine[:, [2, 1, 0, 3]]
    )
    return bytes(image.to_bytes())


def live() -> bool:
    """Tell whether a notebook kernel runs that can hold a widget, and nobody asked for static output."""
    if os.environ.get("MEDIEDU_STATIC") == "1" or "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython

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
