"""Deal cases into folds, patients kept together, and refuse where that can't be done."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.sampling_units import Units

__all__ = ["dealt", "is_search", "refuse_few", "refuse_leaking_search"]


def refuse_few(truth: NDArray[np.bool_], units: Units, folds: int) -> None:
    """Say so where a fold would hold no case, or no patient, of a class."""
    if not (isinstance(folds, int | np.integer) and folds >= 2):
        raise ValueError(f"folds is {folds!r}; cross-validation needs a whole number from 2 up.")
    fewest = min(len(np.unique(units.index[truth == side])) for side in (True, False))
    if fewest < folds:
        what = "patients" if units.by_patient else "cases"
        raise ValueError(
            f"The smaller class has {fewest} {what} and there are {folds} folds, "
            f"so a fold would hold none of them. Use at most {fewest} folds."
            if fewest > 1
            else f"One class has a single {what[:-1]}, which can't be both learned from and judged. Get more."
        )


def refuse_leaking_search(estimator: Any, patients: NDArray[Any] | None) -> None:
    """Say so where a search inside would put one patient on both sides of its own folds."""
    from sklearn.model_selection import (
        GroupKFold,
        GroupShuffleSplit,
        LeaveOneGroupOut,
        LeavePGroupsOut,
        StratifiedGroupKFold,
    )

    by_group = GroupKFold | GroupShuffleSplit | LeaveOneGroupOut | LeavePGroupsOut | StratifiedGroupKFold
    if patients is not None and is_search(estimator) and not isinstance(estimator.cv, by_group):
        raise ValueError(
            f"The search inside splits with cv={estimator.cv!r}, which would spread a patient "
            "over its folds. Give it cv=StratifiedGroupKFold(5)."
        )


def is_search(estimator: Any) -> bool:
    """Tell a grid search and its kin."""
    from sklearn.model_selection._search import BaseSearchCV

    return isinstance(estimator, BaseSearchCV)


def dealt(
    truth: NDArray[np.bool_], units: Units, folds: int, seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Give the training and the test cases of each fold."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedGroupKFold if units.by_patient else StratifiedKFold
    dealer = kind(n_splits=folds, shuffle=True, random_state=seed)
    pairs = list(dealer.split(truth, truth, units.index if units.by_patient else None))
    if any(len(np.unique(truth[train])) < 2 for train, _ in pairs):
        raise ValueError(
            "A training part would hold one class only, because few patients hold most of the other. "
            "Use fewer folds, or another seed."
        )
    return pairs
