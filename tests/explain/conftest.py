"""On which backend the networks are tested: TensorFlow in `.venv`, JAX in `.venv-jax` (``make jax``)."""

import os
from importlib.metadata import PackageNotFoundError, version

# Most of a small test's time on JAX is compiling; code that is run once need not be optimised.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")


def pytest_report_header() -> str:
    """Say what is here, without loading it."""
    here = []
    for name in ("keras", "tensorflow_cpu", "tensorflow", "jax"):
        try:
            here.append(f"{name.replace('_', '-')} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"networks: {', '.join(here)}"
