"""Kernels load late, stay compiled between processes, and do without a cache folder or a compiler."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from mediedu.compiled import compiled

# Smooths an image in a process of its own; says what that cost beyond NumPy, and where numba kept the code.
PROBE = """
import json, sys, time
import numpy as np
started = time.process_time()
from mediedu.enhance import knn_smooth
late = "numba" not in sys.modules
image = (np.arange(900).reshape(30, 30) % 251).astype(np.uint8)
total = int(knn_smooth(image, 5).sum())
seconds = time.process_time() - started
print(json.dumps({"total": total, "late": late, "seconds": seconds, "from": sys.modules["mediedu"].__file__}))
"""


def probe(folder=None, *, user=None, **environment):
    """Run the probe, the package taken from ``folder``, with only these variables set beside PATH."""
    command = [sys.executable, "-c", PROBE]
    if user:
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
    variables = {"PATH": os.environ["PATH"], **environment}
    if folder:
        variables["PYTHONPATH"] = str(folder)
    run = subprocess.run(
        command, env=variables, capture_output=True, text=True, cwd="/", timeout=300, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def copy_of_the_package(to: Path, root: Path) -> Path:
    """Copy the library without any compiled code, readable by everyone."""
    shutil.copytree(root / "mediedu", to / "mediedu", ignore=shutil.ignore_patterns("__pycache__"))
    return to


@pytest.fixture
def expected():
    from mediedu.enhance import knn_smooth

    return int(knn_smooth((np.arange(900).reshape(30, 30) % 251).astype(np.uint8), 5).sum())


def test_numba_is_loaded_at_the_first_call_and_the_second_process_finds_the_code(tmp_path, expected):
    cache = tmp_path / "cache"
    cold = probe(NUMBA_CACHE_DIR=str(cache), HOME=str(tmp_path))
    kept = sorted(path.name for path in cache.rglob("*.nbc"))
    assert kept
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.nbc")}
    warm = probe(NUMBA_CACHE_DIR=str(cache), HOME=str(tmp_path))
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.nbc")} == before
    assert cold["late"]
    assert warm["late"]
    assert cold["total"] == warm["total"] == expected
    assert warm["seconds"] < cold["seconds"]


def test_an_unwritable_cache_folder_is_done_without(tmp_path, expected):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")  # stops even an administrator
    result = probe(NUMBA_CACHE_DIR=str(blocked / "cache"), HOME=str(tmp_path))
    assert result["total"] == expected


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="Only an administrator can hand a read-only copy to another user (setpriv).",
)
def test_a_read_only_install_without_a_home_still_works(expected, project_root):
    folder = Path(tempfile.mkdtemp(prefix="mediedu-read-only-"))
    try:
        copy_of_the_package(folder, project_root)
        subprocess.run(["chmod", "-R", "a+rX,a-w", str(folder)], check=True)
        if subprocess.run(
            [
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                sys.executable,
                "-c",
                "import numba",
            ],
            env={"PATH": os.environ["PATH"]},
            cwd="/",
            capture_output=True,
            check=False,
        ).returncode:
            pytest.skip("This Python can't be run by another user.")
        result = probe(folder, user=65534)  # nobody: owns nothing, and HOME isn't set
        assert result["from"].startswith(str(folder))
        assert result["total"] == expected
        assert not list(folder.rglob("*.nb?"))
        result = probe(folder, user=65534, HOME="/nonexistent")
        assert result["total"] == expected
    finally:
        shutil.rmtree(folder)


def test_plain_python_needs_no_numba(monkeypatch):
    monkeypatch.setenv("MEDIEDU_NO_COMPILE", "1")
    monkeypatch.setitem(sys.modules, "numba", None)
    seen = []

    @compiled
    def kernel(values):
        seen.append(type(values))
        return sum(values)

    assert kernel([1, 2]) == 3
    assert seen == [list]


def test_the_plain_function_stays_reachable():
    @compiled
    def kernel(values):
        """Add up."""
        return values.sum()

    assert kernel.__doc__ == "Add up."
    assert kernel(np.ones(3)) == kernel.__wrapped__(np.ones(3)) == 3


def test_a_cache_that_breaks_in_use_is_given_up(monkeypatch):
    import numba

    asked = []

    def njit(**options):
        def translate(function):
            def call(*arguments):
                if options.get("cache"):
                    raise OSError("No space left on device")
                return function(*arguments)

            asked.append(options.get("cache", False))
            return call

        return translate

    monkeypatch.setattr(numba, "njit", njit)

    @compiled
    def kernel(x):
        return x + 1

    assert kernel(1) == 2
    assert kernel(2) == 3
    assert asked == [True, False]


def test_without_any_folder_the_kernel_is_compiled_without_a_cache(monkeypatch):
    import numba

    asked = []

    def njit(**options):
        def translate(function):
            asked.append(options.get("cache", False))
            if options.get("cache"):
                raise RuntimeError("cannot cache function: no locator available")
            return function

        return translate

    monkeypatch.setattr(numba, "njit", njit)

    @compiled
    def kernel(x):
        return x + 1

    assert kernel(1) == 2
    assert asked == [True, False]
