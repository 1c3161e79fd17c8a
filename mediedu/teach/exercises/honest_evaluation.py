"""Checks of chapter 11, honest evaluation."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.classify.estimate import Estimate
from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import call, recognise, same_number, the_function


@exercise(
    1,
    "Predictive value at another base rate",
    hints=[
        "Take one person. How likely is it that she is ill and called positive? And healthy and called positive?",
        "Ill and called positive: sensitivity · base_rate. The healthy are 1 - base_rate of all, and "
        "1 - specificity of them are false alarms.",
        "found = sensitivity * base_rate; alarms = (1 - specificity) * (1 - base_rate); the answer is "
        "found / (found + alarms).",
    ],
)
def positive_predictive_value(answer: object) -> str:
    """Judge three tests at three base rates; the first tells the mistakes apart."""
    value = the_function(answer, "positive_predictive_value")
    sensitivity, specificity, base_rate = 0.83, 0.96, 0.37
    given = f"for {sensitivity}, {specificity} and {base_rate}"
    got = _one(call(value, sensitivity, specificity, base_rate, given=given))
    found, missed = sensitivity * base_rate, (1 - sensitivity) * base_rate
    alarms, let_go = (1 - specificity) * (1 - base_rate), specificity * (1 - base_rate)
    right = found / (found + alarms)
    recognise(
        got,
        {
            "That is the sensitivity: the share of the ill that were found. Asked is the share of the positive "
            "answers that are right.": sensitivity,
            "That is the predictive value of a negative answer. Asked is that of a positive one.": let_go
            / (let_go + missed),
            "You took the missed for the found. The found are sensitivity of the ill.": missed
            / (missed + alarms),
            "That holds only where half of the people are ill. The ill are base_rate of all, the healthy "
            "1 - base_rate.": sensitivity / (sensitivity + 1 - specificity),
            "You took the healthy who were let go for false alarms. False alarms are 1 - specificity of the "
            "healthy.": found / (found + let_go),
            "Your false alarms are 1 - sensitivity of the healthy. They are 1 - specificity of them.": found
            / (found + (1 - sensitivity) * (1 - base_rate)),
            "Your false alarms come from everybody. Only the healthy, 1 - base_rate of all, can give one.": found
            / (found + 1 - specificity),
            "The found are not multiplied by the base rate: only the ill can be found.": sensitivity
            / (sensitivity + alarms),
            "Ill and healthy are swapped: the ill are base_rate of all.": (
                sensitivity
                * (1 - base_rate)
                / (sensitivity * (1 - base_rate) + (1 - specificity) * base_rate)
            ),
            "That is the share of all people who are ill and found. Divide it by the share of all who are "
            "called positive.": found,
            "That is the share of all people who are called positive. How many of them are ill?": found
            + alarms,
            "Sensitivity and specificity are swapped.": specificity
            * base_rate
            / (specificity * base_rate + (1 - sensitivity) * (1 - base_rate)),
            "That is the accuracy at this base rate.": found + let_go,
            "That is the share of the positive answers that are wrong.": 1 - right,
            "That is found divided by alarms, the odds. Divide by found and alarms together.": found / alarms,
            "That is sensitivity / (1 - specificity), the likelihood ratio. It needs no base rate, and it can "
            "exceed 1, which a share can't.": sensitivity / (1 - specificity),
            "That is per cent. A share from 0 to 1 is asked for.": 100 * right,
            "You use the chapter's 0.9 and 0.9. Take the three arguments.": 0.9
            * base_rate
            / (0.9 * base_rate + 0.1 * (1 - base_rate)),
        },
    )
    for digits in (2, 3, 4):
        recognise(got, {"You rounded. Return the float as it is.": round(right, digits)})
    same_number(got, right, what="value", tolerance=1e-9, given=given)
    # At one ill in 10 000 a count of whole people among the chapter's 10 000 shows.
    for numbers, wanted in (
        ((0.9, 0.9, 0.005), 0.0045 / 0.104),
        ((0.2, 82 / 90, 0.1), 0.2),
        ((0.8, 0.95, 0.0001), 0.00008 / (0.00008 + 0.05 * 0.9999)),
    ):
        given = f"for {numbers[0]}, {numbers[1]:.3g} and {numbers[2]}"
        other = _one(call(value, *numbers, given=given))
        recognise(other, {"You give the same value for every test. Use the three arguments.": right})
        recognise(other, _whole_people(*numbers))
        same_number(other, wanted, what="value", tolerance=1e-9, given=given)
    return (
        "Right. The good test of the chapter is worth 4 % at the screening, and the program of the 84 % paradox "
        "20 % among its 100 masses."
    )


def _whole_people(sensitivity: float, specificity: float, base_rate: float) -> dict[str, float]:
    """Give the values of those who count among 10 000 people and round or cut to whole ones."""
    ill = round(10_000 * base_rate)
    found, alarms = sensitivity * ill, (1 - specificity) * (10_000 - ill)
    values = {
        "You round to whole people. Work with the shares as they are.": round(found)
        / (round(found) + round(alarms)),
        "You cut to whole people. Work with the shares as they are.": int(found) / (int(found) + int(alarms)),
    }
    right = found / (found + alarms)
    return {message: value for message, value in values.items() if abs(value - right) > 1e-9}


def _one(got: Any) -> Any:
    """Demand a bare number, not an array or a list that holds one."""
    if isinstance(got, list | tuple) or (isinstance(got, np.ndarray) and got.ndim > 0):
        if np.size(got) == 1:
            raise WrongAnswer("You return one number in an array or a list. Take it out, with [0].")
        raise WrongAnswer("You return several numbers in an array or a list; one number is needed.")
    return got


Case = tuple[NDArray[np.float64], NDArray[np.int64]]


def _cases(signal: float, seed: int) -> Case:
    """Give 60 cases of 120 features in mixed order; a signal shifts four features by the class."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([0, 1], 30))
    features = rng.standard_t(3, size=(60, 120)) * rng.uniform(0.3, 2.5, 120)
    features[:, :4] += signal * labels[:, np.newaxis]
    return features, labels


def _of_chapter() -> Case:
    """Give the cases of the exercise's own cell, which lie about as `noise` and `coin`."""
    return np.random.default_rng(0).normal(size=(60, 1000)), np.repeat([0, 1], 30)


def _model(steps: tuple[str, ...], k: int = 10) -> Any:
    """Make the pipeline of these steps and the logistic regression."""
    from sklearn.feature_selection import SelectKBest
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made: dict[str, Callable[[], Any]] = {"scale": StandardScaler, "select": lambda: SelectKBest(k=k)}
    return make_pipeline(*(made[name]() for name in steps), LogisticRegression())


BOTH = ("scale", "select")


def _auc(
    case: Case, *, before: tuple[str, ...] = (), inside: tuple[str, ...] = BOTH, k: int = 10, **options: Any
) -> float:
    """Give the cross-validated AUC with some steps fitted before the split and some inside the folds."""
    from mediedu.classify import cross_validate

    features, labels = case
    for name in before:
        features = _model((name,))[0].fit_transform(features, labels)
    return float(cross_validate(_model(inside, k), features, labels, **{"folds": 5, **options}).auc[0])


def _accuracy(case: Case) -> float:
    """Give the accuracy of the three steps in five folds."""
    from mediedu.classify import cross_validate

    return float(cross_validate(_model(BOTH), *case, folds=5).report().accuracy)


def _judged_by(case: Case, *, seed: int | None = None, pooled: bool = False) -> float:
    """Give the mean AUC of scikit-learn's folds, or one AUC of all scores; a seed shuffles the cases."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_val_score

    folds = StratifiedKFold(5, shuffle=seed is not None, random_state=seed)
    if pooled:
        scores = cross_val_predict(_model(BOTH), *case, cv=folds, method="predict_proba")[:, 1]
        return float(roc_auc_score(case[1], scores))
    return float(cross_val_score(_model(BOTH), *case, cv=folds, scoring="roc_auc").mean())


def _on_the_known(case: Case) -> float:
    """Give the AUC on the very cases that the model was fitted on."""
    from sklearn.metrics import roc_auc_score

    model = _model(BOTH).fit(*case)
    return float(roc_auc_score(case[1], model.predict_proba(case[0])[:, 1]))


def _mistakes(case: Case, right: float) -> dict[str, float]:
    """Give the message of each known mistake and the AUC that it leads to."""
    features, labels = case
    keep = "Keep the three steps: standardise, choose ten features, logistic regression."
    wrong = {
        "Nothing has changed: both steps still see all cases before the split.": _auc(
            case, before=BOTH, inside=()
        ),
        "The scaling is inside the folds now. The ten features are still chosen with the diagnoses of all cases.": (
            _auc(case, before=("select",), inside=("scale",))
        ),
        "The selection is inside the folds now. One leak is left: mean and deviation are still taken from all "
        "cases.": _auc(case, before=("scale",), inside=("select",)),
        "The ten features are chosen before the split, and nothing is standardised. All three steps belong into "
        "the folds.": _auc(case, before=("select",), inside=()),
        f"No feature is left out: the selection is gone, or it keeps them all. {keep}": _auc(
            case, inside=("scale",)
        ),
        "Only the logistic regression is left. Keep the three steps, inside the folds.": _auc(
            case, inside=()
        ),
        "Your features aren't standardised. Keep the three steps.": _auc(case, inside=("select",)),
        f"You take the first ten features, not the ten best. {keep}": _auc(
            (features[:, :10], labels), inside=("scale",)
        ),
        "These are ten folds. The exercise asks for five: `folds=5`.": _auc(case, folds=10),
        "The cases are dealt with another seed. Leave `seed` at its default, 0.": _auc(case, seed=1),
        "You judge the cases that the model was fitted on. That is the plainest leak: call `cross_validate`.": (
            _on_the_known(case)
        ),
        "You dealt the cases in another way. Call `cross_validate` with `folds=5`.": _judged_by(
            case, pooled=True
        ),
        "You used the chapter's `noise` and `coin`. Use the arguments, `features` and `labels`.": _auc(
            _of_chapter()
        ),
        "You used the chapter's `noise`. Use the argument, `features`.": _auc((_of_chapter()[0], labels)),
        "You used the chapter's `coin`. Use the argument, `labels`.": _auc((features, _of_chapter()[1])),
        "That is the accuracy, the share of right calls. Asked is the AUC, of the scores.": _accuracy(case),
        "You return 1 - AUC: the order of the two classes is turned round.": 1 - right,
        "That is per cent. An AUC lies between 0 and 1.": 100 * right,
        "You rounded. Return the AUC as it is.": round(right, 2),
        "You rounded, to three digits. Return the AUC as it is.": round(right, 3),
    }
    pool = "Use the AUC of `cross_validate`, which pools the scores of all cases."
    wrong[f"That is the mean of the AUCs of scikit-learn's five folds. {pool}"] = _judged_by(case)
    wrong[f"That is the mean of the AUCs of the five folds. {pool}"] = _judged_by(case, seed=0)
    many = "You keep {} features. The exercise asks for ten: `SelectKBest(k=10)`."
    return wrong | {many.format(k): _auc(case, k=k) for k in (1, 5, 20, 50, 100)}


@exercise(
    2,
    "Selection before the split",
    hints=[
        "`SelectKBest` looks at the diagnoses. Of which cases may it see them?",
        "`cross_validate` fits whatever estimator you give it on the training folds alone. Give it all three steps "
        "as one estimator.",
        "`make_pipeline(StandardScaler(), SelectKBest(k=10), LogisticRegression())` is that estimator; hand it the "
        "untouched features.",
    ],
)
def auc_mended(answer: object) -> str:
    """Judge cases without a signal first, where the leak shows, then cases with one."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    mended = the_function(answer, "auc_mended")
    known: dict[str, float] = {}
    for case, given in (
        (_cases(0, 3), "for new cases without a signal"),
        (_cases(0.7, 2), "for new cases with a signal"),
    ):
        # On such small fits a second thread costs more than it brings. What scikit-learn warns of (k too
        # large) is told in a sentence of our own.
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = call(mended, *case, given=given)
            right = _auc(case)
            if isinstance(got, Estimate):
                raise WrongAnswer(
                    "You return the AUC with its interval. Return the number alone: `float(…)` of it."
                )
            got = _one(got)
            if isinstance(got, int | float) and got == 0.5:
                raise WrongAnswer(
                    f"You return 0.5 {given}. Compute it: the AUC of the five folds is asked for."
                )
            if isinstance(got, int | float | np.number) and abs(got - right) > 1e-7:
                recognise(got, known or _mistakes(case, right), tolerance=1e-7)
        same_number(got, right, what="AUC", tolerance=1e-7, given=given)
        known = {"You give the same AUC for all cases. Use `features` and `labels`.": right}
    return (
        "Right. On the 60 cases of noise the AUC falls from 0.98 to 0.61, and its interval, 0.46 to 0.75, "
        "holds 0.5: no sign that noise can diagnose."
    )


# 9 rows and 8 columns: no slip gives the same number as another one or as the right answer.
TRUTH = np.zeros((9, 8), bool)
TRUTH[1:3, 2:5] = True
MASK = np.zeros((9, 8), bool)
MASK[1:3, 3:7] = True


@exercise(
    3,
    "The paradox in pixels",
    hints=[
        "`mask == truth` is true where the two agree, on the lesion and off it. What is the mean of booleans?",
        "Dice: twice the pixels set in both (`mask & truth`), over the pixels of one plus the pixels of the other.",
        "`float((mask == truth).mean())` and `float(2 * (mask & truth).sum() / (mask.sum() + truth.sum()))`.",
    ],
)
def pixel_accuracy_and_dice(answer: object) -> str:
    """Judge two overlapping boxes, then the empty mask."""
    measure = the_function(answer, "pixel_accuracy_and_dice")
    got = _pair(call(measure, MASK, TRUTH, given="for two overlapping boxes"))
    agree, dice = 66 / 72, 8 / 14
    recognise(
        got,
        {
            "Both are right, but their order isn't: first the share of pixels that agree, then Dice.": (
                dice,
                agree,
            ),
            "Both are in per cent. Shares from 0 to 1 are asked for.": (100 * agree, 100 * dice),
        },
    )
    recognise(
        got[0],
        {
            "Your first number counts the pixels set in both alone. Pixels that are off in both agree as well.": (
                4 / 72
            ),
            "Your first number is a count. Divide by the number of pixels.": 66.0,
            "You divide the first number by the rows, the `len` of an array. Divide by all pixels, its `size`.": (
                66 / 9
            ),
            "You divide the first number by the columns. Divide by all pixels, the `size` of the mask.": 66
            / 8,
            "Your first number is the sensitivity in pixels. Pixels that are off in both agree as well.": 4
            / 6,
            "Your first number is the balanced accuracy in pixels. Asked is the plain share of pixels that agree.": (
                (4 / 6 + 62 / 66) / 2
            ),
            "Your first number is the share of pixels that differ.": 6 / 72,
        },
    )
    for digits in (1, 2, 3, 4):
        recognise(got[0], {"You rounded the first number. Return the float as it is.": round(agree, digits)})
    same_number(got[0], agree, what="share of pixels that agree", tolerance=1e-9)
    recognise(
        got[1],
        {
            "Your second number is Jaccard: intersection over union. Dice is twice the intersection over the sum of "
            "the two sizes.": 4 / 10,
            "The factor 2 of Dice is missing.": 4 / 14,
            "You divide by the union, in which the shared pixels count once (`mask + truth` of booleans is the "
            "union too). Add the two sums.": 8 / 10,
            "Your second number is the Dice overlap of the background. Count the pixels that are set.": 124
            / 130,
            "Your second number is the sensitivity in pixels: it doesn't mind a mask that is too large.": 4
            / 6,
            "Your second number is the predictive value in pixels: it doesn't mind a mask that is too small.": (
                4 / 8
            ),
            "Your second number is 1 - Dice.": 1 - dice,
            "Your second number divides by rows, the `len` of an array. Divide by the pixels that are set, "
            "`sum()`.": 8 / 18,
            "Your second number divides by all pixels of the two masks. Divide by those that are set.": 8
            / 144,
            "Dice counts the pixels set in both, `mask & truth`. `mask == truth` counts those off in both as "
            "well.": 132 / 14,
            "Your second number counts the union on top. Dice has twice the pixels set in both.": 20 / 14,
            "Your second number is 0, yet the masks overlap. If you wrote `2 * mask & truth`, Python multiplies "
            "first: put brackets around `mask & truth`.": 0.0,
        },
    )
    for digits in (1, 2, 3, 4):
        recognise(got[1], {"You rounded the second number. Return the float as it is.": round(dice, digits)})
    same_number(got[1], dice, what="Dice overlap", tolerance=1e-9)
    truth = np.zeros((20, 30), bool)
    truth[4:6, 7:11] = True
    got = _pair(call(measure, np.zeros_like(truth), truth, given="for an empty mask"))
    recognise(
        got[0],
        {"You divide by 72, the size of the first example. Use the size of the mask.": 592 / 72},
    )
    for number, wrong in zip(got, (agree, dice), strict=True):
        recognise(number, {"You give the same number for every mask. Use the arguments.": wrong})
    same_number(
        got[0], 592 / 600, what="share of pixels that agree", tolerance=1e-9, given="for an empty mask"
    )
    same_number(got[1], 0.0, what="Dice overlap", tolerance=1e-9, given="for an empty mask")
    return "Right. A mask that finds nothing agrees in 99 % of the pixels, and its Dice is 0."


def _pair(got: Any) -> tuple[Any, Any]:
    """Demand two numbers."""
    if isinstance(got, np.ndarray):
        got = tuple(got.ravel())
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise WrongAnswer("Two numbers are needed: return accuracy, dice.")
    if np.size(got[0]) != 1 or np.size(got[1]) != 1:
        raise WrongAnswer("One of your two results is a whole array. Each shall be one number.")
    return _one(got[0]), _one(got[1])
