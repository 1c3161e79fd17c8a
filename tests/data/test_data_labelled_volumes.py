"""A folder of volumes and label maps is read in pairs, and what doesn't fit gets a sentence."""

import nibabel
import numpy as np
import pytest

from mediedu.data import labelled_volumes


def write(path, values, affine=None):
    """Write a NIfTI file whose axes are x, y, z, with a last axis of one as in IBSR18."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.Nifti1Image(np.asarray(values)[..., None], np.eye(4) if affine is None else affine).to_filename(
        path
    )


def some(kind, seed=0, shape=(6, 5, 4)):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 4 if kind == "labels" else 900, shape).astype(
        np.uint8 if kind == "labels" else np.int16
    )


def pair(folder, name, ending="_seg", seed=0, image="", suffix=".nii.gz"):
    write(folder / f"{name}{image}{suffix}", some("image", seed))
    write(folder / f"{name}{ending}{suffix}", some("labels", seed))


@pytest.mark.parametrize("ending", ["_seg", "_segTRI_ana"])
@pytest.mark.parametrize("suffix", [".nii.gz", ".nii"])
def test_pairs_in_the_folder_and_below(tmp_path, ending, suffix) -> None:
    pair(tmp_path, "ANNA", ending, 1, suffix=suffix)
    pair(tmp_path / "BEN", "BEN", ending, 2, suffix=suffix)
    brains = labelled_volumes(tmp_path)
    assert brains.groups.tolist() == ["ANNA", "BEN"]
    assert brains.class_names == ("background", "CSF", "grey matter", "white matter")
    for seed, image, mask in zip((1, 2), brains.images, brains.masks, strict=True):
        assert np.array_equal(image, some("image", seed).transpose(2, 1, 0))
        assert np.array_equal(mask, some("labels", seed).transpose(2, 1, 0))
        assert mask.dtype == np.uint8


def test_the_stripped_image_comes_first_and_companions_are_left_alone(tmp_path) -> None:
    pair(tmp_path, "IBSR_01", "_segTRI_ana", 1, image="_ana_strip")
    for other in ("_ana", "_seg_ana", "_segTRI_fill_ana", ""):
        write(tmp_path / f"IBSR_01{other}.nii.gz", some("image", 9))
    (brain,) = labelled_volumes(str(tmp_path)).images
    assert np.array_equal(brain, some("image", 1).transpose(2, 1, 0))


def test_each_is_turned_by_its_own_affine(tmp_path) -> None:
    write(tmp_path / "A.nii.gz", some("image"))
    write(tmp_path / "A_seg.nii.gz", some("labels")[::-1], np.diag([-1.0, 1, 1, 1]))
    brains = labelled_volumes(tmp_path)
    assert np.array_equal(brains.masks[0], some("labels").transpose(2, 1, 0))


def test_labels_stored_as_floats_are_whole_all_the_same(tmp_path) -> None:
    write(tmp_path / "A.nii.gz", some("image"))
    write(tmp_path / "A_seg.nii.gz", some("labels").astype(np.float32))
    assert labelled_volumes(tmp_path).masks[0].dtype == np.uint8


def test_a_missing_label_map(tmp_path) -> None:
    pair(tmp_path, "A")
    write(tmp_path / "B.nii.gz", some("image"))
    with pytest.raises(FileNotFoundError, match=r"B\.nii\.gz has no label map: B_seg\.nii\.gz or"):
        labelled_volumes(tmp_path)


def test_a_missing_volume(tmp_path) -> None:
    write(tmp_path / "B" / "B_seg.nii.gz", some("labels"))
    with pytest.raises(FileNotFoundError, match=r"the volume B\.nii\.gz is not beside it"):
        labelled_volumes(tmp_path)


def test_an_empty_folder_a_file_and_nothing(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("no volume")
    with pytest.raises(FileNotFoundError, match="holds no NIfTI files"):
        labelled_volumes(tmp_path)
    with pytest.raises(FileNotFoundError, match="is a file; a folder"):
        labelled_volumes(tmp_path / "notes.txt")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        labelled_volumes(tmp_path / "nowhere")


def test_shapes_that_differ(tmp_path) -> None:
    write(tmp_path / "A.nii.gz", some("image"))
    write(tmp_path / "A_seg.nii.gz", some("labels", shape=(6, 5, 3)))
    with pytest.raises(ValueError, match=r"A\.nii\.gz has 6 × 5 × 4 voxels, its labels .* 6 × 5 × 3"):
        labelled_volumes(tmp_path)


@pytest.mark.parametrize(
    ("odd", "told"), [(4, "holds 4 as labels"), (-1, "holds -1"), (1.5, r"holds 1\.5"), (250, "holds 250")]
)
def test_labels_that_are_no_class(tmp_path, odd, told) -> None:
    labels = some("labels").astype(np.float32)
    labels[2, 3, 1] = odd
    write(tmp_path / "A.nii.gz", some("image"))
    write(tmp_path / "A_seg.nii.gz", labels)
    with pytest.raises(ValueError, match=f"A_seg.nii.gz {told}.*from 0 to 3"):
        labelled_volumes(tmp_path).masks[0]


def test_a_partner_without_a_place_in_the_patient(tmp_path) -> None:
    write(tmp_path / "A.nii.gz", some("image"))
    nowhere = nibabel.Nifti1Image(some("labels"), None)
    nowhere.header["qform_code"] = nowhere.header["sform_code"] = 0
    nowhere.to_filename(tmp_path / "A_seg.nii.gz")
    with pytest.raises(ValueError, match=r"A_seg\.nii\.gz doesn't say how it lies"):
        labelled_volumes(tmp_path)


def test_a_name_that_occurs_twice(tmp_path) -> None:
    for place in ("first", "second"):
        pair(tmp_path / place, "T1")
    with pytest.raises(ValueError, match="T1 occurs 2 times"):
        labelled_volumes(tmp_path)


def test_a_damaged_file(tmp_path) -> None:
    pair(tmp_path, "A")
    (tmp_path / "A.nii.gz").write_bytes(b"no volume")
    with pytest.raises(ValueError, match=r"A\.nii\.gz can't be read as NIfTI"):
        labelled_volumes(tmp_path)
