"""Setting the environment up: quick when nothing changed, and mended when something is half made."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def setup(project_root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "environment", project_root / "requirements" / "environment.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty environment, with a pip that can be imported and no packages."""
    place = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    pip = next(place.glob("[lL]ib/**/site-packages")) / "pip.py"
    pip.write_text("", encoding="utf-8")
    return place


def stamp(setup: ModuleType, place: Path, lock: str, **changes: object) -> None:
    content = {"folder": str(place), "locks": {lock: setup.digest(lock)}, "packages": [], **changes}
    (place / "mediedu-stamp.json").write_text(json.dumps(content), encoding="utf-8")


def test_a_stamped_environment_is_ready_for_what_its_lock_covers(setup: ModuleType, folder: Path) -> None:
    stamp(setup, folder, "test")
    environment = setup.Environment(folder)
    assert environment.is_ready("test")
    assert environment.is_ready("lab")
    assert not environment.is_ready("gpu")


def test_a_small_lock_does_not_cover_the_large_one(setup: ModuleType, folder: Path) -> None:
    stamp(setup, folder, "lab")
    assert setup.Environment(folder).is_ready("lab")
    assert not setup.Environment(folder).is_ready("test")


@pytest.mark.parametrize(
    "changes",
    [{"locks": {"test": "an older lock"}}, {"folder": "elsewhere"}, {"packages": ["numpy-2.0.dist-info"]}],
    ids=["lock renewed", "folder moved", "package taken away"],
)
def test_what_no_longer_fits_is_not_ready(
    setup: ModuleType, folder: Path, changes: dict[str, object]
) -> None:
    stamp(setup, folder, "test", **changes)
    assert not setup.Environment(folder).is_ready("test")


def test_a_damaged_stamp_is_no_stamp(setup: ModuleType, folder: Path) -> None:
    (folder / "mediedu-stamp.json").write_text('{"folder": ', encoding="utf-8")
    assert setup.Environment(folder).read_stamp() == {}


def test_a_sound_environment_is_built_upon(setup: ModuleType, folder: Path) -> None:
    assert setup.Environment(folder).trouble("test") is None


def test_a_killed_installation_is_seen(setup: ModuleType, folder: Path) -> None:
    (folder / "mediedu-unfinished").write_text("", encoding="utf-8")
    assert "cut short" in setup.Environment(folder).trouble("test")


def test_an_environment_without_pip_is_seen(setup: ModuleType, folder: Path) -> None:
    next(folder.glob("[lL]ib/**/site-packages/pip.py")).unlink()
    assert "incomplete" in setup.Environment(folder).trouble("test")


def test_an_empty_folder_is_seen(setup: ModuleType, tmp_path: Path) -> None:
    assert "does not start" in setup.Environment(tmp_path).trouble("test")


def test_a_moved_environment_is_seen(setup: ModuleType, folder: Path, tmp_path: Path) -> None:
    moved = folder.rename(tmp_path / "moved")
    assert "moved" in setup.Environment(moved).trouble("test")


def test_two_builds_of_tensorflow_are_never_mixed(setup: ModuleType, folder: Path) -> None:
    stamp(setup, folder, "lab")
    assert "cannot be mixed" in setup.Environment(folder).trouble("gpu")
    assert setup.Environment(folder).trouble("test") is None


def test_a_python_that_is_too_old_is_told(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "OLDEST", (99, 0))
    with pytest.raises(setup.Failed, match=r"Python 3\.11, 3\.12 or 3\.13 is needed"):
        setup.prepare("lab", tmp_path / "env")


@pytest.mark.parametrize("uv_works", [True, False])
def test_pip_takes_over_where_uv_cannot(
    setup: ModuleType,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    uv_works: bool,
) -> None:
    commands = []

    def run(*command: object, quiet: bool = False) -> bool:
        words = [str(word) for word in command]
        commands.append(words)
        return uv_works or "uv" not in Path(words[0]).stem

    monkeypatch.setattr(setup, "run", run)
    setup.prepare("lab", folder)
    by_pip = [words for words in commands if words[1:3] == ["-m", "pip"] and words[-1].endswith("lab.txt")]
    assert len(by_pip) == (0 if uv_works else 1)
    assert all("--no-deps" in words for words in by_pip), "pip refuses coverage[toml] where it resolves"
    assert ("trying pip" in capsys.readouterr().out) is not uv_works
    for words in commands:
        if words[-1].endswith(".txt"):
            assert "--require-hashes" in words
            assert words[words.index("--only-binary") + 1] == ":all:"
    assert setup.Environment(folder).is_ready("lab")


def test_a_failed_installation_leaves_no_stamp_and_a_sentence(
    setup: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "run", lambda *_, **__: False)
    with pytest.raises(setup.Failed, match="Is the network on"):
        setup.prepare("lab", folder)
    assert not setup.Environment(folder).is_ready("lab")
    assert setup.Environment(folder).trouble("lab") is None


def test_two_at_once_build_one_environment(
    setup: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    builds = []

    def build(environment: object, lock: str) -> None:
        builds.append(lock)
        time.sleep(0.5)
        stamp(setup, folder, lock)

    monkeypatch.setattr(setup, "build", build)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: setup.prepare("lab", folder), range(2)))
    assert builds == ["lab"]
    told = capsys.readouterr().out
    assert "being built by another program" in told
    assert "made ready meanwhile" in told


@pytest.mark.slow
def test_a_new_environment_then_nothing_to_do_then_mended(project_root: Path, tmp_path: Path) -> None:
    place = tmp_path / "env"
    command = [sys.executable, "requirements/environment.py", "bench", "--folder", str(place)]

    def go() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=project_root, capture_output=True, text=True, timeout=900)

    first = go()
    if first.returncode != 0 and "Is the network on" in first.stdout:
        pytest.skip("No packages can be reached from this machine, so no environment can be made anew.")
    assert first.returncode == 0, first.stdout + first.stderr
    started = time.monotonic()
    second = go()
    assert "nothing to install" in second.stdout
    assert time.monotonic() - started < 3
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (place / "mediedu-unfinished").write_text("", encoding="utf-8")
    (place / "mediedu-stamp.json").unlink()
    third = go()
    assert "cut short" in third.stdout
    assert third.returncode == 0, third.stdout + third.stderr
    asked = "import numpy, mediedu, importlib.metadata as m; print(m.version('mediedu'))"
    answer = subprocess.run([python, "-c", asked], capture_output=True, text=True, cwd=tmp_path)
    assert answer.stdout.strip(), answer.stderr
