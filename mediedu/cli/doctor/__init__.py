"""``mediedu doctor``: say in plain words what this machine lacks for the course, and how to mend it."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import typer

import mediedu
from mediedu.cli.doctor.accelerator import deep_learning
from mediedu.cli.doctor.finding import Finding
from mediedu.cli.doctor.machine import disk, memory, python
from mediedu.cli.doctor.packages import required_packages
from mediedu.cli.doctor.stores import data_on_hand, kernel_cache, network

__all__ = ["Finding", "doctor", "findings"]


def findings() -> Iterator[Finding]:
    """Look at everything, in the order in which it is told.

    Yields
    ------
    Finding
        One for each thing looked at.
    """
    yield python()
    yield memory()
    yield disk()
    yield from required_packages()
    yield kernel_cache()
    yield from deep_learning()
    yield from data_on_hand()
    yield network()


def doctor(as_json: bool = False) -> None:
    """Tell every finding as it comes, and leave with exit code 1 where something needed is missing.

    Parameters
    ----------
    as_json : bool
        Print one JSON object instead of lines.
    """
    looked = []
    for finding in findings():
        looked.append(finding)
        if not as_json:
            typer.echo(finding.as_text())
    bad = [finding for finding in looked if finding.state == "missing"]
    if as_json:
        answer = {
            "mediedu": mediedu.__version__,
            "ready": not bad,
            "findings": [asdict(finding) for finding in looked],
        }
        typer.echo(json.dumps(answer, indent=2))
    elif bad:
        typer.echo(f"\nTo mend: {', '.join(finding.subject for finding in bad)}.")
    else:
        typer.echo("\nAll that the course needs is here.")
    raise typer.Exit(1 if bad else 0)
