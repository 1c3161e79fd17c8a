"""The script that measures U-Nets on a GPU: it runs end to end without one, and then keeps nothing."""

import json
import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gpu_unet(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    from mediedu.nets import load_keras

    monkeypatch.syspath_prepend(str(ROOT))
    # The contestants are processes of their own; they shall start on the backend that is here.
    monkeypatch.setenv("KERAS_BACKEND", load_keras().backend.backend())
    return import_module("benchmarks.gpu_unet")


def test_tiny_networks_run_on_the_processor_and_nothing_is_kept(
    gpu_unet: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "run.json"
    given = ["--smoke", "--epochs", "2", "--task", "chapter 18", "--out", str(kept)]
    assert gpu_unet.main([*given, "--without-torch"]) == 0
    said = capfd.readouterr().out
    assert "left out as asked" in said
    assert "No GPU was measured" in said
    for contestant in ("mediedu", "mediedu, mixed"):
        assert f"chapter 18, {contestant}: " in said
    assert not kept.exists()


def test_without_a_gpu_nothing_is_measured(
    gpu_unet: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(gpu_unet, "first_gpu", lambda: None)
    assert gpu_unet.main(["--out", str(tmp_path / "run.json")]) == 2
    assert "nothing is measured and nothing kept" in capsys.readouterr().err
    assert not (tmp_path / "run.json").exists()


def row(contestant: str, seconds: float, weights: int = 10) -> dict[str, object]:
    return {
        "task": "chapter 18",
        "contestant": contestant,
        "weights": weights,
        "seconds_first_epoch": 9.0,
        "seconds_per_epoch": seconds,
        "memory_peak_mib": 100.0,
        "utilisation_mean_percent": 50.0,
    }


def test_on_a_gpu_the_run_is_kept_with_its_command_and_ratio(
    gpu_unet: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seconds = {"mediedu": 2.0, "mediedu, mixed": 1.0, "PyTorch": 3.0, "PyTorch, mixed": 1.0}
    monkeypatch.setattr(gpu_unet, "first_gpu", lambda: ("0", "a GPU, 1.0, 80 GiB"))
    monkeypatch.setattr(gpu_unet, "find_spec", lambda name: object())
    monkeypatch.setattr(gpu_unet, "run_contestant", lambda name, who, *_: row(who, seconds[who]))
    kept = tmp_path / "runs" / "run.json"
    assert gpu_unet.main(["--task", "chapter 18", "--out", str(kept), "--seed", "3"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("chapter 18  ")]
    assert [line.split()[-1] for line in lines[:2]] == ["1.50", "1.00"]
    run = json.loads(kept.read_text())
    assert run["seed"] == 3
    assert run["command"].startswith("python -m benchmarks.gpu_unet --task 'chapter 18'")
    assert run["machine"]["gpu, driver, memory"] == "a GPU, 1.0, 80 GiB"
    assert [one["contestant"] for one in run["rows"]] == list(seconds)


def test_networks_that_differ_are_not_compared(gpu_unet: ModuleType) -> None:
    with pytest.raises(AssertionError, match=r"the networks differ, they have \[10, 11\] weights"):
        gpu_unet.show([row("mediedu", 1.0), row("PyTorch", 1.0, weights=11)], smoke=False)


def test_a_contestant_that_fails_is_told_with_its_last_words(
    gpu_unet: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = gpu_unet.argparse.Namespace(epochs=2, seed=-1, smoke=True)
    monkeypatch.setattr(gpu_unet.sys, "executable", shutil.which("false") or "false")
    with pytest.raises(RuntimeError, match="chapter 18, mediedu: the training failed"):
        gpu_unet.run_contestant("chapter 18", "mediedu", options, None)


def test_samples_are_summed_up_within_their_span(gpu_unet: ModuleType) -> None:
    watch = gpu_unet.Watch(None)
    with watch:
        watch.samples += [(0.0, 10.0, 1.0), (1.0, 50.0, 2.0), (2.0, 70.0, 3.0), (9.0, 0.0, 9.0)]
    assert watch.between(0.5, 3.0) == {
        "samples": 2,
        "utilisation_mean_percent": 60.0,
        "device_memory_peak_mib": 3.0,
    }
    assert watch.between(3.0, 4.0)["utilisation_mean_percent"] is None


def test_made_up_labels_hold_every_class(gpu_unet: ModuleType) -> None:
    for task in gpu_unet.TASKS.values():
        small = gpu_unet.replace(task, shape=(*(32 for _ in task.shape[:-1]), 1), images=4)
        images, labels = gpu_unet.made_up(small, 0)
        assert images.shape == (*labels.shape, 1)
        assert images.dtype == np.float32
        assert np.unique(labels).tolist() == list(range(max(task.classes, 2)))
