"""A report as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mediedu.classify.estimate import Estimate

if TYPE_CHECKING:
    from mediedu.classify.report import Report

__all__ = ["heading", "measures", "summary"]


def heading(report: Report) -> str:
    """Tell the cases, the classes, and what the intervals take as independent."""
    counts, (negative, positive) = report.counts, report.class_names
    synthetic = " Synthetic: no patient was imaged." if report.synthetic else ""
    return (
        f"{counts.total} cases: {counts.negatives} {negative}, {counts.positives} {positive} (positive). "
        f"Intervals {100 * report.level:g} %, {report.unit}.{synthetic}"
    )


def measures(report: Report) -> dict[str, Estimate]:
    """Give the measures that figures and subgroups show, by name."""
    found = {
        "accuracy": report.accuracy,
        "sensitivity": report.sensitivity,
        "specificity": report.specificity,
        "balanced accuracy": report.balanced_accuracy,
    }
    if report.cases is not None:
        found["AUC"] = report.auc
    return found


def summary(report: Report) -> str:
    """Write the report: counts, then one line for each measure."""
    counts, (negative, positive) = report.counts, report.class_names
    usual = positive if counts.positives > counts.negatives else negative
    here = f" at this base rate, {100 * report.base_rate.value:.3g} %"
    rows = {
        "accuracy": f'{report.accuracy}; always "{usual}" scores {report.accuracy_without_looking:.3f}',
        "sensitivity": str(report.sensitivity),
        "specificity": str(report.specificity),
        "balanced accuracy": str(report.balanced_accuracy),
        "positive predictive": f"{report.positive_predictive_value}"
        + here * report.positive_predictive_value.defined,
        "negative predictive": f"{report.negative_predictive_value}"
        + here * report.negative_predictive_value.defined,
    }
    if report.cases is not None:
        auc, resampled, score = report.auc, report.auc_bootstrap, report.cases.score
        rows["AUC"] = f"{auc} {auc.method}"
        if resampled.method != auc.method:
            rows["AUC, resampled"] = f"{resampled} {resampled.method}"
        if score.min() >= 0 and score.max() <= 1:
            rows["calibration"] = str(report.calibration())
        threshold = report.cases.threshold
        rows["called positive"] = (
            "as predicted" if threshold is None else f"where the score is {threshold:.4g} or more"
        )
    return "\n".join(
        [heading(report), *table(report), *(f"  {name:<20}  {row}" for name, row in rows.items())]
    )


def table(report: Report) -> list[str]:
    """Write the four counts, a row for each true class."""
    counts, (negative, positive) = report.counts, report.class_names
    columns = [f"called {positive}", f"called {negative}"]
    cells = {
        positive: (counts.true_positives, counts.false_negatives),
        negative: (counts.false_positives, counts.true_negatives),
    }
    width = max(20, *map(len, cells))
    lines = [" " * (width + 2) + "".join(f"  {name:>14}" for name in columns)]
    for name, row in cells.items():
        numbers = "".join(
            f"  {value:>{max(14, len(column))}}" for value, column in zip(row, columns, strict=True)
        )
        lines.append(f"  {name:<{width}}{numbers}")
    return lines
