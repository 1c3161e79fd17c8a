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
def honest_auc(features, labels, groups):
    {before}
    model = {model}
    result = cross_validate(model, features, labels, {how})
    return {result}
"""
PIPELINE = "make_pipeline(StandardScaler(), KNeighborsClassifier())"
KNN = "KNeighborsClassifier()"
APART = "groups=groups, folds=5"
SCALE = "features = StandardScaler().fit_transform(features)"
SET = """
look = np.random.default_rng(0)
patient = np.repeat(np.arange(40), 4)
diagnosis = np.repeat([0, 1], 20)[patient]
faint = look.normal(size=(40, 8))[patient] + 0.3 * look.normal(size=(160, 8))
faint = faint + 0.8 * diagnosis[:, np.newaxis]
"""
PIXELS = """
def pixel_accuracy_and_dice(mask, truth):
    accuracy = (mask == truth).mean()
    dice = 2 * (mask & truth).sum() / (mask.sum() + truth.sum())
    {body}
"""


def honest(
    before: str = "pass", model: str = PIPELINE, how: str = APART, result: str = "float(result.auc[0])"
) -> str:
    """Put an answer to the bug hunt together."""
    return AUC.format(before=before, model=model, how=how, result=result)


def by_scikit(imports: str, dealer: str, pooled: bool = False) -> str:
    """Put an answer together that deals the folds by scikit-learn's own means."""
    scores = (
        f"roc_auc_score(labels, cross_val_predict(model, features, labels, {dealer},\n"
        "        method='predict_proba')[:, 1])"
        if pooled
        else f"cross_val_score(model, features, labels, {dealer}, scoring='roc_auc').mean()"
    )
    return (
        "from sklearn.metrics import roc_auc_score\n"
        f"from sklearn.model_selection import cross_val_predict, cross_val_score{imports}\n"
        + honest(result=scores)
    )


OWN_SCALES = """
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold


def honest_auc(features, labels, groups):
    scores = np.empty(len(labels))
    dealer = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    for train, test in dealer.split(features, labels, groups):
        scaled = StandardScaler().fit_transform(features[train])
        knn = KNeighborsClassifier().fit(scaled, labels[train])
        scores[test] = knn.predict_proba(StandardScaler().fit_transform(features[test]))[:, 1]
    return roc_auc_score(labels, scores)
"""
WITHIN = """features = features.copy()
    for one in np.unique(groups):
        features[groups == one] = StandardScaler().fit_transform(features[groups == one])"""
MEAN = """_, first, groups = np.unique(groups, return_index=True, return_inverse=True)
    labels = labels[first]
    features = np.array([features[groups == one].mean(0) for one in range(len(first))])
    groups = np.arange(len(first))"""
FIRST = """first = np.sort(np.unique(groups, return_index=True)[1])
    features, labels, groups = features[first], labels[first], groups[first]"""
MEAN_SCORE = """evaluate(
        [labels[groups == one][0] for one in np.unique(groups)],
        [result.scores[0][groups == one].mean() for one in np.unique(groups)]).auc.value"""
ROWS = "features = StandardScaler().fit_transform(features.T).T"

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
        (honest(SCALE, KNN, "folds=5"), "Nothing has changed"),
        (honest(how="folds=5"), "The scaler is inside the folds now. One leak"),
        (honest(SCALE, KNN), "are kept together now. One leak"),
        (honest(model=KNN), "together, but the features aren't standardised"),
        (honest(model=KNN, how="folds=5"), "any more, and a patient's images"),
        (
            "from sklearn.metrics import roc_auc_score\n"
            + honest(
                result="roc_auc_score(labels, model.fit(features, labels).predict_proba(features)[:, 1])"
            ),
            "that the model was fitted on",
        ),
        (honest(how="groups=np.arange(160) // 4, folds=5"), "every four rows"),
        (honest(FIRST), "first image of each patient"),
        (honest(MEAN), "mean features of each patient"),
        (honest(result=MEAN_SCORE), "mean score of each patient"),
        (honest(WITHIN, KNN), "within each patient"),
        (honest(ROWS, KNN), "each image over its features"),
        (OWN_SCALES, "by their own mean and deviation"),
        (by_scikit("", "cv=5"), "scikit-learn's `cv=5`"),
        (
            by_scikit(", StratifiedGroupKFold", "groups=groups, cv=StratifiedGroupKFold(5)"),
            "AUCs of `StratifiedGroupKFold(5)`",
        ),
        (
            by_scikit(
                ", StratifiedGroupKFold",
                "groups=groups,\n        cv=StratifiedGroupKFold(5, shuffle=True, random_state=0)",
            ),
            "AUCs of the five folds",
        ),
        (
            by_scikit(", StratifiedGroupKFold", "groups=groups, cv=StratifiedGroupKFold(5)", True),
            "unshuffled",
        ),
        (by_scikit(", GroupKFold", "groups=groups, cv=GroupKFold(5)"), "the mean of its AUCs"),
        (by_scikit(", GroupKFold", "groups=groups, cv=GroupKFold(5)", True), "without a look"),
        (by_scikit(", LeaveOneGroupOut", "groups=groups, cv=LeaveOneGroupOut()", True), "one patient at a"),
        (
            SET + honest("features, labels, groups = faint, diagnosis, patient"),
            "the chapter's `faint`, `diagnosis` and `patient`",
        ),
        (SET + honest("features = faint"), "the chapter's `faint`. Use"),
        (SET + honest("labels = diagnosis"), "the chapter's `diagnosis`. Use"),
        (honest(result="result.report().accuracy.value"), "That is the accuracy, the share"),
        (honest(result="result.balanced_accuracy[0]"), "That is the balanced accuracy"),
        (honest(result="1 - result.auc[0]"), "1 - AUC"),
        (honest(result="100 * result.auc[0]"), "per cent"),
        (honest(result="round(float(result.auc[0]), 2)"), "You rounded. "),
        (honest(result="round(float(result.auc[0]), 3)"), "to three digits"),
        (honest(model="make_pipeline(StandardScaler(), LogisticRegression())"), "logistic regression"),
        (honest(model="diagnosis_pipeline()"), "support vector machine"),
        (
            honest(model=PIPELINE.replace("Classifier()", "Classifier(weights='distance')")),
            "vote by distance",
        ),
        (honest(how=APART + ", seed=1"), "`seed=1`"),
        (honest(how="groups=groups"), "These are 10 folds"),
        (honest(how="groups=groups, folds=4"), "These are 4 folds"),
        (honest(model="make_pipeline(StandardScaler(), KNeighborsClassifier(3))"), "You ask 3 neighbours"),
        (honest(result="0.5"), "You return 0.5"),
        (honest(result="0.7"), "which is too"),
        (honest(result="0.7483500942803268"), "the same AUC for all cases"),
        (honest(result="result.auc"), "in an array or a list"),
        (honest(result="result.report().auc"), "with its interval"),
        (honest(result="result.report()"), "Report"),
        (honest(how="groups=labels, folds=5"), "Your code stopped"),
        (honest("features -= features.mean(0)"), "changed the array"),
        (honest(result="None"), "returned None"),
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
