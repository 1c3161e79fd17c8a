"""Renew every hash lock in this folder from ``pyproject.toml`` (``make locks``).

The lock with everything is resolved first; the others are held to its versions, so that one environment can
grow from a small lock to a large one. The build backend is in each, so that no later step leaves the lock.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# In this order: each is held to the versions of the first.
LOCKS = {
    "test": ["lab", "deep", "teach", "book", "bench", "test"],
    "lab": ["lab", "deep"],
    "teach": ["lab", "deep", "teach"],
    "book": ["lab", "teach", "book"],
    "bench": ["bench"],
    "gpu": ["lab", "gpu", "teach", "book", "bench", "test"],
    "jax": ["lab", "jax", "teach", "book", "bench", "test"],
}
COMMON = [
    "--universal",
    "--fork-strategy=fewest",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--custom-compile-command=make locks",
    "--quiet",
]


def compile_lock(uv: str, name: str, sources: list[str], extra_input: str, keep: bool) -> None:
    """Write ``requirements/<name>.txt``."""
    print(f"mediedu: resolving requirements/{name}.txt", flush=True)
    upgrade = [] if keep else ["--upgrade"]
    command = [uv, "pip", "compile", *COMMON, *upgrade, *sources, "-", "-o", f"requirements/{name}.txt"]
    subprocess.run(command, cwd=ROOT, input=extra_input, text=True, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Renew the locks: ``locks.py [UV] [--keep]``; with ``--keep`` versions stay where they still fit."""
    keep = "--keep" in sys.argv[1:]
    uv = next((word for word in sys.argv[1:] if not word.startswith("-")), "uv")
    backend = "\n".join(
        tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    )
    for name, extras in LOCKS.items():
        sources = ["pyproject.toml", *(f"--extra={extra}" for extra in extras)]
        if name != "test":
            sources += ["--constraint=requirements/test.txt"]
        compile_lock(uv, name, sources, backend, keep)
    compile_lock(uv, "bootstrap", ["--python-version=3.11"], "uv", keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
