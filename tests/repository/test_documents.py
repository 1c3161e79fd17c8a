"""What the documents at the project's root point to is there, and the commands they name exist."""

import re
from pathlib import Path

import pytest

from mediedu import cli

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "requirements/README.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_within_the_project_lead_somewhere(project_root: Path, name: str) -> None:
    text = (project_root / name).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    missing = [target for target in targets if not (project_root / name).parent.joinpath(target).exists()]
    assert not missing


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_and_commands_that_are_named_exist(project_root: Path, name: str) -> None:
    text = (project_root / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", text, flags=re.MULTILINE))
    known = set(
        re.findall(r"^([a-z]+):", (project_root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert targets <= known
    commands = set(re.findall(r"(?:`|\\|^ {4})mediedu ([a-z]+)", text, flags=re.MULTILINE))
    assert commands <= {info.name for info in cli.app.registered_commands}
    assert targets or commands


def test_the_readme_names_the_chapters_that_exist(project_root: Path) -> None:
    text = (project_root / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|[^|]+\|((?: *\d\d [^|]*)+)\|$", text, flags=re.MULTILINE)
    named = [number for row in rows for number in re.findall(r"\b\d\d\b", row)]
    assert named == sorted(path.name[:2] for path in (project_root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
