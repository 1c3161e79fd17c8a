"""The training script of chapter 17: halves that share no voxel, and any folder split by patient."""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def train_tissue(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return import_module("benchmarks.train_tissue")


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """Five made-up heads whose brightness tells the class, laid out as IBSR18 is."""
    rng = np.random.default_rng(0)
    for number in range(5):
        quarters = rng.permutation(4).reshape(2, 2, 1)
        labels = np.kron(quarters, np.ones((18, 18, 4), int)).astype(np.uint8)
        image = 100.0 * labels + rng.normal(0, 5, labels.shape) + 200
        for name, values in ((f"P{number}", image.astype(np.int16)), (f"P{number}_seg", labels)):
            place = tmp_path / f"P{number}" / f"{name}.nii.gz"
            place.parent.mkdir(exist_ok=True)
            nibabel.Nifti1Image(values[..., None], np.eye(4)).to_filename(place)
    return tmp_path


def test_back_and_front_are_a_patch_apart(train_tissue: ModuleType, monkeypatch) -> None:
    """Each voxel's row stands in its grey value, so that what was cut out can be read off."""
    rows = np.broadcast_to(np.arange(1, 101.0)[:, None], (9, 100, 8))

    class Head:
        images, masks = [rows], [np.full(rows.shape, 3, np.uint8)]

    monkeypatch.setattr(train_tissue, "load", lambda name: Head)
    monkeypatch.setattr(train_tissue, "scaled", lambda volume: volume)
    for name in ("add_rician", "add_bias_field"):
        monkeypatch.setattr(train_tissue.noise, name, lambda image, *amount, rng: image)
    (back, back_labels), (front, front_labels) = train_tissue.halves()
    assert back.shape == back_labels.shape
    assert front.shape == front_labels.shape
    assert front.min() - back.max() - 1 == 13
    assert (back.min(), front.max()) == (1, 100)


def test_scaling_ignores_the_dark_surround(train_tissue: ModuleType) -> None:
    inside = np.random.default_rng(1).normal(400, 20, (4, 10, 10))
    for surround in (4, 12):
        volume = np.pad(inside, [(0, 0), (surround, surround), (surround, surround)])
        found = train_tissue.scaled(volume)[:, surround:-surround, surround:-surround]
        assert found.mean() == pytest.approx(0, abs=1e-3)
        assert found.std() == pytest.approx(1, abs=1e-3)
    with pytest.raises(ValueError, match="one grey value alone"):
        train_tissue.scaled(np.zeros((2, 3, 4)))


def test_the_mean_over_patients_has_students_interval(train_tissue: ModuleType) -> None:
    mean, low, high = train_tissue.mean_of_cases([0.7, 0.8, 0.75])
    half = 4.302653 * 0.05 / np.sqrt(3)  # t with two degrees of freedom, 97.5 %
    assert (mean, low, high) == pytest.approx((0.75, 0.75 - half, 0.75 + half), abs=1e-5)
    assert train_tissue.mean_of_cases([0.8]) == (0.8, 0.0, 1.0)
    assert train_tissue.mean_of_cases([0.6, 1.0])[1:] == (0.0, 1.0)


def run(script: ModuleType, monkeypatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["train_tissue", *map(str, arguments)])
    return script.main()


def test_a_folder_is_learnt_by_patient(train_tissue, small_folder, tmp_path, monkeypatch, capsys) -> None:
    """The network learns too little here; it is asked, and a threshold answers in its place."""
    kept, asked = tmp_path / "run.json", train_tissue.segment

    def answer(model, volume, shares):
        assert shares.sum() == pytest.approx(1)
        assert asked(model, volume, shares).shape == volume.shape
        return np.digitize(volume, [-4, -2, 0])

    monkeypatch.setattr(train_tissue, "segment", answer)
    options = ("--folder", small_folder, "--test-share", 0.4, "--patches", 64, "--epochs", 1)
    options += ("--widths", "2,2,4", "--keep", kept)
    assert run(train_tissue, monkeypatch, *options) == 0
    told, found = capsys.readouterr().out, json.loads(kept.read_text())
    assert len(found["cases"]) == 2
    assert len(found["learnt_from"]) == 3
    assert set(found["cases"]) | set(found["learnt_from"]) == {f"P{n}" for n in range(5)}
    for name, dices in found["cases"].items():
        assert name in told
        assert set(dices) == {"CSF", "grey matter", "white matter"}
        assert all(value > 0.99 for value in dices.values())
    for tissue, row in found["results"].items():
        assert row["dice"] == pytest.approx(np.mean([d[tissue] for d in found["cases"].values()]), abs=1e-4)
        assert row["interval_95"][0] <= row["dice"] <= row["interval_95"][1]
    assert "--widths 2,2,4" in found["command"]
    assert str(tmp_path) not in kept.read_text()


def test_what_cannot_be_learnt_gets_a_sentence(
    train_tissue, small_folder, tmp_path, monkeypatch, capsys
) -> None:
    (small_folder / "P3" / "P3_seg.nii.gz").unlink()
    assert run(train_tissue, monkeypatch, "--folder", small_folder) == 2
    assert "P3.nii.gz has no label map" in capsys.readouterr().err
    for number in range(1, 5):
        for path in (small_folder / f"P{number}").iterdir():
            path.unlink()
    assert run(train_tissue, monkeypatch, "--folder", small_folder) == 2
    assert "1 volume is too few" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="0"):
        run(train_tissue, monkeypatch, "--help")
    assert "--folder" in capsys.readouterr().out
