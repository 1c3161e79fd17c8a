"""The figures of a report; each alt text is written from the numbers that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mediedu import figures
from mediedu.classify.calibration import Calibration
from mediedu.classify.estimate import Estimate
from mediedu.classify.report_text import heading, measures

if TYPE_CHECKING:
    from mediedu.classify.report import Report
    from mediedu.figures import Figure

__all__ = [
    "calibration_figure",
    "cost_figure",
    "counts_figure",
    "measures_figure",
    "predictive_values_figure",
    "roc_figure",
]


def measures_figure(report: Report) -> Figure:
    """Draw the measures as bars with their intervals."""
    found = measures(report)
    defined = {name: value for name, value in found.items() if value.defined}
    gaps = [f"{name} is not defined: {value.reason}" for name, value in found.items() if not value.defined]
    said = "; ".join([*(f"{name} {value:.2f}" for name, value in defined.items()), *gaps])
    return figures.bars(
        {name: value.value for name, value in defined.items()},
        intervals={name: (value.low, value.high) for name, value in defined.items()},
        alt=f"Bars with intervals. {heading(report)} {said}.",
        ylabel="share (AUC: probability)",
        title=_origin(report),
        limits=(0, 1.08),
        number=".2f",
    )


def counts_figure(report: Report) -> Figure:
    """Draw the four counts, a row for each true class, a column for each answer."""
    counts, (negative, positive) = report.counts, report.class_names
    values = [
        [counts.true_positives, counts.false_negatives],
        [counts.false_positives, counts.true_negatives],
    ]
    alt = (
        f"A table of counts. Of {counts.positives} {positive} cases {counts.true_positives} were called "
        f"{positive} and {counts.false_negatives} {negative}; of {counts.negatives} {negative} cases "
        f"{counts.false_positives} were called {positive} and {counts.true_negatives} {negative}."
    )
    return figures.matrix(
        values,
        alt=alt + (" Synthetic data." if report.synthetic else ""),
        row_labels=[positive, negative],
        column_labels=[f"called {positive}", f"called {negative}"],
        title="True class in rows, answer in columns" + (", synthetic" if report.synthetic else ""),
        highlight=np.eye(2, dtype=bool),
    )


def roc_figure(report: Report) -> Figure:
    """Draw the ROC curve, its band, the threshold in use and the line of chance."""
    roc, auc = report.roc, report.auc
    ours = f"AUC {auc:.2f}, with {100 * report.level:g} % band"
    curves = {
        ours: (roc.false_positive_rate, roc.true_positive_rate),
        "chance": (np.array([0.0, 1.0]), np.array([0.0, 1.0])),
        "these answers": (
            np.array([1 - report.specificity.value]),
            np.array([report.sensitivity.value]),
        ),
    }
    middle = int(np.searchsorted(roc.grid, 0.1))
    alt = (
        f"ROC curve of {report.counts.total} cases, AUC {auc:.2f}, interval by {auc.method}. "
        f"At a false-positive rate of 0.1 the band of the true-positive rate runs from {roc.low[middle]:.2f} "
        f"to {roc.high[middle]:.2f} ({roc.words}). These answers: "
        f"sensitivity {report.sensitivity.value:.2f}, specificity {report.specificity.value:.2f}."
    )
    return figures.lines(
        curves,
        bands={ours: (roc.grid, roc.low, roc.high)},
        alt=alt + (" Synthetic data." if report.synthetic else ""),
        xlabel="false-positive rate (1 − specificity)",
        ylabel="true-positive rate (sensitivity)",
        title=_origin(report),
        equal=True,
    )


def calibration_figure(report: Report, calibration: Calibration) -> Figure:
    """Draw the calibration curve, its intervals and the diagonal."""
    worst = int(np.argmax(np.abs(calibration.predicted - calibration.observed)))
    alt = (
        f"Calibration curve of {report.counts.total} cases. {calibration}. Farthest from the diagonal: "
        f"a mean score of {calibration.predicted[worst]:.2f}, where {calibration.observed[worst]:.2f} of "
        f"{calibration.count[worst]} cases are {report.class_names[1]} "
        f"(interval {calibration.low[worst]:.2f} to {calibration.high[worst]:.2f})."
    )
    ours = f"observed, with {100 * report.level:g} % intervals"
    return figures.lines(
        {
            ours: (calibration.predicted, calibration.observed),
            "perfectly calibrated": (np.array([0.0, 1.0]), np.array([0.0, 1.0])),
        },
        bands={ours: (calibration.predicted, calibration.low, calibration.high)},
        alt=alt + (" Synthetic data." if report.synthetic else ""),
        xlabel="mean score of the bin",
        ylabel=f"share of {report.class_names[1]}",
        title=_origin(report),
        markers=True,
        equal=True,
    )


def predictive_values_figure(report: Report) -> Figure:
    """Draw both predictive values against the base rate."""
    rates = np.linspace(0.005, 0.995, 100)
    both = [report.predictive_values(float(rate)) for rate in rates]
    rare = report.predictive_values(0.01)
    negative, positive = report.class_names
    alt = (
        f"Predictive values against the base rate. Of cases called {positive}, the share that are "
        f"rises with the base rate: {rare[0]:.2f} where 1 % have the disease, {_at(report, 0.5, 0):.2f} "
        f"where half have it. Of cases called {negative}, the share that are falls: {rare[1]:.2f} at 1 %, "
        f"{_at(report, 0.5, 1):.2f} at 50 %."
    )
    if not all(value.defined for value in rare):
        alt = "Predictive values against the base rate; one is not defined, since every case got one answer."
    curves = {
        f"{kind} predictive value": (rates, [pair[at].value for pair in both])
        for at, kind in enumerate(("positive", "negative"))
    }
    return figures.lines(
        curves,
        bands={
            name: (rates, [pair[at].low for pair in both], [pair[at].high for pair in both])
            for at, name in enumerate(curves)
        },
        alt=alt + (" Synthetic data." if report.synthetic else ""),
        xlabel="base rate (share with the disease)",
        ylabel="predictive value",
        title=_origin(report),
        xlim=(0, 1),
        ylim=(0, 1.02),
    )


def cost_figure(report: Report, miss: float, false_alarm: float, base_rate: float | None) -> Figure:
    """Draw the mean cost of a case at every threshold, beside always answering one way."""
    here = report.decision_cost(miss=miss, false_alarm=false_alarm, base_rate=base_rate)
    roc = report.roc
    keep = np.isfinite(roc.thresholds)
    thresholds = roc.thresholds[keep]
    costs = (1 - roc.true_positive_rate[keep]) * here.always_negative
    costs = costs + roc.false_positive_rate[keep] * here.always_positive
    ends = np.array([thresholds.min(), thresholds.max()])
    best = int(np.argmin(costs))
    alt = (
        f"Mean cost of a case against the threshold, a miss costing {miss:g} and a false alarm "
        f"{false_alarm:g}: {here}. Lowest on these cases: {costs[best]:.3g} at {thresholds[best]:.3g}; "
        "a threshold picked here flatters."
    )
    return figures.lines(
        {
            "classifier": (thresholds, costs),
            "always negative": (ends, np.full(2, here.always_negative)),
            "always positive": (ends, np.full(2, here.always_positive)),
        },
        alt=alt + (" Synthetic data." if report.synthetic else ""),
        xlabel="threshold",
        ylabel="mean cost of a case",
        title=_origin(report),
    )


def _at(report: Report, base_rate: float, which: int) -> Estimate:
    return report.predictive_values(base_rate)[which]


def _origin(report: Report) -> str:
    return report.unit + ("; synthetic" if report.synthetic else "")
