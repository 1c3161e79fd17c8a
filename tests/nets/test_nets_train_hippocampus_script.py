"""The training script of chapter 19 on small made-up volumes: parts, the closed test, what is kept."""

import json
import sys
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return import_module("benchmarks.train_hippocampus")


@pytest.fixture
def tiny(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script with a small recipe, keeping its run elsewhere."""

    class Small(script.Recipe):
        def __init__(self, epochs: int = 1) -> None:
            super().__init__(size=(8, 8, 8), widths=(2, 4), epochs=epochs)

    monkeypatch.setattr(script, "Recipe", Small)
    monkeypatch.setattr(script, "RUNS", tmp_path / "runs")
    return script


@pytest.fixture(params=["labelsTr", "labels"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return made_up(tmp_path / "set", request.param)


def made_up(folder: Path, labels: str = "labelsTr", count: int = 9) -> Path:
    """Two bright blocks in noise, one behind the other, in volumes of different sizes; 2 mm in z."""
    images = labels.replace("labels", "images")
    for name in (images, labels):
        (folder / name).mkdir(parents=True)
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    for i in range(count):
        rng = np.random.default_rng(i)
        classes = np.zeros((10 + i % 3, 12, 7 + i % 2), np.uint8)  # x, y, z: some are smaller than a box
        classes[3:7, 6:9, 2:5], classes[3:7, 3:6, 2:5] = 1, 2
        grey = (classes * 100 + rng.normal(0, 10, classes.shape)).astype(np.float32)
        nibabel.save(nibabel.Nifti1Image(grey, affine), folder / images / f"case_{i}.nii.gz")
        nibabel.save(nibabel.Nifti1Image(classes, affine), folder / labels / f"case_{i}.nii.gz")
    return folder


def run(script: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["train_hippocampus", *map(str, arguments)])
    return int(script.main())


def test_a_gpu_that_is_asked_for_and_missing_is_said_before_anything_is_read(
    tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise tiny.NoGPU("A GPU was asked for.")

    monkeypatch.setattr(tiny, "require_gpu", missing)
    monkeypatch.setattr(tiny, "find_pairs", lambda given: pytest.fail("the set was looked for"))
    assert run(tiny, monkeypatch, "--gpu") == 2
    assert capsys.readouterr().err == "A GPU was asked for.\n"


def test_pairs_are_found_in_both_layouts(script: ModuleType, folder: Path) -> None:
    pairs = script.find_pairs(folder)
    assert [label.name for _, label in pairs] == [f"case_{i}.nii.gz" for i in range(9)]
    assert all(image.parent.name.startswith("images") and image.is_file() for image, _ in pairs)
    case = script.open_case(pairs[0])
    assert case.volume.shape == case.labels.shape == (7, 12, 10)
    assert case.spacing == (2.0, 1.0, 1.0)
    assert case.volume.mean() == pytest.approx(0, abs=1e-5)
    assert case.volume.std() == pytest.approx(1, abs=1e-5)


def test_every_volume_is_in_one_part(script: ModuleType) -> None:
    parts = script.split_volumes(260)
    assert [len(part) for part in parts] == [160, 40, 60]
    assert sorted(chain.from_iterable(parts)) == list(range(260))
    assert script.split_volumes(260) == parts
    assert all(script.split_volumes(7))


def test_the_test_part_is_opened_after_the_last_network(
    tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, events = made_up(tmp_path / "set"), []
    open_case, train_network = tiny.open_case, tiny.train_network
    monkeypatch.setattr(tiny, "open_case", lambda pair: events.append(pair[0].name) or open_case(pair))
    monkeypatch.setattr(
        tiny, "train_network", lambda *given: events.append("trained") or train_network(*given)
    )
    assert run(tiny, monkeypatch, "--data", data, "--seeds", 2, "--folder", tmp_path / "checkpoints") in (
        0,
        1,
    )
    learnt, judged, closed = ({f"case_{i}.nii.gz" for i in part} for part in tiny.split_volumes(9))
    at = events.index("trained")
    assert set(events[:at]) == learnt | judged
    assert events[at : at + 2] == ["trained"] * 2
    assert set(events[at + 2 :]) == closed
    kept = json.loads((tmp_path / "runs" / "train_hippocampus.json").read_text(encoding="utf-8"))
    assert kept["command"] == ("python -m benchmarks.train_hippocampus --data set --folder checkpoints")
    assert {row["file"] for row in kept["cases"]} == closed
    assert len(kept["seeds"]) == len(kept["results"]["each_network_dice"]) == 2
    means = kept["results"]["test"]
    for structure in ("anterior", "posterior"):
        values = [row[structure]["dice"] for row in kept["cases"]]
        dice = means[structure]["dice"]
        assert dice["mean"] == pytest.approx(np.mean(values), abs=1e-4)
        assert dice["interval_95"][0] <= dice["mean"] <= dice["interval_95"][1]
        assert kept["met"][structure] == (dice["mean"] >= kept["targets"][structure])
    told = capsys.readouterr().out
    assert told.count("MISSED") == list(kept["met"].values()).count(False)
    assert means["worst_case"] in told
    clocks = sorted((tmp_path / "checkpoints").rglob("cpu_seconds.txt"))
    assert [float(clock.read_text()) > 0 for clock in clocks] == [True, True]
    # A finished run is not trained again.
    assert run(tiny, monkeypatch, "--data", data, "--folder", tmp_path / "checkpoints", "--discard") in (0, 1)
    again = capsys.readouterr().out
    assert f"anterior: Dice {means['anterior']['dice']['mean']:.4f}" in again


def test_without_the_test_part_it_stays_closed(
    tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made_up(tmp_path / "set")
    closed = tiny.split_volumes(9)[2]
    for i in closed:  # would be refused
        for part in ("imagesTr", "labelsTr"):
            (data / part / f"case_{i}.nii.gz").write_bytes(b"no volume")
    assert run(tiny, monkeypatch, "--data", data, "--seeds", 1, "--no-test") in (0, 1)
    kept = json.loads((tmp_path / "runs" / "train_hippocampus_validation.json").read_text(encoding="utf-8"))
    assert len(kept["cases"]) == len(tiny.split_volumes(9)[1])
    assert kept["command"] == "python -m benchmarks.train_hippocampus --seeds 1 --no-test --data set"
    assert not (tmp_path / "runs" / "train_hippocampus.json").exists()


def test_measures_are_in_millimetres(script: ModuleType) -> None:
    """One slice of 2 mm too far: the Dice of 2 · 9 / (9 + 18), and 2 mm at the far face."""
    labels = np.zeros((7, 7, 7), np.uint8)
    labels[2, 2:5, 2:5], labels[5, 5, 5] = 1, 2
    answer = labels.copy()
    answer[3, 2:5, 2:5], answer[5, 5, 5] = 1, 0
    found = script.judge("any", answer, labels, (2.0, 1.0, 1.0))
    assert found["anterior"] == {
        "dice": pytest.approx(0.6667),
        "hausdorff_95_mm": 2.0,
        "surface_distance_mm": pytest.approx(9 * 2 / 27, abs=1e-4),
    }
    assert found["posterior"] == {"dice": 0.0, "hausdorff_95_mm": None, "surface_distance_mm": None}
    summary = script.over_volumes([found, script.judge("other", labels, labels, (2.0, 1.0, 1.0))])
    assert summary["posterior"]["dice"]["mean"] == 0.5
    assert summary["posterior"]["hausdorff_95_mm"]["not_found"] == 1


def test_without_the_set_a_sentence_says_how_to_get_it(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(script, monkeypatch, "--data", tmp_path) == 2
    assert "data_fetch fetch hippocampus" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(script, monkeypatch, "--seeds", 0)
    assert "at least 1 is needed" in capsys.readouterr().err
