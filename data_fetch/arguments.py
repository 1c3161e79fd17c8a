"""What the commands take, and what their help says."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

Run = Callable[[argparse.Namespace], tuple[Any, int]]

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


def parser_for(program: str, runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Make the parser; ``runs`` gives the function that carries out each command."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Real medical data sets: fetched once, verified, resumed after a break.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, says: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=says,
            description=says[0].upper() + says[1:] + ".",
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=runs[name])
        sub.add_argument("--json", action="store_true", help="print one JSON document, for scripts")
        sub.add_argument("--data", metavar="FOLDER", help="folder for data sets, in place of MEDIEDU_DATA")
        return sub

    shown = command("list", "show the data sets, their size, and which are on this machine")
    shown.add_argument("--here", action="store_true", help="only those on this machine")
    shown.add_argument("--all", action="store_true", help="also each larger size of the MedMNIST sets")
    info = command("info", "tell what is known of a set: contents, licence, citation, defects, files")
    info.add_argument("names", nargs="+", metavar="NAME")
    _fetch_arguments(command("fetch", "fetch data sets, or what is missing of them"))
    verify = command("verify", "compare every byte on this machine with its hash")
    verify.add_argument(
        "names", nargs="*", metavar="NAME", help="sets to verify; all that are here if none is named"
    )
    remove = command("remove", "delete fetched sets and unfinished downloads")
    remove.add_argument("names", nargs="+", metavar="NAME")
    remove.add_argument(
        "--forget",
        action="store_true",
        help="also drop the hash noted at the first fetch, to accept a new version",
    )
    mirror = command("mirror", "make a classroom mirror that a web server or a USB stick can hand out")
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


def _fetch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="+", metavar="NAME", help="sets to fetch, such as breastmnist")
    parser.add_argument("--mirror", metavar="FOLDER|URL", help="classroom mirror to ask first")
    parser.add_argument(
        "--accept-terms", action="store_true", help="you have read and accept the publishers' terms"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
