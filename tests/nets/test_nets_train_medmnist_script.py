"""The training script of chapter 14: doubles are left out, shares, means and what it says without the set."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def train_medmnist(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return import_module("benchmarks.train_medmnist")


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """A set of random images in which one of training lies in the test part and one in validation."""
    rng = np.random.default_rng(0)
    parts = {
        name: rng.integers(0, 256, (n, 8, 8), np.uint8) for name, n in (("train", 9), ("val", 5), ("test", 4))
    }
    parts["train"][2], parts["train"][7] = parts["test"][0], parts["val"][1]
    labels = {f"{name}_labels": np.arange(len(images))[:, None] % 2 for name, images in parts.items()}
    path = tmp_path / "any.npz"
    np.savez(path, **{f"{name}_images": images for name, images in parts.items()}, **labels)
    return path


def test_doubles_are_left_out_of_the_earlier_part(train_medmnist: ModuleType, small_set: Path) -> None:
    parts = train_medmnist.Parts(small_set)
    assert parts.left_out == {"val": 0, "train": 2}
    assert parts.images.shape == (12, 8, 8, 1)
    assert parts.labels.tolist() == [0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0]
    assert parts.images.mean() == pytest.approx(0, abs=1e-5)
    assert parts.images.std() == pytest.approx(1, abs=1e-5)


def test_the_test_part_is_scaled_as_the_training_part(train_medmnist: ModuleType, small_set: Path) -> None:
    parts = train_medmnist.Parts(small_set)
    images, labels = parts.open_test()
    with np.load(small_set) as archive:
        back = images[..., 0] * parts.spread + parts.mean
        assert np.allclose(back, archive["test_images"], atol=1e-3)
    assert labels.tolist() == [0, 1, 0, 1]


def test_a_file_is_found_by_itself_or_in_its_folder(
    train_medmnist: ModuleType, small_set: Path, tmp_path: Path
) -> None:
    assert train_medmnist.find_file("breastmnist", small_set) == small_set
    assert train_medmnist.find_file("breastmnist", tmp_path) == small_set
    assert train_medmnist.find_file("breastmnist", tmp_path / "nothing") is None


def test_without_the_set_a_sentence_says_how_to_get_it(
    train_medmnist: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["train_medmnist", "breastmnist", "--data", str(tmp_path)])
    assert train_medmnist.main() == 2
    assert "data_fetch fetch breastmnist" in capsys.readouterr().err


def test_even_shares(train_medmnist: ModuleType) -> None:
    """What was as likely as the class is common becomes one half; order stays."""
    turned = train_medmnist.to_even_shares(np.array([0.1, 0.75, 0.9]), 0.75)
    assert turned[1] == pytest.approx(0.5)
    assert turned[0] == pytest.approx(0.1 / 3 / (0.1 / 3 + 0.9))
    assert (np.diff(turned) > 0).all()


def test_means_come_with_the_interval_of_the_middle_seed(train_medmnist: ModuleType) -> None:
    rows = [
        {"test": {name: {"value": v, "interval_95": [v - 0.1, v + 0.1]} for name in ("auc", "accuracy")}}
        for v in (0.9, 0.7, 0.8)
    ]
    found = train_medmnist.mean_of(rows, "test")
    assert found["auc"]["mean"] == pytest.approx(0.8)
    assert found["accuracy"]["interval_95_middle_seed"] == pytest.approx([0.7, 0.9])
