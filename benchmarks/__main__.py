"""Measure the library against its peers and print what came out.

``python -m benchmarks`` measures every subject but ``explain``, ``python -m benchmarks smoothing`` one. The
raw times go to ``benchmarks/runs/<subject>.json``. A peer that isn't installed ends the run with an error
(2); a target that is missed is printed, and the run ends with 1. ``explore`` is measured in a browser.
"""

import argparse
import importlib
import os
import sys

from benchmarks.measuring import MissingPeer, machine, write

SUBJECTS = (
    "smoothing",
    "equalization",
    "first_call",
    "segmentation",
    "describe",
    "nets",
    "augmentation",
    "training",
    "explore",
    "explain",
)
# Measured only when named: its peers fit into no lock of ours (benchmarks/explain.py says how to have them).
APART = ("explain",)


def main() -> int:
    """Run the subjects that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "subjects",
        nargs="*",
        metavar="SUBJECT",
        help=f"{', '.join(SUBJECTS)}; by default all but {', '.join(APART)}",
    )
    parser.add_argument("--rounds", type=int, default=15, help="turns each contestant gets (default 15)")
    parser.add_argument("--discard", action="store_true", help="print only; leave the kept runs alone")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"There is no subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}.")
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(f"\n{'task':34}{'contestant':34}{'median ms':>11}  ratio to the first")
    missed = 0
    for subject in options.subjects or [name for name in SUBJECTS if name not in APART]:
        if subject == "explore":
            code = _explore(options.discard)
            if code == 2:
                return code
            missed += code
            continue
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
    return 1 if missed else 0


def _explore(discard: bool) -> int:
    """Press keys in a browser; 1 if a target is missed, 2 if there is no browser."""
    from benchmarks import explore

    print()
    return explore.main(["--out", os.devnull] if discard else [])


if __name__ == "__main__":
    sys.exit(main())
