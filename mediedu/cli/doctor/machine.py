"""Python itself, memory and disk."""

import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from mediedu.cli.doctor.finding import Finding

GB = 1e9
MEMORY_WANTED = 8 * GB
DISK_NEEDED = 1 * GB


def python() -> Finding:
    """Compare this Python with the versions that the package asks for.

    Returns
    -------
    Finding
        Missing where the version doesn't fit.
    """
    here = platform.python_version()
    try:
        from packaging.specifiers import SpecifierSet

        wanted = str(metadata("mediedu")["Requires-Python"] or "")
        fits = SpecifierSet(wanted).contains(here, prereleases=True)
    except (ImportError, PackageNotFoundError):
        wanted, fits = ">=3.11,<3.14", (3, 11) <= sys.version_info[:2] < (3, 14)
    says = f"{here} on {platform.system()} {platform.machine()}, in {sys.prefix}"
    if fits:
        return Finding("Python", "fine", says)
    return Finding(
        "Python", "missing", f"{says}; the course needs {wanted}.", "Install Python 3.12, then mediedu there."
    )


def _limit_of_container() -> float:
    """Memory that a container leaves to us, in bytes; infinite where there is no limit."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            return float((Path("/sys/fs/cgroup") / name).read_text().strip())
        except (OSError, ValueError):  # no such file, or the word "max"
            continue
    return float("inf")


def memory() -> Finding:
    """Look at the machine's memory.

    Returns
    -------
    Finding
        Never missing: a small machine can still do the classical chapters.
    """
    try:
        import psutil
    except ImportError:
        return Finding("Memory", "note", "It could not be measured: the package psutil is not installed.")
    total = min(float(psutil.virtual_memory().total), _limit_of_container())
    free = psutil.virtual_memory().available
    says = f"{total / GB:.1f} GB, of which {free / GB:.1f} GB are free."
    if total < MEMORY_WANTED * 0.9:
        return Finding(
            "Memory", "note", says, "Chapters that train a network may need 8 GB; close other programs there."
        )
    return Finding("Memory", "fine", says)


def disk() -> Finding:
    """Look at the room left on the disk of the current folder.

    Returns
    -------
    Finding
        Missing below 1 GB.
    """
    free = shutil.disk_usage(Path.cwd()).free
    says = f"{free / GB:.1f} GB are free here."
    if free < DISK_NEEDED:
        return Finding("Disk", "missing", says, "Make room: chapters and small data sets want 1 GB.")
    return Finding("Disk", "fine", says)
