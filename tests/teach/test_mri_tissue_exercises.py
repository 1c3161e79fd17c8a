"""Known wrong answers of chapter 17, tissues of the brain: each is real code and gets its own message."""

from exercise_cases import exercise_tests

NORMALISE = """
def normalise(features, radius):
    out = np.empty(len(features))
    for c in range(len(features)):
        near = {near}
        out[c] = {value}
    return {result}
"""


def norm(
    near: str = "features[max(c - radius, 0) : c + radius + 1]",
    value: str = "features[c] / np.sqrt(1 + (near**2).sum())",
    result: str = "out",
) -> str:
    """Put an answer to the first exercise together."""
    return NORMALISE.format(near=near, value=value, result=result)


ROWS = """
def rows_mended(rows, cut, size):
    reach = size // 2
    return {learnt}, {tested}
"""


def rows(learnt: str = "np.arange(cut)", tested: str = "np.arange(cut + 2 * reach, rows)") -> str:
    """Put an answer to the bug hunt together."""
    return ROWS.format(learnt=learnt, tested=tested)


def dice(expression: str) -> str:
    """Put an answer to the third exercise together."""
    return f"""
def dice_of(table):
    shared, found, named = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    return {expression}
"""


WRONG = {
    "mri_tissue.1": [
        (norm(value="features[c] / (1 + (near**2).sum())"), "square root is missing"),
        (norm(value="features[c] / np.sqrt((near**2).sum())"), "The 1 under the root is missing"),
        (norm(value="features[c] / (1 + np.sqrt((near**2).sum()))"), "not beside it"),
        (norm(value="features[c] / np.sqrt(1 + (near**2).sum() - features[c] ** 2)"), "itself is missing"),
        (norm(near="features"), "sum over all features"),
        (norm(near="features[c : c + radius + 1]"), "before a feature are missing"),
        (norm(near="features[max(c - radius, 0) : c + 1]"), "after a feature are missing"),
        (norm(near="features[max(c - radius, 0) : c + radius]"), "c + radius + 1"),
        (norm(near="np.take(features, range(c - radius, c + radius + 1), mode='wrap')"), "go round"),
        (norm(value="features[c] / np.sqrt(1 + near.sum())"), "Add up their squares"),
        (norm(value="features[c] / np.sqrt(1 + (near**2).sum() / (2 * radius + 1))"), "mean of the squares"),
        (norm(value="np.sqrt(1 + (near**2).sum())"), "You give the divisor"),
        (norm(value="features[c] ** 2 / np.sqrt(1 + (near**2).sum())"), "above the line"),
        (norm(near="features[max(c - radius - 1, 0) : c + radius + 2]"), "one too far"),
        (norm(near="features[max(c - 1, 0) : c + 2]"), "reach 1 place on each side"),
        (norm(near="features[c - radius : c + radius + 1]"), "counts from the end"),
        (
            norm(near="np.pad(features, radius, mode='edge')[c : c + 2 * radius + 1]"),
            "several times at the ends",
        ),
        (norm(result="out.astype(int)"), "cut to whole numbers"),
        (norm(near="features[max(c - 2, 0) : c + 3]"), "Your radius is 2 always"),
        (norm(value="features[c]"), "as they were"),
        (norm(result="out.tolist()"), "NumPy array"),
    ],
    "mri_tissue.2": [
        (
            """
def rows_mended(rows, cut, size):
    return rows_buggy(rows, cut, size)
""",
            "The bug is still there",
        ),
        (rows("np.arange(cut + 2 * reach, rows)", "np.arange(cut)"), "swapped"),
        (
            rows("np.arange(cut - reach)", "np.arange(cut + reach, rows)"),
            "take rows from those that are learnt",
        ),
        (rows("np.arange(1, cut + 1)"), "must be 0 to"),
        (rows(tested="np.arange(cut, rows)"), "no gap at all"),
        (rows(tested="np.arange(cut + size, rows)"), "one row too wide"),
        (rows(tested="np.arange(cut + 2 * reach - 1, rows)"), "one row too narrow"),
        (rows(tested="np.arange(cut + 2 * size, rows)"), "two whole patches"),
        (rows(tested="np.arange(64, rows)"), "rows of the chapter's head"),
        (rows(tested="np.arange(cut + 2 * reach, rows - reach)"), "slice is mirrored"),
        (rows(tested="np.arange(cut + 3 * reach, rows)"), "isn't the first row that is free"),
        (rows(tested="np.arange(cut + reach + 1, rows)"), "room for one patch's reach"),
        (rows(tested="np.arange(cut + 2.0 * reach, rows)"), "whole numbers"),
        ("def rows_mended(rows, cut, size):\n    return np.arange(cut)", "two arrays are needed"),
    ],
    "mri_tissue.3": [
        (dice("shared / (found + named)"), "The 2 is missing"),
        (dice("shared / found"), "the sensitivity"),
        (dice("shared / named"), "share of the answer that is right"),
        (dice("shared / (found + named - shared)"), "That is Jaccard"),
        (dice("(2 * shared / (found + named))[1:]"), "Background is left out"),
        (dice("shared / table.sum()"), "divide by all voxels"),
        (dice("2 * shared / table.sum()"), "its own two sums"),
        (dice("(shared / found + shared / named) / 2"), "one that is high alone"),
        (dice("2 / (found / shared + named / shared)"), "column sum 0"),
        (dice("shared.sum() / table.sum()"), "the accuracy"),
        (dice("(2 * shared / (found + named)).mean()"), "mean over the classes"),
        (dice("(2 * shared / (found + named)).tolist()"), "NumPy array"),
    ],
}

test_exercise = exercise_tests("mri_tissue", WRONG)
