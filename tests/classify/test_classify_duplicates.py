"""Equal images on both sides of a split, made up and in BreastMNIST."""

import numpy as np

from mediedu.classify import duplicates_across
from mediedu.data import LazyImages


def test_every_pair_is_found_and_nothing_else():
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 9)).astype(np.uint8)
    test = np.stack([images[3], images[7].T.reshape(8, 9), images[11], images[3]])
    assert duplicates_across(images, test).tolist() == [[3, 0], [3, 3], [11, 2]]
    assert duplicates_across(images[:3], test).shape == (0, 2)


def test_one_changed_pixel_is_another_image():
    images = np.random.default_rng(0).integers(0, 255, (4, 8, 8)).astype(np.uint8)
    changed = images.copy()
    changed[:, 7, 7] += 1
    assert len(duplicates_across(images, changed)) == 0


def test_shape_counts_and_dtype_does_not():
    flat = [np.zeros((2, 8)), np.array([[1, 2], [3, 4]], np.uint8)]
    other = [np.zeros((4, 4)), np.array([[1, 2], [3, 4]], np.float32), -np.zeros((2, 8))]
    assert duplicates_across(flat, other).tolist() == [[0, 2], [1, 1]]


def test_numbers_too_large_for_a_float_are_compared_exactly():
    assert len(duplicates_across([np.array([[2**53]])], [np.array([[2**53 + 1]])])) == 0


def test_lazy_images_are_read_one_by_one():
    lazy = LazyImages([0, 1, 2], lambda value: np.full((3, 3), value))
    assert duplicates_across(lazy, lazy[1:]).tolist() == [[1, 0], [2, 1]]


def test_breastmnists_own_duplicate_is_found_and_contradicts_itself(real_data):
    with np.load(real_data("breastmnist") / "breastmnist.npz") as archive:
        train, test = archive["train_images"], archive["test_images"]
        labels = archive["train_labels"].ravel(), archive["test_labels"].ravel()
    pairs = duplicates_across(train, test)
    slow = [[i, j] for i in range(len(train)) for j in range(len(test)) if (train[i] == test[j]).all()]
    assert pairs.tolist() == sorted(slow)
    assert len(pairs) == 1
    ((first, second),) = pairs
    assert labels[0][first] != labels[1][second]
