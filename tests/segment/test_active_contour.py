"""The contour finds the border from inside and outside, in the order and sense that the house agreed on."""

import numpy as np
import pytest

from mediedu.data import phantom
from mediedu.segment import active_contour, dice, fill_contour
from mediedu.segment.outline import outer_contour

ROWS, COLUMNS = np.mgrid[:80, :120]
ELLIPSE = ((COLUMNS - 70) / 30) ** 2 + ((ROWS - 35) / 18) ** 2 < 1
NOISY = np.where(ELLIPSE, 60.0, 150.0) + np.random.default_rng(0).normal(0, 25, ELLIPSE.shape)


def circle(x, y, radius, points=60):
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def signed_area(points):
    x, y = points.T
    return 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)


@pytest.mark.parametrize("start", [circle(70, 35, 10), circle(70, 35, 32), circle(82, 30, 14)[::-1]])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_finds_a_noisy_ellipse_from_inside_outside_and_across(start, dtype):
    contour = active_contour(NOISY.clip(0, 255).astype(dtype), start)
    assert contour.shape == (256, 2)
    assert dice(fill_contour(contour, ELLIPSE.shape), ELLIPSE) > 0.95
    np.testing.assert_allclose(contour.mean(axis=0), [70, 35], atol=1.5)  # x first
    assert signed_area(contour) > 0
    steps = np.hypot(*np.diff(np.vstack([contour, contour[:1]]), axis=0).T)
    assert steps.max() <= 1.5 * np.median(steps)


def test_the_units_of_the_image_do_not_matter():
    first = active_contour(NOISY, circle(70, 35, 10))
    np.testing.assert_allclose(active_contour(-1000 * NOISY + 7, circle(70, 35, 10)), first)


def test_phantom_masses_from_a_rough_circle():
    reached = []
    for seed in range(10):
        mass = phantom.breast_mass(("benign", "malignant")[seed % 2], 128, seed=seed)
        image, mask = mass.image, mass.mask
        rows, columns = np.nonzero(mask)
        start = circle(columns.mean(), rows.mean(), 0.6 * np.sqrt(mask.sum() / np.pi))
        reached.append(dice(fill_contour(active_contour(image, start), mask.shape), mask))
    assert np.mean(reached) > 0.93


def test_reach_keeps_it_near():
    contour = active_contour(NOISY, circle(70, 35, 10), reach=6)
    assert contour[:, 0].min() >= 70 - 17.5
    assert contour[:, 0].max() <= 70 + 17.5


@pytest.mark.parametrize(
    ("image", "start", "options", "words"),
    [
        (NOISY, circle(35.5, 70.5, 0.2), {}, "covers no pixel"),
        (NOISY, circle(500, 35, 9), {}, "x runs from 491"),
        (NOISY, [(0, 0), (5, 5)], {}, "at least three points"),
        (NOISY, np.zeros((5, 3)), {}, "at least three points"),
        (NOISY, [(0, 0), (5, 5), (np.nan, 2)], {}, "finite points"),
        (NOISY, [(-5, -5), (200, -5), (200, 200), (-5, 200)], {}, "no pixel outside"),
        (np.full((60, 60), 3.0), circle(30, 30, 9), {}, "two grey levels"),
        (NOISY[None], circle(30, 30, 9), {}, "axes"),
        (np.where(NOISY > 200, np.nan, NOISY), circle(30, 30, 9), {}, "NaN"),
        (NOISY, circle(30, 30, 9), {"smoothing": -1}, "smoothing"),
        (NOISY, circle(30, 30, 9), {"smoothing": 1.5}, "smoothing"),
        (NOISY, circle(30, 30, 9), {"iterations": 0}, "iterations"),
        (NOISY, circle(30, 30, 9), {"points": 2}, "points"),
        (NOISY, circle(30, 30, 9), {"sigma": -1}, "sigma"),
        (NOISY, circle(30, 30, 9), {"reach": np.inf}, "reach"),
    ],
)
def test_bad_input_gets_a_sentence(image, start, options, words):
    with pytest.raises(ValueError, match=words):
        active_contour(image, start, **options)


def test_a_contour_and_its_mask_go_there_and_back():
    contour = outer_contour(ELLIPSE, 256)
    assert dice(fill_contour(contour, ELLIPSE.shape), ELLIPSE) > 0.99
    corner = np.zeros((9, 9), bool)
    corner[:4, :3] = True  # at the image's edge the contour closes beyond it
    corner[7, 7] = True  # a smaller piece
    box = outer_contour(corner, 400)
    np.testing.assert_allclose([box.min(axis=0), box.max(axis=0)], [[-0.5, -0.5], [2.5, 3.5]], atol=0.05)
    assert signed_area(box) == pytest.approx(12, rel=0.06)


def test_filling_keeps_x_and_y_apart():
    mask = fill_contour([(9.5, 1.5), (15.5, 1.5), (15.5, 4.5), (9.5, 4.5)], (8, 20))
    expected = np.zeros((8, 20), bool)
    expected[2:5, 10:16] = True
    assert np.array_equal(mask, expected)
    assert not fill_contour([(50, 50), (60, 50), (60, 60)], (8, 20)).any()
    with pytest.raises(ValueError, match="shape"):
        fill_contour([(0, 0), (1, 0), (1, 1)], (8, 20, 3))
