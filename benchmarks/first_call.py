"""What a kernel's first call costs a fresh process beyond importing NumPy, and what importing mediedu costs.

Cold: numba's cache folder is empty. Warm: an earlier process filled it. A first call is a wait, so it is
measured by the clock; its CPU time stands beside it and is higher, because SciPy's linear algebra, which
numba loads, starts a thread for every core. Python's own byte code of the packages is there in both cases,
as it is after any installation.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Result, Target

FIRST = """
import time
import numpy as np
image = (np.arange(4096).reshape(64, 64) % 251).astype("{dtype}")
started, used = time.perf_counter(), time.process_time()
from mediedu.enhance import {function}
{function}(image)
print((time.process_time() - used) * 1e3, (time.perf_counter() - started) * 1e3)
"""
WHOLE = """
import time
{statement}
print(time.process_time() * 1e3)
"""
CASES = [
    ("knn_smooth", "uint8"),
    ("knn_smooth", "float32"),
    ("equalize_histogram", "uint8"),
    ("equalize_adaptive", "uint8"),
]


def measure(rounds: int) -> list[Result]:
    """Time each case cold and warm in turn."""
    rounds = max(3, rounds // 3)
    _run("from numba import njit; print(0)")  # lets Python keep byte code where it may
    results = []
    for function, dtype in CASES:
        program = FIRST.format(function=function, dtype=dtype)
        cold, warm = _times(), _times()
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                for times in (cold, warm):
                    for name, value in zip(
                        reversed(times), _run(program, NUMBA_CACHE_DIR=folder), strict=True
                    ):
                        times[name].append(value)
        results.append(Result(f"{function} {dtype}, cold", cold, limit=3000))
        results.append(Result(f"{function} {dtype}, warm", warm, limit=500))
    imports: dict[str, list[float]] = {"import mediedu": [], "bare Python": []}
    for _ in range(3 * rounds):
        imports["import mediedu"] += _run(WHOLE.format(statement="import mediedu"))
        imports["bare Python"] += _run(WHOLE.format(statement=""))
    results.append(Result("start of a process", imports, [Target("bare Python", at_most=3)]))
    return results


def _times() -> dict[str, list[float]]:
    return {"first call, by the clock": [], "first call, CPU": []}


def _run(program: str, **more: str) -> list[float]:
    """Run a program in a fresh Python that may keep byte code; return the numbers that it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment | more, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"The measured process failed:\n{run.stderr}")
    return [float(number) for number in run.stdout.split()]
