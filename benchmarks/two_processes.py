"""How feature extraction scales to two processes, beside a plain loop on the same two.

The clock tells what two processes gain on this machine at this moment; only a quiet one lets them gain
anything. The loop of whole numbers is the control: it moves no data and needs no memory, so no extraction can
gain more than it does. The CPU time of all processes together tells what is spent on moving masks to and
fro, and it can be read on a busy machine too.
"""

import time
from collections.abc import Callable

import numpy as np
from joblib import Parallel, delayed

from benchmarks.measuring import Result, Target, peer
from mediedu.data import phantom
from mediedu.describe import ShapeFeatures

MASSES, TIMES, SIDE = 40, 10, 512
TURNS, LENGTH = 8, 3_000_000


def measure(rounds: int) -> list[Result]:
    """Describe masks, and count, in one and in two processes by turns."""
    masks = [phantom.breast_mass("malignant", size=SIDE, seed=n).labels > 0 for n in range(MASSES)] * TIMES
    one, two = ShapeFeatures(), ShapeFeatures(n_jobs=2)
    if not np.array_equal(one.transform(masks[:MASSES]), two.transform(masks[:MASSES])):
        raise AssertionError("Two processes give other features than one.")
    calls: dict[str, Callable[[], object]] = {
        "two processes": lambda: two.transform(masks),
        "one process": lambda: one.transform(masks),
        "plain loop, two processes": lambda: Parallel(n_jobs=2)(delayed(count)(LENGTH) for _ in range(TURNS)),
        "plain loop, one process": lambda: [count(LENGTH) for _ in range(TURNS)],
    }
    clock: dict[str, list[float]] = {name: [] for name in calls}
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()  # starts the processes, compiles
    for _ in range(rounds):
        for name, call in calls.items():
            cpu, started = processor_seconds(), time.perf_counter()
            call()
            clock[name].append((time.perf_counter() - started) * 1e3)
            spent[name].append((processor_seconds() - cpu) * 1e3)
    ours, control = list(calls)[:2], list(calls)[2:]
    return [
        Result(
            f"{len(masks)} masks {SIDE}², by the clock",
            {name: clock[name] for name in ours},
            [Target("one process", at_least=1.7)],
        ),
        Result(
            "control: the gain of a plain loop",
            {name: clock[name] for name in control},
            [Target("plain loop, one process")],
        ),
        Result(
            "CPU of all processes, the masks",
            {name: spent[name] for name in ours},
            [Target("one process")],
        ),
        Result(
            "CPU of all processes, the loop",
            {name: spent[name] for name in control},
            [Target("plain loop, one process")],
        ),
    ]


def count(length: int) -> int:
    """Keep a processor busy with nothing but Python."""
    total = 0
    for number in range(length):
        total += number * number
    return total


def processor_seconds() -> float:
    """Return the CPU time of this process and of its workers."""
    process = peer("psutil", "Process").Process()
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))
