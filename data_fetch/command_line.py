"""The commands: list, info, fetch, verify, remove, mirror.

Sentences for people go to stderr, results to stdout; with ``--json`` stdout holds one JSON document and
nothing else. Exit codes: see ``EXIT_CODES``.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from data_fetch.errors import FetchError

EXIT_CODES = """\
exit codes:
  0    all is well
  1    something else went wrong; the sentence says what
  2    the command was not understood
  3    no server reached, or none that gave the file
  4    no room on the disk, or a folder that cannot be written
  5    a file is not what it should be (wrong hash, damaged, unsafe archive)
  6    a person must act first: accept terms, visit a page
  7    no such data set, or a registry with a mistake
  130  stopped by Ctrl-C; what came is kept, the same command goes on

environment:
  MEDIEDU_DATA        folder for data sets (else the cache folder of this system)
  MEDIEDU_MIRROR      folder or address of a classroom mirror, asked first
  MEDIEDU_REGISTRY    a registry file of your own, laid over the course's
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE, SSL_CERT_FILE as usual"""


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
    arguments = _parser(program).parse_args(argv)
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


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Real medical data sets: fetched once, verified, resumed after a break.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Any], says: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=says,
            description=says[0].upper() + says[1:] + ".",
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON document, for scripts")
        sub.add_argument("--data", metavar="FOLDER", help="folder for data sets, in place of MEDIEDU_DATA")
        return sub

    shown = command("list", _list, "show the data sets, their size, and which are on this machine")
    shown.add_argument("--here", action="store_true", help="only those on this machine")
    shown.add_argument("--all", action="store_true", help="also each larger size of the MedMNIST sets")
    info = command("info", _info, "tell what is known of a set: contents, licence, citation, defects, files")
    info.add_argument("names", nargs="+", metavar="NAME")
    add_fetch_arguments(command("fetch", _fetch, "fetch data sets, or what is missing of them"))
    verify = command("verify", _verify, "compare every byte on this machine with its hash")
    verify.add_argument(
        "names", nargs="*", metavar="NAME", help="sets to verify; all that are here if none is named"
    )
    remove = command("remove", _remove, "delete fetched sets and unfinished downloads")
    remove.add_argument("names", nargs="+", metavar="NAME")
    remove.add_argument(
        "--forget",
        action="store_true",
        help="also drop the hash noted at the first fetch, to accept a new version",
    )
    mirror = command(
        "mirror", _mirror, "make a classroom mirror that a web server or a USB stick can hand out"
    )
    mirror.add_argument("folder", metavar="FOLDER", help="where the mirror lies or shall lie")
    mirror.add_argument("names", nargs="+", metavar="NAME")
    mirror.add_argument(
        "--with-permission",
        action="store_true",
        help="the publisher allowed you to pass on a set whose terms do not",
    )
    mirror.add_argument(
        "--accept-terms", action="store_true", help="you have read and accept the publishers' terms"
    )
    mirror.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def add_fetch_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of ``fetch``; ``mediedu fetch`` takes the same ones."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="sets to fetch, such as breastmnist")
    parser.add_argument("--mirror", metavar="FOLDER|URL", help="classroom mirror to ask first")
    parser.add_argument(
        "--accept-terms", action="store_true", help="you have read and accept the publishers' terms"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def _list(arguments: argparse.Namespace) -> tuple[Any, int]:
    from data_fetch import list as every_set
    from data_fetch import path

    rows: list[dict[str, Any]] = []
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
        if not arguments.json:
            if len(rows) == 1:
                print(f"{'name':<20} {'size':<20} {'licence':<24} {'':<8} modality")
            mark = "here" if here else "by hand" if entry.access == "page" else ""
            print(f"{entry.name:<20} {entry.size_text:<20} {entry.licence:<24} {mark:<8} {entry.modality}")
    if not arguments.json and not rows:
        print("No data set is on this machine yet. `list` without --here shows what can be fetched.")
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
    from data_fetch import folders, verify
    from data_fetch import list as every_set

    # Named by their folder, not by path(): a set with a missing file must be looked at too.
    names = arguments.names or [e.name for e in every_set() if folders.set_folder(e.name).is_dir()]
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
