"""Augmentation against a slow reference: coordinates by homogeneous matrices, values by scipy.ndimage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.stats import kstest

from mediedu.nets import Augmentation
from mediedu.nets.augment_draw import draw
from mediedu.nets.counter_random import keys_of

SCIPY = {
    "reflect": "reflect",
    "mirror": "mirror",
    "nearest": "nearest",
    "wrap": "grid-wrap",
    "constant": "grid-constant",
}


def moved_to(rows, columns, angle, scale, shift):
    """Give the 3×3 matrix from a place in the image to its place in the result."""
    t = np.deg2rad(angle)
    centre = np.array([[1, 0, (rows - 1) / 2], [0, 1, (columns - 1) / 2], [0, 0, 1]])
    turn = np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
    enlarge = np.diag([scale, scale, 1.0])
    step = np.array([[1, 0, shift * rows], [0, 1, shift * columns], [0, 0, 1]])
    return step @ centre @ turn @ enlarge @ np.linalg.inv(centre)


def displaced(points, rows, columns):
    """Evaluate the control points' B-spline with SciPy, at the pixels' centres."""
    cells = points.shape[-1] - 3
    knots = np.arange(-3, cells + 4)
    grid = []
    for axis, length in ((0, rows), (1, columns)):
        places = (np.arange(length) + 0.5) * cells / length
        grid.append(BSpline.design_matrix(places, knots.astype(float), 3).toarray())
        assert grid[axis].shape[1] == cells + 3
    return np.einsum("ia,jb,kab->kij", grid[0], grid[1], points)


def reference(image, angle, scale, shift, mode, order, points=None, fill=0.0):
    rows, columns = image.shape
    place = np.stack([*np.mgrid[:rows, :columns].astype(float), np.ones((rows, columns))])
    if points is not None:
        place[:2] += displaced(points, rows, columns)
    back = np.linalg.inv(moved_to(rows, columns, angle, scale, shift))
    where = np.einsum("ij,jrc->irc", back, place)[:2]
    return map_coordinates(image, where, order=order, mode=SCIPY[mode], cval=fill), where


sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@settings(max_examples=150, deadline=None)
@given(
    sizes,
    st.floats(-180, 180),
    st.floats(0.4, 2.5),
    st.floats(-0.6, 0.6),
    st.sampled_from(sorted(SCIPY)),
    st.sampled_from(["uint8", "float32"]),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_equals_the_slow_reference(size, angle, scale, shift, mode, dtype, bend, seed):
    rng = np.random.default_rng(seed)
    image = (255 * rng.random(size)).astype(dtype)
    label = rng.integers(0, 4, size).astype(np.int16)
    fill = 17.0
    augment = Augmentation(
        rotation=(angle, angle),
        scale=(scale, scale),
        shift=(shift, shift),
        elastic=0.1 if bend else 0,
        elastic_cells=3,
        border=mode,
        fill=fill,
    )
    keys = np.array([seed], dtype=np.uint64)
    moved, labels = augment(image[None], label[None], rng=keys)
    points = None
    if bend:
        points = draw(augment, keys_of(keys, 1), size).points[0]
        assert np.abs(points).max() > 0
    expected, where = reference(image.astype(float), angle, scale, shift, mode, 1, points, fill)
    if dtype == "float32":
        np.testing.assert_allclose(moved[0], expected, atol=2e-3)
    else:
        away = np.abs(moved[0].astype(float) - np.floor(expected + 0.5))
        ties = np.abs(expected + 0.5 - np.round(expected + 0.5)) < 1e-3
        assert (away[~ties] == 0).all()
        assert (away <= 1).all()
    nearest, _ = reference(label, angle, scale, shift, mode, 0, points)
    halves = (np.abs(where - np.floor(where) - 0.5) < 1e-5).any(axis=0)
    np.testing.assert_array_equal(labels[0][~halves], nearest[~halves])
    assert set(np.unique(labels)) <= {0, *np.unique(label).tolist()}


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", [(3, 7, 7), (3, 8, 8, 2), (3, 4, 6, 6, 2)])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_exact(dtype, shape, turns):
    rng = np.random.default_rng(turns)
    images = (255 * rng.random(shape)).astype(dtype)
    masks = rng.integers(0, 5, shape if len(shape) == 3 else shape[:-1])
    axes = (1, 2) if len(shape) < 5 else (2, 3)
    moved, labels = Augmentation(rotation=(90 * turns, 90 * turns))(images, masks, rng=0)
    np.testing.assert_array_equal(moved, np.rot90(images, turns, axes))
    np.testing.assert_array_equal(labels, np.rot90(masks, turns, axes))
    assert (moved.dtype, labels.dtype) == (images.dtype, masks.dtype)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_doing_nothing_gives_the_input_back_as_a_copy(dtype):
    images = (255 * np.random.default_rng(0).random((4, 9, 5, 3))).astype(dtype)
    masks = images[..., 0] > 100
    for nothing in (Augmentation(), Augmentation(scale=(1, 1), border="constant", contrast=(1, 1))):
        moved, labels = nothing(images, masks, rng=0)
        np.testing.assert_array_equal(moved, images)
        np.testing.assert_array_equal(labels, masks)
        assert not np.shares_memory(moved, images)
        assert not np.shares_memory(labels, masks)


def test_flips_are_exact_and_happen_half_the_time():
    images = np.random.default_rng(0).random((400, 5, 6), dtype=np.float32)
    moved = Augmentation(flips=("up-down", "left-right"))(images, rng=1)
    ways = {"none": images, "up": images[:, ::-1], "left": images[:, :, ::-1], "both": images[:, ::-1, ::-1]}
    counts = {name: int((moved == way).all(axis=(1, 2)).sum()) for name, way in ways.items()}
    assert sum(counts.values()) == 400
    assert all(65 <= count <= 135 for count in counts.values()), counts
    only = Augmentation(flips="left-right")(images, rng=1)
    assert ((only == images) | (only == images[:, :, ::-1])).all(axis=(1, 2)).all()


def test_a_whole_shift_moves_pixels_down_and_to_the_right():
    image = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    moved = Augmentation(shift=(0.25, 0.25), border="constant", fill=-1)(image, rng=0)[0]
    np.testing.assert_array_equal(moved[1:, 1:], image[0, :3, :3])
    assert (moved[0] == -1).all()
    assert (moved[:, 0] == -1).all()


def test_above_one_enlarges():
    image = np.zeros((1, 41, 41), np.float32)
    image[0, 15:26, 15:26] = 1
    larger = Augmentation(scale=(2, 2))(image, rng=0)
    assert larger.sum() == pytest.approx(4 * image.sum(), rel=0.02)


def test_masks_follow_their_images():
    rows, columns = np.mgrid[:64, :64]
    mask = ((rows - 30) ** 2 / 400 + (columns - 35) ** 2 / 150 < 1)[None].repeat(20, 0)
    images = mask.astype(np.float32)
    change = Augmentation(rotation=60, scale=0.3, shift=0.1, flips=("left-right",), elastic=0.03)
    moved, labels = change(images, mask, rng=5)
    assert labels.dtype == bool
    agree = (moved > 0.5) == labels
    away_from_edges = np.isin(moved, (0, 1))
    assert agree[away_from_edges].all()
    assert agree.mean() > 0.98
    assert (moved != images).any(axis=(1, 2)).all()


def test_an_image_gets_the_same_in_any_batch_and_by_any_number_of_threads():
    rng = np.random.default_rng(0)
    images = rng.random((50, 48, 48, 1), dtype=np.float32)
    masks = rng.integers(0, 3, (50, 48, 48))
    change = Augmentation(
        rotation=20,
        scale=0.2,
        shift=0.1,
        elastic=0.02,
        blur=(0, 1),
        noise=(0, 1),
        contrast=0.2,
        flips="up-down",
    )
    whole = change(images, masks, rng=9)
    again = change(images, masks, rng=np.random.default_rng(9), threads=3)
    generator = np.random.default_rng(9)
    pieces = [change(images[a:b], masks[a:b], rng=generator) for a, b in ((0, 7), (7, 8), (8, 8), (8, 50))]
    for k in (0, 1):
        np.testing.assert_array_equal(whole[k], again[k])
        np.testing.assert_array_equal(whole[k], np.concatenate([piece[k] for piece in pieces]))
    assert (change(images, rng=10) != whole[0]).any(axis=(1, 2, 3)).all()
    numbers = np.arange(50)
    by_number = change(images, rng=numbers)
    np.testing.assert_array_equal(change(images[30:35], rng=numbers[30:35]), by_number[30:35])


def test_turning_noise_on_leaves_the_moves_as_they_were():
    images = np.random.default_rng(0).random((6, 32, 32), dtype=np.float32)
    masks = (images > 0.5).astype(np.uint8)
    still = Augmentation(rotation=30, flips="left-right")(images, masks, rng=2)[1]
    noisy = Augmentation(rotation=30, flips="left-right", noise=3, blur=2)(images, masks, rng=2)[1]
    np.testing.assert_array_equal(still, noisy)


def test_values_are_drawn_evenly_between_the_limits():
    change = Augmentation(rotation=(-10, 30), scale=(0.8, 1.25), shift=0.1)
    maps = draw(change, keys_of(0, 4000), (100, 100)).maps
    angle = np.rad2deg(np.arctan2(maps[:, 0, 1], maps[:, 0, 0]))
    scale = 1 / np.hypot(maps[:, 0, 0], maps[:, 0, 1])
    assert kstest(angle, "uniform", args=(-10, 40)).pvalue > 1e-3
    assert kstest(scale, "uniform", args=(0.8, 0.45)).pvalue > 1e-3
    assert abs(np.corrcoef(angle, scale)[0, 1]) < 0.05


def test_elastic_bends_and_never_folds():
    rows, columns = np.mgrid[:96, :64].astype(np.float32)
    coordinates = np.stack([rows, columns], -1)[None].repeat(30, 0)
    moved = Augmentation(elastic=0.5, border="nearest", elastic_cells=5)(coordinates, rng=0)
    inner = moved[:, 30:-30, 20:-20]  # further in than anything can be moved, so never beyond the border
    down, right = np.diff(inner, axis=1)[:, :, :-1], np.diff(inner, axis=2)[:, :-1]
    area = down[..., 0] * right[..., 1] - down[..., 1] * right[..., 0]
    assert area.min() > 0
    assert np.abs(moved - coordinates).max() > 3


@pytest.mark.parametrize("sigma", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("mode", sorted(SCIPY))
def test_blur_is_scipys(sigma, mode):
    images = np.random.default_rng(0).random((2, 13, 9, 3), dtype=np.float32)
    blurred = Augmentation(blur=sigma, border=mode, fill=0.5)(images, rng=0)
    scipys = {"wrap": "wrap", "constant": "constant"}.get(mode, mode)
    for ours, image in zip(blurred, images, strict=True):
        theirs = gaussian_filter(image.astype(float), sigma, mode=scipys, cval=0.5, axes=(0, 1))
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_noise_is_normal_and_independent():
    images = np.full((200, 33, 31), 5, np.float32)
    noise = (Augmentation(noise=2)(images, rng=4) - 5) / 2
    assert kstest(noise.ravel()[::3].astype(float), "norm").pvalue > 1e-3
    values = noise.ravel().astype(float)
    assert values.mean() == pytest.approx(0, abs=0.01)
    assert values.std() == pytest.approx(1, abs=0.01)
    assert (values**4).mean() == pytest.approx(3, abs=0.08)
    flat = noise.reshape(200, -1).astype(float)
    for lag in (1, 31, 128, 256):
        assert abs((flat[:, lag:] * flat[:, :-lag]).mean()) < 0.01
    assert abs((flat[1:] * flat[:-1]).mean()) < 0.01
    pairs = flat[:, :256].reshape(200, 2, 128)
    assert abs(np.corrcoef(pairs[:, 0].ravel() ** 2, pairs[:, 1].ravel() ** 2)[0, 1]) < 0.03


def test_contrast_turns_about_the_mean_and_brightness_adds():
    images = np.random.default_rng(0).random((3, 8, 8), dtype=np.float32)
    sharper = Augmentation(contrast=(2, 2), brightness=(0.5, 0.5))(images, rng=0)
    mean = images.mean(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(sharper, 2 * (images - mean) + mean + 0.5, atol=1e-6)


def test_uint8_is_rounded_and_clipped_and_never_wraps():
    images = np.tile(np.array([0, 100, 255], np.uint8), (2, 3, 1))
    np.testing.assert_array_equal(
        Augmentation(brightness=(10.5, 10.5))(images, rng=0)[0, 0], np.array([11, 111, 255])
    )
    np.testing.assert_array_equal(
        Augmentation(brightness=(-10.5, -10.5))(images, rng=0)[0, 0], np.array([0, 90, 245])
    )


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int16", "uint16", "int32", "int64", "uint64"])
def test_labels_of_every_width_keep_their_values(dtype):
    labels = np.array([0, 1, 1] if dtype == "bool" else [0, 3, np.iinfo(dtype).max], dtype=dtype)
    masks = np.tile(np.repeat(labels, 3), (1, 9, 1))
    images = np.zeros((1, 9, 9), np.float32)
    _, moved = Augmentation(rotation=(30, 30))(images, masks, rng=0)
    assert moved.dtype == masks.dtype
    assert set(moved.ravel().tolist()) == set(labels.tolist())


def test_several_masks_of_an_image_and_images_that_are_not_contiguous():
    images = np.random.default_rng(0).random((3, 10, 12, 4), dtype=np.float32)
    masks = np.random.default_rng(1).integers(0, 3, (3, 10, 12, 2))
    change = Augmentation(rotation=40)
    moved, labels = change(images[::2, :, ::2, 1:], masks[::2, :, ::2], rng=0)
    copied, one = change(images[::2, :, ::2, 1:].copy(), masks[::2, :, ::2, 1].copy(), rng=0)
    np.testing.assert_array_equal(moved, copied)
    np.testing.assert_array_equal(labels[..., 1], one)


def test_a_volume_is_changed_in_the_plane_of_its_slices():
    volumes = np.random.default_rng(0).random((2, 5, 16, 16, 1), dtype=np.float32)
    change = Augmentation(rotation=20, elastic=0.03)
    moved = change(volumes, rng=3)
    for z in range(5):
        np.testing.assert_array_equal(moved[:, z], change(volumes[:, z], rng=3))


def test_repr_shows_what_was_set():
    assert repr(Augmentation(rotation=15, noise=(0, 0.1))) == "Augmentation(rotation=15, noise=(0, 0.1))"
    assert Augmentation(flips="up-down") == Augmentation(flips=("up-down",))
