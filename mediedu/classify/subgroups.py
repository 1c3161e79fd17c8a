"""A report taken apart by a property of the cases, to see who is served worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from mediedu.classify.binary_labels import nameless, one_per_case
from mediedu.classify.counts import Counts, undefined
from mediedu.classify.estimate import Estimate

if TYPE_CHECKING:
    from mediedu.classify.report import Report
    from mediedu.figures import Figure

__all__ = ["Subgroups", "take_apart"]


@dataclass(frozen=True, eq=False, repr=False)
class Subgroups(Mapping[str, "Report"]):
    """A report for each subgroup, found by its name.

    Attributes
    ----------
    whole : Report
        The report of all cases.
    parts : dict of str to Report
        The report of each subgroup. Where it holds one class only, what needs the other is not defined.
    """

    whole: Report
    parts: dict[str, Report]

    def __getitem__(self, name: str) -> Report:
        """Give the report of one subgroup."""
        return self.parts[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self.parts)

    def __len__(self) -> int:
        """Count the subgroups."""
        return len(self.parts)

    def __str__(self) -> str:
        """Write a table, a row for each subgroup."""
        head = ["", "cases", self.whole.class_names[1], "sensitivity", "specificity", "AUC"]
        rows = [head]
        for name, part in [("all", self.whole), *self.parts.items()]:
            numbers = (part.sensitivity, part.specificity, area(part))
            cells = [f"{value:.2f}" if value.defined else "not defined" for value in numbers]
            rows.append([name, str(part.counts.total), str(part.counts.positives), *cells])
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = [
            "  ".join(
                f"{cell:<{width}}" if column == 0 else f"{cell:>{width}}"
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        synthetic = " Synthetic: no patient was imaged." if self.whole.synthetic else ""
        return "\n".join([*lines, f"Intervals {100 * self.whole.level:g} %, {self.whole.unit}.{synthetic}"])

    def __repr__(self) -> str:
        """Name the subgroups."""
        return f"<Subgroups: {', '.join(f'{name} {part.counts.total}' for name, part in self.parts.items())}>"

    def show(self, measure: str = "sensitivity") -> Figure:
        """Draw one measure of each subgroup as a bar with its interval.

        Parameters
        ----------
        measure : {"sensitivity", "specificity", "balanced_accuracy", "accuracy", "auc"}
            What to draw.

        Returns
        -------
        Figure
            Subgroups for which it isn't defined have no bar; the alt text says so.
        """
        from mediedu import figures

        known = ("sensitivity", "specificity", "balanced_accuracy", "accuracy", "auc")
        if measure not in known:
            raise ValueError(f"There is no measure {measure!r} to draw. Take one of {', '.join(known)}.")
        reports = {"all": self.whole, **self.parts}
        found = {
            name: area(part) if measure == "auc" else getattr(part, measure) for name, part in reports.items()
        }
        words = "AUC" if measure == "auc" else measure.replace("_", " ")
        drawn = {name: value for name, value in found.items() if value.defined}
        said = "; ".join(f"{name} {value:.2f}" for name, value in found.items())
        synthetic = " Synthetic data." if self.whole.synthetic else ""
        return figures.bars(
            {f"{name} ({reports[name].counts.total})": value.value for name, value in drawn.items()},
            intervals={
                f"{name} ({reports[name].counts.total})": (value.low, value.high)
                for name, value in drawn.items()
            },
            alt=f"{words.capitalize() if measure != 'auc' else words} of each subgroup: {said}. "
            f"Intervals {100 * self.whole.level:g} %, {self.whole.unit}.{synthetic}",
            ylabel=words,
            title=self.whole.unit + ("; synthetic" if self.whole.synthetic else ""),
            limits=(0, 1.08),
            number=".2f",
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Draw itself where a notebook shows it, the table below."""
        import html

        text = str(self)
        return {"text/html": f"{self.show().html()}<pre>{html.escape(text)}</pre>", "text/plain": text}


def area(report: Report) -> Estimate:
    """Give the AUC, or why a subgroup has none."""
    if not (report.counts.positives and report.counts.negatives):
        return undefined(
            f"there is no {report.class_names[0 if report.counts.positives else 1]} case", report.level
        )
    return report.auc


def take_apart(report: Report, labels: ArrayLike) -> Subgroups:
    """Make a report of the cases with each label."""
    cases = report.cases
    if cases is None:
        raise AssertionError("unreachable")
    names = one_per_case(labels, "labels")
    if names.size != cases.truth.size:
        raise ValueError(
            f"labels has {names.size} entries for {cases.truth.size} cases. Give the subgroup of each case."
        )
    missing = int(nameless(labels).sum())
    if missing:
        raise ValueError(
            f"{missing} of {names.size} cases have no subgroup in labels. Leave these cases out, or "
            'give them a name of their own, such as "unknown".'
        )
    try:
        found = np.unique(names)
    except TypeError:
        raise TypeError("labels mixes names and numbers; write all subgroups in one way.") from None
    parts = {}
    for name in found:
        rows = names == name
        truth, answer = cases.truth[rows], cases.answer[rows]
        part = replace(
            cases, truth=truth, answer=answer, score=cases.score[rows], units=cases.units.subset(rows)
        )
        counts = Counts(
            true_positives=int((truth & answer).sum()),
            false_negatives=int((truth & ~answer).sum()),
            false_positives=int((~truth & answer).sum()),
            true_negatives=int((~truth & ~answer).sum()),
        )
        parts[str(name)] = replace(report, counts=counts, unit=part.units.words, cases=part)
    return Subgroups(report, parts)
