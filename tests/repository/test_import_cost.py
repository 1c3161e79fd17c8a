"""``import mediedu`` costs about what bare Python costs, and loads nothing heavy."""

import os
import subprocess
import sys
import time

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


def run(code: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))
    }
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )


def loaded_by(code: str) -> list[str]:
    answer = run(f"import sys\n{code}\nprint(*sys.modules)")
    return sorted(set(HEAVY) & set(answer.stdout.split()))


def seconds(code: str) -> float:
    """Least processor time of a few runs, children included."""
    best = float("inf")
    for _ in range(9):
        before = os.times()
        run(code)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        best = min(best, spent)
    return best


def test_import_loads_nothing_heavy() -> None:
    assert loaded_by("import mediedu; mediedu.__version__; dir(mediedu)") == []


def test_the_command_and_data_fetch_load_nothing_heavy() -> None:
    assert loaded_by("import mediedu.cli") == []
    assert loaded_by("import data_fetch; data_fetch.list()") == []


def test_import_costs_at_most_three_times_bare_python() -> None:
    # Clock ticks are 10 ms, so many imports are timed at once in processes that do the same otherwise.
    assert seconds("import mediedu") <= 3 * seconds("pass") + 0.01


def test_help_answers_at_once() -> None:
    started = time.process_time()
    before = os.times()
    subprocess.run([sys.executable, "-m", "mediedu", "--help"], capture_output=True, check=True)
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 1.5
    assert time.process_time() - started < 1
