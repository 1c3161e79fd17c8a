"""The one door: what is not an image, and what images and volumes are."""

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest

from mediedu.data import Cine, Image, UnreadableFile, Volume, list_series, patient_facts, read


def test_nothing_there_is_a_sentence_with_a_hint(tmp_path) -> None:
    (tmp_path / "chest.png").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=r"Did you mean chest\.png\?"):
        read(tmp_path / "chset.png")
    with pytest.raises(FileNotFoundError, match="no folder"):
        read(tmp_path / "no" / "where.dcm")


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (b"%PDF-1.7", "PDF"),
        (b"<!doctype html><title>Sign in", "web page"),
        (b"\x93NUMPY\x01\0", "numpy.load"),
        (b"GIF89a", "GIF"),
        (b"BM6\0", "BMP"),
        (b"\x1f\x8b\x08\0", "damaged gzip"),
        (b"hello, this is a letter", "unknown kind"),
        (bytes(200), "unknown kind"),
        (b"\x08\0\x05\0", "unknown kind"),
        (b"\x89PNG\r\n\x1a\n", "damaged picture"),
        (b"\xff\xd8\xff\xe0", "damaged picture"),
        (b"II*\0\x08\0\0\0", "could not be read"),
        (bytes(128) + b"DICM", "no DICOM file|without pixels"),
        (bytes(128) + b"DICM" + b"\x08\0\x60\0CS\xff\xff", "DICOM"),
        (b"\x08\0\x60\0CS\x02\0CT" + b"\xff" * 50, "DICOM"),
    ],
)
def test_what_is_no_image_gets_a_sentence(tmp_path, start, words) -> None:
    path = tmp_path / "thing.dcm"
    path.write_bytes(start)
    with pytest.raises(UnreadableFile, match=words) as caught:
        read(path)
    assert "thing.dcm" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_options_that_do_not_fit_are_told(tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ValueError, match="chooses within a folder"):
        read(tmp_path / "a.png", series=1)
    with pytest.raises(ValueError, match="no NIfTI"):
        read(tmp_path / "a.png", frame=1)


@pytest.mark.parametrize("thing", [5, None, b"a.dcm", ["a.dcm"], np.zeros((2, 2))])
def test_what_is_no_path_gets_a_sentence(thing) -> None:
    for function in (read, list_series, patient_facts):
        with pytest.raises(TypeError, match=r"(?s)A path was expected.*Name a file or folder\."):
            function(thing)


def test_text_and_path_are_both_taken() -> None:
    from pydicom.data import get_testdata_file

    name = get_testdata_file("MR_small.dcm")
    np.testing.assert_array_equal(read(str(name)).array, read(Path(name)).array)


@pytest.mark.parametrize("kind", [Image, Volume, Cine])
def test_shapes_spacing_and_affine_are_checked(kind) -> None:
    good = np.zeros((3, 4) if kind is Image else (2, 3, 4))
    with pytest.raises(ValueError, match=r"shape \(5,\)"):
        kind(np.zeros(5))
    with pytest.raises(ValueError, match="empty"):
        kind(good[:0])
    for wrong in [(1, 0), (1, 2, 3, 4), (1, float("nan")), (1, -1, 1)]:
        with pytest.raises(ValueError, match="spacing"):
            kind(good, spacing=wrong)
    with pytest.raises(ValueError, match="affine"):
        kind(good, affine=np.eye(3))


def test_images_are_frozen_convert_copy_and_pickle() -> None:
    image = Image(np.arange(6.0).reshape(2, 3), (1, 2), modality="MR")
    with pytest.raises(dataclasses.FrozenInstanceError):
        image.units = "HU"  # type: ignore[misc]
    assert np.asarray(image) is image.array
    assert np.asarray(image, dtype=np.uint8).dtype == np.uint8
    assert np.array(image) is not image.array
    changed = dataclasses.replace(image, array=image.array * 2)
    assert changed.spacing == image.spacing
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(changed)).array, image.array * 2)


def alt_of(thing) -> str:
    return thing.show().alt


def test_images_draw_themselves_with_words() -> None:
    image = Image(
        np.array([[-1000, 0], [40, 3000]], np.int16), (0.5, 0.5), modality="CT", units="HU", window=(40, 400),
        description="A made-up slice", synthetic=True,
    )  # fmt: skip
    assert alt_of(image) == (
        "CT, 2 rows by 2 columns, grey values from -1000 to 3000 HU, "
        "drawn from black at -160 to white at 240. A made-up slice. Synthetic."
    )
    data = image._repr_mimebundle_()
    assert data["text/plain"] == repr(image)
    assert "A made-up slice" in data["text/html"]
    assert image.show(alt="Mine").alt == "Mine"


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 5)),
        np.full((4, 5), np.nan),
        np.zeros((4, 5), bool),
        np.full((4, 5), 7, np.uint16),
        np.zeros((4, 5, 3), np.uint8),
        np.zeros((4, 5, 4), np.uint8),
        np.full((4, 5, 3), 1 << 30, np.uint32),
    ],
)
def test_every_kind_of_image_can_be_drawn(array) -> None:
    assert alt_of(Image(array)).startswith("Picture, 4 rows by 5 columns")


def test_volumes_draw_three_views_or_one_slice_where_no_side_is_known() -> None:
    array = np.random.default_rng(0).random((4, 6, 8)).astype(np.float32)
    affine = np.eye(4)[:, [2, 1, 0, 3]]
    assert "Three views" in alt_of(Volume(array, (1, 1, 1), affine, "MR"))
    assert "Slice 2 (counted from 0)" in alt_of(Volume(array, (1, 1, 1)))
    assert "in colour" in alt_of(Volume(np.zeros((4, 6, 8, 3), np.uint8)))
    assert "Frame 2 (counted from 0)" in alt_of(Cine(array))


def test_position_needs_an_affine_and_threes() -> None:
    with pytest.raises(ValueError, match="no affine"):
        Volume(np.zeros((2, 2, 2))).position((0, 0, 0))
    with pytest.raises(ValueError, match="three numbers"):
        Volume(np.zeros((2, 2, 2)), affine=np.eye(4)).position((0, 0))
    assert Volume(np.zeros((2, 2, 2)), (2, 3, 4)).voxel_volume == 24
    assert Volume(np.zeros((2, 2, 2))).voxel_volume is None


def test_voxel_volume_is_exact_and_knows_leaning_slices() -> None:
    upright = [[0, 0, -3, 6], [0, -2, 0, 10], [5, 0, 0, -20], [0, 0, 0, 1]]
    assert Volume(np.zeros((2, 2, 2)), affine=upright).voxel_volume == 30
    leaning = np.array(upright, float)
    leaning[1, 0] = 2.5  # slices 5 mm apart, each shifted against the one below
    assert Volume(np.zeros((2, 2, 2)), affine=leaning).voxel_volume == 30
    rng = np.random.default_rng(4)
    leaning[:3, :3] = rng.normal(size=(3, 3))
    expected = abs(np.linalg.det(leaning[:3, :3]))
    assert Volume(np.zeros((2, 2, 2)), affine=leaning).voxel_volume == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("axis", "sides"), [(0, "I A R"), (1, "S P R"), (2, "S A L")])
def test_letters_are_drawn_only_where_they_are_true(axis, sides, monkeypatch) -> None:
    from mediedu.figures.canvas import Canvas

    drawn, text = [], Canvas.text

    def kept(self, x, y, words, **how):
        drawn.append(words)
        return text(self, x, y, words, **how)

    monkeypatch.setattr(Canvas, "text", kept)
    affine = np.eye(4)[:, [2, 1, 0, 3]]
    array = np.arange(4 * 6 * 8).reshape(4, 6, 8)
    Volume(array, affine=affine).show()
    assert {"R", "L", "A", "P", "S", "I"} <= set(drawn)
    drawn.clear()
    affine[:3, axis] *= -1
    figure = Volume(array, affine=affine).show(title="Mine")
    assert not {"R", "L", "A", "P", "S", "I"} & set(drawn)
    assert f"run to {sides}, so it is drawn without letters" in figure.alt
    assert any(f"axes run to {sides}: no letters" in words for words in drawn)
    with pytest.raises(ValueError, match=f"a position, which needs three views.*runs to {sides}"):
        Volume(array, affine=affine).show(position=(1, 2, 3))


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm", "rtdose.dcm"]
)
def test_damaged_bytes_are_read_or_told_and_never_end_the_program(tmp_path, name) -> None:
    from pydicom.data import get_testdata_file

    rng = np.random.default_rng(11)
    whole = Path(get_testdata_file(name)).read_bytes()
    outcomes = []
    for _ in range(25):
        data = bytearray(whole)
        for place in rng.integers(132, min(len(data), 4000), 8):
            data[place] = rng.integers(256)
        (tmp_path / "x.dcm").write_bytes(data)
        try:
            read(tmp_path / "x.dcm")
            outcomes.append("read")
        except UnreadableFile as error:
            outcomes.append("told" if "x.dcm" in str(error) else str(error))
    assert set(outcomes) <= {"read", "told"}
