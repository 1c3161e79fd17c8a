"""Train the U-Nets of chapters 18 and 19 on a GPU, beside the same networks in plain PyTorch.

``python -m benchmarks.gpu_unet`` trains each network through `mediedu.nets.train`, in float32 and in mixed
precision (bfloat16), and the same network in a plain PyTorch loop, on one GPU in one run. Each contestant
is a process of its own, so that its memory is its own; they take turns. An epoch's time is wall time between
its beginning and its end with all work on the device done; the first epoch, in which the network is compiled,
is told apart. ``nvidia-smi`` is read five times a second during the other epochs. Images are noise: time
is measured, not quality. Chapter 19's networks learn from boxes: those of its lung blocks, and those of
``benchmarks.train_hippocampus``.

Keras runs on JAX where JAX is installed and ``KERAS_BACKEND`` names nothing else. Needed are numpy, keras and
JAX built for CUDA (or TensorFlow), and torch for the comparison. The run is kept in
``benchmarks/runs/gpu_unet.json``. Without a GPU nothing is measured and nothing kept.

``--smoke`` runs tiny networks on the processor, to see whether the script runs; it keeps nothing.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RUNS = Path(__file__).parent / "runs"
ROOT = Path(__file__).parents[1]
SAMPLES_APART = 0.2  # seconds


@dataclass(frozen=True)
class Task:
    """A network, and what it is trained on."""

    shape: tuple[int, ...]
    classes: int
    widths: tuple[int, ...]
    norm: str | None
    batch: int
    images: int

    def smoke(self) -> "Task":
        """Return the same kind of network, as small as it can be."""
        side = (16,) * (len(self.shape) - 1)
        return replace(self, shape=(*side, 1), widths=(2, 4), batch=2, images=4)


TASKS = {
    "chapter 18": Task((48, 48, 1), 1, (8, 16, 32), None, 8, 800),
    "chapter 18, a larger one": Task((256, 256, 1), 2, (32, 64, 128, 256), "batch", 16, 512),
    "chapter 19": Task((24, 24, 24, 1), 3, (8, 16, 32), None, 8, 144),
    "chapter 19, hippocampus": Task((32, 48, 32, 1), 3, (16, 32, 64, 128), "batch", 2, 200),
}
CONTESTANTS = {
    "mediedu": ("keras", False),
    "mediedu, mixed": ("keras", True),
    "PyTorch": ("torch", False),
    "PyTorch, mixed": ("torch", True),
}


def made_up(task: Task, seed: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return noise, and label maps in which each class has its share of the bright places."""
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(task.images, *task.shape)).astype(np.float32)
    cuts = [1.5 + 0.5 * k for k in range(max(task.classes, 2) - 1)]
    return images, np.digitize(images[..., 0], cuts).astype(np.uint8)


def tell(kind: str, value: object) -> None:
    """Say something to the process that started this one."""
    print(json.dumps({kind: value}), flush=True)


def train_with_keras(task: Task, mixed: bool, epochs: int, seed: int, gpu: bool) -> dict[str, Any]:
    """Train through `mediedu.nets.train`, and give what it took."""
    from mediedu.nets import SegmentationLoss, devices, load_keras, set_seed, train, unet

    keras = load_keras()
    seconds: list[float] = []

    class Clock(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            tell("epoch", epoch)
            self.started = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seconds.append(time.perf_counter() - self.started)  # the loss is here, so the device is done

    set_seed(seed)
    model = unet(task.shape, task.classes, widths=task.widths, norm=task.norm)  # type: ignore[arg-type]
    run = train(
        model,
        made_up(task, seed),
        epochs=epochs,
        batch_size=task.batch,
        loss=SegmentationLoss("cross_entropy+dice"),
        mixed_precision=mixed,
        gpu=gpu,
        seed=seed,
        progress=False,
        callbacks=[Clock()],
    )
    backend = keras.backend.backend()
    return {
        "seconds": seconds,
        "loss": [float(value) for value in np.asarray(run.curves["loss"])],
        "weights": int(model.count_params()),
        "memory_peak_mib": _keras_peak(backend) if gpu else None,
        "device": devices()[0],
        "versions": {name: version(name) for name in ("keras", backend) if _is_here(name)},
        "backend": backend,
    }


def _keras_peak(backend: str) -> float | None:
    """Return the most that the backend had in use on the device, in MiB, where it tells."""
    if backend == "jax":
        import jax

        stats = jax.local_devices()[0].memory_stats() or {}
        return stats["peak_bytes_in_use"] / 2**20 if "peak_bytes_in_use" in stats else None
    import tensorflow as tf

    return float(tf.config.experimental.get_memory_info("GPU:0")["peak"]) / 2**20


def _is_here(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def be_contestant(arguments: argparse.Namespace) -> int:
    """Train one network in one way, and tell what it took."""
    task = TASKS[arguments.task]
    if arguments.smoke:
        task = task.smoke()
    library, mixed = CONTESTANTS[arguments.contestant]
    if library == "keras":
        found = train_with_keras(task, mixed, arguments.epochs, arguments.seed, not arguments.smoke)
    else:
        from benchmarks import torch_unet

        found = torch_unet.train(
            task,
            *made_up(task, arguments.seed),
            mixed=mixed,
            epochs=arguments.epochs,
            seed=arguments.seed,
            told=lambda epoch: tell("epoch", epoch),
        )
    tell("result", found)
    return 0


class Watch:
    """Read load and memory of the GPU in a thread, until it is left; nothing where there is no nvidia-smi."""

    def __init__(self, gpu: str | None) -> None:
        self.gpu = gpu
        self.samples: list[tuple[float, float, float]] = []  # time, load in %, memory in MiB
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Watch":
        if self.gpu is not None:
            self._process = subprocess.Popen(
                [
                    "nvidia-smi",
                    f"--id={self.gpu}",
                    "--query-gpu=utilization.gpu,memory.used",
                    "--format=csv,noheader,nounits",
                    f"--loop-ms={SAMPLES_APART * 1000:.0f}",
                ],
                stdout=subprocess.PIPE,
                text=True,
            )
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()
        return self

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                load, memory = (float(part) for part in line.split(","))
            except ValueError:  # "[N/A]" on some devices
                continue
            self.samples.append((time.perf_counter(), load, memory))

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def between(self, begin: float, end: float) -> dict[str, float | int | None]:
        """Sum up the samples of a span of time."""
        some = [(load, memory) for at, load, memory in self.samples if begin <= at <= end]
        return {
            "samples": len(some),
            "utilisation_mean_percent": round(statistics.mean(load for load, _ in some), 1) if some else None,
            "device_memory_peak_mib": max((memory for _, memory in some), default=None),
        }


def run_contestant(
    name: str, contestant: str, options: argparse.Namespace, gpu: str | None
) -> dict[str, Any]:
    """Start a contestant, watch the GPU while it trains, and give its result."""
    command = [sys.executable, "-m", "benchmarks.gpu_unet", "--task", name, "--contestant", contestant]
    command += ["--epochs", str(options.epochs), "--seed", str(options.seed)]
    environment = dict(os.environ)
    if options.smoke:
        command.append("--smoke")
        environment |= {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    if "KERAS_BACKEND" not in environment and find_spec("jax"):
        environment["KERAS_BACKEND"] = "jax"
    # JAX would take three quarters of the memory at once, and its peak would say nothing.
    environment.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    begin, end, result = None, time.perf_counter(), None
    with Watch(gpu) as watch:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT
        )
        said: list[str] = []
        errors = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        errors.start()
        for line in process.stdout or ():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if told.get("epoch") == 1:  # the second one: the network is compiled
                begin = time.perf_counter()
            if "result" in told:  # what comes after is the process's end, not training
                result, end = told["result"], time.perf_counter()
        process.wait()
        errors.join(timeout=5)
    if process.returncode or result is None:
        raise RuntimeError(f"{name}, {contestant}: the training failed.\n{''.join(said[-20:])}")
    seconds = result.pop("seconds")
    later = seconds[1:] or seconds
    return {
        "task": name,
        "contestant": contestant,
        "seconds_per_epoch": statistics.median(later),
        "seconds_first_epoch": seconds[0],
        "seconds_each": seconds,
        **result,
        **watch.between(begin or end, end),
    }


def first_gpu() -> tuple[str, str] | None:
    """Return number, and name with driver, of the NVIDIA GPU that will be used; None where there is none."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    if not chosen:
        return None
    query = [
        "nvidia-smi",
        f"--id={chosen}",
        "--query-gpu=name,driver_version,memory.total",
        "--format=csv,noheader",
    ]
    try:
        found = subprocess.run(query, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return (chosen, found) if found else None


def show(rows: list[dict[str, Any]], smoke: bool) -> None:
    """Print one line for each contestant, with its ratio to PyTorch in the same precision."""
    by = {(row["task"], row["contestant"]): row for row in rows}
    print(
        f"\n{'network':26}{'contestant':16}{'weights':>10}{'first s':>9}{'s/epoch':>9}"
        f"{'MiB':>8}{'GPU %':>7}  PyTorch's time / ours"
    )
    for row in rows:
        peer = by.get((row["task"], row["contestant"].replace("mediedu", "PyTorch")))
        ratio = ""
        if peer is not None and row["contestant"].startswith("mediedu"):
            ratio = f"{peer['seconds_per_epoch'] / row['seconds_per_epoch']:.2f}"
        memory, load = row["memory_peak_mib"], row["utilisation_mean_percent"]
        print(
            f"{row['task']:26}{row['contestant']:16}{row['weights']:10,}{row['seconds_first_epoch']:9.2f}"
            f"{row['seconds_per_epoch']:9.3f}{'-' if memory is None else f'{memory:.0f}':>8}"
            f"{'-' if load is None else f'{load:.0f}':>7}  {ratio}"
        )
    for task in dict.fromkeys(row["task"] for row in rows):
        counts = {row["weights"] for row in rows if row["task"] == task}
        if len(counts) > 1:
            raise AssertionError(f"{task}: the networks differ, they have {sorted(counts)} weights.")
    if smoke:
        print("\nNo GPU was measured: tiny networks on the processor. Nothing is kept.")


def main(given: list[str] | None = None) -> int:
    """Run every contestant; 0 where all was measured, 2 where there is no GPU."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu_unet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--epochs", type=int, default=6, help="epochs each, the first not counted (default 6)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of images, weights and order (default 0)")
    parser.add_argument("--without-torch", action="store_true", help="leave the comparison with PyTorch out")
    parser.add_argument("--smoke", action="store_true", help="tiny, on the processor; nothing is measured")
    parser.add_argument("--out", type=Path, default=RUNS / "gpu_unet.json", help="where the run is kept")
    parser.add_argument("--task", choices=TASKS, help="only this network")
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.epochs < 2:
        parser.error("--epochs must be at least 2: in the first one the network is compiled.")
    if options.contestant:
        return be_contestant(options)
    gpu = None if options.smoke else first_gpu()
    if gpu is None and not options.smoke:
        print(
            "There is no NVIDIA GPU here (nvidia-smi finds none), so nothing is measured and nothing kept. "
            "--smoke shows on the processor that the script runs.",
            file=sys.stderr,
        )
        return 2
    torch = find_spec("torch") is not None and not options.without_torch
    if not torch:
        why = "left out as asked" if options.without_torch else "not installed here"
        print(f"PyTorch is {why}: there is no comparison. Install torch built for CUDA to have one.")
    chosen = [name for name, (library, _) in CONTESTANTS.items() if torch or library == "keras"]
    rows = []
    for name in [options.task] if options.task else TASKS:
        for contestant in chosen:
            rows.append(run_contestant(name, contestant, options, gpu[0] if gpu else None))
            print(f"{name}, {contestant}: {rows[-1]['seconds_per_epoch']:.3f} s an epoch", flush=True)
    show(rows, options.smoke)
    if gpu is not None:
        arguments = sys.argv[1:] if given is None else given
        kept = {
            "command": shlex.join(["python", "-m", "benchmarks.gpu_unet", *arguments]),
            "seed": options.seed,
            "machine": _machine(gpu[1]),
            "networks": {name: vars(task) for name, task in TASKS.items()},
            "rows": rows,
        }
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


def _machine(gpu: str) -> dict[str, object]:
    """Describe GPU, processor and Python; no host name, no paths."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((s.split(":", 1)[1].strip() for s in lines if s.startswith("model name")), model)
    return {
        "gpu, driver, memory": gpu,
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
    }


if __name__ == "__main__":
    sys.exit(main())
