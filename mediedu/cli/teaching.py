"""``mediedu progress``, ``student``, ``assignment``, ``book``: records, classes and the site."""

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

import mediedu
from mediedu.cli.course import DEFAULT_FOLDER


def progress(
    folder: Annotated[
        Path | None, typer.Argument(help="Your course folder.", show_default="the one here")
    ] = None,
) -> None:
    """Show which exercises you have tried and passed."""
    from mediedu.teach import progress as passed

    if folder is not None and not folder.is_dir():
        raise FileNotFoundError(
            f"There is no folder {folder}. Name your course folder, or make one: mediedu start"
        )
    if folder is None and DEFAULT_FOLDER.is_dir():
        folder = DEFAULT_FOLDER
    typer.echo(repr(passed(folder)))


def student(
    archive: Annotated[Path, typer.Argument(help="The zip file to write.")] = Path("mediedu-course.zip"),
) -> None:
    """Pack the learners' chapters into one zip file, to hand to a class."""
    from mediedu.teach import student_copy

    if archive.suffix != ".zip":
        raise ValueError(
            f"{archive} does not end in .zip. Name the zip file to write, or use: mediedu start FOLDER"
        )
    if archive.exists():
        raise FileExistsError(f"{archive} is there already. Remove it or name another file.")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mediedu-course"
        report = student_copy(folder)
        packed = shutil.make_archive(str(archive.with_suffix("")), "zip", place, folder.name)
    typer.echo(f"{packed} holds {len(report.new)} chapters in a folder mediedu-course.")


def assignment(
    folder: Annotated[Path, typer.Argument(help="The nbgrader course folder.")],
    chapter: Annotated[
        str | None, typer.Argument(help="One chapter by its name, such as knn_smoothing.")
    ] = None,
    points: Annotated[int, typer.Option(help="Points for each exercise.")] = 1,
) -> None:
    """Write nbgrader source assignments from the chapters."""
    from mediedu.teach import assignment as write_assignments

    written = write_assignments(folder, chapter, points=points)
    for path in written:
        typer.echo(str(path))
    if not written:
        raise ValueError("No assignment was written: the chapters chosen hold no exercise.")


def book(
    output: Annotated[
        Path | None, typer.Option(help="Where the pages go.", show_default="book/_build/html")
    ] = None,
) -> None:
    """Build the book from a clone of the project; a warning stops it."""
    source = Path(mediedu.__file__).resolve().parent.parent / "book"
    if not (source / "conf.py").is_file():
        raise FileNotFoundError(
            "The book is built from a clone of the project; this mediedu was installed without it."
        )
    if find_spec("sphinx") is None:
        raise FileNotFoundError(
            "Sphinx is not installed. Run: make environment LOCK=book, or pip install 'mediedu[book]'"
        )
    pages = output or source / "_build" / "html"
    trees = source / "_build" / "doctrees"
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "--fail-on-warning",
        "--keep-going",
        "--quiet",
        "--builder",
        "html",
    ]
    failed = subprocess.call([*command, "--doctree-dir", str(trees), str(source), str(pages)])
    if not failed:
        typer.echo(f"The book lies in {pages}; open {pages / 'index.html'}")
    raise typer.Exit(failed)
