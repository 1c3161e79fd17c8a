"""The built wheel alone is enough: installed into an empty environment, it opens the course anywhere."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
UNREACHABLE = ("Failed to fetch", "error sending request", "dns error", "not found in the cache", "Network")


def quiet_environment() -> dict[str, str]:
    """Leave out what would lead back to the checkout or to this test run."""
    left_out = ("PYTHON", "VIRTUAL_ENV", "COV", "PYTEST", "JUPYTER", "MEDIEDU")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


@pytest.fixture(scope="module")
def wheel(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(out),
        str(project_root),
    ]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and what it asks for; give the folder of the scripts.

    Where no packages can be reached, the environment borrows those of this one, and the wheel comes without
    its requirements; that these are complete is then not tested.
    """
    place = tmp_path_factory.mktemp("empty") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    uv = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    if uv.exists():
        lock = project_root / "requirements" / "lab.txt"
        install = [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            python,
            "--constraint",
            lock,
            f"mediedu[lab] @ {wheel.as_uri()}",
        ]
        answer = subprocess.run(install, capture_output=True, text=True, env=quiet_environment())
        if answer.returncode == 0:
            return scripts
        assert any(word in answer.stderr for word in UNREACHABLE), answer.stderr
    borrowed = next(place.glob("[lL]ib/**/site-packages")) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    own = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            f"--python={python}",
            "install",
            "--no-deps",
            "--no-index",
            "--quiet",
            str(wheel),
        ],
        capture_output=True,
        text=True,
    )
    assert own.returncode == 0, own.stderr
    return scripts


def test_what_the_wheel_holds(wheel: Path, project_root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"mediedu", "data_fetch", next(top for top in tops if top.endswith(".dist-info"))}
    for chapter in project_root.glob("notebooks/*.ipynb"):
        assert f"mediedu/_notebooks/{chapter.name}" in names
    for needed in ("mediedu/py.typed", "data_fetch/py.typed", "data_fetch/registry.toml"):
        assert needed in names
    assert "mediedu/cli/jupyter/labconfig/page_config.json" in names
    assert sum(name.endswith(("/LICENSE", "/LICENSE-text")) for name in names) == 2
    assert not [name for name in names if name.endswith((".pyc", ".nbi", ".nbc"))]


def test_the_wheel_does_not_lead_back_to_the_checkout(
    installed: Path, project_root: Path, tmp_path: Path
) -> None:
    code = "import mediedu, data_fetch; print(mediedu.__file__); print(data_fetch.__file__)"
    answer = subprocess.run(
        [installed / "python", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=quiet_environment(),
    )
    assert answer.returncode == 0, answer.stderr
    for line in answer.stdout.splitlines():
        assert Path(line).is_relative_to(installed.parent)


def test_start_makes_the_chapters(installed: Path, project_root: Path, tmp_path: Path) -> None:
    command = [installed / "mediedu", "start", "mine"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=quiet_environment())
    assert answer.returncode == 0, answer.stderr
    made = sorted(path.name for path in (tmp_path / "mine").glob("*.ipynb"))
    assert made == sorted(path.name for path in project_root.glob("notebooks/*.ipynb"))
    assert "00_start_here.ipynb" in made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(installed: Path, tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """Start ``mediedu lab`` in an empty folder; give its address and token once it has told them."""
    port = free_port()
    log = tmp_path / "log.txt"
    folder = tmp_path / "empty"
    folder.mkdir()
    command = [installed / "mediedu", "lab", "--no-browser", "--port", str(port)]
    environment = {**quiet_environment(), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with log.open("w", encoding="utf-8") as sink:
        running = subprocess.Popen(command, cwd=folder, stdout=sink, stderr=sink, env=environment)
        try:
            deadline = time.monotonic() + 120
            while not (
                told := re.search(
                    rf"http://127\.0\.0\.1:{port}\S*token=(\w+)", log.read_text(encoding="utf-8")
                )
            ):
                assert running.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.2)
            assert "/lab/tree/00_start_here.ipynb" in told[0]
            yield f"http://127.0.0.1:{port}", told[1], folder
        finally:
            running.terminate()
            running.wait(30)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_lab_opens_from_an_empty_folder(server: tuple[str, str, Path]) -> None:
    address, token, folder = server
    assert status(f"{address}/api/contents?token={token}") == 200
    assert status(f"{address}/api/contents") == 403
    assert status(f"{address}/api/contents/00_start_here.ipynb?token={token}") == 200
    assert status(f"{address}/lab/tree/00_start_here.ipynb?token={token}") == 200
    assert (folder / "mediedu-course" / "00_start_here.ipynb").is_file()
