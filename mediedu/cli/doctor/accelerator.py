"""Which backend Keras uses, and whether it sees a GPU.

Keras is asked in a process of its own, because TensorFlow takes seconds to load and may fail while it does.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec

from mediedu.cli.doctor.finding import Finding

SECONDS = 90
QUESTION = """
import json, keras
backend = keras.backend.backend()
if backend == "tensorflow":
    import tensorflow
    gpus = [device.name for device in tensorflow.config.list_physical_devices("GPU")]
elif backend == "jax":
    import jax
    gpus = [str(device) for device in jax.devices() if device.platform == "gpu"]
else:
    gpus = []
print(json.dumps({"keras": keras.__version__, "backend": backend, "gpus": gpus}))
"""


def graphics_cards() -> list[str]:
    """Ask the NVIDIA driver which cards are in this machine.

    Returns
    -------
    list of str
        Name and memory of each; empty where there is no driver.
    """
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    try:
        answer = subprocess.run(
            [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return answer.stdout.strip().splitlines() if answer.returncode == 0 else []


def backend_of_keras() -> dict[str, object] | str:
    """Load Keras in a process of its own and ask what it sees.

    Returns
    -------
    dict or str
        ``keras``, ``backend`` and ``gpus``; or a sentence saying what went wrong.
    """
    print("Loading Keras, to ask what it sees; this can take half a minute.", file=sys.stderr)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        answer = subprocess.run(
            [sys.executable, "-c", QUESTION], capture_output=True, text=True, timeout=SECONDS, env=environment
        )
    except subprocess.TimeoutExpired:
        return f"Keras did not load within {SECONDS} s."
    try:
        said: dict[str, object] = json.loads(answer.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return (answer.stderr.strip().splitlines() or ["Keras could not be loaded."])[-1]
    return said


def deep_learning() -> Iterator[Finding]:
    """Say which backend Keras has, and whether it sees the GPU that the driver sees.

    Yields
    ------
    Finding
        One on the cards, and one on Keras where it is installed.
    """
    cards = graphics_cards()
    yield Finding(
        "GPU",
        "fine" if cards else "note",
        "; ".join(cards) or "no NVIDIA driver answers. The course runs without.",
    )
    if find_spec("keras") is None:
        return
    said = backend_of_keras()
    if isinstance(said, str):
        yield Finding(
            "Keras",
            "missing",
            f"{version('keras')} is installed but does not work: {said}",
            "make environment, or choose a backend that is installed: KERAS_BACKEND=tensorflow",
        )
        return
    gpus = said["gpus"] if isinstance(said["gpus"], list) else []
    seen = ", ".join(gpus) or "no GPU and uses the processor"
    says = f"{said['keras']} on {said['backend']}, which sees {seen}."
    if cards and not gpus:
        yield Finding("Keras", "note", says, "To use the GPU: make environment LOCK=gpu (or LOCK=jax).")
    else:
        yield Finding("Keras", "fine", says)
