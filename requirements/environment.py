"""Make the folder ``.venv`` hold what a hash lock lists, and this project in editable form.

    python3 requirements/environment.py lab      # what the chapters need
    python3 requirements/environment.py test     # everything: tests, book, teaching, benchmarks

It needs Python 3.11 to 3.13 and nothing else. Run again, it reads a stamp and returns at once. A half-made
environment (a killed install, a moved folder, another Python) is found and mended, or made anew.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WINDOWS = os.name == "nt"
OLDEST, NEWEST = (3, 11), (3, 13)

# Which locks hold all that another one holds. In "gpu" and "jax" only the deep learning is another one.
EVERYTHING = {"lab", "teach", "book", "bench", "test"}
COVERS = {
    "lab": {"lab"},
    "teach": {"teach", "lab"},
    "book": {"book"},
    "bench": {"bench"},
    "test": EVERYTHING,
    "gpu": {"gpu", *EVERYTHING},
    "jax": {"jax", *EVERYTHING},
}
# Two builds of TensorFlow in one folder overwrite each other: these share an environment with no other lock.
ALONE = {"gpu", "jax"}


class Failed(Exception):
    """A step went wrong; the message says what to do."""


def say(sentence: str) -> None:
    """Tell the user what is being done."""
    print(f"mediedu: {sentence}", flush=True)


def digest(lock: str) -> str:
    """Fingerprint of all that decides what is installed for `lock`."""
    files = [HERE / f"{lock}.txt", HERE / "bootstrap.txt", ROOT / "pyproject.toml"]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def run(*command: str | Path, quiet: bool = False) -> bool:
    """Run a command in the project's folder; True where it succeeded."""
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.run([str(part) for part in command], cwd=ROOT, stdout=sink, stderr=sink).returncode == 0


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Build in a folder while nobody else does; the system takes the lock back from whoever is killed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "a", encoding="utf-8") as file:
        if not took_lock(file):
            say(f"{folder.name} is being built by another program; waiting for it.")
            while not took_lock(file):
                time.sleep(0.2)
        yield


def took_lock(file: IO[str]) -> bool:
    """Lock an open file, unless it is locked; closing it unlocks it."""
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks: build without one rather than wait for ever
        return True
    return True


class Environment:
    """The folder that holds a Python of its own, and the stamp that says what was installed there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / ("Scripts" if WINDOWS else "bin")
        self.python = self.scripts / ("python.exe" if WINDOWS else "python")
        self.uv = self.scripts / ("uv.exe" if WINDOWS else "uv")
        self.stamp = folder / "mediedu-stamp.json"
        self.unfinished = folder / "mediedu-unfinished"

    def read_stamp(self) -> dict:
        """Give what was installed here, or nothing where that isn't known or the folder was moved."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if stamp.get("folder") == str(self.folder) else {}

    def installed(self) -> set[str]:
        """Names and versions of the packages lying in the environment, read from folder names alone."""
        pattern = "Lib/site-packages" if WINDOWS else "lib/python3*/site-packages"
        return {info.name for place in self.folder.glob(pattern) for info in place.glob("*.dist-info")}

    def is_ready(self, lock: str) -> bool:
        """Whether `lock` is installed as it stands today and nothing has been taken away since."""
        stamp = self.read_stamp()
        covering = [
            name
            for name, value in stamp.get("locks", {}).items()
            if lock in COVERS[name] and value == digest(name)
        ]
        return bool(covering) and self.python.exists() and set(stamp["packages"]) <= self.installed()

    def trouble(self, lock: str) -> str | None:
        """Say why the folder cannot be built upon, or give None."""
        if self.unfinished.exists():
            return "The last installation was cut short."
        try:
            probe = "import sys, pip; print(*sys.version_info[:2])"
            answer = subprocess.run([self.python, "-c", probe], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return "Its Python does not start."
        if answer.returncode != 0:
            return "Its Python or its pip is incomplete."
        if not OLDEST <= tuple(map(int, answer.stdout.split())) <= NEWEST:
            return f"Its Python is {answer.stdout.strip().replace(' ', '.')}."
        made = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        if any(line.startswith("command") and not line.endswith(str(self.folder)) for line in made):
            return "The project's folder was moved or copied."
        before = set(self.read_stamp().get("locks", {}))
        if before and before != {lock} and ALONE & {lock, *before}:
            return f"It was made for {', '.join(sorted(before))}, which cannot be mixed with {lock}."
        return None

    def create(self) -> None:
        """Make the folder with Python's own venv."""
        say(f"making {self.folder.name} with Python {sys.version.split()[0]}.")
        if not run(sys.executable, "-m", "venv", self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Failed(
                "Python's own venv module did not work. On Debian and Ubuntu install the package "
                f"python{sys.version_info[0]}.{sys.version_info[1]}-venv, then run this again."
            )

    def install(self, lock: str) -> None:
        """Install the lock and the project, leaving a mark that stays behind only where this is killed."""
        stamp = self.read_stamp()
        self.unfinished.write_text("An installation began here and has not ended.\n", encoding="utf-8")
        self.stamp.unlink(missing_ok=True)
        try:
            self._install_packages(lock)
        except Failed:
            self.unfinished.unlink()
            raise
        still_true = {name: value for name, value in stamp.get("locks", {}).items() if value == digest(name)}
        content = {
            "folder": str(self.folder),
            "locks": {**still_true, lock: digest(lock)},
            "packages": sorted(self.installed()),
        }
        part = self.stamp.with_suffix(".part")
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")
        part.replace(self.stamp)
        self.unfinished.unlink()

    def _install_packages(self, lock: str) -> None:
        """Install the lock and the project, with uv where it can reach the packages, else with pip."""
        listed = ["--require-hashes", "--only-binary", ":all:", "-r"]
        project = ["--no-deps", "--no-build-isolation", "-e", ROOT]
        pip = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        uv = [
            self.uv,
            "pip",
            "install",
            "--python",
            self.python,
            *([] if sys.stderr.isatty() else ["--quiet"]),
        ]
        say(f"installing what requirements/{lock}.txt lists, each file checked against its hash.")
        fast = run(*pip, *listed, HERE / "bootstrap.txt")
        if not (fast and run(*uv, *listed, HERE / f"{lock}.txt")):
            say("uv could not do it; trying pip with the same lock. This takes two to three minutes.")
            # The lock names everything. Resolving, pip would ask for a pin of coverage[toml] beside coverage.
            if not run(*pip, "--no-deps", *listed, HERE / f"{lock}.txt"):
                raise Failed(
                    "the packages could not be installed; the lines above say why. Is the network on, and is "
                    "there room on the disk? Then run the same command again."
                )
        if not (fast and run(*uv, *project)) and not run(*pip, *project):
            raise Failed(
                "the packages are here, but this project itself could not be installed; see the lines above."
            )


def prepare(lock: str, folder: Path) -> None:
    """Bring the environment to what `lock` says, doing as little as is needed."""
    environment = Environment(folder)
    if environment.is_ready(lock):
        say(f"{folder.name} is ready; nothing to install.")
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Failed(
            f"this is Python {sys.version.split()[0]}; Python 3.11, 3.12 or 3.13 is needed. "
            "Install one, then name it: make environment PYTHON=python3.12"
        )
    with alone(folder):
        if environment.is_ready(lock):
            say(f"{folder.name} was made ready meanwhile.")
            return
        build(environment, lock)


def build(environment: Environment, lock: str) -> None:
    """Make the environment, or mend it, and install."""
    folder, started = environment.folder, time.monotonic()
    if folder.exists() and (trouble := environment.trouble(lock)):
        say(f"{folder.name} is there but cannot be used. {trouble} It is made anew.")
        shutil.rmtree(folder)
    if not folder.exists():
        environment.create()
    environment.install(lock)
    say(f"{folder.name} is ready after {time.monotonic() - started:.0f} s.")


def main() -> int:
    """Read the command line and prepare the environment."""
    parser = argparse.ArgumentParser(description="Make .venv hold what a lock lists, and this project.")
    parser.add_argument(
        "lock", nargs="?", default="lab", choices=sorted(COVERS), help="which list (default: lab)"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / ".venv", help="where (default: .venv)")
    given = parser.parse_args()
    try:
        prepare(given.lock, given.folder.absolute())
    except Failed as failure:
        say(f"{failure}")
        return 1
    except KeyboardInterrupt:
        say("stopped. Run the same command again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
