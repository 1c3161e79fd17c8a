"""Time contestants fairly on a busy machine, and say what machine it was.

Contestants take turns in rounds, so that whatever else runs slows all of them alike. What counts is the
process's own CPU time, and of it the median; a ratio is of two medians from the same rounds.
"""

import contextlib
import importlib
import importlib.metadata
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

RUNS = Path(__file__).parent / "runs"


class MissingPeer(RuntimeError):
    """A package that is compared with isn't installed."""


@dataclass(frozen=True)
class Target:
    """How the first contestant must stand to another: so much faster, or within so many times its time.

    With neither, the ratio is told and nothing is asked.
    """

    peer: str
    at_least: float | None = None
    at_most: float | None = None

    def verdict(self, medians: Mapping[str, float], first: str) -> str:
        """Say the ratio, what was asked for, and whether it is met."""
        if self.at_least is not None:
            ratio = medians[self.peer] / medians[first]
            return f"{ratio:.1f}× faster, asked {self.at_least:g}×: {_word(ratio >= self.at_least)}"
        if self.at_most is None:
            return f"{medians[self.peer] / medians[first]:.2f}× the first"
        ratio = medians[first] / medians[self.peer]
        return f"{ratio:.2f}× its time, allowed {self.at_most:g}×: {_word(ratio <= self.at_most)}"


@dataclass
class Result:
    """One task: the CPU milliseconds of each contestant, ours first, and what was asked for."""

    task: str
    milliseconds: dict[str, list[float]]
    targets: list[Target] = field(default_factory=list)
    limit: float | None = None  # milliseconds, for a task without a peer

    @property
    def medians(self) -> dict[str, float]:
        """Give each contestant's median."""
        return {name: statistics.median(times) for name, times in self.milliseconds.items()}

    def lines(self) -> list[str]:
        """Write the task as lines of a table."""
        medians = self.medians
        first = next(iter(medians))
        by_peer = {target.peer: target.verdict(medians, first) for target in self.targets}
        if self.limit is not None:
            by_peer[first] = f"limit {self.limit:g}: {_word(medians[first] <= self.limit)}"
        return [
            f"{self.task if i == 0 else '':34}{name:34}{median:11.2f}  {by_peer.get(name, '')}".rstrip()
            for i, (name, median) in enumerate(medians.items())
        ]


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


def peer(name: str, *needed: str) -> ModuleType:
    """Import a peer, or say loudly that it is missing: a comparison without it would be no comparison."""
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise MissingPeer(
            f"The benchmark compares with {name}, which can't be imported here ({error}). "
            "Install the extra 'bench' and run again."
        ) from error
    for attribute in needed:
        if not hasattr(module, attribute):
            raise MissingPeer(f"This {name} has no {attribute}, which the benchmark compares with.")
    return module


def agree(name: str, ours: NDArray[Any], theirs: NDArray[Any], tolerance: float = 1e-9) -> None:
    """Refuse to time what doesn't give the same numbers."""
    away = float(np.abs(ours - theirs).max())
    if not away <= tolerance * max(1.0, float(np.abs(theirs).max())):
        raise AssertionError(f"{name}: ours is {away:g} away from the peer's.")


def take_turns(
    contestants: Mapping[str, Callable[[], object]], *, rounds: int = 15, least_ms: float = 4.0
) -> dict[str, list[float]]:
    """Return CPU milliseconds per call for each contestant, one number a round.

    Each is called once beforehand, uncounted. Calls too short for the clock are repeated until ``least_ms``.
    """
    repeats = {}
    for name, call in contestants.items():
        call()
        started = time.process_time()
        call()
        once = max((time.process_time() - started) * 1e3, 1e-3)
        repeats[name] = max(1, round(least_ms / once))
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, call in contestants.items():
            started = time.process_time()
            for _ in range(repeats[name]):
                call()
            times[name].append((time.process_time() - started) * 1e3 / repeats[name])
    return times


def machine() -> dict[str, object]:
    """Describe processor, Python and packages; no host name, no paths."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(
            (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model
        )
    packages = ("numpy", "numba", "scipy", "scikit-image", "scikit-learn", "opencv-python-headless")
    networks = {}
    for name in ("keras", "tensorflow-cpu", "tensorflow", "jax", "albumentations"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            networks[name] = importlib.metadata.version(name)
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "date": time.strftime("%Y-%m-%d"),
        **{name: importlib.metadata.version(name) for name in packages},
        **networks,
    }


def write(subject: str, results: list[Result]) -> Path:
    """Keep the raw times of a run."""
    RUNS.mkdir(exist_ok=True)
    path = RUNS / f"{subject}.json"
    rows = [
        {
            "task": result.task,
            "medians_ms": {name: round(value, 4) for name, value in result.medians.items()},
            "cpu_ms": {name: [round(t, 4) for t in times] for name, times in result.milliseconds.items()},
            "verdicts": [
                line.split("  ")[-1].strip() for line in result.lines() if line.endswith(("met", "MISSED"))
            ],
        }
        for result in results
    ]
    path.write_text(json.dumps({"machine": machine(), "results": rows}, indent=1) + "\n", encoding="utf-8")
    return path
