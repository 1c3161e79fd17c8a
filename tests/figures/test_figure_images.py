"""Pictures of images: every pixel where it belongs, with the value the docstring promises."""

import dataclasses
import io
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from mediedu.figures import Figure, compare, overlay, show
from mediedu.figures.canvas import TOLERANCE, encoded, fitted
from mediedu.figures.overlay import pixel_edges, separated
from mediedu.figures.palette import MISSING

ALT = "What it shows"


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def decoded(figure):
    image = Image.open(io.BytesIO(figure.png))
    assert not image.info.get("Software")
    assert not image.text
    pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape[:2] == (2 * figure.height, 2 * figure.width)
    return pixels


def picture(figure, shape):
    """Give the pixels of a plain `show`, inside its margin of 4 CSS pixels, one for each of the image."""
    inside = decoded(figure)[8:-8, 8:-8]
    rows, columns = inside.shape[0] // shape[0], inside.shape[1] // shape[1]
    blocks = inside.reshape(shape[0], rows, shape[1], columns, 3)
    assert (blocks == blocks[:, :1, :, :1]).all(), "every image pixel is one crisp block"
    return blocks[:, 0, :, 0]


def test_uint8_is_drawn_exactly_and_not_stretched(rng):
    image = rng.integers(40, 90, (12, 20), dtype=np.uint8)
    np.testing.assert_array_equal(picture(show(image, alt=ALT), image.shape)[..., 0], image)


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.int64, np.float32, np.float64])
def test_other_types_run_from_smallest_to_largest(dtype):
    image = np.arange(100, 100 + 2 * 256, 2).reshape(16, 16).astype(dtype)
    np.testing.assert_array_equal(
        picture(show(image, alt=ALT), (16, 16))[..., 0], np.arange(256).reshape(16, 16)
    )


def test_bool_is_black_and_white_even_when_all_true():
    assert (picture(show(np.ones((4, 4), bool), alt=ALT), (4, 4)) == 255).all()
    assert (picture(show(np.zeros((4, 4), bool), alt=ALT), (4, 4)) == 0).all()


def test_limits_clip_and_infinities_go_to_the_ends():
    image = np.array([[-5.0, 0.0, 1.0, 2.0], [9.0, np.inf, -np.inf, 0.5]])
    drawn = picture(show(image, alt=ALT, limits=(0, 2)), image.shape)[..., 0]
    np.testing.assert_array_equal(drawn, [[0, 0, 128, 255], [255, 255, 0, 64]])


def test_nan_is_drawn_in_its_own_colour_and_does_not_move_the_limits():
    image = np.array([[0.0, np.nan], [0.5, 1.0]])
    drawn = picture(show(image, alt=ALT), image.shape).astype(int)
    assert abs(drawn[0, 1] - MISSING).max() <= TOLERANCE
    np.testing.assert_allclose(drawn[[0, 1, 1], [0, 0, 1], 0], [0, 128, 255], atol=TOLERANCE)


def test_all_nan_and_constant_images_are_drawn():
    assert (
        abs(picture(show(np.full((4, 4), np.nan), alt=ALT), (4, 4)).astype(int) - MISSING).max() <= TOLERANCE
    )
    assert (picture(show(np.full((4, 4), 3.3), alt=ALT, colorbar=False), (4, 4)) == 128).all()
    show(np.full((4, 4), 3.3), alt=ALT, colorbar="mm")


def test_few_colours_are_exact_and_many_stay_within_the_stated_tolerance(rng):
    flat = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [12, 34, 56]]], np.uint8)
    np.testing.assert_array_equal(picture(show(flat, alt=ALT), (2, 2)), flat)
    smooth = np.zeros((100, 100, 3), np.uint8)
    smooth[..., 0], smooth[..., 1] = np.arange(100)[:, None] + 100, np.arange(100) + 60
    wild = rng.integers(0, 256, (100, 100, 3), dtype=np.uint8)
    for image in (smooth, wild):
        drawn = picture(show(image, alt=ALT), (100, 100))
        assert abs(drawn.astype(int) - image).max() <= TOLERANCE
    assert Image.open(io.BytesIO(show(wild, alt=ALT).png)).mode == "RGB", (
        "what no palette covers is kept exactly"
    )


def test_float_colour_in_unit_range_equals_uint8():
    image = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    assert show(image / 255, alt=ALT).png == show(image, alt=ALT).png
    with pytest.raises(ValueError, match=r"floats from 0 to 2.*\[0, 1\].*limits"):
        show(np.stack([np.full((3, 3), 2.0), np.zeros((3, 3)), np.ones((3, 3))], axis=2), alt=ALT)


def test_a_large_image_is_averaged_not_sampled():
    image = np.indices((2000, 2000)).sum(axis=0) % 2 * np.uint8(255)
    drawn = decoded(show(image, alt=ALT))[20:-20, 20:-20, 0]
    assert abs(drawn.astype(int) - 128).max() <= 6, "a mean of 25 pixels is never far from the middle"


def test_width_of_512_gives_each_pixel_of_a_slice_its_place(rng):
    image = rng.integers(0, 255, (512, 512), dtype=np.uint8)
    np.testing.assert_array_equal(picture(show(image, alt=ALT, width=512), image.shape)[..., 0], image)


def test_spacing_sets_the_shape():
    figure = show(np.zeros((50, 100)), alt=ALT, spacing=(2.0, 0.5))
    assert (figure.height - 8) / (figure.width - 8) == pytest.approx(2.0, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (7, 9), (28, 28), (128, 128), (201, 99)])
def test_fitted_gives_whole_device_pixels(shape):
    wide, high = fitted(shape, None, 400, 400)
    assert (2 * wide) % shape[1] == 0
    assert (2 * high) % shape[0] == 0
    assert 200 < max(wide, high) <= 400


def test_same_input_same_bytes_also_from_threads(rng):
    image, found = rng.random((32, 32)), {}

    def draw(number):
        found[number] = show(image, alt=ALT, title="T", colorbar="HU").png

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == set(range(6))
    assert set(found.values()) == {show(image, alt=ALT, title="T", colorbar="HU").png}


def test_title_and_colour_bar_do_not_move_pixels(rng):
    image = rng.integers(0, 256, (40, 40), dtype=np.uint8)
    pixels = decoded(show(image, alt=ALT, title="A title", colorbar="HU"))[..., 0]
    step = 2 * 400 // 40
    big = np.kron(image, np.ones((step, step), np.uint8))
    found = [
        (top, left)
        for top in range(pixels.shape[0] - 799)
        for left in range(20)
        if pixels[top, left] == big[0, 0] and np.array_equal(pixels[top : top + 800, left : left + 800], big)
    ]
    assert len(found) == 1
    bar = pixels[found[0][0] + 4 : found[0][0] + 796, 8 + 800 + 20 + 14]
    assert bar[0] > 250
    assert bar[-1] < 5
    assert (np.diff(bar.astype(int)) <= 0).all(), "white is up, black is down"


@pytest.mark.parametrize("alt", ["", "   ", None, 3])
def test_every_figure_needs_alt_text(alt):
    with pytest.raises(ValueError, match=r"alt is .*what"):
        show(np.zeros((3, 3)), alt=alt)
    with pytest.raises(ValueError, match="alt is"):
        Figure(b"", alt, 1, 1)


def test_alt_is_a_keyword_that_cannot_be_left_out():
    for function, given in ((show, 1), (compare, 1), (overlay, 2)):
        with pytest.raises(TypeError, match="alt"):
            function(*[np.zeros((3, 3))] * given)


def test_figure_is_frozen_and_shows_itself_once():
    figure = show(np.zeros((3, 3)), alt='a "b" <c> & d')
    with pytest.raises(dataclasses.FrozenInstanceError):
        figure.alt = "other"
    bundle = figure._repr_mimebundle_()
    assert bundle["text/plain"] == 'a "b" <c> & d'
    assert bundle["text/html"].count("<") == 1
    assert 'alt="a &quot;b&quot; &lt;c&gt; &amp; d"' in bundle["text/html"]
    assert "image/png" not in bundle


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (np.zeros((2, 3, 4)), r"shape \(2, 3, 4\).*slice.*alpha"),
        (np.zeros(5), r"shape \(5,\).*reshape"),
        (np.zeros((0, 5)), "no pixels"),
        (np.zeros((2, 2, 2, 2)), "time point"),
    ],
)
def test_what_is_no_image_gets_a_sentence(image, sentence):
    with pytest.raises(ValueError, match=sentence):
        show(image, alt=ALT)


def test_wrong_types_limits_spacing_width_and_maps_get_a_sentence():
    image = np.zeros((3, 3))
    with pytest.raises(TypeError, match="complex128"):
        show(image + 1j, alt=ALT)
    for limits in ((1, 0), (0, 0), "grey", (0, np.nan), (1, 2, 3)):
        with pytest.raises(ValueError, match="limits is"):
            show(image, alt=ALT, limits=limits)
    for spacing in ((1,), (1, -1), "ab", (1, np.inf)):
        with pytest.raises(ValueError, match="spacing is"):
            show(image, alt=ALT, spacing=spacing)
    with pytest.raises(ValueError, match="width is 4"):
        show(image, alt=ALT, width=4)
    with pytest.raises(ValueError, match="cmap is 'nothing'"):
        show(image, alt=ALT, cmap="nothing")


def panels(figure, dark=230):
    """Find the pictures on a page: the boxes of everything large that isn't white, from left to right."""
    from scipy import ndimage

    pixels = decoded(figure)
    labels, _ = ndimage.label((pixels < dark).all(axis=2))
    boxes = [box for box in ndimage.find_objects(labels) if np.prod(labels[box].shape) > 5000]
    return [pixels[box] for box in sorted(boxes, key=lambda box: (box[0].start // 100, box[1].start))]


def test_compare_shares_limits_unless_told_otherwise():
    low, high = np.full((8, 8), 10.0), np.full((8, 8), 20.0)
    low[0, 0], high[0, 0] = 0.0, 40.0
    shared = panels(compare({"low": low, "high": high}, alt=ALT))
    assert [int(panel[-5, -5, 0]) for panel in shared] == [64, 128]
    each = panels(compare({"low": low, "high": high}, alt=ALT, limits=(0, 30)))
    assert [int(panel[-5, -5, 0]) for panel in each] == [85, 170]
    low[0, 0], high[0, 0] = 12.0, 40.0
    own = panels(compare({"low": low, "high": high}, alt=ALT, limits="each"), dark=254)
    assert int(own[0][-5, -5, 0]) == 0


def test_compare_of_uint8_keeps_0_to_255():
    images = {"a": np.full((8, 8), 100, np.uint8), "b": np.full((8, 8), 50, np.uint8)}
    assert [int(panel[9, 9, 0]) for panel in panels(compare(images, alt=ALT))] == [100, 50]


def test_compare_sets_panels_in_reading_order():
    images = {str(i): np.full((8, 8), 30 * i, np.uint8) for i in range(6)}
    for columns in (None, 2, 6):
        found = panels(compare(images, alt=ALT, columns=columns))
        assert [int(panel[9, 9, 0]) for panel in found] == [0, 30, 60, 90, 120, 150]


def test_compare_mixes_grey_and_colour_and_sizes():
    colour = np.zeros((6, 12, 3), np.uint8)
    colour[..., 2] = 200
    found = panels(compare({"grey": np.full((8, 8), 77, np.uint8), "colour": colour}, alt=ALT))
    assert found[0][9, 9].tolist() == [77, 77, 77]
    assert found[1][9, 9].tolist() == [0, 0, 200]
    assert found[1].shape[1] / found[1].shape[0] == 2


def test_compare_needs_named_images():
    for images in ({}, [np.zeros((3, 3))], np.zeros((3, 3))):
        with pytest.raises(ValueError, match="titles to images"):
            compare(images, alt=ALT)
    with pytest.raises(ValueError, match=r"'b'.*shape"):
        compare({"a": np.zeros((3, 3)), "b": np.zeros(3)}, alt=ALT)
    with pytest.raises(ValueError, match="columns is 0"):
        compare({"a": np.zeros((3, 3))}, alt=ALT, columns=0)
    with pytest.raises(ValueError, match="'own'"):
        compare({"a": np.zeros((3, 3))}, alt=ALT, limits="own")


def coloured(pixels):
    """Say where the page is clearly not grey."""
    return (pixels.max(axis=2).astype(int) - pixels.min(axis=2)) > 60


def test_overlay_draws_the_outline_along_the_masks_edge():
    image, mask = np.full((40, 40), 50, np.uint8), np.zeros((40, 40), bool)
    mask[10:20, 5:30] = True
    figure = overlay(image, mask, alt=ALT)
    step = 2 * 440 // 40
    drawn = coloured(decoded(figure))[8 : 8 + 880, 8 : 8 + 880]
    rows, columns = np.nonzero(drawn)
    ends = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    np.testing.assert_allclose(ends, np.array([10, 20, 5, 30]) * step, atol=4)
    assert not drawn[12 * step : 18 * step, 7 * step : 28 * step].any(), "an outline leaves the inside free"
    filled = coloured(decoded(overlay(image, mask, alt=ALT, outline=False)))[8 : 8 + 880, 8 : 8 + 880]
    assert filled[12 * step : 18 * step, 7 * step : 28 * step].all()


def test_overlay_tells_masks_apart_by_colour_and_dash():
    first, second = np.zeros((40, 40), bool), np.zeros((40, 40), bool)
    first[5:15, 5:35], second[25:35, 5:35] = True, True
    pixels = decoded(overlay(np.zeros((40, 40), np.uint8), {"a": first, "b": second}, alt=ALT))
    step = 22
    edges = [pixels[8 + row * step - 1, 8 + 6 * step : 8 + 34 * step] for row in (5, 25)]
    marked = [coloured(edge[None])[0] for edge in edges]
    assert marked[0].all(), "the first line is solid"
    assert 0.3 < marked[1].mean() < 0.95, "the second is dashed"
    colours = [edge[mark].mean(axis=0) for edge, mark in zip(edges, marked, strict=True)]
    assert abs(colours[0] - colours[1]).max() > 80


def test_overlay_takes_labels_and_names_empty_masks(monkeypatch):
    labels = np.zeros((8, 8), int)
    labels[:2], labels[5:] = 1, 7
    assert list(separated({"nucleus": labels}, (8, 8))) == ["nucleus 1", "nucleus 7"]
    assert list(separated(labels * (labels == 7), (8, 8))) == [""]
    words = []
    module = sys.modules["mediedu.figures.overlay"]
    monkeypatch.setattr(module, "legend", lambda _, handles: words.extend(h.get_label() for h in handles))
    overlay(labels, {"found": labels > 9, "expert": labels > 2}, alt=ALT)
    assert words == ["found (empty)", "expert"]


def test_overlay_says_what_is_wrong_with_a_mask():
    image = np.zeros((8, 8))
    with pytest.raises(ValueError, match=r"'expert' has shape \(4, 8\), the image \(8, 8\)"):
        overlay(image, {"expert": np.zeros((4, 8))}, alt=ALT)
    with pytest.raises(ValueError, match=r"fractions.*> 0.5"):
        overlay(image, image + 0.3, alt=ALT)
    with pytest.raises(ValueError, match="63 labels"):
        overlay(image, np.arange(64).reshape(8, 8), alt=ALT)
    with pytest.raises(ValueError, match="masks is empty"):
        overlay(image, {}, alt=ALT)
    with pytest.raises(TypeError, match="complex"):
        overlay(image, image + 1j, alt=ALT)


def test_pixel_edges_close_and_measure_the_perimeter():
    mask = np.zeros((6, 7), bool)
    mask[1:4, 2:6] = True
    mask[2, 3] = False
    lines = pixel_edges(mask)
    assert sorted(len(line) - 1 for line in lines) == [4, 14]
    assert all((line[0] == line[-1]).all() for line in lines)
    assert pixel_edges(np.zeros((3, 3), bool)) == []


def test_grey_pages_are_grey_files():
    page = np.full((20, 20, 3), 9, np.uint8)
    assert Image.open(io.BytesIO(encoded(page))).mode == "L"
