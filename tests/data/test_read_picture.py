"""PNG, JPEG and TIFF: bit depth, colours, stacks, orientation, spacing, damage."""

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from mediedu.data import Cine, Image, UnreadableFile, Volume, read

RNG = np.random.default_rng(5)
GREY8 = RNG.integers(0, 255, (6, 9), endpoint=True).astype(np.uint8)
GREY16 = RNG.integers(0, 65535, (6, 9), endpoint=True).astype(np.uint16)
RGB = RNG.integers(0, 255, (6, 9, 3), endpoint=True).astype(np.uint8)


@pytest.mark.parametrize("array", [GREY8, GREY16, RGB, GREY8 > 100], ids=["8", "16", "rgb", "1"])
def test_png_gives_the_stored_numbers(tmp_path, array) -> None:
    Pillow.fromarray(array).save(tmp_path / "a.png")
    image = read(tmp_path / "a.png")
    assert isinstance(image, Image)
    assert image.dtype == array.dtype
    assert image.spacing is None
    np.testing.assert_array_equal(image.array, array)


def test_png_resolution_is_not_taken_for_anatomy(tmp_path) -> None:
    Pillow.fromarray(GREY8).save(tmp_path / "a.png", dpi=(254, 254))
    assert read(tmp_path / "a.png").spacing is None


def test_transparency(tmp_path) -> None:
    alpha = np.full((6, 9, 1), 255, np.uint8)
    Pillow.fromarray(np.concatenate([RGB, alpha], axis=2)).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read(tmp_path / "a.png").array, RGB)
    alpha[2, 3] = 10
    Pillow.fromarray(np.concatenate([RGB, alpha], axis=2)).save(tmp_path / "b.png")
    np.testing.assert_array_equal(read(tmp_path / "b.png").array, np.concatenate([RGB, alpha], axis=2))
    Pillow.fromarray(np.stack([GREY8, alpha[..., 0]], axis=2), "LA").save(tmp_path / "c.png")
    np.testing.assert_array_equal(read(tmp_path / "c.png").array, GREY8)


def test_palette(tmp_path) -> None:
    picture = Pillow.fromarray(np.array([[0, 1], [2, 1]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 255, 0, 9, 8, 7])
    picture.save(tmp_path / "a.png")
    image = read(tmp_path / "a.png")
    np.testing.assert_array_equal(image.array, [[[255, 0, 0], [0, 255, 0]], [[9, 8, 7], [0, 255, 0]]])
    assert any("palette" in note for note in image.notes)


def test_grey_stored_as_colour_is_told(tmp_path) -> None:
    Pillow.fromarray(np.repeat(GREY8[..., None], 3, axis=2)).save(tmp_path / "a.png")
    assert any("equal everywhere" in note for note in read(tmp_path / "a.png").notes)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg(tmp_path, mode) -> None:
    ramp = np.tile(np.linspace(20, 230, 64), (64, 1)).astype(np.uint8)
    Pillow.fromarray(ramp).convert("RGB").convert(mode).save(tmp_path / "a.jpg", quality=95)
    image = read(tmp_path / "a.jpg")
    grey = image.array if mode == "L" else image.array.mean(axis=2)
    assert image.array.shape == ((64, 64) if mode == "L" else (64, 64, 3))
    assert abs(grey.astype(float) - ramp).max() <= 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_stands_the_picture_upright(tmp_path, orientation) -> None:
    upright = np.zeros((16, 32), np.uint8)
    upright[:8, :16] = 250  # top left is bright
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.T,
        6: upright.T[::-1], 7: upright.T[::-1, ::-1], 8: upright.T[:, ::-1],
    }[orientation]  # fmt: skip
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    Pillow.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.jpg", quality=100, exif=exif)
    tifffile.imwrite(tmp_path / "a.tif", stored, extratags=[(274, "H", 1, orientation, True)])
    for name in ("a.jpg", "a.tif"):
        image = read(tmp_path / name)
        assert image.array.shape == (16, 32)
        assert abs(image.array.astype(int) - upright).max() <= 3
        assert (orientation == 1) == (not any("upright" in note for note in image.notes))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_pictures_cut_short_are_a_sentence(tmp_path, name, share) -> None:
    Pillow.fromarray(RNG.integers(0, 255, (64, 64)).astype(np.uint8)).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableFile, match=name):
        read(tmp_path / name)


@pytest.mark.parametrize("array", [GREY8, GREY16, RGB, GREY16.astype(np.float32), GREY16.astype(np.int16)])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_tiff_gives_the_stored_numbers(tmp_path, array, compression) -> None:
    tifffile.imwrite(tmp_path / "a.tif", array, compression=compression)
    image = read(tmp_path / "a.tif")
    assert isinstance(image, Image)
    assert image.dtype == array.dtype
    np.testing.assert_array_equal(image.array, array)


@pytest.mark.parametrize("array", [GREY8, GREY16, RGB])
def test_lzw_tiff(tmp_path, array) -> None:
    Pillow.fromarray(array).save(tmp_path / "a.tif", compression="tiff_lzw")
    image = read(tmp_path / "a.tif")
    assert image.dtype == array.dtype
    np.testing.assert_array_equal(image.array, array)


def test_tiff_stacks_are_volumes_without_sides(tmp_path) -> None:
    stack = RNG.integers(0, 255, (4, 6, 9)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    volume = read(tmp_path / "a.tif")
    assert isinstance(volume, Volume)
    assert volume.affine is None
    np.testing.assert_array_equal(volume.array, stack)


def test_imagej_stacks_tell_spacing_and_time(tmp_path) -> None:
    stack = RNG.integers(0, 255, (4, 6, 9)).astype(np.uint8)
    facts = {"axes": "ZYX", "spacing": 3.0, "unit": "um"}
    tifffile.imwrite(tmp_path / "z.tif", stack, imagej=True, resolution=(2.0, 4.0), metadata=facts)
    volume = read(tmp_path / "z.tif")
    assert isinstance(volume, Volume)
    assert volume.spacing == pytest.approx((0.003, 0.00025, 0.0005))
    tifffile.imwrite(tmp_path / "t.tif", stack, imagej=True, metadata={"axes": "TYX"})
    assert isinstance(read(tmp_path / "t.tif"), Cine)


def test_ome_spacing(tmp_path) -> None:
    facts = {
        "axes": "YX",
        "PhysicalSizeX": 0.5,
        "PhysicalSizeXUnit": "µm",
        "PhysicalSizeY": 0.25,
        "PhysicalSizeYUnit": "µm",
    }
    tifffile.imwrite(tmp_path / "a.ome.tif", GREY8, metadata=facts)
    assert read(tmp_path / "a.ome.tif").spacing == pytest.approx((0.00025, 0.0005))


@pytest.mark.parametrize(
    ("unit", "resolution", "spacing"),
    [
        ("CENTIMETER", (200, 100), (0.1, 0.05)),
        ("INCH", (254, 127), (0.2, 0.1)),
        ("INCH", (300, 300), None),
        ("NONE", (5, 5), None),
    ],
)
def test_tiff_resolution_tags(tmp_path, unit, resolution, spacing) -> None:
    tifffile.imwrite(tmp_path / "a.tif", GREY8, resolution=resolution, resolutionunit=unit)
    found = read(tmp_path / "a.tif").spacing
    assert found == (None if spacing is None else pytest.approx(spacing))


def test_white_is_zero_and_palette_tiffs(tmp_path) -> None:
    tifffile.imwrite(tmp_path / "w.tif", GREY8, photometric="miniswhite")
    np.testing.assert_array_equal(read(tmp_path / "w.tif").array, 255 - GREY8)
    colours = RNG.integers(0, 65535, (3, 256)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "p.tif", GREY8, photometric="palette", colormap=colours)
    np.testing.assert_array_equal(read(tmp_path / "p.tif").array, np.moveaxis(colours, 0, -1)[GREY8] >> 8)


def test_more_axes_than_one_stack_are_a_sentence(tmp_path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif", np.zeros((2, 3, 6, 9), np.uint8), imagej=True, metadata={"axes": "TZYX"}
    )
    with pytest.raises(UnreadableFile, match=r"axes TZYX \(2 × 3 × 6 × 9\)"):
        read(tmp_path / "a.tif")


def test_real_pictures(real_data) -> None:
    chest = read(real_data("nih-cxr-samples") / "00000001_000.png")
    assert (chest.shape, chest.dtype) == ((512, 512), np.uint8)
    eye = read(real_data("chase_db1") / "Image_01L.jpg")
    assert (eye.shape, eye.dtype) == ((960, 999, 3), np.uint8)
    vessels = read(real_data("chase_db1") / "Image_01L_1stHO.png")
    assert set(np.unique(vessels.array)) == {0, 1} or vessels.dtype == bool


def test_sixteen_bit_colour_png_is_reduced_and_told(tmp_path) -> None:
    import zlib

    deep = RNG.integers(0, 65535, (6, 9, 3), endpoint=True).astype(">u2")  # Pillow cannot write this kind
    rows = b"".join(b"\0" + row.tobytes() for row in deep)
    head = (9).to_bytes(4) + (6).to_bytes(4) + bytes([16, 2, 0, 0, 0])
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        data += len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)
    (tmp_path / "a.png").write_bytes(data)
    image = read(tmp_path / "a.png")
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image.array, deep >> 8)
    assert any("16-bit colours were reduced" in note for note in image.notes)


def test_a_transparent_colour_and_a_transparent_palette(tmp_path) -> None:
    flat = np.tile(np.array([[[10, 20, 30], [1, 2, 3]]], np.uint8), (2, 1, 1))
    Pillow.fromarray(flat).save(tmp_path / "a.png", transparency=(10, 20, 30))
    image = read(tmp_path / "a.png")
    np.testing.assert_array_equal(image.array[..., 3], [[0, 255], [0, 255]])
    picture = Pillow.fromarray(np.array([[0, 1]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.save(tmp_path / "b.png", transparency=0)
    np.testing.assert_array_equal(read(tmp_path / "b.png").array, [[[255, 0, 0, 0], [0, 255, 0, 255]]])


def test_a_damaged_tiff_prints_nothing(tmp_path, capfd, caplog) -> None:
    rng = np.random.default_rng(3)
    tifffile.imwrite(tmp_path / "whole.tif", rng.integers(0, 255, (4, 32, 32), np.uint8), imagej=True)
    whole = (tmp_path / "whole.tif").read_bytes()
    outcomes = []
    for _ in range(40):
        data = bytearray(whole)
        for place in rng.integers(4, 400, 6):
            data[place] = rng.integers(256)
        (tmp_path / "x.tif").write_bytes(data)
        try:
            outcomes.append(read(tmp_path / "x.tif").notes)
        except UnreadableFile:
            outcomes.append(None)
    assert None in outcomes
    assert any("not all sound" in note for notes in outcomes if notes for note in notes)
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_a_tag_that_is_not_sound_is_told_and_others_may_still_log(tmp_path, caplog) -> None:
    import logging

    tifffile.imwrite(tmp_path / "a.tif", np.zeros((8, 8), np.uint8), description="hello", metadata=None)
    assert not any("sound" in note for note in read(tmp_path / "a.tif").notes)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        tag = file.pages[0].tags["ImageDescription"]
    data = bytearray((tmp_path / "a.tif").read_bytes())
    data[tag.offset + 2] = 99  # no such data type
    (tmp_path / "a.tif").write_bytes(data)
    image = read(tmp_path / "a.tif")
    assert any("tags are not all sound (invalid data type 99)" in note for note in image.notes)
    logging.getLogger("tifffile").warning("somebody else")
    assert [record.message for record in caplog.records] == ["somebody else"]


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"exif": b"Exif\0\0" + b"\xff\xda\xff\xd9" * 4}]
)
def test_a_jpeg_whose_end_was_overwritten_is_told(tmp_path, options) -> None:
    array = np.random.default_rng(2).integers(0, 255, (64, 48, 3), np.uint8)
    Pillow.fromarray(array).save(tmp_path / "whole.jpg", **options)
    whole = (tmp_path / "whole.jpg").read_bytes()
    sound = read(tmp_path / "whole.jpg").array
    (tmp_path / "film.jpg").write_bytes(whole + b"\xff\xda a film, as phones append one")
    np.testing.assert_array_equal(read(tmp_path / "film.jpg").array, sound)
    for share in (0.4, 0.01):
        lost = int(share * len(whole))
        (tmp_path / "x.jpg").write_bytes(whole[:-lost] + bytes(lost))
        with pytest.raises(UnreadableFile, match=r"x\.jpg is a damaged picture"):
            read(tmp_path / "x.jpg")
