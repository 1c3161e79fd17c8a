"""The surfaces of masks in a volume, found by marching cubes and drawn from a stated side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mediedu.figures.canvas import LINE, PAGE, TEXT, Canvas, checked_spacing
from mediedu.figures.figure import Figure, checked_alt
from mediedu.figures.overlay import separated
from mediedu.figures.palette import ON_IMAGE

GAP = 12
SMOOTHING = 0.7
"""Of a mask before marching cubes, in voxels: without it the surface is a staircase."""
Floats = npt.NDArray[np.float64]


def surface(
    masks: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    *,
    alt: str,
    spacing: Sequence[float] | None = None,
    azimuth: float = 35.0,
    elevation: float = 25.0,
    title: str | None = None,
) -> Figure:
    """Draw the surface of each mask in a panel of its own, all from the same side and at the same scale.

    The mask is smoothed a little, marching cubes finds the surface where it crosses one half, and the
    triangles are drawn without perspective, lit from above the viewer's left shoulder.

    Parameters
    ----------
    masks : array or mapping of name to array, each of shape (z, y, x)
        Masks, or labels, of which each number above 0 becomes a mask; z runs to superior, y to anterior, x to
        the patient's right.
    alt
        What the surfaces look like. Needed.
    spacing
        Size of a voxel in mm, (z, y, x).
    azimuth : float
        Where the viewer stands, in degrees: 0 in front of the patient, 90 on the patient's left, 180 behind.
    elevation : float
        How far above the axial plane, −90 to 90 degrees.
    title
        A short line above the figure.

    Returns
    -------
    Figure
        A panel for each mask; a line below says from where one looks.

    Raises
    ------
    ValueError
        For masks that aren't three-dimensional, an empty one, or an elevation out of range.

    References
    ----------
    T. Lewiner et al., "Efficient implementation of marching cubes' cases with topological guarantees",
    Journal of Graphics Tools 8(2), 2003. (The idea: W. E. Lorensen, H. E. Cline, SIGGRAPH 1987.)

    Examples
    --------
    >>> import numpy as np
    >>> z, y, x = np.ogrid[-10:11, -10:11, -10:11]
    >>> ball = z**2 + y**2 + x**2 < 60
    >>> surface({"ball": ball}, alt="A grey ball, lit from the upper left").width
    720
    """
    alt = checked_alt(alt)
    given = masks if isinstance(masks, Mapping) else {"": masks}
    shape = np.shape(next(iter(given.values()))) if given else ()
    if len(shape) != 3:
        raise ValueError(f"The masks have the shape {shape}; surface needs volumes (z, y, x).")
    if not -90 <= elevation <= 90 or not np.isfinite(azimuth):
        raise ValueError(
            f"azimuth is {azimuth} and elevation {elevation}; degrees are needed, elevation from −90 to 90."
        )
    named = separated(masks, shape)
    sizes = checked_spacing(spacing, 3)
    for name, mask in named.items():
        if not mask.any():
            raise ValueError(f"The mask {name!r} is empty; it has no surface. Leave it out.")
    axes = view_axes(azimuth, elevation)
    meshes = {name: triangles(mask, sizes) @ axes.T for name, mask in named.items()}
    corners = np.concatenate([mesh.reshape(-1, 3)[:, :2] for mesh in meshes.values()])
    low, high = corners.min(axis=0), corners.max(axis=0)
    columns = min(len(meshes), 3)
    room = (PAGE - 8 - GAP * (columns - 1)) // columns
    scale = min(room / (high[0] - low[0]), 360 / (high[1] - low[1]))
    wide, tall = (int(np.ceil(n)) for n in (high - low) * scale)
    label = LINE + 4 if list(named) != [""] else 4
    top = 26 if title else 4
    rows = -(-len(meshes) // columns)
    canvas = Canvas(PAGE, top + rows * (tall + label) + LINE + 8)
    if title:
        canvas.text(PAGE / 2, 3, title, size=11)
    for number, (name, mesh) in enumerate(meshes.items()):
        row, column = divmod(number, columns)
        here = min(columns, len(meshes) - row * columns)
        left = (PAGE - here * room - (here - 1) * GAP) // 2 + column * (room + GAP) + (room - wide) // 2
        place = top + row * (tall + label) + label
        if name:
            canvas.text(left + wide / 2, place - label + 2, name, size=TEXT)
        seen = drawn((mesh - [*low, 0]) * 2 * scale, (2 * tall, 2 * wide), _colour(number))
        canvas.picture(seen, left, place, wide, tall)
    canvas.text(PAGE / 2, canvas.height - LINE, _told(azimuth, elevation), size=9)
    return canvas.finish(alt)


def view_axes(azimuth: float, elevation: float) -> Floats:
    """Give the viewer's right, up and the direction towards the viewer, each as (right, anterior, superior).

    Examples
    --------
    >>> view_axes(0, 0).round(3).tolist()  # in front of the patient, whose left is on the viewer's right
    [[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    a, e = np.deg2rad([azimuth, elevation])
    towards = np.array([-np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)])
    right = np.array([-np.cos(a), -np.sin(a), 0.0])
    return np.stack([right, np.cross(towards, right), towards]) + 0.0


def triangles(mask: npt.NDArray[np.bool_], spacing: Sequence[float]) -> Floats:
    """Give the corners of a mask's surface in mm, shape (triangle, 3, 3), as (right, anterior, superior)."""
    from scipy.ndimage import gaussian_filter
    from skimage.measure import marching_cubes

    soft = gaussian_filter(np.pad(mask, 2).astype(np.float32), SMOOTHING)
    # A mask of a few voxels would be smoothed away.
    level = min(0.5, float(soft.max()) / 2)
    points, faces, _, _ = marching_cubes(soft, level, spacing=tuple(spacing))
    corners = points[:, ::-1].astype(float)[faces]
    inside = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() < 0
    return corners[:, ::-1] if inside else corners  # so that normals point out


def drawn(mesh: Floats, shape: tuple[int, int], colour: Sequence[float]) -> npt.NDArray[np.uint8]:
    """Draw triangles in pixels (right, up, towards the viewer); of several at a pixel the nearest is seen."""
    normal = np.cross(mesh[:, 1] - mesh[:, 0], mesh[:, 2] - mesh[:, 0])
    length = np.linalg.norm(normal, axis=1)
    facing = (normal[:, 2] > 0) & (length > 0)
    mesh, normal = mesh[facing], normal[facing] / length[facing, None]
    light = np.array([-0.4, 0.6, 1.0]) / np.linalg.norm([-0.4, 0.6, 1.0])
    brightness = 0.25 + 0.75 * np.clip(normal @ light, 0, 1)
    rows, columns = shape
    x, y = mesh[..., 0] - 0.5, rows - 0.5 - mesh[..., 1]
    first = np.stack([np.ceil(y.min(axis=1)), np.ceil(x.min(axis=1))], axis=1).astype(int)
    last = np.stack([np.floor(y.max(axis=1)), np.floor(x.max(axis=1))], axis=1).astype(int)
    # Depth is a plane over the triangle: z = z₀ − (nₓ·Δx + n_y·Δy) / n_z.
    depth, nearest = np.full(rows * columns, -np.inf), np.full(rows * columns, -1)
    reach = (last - first).max(axis=0, initial=-1) + 1
    for step in np.ndindex(*reach):
        at = first + step
        there = np.flatnonzero(((at <= last) & (at >= 0) & (at < shape)).all(axis=1))
        row, column = at[there].T
        sides = []
        for one, two in ((0, 1), (1, 2), (2, 0)):
            across = (x[there, two] - x[there, one]) * (row - y[there, one])
            sides.append(across - (y[there, two] - y[there, one]) * (column - x[there, one]))
        inside = (np.max(sides, axis=0) <= 1e-9) | (np.min(sides, axis=0) >= -1e-9)
        there, row, column = there[inside], row[inside], column[inside]
        slope = normal[there, :2] / normal[there, 2:]
        away = np.stack([column - x[there, 0], y[there, 0] - row], axis=1)
        z = mesh[there, 0, 2] - (slope * away).sum(axis=1)
        # Two triangles of this step may fall on one pixel: the nearest is written last.
        order = np.argsort(z, kind="stable")
        place, z, there = (row * columns + column)[order], z[order], there[order]
        nearer = z > depth[place]
        depth[place[nearer]], nearest[place[nearer]] = z[nearer], there[nearer]
    picture = np.full((rows * columns, 3), 255, np.uint8)
    hit = nearest >= 0
    shade = brightness[nearest[hit], None] * np.asarray(colour)
    picture[hit] = np.floor(255 * np.clip(shade, 0, 1) + 0.5).astype(np.uint8)
    return picture.reshape(rows, columns, 3)


def _colour(number: int) -> tuple[float, ...]:
    """Give a pale form of a mask's colour, so that light and shade show."""
    from matplotlib.colors import to_rgb

    return tuple(0.35 + 0.65 * part for part in to_rgb(ON_IMAGE[number % len(ON_IMAGE)]))


def _told(azimuth: float, elevation: float) -> str:
    turn = (azimuth + 180) % 360 - 180
    sides = [
        word
        for word, there in (
            ("the front", abs(turn) < 67.5),
            ("behind", abs(turn) > 112.5),
            ("the patient's left", 22.5 < turn < 157.5),
            ("the patient's right", -157.5 < turn < -22.5),
            ("above", elevation > 15),
            ("below", elevation < -15),
        )
        if there
    ]
    return f"Seen from {' and '.join([', '.join(sides[:-1]), sides[-1]] if len(sides) > 1 else sides)}."
