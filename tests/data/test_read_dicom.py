"""Single DICOM files, bundled and written here; pydicom's own functions are the oracle where there is one."""

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.pixels import apply_modality_lut

from mediedu.data import Cine, Image, SeriesProblem, UnreadableFile, Volume, read

RNG = np.random.default_rng(7)
JPEG_LS, JPEG_2000, RLE = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"


def bundled(name: str) -> Path:
    return Path(get_testdata_file(name, download=False))


def test_ct_is_hounsfield_units_as_pydicom_computes_them() -> None:
    path = bundled("CT_small.dcm")
    header = pydicom.dcmread(path)
    image = read(path)
    assert isinstance(image, Image)
    assert (image.units, image.dtype) == ("HU", np.int16)
    np.testing.assert_array_equal(image.array, apply_modality_lut(header.pixel_array, header))
    np.testing.assert_allclose(image.spacing, header.PixelSpacing)
    assert image.source == "CT_small.dcm"


@pytest.mark.parametrize(
    "name",
    [
        "MR_small_RLE.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_expb.dcm",
        "MR_small_implicit.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "MR_small_padded.dcm",
    ],
)
def test_every_packing_of_one_mr_slice_gives_the_same_image(name: str) -> None:
    plain, packed = read(bundled("MR_small.dcm")), read(bundled(name))
    np.testing.assert_array_equal(packed.array, plain.array)
    np.testing.assert_array_equal(packed.affine, plain.affine)
    assert packed.dtype == np.int16
    assert packed.dtype.isnative


@pytest.mark.parametrize("syntax", [None, RLE, JPEG_LS, JPEG_2000])
@pytest.mark.parametrize(
    ("kind", "bits", "low", "high"),
    [
        ("u1", 8, 0, 255),
        ("u2", 12, 0, 4095),
        ("u2", 16, 0, 65535),
        ("i2", 12, -2048, 2047),
        ("i2", 16, -32768, 32767),
    ],
)
def test_bit_depths_and_signs_survive_every_lossless_packing(
    tmp_path, write_dicom, syntax, kind, bits, low, high
) -> None:
    array = RNG.integers(low, high, (64, 40), endpoint=True).astype(kind)
    array[0, :2] = low, high
    path = write_dicom(tmp_path / "a.dcm", array, syntax=syntax, bits=bits, Modality="MR")
    image = read(path)
    np.testing.assert_array_equal(image.array, array)
    assert image.dtype == array.dtype


@pytest.mark.parametrize(
    ("kind", "bits", "low", "high"),
    [
        ("u1", 8, 0, 255),
        ("u2", 12, 0, 4095),
        ("u2", 16, 0, 65535),
        ("i2", 12, -2048, 2047),
        ("i2", 16, -32768, 32767),
    ],
)
def test_jpeg_lossless_in_every_depth(tmp_path, write_dicom, kind, bits, low, high) -> None:
    import gdcm  # pydicom cannot write JPEG

    array = RNG.integers(low, high, (64, 40), endpoint=True).astype(kind)
    array[0, :2] = low, high
    plain = write_dicom(tmp_path / "plain.dcm", array, bits=bits, Modality="MR")
    reader = gdcm.ImageReader()
    reader.SetFileName(str(plain))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(tmp_path / "jpeg.dcm"))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    assert pydicom.dcmread(tmp_path / "jpeg.dcm").file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.70"
    image = read(tmp_path / "jpeg.dcm")
    np.testing.assert_array_equal(image.array, array)
    assert image.dtype == array.dtype


@pytest.mark.parametrize("name", ["SC_rgb_jpeg_gdcm.dcm", "SC_rgb_rle.dcm", "SC_rgb_gdcm_KY.dcm"])
def test_jpeg_lossless_and_rle_colours_agree(name: str) -> None:
    image, plain = read(bundled(name)), read(bundled("SC_rgb_rle.dcm"))
    assert image.array.shape == (100, 100, 3)
    assert image.array.dtype == np.uint8
    assert abs(image.array.astype(int) - plain.array).max() <= (0 if "KY" not in name else 8)


@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb_dcmtk_+eb+cr.dcm",
        "SC_rgb_dcmtk_+eb+cy+n1.dcm",
        "SC_rgb_dcmtk_+eb+cy+np.dcm",
        "SC_rgb_jpeg_dcmtk.dcm",
    ],
)
def test_baseline_jpeg_in_rgb_or_ybr_shows_the_colours_of_the_uncompressed_picture(name: str) -> None:
    image, plain = read(bundled(name)), read(bundled("SC_rgb_rle.dcm"))
    # The test picture has ten bars; compare the middle of each, where JPEG has no edge to ring at.
    difference = abs(image.array[5::10, 50].astype(int) - plain.array[5::10, 50])
    assert difference.max() <= 6


def test_palette_becomes_rgb_and_is_told() -> None:
    path = bundled("examples_palette.dcm")
    image = read(path)
    header = pydicom.dcmread(path)
    expected = pydicom.pixels.apply_color_lut(header.pixel_array, header) >> 8
    np.testing.assert_array_equal(image.array, expected)
    assert image.array.dtype == np.uint8
    assert any("palette" in note for note in image.notes)


def test_ultrasound_spacing_comes_from_its_region() -> None:
    header = pydicom.dcmread(bundled("examples_palette.dcm"))
    region = header.SequenceOfUltrasoundRegions[0]
    image = read(bundled("examples_palette.dcm"))
    assert image.spacing == pytest.approx((region.PhysicalDeltaY * 10, region.PhysicalDeltaX * 10))


def test_monochrome1_is_turned_with_its_window_and_told(tmp_path, write_dicom) -> None:
    array = RNG.integers(0, 4095, (8, 8)).astype(np.uint16)
    common = {"bits": 12, "Modality": "DX", "WindowCenter": 1000, "WindowWidth": 400}
    dark = read(write_dicom(tmp_path / "1.dcm", array, PhotometricInterpretation="MONOCHROME1", **common))
    np.testing.assert_array_equal(dark.array, 4095 - array)
    assert dark.dtype == np.uint16
    assert dark.window == (3095.0, 400.0)
    assert any("MONOCHROME1" in note for note in dark.notes)


def test_monochrome1_signed_and_rescaled(tmp_path, write_dicom) -> None:
    array = np.array([[-2048, 0, 2047]], np.int16)
    path = write_dicom(
        tmp_path / "1.dcm", array, bits=12, Modality="CR", PhotometricInterpretation="MONOCHROME1",
        RescaleSlope=2, RescaleIntercept=100,
    )  # fmt: skip
    # values 2v + 100 lie between -3996 and 4194; turned: 198 - (2v + 100)
    np.testing.assert_array_equal(read(path).array, 98 - 2 * array)


def test_monochrome1_in_hounsfield_units_keeps_its_numbers(tmp_path, write_dicom) -> None:
    array = np.array([[-1000, 0, 1000]], np.int16)
    path = write_dicom(
        tmp_path / "1.dcm", array, PhotometricInterpretation="MONOCHROME1", RescaleSlope=1, RescaleIntercept=0
    )
    image = read(path)
    np.testing.assert_array_equal(image.array, array)
    assert any("numbers stay" in note for note in image.notes)


@pytest.mark.parametrize(
    ("slope", "intercept", "dtype"), [(1, -1024, np.int16), (1, -70000, np.int32), (0.5, 0, np.float32)]
)
def test_rescaled_numbers_never_wrap(tmp_path, write_dicom, slope, intercept, dtype) -> None:
    array = np.array([[0, 1, 4095]], np.uint16)
    image = read(
        write_dicom(tmp_path / "a.dcm", array, bits=12, RescaleSlope=slope, RescaleIntercept=intercept)
    )
    np.testing.assert_array_equal(image.array, array * float(slope) + intercept)
    assert image.dtype == dtype
    assert image.units == "HU"


def test_a_ct_localizer_and_a_ct_without_rescale_claim_no_hounsfield_units(tmp_path, write_dicom) -> None:
    array = np.ones((2, 2), np.int16)
    scout = write_dicom(
        tmp_path / "a.dcm",
        array,
        ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"],
        RescaleIntercept=0,
        RescaleSlope=1,
    )
    assert read(scout).units == ""
    assert read(write_dicom(tmp_path / "b.dcm", array)).units == ""


def test_modality_table(tmp_path, write_dicom) -> None:
    table = Dataset()
    table.LUTDescriptor, table.ModalityLUTType = [4, 0, 16], "OD"
    table.LUTData = np.array([10, 20, 40, 80], np.uint16).tobytes()
    table["LUTData"].VR = "OW"
    table["LUTDescriptor"].VR = "US"
    array = np.array([[0, 1, 2, 3]], np.uint8)
    image = read(write_dicom(tmp_path / "a.dcm", array, Modality="CR", ModalityLUTSequence=[table]))
    np.testing.assert_array_equal(image.array, [[10, 20, 40, 80]])


def test_missing_spacing_is_none_and_told(tmp_path, write_dicom) -> None:
    image = read(write_dicom(tmp_path / "a.dcm", np.ones((4, 5), np.uint8), PixelSpacing=None))
    assert image.spacing is None
    assert image.affine is None
    assert any("size of a pixel" in note for note in image.notes)


def test_detector_spacing_is_told_as_such(tmp_path, write_dicom) -> None:
    image = read(
        write_dicom(
            tmp_path / "a.dcm", np.ones((4, 5), np.uint8), PixelSpacing=None, ImagerPixelSpacing=[0.1, 0.2]
        )
    )
    assert image.spacing == (0.1, 0.2)
    assert any("detector" in note for note in image.notes)


def test_affine_follows_the_standards_equation(tmp_path, write_dicom) -> None:
    row, column = np.array([0.8, 0.6, 0]), np.array([0, 0, -1.0])
    path = write_dicom(
        tmp_path / "a.dcm", np.ones((4, 5), np.uint8),
        ImageOrientationPatient=[*row, *column], ImagePositionPatient=[10, 20, 30], PixelSpacing=[2, 3],
    )  # fmt: skip
    for r, c in [(0, 0), (3, 0), (0, 4), (2, 1)]:
        left_posterior_superior = np.array([10, 20, 30]) + row * 3 * c + column * 2 * r
        found = read(path).affine @ [0, r, c, 1]
        np.testing.assert_allclose(found[:3], left_posterior_superior * [-1, -1, 1], atol=1e-9)


def test_cine_is_no_volume() -> None:
    loop = read(bundled("examples_ybr_color.dcm"))
    header = pydicom.dcmread(bundled("examples_ybr_color.dcm"))
    assert isinstance(loop, Cine)
    assert loop.array.shape == (30, 240, 320, 3)
    assert loop.frame_time == pytest.approx(float(header.FrameTime))
    np.testing.assert_array_equal(loop.frame(3).array, loop.array[3])
    with pytest.raises(ValueError, match="frames 0 to 29"):
        loop.frame(30)


def test_dose_grid_is_a_volume_in_gray() -> None:
    header = pydicom.dcmread(bundled("rtdose.dcm"))
    dose = read(bundled("rtdose.dcm"))
    assert isinstance(dose, Volume)
    assert dose.spacing == pytest.approx((5, 10, 10))
    stored = header.pixel_array * float(header.DoseGridScaling)
    place = np.array(header.ImagePositionPatient, float) * [
        -1,
        -1,
        1,
    ]  # first voxel of the first plane, in RAS
    index = np.rint(np.linalg.inv(dose.affine) @ [*place, 1])[:3].astype(int)
    assert dose.array[tuple(index)] == pytest.approx(stored[0, 0, 0], rel=1e-6)
    np.testing.assert_allclose(dose.array[:, index[1], index[2]], stored[:, 0, 0], rtol=1e-6)


def enhanced(places, slopes=None):
    """Make the functional groups of an enhanced file with these heights and slopes."""
    shared, frames = Dataset(), []
    measures, plane = Dataset(), Dataset()
    measures.PixelSpacing, plane.ImageOrientationPatient = [2, 3], [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    for number, place in enumerate(places):
        frame, item = Dataset(), Dataset()
        item.ImagePositionPatient = place
        frame.PlanePositionSequence = [item]
        if slopes:
            scale = Dataset()
            scale.RescaleSlope, scale.RescaleIntercept, scale.RescaleType = slopes[number], 0, "US"
            frame.PixelValueTransformationSequence = [scale]
        frames.append(frame)
    return {
        "SharedFunctionalGroupsSequence": [shared],
        "PerFrameFunctionalGroupsSequence": frames,
        "PixelSpacing": None,
        "ImageOrientationPatient": None,
        "ImagePositionPatient": None,
        "Modality": "MR",
    }


def test_enhanced_frames_are_sorted_by_place_and_rescaled_one_by_one(tmp_path, write_dicom) -> None:
    array = RNG.integers(0, 99, (3, 4, 5)).astype(np.uint16)
    groups = enhanced([[0, 0, 8], [0, 0, 0], [0, 0, 4]], slopes=[1, 2, 0.5])
    volume = read(write_dicom(tmp_path / "a.dcm", array, **groups))
    assert isinstance(volume, Volume)
    assert volume.spacing == (4, 2, 3)
    expected = np.stack([array[1] * 2.0, array[2] * 0.5, array[0]])[
        :, ::-1, ::-1
    ]  # LPS to RAS: rows, columns turn
    np.testing.assert_array_equal(volume.array, expected)
    np.testing.assert_allclose(volume.position((0, 0, 0)), [-12, -6, 0])


def test_enhanced_frames_in_one_place_are_a_cine(tmp_path, write_dicom) -> None:
    array = RNG.integers(0, 99, (3, 4, 5)).astype(np.uint16)
    loop = read(write_dicom(tmp_path / "a.dcm", array, FrameTime=40, **enhanced([[0, 0, 8]] * 3)))
    assert isinstance(loop, Cine)
    assert loop.spacing == (2, 3)
    assert loop.frame_time == 40


def test_enhanced_frames_with_a_gap_or_double_are_an_error(tmp_path, write_dicom) -> None:
    array = np.zeros((4, 2, 2), np.uint8)
    gap = write_dicom(tmp_path / "a.dcm", array, **enhanced([[0, 0, z] for z in (0, 1, 2, 4)]))
    with pytest.raises(SeriesProblem, match="1 slice is missing"):
        read(gap)
    double = write_dicom(tmp_path / "b.dcm", array, **enhanced([[0, 0, z] for z in (0, 1, 1, 2)]))
    with pytest.raises(SeriesProblem, match="same place"):
        read(double)


def test_every_bundled_file_is_read_or_refused_with_a_sentence() -> None:
    folder = bundled("CT_small.dcm").parent
    read_count, refused = 0, {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                image = read(path)
        except UnreadableFile as error:
            refused[path.name] = str(error)
            continue
        assert image.dtype.isnative
        assert image.source == path.name
        read_count += 1
    assert read_count >= 80
    assert [name for name, words in refused.items() if not (name in words and words.endswith("."))] == []


@pytest.mark.parametrize(
    "name",
    [
        "MR_small.dcm",
        "MR_small_RLE.dcm",
        "MR_small_jp2klossless.dcm",
        "SC_rgb_jpeg_gdcm.dcm",
        "SC_rgb_jpeg_dcmtk.dcm",
        "examples_ybr_color.dcm",
    ],
)
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.97])
def test_a_file_cut_short_is_never_read_as_if_whole(tmp_path, name, share) -> None:
    whole = bundled(name).read_bytes()
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(whole[: int(len(whole) * share)])
    words, image = "", None
    try:
        image = read(cut)
    except UnreadableFile as error:
        words = str(error)
    if image is None:
        assert "cut.dcm" in words
    else:  # only what follows the pixels may be lost
        np.testing.assert_array_equal(image.array, read(bundled(name)).array)


def test_unknown_packing_is_a_sentence(tmp_path, write_dicom) -> None:
    path = write_dicom(tmp_path / "a.dcm", np.ones((2, 2), np.uint8))
    data = path.read_bytes()
    assert data.count(b"1.2.840.10008.1.2.1\0") == 1
    path.write_bytes(data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.99"))
    with pytest.raises(UnreadableFile, match="no decoder"):
        read(path)


def test_real_ct_slices(real_data) -> None:
    folder = real_data("dtu-abdominal-ct-dicom")
    image = read(folder / "Training.dcm")
    header = pydicom.dcmread(folder / "Training.dcm")
    np.testing.assert_array_equal(image.array, apply_modality_lut(header.pixel_array, header))
    assert image.units == "HU"

    mask = read(folder / "LiverROI.png").array > 0
    assert 40 < image.array[mask].mean() < 60  # liver without contrast medium


@pytest.mark.parametrize(
    ("stored", "low", "high", "dtype"),
    [
        ("i4", -1024, 3071, np.int16),
        ("u4", 0, 65535, np.uint16),
        ("i4", -40000, 40000, np.int32),
        ("u4", 0, 4_000_000_000, np.uint32),
    ],
)
def test_32_bit_numbers_come_in_16_bits_where_they_fit(
    tmp_path, write_dicom, stored, low, high, dtype
) -> None:
    array = np.array([[low, high], [high, low]], stored)
    image = read(write_dicom(tmp_path / "a.dcm", array, Modality="MR"))
    assert image.dtype == dtype
    np.testing.assert_array_equal(image.array, array)


def test_notes_of_enhanced_frames_tell_only_what_holds_for_all(tmp_path, write_dicom) -> None:
    array = RNG.integers(0, 99, (3, 4, 5)).astype(np.uint16)
    groups = enhanced([[0, 0, 0], [0, 0, 4], [0, 0, 8]], slopes=[1.5, 2, 3])
    volume = read(write_dicom(tmp_path / "a.dcm", array, **groups))
    assert not any(note.startswith("Rescaled") for note in volume.notes)
    assert any("own rescale" in note for note in volume.notes)
