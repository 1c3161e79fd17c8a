"""``import mediedu`` costs about what bare Python costs, and loads nothing heavy."""

import os
import subprocess
import sys

import pytest

HEAVY = [
    "numpy",
    "scipy",
    "sklearn",
    "skimage",
    "numba",
    "matplotlib",
    "keras",
    "tensorflow",
    "jax",
    "pydicom",
    "nilearn",
]


def run(*arguments: str) -> str:
    # Coverage of a child process would be measured as the cost of the import.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def loaded_by(code: str) -> list[str]:
    loaded = run("-c", f"import sys\n{code}\nprint(*sys.modules)")
    return sorted(set(HEAVY) & set(loaded.split()))


def seconds(*arguments: str) -> float:
    """Least processor time that Python takes for these arguments, in nine runs."""
    resource = pytest.importorskip(
        "resource", reason="This system does not tell the processor time of children."
    )

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(usage.ru_utime + usage.ru_stime)

    best = float("inf")
    for _ in range(9):
        before = spent()
        run(*arguments)
        best = min(best, spent() - before)
    return best


def test_import_loads_nothing_heavy() -> None:
    assert loaded_by("import mediedu; mediedu.__version__; dir(mediedu)") == []


def test_the_command_and_data_fetch_load_nothing_heavy() -> None:
    assert loaded_by("import mediedu.cli") == []
    assert loaded_by("import data_fetch; data_fetch.list()") == []


def test_import_costs_at_most_three_times_bare_python() -> None:
    assert seconds("-c", "import mediedu") <= 3 * seconds("-c", "pass")


def test_help_answers_at_once() -> None:
    assert seconds("-m", "mediedu", "--help") < 1
