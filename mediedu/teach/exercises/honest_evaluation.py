"""Checks of chapter 11, honest evaluation."""

from __future__ import annotations

import warnings
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


Case = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]
WHO = np.repeat(np.arange(40), 4)


def _faint() -> Case:
    """Make the set of the exercise's own cell: `faint`, `diagnosis`, `patient`."""
    rng = np.random.default_rng(0)
    diagnosis = np.repeat([0, 1], 20)[WHO]
    look = rng.normal(size=(40, 8))[WHO] + 0.3 * rng.normal(size=(160, 8))
    return look + 0.8 * diagnosis[:, np.newaxis], diagnosis, WHO


def _cases(seed: int, signal: float) -> Case:
    """Make 160 images of 40 patients, two or more each, in mixed order; units and patients far apart."""
    rng = np.random.default_rng(seed)
    images = 2 + np.bincount(rng.integers(0, 40, 80), minlength=40)
    person = rng.permutation(np.repeat(np.arange(40), images))
    ill = rng.permutation(np.repeat([0, 1], 20))
    person_look = rng.standard_t(3, size=(40, 6)) + signal * ill[:, np.newaxis]
    features = (person_look[person] + 0.5 * rng.normal(size=(160, 6))) * np.geomspace(0.5, 8, 6)
    return features, ill[person], rng.choice(900, 40, replace=False)[person] + 100


def _model(classifier: Any = None, *, scaled: bool = True) -> Any:
    """Make the standardiser and the five neighbours, or another classifier in their place."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    steps = [StandardScaler()] if scaled else []
    return make_pipeline(*steps, KNeighborsClassifier() if classifier is None else classifier)


def _scaled(table: NDArray[np.float64], axis: int = 0) -> NDArray[np.float64]:
    return np.asarray((table - table.mean(axis, keepdims=True)) / table.std(axis, keepdims=True))


def _run(
    case: Case, model: Any = None, *, before: bool = False, apart: bool = True, folds: int = 5, **options: Any
) -> Any:
    """Cross-validate, the scaling before the split or inside the folds, patients kept apart or not."""
    from mediedu.classify import cross_validate

    features, labels, groups = case
    if before:
        features = _scaled(features)
    if model is None:
        model = _model(scaled=not before)
    return cross_validate(model, features, labels, groups if apart else None, folds=folds, **options)


def _auc(case: Case, model: Any = None, **how: Any) -> float:
    return float(_run(case, model, **how).auc[0])


def _area(labels: NDArray[np.int64], scores: NDArray[np.float64]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores))


def _split_by(case: Case, dealer: Any, *, pooled: bool = False) -> float:
    """Give the mean AUC of the folds of one of scikit-learn's dealers, or one AUC of all scores."""
    from sklearn.model_selection import cross_val_predict, cross_val_score

    features, labels, groups = case
    if type(dealer).__name__ == "StratifiedKFold":
        groups = None  # type: ignore[assignment]  # it doesn't heed them, and says so in a warning
    if pooled:
        scores = cross_val_predict(
            _model(), features, labels, groups=groups, cv=dealer, method="predict_proba"
        )
        return _area(labels, scores[:, 1])
    scores = cross_val_score(_model(), features, labels, groups=groups, cv=dealer, scoring="roc_auc")
    return float(scores.mean())


def _own_scales(case: Case) -> float:
    """Standardise the left-out images of each fold by themselves."""
    from sklearn.model_selection import StratifiedGroupKFold

    features, labels, groups = case
    scores = np.empty(labels.size)
    numbers = np.unique(groups, return_inverse=True)[1]
    for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=0).split(features, labels, numbers):
        model = _model(scaled=False).fit(_scaled(features[train]), labels[train])
        scores[test] = model.predict_proba(_scaled(features[test]))[:, 1]
    return _area(labels, scores)


def _within_patients(case: Case) -> float:
    """Take its patient's mean from every image, and divide by that patient's deviation."""
    features, labels, groups = case
    own = features.copy()
    for one in np.unique(groups):
        own[groups == one] = _scaled(own[groups == one])
    return _auc((own, labels, groups), _model(scaled=False))


def _one_row_each(case: Case) -> tuple[float, float, float]:
    """Judge each patient's first image, each patient's mean features, and each patient's mean score."""
    features, labels, groups = case
    _, first, number = np.unique(groups, return_index=True, return_inverse=True)
    images = np.bincount(number)
    mean = np.stack([np.bincount(number, column) / images for column in features.T], axis=1)
    keep = np.sort(first)
    scores = np.bincount(number, _run(case).scores[0]) / images
    return (
        _auc((features[keep], labels[keep], groups[keep])),
        _auc((mean, labels[first], groups[first])),
        _area(labels[first], scores),
    )


def _mistakes(case: Case, right: float) -> dict[str, float]:
    """Give the message of each known mistake and the AUC that it leads to."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, StratifiedGroupKFold, StratifiedKFold
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    features, labels, groups = case
    faint, diagnosis, _ = _faint()
    run = _run(case)
    first, mean, by_patient = _one_row_each(case)
    dealt = "Call `cross_validate` with `groups=groups` and `folds=5`."
    pool = "Use the AUC of `cross_validate`, which pools the scores of all images."
    wrong = {
        "Nothing has changed: the scaler still sees all images, and a patient's images still lie on both sides "
        "of the split.": _auc(case, before=True, apart=False),
        "The scaler is inside the folds now. One leak is left: a patient's images still lie on both sides of the "
        "split.": _auc(case, apart=False),
        "The patients are kept together now. One leak is left: mean and deviation are still taken from all "
        "images.": _auc(case, before=True),
        "The patients are kept together, but the features aren't standardised any more. Keep both steps.": _auc(
            case, _model(scaled=False)
        ),
        "The features aren't standardised any more, and a patient's images still lie on both sides of the "
        "split.": _auc(case, _model(scaled=False), apart=False),
        "You judge the images that the model was fitted on. That is the plainest leak: call `cross_validate`.": (
            _area(labels, _model().fit(features, labels).predict_proba(features)[:, 1])
        ),
        "You took every four rows for one patient. `groups` says whose image each row is.": _auc(
            (features, labels, WHO)
        ),
        "You kept the first image of each patient. Keep them all: it is enough that they lie on one side.": first,
        "You took the mean features of each patient. Keep all images: it is enough that those of one patient lie "
        "on one side.": mean,
        "You took the mean score of each patient. That is a fair question, but here every image counts.": (
            by_patient
        ),
        "You standardised within each patient. Mean and deviation come from all images of the training folds.": (
            _within_patients(case)
        ),
        "You standardised each image over its features. Each feature has its own mean and deviation.": _auc(
            (_scaled(features, 1), labels, groups), _model(scaled=False)
        ),
        "The left-out images are standardised by their own mean and deviation. Use those of the training folds.": (
            _own_scales(case)
        ),
        f"scikit-learn's `cv=5` doesn't heed the patients. {dealt}": _split_by(case, StratifiedKFold(5)),
        f"That is the mean of the AUCs of `StratifiedGroupKFold(5)`. {pool}": _split_by(
            case, StratifiedGroupKFold(5)
        ),
        f"That is the mean of the AUCs of the five folds. {pool}": _split_by(
            case, StratifiedGroupKFold(5, shuffle=True, random_state=0)
        ),
        f"You dealt the patients unshuffled. {dealt}": _split_by(case, StratifiedGroupKFold(5), pooled=True),
        f"`GroupKFold` doesn't heed the diagnosis, and that is the mean of its AUCs. {dealt}": _split_by(
            case, GroupKFold(5)
        ),
        f"`GroupKFold` deals the patients without a look at the diagnosis. {dealt}": _split_by(
            case, GroupKFold(5), pooled=True
        ),
        f"You left out one patient at a time. {dealt}": _split_by(case, LeaveOneGroupOut(), pooled=True),
        "You used the chapter's `faint`, `diagnosis` and `patient`. Use the three arguments.": _auc(_faint()),
        "You used the chapter's `faint`. Use the argument, `features`.": _auc((faint, labels, groups)),
        "You used the chapter's `diagnosis`. Use the argument, `labels`.": _auc(
            (features, diagnosis, groups)
        ),
        "That is the accuracy, the share of right calls. Asked is the AUC, of the scores.": float(
            run.report().accuracy
        ),
        "That is the balanced accuracy, or the AUC of the yes-or-no calls. Asked is the AUC of the scores.": float(
            run.balanced_accuracy[0]
        ),
        "You return 1 - AUC: the order of the two classes is turned round.": 1 - right,
        "That is per cent. An AUC lies between 0 and 1.": 100 * right,
        "You rounded. Return the AUC as it is.": round(right, 2),
        "You rounded, to three digits. Return the AUC as it is.": round(right, 3),
        "That is logistic regression. Keep the five neighbours.": _auc(case, _model(LogisticRegression())),
        "That is a support vector machine. Keep the five neighbours.": _auc(case, _model(SVC())),
        "Your neighbours vote by distance. Leave `KNeighborsClassifier` at its defaults.": _auc(
            case, _model(KNeighborsClassifier(weights="distance"))
        ),
    }
    seeds = "The patients are dealt with `seed={}`. Leave `seed` at its default, 0."
    parts = "These are {} folds. The exercise asks for five: `folds=5`."
    asked = "You ask {} neighbours. Leave `KNeighborsClassifier` at its default, 5."
    wrong |= {seeds.format(seed): _auc(case, seed=seed) for seed in (1, 42)}
    wrong |= {parts.format(folds): _auc(case, folds=folds) for folds in (3, 4, 10)}
    return wrong | {asked.format(k): _auc(case, _model(KNeighborsClassifier(k))) for k in (1, 3, 7, 10)}


def _needs_a_number(got: Any, given: str) -> Any:
    """Tell an AUC with its interval and a bare one half in sentences of their own."""
    if isinstance(got, Estimate):
        raise WrongAnswer("You return the AUC with its interval. Return the number alone: `float(…)` of it.")
    got = _one(got)
    if isinstance(got, int | float) and got == 0.5:
        raise WrongAnswer(f"You return 0.5 {given}. Compute it: the AUC of the five folds is asked for.")
    return got


@exercise(
    2,
    "Two leaks in a cross-validation of patients",
    hints=[
        "Which images does the scaler see before the first fold is made? And where do the other images of a "
        "patient lie while one of hers is judged?",
        "`cross_validate` fits whatever estimator you give it on the training folds alone, so give it both steps "
        "as one estimator. It keeps the patients together if you tell it who they are.",
        "`make_pipeline(StandardScaler(), KNeighborsClassifier())` is the estimator; call `cross_validate` with "
        "it, the untouched features, the labels, `groups=groups` and `folds=5`.",
    ],
)
def honest_auc(answer: object) -> str:
    """Judge two sets of patients with unequal numbers of images, in mixed order."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    honest = the_function(answer, "honest_auc")
    constant: dict[str, float] = {}
    # On such small fits a second thread costs more than it brings. scikit-learn's warnings would come
    # before our sentence.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case, given in (
            (_cases(8, 0.9), "for new patients"),
            (_cases(0, 1.4), "for other patients, whose features show more"),
        ):
            got = _needs_a_number(call(honest, *case, given=given), given)
            right = _auc(case)
            if isinstance(got, int | float | np.number) and abs(got - right) > 1e-7:
                recognise(got, constant, tolerance=1e-7)
                recognise(got, _mistakes(case, right), tolerance=1e-7)
            same_number(got, right, what="AUC", tolerance=1e-7, given=given)
            constant = {"You give the same AUC for all cases. Use `features`, `labels` and `groups`.": right}
        faint = _faint()
        leaky, inside, apart, right = (
            _auc(faint, before=before, apart=kept)
            for before, kept in ((True, False), (False, False), (True, True), (False, True))
        )
    return (
        f"Right. On `faint` the AUC falls from {leaky:.2f} to {right:.2f}. Scaling inside the folds alone leaves it "
        f"at {inside:.2f}; keeping the patients together alone brings it to {apart:.2f}. Here nearly all of the leak was "
        "the patients'. That can't be known before: close both."
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
