"""What this machine can test, and the fixtures every room shares.

Tests that need a browser or the real images say so by asking for the fixtures ``chromium`` or ``real_data``.
Where the thing is missing they skip with a reason; ``MEDIEDU_REQUIRE=browser,data`` turns that skip into a
failure.
"""

import os
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from browsing import browser, browser_page, lab  # noqa: F401  (fixtures for every room)

ROOT = Path(__file__).resolve().parent.parent
# `--doctest-modules` would import these as modules: several of one name, and one that needs PyTorch.
collect_ignore_glob = ["conftest.py", "*/conftest.py", "explain/captum_values.py"]

# Most of a small test's time on JAX is compiling; code that is run once need not be optimised.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")


def pytest_report_header() -> str:
    """Say what the networks are tested on, without loading it: TensorFlow, or JAX in `.venv-jax`."""
    here = []
    for name in ("keras", "tensorflow_cpu", "tensorflow", "jax"):
        try:
            here.append(f"{name.replace('_', '-')} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"networks: {', '.join(here)}"


def _missing(what: str, reason: str) -> None:
    required = {name.strip() for name in os.environ.get("MEDIEDU_REQUIRE", "").split(",")}
    if what in required:
        pytest.fail(f"{reason} MEDIEDU_REQUIRE asks for {what!r}.")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Give ``real_data("breastmnist")`` the folder of that set in the shared test data."""
    base = Path(os.environ.get("MEDIEDU_TEST_DATA", ROOT.parent / "shared" / "data"))

    def folder(name: str) -> Path:
        path = base / name
        if not path.is_dir():
            _missing(
                "data",
                f"The real images of {name!r} are not here (looked for {name} in the test-data folder).",
            )
        return path

    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of a Chromium or Chrome that Playwright can drive."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    _missing("browser", "No Chromium or Chrome on this machine.")
    raise AssertionError("unreachable")
