"""DICOM folders: order, gaps, doubles, mixtures, orientation."""

import tempfile
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from mediedu.data import Image, SeriesProblem, UnreadableFile, Volume, list_series, read

SHAPE = (4, 3, 5)
STACK = np.arange(np.prod(SHAPE)).reshape(SHAPE).astype(np.int16)


def write_series(
    write, folder: Path, names=None, heights=None, rotation=None, stack=STACK, shear=0.0, **elements
) -> Path:
    """Write a series; `rotation` turns it in the patient, `shear` moves each slice along its rows."""
    turn = np.eye(3) if rotation is None else rotation.as_matrix()
    heights = 2.5 * np.arange(len(stack)) if heights is None else heights
    names = names or [f"{n}.dcm" for n in range(len(stack))]
    folder.mkdir(exist_ok=True, parents=True)
    row, column, normal = turn.T
    for number, (name, height, array) in enumerate(zip(names, heights, stack, strict=True)):
        place = np.array([5.0, -7.0, 11.0]) + normal * height + row * shear * number
        facts = {
            "ImagePositionPatient": [f"{v:.8g}" for v in place],
            "ImageOrientationPatient": [f"{v:.8f}" for v in (*row, *column)],
            "SeriesNumber": 3,
            "SeriesDescription": "T1 axial",
        }
        write(folder / name, array, **{**facts, **elements})
    return folder


def test_axial_series_is_turned_to_ras(tmp_path, write_dicom) -> None:
    volume = read(write_series(write_dicom, tmp_path))
    assert isinstance(volume, Volume)
    np.testing.assert_array_equal(volume.array, STACK[:, ::-1, ::-1])
    assert volume.spacing == (2.5, 0.5, 0.25)
    assert volume.source == tmp_path.name
    np.testing.assert_allclose(
        volume.position((0, 2, 4)), [-5, 7, 11]
    )  # DICOM's first voxel, LPS (5, -7, 11)


def world_of(volume: Volume) -> dict[int, np.ndarray]:
    """Map each (unique) grey value to its place."""
    indices = np.argwhere(np.ones(volume.shape, bool))
    return dict(zip(volume.array[tuple(indices.T)].tolist(), volume.position(indices), strict=True))


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations(range(4)),
    angles=st.tuples(*[st.floats(-180, 180)] * 3),
    backward=st.booleans(),
)
def test_any_order_of_files_and_any_oblique_or_backward_stack_puts_every_voxel_in_its_place(
    write_dicom, order, angles, backward
) -> None:
    rotation = Rotation.from_euler("xyz", angles, degrees=True)
    heights = 2.5 * np.arange(4) * (-1 if backward else 1)  # backward: the stack is left-handed as stored
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{number}.dcm" for number in order]
        volume = read(write_series(write_dicom, Path(folder), names, heights, rotation))
    row, column, normal = rotation.as_matrix().T
    places = world_of(volume)
    for z, r, c in [(0, 0, 0), (3, 0, 0), (0, 2, 0), (0, 0, 4), (2, 1, 3)]:
        lps = np.array([5.0, -7.0, 11.0]) + normal * heights[z] + column * 0.5 * r + row * 0.25 * c
        np.testing.assert_allclose(places[int(STACK[z, r, c])], lps * [-1, -1, 1], atol=1e-4)
    canonical = nibabel.orientations.io_orientation(volume.affine[:, [2, 1, 0, 3]])
    np.testing.assert_array_equal(canonical, [[0, 1], [1, 1], [2, 1]])


def test_shuffled_names_give_the_same_volume(tmp_path, write_dicom) -> None:
    one = read(write_series(write_dicom, tmp_path / "a"))
    two = read(write_series(write_dicom, tmp_path / "b", names=["z.dcm", "a", "m.ima", "b.dcm"]))
    np.testing.assert_array_equal(one.array, two.array)
    np.testing.assert_array_equal(one.affine, two.affine)


def test_a_gap_is_named(tmp_path, write_dicom) -> None:
    folder = write_series(write_dicom, tmp_path, heights=[0, 2.5, 7.5, 10])
    with pytest.raises(SeriesProblem, match=r"Between 1\.dcm .* and 2\.dcm .*1 slice is missing.*5\.00 mm"):
        read(folder)


def test_a_gap_among_three_slices_is_named(tmp_path, write_dicom) -> None:
    folder = write_series(write_dicom, tmp_path, heights=[0, 2.5, 10], stack=STACK[:3])
    with pytest.raises(SeriesProblem, match=r"Between 1\.dcm .* and 2\.dcm .*2 slices are missing"):
        read(folder)


def test_uneven_spacing_is_named(tmp_path, write_dicom) -> None:
    with pytest.raises(SeriesProblem, match="uneven"):
        read(write_series(write_dicom, tmp_path, heights=[0, 2.5, 5, 8.2]))


def test_rounded_positions_are_no_gap(tmp_path, write_dicom) -> None:
    volume = read(write_series(write_dicom, tmp_path, heights=[0, 3.33, 6.67, 10.0]))
    assert volume.spacing[0] == pytest.approx(10 / 3)


def test_doubles_are_named(tmp_path, write_dicom) -> None:
    with pytest.raises(SeriesProblem, match=r"1\.dcm and 2\.dcm lie at the same place"):
        read(write_series(write_dicom, tmp_path, heights=[0, 2.5, 2.5, 5]))


def test_mixed_sizes_orientations_and_spacings_are_named(tmp_path, write_dicom) -> None:
    odd = {
        "size": (np.zeros((6, 6), np.int16), {}),
        "orientation": (STACK[0], {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}),
        "pixel spacing": (STACK[0], {"PixelSpacing": [1, 1]}),
    }
    for what, (array, elements) in odd.items():
        folder = write_series(write_dicom, tmp_path / what)
        place = {"ImagePositionPatient": [5, -7, 21]}
        write_dicom(folder / "odd.dcm", array, **{**place, **elements})
        with pytest.raises(SeriesProblem, match=f"more than one {what}.*odd"):
            read(folder)


def test_a_tilted_gantry_keeps_every_voxel_in_its_place_and_is_told(tmp_path, write_dicom) -> None:
    volume = read(write_series(write_dicom, tmp_path, shear=0.7))
    assert any("lean" in note for note in volume.notes)
    places = world_of(volume)
    np.testing.assert_allclose(places[int(STACK[3, 0, 0])], [-(5 + 2.1), 7, 11 + 7.5], atol=1e-6)
    assert volume.voxel_volume == pytest.approx(2.5 * 0.5 * 0.25)


def test_slices_off_the_line_are_an_error(tmp_path, write_dicom) -> None:
    folder = write_series(write_dicom, tmp_path)
    data = pydicom.dcmread(folder / "1.dcm")
    data.ImagePositionPatient[0] = 25
    data.save_as(folder / "1.dcm")
    with pytest.raises(SeriesProblem, match="straight line"):
        read(folder)


def test_missing_position_is_named(tmp_path, write_dicom) -> None:
    with pytest.raises(SeriesProblem, match=r"0\.dcm does not tell its position.* where the slice lies"):
        read(write_series(write_dicom, tmp_path, ImagePositionPatient=None))


def test_missing_spacing_is_named_with_its_own_reason(tmp_path, write_dicom) -> None:
    with pytest.raises(SeriesProblem, match=r"its pixel spacing.* how large a pixel is") as caught:
        read(write_series(write_dicom, tmp_path, PixelSpacing=None))
    assert "order" not in str(caught.value)
    assert "where the slice lies" not in str(caught.value)


def test_list_series_takes_a_folder_that_is_there(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="Check the path"):
        list_series(tmp_path / "none")
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(UnreadableFile, match="is a file"):
        list_series(tmp_path / "a.txt")
    assert list_series(tmp_path) == []


def test_other_files_are_passed_over(tmp_path, write_dicom) -> None:
    folder = write_series(write_dicom, tmp_path)
    (folder / "readme.txt").write_text("hello")
    (folder / "odd.bin").write_bytes(b"\x08\0\x60\0CS\xff\xff" + bytes(range(256)))
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "thumb.png").write_bytes(b"\x89PNG\r\n\x1a\nxxx")
    assert read(folder).shape == SHAPE


def test_several_series_are_listed_and_can_be_chosen(tmp_path, write_dicom) -> None:
    write_series(write_dicom, tmp_path / "a")
    write_series(
        write_dicom,
        tmp_path / "b",
        stack=STACK[:2],
        SeriesInstanceUID="1.2.9",
        SeriesNumber=7,
        SeriesDescription="FLAIR",
    )
    with pytest.raises(
        SeriesProblem,
        match=r"2 series: series 3 “T1 axial” \(CT, 4 files\); series 7 “FLAIR” \(CT, 2 files\)",
    ):
        read(tmp_path)
    assert [one.number for one in list_series(tmp_path)] == ["3", "7"]
    for choice in (7, "7", "FLAIR", "1.2.9"):
        assert read(tmp_path, series=choice).shape == (2, 3, 5)
    with pytest.raises(SeriesProblem, match="no series 9"):
        read(tmp_path, series=9)


def test_a_series_of_one_file_is_that_file(tmp_path, write_dicom) -> None:
    image = read(write_series(write_dicom, tmp_path, stack=STACK[:1]))
    assert isinstance(image, Image)
    np.testing.assert_array_equal(image.array, STACK[0])


def test_a_folder_without_images_is_a_sentence(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(UnreadableFile, match="no DICOM images"):
        read(tmp_path)


def test_a_damaged_slice_is_named(tmp_path, write_dicom) -> None:
    folder = write_series(write_dicom, tmp_path)
    data = (folder / "2.dcm").read_bytes()
    (folder / "2.dcm").write_bytes(data[:-9])
    with pytest.raises(UnreadableFile, match=r"2\.dcm"):
        read(folder)


def test_slopes_that_differ_from_slice_to_slice_are_each_applied(tmp_path, write_dicom) -> None:
    folder = write_series(
        write_dicom, tmp_path, Modality="PT", Units="BQML", RescaleSlope=1, RescaleIntercept=0
    )
    for number in range(4):
        data = pydicom.dcmread(folder / f"{number}.dcm")
        data.RescaleSlope = 0.25 * (number + 1)
        data.save_as(folder / f"{number}.dcm")
    volume = read(folder)
    expected = STACK * (0.25 * np.arange(1, 5))[:, None, None]
    np.testing.assert_array_equal(volume.array, expected[:, ::-1, ::-1])
    assert (volume.dtype, volume.units) == (np.float32, "Bq/ml")
    assert not any("× stored number" in note for note in volume.notes), "it would hold for one slice only"
    assert any("not all rescaled alike" in note for note in volume.notes)


def test_slopes_that_agree_are_told(tmp_path, write_dicom) -> None:
    volume = read(write_series(write_dicom, tmp_path, RescaleSlope=2, RescaleIntercept=-5))
    assert "Rescaled: 2 × stored number + -5." in volume.notes
    assert not any("alike" in note for note in volume.notes)


def test_bundled_series(tmp_path) -> None:
    from pydicom.data import get_testdata_file

    folder = Path(get_testdata_file("DICOMDIR", download=False)).parent
    found = list_series(folder / "98892003")
    assert len(found) >= 3
    with pytest.raises(SeriesProblem, match="series"):
        read(folder / "98892003")
    with pytest.raises(SeriesProblem, match="161 slices are missing"):  # a scan thinned to four slices
        read(folder / "77654033" / "CT2")
    volume = read(folder / "98892001" / "CT5N")
    assert volume.units == "HU"
    assert len(volume.array) == 5


def test_real_mr_series_against_its_headers(real_data) -> None:
    folder = real_data("dicom-mr-brain-tumor-progression") / "Study3"
    with pytest.raises(SeriesProblem, match="2 series"):
        read(folder)
    part = next(folder.glob("11-*"))
    volume = read(part)
    assert volume.shape == (22, 320, 280)
    for path in list(part.glob("*.dcm"))[::7]:
        header = pydicom.dcmread(path)
        cosines = np.array(header.ImageOrientationPatient, float).reshape(2, 3)
        spacing = np.array(header.PixelSpacing, float)
        for r, c in [(100, 40), (250, 200)]:
            lps = (
                np.array(header.ImagePositionPatient, float)
                + cosines[0] * spacing[1] * c
                + cosines[1] * spacing[0] * r
            )
            index = np.linalg.inv(volume.affine) @ [*(lps * [-1, -1, 1]), 1]
            np.testing.assert_allclose(index, np.rint(index), atol=0.02)
            assert volume.array[tuple(np.rint(index[:3]).astype(int))] == header.pixel_array[r, c]
