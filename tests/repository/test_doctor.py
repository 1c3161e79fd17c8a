"""``mediedu doctor`` finds what is missing or too old, says how to mend it, and leaves with 1."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from mediedu import cli
from mediedu.cli import doctor
from mediedu.cli.doctor import accelerator, machine, packages, stores
from mediedu.cli.doctor.finding import Finding


def some(*findings: Finding) -> Iterator[Finding]:
    return iter(findings)


def test_all_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "findings", lambda: some(Finding("Disk", "fine", "9 GB are free here.")))
    answer = CliRunner().invoke(cli.app, ["doctor"])
    assert answer.exit_code == 0
    assert "All that the course needs is here." in answer.output


def test_something_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Finding("Disk", "missing", "0 GB are free.", "Make room.")
    monkeypatch.setattr(doctor, "findings", lambda: some(missing))
    answer = CliRunner().invoke(cli.app, ["doctor"])
    assert answer.exit_code == 1
    assert "To mend it: Make room." in answer.output
    as_json = CliRunner().invoke(cli.app, ["doctor", "--json"])
    assert as_json.exit_code == 1
    told = json.loads(as_json.output)
    assert told["ready"] is False
    assert told["findings"] == [
        {"subject": "Disk", "state": "missing", "says": "0 GB are free.", "mend": "Make room."}
    ]


def test_this_machine_is_looked_at_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MEDIEDU_DATA", str(tmp_path))
    monkeypatch.setenv("MEDIEDU_MIRROR", str(tmp_path))
    monkeypatch.setattr(doctor, "deep_learning", lambda: some(Finding("GPU", "note", "not asked here")))
    subjects = [finding.subject for finding in doctor.findings()]
    for subject in (
        "Python",
        "Memory",
        "Disk",
        "Packages for the library",
        "Data folder",
        "Data sets",
        "Network",
    ):
        assert subject in subjects


def test_long_findings_are_wrapped() -> None:
    text = Finding("Data sets", "note", "many words " * 30, "See them.").as_text()
    assert max(len(line) for line in text.splitlines()) <= 100
    assert text.startswith("note     Data sets: many words")


def test_packages_missing_and_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        "numpy>=9999",
        "no-such-package>=1",
        "jupyterlab>=9999; extra == 'lab'",
        "keras-none>=1; extra == 'deep'",
    ]
    monkeypatch.setattr(packages, "requires", lambda _: asked)
    library, lab, deep = packages.required_packages()
    assert library.state == "missing"
    assert "not installed: no-such-package>=1" in library.says
    assert "numpy is" in library.says
    assert ">=9999 is needed" in library.says
    assert "make environment" in library.mend
    assert lab.state == "missing"
    assert deep.state == "note"


def test_a_requirement_of_another_system_is_not_asked_for() -> None:
    assert packages.unmet(["no-such-package; sys_platform == 'none' and extra == 'deep'"], "deep") == ([], [])


def test_a_python_outside_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.platform, "python_version", lambda: "3.9.1")
    finding = machine.python()
    assert finding.state == "missing"
    assert "3.9.1" in finding.says


def test_a_full_disk_and_a_small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: SimpleNamespace(free=2e8))
    assert machine.disk().state == "missing"
    monkeypatch.setattr(machine, "_limit_of_container", lambda: 2e9)
    finding = machine.memory()
    assert finding.state == "note"
    assert finding.says.startswith("2.0 GB")


def answering(output: str, code: int = 0) -> object:
    return lambda *_, **__: SimpleNamespace(stdout=output, stderr="ImportError: no backend", returncode=code)


def test_a_gpu_that_keras_does_not_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "graphics_cards", lambda: ["Some card, 24 GB"])
    reply = json.dumps({"keras": "3.9", "backend": "tensorflow", "gpus": []})
    monkeypatch.setattr(accelerator.subprocess, "run", answering(f"noise\n{reply}\n"))
    gpu, keras = accelerator.deep_learning()
    assert "Some card" in gpu.says
    assert keras.state == "note"
    assert "LOCK=gpu" in keras.mend


def test_a_gpu_that_keras_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "graphics_cards", lambda: ["Some card, 24 GB"])
    reply = json.dumps({"keras": "3.9", "backend": "jax", "gpus": ["cuda:0"]})
    monkeypatch.setattr(accelerator.subprocess, "run", answering(reply))
    assert list(accelerator.deep_learning())[1] == Finding("Keras", "fine", "3.9 on jax, which sees cuda:0.")


def test_a_keras_that_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "graphics_cards", list)
    monkeypatch.setattr(accelerator.subprocess, "run", answering("", 1))
    keras = list(accelerator.deep_learning())[1]
    assert keras.state == "missing"
    assert "no backend" in keras.says


def test_a_keras_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("python", 90)

    monkeypatch.setattr(accelerator.subprocess, "run", hang)
    assert accelerator.backend_of_keras() == "Keras did not load within 90 s."


@pytest.mark.skipif(os.name != "posix", reason="The stand-in for the driver's tool is a shell script.")
def test_cards_are_read_from_the_drivers_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'Card A, 24576 MiB'\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert accelerator.graphics_cards() == ["Card A, 24576 MiB"]
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert accelerator.graphics_cards() == []


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    monkeypatch.setenv("MEDIEDU_DATA", str(in_the_way / "data"))
    folder = next(stores.data_on_hand())
    assert folder.state == "missing"
    assert "MEDIEDU_DATA" in folder.mend
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(in_the_way / "cache"))
    assert stores.kernel_cache().state == "note"


def test_a_broken_registry_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "registry.toml"
    broken.write_text("[", encoding="utf-8")
    monkeypatch.setenv("MEDIEDU_REGISTRY", str(broken))
    monkeypatch.setenv("MEDIEDU_DATA", str(tmp_path))
    assert list(stores.data_on_hand())[1].state == "missing"


def test_the_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import requests

    monkeypatch.delenv("MEDIEDU_MIRROR", raising=False)
    monkeypatch.delenv("MEDIEDU_REGISTRY", raising=False)
    monkeypatch.setattr(requests, "head", lambda *_, **__: None)
    assert stores.network().state == "fine"

    def refuse(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "head", refuse)
    assert "does not answer" in stores.network().says
    monkeypatch.setenv("MEDIEDU_MIRROR", str(tmp_path / "none"))
    assert stores.network().state == "note"
