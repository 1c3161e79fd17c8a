"""The locks name every file by its hash, hold no address, and fit each other and ``pyproject.toml``."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAMES = ["bench", "book", "bootstrap", "gpu", "jax", "lab", "teach", "test"]
EXTRAS = {
    "lab": ["lab", "deep"],
    "teach": ["lab", "deep", "teach"],
    "book": ["lab", "teach", "book"],
    "bench": ["bench"],
    "test": ["lab", "deep", "teach", "book", "bench", "test"],
    "gpu": ["lab", "gpu", "teach", "book", "bench", "test"],
    "jax": ["lab", "jax", "teach", "book", "bench", "test"],
}


def entries(root: Path, name: str) -> list[tuple[Requirement, list[str]]]:
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.split(" --hash")[0]), re.findall(r"--hash=(\S+)", line)) for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_each_entry_is_one_version_with_hashes(project_root: Path, name: str) -> None:
    found = entries(project_root, name)
    assert found
    for requirement, hashes in found:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert requirement.url is None
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


@pytest.mark.parametrize("name", NAMES)
def test_no_address_in_a_lock(project_root: Path, name: str) -> None:
    text = (project_root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|file:", text)


def test_every_lock_is_tested(project_root: Path) -> None:
    assert sorted(path.stem for path in (project_root / "requirements").glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_a_lock_holds_all_that_pyproject_asks_for(project_root: Path, name: str) -> None:
    project = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in EXTRAS[name]:
        asked += project["project"]["optional-dependencies"][extra]
    pinned = {
        canonicalize_name(entry.name): str(entry.specifier)[2:] for entry, _ in entries(project_root, name)
    }
    for line in asked:
        wanted = Requirement(line)
        version = pinned.get(canonicalize_name(wanted.name))
        assert version, f"requirements/{name}.txt lacks {wanted.name}: run make locks"
        assert wanted.specifier.contains(version), (
            f"requirements/{name}.txt has {wanted.name} {version}, not {wanted}"
        )


@pytest.mark.parametrize("name", sorted(set(EXTRAS) - {"test"}))
def test_locks_agree_with_the_large_one(project_root: Path, name: str) -> None:
    large = {entry.name: str(entry.specifier) for entry, _ in entries(project_root, "test")}
    for entry, _ in entries(project_root, name):
        assert large.get(entry.name, str(entry.specifier)) == str(entry.specifier), entry
