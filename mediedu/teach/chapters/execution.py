"""Run a chapter in a clean folder with no network, and hold its outputs to the rules of stored evidence."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediedu.teach.chapter_files import Cell, Notebook

__all__ = ["ChapterFailed", "Run", "absolute_paths", "execute"]

_COST = """
import os as _os
if _os.path.exists("/proc/self/status"):
    with open("/proc/self/status") as _file:
        print(next(int(line.split()[1]) for line in _file if line.startswith("VmHWM")) // 1024)
else:
    import resource as _resource, sys as _sys
    _unit = 1024**2 if _sys.platform == "darwin" else 1024
    print(_resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss // _unit)
print(sum(_os.times()[:4]))
"""

_ROOTS = "home|root|tmp|work|Users|usr|opt|var|mnt|srv|private|content|data|etc"
_PATH = re.compile(rf"(?<![\w.:/<])/(?:{_ROOTS})/[\w.+-]+|\b[A-Z]:\\\\?\w")
_DATA_URL = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")


class ChapterFailed(Exception):
    """A chapter did not run, or its outputs can't be stored; the message names the cell."""


@dataclass(frozen=True)
class Run:
    """An executed chapter and what it cost."""

    cells: list[Cell]
    seconds: float  # by the clock, or those that the kernel computed where they are fewer
    peak_mb: int


def execute(notebook: Notebook, *, limit: float = 60, tell: Callable[[str], None] = lambda text: None) -> Run:
    """Execute all cells in a new kernel.

    Parameters
    ----------
    notebook : dict
        The chapter; it is left as it is.
    limit : float
        Seconds that the whole may take, by the clock or by what the kernel computed, whichever is less.
    tell : callable
        Gets a line of progress before each code cell.

    Raises
    ------
    ChapterFailed
        Where a cell raises, writes to the error stream, shows an absolute path, or time runs out.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    document = nbformat.from_dict(json.loads(json.dumps({**notebook, "metadata": {"kernelspec": KERNEL}})))
    for cell in document.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    codes = sum(cell.cell_type == "code" for cell in document.cells)
    most = max(1, int(limit * 4))  # of a single cell, with other work on the processor
    with tempfile.TemporaryDirectory(prefix="chapter-") as place:
        folder, guard = Path(place, "chapter"), Path(place, "guard")
        folder.mkdir()
        guard.mkdir()
        shutil.copyfile(Path(__file__).with_name("no_network.py"), guard / "sitecustomize.py")
        client = NotebookClient(
            document,
            timeout=most,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
        )
        done, started = 0, time.perf_counter()
        with client.setup_kernel(env=_environment(folder, guard), stderr=subprocess.DEVNULL):
            for at, cell in enumerate(document.cells):
                if cell.cell_type != "code":
                    continue
                done += 1
                tell(f"cell {done} of {codes}")
                try:
                    client.execute_cell(cell, at, store_history=True)
                except CellExecutionError as error:
                    raise ChapterFailed(
                        f"{_which(at, cell)} stopped with {error.ename}: {error.evalue}"
                    ) from None
                except CellTimeoutError:
                    raise ChapterFailed(f"{_which(at, cell)} ran longer than {most} s.") from None
                except DeadKernelError:
                    raise ChapterFailed(
                        f"{_which(at, cell)} ended the kernel. Was the memory enough?"
                    ) from None
            seconds = time.perf_counter() - started
            probe = nbformat.v4.new_code_cell(_COST)
            document.cells.append(probe)
            client.execute_cell(probe, len(document.cells) - 1, store_history=False)
            document.cells.pop()
            # On a busy machine the two lines may come as two outputs.
            peak, computing = "".join(output["text"] for output in probe.outputs).split()
            # Other work on the processor stretches the clock. Alone, a run takes no longer than it computes.
            seconds = min(seconds, float(computing))
        forbidden = {place, str(Path.home()), sys.prefix, str(Path.cwd())}
    cells: list[Cell] = [_normal(json.loads(json.dumps(cell))) for cell in document.cells]
    _number(cells)
    _demand_clean(cells, forbidden)
    if seconds > limit:
        raise ChapterFailed(
            f"The chapter ran {seconds:.0f} s; {limit:.0f} s is its limit. Use smaller images or fewer steps."
        )
    return Run(cells, seconds, int(peak))


KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def absolute_paths(output: dict[str, Any]) -> list[str]:
    """Find absolute paths of a machine in an output's text; pictures and embedded data are left out."""
    return [found for text in _texts(output) for found in _PATH.findall(_DATA_URL.sub("", text))]


def _environment(folder: Path, guard: Path) -> dict[str, str]:
    environment = {
        **os.environ,
        "MEDIEDU_STATIC": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    environment.setdefault("MEDIEDU_DATA", str(guard / "no-data"))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(guard), os.environ.get("PYTHONPATH", "")]))
    environment["IPYTHONDIR"] = str(guard / "ipython")  # nobody's personal start-up files
    return environment


def _which(at: int, cell: Cell) -> str:
    first = next((line for line in cell["source"].splitlines() if line.strip()), "")
    return f"Cell {at + 1} ({first.strip()[:60]!r})"


def _texts(output: dict[str, Any]) -> list[str]:
    if output["output_type"] == "stream":
        return ["".join(output["text"])]
    if output["output_type"] == "error":
        return [output["ename"], output["evalue"], *output["traceback"]]
    bundle = output.get("data", {})
    texts = [
        "".join(value)
        for kind, value in bundle.items()
        if kind.startswith("text/") or kind == "image/svg+xml"
    ]
    return [*texts, json.dumps(output.get("metadata", {}))]


def _normal(cell: Cell) -> Cell:
    """Strip what differs from run to run: transient fields, timings, split streams."""
    if cell["cell_type"] != "code":
        return cell
    cell["metadata"].pop("execution", None)
    outputs: list[dict[str, Any]] = []
    for output in cell["outputs"]:
        output.pop("transient", None)
        last = outputs[-1] if outputs else None
        if (
            last
            and output["output_type"] == last["output_type"] == "stream"
            and output["name"] == last["name"]
        ):
            last["text"] = "".join(last["text"]) + "".join(output["text"])  # chunks depend on timing
        else:
            outputs.append(output)
    for output in outputs:
        if output["output_type"] == "stream":
            output["text"] = "".join(output["text"]).splitlines(keepends=True)
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and (kind.startswith("text/") or kind == "image/svg+xml"):
                output["data"][kind] = value.splitlines(keepends=True)
    cell["outputs"] = outputs
    return cell


def _number(cells: list[Cell]) -> None:
    """Count the executed cells 1, 2, …; their results carry the same number."""
    for count, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), 1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = count


def _demand_clean(cells: list[Cell], forbidden: set[str]) -> None:
    for at, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                text = "".join(output["text"]).strip()[-300:]
                raise ChapterFailed(f"{_which(at, cell)} wrote to the error stream: {text}")
            if any(kind.startswith("application/vnd.jupyter.widget") for kind in output.get("data", {})):
                raise ChapterFailed(
                    f"{_which(at, cell)} shows a live widget, which can't be stored. Use explore or viewer."
                )
            found = absolute_paths(output)
            found += [
                path for path in forbidden if len(path) > 3 and any(path in text for text in _texts(output))
            ]
            if found:
                raise ChapterFailed(
                    f"{_which(at, cell)} shows a path of this machine: {found[0]}. Show the name only."
                )
