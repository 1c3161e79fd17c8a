"""``mediedu start`` and ``mediedu lab``: the learner's own copy of the chapters, and JupyterLab in it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

# Arguments that this command does not know go on to JupyterLab.
PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True}
DEFAULT_FOLDER = Path("mediedu-course")
FIRST_CHAPTER = "00_start_here.ipynb"


def start(
    folder: Annotated[Path, typer.Argument(help="Where your copy of the chapters goes.")] = DEFAULT_FOLDER,
) -> None:
    """Make your own copy of the chapters, or bring it up to date; a chapter you changed stays as it is."""
    from mediedu.teach import student_copy

    typer.echo(str(student_copy(folder)))


def jupyterlab_command(folder: Path, first: str, extra: list[str]) -> list[str]:
    """Give the command that serves `folder` on this machine only, opened at the chapter `first`.

    Examples
    --------
    >>> command = jupyterlab_command(Path("course"), "00_start_here.ipynb", ["--port=8899"])
    >>> "--ServerApp.ip=127.0.0.1" in command, command[-1]
    (True, '--port=8899')
    """
    # The last two, with the settings below, keep JupyterLab from asking outside hosts.
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{first}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container everyone is root, and JupyterLab would refuse to start without this.
        command.append("--allow-root")
    return [*command, *extra]


def lab(
    context: typer.Context,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser window.")] = True,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on.", show_default="8888, or the next free")
    ] = None,
) -> None:
    """Open the course in JupyterLab, in your own copy of the chapters.

    mediedu lab [FOLDER] [OPTIONS] [ARGUMENTS OF JUPYTERLAB]. FOLDER is ./mediedu-course where none is given.
    The server listens on this machine only and asks for its token.
    """
    rest = list(context.args)
    folder = Path(rest.pop(0)) if rest and not rest[0].startswith("-") else DEFAULT_FOLDER
    if find_spec("jupyterlab") is None:
        raise FileNotFoundError(
            "JupyterLab is not installed beside mediedu. Install it: pip install 'mediedu[lab]'"
        )
    start(folder)
    if not browser:
        rest.append("--no-browser")
    if port is not None:
        rest.append(f"--port={port}")
    first = FIRST_CHAPTER if (folder / FIRST_CHAPTER).exists() else ""
    command = jupyterlab_command(folder, first, rest)
    typer.echo(f"Opening JupyterLab in {folder}. Stop it with Ctrl-C.")
    own_settings = str(Path(__file__).parent / "jupyter")
    environment = dict(os.environ)
    known = environment.get("JUPYTER_CONFIG_PATH")
    environment["JUPYTER_CONFIG_PATH"] = own_settings + (os.pathsep + known if known else "")
    # So that `!mediedu fetch …` works in a cell and in JupyterLab's terminal, and nbgrader finds its tools.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    if os.name == "posix":
        os.execve(command[0], command, environment)
    raise typer.Exit(subprocess.call(command, env=environment))
