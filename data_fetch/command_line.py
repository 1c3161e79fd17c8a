"""The commands: list, info, fetch, verify, remove, mirror.

Sentences for people go to stderr, results to stdout; with ``--json`` stdout holds one JSON document and
nothing else. Exit codes: see ``arguments.EXIT_CODES``.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from data_fetch.arguments import Run, parser_for
from data_fetch.errors import FetchError


def main(argv: Sequence[str] | None = None, program: str = "python -m data_fetch") -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of this process if not given.
    program
        Name to show in the help.

    Examples
    --------
    >>> main(["info", "no_such_set"])
    7
    """
    for stream in (sys.stdout, sys.stderr):
        # An old Windows console has no “×”: better a question mark than an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    arguments = parser_for(program, _RUNS).parse_args(argv)
    if getattr(arguments, "data", None):
        os.environ["MEDIEDU_DATA"] = arguments.data
    try:
        result, code = arguments.run(arguments)
        if arguments.json:
            print(json.dumps(result, indent=2, ensure_ascii=False))
        sys.stdout.flush()
        return int(code)
    except FetchError as error:
        return _failed(arguments, type(error).__name__, str(error), error.exit_code)
    except KeyboardInterrupt:
        said = "Stopped. What came is kept; the same command goes on from there."
        return _failed(arguments, "Stopped", said, 130)
    except BrokenPipeError:
        # `… list | head` has read enough. Python must not try to write the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _failed(arguments, type(error).__name__, str(error), 1)


def _failed(arguments: argparse.Namespace, kind: str, sentence: str, code: int) -> int:
    if arguments.json:
        print(
            json.dumps({"error": {"kind": kind, "message": sentence, "exit_code": code}}, ensure_ascii=False)
        )
    else:
        print(sentence, file=sys.stderr)
    return code


def _list(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch import list as every_set
    from data_fetch import path

    rows: list[dict[str, Any]] = []
    shown: list[tuple[str, ...]] = []
    for entry in every_set():
        here = path(entry.name) is not None
        if (entry.variant_of and not (arguments.all or here)) or (arguments.here and not here):
            continue
        rows.append(
            {
                "name": entry.name,
                "title": entry.title,
                "modality": entry.modality,
                "task": entry.task,
                "size": entry.size,
                "licence": entry.licence,
                "access": entry.access,
                "verified": entry.verified,
                "here": here,
            }
        )
        shown.append((entry.name, entry.size_text, entry.licence, "here" if here else "", entry.modality))
    if not arguments.json and rows:
        shown.insert(0, ("name", "size", "licence", "", "modality"))
        widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
        for row in shown:
            print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    if not arguments.json and not rows:
        print("No data set is on this machine yet. `mediedu data list` shows what can be fetched.")
    if not (arguments.json or arguments.here or arguments.all):
        print("\nSome sets come in larger sizes, such as breastmnist_64: see `mediedu data list --all`.")
    return rows, 0


def _info(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch.telling import as_table, as_text

    entries = [_entry(name) for name in arguments.names]
    if not arguments.json:
        print("\n\n".join(as_text(entry) for entry in entries))
    return [as_table(entry) for entry in entries], 0


def _entry(name: str) -> Any:
    from data_fetch import info

    return info(name)


def _fetch(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch import fetch, path

    fetched = []
    # A misspelt last name must not show after an hour of fetching the first ones.
    for name in arguments.names:
        _entry(name)
    for name in dict.fromkeys(arguments.names):
        was_here = path(name) is not None
        folder = fetch(
            name,
            mirror=arguments.mirror,
            accept_terms=arguments.accept_terms,
            quiet=arguments.quiet or arguments.json,
        )
        fetched.append({"name": name, "folder": str(folder), "was_here": was_here})
        if not arguments.json:
            print(f"{name}: {folder}")
    return fetched, 0


def _verify(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch import folders, records, verify
    from data_fetch import list as every_set

    # Not by path(): a set with a missing file must be looked at too, but not one of which nothing ever came.
    names = arguments.names or [e.name for e in every_set() if records.begun(e, folders.set_folder(e.name))]
    verdicts = [verify(name, quiet=arguments.json) for name in names]
    if not arguments.json:
        for verdict in verdicts:
            said = f"{verdict.files} files, all as they should be" if verdict.ok else "not in order"
            print(f"{verdict.name}: {said}")
            for problem in verdict.problems:
                print(f"  - {problem}")
        if not verdicts:
            print("No data set is on this machine yet.")
    table = [{"name": v.name, "ok": v.ok, "files": v.files, "problems": [*v.problems]} for v in verdicts]
    return table, 0 if all(verdict.ok for verdict in verdicts) else 5


def _remove(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch import remove
    from data_fetch.sizes import in_words

    for name in arguments.names:
        _entry(name)
    freed = {name: remove(name, forget=arguments.forget) for name in arguments.names}
    if not arguments.json:
        for name, size in freed.items():
            print(f"{name}: {in_words(size)} freed" if size else f"{name}: was not on this machine")
    return [{"name": name, "freed": size} for name, size in freed.items()], 0


def _mirror(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch import mirror

    manifest = mirror(
        arguments.folder,
        arguments.names,
        with_permission=arguments.with_permission,
        accept_terms=arguments.accept_terms,
        quiet=arguments.quiet or arguments.json,
    )
    if not arguments.json:
        print(f"The mirror is ready: {manifest.parent}")
        print(f"Hand it out as a folder (MEDIEDU_MIRROR={manifest.parent}), or serve it:")
        print(f"  python -m http.server 8000 --directory {manifest.parent}")
    return {"folder": str(manifest.parent), "manifest": str(manifest), "names": arguments.names}, 0


_RUNS: dict[str, Run] = {
    "list": _list,
    "info": _info,
    "fetch": _fetch,
    "verify": _verify,
    "remove": _remove,
    "mirror": _mirror,
}
