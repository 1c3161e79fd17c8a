"""CLAHE against its own slow form, OpenCV and scikit-image."""

import cv2
import numpy as np
import pytest
from skimage import data, exposure

from mediedu.enhance import equalize_adaptive


def by_definition(image, tiles, clip_limit, bins, low, high):
    """Do CLAHE with NumPy's histogram and plain loops; tiles must divide the image."""
    down, across = tiles
    height, width = image.shape[0] // down, image.shape[1] // across
    exact = image.dtype == np.uint8
    first, last = (0, 256) if exact else (float(image.min()), float(image.max()))
    edges = np.linspace(first, last, bins + 1)
    curves = {}
    for r in range(down):
        for c in range(across):
            tile = image[r * height : (r + 1) * height, c * width : (c + 1) * width].astype(float)
            counts = np.histogram(tile, edges)[0].astype(float)
            limit = max(clip_limit * tile.size / bins, 1)
            counts = np.minimum(counts, limit) + np.maximum(counts - limit, 0).sum() / bins
            curves[r, c] = np.concatenate([[0], np.cumsum(counts)]) / tile.size
    out = np.empty(image.shape)
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            fy, fx = (y + 0.5) / height - 0.5, (x + 0.5) / width - 0.5
            value = 0.0
            for r, wy in ((int(np.floor(fy)), 1 - fy % 1), (int(np.floor(fy)) + 1, fy % 1)):
                for c, wx in ((int(np.floor(fx)), 1 - fx % 1), (int(np.floor(fx)) + 1, fx % 1)):
                    curve = curves[min(max(r, 0), down - 1), min(max(c, 0), across - 1)]
                    level = float(image[y, x]) + (1 if exact else 0)
                    value += wy * wx * np.interp(level, edges, curve)
            out[y, x] = low + (high - low) * value
    return out


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
@pytest.mark.parametrize(
    ("tiles", "clip_limit"), [((4, 4), 2.0), ((2, 8), 4.0), ((1, 1), 1.0), ((4, 1), 1000.0)]
)
def test_equals_the_definition(dtype, tiles, clip_limit):
    levels = data.camera()[100:164, 200:280] * (1.0 if dtype == "uint8" else 37.3)
    if dtype.startswith("float"):  # away from the bins' edges, where rounding decides which bin counts
        levels += np.random.default_rng(0).normal(size=levels.shape)
    image = levels.astype(dtype)
    if dtype == "int16":
        image -= 1000
    unsigned = np.dtype(dtype).kind == "u"
    low, high = (0, np.iinfo(dtype).max) if unsigned else (float(image.min()), float(image.max()))
    expected = by_definition(image, tiles, clip_limit, 256, low, high)
    result = equalize_adaptive(image, tiles, clip_limit)
    assert result.dtype == image.dtype
    # single precision in the kernel: five digits of the range; integers are rounded
    assert np.abs(result - expected).max() <= 1e-5 * (high - low) + (
        0.5001 if result.dtype.kind != "f" else 0
    )


@pytest.mark.parametrize(("tiles", "clip_limit"), [(4, 2.0), (8, 2.0), (8, 4.0), (4, 40.0)])
def test_uint8_equals_opencv_but_for_the_leftover_counts(tiles, clip_limit):
    image = data.camera()
    theirs = cv2.createCLAHE(clip_limit, (tiles, tiles)).apply(image)
    difference = np.abs(equalize_adaptive(image, tiles, clip_limit).astype(int) - theirs)
    # OpenCV hands counts that don't divide by 256 to the darkest bins: up to 64 counts of a tile's.
    pixels = (512 // tiles) ** 2
    assert difference.max() <= 255 * 64 / pixels + 2
    assert difference.mean() < 1


def test_sees_what_skimage_sees():
    image = data.moon()
    ours = equalize_adaptive(image, 8, 2.56)
    theirs = exposure.equalize_adapthist(image, clip_limit=0.01, nbins=256) * 255
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("shape", [(61, 83), (8, 8), (9, 15), (64, 200)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_any_shape_keeps_its_shape_and_range(shape, dtype):
    image = np.random.default_rng(0).integers(20, 200, shape).astype(dtype)
    result = equalize_adaptive(image)
    assert result.shape == shape
    low, high = (0, 255) if dtype == "uint8" else (image.min(), image.max())
    assert result.min() >= low
    assert result.max() <= high


@pytest.mark.parametrize("clip_limit", [1.0, 2.0, 5.0])
def test_contrast_grows_at_most_as_far_as_the_limit_says(clip_limit):
    image = np.sort(np.random.default_rng(1).normal(0.5, 0.02, 4096)).reshape(64, 64)
    image[0, 0], image[-1, -1] = 0, 1
    growth = np.diff(equalize_adaptive(image, 1, clip_limit).ravel()) / np.maximum(
        np.diff(image.ravel()), 1e-4
    )
    assert clip_limit < growth.max() <= (clip_limit + 1) * 1.001 + 2e-3


def test_each_slice_of_a_volume_on_its_own_between_common_ends():
    volume = np.random.default_rng(2).integers(0, 256, (3, 32, 40)).astype(np.uint8)
    assert np.array_equal(equalize_adaptive(volume, 4), np.stack([equalize_adaptive(s, 4) for s in volume]))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_a_constant_image_comes_back_as_a_copy(dtype):
    image = np.full((16, 16), 7, dtype=dtype)
    result = equalize_adaptive(image)
    assert np.array_equal(result, image)
    assert not np.shares_memory(result, image)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_the_kernels_as_plain_python(dtype, monkeypatch):
    image = np.random.default_rng(3).integers(0, 250, (9, 10)).astype(dtype)
    compiled = equalize_adaptive(image, 2, bins=16)
    monkeypatch.setenv("MEDIEDU_NO_COMPILE", "1")
    np.testing.assert_allclose(equalize_adaptive(image, 2, bins=16), compiled, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"tiles": 0}, "from 1 to the number"),
        ({"tiles": (2, 17)}, "from 1 to the number"),
        ({"tiles": 2.5}, "tiles must be"),
        ({"tiles": (1, 2, 3)}, "tiles must be"),
        ({"clip_limit": 0.5}, "clip_limit must be 1 or more"),
        ({"clip_limit": np.nan}, "finite number for clip_limit"),
        ({"bins": 1}, "bins"),
        ({"out_range": (5, 4)}, "rises"),
    ],
)
def test_bad_arguments_get_a_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        equalize_adaptive(np.arange(256.0).reshape(16, 16), **arguments)
