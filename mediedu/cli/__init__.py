"""The command ``mediedu``: open the course, fetch data, look after the machine.

Each command is a thin door to a room below. What a command needs is imported when it is called, so that
``mediedu --help`` answers at once.
"""

import sys

import typer

import mediedu
from mediedu.cli import course, sets, teaching

app = typer.Typer(
    name="mediedu",
    help="A course in medical image analysis: chapters, a small library, data and a book.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mediedu {mediedu.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Show the version and stop."
    ),
) -> None:
    """Follow a course in medical image analysis: chapters, a small library, data and a book."""


app.command("lab", short_help="Open the course in JupyterLab.", context_settings=course.PASS_THROUGH)(
    course.lab
)
app.command("start", short_help="Make your copy of the chapters, or update it.")(course.start)
app.command("fetch", short_help="Get real data sets.", context_settings=sets.PASS_ALL)(sets.fetch)
app.command(
    "data", short_help="See, verify or remove data sets; make a mirror.", context_settings=sets.PASS_ALL
)(sets.data)
app.command("progress", short_help="Show which exercises you passed.")(teaching.progress)


@app.command("doctor", short_help="Say what this machine lacks for the course.")
def _doctor(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object, for programs."),
) -> None:
    """Say what is missing or too old on this machine, and how to mend it."""
    from mediedu.cli.doctor import doctor

    doctor(as_json)


app.command("student", short_help="Pack the chapters into a zip for a class.")(teaching.student)
app.command("assignment", short_help="Write nbgrader assignments.")(teaching.assignment)
app.command("book", short_help="Build the book from a clone.")(teaching.book)


def main() -> None:
    """Run the command line, turning foreseen mistakes into one sentence."""
    try:
        app()
    except (OSError, ValueError) as mistake:
        typer.echo(f"mediedu: {mistake}", err=True)
        sys.exit(1)
