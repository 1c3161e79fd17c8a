"""Fetched sets: from the publisher's files, laid out as `data_fetch` lays them, to an honest Dataset."""

import inspect
import shutil
import tarfile
import zipfile
from importlib import import_module

import numpy as np
import PIL.Image
import pytest

import data_fetch
from mediedu.data import NotFetched, load, on_real_patients
from mediedu.data.fetched.npz import npz_array


@pytest.fixture
def lay(tmp_path, monkeypatch):
    """Give a function that makes a set count as fetched: its folder is there, its archives are unpacked."""
    laid = set()
    monkeypatch.setattr(data_fetch, "path", lambda name: tmp_path / name if name in laid else None)

    def lay_out(name):
        folder = tmp_path / name
        for file in data_fetch.info(name).files:
            if file.folder:
                (folder / file.folder).mkdir(parents=True, exist_ok=True)
        laid.add(name)

    return lay_out


@pytest.fixture
def here(tmp_path):
    """Give a function that makes the folder of a set, to be filled before it is laid."""

    def made(name, *below):
        folder = tmp_path.joinpath(name, *below)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    return made


def tiny_mnist(path, train, val, test, labels=None):
    arrays = {}
    for split, images in (("train", train), ("val", val), ("test", test)):
        numbers = np.arange(len(images)) % 2 if labels is None else np.asarray(labels[split])
        arrays[f"{split}_images"] = np.asarray(images, np.uint8)
        arrays[f"{split}_labels"] = numbers.astype(np.uint8).reshape(len(images), -1)
    np.savez_compressed(path, **arrays)


def borrow(source, target):
    """Link every file of a folder into another one."""
    for file in source.rglob("*"):
        if file.is_file():
            place = target / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(file)


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)


def save(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.fromarray(array).save(path)


# --- not there ---


@pytest.fixture
def nothing_fetched(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIEDU_DATA", str(tmp_path / "empty"))


@pytest.mark.usefixtures("nothing_fetched")
def test_a_set_not_on_this_machine_tells_command_size_and_licence():
    with pytest.raises(NotFetched) as caught:
        load("breastmnist", "test")
    assert isinstance(caught.value, FileNotFoundError)
    for part in ("mediedu fetch breastmnist", "560 kB", "CC-BY-4.0"):
        assert part in str(caught.value)
    with pytest.raises(NotFetched, match="states no licence"):
        load("busi")


def test_a_damaged_set_is_told_as_such_with_the_command_that_mends_it(here, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MEDIEDU_DATA", str(tmp_path))
    file = here("breastmnist") / "breastmnist.npz"
    (file.parent / ".breastmnist.npz.part").write_bytes(b"half")
    with pytest.raises(NotFetched, match="is not on this machine"):
        load("breastmnist")
    file.write_bytes(b"not what the registry knows")
    with pytest.raises(NotFetched, match=r"missing or was changed.*\n +mediedu fetch breastmnist\n"):
        load("breastmnist")
    assert on_real_patients("breastmnist") is None
    told = capsys.readouterr().out
    assert "changed" in told
    assert "not on this machine" not in told


def test_every_loader_keeps_the_contract():
    from mediedu.data import fetched
    from mediedu.data.load import _form

    contract = inspect.signature(fetched.Loader.__call__)
    expected = [(one.name, one.annotation) for one in contract.parameters.values()][1:]
    for form in {_form(entry) for entry in data_fetch.list()}:
        found = inspect.signature(import_module(f"mediedu.data.fetched.{form}").dataset)
        told = [
            (one.name, getattr(one.annotation, "__name__", str(one.annotation)))
            for one in found.parameters.values()
        ]
        assert told == expected, form


@pytest.mark.usefixtures("nothing_fetched")
def test_a_chapter_goes_on_without_the_set(capsys):
    assert on_real_patients("hippocampus") is None
    told = capsys.readouterr().out
    assert "mediedu fetch hippocampus" in told
    assert "28.4 MB" in told
    assert "skipped" in told


@pytest.mark.usefixtures("nothing_fetched")
def test_every_set_of_the_registry_can_be_loaded_once_fetched():
    for entry in data_fetch.list():
        with pytest.raises(NotFetched) as caught:
            load(entry.name)
        assert entry.command in str(caught.value)


@pytest.mark.usefixtures("nothing_fetched")
@pytest.mark.parametrize(
    ("name", "split", "words"),
    [
        ("breatsmnist", None, "Did you mean 'breastmnist'"),
        ("brest_masses", None, "Did you mean 'breast_masses'"),
        ("zzzzzz", None, "On every machine: breast_masses"),
        ("breastmnist", "validation", "Its splits: 'train', 'val', 'test'"),
    ],
)
def test_wrong_names_get_a_sentence(name, split, words):
    with pytest.raises(ValueError, match=words):
        load(name, split)
    with pytest.raises(ValueError, match=words):
        on_real_patients(name, split)


# --- MedMNIST ---


def test_medmnist_splits_labels_and_names(lay, here):
    tiny_mnist(here("bloodmnist") / "bloodmnist.npz", pictures(6), pictures(4, 1), pictures(5, 2))
    lay("bloodmnist")
    blood = load("bloodmnist")
    assert {name: len(rows) for name, rows in blood.splits.items()} == {"train": 6, "val": 4, "test": 5}
    assert blood.class_names[0] == "basophil"
    assert blood.labels.shape == (15,)
    assert blood.groups is None
    assert blood.spacing is None
    np.testing.assert_array_equal(load("bloodmnist", "val").images, pictures(4, 1))
    np.testing.assert_array_equal(blood.split("test").images, load("bloodmnist", "test").images)


def test_a_picture_in_two_splits_is_left_out_of_the_earlier_and_told(lay, here):
    test = pictures(3, 2)
    train = np.concatenate([pictures(4), test[1:2]])
    val = np.concatenate([pictures(2, 1), train[:1], test[:1]])
    labels = {"train": [0, 1, 0, 1, 0], "val": [0, 1, 0, 0], "test": [0, 1, 0]}
    tiny_mnist(here("breastmnist") / "breastmnist.npz", train, val, test, labels)
    lay("breastmnist")
    clean = load("breastmnist")
    assert {name: len(rows) for name, rows in clean.splits.items()} == {"train": 3, "val": 3, "test": 3}
    note = clean.notes[-1]
    assert "3 pictures lie in train and test and train and val and val and test alike" in note
    assert "1 of them with another label" in note
    assert len(load("breastmnist", "train")) == 3
    raw = load("breastmnist", as_published=True)
    assert len(raw) == 12
    assert "as_published" not in " ".join(raw.notes)
    seen = [image.tobytes() for image in clean.images]
    assert len(set(seen)) == len(seen)


def test_several_findings_stay_several(lay, here):
    labels = {split: np.eye(14, dtype=int)[:3] for split in ("train", "val", "test")}
    tiny_mnist(here("chestmnist") / "chestmnist.npz", pictures(3), pictures(3, 1), pictures(3, 2), labels)
    lay("chestmnist")
    chest = load("chestmnist")
    assert chest.labels.shape == (9, 14)
    assert chest.counts()["atelectasis"] == 3


@pytest.mark.parametrize("packed", [True, False])
def test_large_arrays_stay_on_the_disk(tmp_path, packed):
    path = tmp_path / "large.npz"
    (np.savez_compressed if packed else np.savez)(path, small=np.arange(3), big=pictures(50))
    big = npz_array(path, "big", large=1000)
    assert isinstance(big, np.memmap)
    assert not big.flags.writeable
    np.testing.assert_array_equal(big, pictures(50))
    np.testing.assert_array_equal(npz_array(path, "big", large=1000), big)  # unpacked once, used twice
    assert not isinstance(npz_array(path, "small", large=1000), np.memmap)
    assert [one.name for one in tmp_path.iterdir() if one.is_dir()] == (["large"] if packed else [])


def test_where_nothing_can_be_written_memory_serves(tmp_path, monkeypatch):
    path = tmp_path / "large.npz"
    np.savez_compressed(path, big=pictures(9))
    (tmp_path / "large").write_text("a file where the folder should be")
    np.testing.assert_array_equal(npz_array(path, "big", large=1000), pictures(9))


def test_an_array_that_is_not_there_is_told(tmp_path):
    np.savez(tmp_path / "one.npz", first=np.arange(3))
    with pytest.raises(ValueError, match=r"no array 'second'; it holds first"):
        npz_array(tmp_path / "one.npz", "second")


def test_a_large_set_is_put_together_without_reading_it(lay, here, monkeypatch):
    monkeypatch.setattr("mediedu.data.fetched.medmnist.LARGE", 1000)
    tiny_mnist(here("octmnist") / "octmnist.npz", pictures(6), pictures(4, 1), pictures(5, 2))
    lay("octmnist")
    whole = load("octmnist")
    assert "read when asked for" in repr(whole)
    np.testing.assert_array_equal(whole.split("val").images[0], pictures(4, 1)[0])


@pytest.mark.data
def test_breastmnist_as_it_is(lay, here, real_data):
    shutil.copy(real_data("breastmnist") / "breastmnist.npz", here("breastmnist"))
    lay("breastmnist")
    raw = load("breastmnist", as_published=True)
    assert {name: len(rows) for name, rows in raw.splits.items()} == data_fetch.info("breastmnist").splits
    assert raw.counts() == {"malignant": 210, "normal or benign": 570}
    clean = load("breastmnist")
    assert {name: len(rows) for name, rows in clean.splits.items()} == {"train": 545, "val": 78, "test": 156}
    assert "1 picture lies in train and test alike, with another label" in clean.notes[-1]
    np.testing.assert_array_equal(on_real_patients("breastmnist", "test").images, raw.split("test").images)


@pytest.mark.data
def test_pneumoniamnist_as_it_is(lay, here, real_data):
    shutil.copy(
        real_data("pneumoniamnist") / "pneumoniamnist_reassembled.npz",
        here("pneumoniamnist") / "pneumoniamnist.npz",
    )
    lay("pneumoniamnist")
    train, val = load("pneumoniamnist", "train"), load("pneumoniamnist", "val")
    assert not {image.tobytes() for image in train.images} & {image.tobytes() for image in val.images}
    assert len(val) == 524
    assert 4690 <= len(train) <= 4700, (
        "8 pictures of the validation set are in train too, some more than once"
    )
    assert "train and val" in train.notes[-1]


# --- volumes ---


def nifti(path, array):
    import nibabel

    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(array, np.diag([1.0, 1, 1, 1])), path)


def test_decathlon_pairs_images_and_labels(lay, here):
    base = here("hippocampus", "Task04_Hippocampus")
    for number, shape in ((3, (5, 6, 7)), (1, (4, 4, 4))):
        image = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
        nifti(base / "imagesTr" / f"hippocampus_00{number}.nii.gz", image)
        nifti(base / "labelsTr" / f"hippocampus_00{number}.nii.gz", (image.astype(int) % 3).astype(np.uint8))
        (base / "labelsTr" / f"._hippocampus_00{number}.nii.gz").write_bytes(
            b"a shadow left by another system"
        )
    lay("hippocampus")
    brains = load("hippocampus")
    assert len(brains) == 2
    assert brains.groups is None  # which belong to one person is not published
    assert brains.images[1].shape == brains.masks[1].shape == (7, 6, 5)
    assert brains.masks[0].dtype == np.uint8
    assert brains.class_names == ("background", "anterior", "posterior")
    assert repr(brains) == "<Dataset hippocampus: 2 images read when asked for; patients unknown>"
    assert brains.show(1).png[1:4] == b"PNG"
    (base / "imagesTr" / "hippocampus_001.nii.gz").unlink()
    with pytest.raises(FileNotFoundError, match="no image beside them"):
        load("hippocampus")


def test_several_sequences_become_channels(lay, here):
    base = here("brain_tumour", "Task01_BrainTumour")
    nifti(
        base / "imagesTr" / "BRATS_001.nii.gz", np.arange(3 * 4 * 5 * 2, dtype=np.float32).reshape(3, 4, 5, 2)
    )
    nifti(base / "labelsTr" / "BRATS_001.nii.gz", np.zeros((3, 4, 5), np.uint8))
    lay("brain_tumour")
    assert load("brain_tumour").images[0].shape == (5, 4, 3, 2)
    assert load("brain_tumour").groups is None


def test_an_empty_folder_is_told(lay):
    lay("hippocampus")
    with pytest.raises(FileNotFoundError, match=r"labelsTr/\*\.nii\.gz"):
        load("hippocampus")


@pytest.mark.data
def test_hippocampus_as_it_is(lay, here, real_data):
    base, source = here("hippocampus", "Task04_Hippocampus"), real_data("msd-hippocampus")
    borrow(source / "images", base / "imagesTr")
    borrow(source / "labels", base / "labelsTr")
    lay("hippocampus")
    brains = load("hippocampus")
    assert len(brains) == 260
    assert brains.groups is None
    for number in (0, 99, 259):
        image, mask = brains.images[number], brains.masks[number]
        assert image.shape == mask.shape
        assert set(np.unique(mask)) == {0, 1, 2}
        anterior, posterior = (np.argwhere(mask == value)[:, 1].mean() for value in (1, 2))
        assert anterior > posterior, "y runs to anterior"


# --- pictures ---


def test_chase_has_two_observers_and_knows_the_child(lay, here):
    base = here("chase_db1", "CHASEDB1")
    for eye in ("01L", "01R", "02L"):
        save(base / f"Image_{eye}.jpg", np.zeros((8, 9, 3), np.uint8))
        for observer, value in (("1st", True), ("2nd", False)):
            save(base / f"Image_{eye}_{observer}HO.png", np.full((8, 9), value))
    lay("chase_db1")
    eyes = load("chase_db1")
    assert eyes.groups.tolist() == [1, 1, 2]
    assert eyes.images[0].shape == (8, 9, 3)
    assert eyes.masks[0].min() == 1
    assert eyes.other_masks["second observer"][0].max() == 0
    assert len(eyes.subset([2]).other_masks["second observer"]) == 1


@pytest.mark.data
def test_chase_as_it_is(lay, here, real_data):
    borrow(real_data("chase_db1"), here("chase_db1", "CHASEDB1"))
    lay("chase_db1")
    eyes = load("chase_db1")
    assert len(eyes) == 28
    assert len(np.unique(eyes.groups)) == 14
    assert eyes.images[5].shape == (960, 999, 3)
    first, second = eyes.masks[5] > 0, eyes.other_masks["second observer"][5] > 0
    assert 0.02 < first.mean() < 0.2
    assert 0.6 < 2 * (first & second).sum() / (first.sum() + second.sum()) < 1


def test_busi_joins_masks_and_leaves_copies_out(lay, here):
    base = here("busi", "Dataset_BUSI")
    rng = np.random.default_rng(0)
    grey = [rng.integers(0, 256, (6, 7 + n), np.uint8) for n in range(4)]
    save(base / "benign" / "benign (1).png", grey[0])
    save(base / "benign" / "benign (10).png", grey[1])
    save(base / "benign" / "benign (2).png", grey[0])  # a copy
    save(base / "malignant" / "malignant (1).png", grey[2])
    save(base / "malignant" / "malignant (2).png", grey[1])  # a copy with another class
    save(base / "normal" / "normal (1).png", grey[3])
    left, right = np.zeros((6, 7), bool), np.zeros((6, 7), bool)
    left[:, 0], right[:, -1] = True, True
    save(base / "benign" / "benign (1)_mask.png", left)
    save(base / "benign" / "benign (1)_mask_1.png", right)
    save(base / "benign" / "benign (1)_mask_2.png", np.ones((9, 9), bool))  # of another image
    lay("busi")
    raw = load("busi", as_published=True)
    assert raw.labels.tolist() == [0, 0, 0, 1, 1, 2]
    np.testing.assert_array_equal(raw.images[2], grey[1])  # 1, 2, 10: by number, not by letter
    np.testing.assert_array_equal(raw.masks[0], left | right)
    assert raw.masks[5].shape == (6, 10)
    assert not raw.masks[5].any()
    clean = load("busi")
    assert clean.labels.tolist() == [0, 1, 2]
    assert "3 files are left out" in " ".join(clean.notes)
    assert "1 pictures had two classes" in " ".join(clean.notes)
    assert clean.groups is None


@pytest.mark.data
def test_busi_as_it_is(lay, here, real_data):
    borrow(real_data("busi-subset"), here("busi", "Dataset_BUSI"))
    lay("busi")
    raw = load("busi", as_published=True)
    assert raw.counts() == {"benign": 32, "malignant": 32, "normal": 6}
    for image, mask, label in zip(raw.images, raw.masks, raw.labels, strict=True):
        assert image.ndim == 2
        assert image.shape == mask.shape
        assert mask.any() == (label != 2)
    assert raw.show(3).png[1:4] == b"PNG"


def test_nuclei_get_the_number_of_their_file(lay, here):
    case = here("bbbc038", "stage1_train", "abc")
    save(case / "images" / "abc.png", np.full((6, 6, 4), 9, np.uint8))
    for number in range(3):
        mask = np.zeros((6, 6), np.uint8)
        mask[2 * number] = 255
        save(case / "masks" / f"m{number}.png", mask)
    lay("bbbc038")
    cells = load("bbbc038")
    assert cells.images[0].shape == (6, 6), "its three colours are the same: it is grey"
    assert cells.masks[0][:, 0].tolist() == [1, 0, 2, 0, 3, 0]


@pytest.mark.data
def test_bbbc038_as_it_is(lay, here, real_data):
    source = real_data("dsb2018-nuclei-subset")
    borrow(source / "original_layout", here("bbbc038", "stage1_train"))
    lay("bbbc038")
    cells = load("bbbc038")
    assert len(cells) == 3
    for number in range(3):
        files = list((cells.masks.sources[number] / "masks").glob("*.png"))
        labels = cells.masks[number]
        assert labels.shape == cells.images[number].shape[:2]
        assert labels.max() == len(files) == len(np.unique(labels)) - 1
        with PIL.Image.open(sorted(files)[0]) as first:
            np.testing.assert_array_equal(labels == 1, np.asarray(first) > 0)


def test_bbbc039_numbers_touching_nuclei_apart(lay, here):
    here("bbbc039")
    mask = np.zeros((6, 6, 3), np.uint8)
    mask[:, :3, 0], mask[:, 3:, 0] = 1, 2
    save(here("bbbc039", "images") / "a.tif", np.full((6, 6), 700, np.uint16))
    save(here("bbbc039", "masks") / "a.png", mask)
    lay("bbbc039")
    cells = load("bbbc039")
    assert cells.images[0].dtype == np.uint16
    assert set(np.unique(cells.masks[0])) == {1, 2}


def test_tiles_take_their_class_from_the_folder(lay, here):
    base = here("malaria", "cell_images")
    for inside in (base, base / "cell_images"):  # the archive holds everything twice
        save(inside / "Parasitized" / "a.png", np.zeros((4, 5, 3), np.uint8))
        save(inside / "Uninfected" / "b.png", np.zeros((6, 5, 3), np.uint8))
        save(inside / "Uninfected" / "c.png", np.zeros((6, 5, 3), np.uint8))
    lay("malaria")
    cells = load("malaria")
    assert cells.counts() == {"Parasitized": 1, "Uninfected": 2}
    tiles = here("kather_histology", "Kather_texture_2016_image_tiles_5000")
    for number, kind in enumerate(data_fetch.info("kather_histology").labels, start=1):
        save(tiles / f"{number:02d}_{kind.upper()}" / "x.tif", np.full((3, 3, 3), number, np.uint8))
    lay("kather_histology")
    tissue = load("kather_histology")
    assert [image.max() - 1 for image in tissue.images] == tissue.labels.tolist() == list(range(8))


OWN = """
[{name}]
title = "Our own"
holds = "Our own pictures"
modality = "photo"
task = "two classes"
labels = ["calm", "not calm"]
licence = "CC0-1.0"
licence_url = "https://example.org"
redistribution = true
citation = "us"
page = "https://example.org"
{more}
[[{name}.files]]
name = "{file}"
urls = []
unpack = {unpack}
"""


@pytest.fixture
def own_registry(tmp_path, monkeypatch):
    """Give a function that makes a mirror and an instructor's registry with one set."""
    monkeypatch.setenv("MEDIEDU_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MEDIEDU_MIRROR", str(tmp_path / "mirror"))

    def registered(name, file, unpack="false", more=""):
        (tmp_path / "own.toml").write_text(OWN.format(name=name, file=file, unpack=unpack, more=more))
        monkeypatch.setenv("MEDIEDU_REGISTRY", str(tmp_path / "own.toml"))
        (tmp_path / "mirror" / name).mkdir(parents=True)
        return tmp_path / "mirror" / name / file

    return registered


def test_an_instructors_own_npz_set_is_fetched_and_loaded(own_registry):
    file = own_registry("ward_seven", "ward.npz", more="splits = { train = 4, val = 2, test = 2 }")
    tiny_mnist(file, pictures(4), pictures(2, 1), pictures(2, 2))
    with pytest.raises(NotFetched):
        load("ward_seven")
    data_fetch.fetch("ward_seven")
    assert load("ward_seven", "train").class_names == ("calm", "not calm")


def test_an_archive_is_fetched_unpacked_and_loaded(own_registry, tmp_path):
    base = tmp_path / "Task02_Heart"
    nifti(base / "imagesTr" / "la_003.nii.gz", np.ones((3, 4, 5), np.float32))
    nifti(base / "labelsTr" / "la_003.nii.gz", np.ones((3, 4, 5), np.uint8))
    with tarfile.open(own_registry("heart", "Task02_Heart.tar", "true"), "w") as archive:
        archive.add(base, "Task02_Heart")
    data_fetch.fetch("heart")
    assert load("heart").masks[0].shape == (5, 4, 3)


@pytest.mark.data
def test_breastmnist_is_fetched_from_a_mirror_and_loaded(tmp_path, monkeypatch, real_data):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "breastmnist").symlink_to(real_data("breastmnist"))
    monkeypatch.setenv("MEDIEDU_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MEDIEDU_MIRROR", str(tmp_path / "mirror"))
    assert on_real_patients("breastmnist") is None
    data_fetch.fetch("breastmnist")
    assert len(on_real_patients("breastmnist", "test")) == 156


def test_zip_members_are_found_behind_their_real_header(tmp_path):
    path = tmp_path / "odd.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.txt", "a member that is no array")
        with archive.open("big.npy", "w", force_zip64=True) as file:
            np.lib.format.write_array(file, pictures(20))
    np.testing.assert_array_equal(npz_array(path, "big", large=1000), pictures(20))


# --- large sets, each on a tiny copy of its layout ---


def test_a_set_without_official_split_says_so(lay, here):
    base = here("chase_db1", "CHASEDB1")
    save(base / "Image_01L.jpg", np.zeros((8, 9, 3), np.uint8))
    lay("chase_db1")
    with pytest.raises(ValueError, match="split it yourself"):
        load("chase_db1", "test")


def test_ixi_knows_the_person(lay, here):
    base = here("ixi_t1", "IXI-T1")
    for name in ("IXI012-HH-1211-T1", "IXI002-Guys-0828-T1"):
        nifti(base / f"{name}.nii.gz", np.zeros((3, 4, 5), np.int16))
    lay("ixi_t1")
    brains = load("ixi_t1")
    assert brains.groups.tolist() == ["IXI002", "IXI012"]
    assert brains.masks is None
    assert brains.images[0].shape == (5, 4, 3)


def test_ibsr_pairs_brain_and_tissue(lay, here):
    for person in ("IBSR_01", "IBSR_02"):
        base = here("ibsr18", "IBSR_V2.0_nifti_stripped", person)
        nifti(base / f"{person}_ana_strip.nii.gz", np.full((3, 4, 5, 1), 9, np.int16))
        nifti(base / f"{person}_segTRI_ana.nii.gz", np.full((3, 4, 5, 1), 3, np.uint8))
        nifti(base / f"{person}_segTRI_fill_ana.nii.gz", np.full((3, 4, 5), 2, np.uint8))
    lay("ibsr18")
    brains = load("ibsr18")
    assert len(brains) == 2
    assert brains.images[1].shape == brains.masks[1].shape == (5, 4, 3)
    assert (brains.masks[0] == 3).all()


@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_brainweb_is_read_in_either_order_of_bytes(lay, here, order):
    import gzip

    base = here("brainweb")
    values = np.arange(181 * 217 * 181) % 1500
    with gzip.open(base / "t1_icbm_normal_1mm_pn3_rf20.raws.gz", "wb", compresslevel=1) as file:
        file.write(values.astype(order).tobytes())
    with gzip.open(base / "phantom_1.0mm_normal_crisp.rawb.gz", "wb", compresslevel=1) as file:
        file.write((values % 10).astype(np.uint8).tobytes())
    lay("brainweb")
    brain = load("brainweb")
    assert brain.synthetic
    assert brain.images.shape == brain.masks.shape == (1, 181, 217, 181)
    assert brain.images.max() == 1499
    assert brain.images[0, 0, 1, 0] == 181, "x is stored fastest"
    with gzip.open(base / "phantom_1.0mm_normal_crisp.rawb.gz", "wb") as file:
        file.write(b"cut short")
    with pytest.raises(ValueError, match="holds 9 voxels, not 7109137"):
        load("brainweb")


def test_mini_mias_turns_the_rows(lay, here):
    base = here("mini_mias", "all-mias")
    for number in (1, 2, 3):
        save(base / f"mdb00{number}.pgm", np.zeros((1024, 1024), np.uint8))
    (base / "Info.txt").write_text(
        "INFORMATION about the columns\n\nmdb001 G CIRC B 535 425 197\nmdb001 G SPIC M 100 1000 9\n"
        "mdb002 F CALC B\nmdb003 D NORM \n"
    )
    lay("mini_mias")
    films = load("mini_mias")
    assert [films.class_names[label] for label in films.labels] == ["CIRC", "CALC", "NORM"]
    assert films.groups.tolist() == [0, 0, 1]
    assert films.masks[0][1023 - 425, 535]
    assert films.masks[0][23, 100]
    assert not films.masks[0][1000, 100]
    assert not films.masks[1].any()


def test_nih_keeps_patients_and_the_official_lists(lay, here):
    base = here("nih_chest_xray14")
    names = ["00000001_000.png", "00000001_001.png", "00000002_000.png"]
    for name in names:
        save(here("nih_chest_xray14", "images_001") / name, np.zeros((5, 5), np.uint8))
    (base / "Data_Entry_2017_v2020.csv").write_text(
        "Image Index,Finding Labels,Follow-up #,Patient ID\n"
        f"{names[0]},Cardiomegaly|Effusion,0,1\n{names[1]},No Finding,1,1\n"
        f"{names[2]},Hernia,0,2\nelsewhere.png,Mass,0,3\n"
    )
    (base / "train_val_list.txt").write_text("\n".join(names[:2]))
    (base / "test_list.txt").write_text(f"{names[2]}\nelsewhere.png\n")
    lay("nih_chest_xray14")
    chests = load("nih_chest_xray14")
    assert chests.counts()["Hernia"] == chests.counts()["Effusion"] == 1
    assert chests.labels[1].sum() == 0
    assert chests.groups.tolist() == [1, 1, 2]
    assert load("nih_chest_xray14", "test").groups.tolist() == [2]


def test_patch_camelyon_is_unpacked_once_and_read_tile_by_tile(lay, here):
    import gzip
    import io

    h5py = pytest.importorskip("h5py")
    base = here("patch_camelyon")
    for split, count in (("train", 4), ("valid", 2), ("test", 3)):
        for what, array in (("x", np.full((count, 96, 96, 3), count, np.uint8)), ("y", np.arange(count) % 2)):
            content = io.BytesIO()
            with h5py.File(content, "w") as file:
                file[what] = array if what == "x" else array.reshape(-1, 1, 1, 1)
            path = base / f"camelyonpatch_level_2_split_{split}_{what}.h5.gz"
            path.write_bytes(gzip.compress(content.getvalue(), 1))
    lay("patch_camelyon")
    val = load("patch_camelyon", "val")
    assert val.labels.tolist() == [0, 1]
    assert val.images[1].max() == 2
    assert not (base / "camelyonpatch_level_2_split_train_x.h5").exists()
    whole = load("patch_camelyon")
    assert {name: len(rows) for name, rows in whole.splits.items()} == {"train": 4, "val": 2, "test": 3}
    assert whole.split("test").images[0].max() == 3


def test_cbis_takes_the_worst_pathology_and_keeps_patients_apart(lay, here):
    from mediedu.data import sample_path

    base = here("cbis_ddsm")
    head = "patient_id,pathology,image file path\n"
    tables = {
        "mass_case_description_train_set": "P_1,BENIGN,Mass-Training_P_1_LEFT_CC/a/b/0.dcm\n"
        "P_1,MALIGNANT,Mass-Training_P_1_LEFT_CC/a/b/0.dcm\nP_2,BENIGN,Mass-Training_P_2_LEFT_CC/a/b/0.dcm\n",
        "mass_case_description_test_set": "P_3,BENIGN_WITHOUT_CALLBACK,Mass-Test_P_3_LEFT_CC/a/b/0.dcm\n",
        "calc_case_description_train_set": "",
        "calc_case_description_test_set": "P_2,MALIGNANT,Calc-Test_P_2_LEFT_CC/a/b/0.dcm\n",
    }
    for name, rows in tables.items():
        (base / f"{name}.csv").write_text(head + rows)
    for case in (
        "Mass-Training_P_1_LEFT_CC",
        "Mass-Training_P_2_LEFT_CC",
        "Mass-Test_P_3_LEFT_CC",
        "Calc-Test_P_2_LEFT_CC",
    ):
        shutil.copy(sample_path("ct_small"), here("cbis_ddsm", "CBIS-DDSM", case, "a", "b") / "1-1.dcm")
    lay("cbis_ddsm")
    films = load("cbis_ddsm")
    found = {
        (group, films.class_names[label]) for group, label in zip(films.groups, films.labels, strict=True)
    }
    assert ("P_1", "MALIGNANT") in found
    assert films.split("train").groups.tolist() == ["P_1"]
    assert sorted(films.split("test").groups.tolist()) == ["P_2", "P_3"]
    assert sorted(load("cbis_ddsm", "train", as_published=True).groups.tolist()) == ["P_1", "P_2"]
    assert films.images[0].shape == (128, 128)


def test_a_set_whose_form_nobody_knows_says_where_its_files_are(own_registry):
    own_registry("ward_eight", "ward.bin")
    with pytest.raises(ValueError, match=r"data_fetch\.path\('ward_eight'\)"):
        load("ward_eight")
