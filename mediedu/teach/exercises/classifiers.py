"""Checks of chapter 10, classifiers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

Floats = NDArray[np.float64]


def _cases(seed: int, known: int, asked: int) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Make two overlapping classes with three features on very different scales, and shifted new cases."""
    rng = np.random.default_rng(seed)
    scale, shift = np.array([400.0, 1.0, 0.02]), np.array([3000.0, 5.0, 0.3])
    labels = np.arange(known) % 2
    train = rng.normal(size=(known, 3)) + labels[:, None] * [0.2, 1.2, 1.2]
    new = rng.normal(size=(asked, 3)) + np.array([0.5, 1.5, 0.2])
    return train * scale + shift, labels, new * scale + shift


def _neighbours(
    train: Floats,
    labels: NDArray[np.int64],
    new: Floats,
    k: int,
    scale: str = "train",
    power: int = 2,
    first: int = 0,
    far: bool = False,
    count: bool = False,
) -> NDArray[np.int64]:
    both = np.vstack([train, new])
    if scale == "rows":
        train, new = (
            (table - table.mean(1, keepdims=True)) / table.std(1, keepdims=True) for table in (train, new)
        )
    shift, spread = {
        "train": (train.mean(0), train.std(0)),
        "none": (0.0, 1.0),
        "rows": (0.0, 1.0),
        "known": (train.mean(0), train.std(0)),
        "own": (train.mean(0), train.std(0)),
        "all": (both.mean(0), both.std(0)),
        "variance": (train.mean(0), train.var(0)),
        "range": (train.min(0), np.ptp(train, axis=0)),
    }[scale]
    known, asked = (train - shift) / spread, (new - shift) / spread
    if scale == "own":
        asked = (new - new.mean(0)) / new.std(0)
    if scale == "known":
        asked = new
    distance = (np.abs(asked[:, None] - known[None]) ** power).sum(axis=2)
    votes = labels[(-distance if far else distance).argsort(axis=1)[:, first : first + k]]
    return votes.sum(axis=1) if count else (votes.mean(axis=1) > 0.5).astype(int)


@exercise(
    1,
    "Ask the k nearest neighbours",
    hints=[
        "Standardise with `train.mean(axis=0)` and `train.std(axis=0)`, and use the same two for `new`.",
        "Call the two standardised tables `a` (from `train`) and `b` (from `new`). `b[:, None] - a[None]` holds "
        "all differences, of shape (new, known, feature). Square, then sum over the last axis.",
        "With `d` the squared distances: `nearest = d.argsort(axis=1)[:, :k]`. Then the majority is "
        "`(labels[nearest].mean(axis=1) > 0.5).astype(int)`.",
    ],
)
def knn_answers(answer: object) -> str:
    """Judge the answers on two sets of cases; the wrong ones differ from the right in both."""
    ask = the_function(answer, "knn_answers")
    for seed, known, asked, k in ((0, 41, 60, 5), (7, 30, 45, 3)):
        train, labels, new = _cases(seed, known, asked)
        got = call(ask, train, labels, new, k, given=f"for {known} known and {asked} new cases, k = {k}")
        _as_a_row(got, asked, known)
        recognise(
            got,
            {
                "The feature with the largest numbers decides alone. Divide each column by its own standard "
                "deviation: axis=0.": _neighbours(train, labels, new, k, "none"),
                "You scaled `new` by its own mean and deviation, so a shift between the two tables is lost. "
                "Use those of `train` for both.": _neighbours(train, labels, new, k, "own"),
                "You scaled by the mean and deviation of `train` and `new` together. The new cases may not have "
                "a say: use those of `train`.": _neighbours(train, labels, new, k, "all"),
                "You left `new` as it is. Scale it too, with the mean and deviation of `train`.": (
                    _neighbours(train, labels, new, k, "known")
                ),
                "You standardised each case over its features. Each feature has its own mean and deviation: "
                "axis=0.": _neighbours(train, labels, new, k, "rows"),
                "You counted the neighbours with label 1. Give the majority: 1 where more than half are 1.": (
                    _neighbours(train, labels, new, k, count=True)
                ),
                "You asked the nearest neighbour only. Let the k nearest vote.": (
                    _neighbours(train, labels, new, 1)
                ),
                "You let k + 1 neighbours vote. A new case is not among the known ones, so none is to be left "
                "out or added.": _neighbours(train, labels, new, k + 1),
                "You left out the nearest one. A new case is not among the known ones: its nearest neighbour "
                "counts.": _neighbours(train, labels, new, k, first=1),
                "You let k - 1 neighbours vote. `[:, :k]` holds k of them.": (
                    _neighbours(train, labels, new, k - 1)
                ),
                "You divided by the variance. Divide by its root, the standard deviation.": (
                    _neighbours(train, labels, new, k, "variance")
                ),
                "You scaled to the range from 0 to 1. Subtract the mean, divide by the standard deviation.": (
                    _neighbours(train, labels, new, k, "range")
                ),
                "You asked the k cases that are farthest away. Sort from the smallest distance.": (
                    _neighbours(train, labels, new, k, far=True)
                ),
                "You added up absolute differences. Add their squares, as in Pythagoras.": (
                    _neighbours(train, labels, new, k, power=1)
                ),
                "0 and 1 are swapped: the majority of the labels is asked for.": (
                    1 - _neighbours(train, labels, new, k)
                ),
            },
        )
        fixed = 8 - k  # 3 where 5 are asked for, and 5 where 3 are
        recognise(got, {f"You ask {fixed} neighbours, not k = {k}.": _neighbours(train, labels, new, fixed)})
        same_array(got, _neighbours(train, labels, new, k), dtype=False)
    return "Right. Every feature has the same say, and the known cases alone set the scale."


def _as_a_row(got: Any, asked: int, known: int) -> None:
    got = an_array(got)
    if got.dtype.kind in "USO":
        raise WrongAnswer("Your result holds words. Give the labels 0 and 1 as integers.")
    if got.shape == (asked, 1):
        raise WrongAnswer("Your result is a column. One entry for each new case is asked for: a flat array.")
    if got.shape == (known,):
        raise WrongAnswer(
            f"You gave {known} answers, one for each known case. One for each row of `new` is asked for."
        )
    if got.ndim == 2 and got.shape[0] == asked:
        raise WrongAnswer(
            f"You gave {got.shape[1]} numbers for each new case. Let the neighbours vote: one number each."
        )
    if got.dtype == bool:
        raise WrongAnswer("You returned True and False. Give the labels 0 and 1 as integers.")
    if got.dtype.kind == "f":
        if np.isin(got, (0.0, 1.0)).all():
            raise WrongAnswer("You returned floats. Give the labels 0 and 1 as integers.")
        raise WrongAnswer("You returned shares of the vote. Give the majority: 1 where more than half are 1.")


def _table(seed: int, cases: int, columns: int, strength: float) -> tuple[Floats, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    labels = np.arange(cases) % 2
    features = rng.normal(size=(cases, columns))
    features[:, :2] += strength * labels[:, None]
    return features * np.geomspace(0.1, 100, columns), labels


def _auc(
    features: Floats,
    labels: NDArray[np.int64],
    k: int,
    *,
    select: str = "inside",
    scale: str = "inside",
    folds: int = 5,
    balanced: bool = False,
) -> float:
    from sklearn.feature_selection import SelectKBest
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    from mediedu.classify import cross_validate

    steps: list[Any] = []
    for how, step in ((select, SelectKBest(k=k)), (scale, StandardScaler())):
        if how == "inside":
            steps.append(step)
        elif how == "outside":
            features = step.fit_transform(features, labels)
    run = cross_validate(make_pipeline(*steps, SVC()), features, labels, folds=folds)
    return float(run.balanced_accuracy[0] if balanced else run.auc[0])


def _without_folds(features: Floats, labels: NDArray[np.int64], k: int) -> float:
    from sklearn.feature_selection import SelectKBest
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC()).fit(features, labels)
    return float(roc_auc_score(labels, model.decision_function(features)))


def _mean_of_folds(features: Floats, labels: NDArray[np.int64], k: int) -> float:
    from sklearn.feature_selection import SelectKBest
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())
    return float(cross_val_score(model, features, labels, cv=5, scoring="roc_auc").mean())


@exercise(
    2,
    "Two leaks in a cross-validation",
    hints=[
        "`SelectKBest` looks at the labels of all cases, and the scaler at all values, before any fold is dealt.",
        "`cross_validate` fits everything inside the estimator anew in each fold. So put all three steps into it.",
        "`make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())` is the estimator; features go in as they are.",
    ],
)
def auc_mended(answer: object) -> str:
    """Judge the AUC on noise and on a table with two good columns."""
    mended = the_function(answer, "auc_mended")
    tables: tuple[tuple[str, tuple[Floats, NDArray[np.int64]], int], ...] = (
        ("for 60 cases of noise", _table(13, 60, 300, 0.0), 8),
        ("for 80 cases with two good features", _table(2, 80, 40, 1.0), 3),
    )
    for given, (features, labels), k in tables:
        got = call(mended, features, labels, k, given=given)
        mistakes: dict[str, Callable[[], float]] = {
            "Nothing has changed: features are still chosen on all cases, and scaled on all cases.": partial(
                _auc, features, labels, k, select="outside", scale="outside"
            ),
            "Scaling is inside now. One leak is left: the features are still chosen on all cases.": partial(
                _auc, features, labels, k, select="outside"
            ),
            "The choice is inside now. One leak is left: the scaler still learns from all cases.": partial(
                _auc, features, labels, k, scale="outside"
            ),
            "The scaling is gone. Keep all three steps, in the pipeline.": partial(
                _auc, features, labels, k, scale="none"
            ),
            "The choice of features is gone: all of them are used. Keep all three steps.": partial(
                _auc, features, labels, k, select="none"
            ),
            "The leaks are closed, but you use 10 folds. Keep 5.": partial(
                _auc, features, labels, k, folds=10
            ),
            "The leaks are closed, but you always choose 10 features. Use `k`.": partial(
                _auc, features, labels, 10
            ),
            "You returned the balanced accuracy. The AUC is asked for.": partial(
                _auc, features, labels, k, balanced=True
            ),
            "You fitted and judged on the same cases. Use `cross_validate`, as before.": partial(
                _without_folds, features, labels, k
            ),
            "That is the mean of five AUCs, one for each fold of scikit-learn. Use `cross_validate`, as before.": (
                partial(_mean_of_folds, features, labels, k)
            ),
        }
        right = _auc(features, labels, k)
        wrong = {message: number for message, of in mistakes.items() if abs((number := of()) - right) > 1e-6}
        _a_float(got, "AUC")
        recognise(got, wrong, tolerance=1e-7)
        if abs(got - right) > 1e-6:
            _not_rounded(got, right, "AUC", 3)
            raise WrongAnswer(
                f"Your AUC {given} is {got:.3f}. That is not the AUC of the same three steps, with the same "
                "settings, 5 folds and the default seed of `cross_validate`."
            )
    return "Right. On noise the AUC is near one half now, and on good features it stays high."


def _a_float(got: Any, what: str) -> None:
    if isinstance(got, np.ndarray) and got.size == 1:
        raise WrongAnswer(f"You returned an array with one {what}. A float is asked for.")
    same_number(got, 0.0, what=what, tolerance=np.inf)  # says what it is, if it is no finite number


def _not_rounded(got: float, right: float, what: str, fewest: int) -> None:
    if any(abs(got - round(right, places)) < 1e-9 for places in range(fewest, 6)):
        raise WrongAnswer(f"You rounded the {what}. Return it as it is.")


def _otsu(
    values: Floats,
    quality: Callable[[Floats, Floats], float],
    at: str = "middle",
    between: list[tuple[Any, Any]] | None = None,
) -> float:
    """Give the best cut, or the value below or above it; `between` holds the pairs it may lie between."""
    cuts = [
        ((low + high) / 2, low, high)
        for low, high in between or pairwise(np.unique(values))
        if values.min() < (low + high) / 2 <= values.max()
    ]
    best = max(cuts, key=lambda cut: quality(values[values < cut[0]], values[values >= cut[0]]))
    return float(best[("middle", "low", "high").index(at)])


def _between(below: Floats, above: Floats) -> float:
    return float(below.size * above.size * (above.mean() - below.mean()) ** 2)


@exercise(
    3,
    "Otsu's cut through the values of a feature",
    hints=[
        "`distinct = np.unique(values)` sorts the values and drops doubles. The cuts are the means of neighbours.",
        "For a cut: `below = values < cut`, its share `below.mean()`, the two means `values[below].mean()` and "
        "`values[~below].mean()`. All values count, doubles too.",
        "Loop over the cuts, compute `share * (1 - share) * gap**2`, and keep the cut with the largest.",
    ],
)
def otsu_cut(answer: object) -> str:
    """Judge one set where each known mistake ends at another cut, then others, with the best cut at the ends."""
    cut = the_function(answer, "otsu_cut")
    for given, listed in SETS.items():
        values = np.array(listed)
        got = call(cut, values, given=given)
        _a_float(got, "cut")
        if listed is FIRST:
            _known_mistakes(got, values)
        right = _otsu(values, _between)
        if abs(got - right) > 1e-9:
            _not_rounded(got, right, "cut", 1)
            halfway = [(low + high) / 2 for low, high in pairwise(np.unique(values))]
            if np.isclose(got, halfway, rtol=0, atol=1e-9).any():
                fault = "Another cut has a larger between-class variance."
            else:
                fault = "That isn't halfway between two neighbouring different values."
            raise WrongAnswer(f"Your cut {given} is {got:.6g}. {fault}")
    return "Right. The cut needed no answers. Whether it is a good one, only answers can tell."


def _known_mistakes(got: Any, values: Floats) -> None:
    from skimage.filters import threshold_otsu

    right = _otsu(values, _between)
    distinct = np.unique(values)
    widest = int(np.diff(distinct).argmax())
    recognise(
        got,
        {
            "That is the value below the best cut. The cut lies halfway to the next one.": (
                _otsu(values, _between, "low")
            ),
            "That is the value above the best cut. The cut lies halfway to the one before.": (
                _otsu(values, _between, "high")
            ),
            "A share is missing: the squared difference is multiplied by both, w₀ and w₁.": (
                _otsu(values, lambda a, b: abs(float(b.mean() - a.mean())))
            ),
            "The share w₀ is missing: the squared difference is multiplied by both shares.": (
                _otsu(values, lambda a, b: b.size * float(b.mean() - a.mean()) ** 2)
            ),
            "Square the difference of the means, and that alone.": (
                _otsu(values, lambda a, b: a.size * b.size * float(b.mean() - a.mean()))
            ),
            "That is the place of the cut in a list of cuts. The cut itself is asked for.": float(
                (distinct < right).sum() - 1
            ),
            "Doubled values count once in your shares and means. Every case counts.": (
                _otsu(distinct, _between)
            ),
            "That is the cut with the smallest between-class variance. The largest is asked for.": (
                _otsu(values, lambda a, b: -_between(a, b))
            ),
            "You tried cuts between neighbours in the given order. Sort the values first.": (
                _otsu(values, _between, between=list(pairwise(values)))
            ),
            "You rounded the cut to a whole number. Return it as it is.": float(round(right)),
            "That is the middle of the widest gap between two neighbours. Use the between-class variance.": (
                float(distinct[widest : widest + 2].mean())
            ),
            "That is the centre of a histogram's bin, as `threshold_otsu` gives it. The cut halfway between "
            "two values is asked for.": float(threshold_otsu(values)),
            "That is the mean of all values. Try every cut between two neighbours.": float(values.mean()),
            "That is the median. Try every cut between two neighbours.": float(np.median(values)),
            "That is the middle of the range. Try every cut between two neighbours.": (
                float(values.min() + values.max()) / 2
            ),
            "That is the between-class variance of the best cut. The cut itself is asked for.": (
                _between(values[values < right], values[values > right]) / values.size**2
            ),
        },
    )


FIRST = [32.5, 23.0, 24.5, 21.0, 21.0, 22.0, 27.0, 22.0, 30.5, 26.0, 21.0, 23.0, 23.5, 21.5]
SETS = {
    "for a first set of values": FIRST,
    "for a second set of values": [2.0, 2.5, 1.0, 2.0, 2.0, 2.0, 3.0, 5.5, 4.5, 8.5, 2.0, 4.0],
    "for values whose best cut is the last": [0.012, 0.09, 0.01, 0.011],
    "for values whose best cut is the first": [8.0, 7.5, 1.0, 8.5],
    "for only two different values": [2.0, 1.0, 1.0],
}
