"""Nothing committed names a package host or a place on somebody's machine, and nothing heavy slips in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

# Joined from parts, so that this file does not hold what it looks for.
HOSTS = re.compile(
    r"pypi\s*\.\s*org|python"
    r"hosted\.org|registry\.npm"
    r"js|deb\.deb"
    r"ian\.org|unpkg"
    r"\.com|jsdelivr"
    r"\.net|conda\.anaconda"
    r"\.org"
)
PLACES = re.compile(
    r"/wo"
    r"rk/|/tm"
    r"p/|/ro"
    r"ot/|/ho"
    r"me/\w|/Us"
    r"ers/\w|C:\\Us"
    r"ers"
)
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".ipynb",
    ".json",
    ".cff",
    ".css",
    ".js",
    ".yml",
    ".yaml",
    ".bib",
    ".html",
    "",
}
# A library as its makers published it, checked against their hash, may name a host in a comment.
VENDORED = "book/_static/vendor/"


@pytest.fixture(scope="module")
def committed(project_root: Path) -> list[Path]:
    if shutil.which("git") is None or not (project_root / ".git").exists():
        pytest.skip("This is no git checkout, so nothing says which files are committed.")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project_root, capture_output=True, text=True, check=True
    )
    paths = [project_root / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def findings(paths: list[Path], root: Path, pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.suffix not in TEXT or name.startswith(VENDORED):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if hit := pattern.search(line):
                found.append(f"{name}:{number}: {line[max(0, hit.start() - 40) : hit.end() + 40].strip()}")
    return found


def test_no_package_host_is_named(committed: list[Path], project_root: Path) -> None:
    assert not findings(committed, project_root, HOSTS)


def test_no_place_on_a_machine_is_named(committed: list[Path], project_root: Path) -> None:
    assert not findings(committed, project_root, PLACES)


def test_no_file_is_heavy(committed: list[Path], project_root: Path) -> None:
    limit = 2_500_000
    assert not [
        path.relative_to(project_root).as_posix() for path in committed if path.stat().st_size > limit
    ]


@pytest.mark.parametrize("line", ["see https://files.python" + "hosted.org/x", "at pypi" + ".org now"])
def test_a_host_is_seen(line: str) -> None:
    assert HOSTS.search(line)


@pytest.mark.parametrize("line", ['open("/wo' + 'rk/main/x")', "/ho" + "me/anna/data", "/tm" + "p/x"])
def test_a_place_is_seen(line: str) -> None:
    assert PLACES.search(line)
