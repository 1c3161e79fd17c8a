"""Surfaces: closed, outward, drawn where they lie, the nearest in front."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mediedu.figures import surface
from mediedu.figures.surface import _told, drawn, triangles, view_axes


def ball(radius=9, size=25, centre=None):
    z, y, x = np.indices((size,) * 3)
    c = centre or (size // 2,) * 3
    return (z - c[0]) ** 2 + (y - c[1]) ** 2 + (x - c[2]) ** 2 <= radius**2


def volume_of(mesh):
    """Give the volume inside triangles whose normals point out."""
    return np.einsum("ij,ij->i", mesh[:, 0], np.cross(mesh[:, 1], mesh[:, 2])).sum() / 6


@pytest.mark.parametrize("spacing", [(1, 1, 1), (3, 1, 2)])
def test_a_ball_has_its_volume_in_mm_and_normals_that_point_out(spacing) -> None:
    mesh = triangles(ball(), spacing)
    assert volume_of(mesh) == pytest.approx(4 / 3 * np.pi * 9.1**3 * np.prod(spacing), rel=0.05)
    size = mesh.reshape(-1, 3).max(axis=0) - mesh.reshape(-1, 3).min(axis=0)
    assert size == pytest.approx(18.5 * np.array(spacing[::-1]), rel=0.06)  # (x, y, z)


def test_a_mask_of_one_voxel_and_one_at_the_border_are_closed() -> None:
    for mask in (ball(0), np.ones((3, 4, 5), bool)):
        assert volume_of(triangles(mask, (1, 1, 1))) > 0.2


@given(azimuth=st.floats(-400, 400), elevation=st.floats(-90, 90))
def test_the_viewers_axes_are_a_right_handed_frame(azimuth, elevation) -> None:
    right, up, towards = axes = view_axes(azimuth, elevation)
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.allclose(np.cross(right, up), towards)
    assert up[2] >= -1e-12


@pytest.mark.parametrize(
    ("azimuth", "elevation", "right", "towards"),
    [
        (0, 0, (-1, 0, 0), (0, 1, 0)),  # from the front the patient's left is on the right
        (90, 0, (0, -1, 0), (-1, 0, 0)),  # from the patient's left the back is on the right
        (180, 0, (1, 0, 0), (0, -1, 0)),
        (0, 90, (-1, 0, 0), (0, 0, 1)),
    ],
)
def test_where_one_looks_from(azimuth, elevation, right, towards) -> None:
    axes = view_axes(azimuth, elevation)
    assert np.allclose(axes[0], right, atol=1e-12)
    assert np.allclose(axes[2], towards, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 12))
def test_each_pixel_shows_the_nearest_triangle(seed, count) -> None:
    rng = np.random.default_rng(seed)
    mesh = rng.uniform(-4, 16, (count, 3, 3))
    normal = np.cross(mesh[:, 1] - mesh[:, 0], mesh[:, 2] - mesh[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    light = np.array([-0.4, 0.6, 1.0]) / np.linalg.norm([-0.4, 0.6, 1.0])
    seen = drawn(mesh, (11, 13), (1, 1, 1))
    for row in range(11):
        for column in range(13):
            x, y = column + 0.5, 11 - row - 0.5
            nearest, shade = -np.inf, None
            for triangle, n in zip(mesh, normal, strict=True):
                if n[2] <= 0:
                    continue
                # Weights of the corners at this place, from two equations.
                edges = (triangle[1:, :2] - triangle[0, :2]).T
                u, v = np.linalg.solve(edges, [x - triangle[0, 0], y - triangle[0, 1]])
                if min(u, v, 1 - u - v) >= 0:
                    z = triangle[0, 2] + u * (triangle[1, 2] - triangle[0, 2])
                    z += v * (triangle[2, 2] - triangle[0, 2])
                    if z > nearest:
                        nearest, shade = z, 0.25 + 0.75 * max(0, n @ light)
            expected = 255 if shade is None else np.floor(255 * shade + 0.5)
            assert np.abs(seen[row, column].astype(float) - expected).max() <= 1


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB"), int)


def test_panels_stand_side_by_side_at_one_scale() -> None:
    figure = surface({"large": ball(9), "small": ball(4)}, alt="Two balls", title="Balls")
    assert (figure.alt, figure.width) == ("Two balls", 720)
    coloured = np.ptp(pixels(figure), axis=-1) > 30
    left, right = coloured[:, :720], coloured[:, 720:]
    wide = [int(part.any(axis=0).sum()) for part in (left, right)]
    assert wide[0] / wide[1] == pytest.approx(9.2 / 4.2, rel=0.12)
    assert np.pi / 4 * wide[0] ** 2 == pytest.approx(left.sum(), rel=0.05)  # a disc


def test_the_patients_left_is_on_the_viewers_right_from_the_front() -> None:
    head = ball(9, 41)
    head |= ball(3, 41, (20, 20, 8))  # x small: the patient's left
    coloured = np.ptp(pixels(surface(head, alt="A ball with a knob", azimuth=0, elevation=0)), axis=-1) > 30
    heights = coloured.sum(axis=0)
    columns = np.flatnonzero(heights)
    assert heights[columns[-30:]].mean() < 0.6 * heights[columns[:30]].mean() + 60
    ball_middle = int(np.argmax(heights))
    assert columns[-1] - ball_middle > ball_middle - columns[0]


@pytest.mark.parametrize(
    ("azimuth", "elevation", "told"),
    [
        (0, 0, "the front."),
        (35, 25, "the front, the patient's left and above."),
        (-90, 0, "the patient's right."),
        (180, -40, "behind and below."),
        (215, 0, "behind and the patient's right."),
    ],
)
def test_the_line_below_says_from_where(azimuth, elevation, told) -> None:
    assert _told(azimuth, elevation) == f"Seen from {told}"


@pytest.mark.parametrize(
    ("masks", "options", "sentence"),
    [
        (np.ones((4, 4), bool), {}, r"shape \(4, 4\); surface needs volumes"),
        ({}, {}, r"shape \(\)"),
        ({"tumour": np.zeros((4, 4, 4), bool)}, {}, "'tumour' is empty"),
        (np.ones((4, 4, 4), bool), {"elevation": 100}, "elevation 100"),
        (np.ones((4, 4, 4), bool), {"azimuth": np.nan}, "azimuth is nan"),
        (np.ones((4, 4, 4), bool), {"spacing": (1, 0, 1)}, "spacing"),
        (np.ones((4, 4, 4), bool), {"alt": " "}, "alt"),
    ],
)
def test_bad_input_gets_a_sentence(masks, options, sentence) -> None:
    with pytest.raises((ValueError, TypeError), match=sentence):
        surface(masks, **{"alt": "A mask", **options})
