"""What augmentation refuses, and the sentence it says."""

import numpy as np
import pytest

from mediedu.nets import Augmentation

IMAGES = np.zeros((2, 8, 9), np.float32)


@pytest.mark.parametrize(
    ("setting", "error", "says"),
    [
        ({"rotation": -5}, ValueError, "at least 0, or a pair"),
        ({"rotation": "15"}, TypeError, "give a finite number, or a pair"),
        ({"rotation": (1, 2, 3)}, TypeError, "a pair"),
        ({"rotation": True}, TypeError, "a finite number"),
        ({"rotation": (5, -5)}, ValueError, "the lower number of a pair comes first"),
        ({"scale": 1.0}, ValueError, "spread about 1"),
        ({"scale": (0, 2)}, ValueError, "between 0.2 and 5"),
        ({"shift": 10}, ValueError, "divide pixels by the number of rows"),
        ({"elastic": 10}, ValueError, "divide pixels"),
        ({"elastic_cells": 0}, ValueError, "from 1 to 64"),
        ({"noise": -1}, ValueError, "between 0 and inf"),
        ({"noise": float("nan")}, TypeError, "a finite number"),
        ({"flips": ("horizontal",)}, ValueError, "'up-down' and 'left-right'"),
        ({"flips": 3}, TypeError, "'up-down' and 'left-right'"),
        ({"border": "edge"}, ValueError, "reflect, mirror, nearest"),
        ({"fill": None}, ValueError, "a finite number"),
    ],
)
def test_settings(setting, error, says):
    with pytest.raises(error, match=says) as caught:
        Augmentation(**setting)
    assert f"`{next(iter(setting))}`" in str(caught.value)


@pytest.mark.parametrize(
    ("images", "error", "says"),
    [
        (np.zeros((8, 9), np.float32), ValueError, r"One image alone is image\[None\]"),
        (np.zeros((2, 8, 9)), TypeError, "astype"),
        (np.zeros((2, 0, 9), np.uint8), ValueError, "at least one pixel"),
        (np.full((2, 8, 9), np.nan, np.float32), ValueError, "NaN or infinite"),
    ],
)
def test_images(images, error, says):
    with pytest.raises(error, match=says):
        Augmentation(rotation=5)(images, rng=0)


@pytest.mark.parametrize(
    ("masks", "error", "says"),
    [
        (np.zeros((2, 9, 8), np.uint8), ValueError, r"need masks of shape \(2, 8, 9\)"),
        (np.zeros((2, 8, 9, 1, 1), np.uint8), ValueError, "one more axis"),
        (np.zeros((2, 8, 9), np.float32), TypeError, "whole numbers or bool"),
    ],
)
def test_masks(masks, error, says):
    with pytest.raises(error, match=says):
        Augmentation(rotation=5)(IMAGES, masks, rng=0)


@pytest.mark.parametrize(
    ("rng", "error", "says"),
    [
        (None, TypeError, "so that the result can be repeated"),
        (1.5, TypeError, "a seed such as rng=0"),
        (-1, ValueError, "at least 0"),
        (np.arange(3), ValueError, "3 numbers for 2 images"),
    ],
)
def test_rng(rng, error, says):
    with pytest.raises(error, match=says):
        Augmentation(rotation=5)(IMAGES, rng=rng)


def test_threads():
    with pytest.raises(ValueError, match="at least 1"):
        Augmentation()(IMAGES, rng=0, threads=0)


def test_an_empty_batch_gives_an_empty_batch():
    moved, labels = Augmentation(rotation=5, noise=1)(IMAGES[:0], IMAGES[:0] > 0, rng=0)
    assert moved.shape == (0, 8, 9)
    assert labels.dtype == bool
