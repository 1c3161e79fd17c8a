"""benchmarks/deeplab_beside_unet.py: what it learns from and is judged on, and which layers it changes."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return import_module("benchmarks.deeplab_beside_unet")


def test_masses_are_halved_and_belong_to_their_masks(script: ModuleType) -> None:
    images, masks = script.masses("val", 3)
    assert images.shape == (3, 64, 64, 1)
    assert images.dtype == np.float32
    assert masks.shape == (3, 64, 64)
    assert set(np.unique(masks)) == {0, 1}
    assert images.min() >= 0
    assert images.max() <= 1
    inside, outside = images[..., 0][masks == 1].mean(), images[..., 0][masks == 0].mean()
    assert inside < outside - 0.1  # the masses are dark


def test_all_normalisations_of_deeplab_follow_faster_those_of_the_backbone_too(script: ModuleType) -> None:
    norms = [
        layer
        for layer in script.network("DeepLabV3+")._flatten_layers()
        if type(layer).__name__ == "BatchNormalization"
    ]
    assert len(norms) > 53  # the backbone alone has 53
    assert {layer.momentum for layer in norms} == {script.MOMENTUM}
