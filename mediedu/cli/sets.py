"""``mediedu fetch`` and ``mediedu data``: doors to the commands of ``data_fetch``."""

import typer

# Every argument, --help among them, goes on to data_fetch.
PASS_ALL = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def fetch(context: typer.Context) -> None:
    """Fetch real data sets: mediedu fetch NAME …; mediedu data list shows their names."""
    from data_fetch.command_line import main

    words = list(context.args)
    if "--list" in words:
        words.remove("--list")
        raise typer.Exit(main(["list", *words], "mediedu data"))
    raise typer.Exit(main(["fetch", *words], "mediedu"))


def data(context: typer.Context) -> None:
    """List, explain, verify or remove data sets, or make a classroom mirror: mediedu data VERB …."""
    from data_fetch.command_line import main

    raise typer.Exit(main(list(context.args) or ["--help"], "mediedu data"))
