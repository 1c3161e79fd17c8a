"""From features to a diagnosis, and what the diagnosis is worth.

Classifiers, feature selection and permutation importance are scikit-learn's own: call them. This room splits
by patient, cross-validates with every choice inside the folds, and reports with intervals.

==============================  =================================================================
`split_by_patient`              train, validation, test; every patient on one side
`cross_validate`                out-of-fold scores by repeated stratified (group) k-fold
`evaluate`                      truth and scores → `Report` with intervals and figures
`compare_classifiers`           DeLong's and McNemar's tests of two classifiers
`proportion_interval`           a proportion with Wilson's or the exact interval
`diagnosis_pipeline`            features → standardise → classifier
`OneRule`, `one_line_rule`      the best single feature and threshold
`duplicates_across`             the same image on both sides of a split
==============================  =================================================================
"""

from typing import TYPE_CHECKING

from mediedu.classify.calibration import Calibration
from mediedu.classify.comparison import Comparison, compare_classifiers
from mediedu.classify.counts import Counts
from mediedu.classify.cross_validation import cross_validate
from mediedu.classify.decision_cost import DecisionCost
from mediedu.classify.duplicates import duplicates_across
from mediedu.classify.estimate import Estimate, proportion_interval
from mediedu.classify.evaluation import evaluate
from mediedu.classify.out_of_fold import CrossValidation
from mediedu.classify.pipeline import diagnosis_pipeline
from mediedu.classify.report import Report
from mediedu.classify.roc import ROC
from mediedu.classify.splitting import Split, split_by_patient
from mediedu.classify.subgroups import Subgroups

if TYPE_CHECKING:
    from mediedu.classify.one_rule import OneRule, one_line_rule

__all__ = [
    "ROC",
    "Calibration",
    "Comparison",
    "Counts",
    "CrossValidation",
    "DecisionCost",
    "Estimate",
    "OneRule",
    "Report",
    "Split",
    "Subgroups",
    "compare_classifiers",
    "cross_validate",
    "diagnosis_pipeline",
    "duplicates_across",
    "evaluate",
    "one_line_rule",
    "proportion_interval",
    "split_by_patient",
]


def __getattr__(name: str) -> object:
    """Load the one-rule estimator, a scikit-learn class, when it is first asked for."""
    if name in ("OneRule", "one_line_rule"):
        from mediedu.classify import one_rule

        return getattr(one_rule, name)
    raise AttributeError(f"mediedu.classify has no {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the names for tab completion."""
    return sorted([*globals(), *__all__])
