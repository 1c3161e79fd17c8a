"""Dataset and Table: parts that belong together stay together, and parts that do not fit are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediedu.data import Dataset, Table, load
from mediedu.data.lazy import LazyImages


def dots(**changes):
    fields = {
        "name": "dots",
        "images": np.arange(6 * 4 * 5, dtype=np.uint8).reshape(6, 4, 5),
        "labels": np.array([0, 1, 0, 1, 1, 0]),
        "masks": np.eye(4, 5, dtype=np.uint8)[None].repeat(6, axis=0),
        "groups": np.array([7, 7, 8, 8, 9, 9]),
        "class_names": ("empty", "full"),
        "splits": {"train": [0, 1, 2, 3], "test": [4, 5]},
        "other_masks": {"second": np.zeros((6, 4, 5), np.uint8)},
        "description": "Dots made for a test.",
    }
    return Dataset(**{**fields, **changes})


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9))
def test_a_subset_keeps_entries_together(chosen):
    whole, part = dots(), dots().subset(chosen)
    for place, i in enumerate(chosen):
        np.testing.assert_array_equal(part.images[place], whole.images[i])
        assert part.labels[place] == whole.labels[i]
        assert part.groups[place] == whole.groups[i]
    assert len(part) == len(part.masks) == len(part.other_masks["second"]) == len(chosen)
    assert part.splits == {}


def test_a_subset_by_true_and_false():
    assert dots().subset(dots().labels == 1).counts() == {"empty": 0, "full": 3}


def test_a_split_is_a_set_of_its_own():
    test = dots().split("test")
    assert (test.name, len(test), test.splits) == ("dots, test", 2, {})
    with pytest.raises(ValueError, match=r"no split 'val'. Its splits: 'train', 'test'"):
        dots().split("val")
    with pytest.raises(ValueError, match="split it yourself"):
        test.split("train")


def test_the_line_about_a_set_tells_the_truth_about_patients():
    assert "3 patients" in repr(dots())
    assert "patients unknown" in repr(dots(groups=None))
    assert "synthetic" in repr(dots(synthetic=True))
    assert "train 4, test 2" in repr(dots())
    assert "5 classes" in repr(dots(class_names=tuple("abcde")))
    assert "4 × 5 pixels in colour" in repr(dots(images=np.zeros((6, 4, 5, 3))))
    assert "voxels" in repr(dots(images=np.zeros((6, 4, 5, 6)), masks=None))


def test_a_set_cannot_be_rebound():
    with pytest.raises(AttributeError):
        dots().labels = np.zeros(6)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"labels": [0, 1]}, "6 images but 2 entries in labels"),
        ({"groups": [1]}, "6 images but 1 entries in groups"),
        ({"other_masks": {"second": np.zeros((5, 4, 5))}}, "5 entries in second"),
        ({"masks": np.zeros((6, 5, 4))}, "rows and columns of its image"),
        ({"labels": np.zeros(6)}, "must be integers"),
        ({"labels": [0, 1, 2, 0, 0, 0]}, "run from 0 to 2, but there are 2 class names"),
        ({"labels": np.zeros((6, 3), int)}, "one for each class name"),
        ({"splits": {"train": [0, 1], "test": [1]}}, "shares one with another"),
        ({"splits": {"train": [0, 0]}}, "holds an entry twice"),
        ({"splits": {"train": [6]}}, "points past its 6 entries"),
        ({"images": np.zeros((0, 4, 5)), "masks": None}, "holds no image"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        dots(**changes)


def test_several_findings_an_image():
    several = dots(labels=np.array([[0, 1], [1, 1], [0, 0], [1, 0], [0, 1], [0, 1]]))
    assert several.counts() == {"empty": 2, "full": 4}


def test_a_set_draws_itself_with_alt_text():
    data = dots()._repr_mimebundle_()
    assert "The first 6 images of dots, their masks outlined" in data["text/html"]
    assert data["text/plain"].startswith("<Dataset dots")
    sheet = dots(images=np.random.default_rng(0).integers(0, 9, (6, 8, 9, 7)), masks=None, labels=None)
    assert "image 0" not in sheet.show(2, alt="Two slices").alt
    assert dots(images=np.full((6, 4, 5), 3.0), masks=None).show().png[1:4] == b"PNG"


def test_lazy_images_read_only_what_is_asked_for():
    read = []

    def note(source):
        read.append(source)
        return np.full((2, 3 + source % 2), source)

    images = LazyImages(range(6), note)
    part = images[np.array([4, 2])]
    assert read == []
    assert part[0].max() == 4
    assert images[-1].max() == 5
    assert len(images[2:]) == 4
    assert [image.max() for image in images[[True, False] * 3]] == [0, 2, 4]
    assert np.asarray(part).shape == (2, 2, 3)
    with pytest.raises(ValueError, match="2 different shapes"):
        np.asarray(images)
    with pytest.raises(IndexError):
        images[6]
    assert "6 images" in repr(images)
    assert "read when asked for" in repr(dots(images=images, masks=None))


def test_a_table_holds_its_rows_together():
    table = Table("t", [[1.0, 2], [3, 4], [5, 6]], [0, 1, 1], ("a", "b"), ("no", "yes"), splits={"test": [2]})
    assert table.subset([2, 0]).features.tolist() == [[5, 6], [1, 2]]
    assert table.split("test").counts() == {"no": 0, "yes": 1}
    assert table.column("b").tolist() == [2, 4, 6]
    assert len(table) == 3
    with pytest.raises(ValueError, match=r"no column 'c'\. Its columns: a, b"):
        table.column("c")
    with pytest.raises(ValueError, match="no split 'train'"):
        table.split("train")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("t", [[1.0]], [0, 1], ("a",), ("no", "yes")), "2 labels and 1 feature names"),
        (("t", [[1.0]], [1], ("a",), ("no",)), "run from 1 to 1, but there are 1 class names"),
        (("t", [[1.0]], [0], ("a",), ("no",), [1, 2]), "1 labels but 2 groups"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        Table(*arguments)


def test_wisconsin_is_a_table_with_honest_labels():
    table = load("breast_wisconsin")
    assert table.features.shape == (569, 30)
    assert table.counts() == {"malignant": 212, "benign": 357}
    assert table.groups is None
    radius = table.column("mean radius")
    assert radius[table.labels == 0].mean() > radius[table.labels == 1].mean() + 4, (
        "malignant nuclei are larger"
    )
    with pytest.raises(ValueError, match="has no split 'test'"):
        load("breast_wisconsin", "test")


def test_breast_masses_are_balanced_in_every_split():
    masses = load("breast_masses")
    assert masses.synthetic
    assert masses.images.shape == (300, 128, 128)
    for name, size in (("train", 180), ("val", 60), ("test", 60)):
        part = load("breast_masses", name)
        assert part.counts() == {"benign": size // 2, "malignant": size // 2}
    assert sum(len(rows) for rows in masses.splits.values()) == 300
    assert (masses.masks.max(axis=(1, 2)) == 1).all()


def test_breast_masses_can_be_made_again_one_by_one():
    from mediedu.data import phantom

    made = phantom.breast_mass("malignant", 128, seed=7)
    np.testing.assert_array_equal(load("breast_masses").images[7], made.image)


def test_what_one_learner_changes_is_not_changed_for_the_next():
    load("breast_masses").images[:] = 0
    load("brain_tissue").masks[:] = 0
    assert load("breast_masses").images.max() > 0
    assert load("brain_tissue").masks.max() == 3


def test_brain_tissue_names_its_labels_and_calls_them_reference_maps():
    brain = load("brain_tissue")
    assert brain.class_names == ("background", "CSF", "grey matter", "white matter")
    assert brain.images.shape == brain.masks.shape == (1, 189, 233, 197)
    assert any("not ground truth" in note for note in brain.notes)
