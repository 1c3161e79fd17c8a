"""NIfTI files: orientation against nibabel, scaling, missing codes, damage."""

import gzip
import itertools
import tempfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from mediedu.data import UnreadableFile, Volume, axis_letters, read
from mediedu.data.orientation import to_canonical

TURNS = [
    (order, signs)
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
]


@st.composite
def stored_volumes(draw):
    """Give voxels in some storage order and their affine, oblique and left-handed ones included."""
    shape = draw(st.tuples(*[st.integers(1, 5)] * 3))
    order, signs = draw(st.sampled_from(TURNS))
    spacing = draw(st.tuples(*[st.floats(0.2, 8)] * 3))
    angles = draw(st.tuples(*[st.floats(-20, 20)] * 3))
    matrix = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    matrix = matrix @ np.diag(spacing) @ np.eye(3)[:, order] @ np.diag(signs)
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = matrix, draw(st.tuples(*[st.floats(-200, 200)] * 3))
    return np.arange(np.prod(shape), dtype=np.int16).reshape(shape), affine


@settings(max_examples=60, deadline=None)
@given(stored_volumes())
def test_every_voxel_keeps_its_place_whatever_the_storage_order(stored) -> None:
    array, affine = stored
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.nii"
        nibabel.save(nibabel.Nifti1Image(array, affine), path)
        volume = read(path)
    before = nibabel.affines.apply_affine(affine, np.argwhere(np.ones(array.shape, bool)))
    after = volume.position(np.argwhere(np.ones(volume.shape, bool)))
    by_value = np.empty_like(before)
    by_value[volume.array.ravel()] = after
    np.testing.assert_allclose(by_value[array.ravel()], before, atol=1e-3)  # NIfTI stores float32
    canonical = nibabel.as_closest_canonical(nibabel.Nifti1Image(array, affine))
    np.testing.assert_array_equal(volume.array, np.asarray(canonical.dataobj).T)
    assert axis_letters(volume.affine) == ("S", "A", "R")
    np.testing.assert_allclose(volume.spacing, canonical.header.get_zooms()[::-1], rtol=1e-5)


def save(path, array, affine=None, **header):
    image = nibabel.Nifti1Image(array, np.diag([1.0, 2, 3, 1]) if affine is None else affine)
    for key, value in header.items():
        image.header[key] = value
    nibabel.save(image, path)
    return path


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.float32, np.float64])
def test_unscaled_numbers_keep_their_type(tmp_path, kind) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(kind)
    volume = read(save(tmp_path / "a.nii.gz", array))
    assert volume.dtype == kind
    np.testing.assert_array_equal(volume.array, array.T)
    assert volume.spacing == (3, 2, 1)


@pytest.mark.parametrize(
    ("slope", "inter", "kind"), [(2, -1024, np.int16), (1, 100000, np.int32), (0.25, 1, np.float32)]
)
def test_slope_and_intercept(tmp_path, slope, inter, kind) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(np.int16)
    image = nibabel.Nifti1Image(array, np.eye(4))
    path = tmp_path / "a.nii"
    nibabel.save(image, path)
    data = bytearray(path.read_bytes())
    data[112:120] = np.array([slope, inter], np.float32).tobytes()  # scl_slope, scl_inter
    path.write_bytes(data)
    volume = read(path)
    np.testing.assert_array_equal(volume.array, (array * float(slope) + inter).T)
    assert volume.dtype == kind


def test_big_endian_numbers_become_native(tmp_path) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(">i2")
    header = nibabel.Nifti1Header(endianness=">")
    header.set_data_dtype(">i2")
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4), header), tmp_path / "a.nii")
    volume = read(tmp_path / "a.nii")
    assert volume.dtype.isnative
    np.testing.assert_array_equal(volume.array, array.T)


def test_without_codes_nothing_is_flipped_and_it_is_told(tmp_path) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(np.int16)
    image = nibabel.Nifti1Image(array, None)
    image.header.set_zooms((1, 2, 3))
    image.header["qform_code"] = image.header["sform_code"] = 0
    nibabel.save(image, tmp_path / "a.nii")
    volume = read(tmp_path / "a.nii")
    assert volume.affine is None
    assert volume.spacing == (3, 2, 1)
    np.testing.assert_array_equal(volume.array, array.T)
    assert any("which side is left" in note for note in volume.notes)


def test_qform_alone_and_quarrelling_forms(tmp_path) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(np.int16)
    flipped = np.diag([-1.0, 2, 3, 1])
    image = nibabel.Nifti1Image(array, None)
    image.set_qform(flipped, code=1)
    image.set_sform(None, code=0)
    nibabel.save(image, tmp_path / "q.nii")
    np.testing.assert_array_equal(read(tmp_path / "q.nii").array, array[::-1].T)
    image.set_sform(np.diag([1.0, 2, 3, 1]), code=2)
    nibabel.save(image, tmp_path / "s.nii")
    volume = read(tmp_path / "s.nii")
    np.testing.assert_array_equal(volume.array, array.T)
    assert any("disagree" in note for note in volume.notes)


@pytest.mark.parametrize(("unit", "scale"), [("meter", 1000), ("micron", 0.001), ("mm", 1), ("unknown", 1)])
def test_units_become_millimetres(tmp_path, unit, scale) -> None:
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.uint8), np.diag([1.0, 2, 3, 1]))
    image.header.set_xyzt_units(unit)
    nibabel.save(image, tmp_path / "a.nii")
    assert read(tmp_path / "a.nii").spacing == pytest.approx((3 * scale, 2 * scale, scale))


def test_a_fourth_axis_of_one_is_dropped_and_a_true_one_is_asked_about(tmp_path) -> None:
    array = np.arange(48).reshape(2, 3, 4, 2).astype(np.int16)
    np.testing.assert_array_equal(read(save(tmp_path / "a.nii", array[..., :1])).array, array[..., 0].T)
    path = save(tmp_path / "b.nii.gz", array)
    with pytest.raises(UnreadableFile, match=r"4 axes \(2 × 3 × 4 × 2\).*from 0 to 1: read\(path, frame=0\)"):
        read(path)
    np.testing.assert_array_equal(read(path, frame=1).array, array[..., 1].T)
    with pytest.raises(UnreadableFile, match="volumes 0 to 1"):
        read(path, frame=2)


def test_two_axes_make_one_slice(tmp_path) -> None:
    assert read(save(tmp_path / "a.nii", np.zeros((4, 5), np.uint8))).shape == (1, 5, 4)


def test_colours(tmp_path) -> None:
    colours = np.zeros((2, 3, 4), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    colours["G"] = 7
    volume = read(save(tmp_path / "a.nii", colours))
    assert volume.shape == (4, 3, 2, 3)
    assert (volume.array == [0, 7, 0]).all()


def test_complex_numbers_are_refused(tmp_path) -> None:
    with pytest.raises(UnreadableFile, match="complex"):
        read(save(tmp_path / "a.nii", np.zeros((2, 2, 2), np.complex64)))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_file_cut_short_is_a_sentence(tmp_path, suffix, share) -> None:
    rng = np.random.default_rng(3)
    path = save(tmp_path / f"a{suffix}", rng.integers(0, 1000, (8, 9, 10)).astype(np.int16))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableFile, match="again"):
        read(path)


def test_a_damaged_gzip_is_a_sentence(tmp_path) -> None:
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(b"x" * 1000)[:12] + b"damage")
    with pytest.raises(UnreadableFile, match="damaged gzip"):
        read(path)


def test_a_changed_byte_in_a_gzip_file_is_noticed(tmp_path) -> None:
    rng = np.random.default_rng(3)
    path = save(tmp_path / "a.nii.gz", rng.integers(0, 1000, (20, 20, 20)).astype(np.int16))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="again"):
        read(path)


def test_the_content_counts_and_not_the_name(tmp_path) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(np.int16)
    packed = save(tmp_path / "a.nii.gz", array).rename(tmp_path / "scan.dcm")
    np.testing.assert_array_equal(read(packed).array, array.T)
    image = nibabel.Nifti2Image(array, np.eye(4))
    nibabel.save(image, tmp_path / "b.nii")
    np.testing.assert_array_equal(read((tmp_path / "b.nii").rename(tmp_path / "b")).array, array.T)
    pair = nibabel.Nifti1Pair(array, np.eye(4))
    nibabel.save(pair, tmp_path / "c.img")
    np.testing.assert_array_equal(read(tmp_path / "c.hdr").array, array.T)


def test_a_flat_affine_is_a_sentence(tmp_path) -> None:
    with pytest.raises(ValueError, match="three directions"):
        to_canonical(np.zeros((2, 2, 2)), np.diag([1.0, 1, 0, 1]))
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.uint8), np.eye(4))
    nibabel.save(image, tmp_path / "a.nii")
    data = bytearray((tmp_path / "a.nii").read_bytes())
    data[280:296] = bytes(16)  # srow_x
    (tmp_path / "a.nii").write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"a\.nii.*three directions"):
        read(tmp_path / "a.nii")


def test_real_volumes_against_nibabel(real_data) -> None:
    paths = sorted(real_data("totalsegmentator-example-ct").glob("*.nii.gz"))
    paths += sorted((real_data("msd-hippocampus") / "images").glob("*.nii.gz"))[:5]
    assert len(paths) == 9
    for path in paths:
        volume = read(path)
        oracle = nibabel.as_closest_canonical(nibabel.load(path))
        assert isinstance(volume, Volume)
        np.testing.assert_allclose(volume.array, np.asarray(oracle.dataobj).T)
        np.testing.assert_allclose(volume.affine[:, [2, 1, 0, 3]], oracle.affine)


@pytest.mark.parametrize(
    ("stored", "low", "high", "dtype"),
    [
        (np.int32, -1024, 3071, np.int16),
        (np.int64, 0, 4, np.int16),
        (np.uint32, 0, 65535, np.uint16),
        (np.int32, -40000, 40000, np.int32),
        (np.int64, 0, 2**40, np.int64),
        (np.uint8, 0, 255, np.uint8),
        (np.uint16, 0, 4095, np.uint16),
    ],
)
def test_wide_integers_come_in_16_bits_where_they_fit(tmp_path, stored, low, high, dtype) -> None:
    array = np.full((2, 3, 4), low, stored)
    array[1, 2, 3] = high
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4), dtype=stored), tmp_path / "a.nii")
    volume = read(tmp_path / "a.nii")
    assert volume.dtype == dtype
    np.testing.assert_array_equal(volume.array, array.T)


@pytest.mark.data
def test_a_published_ct_stored_in_32_bits_comes_in_16(real_data) -> None:
    path = next(real_data("totalsegmentator-example-ct").rglob("example_ct.nii.gz"))
    stored = nibabel.load(path)
    volume = read(path)
    assert stored.get_data_dtype() == np.int32
    assert volume.dtype == np.int16
    assert (volume.array.min(), volume.array.max()) == (stored.dataobj[:].min(), stored.dataobj[:].max())
