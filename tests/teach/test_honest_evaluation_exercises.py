"""Known wrong answers of chapter 11, honest evaluation: each is real code and gets its own message."""

from exercise_cases import exercise_tests

VALUE = """
def positive_predictive_value(sensitivity, specificity, base_rate):
    found = sensitivity * base_rate
    alarms = (1 - specificity) * (1 - base_rate)
    return {body}
"""
PEOPLE = (
    "{0}(sensitivity * round(10000 * base_rate)) / ({0}(sensitivity * round(10000 * base_rate))\n"
    "        + {0}((1 - specificity) * round(10000 * (1 - base_rate))))"
)
AUC = """
def auc_mended(features, labels):
    {before}
    model = make_pipeline({inside}LogisticRegression())
    return {result}
"""
RESULT = "float(cross_validate(model, features, labels, folds=5).auc[0])"
SCALE = "features = StandardScaler().fit_transform(features)"
SELECT = "features = SelectKBest(k=10).fit_transform(features, labels)"
PIXELS = """
def pixel_accuracy_and_dice(mask, truth):
    accuracy = (mask == truth).mean()
    dice = 2 * (mask & truth).sum() / (mask.sum() + truth.sum())
    {body}
"""


def mended(before: str = "pass", inside: str = "", result: str = RESULT) -> str:
    """Put an answer to the bug hunt together."""
    return AUC.format(before=before, inside=inside, result=result)


BOTH = "StandardScaler(), SelectKBest(k=10), "
NOISE = "noise = np.random.default_rng(0).normal(size=(60, 1000))\ncoin = np.repeat([0, 1], 30)\n"

WRONG = {
    "honest_evaluation.1": [
        (VALUE.format(body="sensitivity"), "That is the sensitivity"),
        (
            VALUE.format(body="found / (found + (1 - sensitivity) * base_rate)"),
            "share of the ill",
        ),
        (
            VALUE.format(
                body="specificity * (1 - base_rate)\\\n        "
                "/ (specificity * (1 - base_rate) + (1 - sensitivity) * base_rate)"
            ),
            "negative answer",
        ),
        (VALUE.format(body="sensitivity / (sensitivity + 1 - specificity)"), "where half of the people"),
        (VALUE.format(body="found / (found + specificity * (1 - base_rate))"), "who were let go"),
        (
            VALUE.format(body="found / (found + (1 - sensitivity) * (1 - base_rate))"),
            "1 - sensitivity of the healthy",
        ),
        (VALUE.format(body="found / (found + 1 - specificity)"), "come from everybody"),
        (VALUE.format(body="sensitivity / (sensitivity + alarms)"), "not multiplied by the base rate"),
        (VALUE.format(body="found"), "ill and found"),
        (VALUE.format(body="found + alarms"), "How many of them are ill"),
        (
            VALUE.format(
                body="positive(specificity, sensitivity, base_rate)\n\n\n"
                "def positive(a, b, c):\n    return a * c / (a * c + (1 - b) * (1 - c))"
            ),
            "swapped",
        ),
        (VALUE.format(body="found + specificity * (1 - base_rate)"), "the accuracy at this"),
        (VALUE.format(body="alarms / (found + alarms)"), "that are wrong"),
        (VALUE.format(body="found / alarms"), "the odds"),
        (VALUE.format(body="100 * found / (found + alarms)"), "per cent"),
        (VALUE.format(body="round(found / (found + alarms), 2)"), "You rounded"),
        (VALUE.format(body="0.83 * 0.37 / (0.83 * 0.37 + 0.04 * 0.63)"), "same value for every test"),
        (
            VALUE.format(body="(1 - sensitivity) * base_rate / ((1 - sensitivity) * base_rate + alarms)"),
            "the missed for the found",
        ),
        (
            VALUE.format(
                body="sensitivity * (1 - base_rate)\\\n        "
                "/ (sensitivity * (1 - base_rate) + (1 - specificity) * base_rate)"
            ),
            "Ill and healthy are swapped",
        ),
        (VALUE.format(body="sensitivity / (1 - specificity)"), "likelihood ratio"),
        (VALUE.format(body="np.array([found / (found + alarms)])"), "in an array or a list"),
        (VALUE.format(body="0.9 * base_rate / (0.9 * base_rate + 0.1 * (1 - base_rate))"), "0.9 and 0.9"),
        (VALUE.format(body=PEOPLE.format("round")), "You round to whole people"),
        (VALUE.format(body=PEOPLE.format("int")), "You cut to whole people"),
        (VALUE.format(body="None"), "returned None"),
    ],
    "honest_evaluation.2": [
        (mended(f"{SCALE}\n    {SELECT}"), "Nothing has changed"),
        (mended(SELECT, "StandardScaler(), "), "still chosen with the diagnoses"),
        (mended(SCALE, "SelectKBest(k=10), "), "One leak is left"),
        (mended(SELECT), "nothing is standardised. All"),
        (mended(inside="StandardScaler(), "), "the selection is gone"),
        (mended(), "Only the logistic regression"),
        (mended(inside="SelectKBest(k=10), "), "Your features aren't standardised"),
        (mended(inside=BOTH, result=RESULT.replace("folds=5", "folds=10")), "These are ten folds"),
        (mended(inside=BOTH, result=RESULT.replace("folds=5", "folds=5, seed=1")), "another seed"),
        (mended(result="0.5"), "You return 0.5"),
        (
            "from sklearn.model_selection import cross_val_score\n"
            + mended(
                inside=BOTH,
                result="cross_val_score(model, features, labels, cv=5, scoring='roc_auc').mean()",
            ),
            "scikit-learn's five folds",
        ),
        (mended(inside=BOTH, result=f"round({RESULT}, 2)"), "You rounded. "),
        (mended(inside="StandardScaler(), SelectKBest(k=20), ", result=RESULT), "You keep 20 features"),
        (mended(inside="StandardScaler(), SelectKBest(k=100), "), "You keep 100 features"),
        (mended(inside="StandardScaler(), SelectKBest(k=500), "), "or it keeps them all"),
        (mended("features = features[:, :10]", "StandardScaler(), "), "not the ten best"),
        (
            "from sklearn.metrics import roc_auc_score\n"
            + mended(
                inside=BOTH,
                result="roc_auc_score(labels, model.fit(features, labels).predict_proba(features)[:, 1])",
            ),
            "fitted on",
        ),
        (
            "from sklearn.model_selection import StratifiedKFold, cross_val_score\n"
            + mended(
                inside=BOTH,
                result="cross_val_score(model, features, labels, scoring='roc_auc',\n"
                "        cv=StratifiedKFold(5, shuffle=True, random_state=0)).mean()",
            ),
            "AUCs of the five folds",
        ),
        (
            "from sklearn.metrics import roc_auc_score\n"
            "from sklearn.model_selection import cross_val_predict\n"
            + mended(
                inside=BOTH,
                result="roc_auc_score(labels, cross_val_predict(\n"
                "        model, features, labels, cv=5, method='predict_proba')[:, 1])",
            ),
            "in another way",
        ),
        (
            NOISE + mended("features, labels = noise, coin", BOTH),
            "the chapter's `noise` and `coin`",
        ),
        (NOISE + mended("features = noise", BOTH), "the chapter's `noise`. Use"),
        (NOISE + mended("labels = coin", BOTH), "the chapter's `coin`. Use"),
        (mended(inside=BOTH, result=f"1 - {RESULT}"), "1 - AUC"),
        (
            mended(inside=BOTH, result=RESULT.replace("auc[0]", "report().accuracy")),
            "That is the accuracy, the share",
        ),
        (mended(inside=BOTH, result=f"100 * {RESULT}"), "per cent"),
        (mended(inside=BOTH, result=f"round({RESULT}, 3)"), "to three digits"),
        (
            mended(inside=BOTH, result=RESULT.replace("float(", "(").replace("[0]", "")),
            "in an array or a list",
        ),
        (
            mended(inside=BOTH, result=RESULT.replace("float(", "(").replace(".auc[0]", ".report().auc")),
            "with its interval",
        ),
        (mended("features = features[:30]", BOTH), "Your code stopped"),
        (mended(result="0.7"), "which is too"),
        (mended(result="0.5555555555555555"), "the same AUC for all cases"),
        (mended(inside=BOTH, result=RESULT.replace("float(", "(").replace(".auc[0]", ".report()")), "Report"),
    ],
    "honest_evaluation.3": [
        (PIXELS.format(body="return dice, accuracy"), "their order"),
        (PIXELS.format(body="return 100 * accuracy, 100 * dice"), "in per cent"),
        (PIXELS.format(body="return (mask & truth).mean(), dice"), "set in both alone"),
        (PIXELS.format(body="return (mask == truth).sum(), dice"), "is a count"),
        (PIXELS.format(body="return (mask != truth).mean(), dice"), "pixels that differ"),
        (PIXELS.format(body="return accuracy, (mask & truth).sum() / (mask | truth).sum()"), "Jaccard"),
        (PIXELS.format(body="return accuracy, dice / 2"), "factor 2"),
        (
            PIXELS.format(body="return accuracy, 2 * (mask & truth).sum() / (mask + truth).sum()"),
            "in which the shared pixels count once",
        ),
        (PIXELS.format(body="return accuracy, (mask & truth).sum() / truth.sum()"), "sensitivity in pixels"),
        (
            PIXELS.format(body="return accuracy, (mask & truth).sum() / max(mask.sum(), 1)"),
            "predictive value in",
        ),
        (PIXELS.format(body="return accuracy, 1 - dice"), "1 - Dice"),
        (PIXELS.format(body="return (mask == truth).sum() / len(mask), dice"), "by the rows"),
        (PIXELS.format(body="return (mask == truth).sum() / mask.shape[1], dice"), "by the columns"),
        (
            PIXELS.format(body="return (mask & truth).sum() / truth.sum(), dice"),
            "first number is the sensitivity",
        ),
        (
            PIXELS.format(
                body="hit = (mask & truth).sum() / truth.sum()\n    "
                "return (hit + (~mask & ~truth).sum() / (~truth).sum()) / 2, dice"
            ),
            "the balanced accuracy in pixels",
        ),
        (
            PIXELS.format(
                body="return accuracy, 2 * (~mask & ~truth).sum() / ((~mask).sum() + (~truth).sum())"
            ),
            "of the background",
        ),
        (PIXELS.format(body="return round(accuracy, 2), dice"), "rounded the first number"),
        (
            PIXELS.format(body="return accuracy, 2 * (mask & truth).sum() / (len(mask) + len(truth))"),
            "divides by rows",
        ),
        (
            PIXELS.format(body="return accuracy, 2 * (mask & truth).sum() / (mask.size + truth.size)"),
            "by all pixels of the two",
        ),
        (
            PIXELS.format(body="return accuracy, 2 * (mask == truth).sum() / (mask.sum() + truth.sum())"),
            "those off in both",
        ),
        (
            PIXELS.format(body="return accuracy, 2 * (mask | truth).sum() / (mask.sum() + truth.sum())"),
            "the union on top",
        ),
        (
            PIXELS.format(body="return accuracy, (2 * mask & truth).sum() / (mask.sum() + truth.sum())"),
            "multiplies first",
        ),
        (PIXELS.format(body="return accuracy, round(dice, 2)"), "rounded the second number"),
        (PIXELS.format(body="return [accuracy], [dice]"), "in an array or a list"),
        (PIXELS.format(body="return dice"), "Two numbers are needed"),
        (PIXELS.format(body="return mask == truth, dice"), "a whole array"),
        (PIXELS.format(body="return 66 / 72, 8 / 14"), "same number for every mask"),
        (PIXELS.format(body="return (mask == truth).sum() / 72, dice"), "You divide by 72"),
        (PIXELS.format(body="return accuracy, dice if mask.any() else np.nan"), "a finite number"),
    ],
}

test_exercise = exercise_tests("honest_evaluation", WRONG)
