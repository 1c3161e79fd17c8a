"""Known wrong answers of chapter 10, classifiers: each is real code and gets its own message."""

from exercise_cases import exercise_tests

KNN = """
def knn_answers(train, labels, new, k):
    {scale}
    squared = ((asked[:, None] - known[None]) ** 2).sum(axis=2)
    nearest = squared.argsort(axis=1)[:, {chosen}]
    return {answer}
"""
SCALE = (
    "mean, spread = train.mean(axis=0), train.std(axis=0)\n"
    "    known, asked = (train - mean) / spread, (new - mean) / spread"
)
VOTE = "(labels[nearest].mean(axis=1) > 0.5).astype(int)"


def knn(scale=SCALE, chosen=":k", answer=VOTE):
    return KNN.format(scale=scale, chosen=chosen, answer=answer)


AUC = """
def auc_mended(features, labels, k):
    {body}
"""
OTSU = """
def otsu_cut(values):
    distinct = np.unique(values)
    cuts = (distinct[:-1] + distinct[1:]) / 2
    best, largest = cuts[0], -1.0
    for cut in cuts:
        below = values < cut
        share, gap = below.mean(), values[~below].mean() - values[below].mean()
        if {quality} > largest:
            best, largest = cut, {quality}
    return {result}
"""
GOOD = "share * (1 - share) * gap**2"

WRONG = {
    "classifiers.1": [
        (knn(scale="known, asked = train, new"), "decides alone"),
        (
            knn(
                scale="known = (train - train.mean(axis=0)) / train.std(axis=0)\n"
                "    asked = (new - new.mean(axis=0)) / new.std(axis=0)"
            ),
            "by its own mean",
        ),
        (
            knn(
                scale="both = np.vstack([train, new])\n"
                "    known = (train - both.mean(axis=0)) / both.std(axis=0)\n"
                "    asked = (new - both.mean(axis=0)) / both.std(axis=0)"
            ),
            "together",
        ),
        (knn(chosen=":1"), "nearest neighbour only"),
        (knn(chosen="1 : k + 1"), "left out the nearest"),
        (knn(chosen="-k:"), "farthest away"),
        (knn(chosen=":5"), "You ask 5 neighbours"),
        (knn(chosen=":3"), "You ask 3 neighbours"),
        (knn(chosen=": k - 1"), "k - 1 neighbours"),
        (knn(scale=SCALE.replace("train.std(axis=0)", "train.var(axis=0)")), "the variance"),
        (
            knn(
                scale="low, spread = train.min(axis=0), np.ptp(train, axis=0)\n"
                "    known, asked = (train - low) / spread, (new - low) / spread"
            ),
            "range from 0 to 1",
        ),
        (
            knn(scale="known = (train - train.mean(axis=0)) / train.std(axis=0)\n    asked = new"),
            "left `new` as it is",
        ),
        (
            knn(
                scale="known, asked = ((table - table.mean(axis=1, keepdims=True))\n"
                "                    / table.std(axis=1, keepdims=True) for table in (train, new))"
            ),
            "each case over its features",
        ),
        (knn(answer="labels[nearest].sum(axis=1)"), "You counted"),
        (knn(answer=f"np.where({VOTE}, 'malignant', 'benign')"), "holds words"),
        (knn(answer=f"{VOTE}[0]"), "is an int64"),
        (knn(answer=VOTE.replace(">", "<")), "swapped"),
        (knn(answer="labels[nearest].mean(axis=1) > 0.5"), "True and False"),
        (knn(answer="labels[nearest].mean(axis=1)"), "shares of the vote"),
        (knn(answer="labels[nearest].mean(axis=1).round()"), "returned floats"),
        (knn(answer="labels[nearest]"), "Let the neighbours vote: one"),
        (knn(answer=f"list({VOTE})"), "is a list"),
        (knn(answer=f"{VOTE}[:, None]"), "is a column"),
        (
            knn().replace("((asked[:, None] - known[None]) ** 2)", "abs(asked[:, None] - known[None])"),
            "absolute differences",
        ),
    ],
    "classifiers.2": [
        (
            AUC.format(
                body="chosen = SelectKBest(k=k).fit_transform(features, labels)\n"
                "    scaled = StandardScaler().fit_transform(chosen)\n"
                "    return float(cross_validate(SVC(), scaled, labels, folds=5).auc[0])"
            ),
            "Nothing has changed",
        ),
        (
            AUC.format(
                body="chosen = SelectKBest(k=k).fit_transform(features, labels)\n"
                "    model = make_pipeline(StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, chosen, labels, folds=5).auc[0])"
            ),
            "Scaling is inside now",
        ),
        (
            AUC.format(
                body="scaled = StandardScaler().fit_transform(features)\n"
                "    model = make_pipeline(SelectKBest(k=k), SVC())\n"
                "    return float(cross_validate(model, scaled, labels, folds=5).auc[0])"
            ),
            "The choice is inside now",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), SVC())\n"
                "    return float(cross_validate(model, features, labels, folds=5).auc[0])"
            ),
            "The scaling is gone",
        ),
        (
            AUC.format(
                body="model = make_pipeline(StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, features, labels, folds=5).auc[0])"
            ),
            "choice of features is gone",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, features, labels).auc[0])"
            ),
            "you use 10 folds",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(), StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, features, labels, folds=5).auc[0])"
            ),
            "always choose 10",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return cross_validate(model, features, labels, folds=5).auc"
            ),
            "an array with one AUC",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, features, labels, folds=5).balanced_accuracy[0])"
            ),
            "balanced accuracy. The AUC",
        ),
        (
            AUC.format(
                body="from sklearn.model_selection import cross_val_score\n\n"
                "    model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return float(cross_val_score(model, features, labels, cv=5, scoring='roc_auc').mean())"
            ),
            "mean of five AUCs",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    model.fit(features, labels)\n"
                "    return float(roc_auc_score(labels, model.decision_function(features)))"
            ),
            "judged on the same cases",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return round(float(cross_validate(model, features, labels, folds=5).auc[0]), 3)"
            ),
            "You rounded the AUC",
        ),
        (AUC.format(body="return 0.5"), "is 0.500. That is not the AUC"),
        (
            AUC.format(
                body="model = make_pipeline(StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, features[:, :k], labels, folds=5).auc[0])"
            ),
            "not the AUC of the same three steps, with the same settings",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return float(cross_validate(model, features, labels, folds=5, seed=1).auc[0])"
            ),
            "the default seed",
        ),
        (
            AUC.format(
                body="model = make_pipeline(SelectKBest(k=k), StandardScaler(), SVC())\n"
                "    return cross_validate(model, features, labels, folds=5)"
            ),
            "is a CrossValidation",
        ),
    ],
    "classifiers.3": [
        (OTSU.format(quality=GOOD, result="float(distinct[distinct < best].max())"), "value below"),
        (OTSU.format(quality=GOOD, result="float(distinct[distinct > best].min())"), "value above"),
        (OTSU.format(quality="gap**2", result="float(best)"), "A share is missing"),
        (
            OTSU.format(quality="(1 - share) * gap**2", result="float(best)"),
            "is missing: the squared difference is multiplied by both shares",
        ),
        (OTSU.format(quality="(share * (1 - share) * gap) ** 2", result="float(best)"), "and that alone"),
        (
            OTSU.format(quality=GOOD, result="int(np.flatnonzero(cuts == best)[0])"),
            "place of the cut in a list",
        ),
        (OTSU.format(quality=GOOD, result="round(float(best), 2)"), "You rounded the cut. Return"),
        ("def otsu_cut(values):\n    return 0.223", "isn't halfway"),
        (
            OTSU.format(quality=GOOD, result="float(best)").replace(
                "distinct = np.unique(values)", "distinct = values = np.unique(values)"
            ),
            "Doubled values",
        ),
        (OTSU.format(quality=f"1 - {GOOD}", result="float(best)").replace("-1.0", "-1e9"), "smallest"),
        (OTSU.format(quality=GOOD, result="float(largest)"), "The cut itself"),
        ("def otsu_cut(values):\n    return float(values.mean())", "the mean of all"),
        (
            "def otsu_cut(values):\n    from skimage.filters import threshold_otsu\n\n"
            "    return float(threshold_otsu(values))",
            "histogram's bin",
        ),
        ("def otsu_cut(values):\n    return float(np.median(values))", "the median"),
        (
            "def otsu_cut(values):\n    return float(values.min() + values.max()) / 2",
            "middle of the range",
        ),
        (
            OTSU.format(quality=GOOD, result="float(best)").replace("np.unique(values)", "values"),
            "Sort the values first",
        ),
        (OTSU.format(quality=GOOD, result="int(best)"), "whole number"),
        (
            "def otsu_cut(values):\n    distinct = np.unique(values)\n    n = np.diff(distinct).argmax()\n"
            "    return float(distinct[n : n + 2].mean())",
            "widest gap",
        ),
        (
            OTSU.format(quality=GOOD, result="float(best)").replace("in cuts", "in cuts[:-1]"),
            "cut is the last",
        ),
        (
            OTSU.format(quality=GOOD, result="float(best)")
            .replace("in cuts", "in cuts[1:]")
            .replace("best, largest = cuts[0]", "best, largest = 0.0"),
            "cut is the first",
        ),
        (
            OTSU.format(quality=GOOD, result="float(best)").replace(
                "    best, largest", "    if len(cuts) == 1:\n        return 0.0\n    best, largest", 1
            ),
            "only two different values",
        ),
        (OTSU.format(quality=GOOD, result="np.array([best])"), "array with one cut"),
    ],
}

test_exercise = exercise_tests("classifiers", WRONG)
