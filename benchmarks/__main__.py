"""Measure the library against its peers and print what came out.

``python -m benchmarks`` measures every subject, ``python -m benchmarks smoothing`` one. The raw times
go to ``benchmarks/runs/<subject>.json``. A peer that isn't installed ends the run with an error. How
quickly an explorer answers a key is measured in a browser, by ``python benchmarks/explore.py``.
"""

import argparse
import importlib
import sys

from benchmarks.measuring import MissingPeer, machine, write

SUBJECTS = ("smoothing", "equalization", "first_call")


def main() -> int:
    """Run the subjects that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"{', '.join(SUBJECTS)}; all by default"
    )
    parser.add_argument("--rounds", type=int, default=15, help="turns each contestant gets (default 15)")
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept runs alone")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"There is no subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}.")
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(f"\n{'task':34}{'contestant':34}{'median ms':>11}  ratio to the first")
    missed = 0
    for subject in options.subjects or SUBJECTS:
        try:
            results = importlib.import_module(f"benchmarks.{subject}").measure(options.rounds)
        except MissingPeer as problem:
            print(problem, file=sys.stderr)
            return 2
        for result in results:
            print("\n".join(result.lines()))
            missed += sum(line.endswith("MISSED") for line in result.lines())
        if not options.discard:
            write(subject, results)
    print(f"\n{missed} missed." if missed else "\nAll met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
