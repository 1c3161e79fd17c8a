"""Checks of chapter 11, honest evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    got = call(value, 0.8, 0.95, 0.3, given="for 0.8, 0.95 and 0.3")
    found, alarms = 0.8 * 0.3, 0.05 * 0.7
    right = found / (found + alarms)
    recognise(
        got,
        {
            "That is the sensitivity: the share of the ill that were found. Asked is the share of the positive "
            "answers that are right.": 0.8,
            "That is the predictive value of a negative answer. Asked is that of a positive one.": (
                0.95 * 0.7 / (0.95 * 0.7 + 0.2 * 0.3)
            ),
            "That holds only where half of the people are ill. The ill are base_rate of all, the healthy "
            "1 - base_rate.": 0.8 / (0.8 + 0.05),
            "You took the healthy who were let go for false alarms. False alarms are 1 - specificity of the "
            "healthy.": found / (found + 0.95 * 0.7),
            "You took the missed for false alarms. False alarms come from the healthy: 1 - specificity of them.": (
                found / (found + 0.2 * 0.7)
            ),
            "Your false alarms come from everybody. Only the healthy, 1 - base_rate of all, can give one.": (
                found / (found + 0.05)
            ),
            "The found are not multiplied by the base rate: only the ill can be found.": 0.8 / (0.8 + alarms),
            "That is the share of all people who are ill and found. Divide it by the share of all who are "
            "called positive.": found,
            "That is the share of all people who are called positive. How many of them are ill?": found
            + alarms,
            "Sensitivity and specificity are swapped.": 0.95 * 0.3 / (0.95 * 0.3 + 0.2 * 0.7),
            "That is the accuracy at this base rate.": found + 0.95 * 0.7,
            "That is the share of the positive answers that are wrong.": 1 - right,
            "That is found divided by alarms, the odds. Divide by found and alarms together.": found / alarms,
            "That is per cent. A share from 0 to 1 is asked for.": 100 * right,
        },
    )
    for digits in (2, 3, 4):
        recognise(got, {"You rounded. Return the float as it is.": round(right, digits)})
    same_number(got, right, what="value", tolerance=1e-9, given="for 0.8, 0.95 and 0.3")
    for numbers, wanted in (((0.9, 0.9, 0.005), 0.0045 / 0.104), ((0.2, 82 / 90, 0.1), 0.2)):
        given = f"for {numbers[0]}, {numbers[1]:.3g} and {numbers[2]}"
        other = call(value, *numbers, given=given)
        recognise(other, {"You give the same value for every test. Use the three arguments.": right})
        same_number(other, wanted, what="value", tolerance=1e-9, given=given)
    return "Right. The good test of the chapter is worth 4 % at the screening, and the paper's 20 % in its study."


Case = tuple[NDArray[np.float64], NDArray[np.int64]]


def _cases(signal: float, seed: int) -> Case:
    """Give 30 cases of 60 features; those with a signal shift four features by the class."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], 15)
    features = rng.normal(size=(30, 60)) * rng.uniform(0.3, 2.5, 60)
    features[:, :4] += signal * labels[:, np.newaxis]
    return features, labels


def _auc(
    case: Case, *, before: tuple[str, ...] = (), inside: tuple[str, ...], k: int = 10, **options: Any
) -> float:
    """Give the cross-validated AUC with some steps fitted before the split and some inside the folds."""
    from sklearn.feature_selection import SelectKBest
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from mediedu.classify import cross_validate

    steps: dict[str, Callable[[], Any]] = {"scale": StandardScaler, "select": lambda: SelectKBest(k=k)}
    features, labels = case
    for name in before:
        features = steps[name]().fit_transform(features, labels)
    model = make_pipeline(*(steps[name]() for name in inside), LogisticRegression())
    return float(cross_validate(model, features, labels, **{"folds": 5, **options}).auc[0])


def _mean_of_folds(case: Case) -> float:
    """Give what scikit-learn's own cross-validation answers: the mean of an AUC for each fold."""
    from sklearn.feature_selection import SelectKBest
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), SelectKBest(k=10), LogisticRegression())
    return float(cross_val_score(model, *case, cv=5, scoring="roc_auc").mean())


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
    """Judge noise first, where the leak shows, then cases with a true signal."""
    mended = the_function(answer, "auc_mended")
    both = ("scale", "select")
    for case, given in ((_cases(0, 12), "for noise"), (_cases(1.0, 10), "for features with a true signal")):
        got = call(mended, *case, given=given)
        recognise(
            got,
            {
                "Nothing has changed: both steps still see all cases before the split.": _auc(
                    case, before=both, inside=()
                ),
                "The scaling is inside the folds now. The ten features are still chosen with the diagnoses of all "
                "cases.": _auc(case, before=("select",), inside=("scale",)),
                "The selection is inside the folds now. One leak is left: mean and deviation are still taken from "
                "all cases.": _auc(case, before=("scale",), inside=("select",)),
                "The ten features are chosen before the split, and nothing is standardised. All three steps belong "
                "into the folds.": _auc(case, before=("select",), inside=()),
                "The selection is gone. Keep the three steps: standardise, choose ten features, logistic "
                "regression.": _auc(case, inside=("scale",)),
                "Only the logistic regression is left. Keep the three steps, inside the folds.": _auc(
                    case, inside=()
                ),
                "Your features aren't standardised. Keep the three steps.": _auc(case, inside=("select",)),
                "These are ten folds. The exercise asks for five: `folds=5`.": _auc(
                    case, inside=both, folds=10
                ),
                "The cases are dealt with another seed. Leave `seed` at its default, 0.": _auc(
                    case, inside=both, seed=1
                ),
            },
            tolerance=1e-7,
        )
        right = _auc(case, inside=both)
        if isinstance(got, int | float) and got == 0.5:
            raise WrongAnswer(f"You return 0.5 {given}. Compute it: the AUC of the five folds is asked for.")
        recognise(got, {"You rounded. Return the AUC as it is.": round(right, 2)})
        recognise(
            got,
            {
                "That is the mean of the AUCs of scikit-learn's five folds. Call `cross_validate`, which pools the "
                "scores of all cases.": _mean_of_folds(case)
            },
        )
        same_number(got, right, what="AUC", tolerance=1e-7, given=given)
    return (
        "Right. On the 60 cases of noise the AUC falls from 0.98 to 0.61, and its interval, 0.46 to 0.75, "
        "holds 0.5: no sign that noise can diagnose."
    )


TRUTH = np.zeros((5, 8), bool)
TRUTH[1:3, 2:5] = True
MASK = np.zeros((5, 8), bool)
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
    agree, dice = 34 / 40, 8 / 14
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
                4 / 40
            ),
            "Your first number is a count. Divide by the number of pixels.": 34.0,
            "Your first number is the share of pixels that differ.": 6 / 40,
        },
    )
    same_number(got[0], agree, what="share of pixels that agree", tolerance=1e-9)
    recognise(
        got[1],
        {
            "Your second number is Jaccard: intersection over union. Dice is twice the intersection over the sum of "
            "the two sizes.": 4 / 10,
            "The factor 2 of Dice is missing.": 4 / 14,
            "You divide by the pixels of the union, counted once: mask + truth of booleans is their union. Add the "
            "two sums.": 8 / 10,
            "Your second number is the sensitivity in pixels: it doesn't mind a mask that is too large.": 4
            / 6,
            "Your second number is the predictive value in pixels: it doesn't mind a mask that is too small.": (
                4 / 8
            ),
            "Your second number is 1 - Dice.": 1 - dice,
        },
    )
    same_number(got[1], dice, what="Dice overlap", tolerance=1e-9)
    truth = np.zeros((20, 30), bool)
    truth[4:6, 7:10] = True
    got = _pair(call(measure, np.zeros_like(truth), truth, given="for an empty mask"))
    recognise(
        got[0],
        {"You divide by 40, the size of the first example. Use the size of the mask.": 594 / 40},
    )
    for number, wrong in zip(got, (agree, dice), strict=True):
        recognise(number, {"You give the same number for every mask. Use the arguments.": wrong})
    same_number(
        got[0], 594 / 600, what="share of pixels that agree", tolerance=1e-9, given="for an empty mask"
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
    return got[0], got[1]
