"""Checks of chapter 17, tissues of the brain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, the_function

Numbers = NDArray[np.float64]


def _sums(features: Numbers, before: int, after: int) -> Numbers:
    """Sum the squares from so many features before to so many after, ending at the first and the last."""
    squares = features**2
    return np.array([squares[max(c - before, 0) : c + after + 1].sum() for c in range(len(features))])


FEATURES = np.array([1.0, -2.0, 0.5, 3.0, 1.5, -0.25])


@exercise(
    1,
    "Local response normalisation",
    hints=[
        "For 1, 2, 2 and a radius of 1 the answers are 1/√6, 2/√10 and 2/√9. Which squares are in each sum?",
        "The neighbours of feature c are `features[max(c - radius, 0) : c + radius + 1]`, c itself among them.",
        "Go through c in a loop. Square what is near, add it up, add 1, take the root, and divide feature c by that.",
    ],
)
def normalise(answer: object) -> str:
    """Judge six features of both signs at a radius of 2, then other radii, one feature and none around."""
    function = the_function(answer, "normalise")
    given = "for six features and a radius of 2"
    got = an_array(call(function, FEATURES, 2, given=given))
    sums = _sums(FEATURES, 2, 2)
    right = FEATURES / np.sqrt(1 + sums)
    padded = np.pad(FEATURES, 2, mode="wrap")
    round_about = np.array([(padded[c : c + 5] ** 2).sum() for c in range(6)])
    plain = np.array([FEATURES[max(c - 2, 0) : c + 3].sum() for c in range(6)])
    from_the_end = np.array([(FEATURES[c - 2 : c + 3] ** 2).sum() for c in range(6)])
    edged = np.pad(FEATURES, 2, mode="edge")
    repeated = np.array([(edged[c : c + 5] ** 2).sum() for c in range(6)])
    with np.errstate(invalid="ignore", divide="ignore"):
        recognise(
            got,
            {
                "The square root is missing: divide by √(1 + sum).": FEATURES / (1 + sums),
                "The 1 under the root is missing. Without it, features that are all 0 divide by 0.": FEATURES
                / np.sqrt(sums),
                "The 1 stands under the root, not beside it: √(1 + sum).": FEATURES / (1 + np.sqrt(sums)),
                "The feature itself is missing in its sum.": FEATURES / np.sqrt(1 + sums - FEATURES**2),
                "You sum over all features. Only neighbours up to the radius count.": FEATURES
                / np.sqrt(1 + (FEATURES**2).sum()),
                "The neighbours before a feature are missing.": FEATURES / np.sqrt(1 + _sums(FEATURES, 0, 2)),
                "The neighbours after a feature are missing.": FEATURES / np.sqrt(1 + _sums(FEATURES, 2, 0)),
                "The last neighbour is missing: a slice ends before its second number, so take "
                "`c + radius + 1`.": FEATURES / np.sqrt(1 + _sums(FEATURES, 2, 1)),
                "Your neighbours go round from the last feature to the first. The sum ends there.": FEATURES
                / np.sqrt(1 + round_about),
                "You add up the features. Add up their squares.": FEATURES / np.sqrt(1 + plain),
                "You divide by the mean of the squares. Take their sum.": FEATURES / np.sqrt(1 + sums / 5),
                "You give the divisor. Divide the features by it.": np.sqrt(1 + sums),
                "You square the features above the line as well.": FEATURES**2 / np.sqrt(1 + sums),
                "Your neighbours reach one too far on each side.": FEATURES
                / np.sqrt(1 + _sums(FEATURES, 3, 3)),
                "Your neighbours reach 1 place on each side, and the radius is 2. It counts on *each* side.": FEATURES
                / np.sqrt(1 + _sums(FEATURES, 1, 1)),
                "A slice that starts below 0 counts from the end. Take `max(c - radius, 0)`.": FEATURES
                / np.sqrt(1 + from_the_end),
                "The first and the last feature count several times at the ends. The sum ends there.": FEATURES
                / np.sqrt(1 + repeated),
                "You cut to whole numbers. The result needs decimals: fill a float array.": np.trunc(right),
                "The features are as they were.": FEATURES,
            },
        )
    same_array(got, right, tolerance=1e-9, dtype=False)
    for features, radius in (
        (np.array([1.0, 2.0, 2.0]), 1),
        (FEATURES, 0),
        (FEATURES[:4], 9),
        (np.array([3.0]), 1),
    ):
        given = f"for {len(features)} feature{'s' * (len(features) > 1)} and a radius of {radius}"
        other = an_array(call(function, features, radius, given=given))
        if radius < 2:
            fixed = features / np.sqrt(1 + _sums(features, 2, 2))
            if len(features) > 2:
                recognise(other, {"Your radius is 2 always. Use `radius`.": fixed})
        same_array(
            other,
            features / np.sqrt(1 + _sums(features, radius, radius)),
            what=f"result {given}",
            tolerance=1e-9,
            dtype=False,
        )
    return (
        "Right. For 1, 2, 2 and a radius of 1 it gives 0.408, 0.632 and 0.667, as on paper and in the layer."
    )


def _rows(got: Any, given: str) -> tuple[np.ndarray, np.ndarray]:
    """Demand two arrays of whole numbers."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise WrongAnswer(
            f"You return {type(got).__name__} {given}; two arrays are needed: rows learnt, rows tested."
        )
    learnt, tested = an_array(got[0], what="first result"), an_array(got[1], what="second result")
    for rows in (learnt, tested):
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise WrongAnswer(
                f"One of your arrays is {rows.dtype} of shape {rows.shape} {given}; row numbers are whole numbers in "
                "one row."
            )
    return learnt, tested


@exercise(
    2,
    "No row in patches of both",
    hints=[
        "With 12 rows, a cut at 4 and patches of 5: which rows does the patch around row 3 cover? Which the one around row 6?",
        "A learnt patch reaches `reach` rows beyond the last learnt row, a tested one `reach` rows before its own.",
        "Row 3 reaches 5, so the first tested patch may start at 6: its middle is 8 = 4 + 2 · 2.",
    ],
)
def rows_mended(answer: object) -> str:
    """Judge five cuts; the first tells the mistakes apart, the last leaves nothing to test."""
    function = the_function(answer, "rows_mended")
    for rows, cut, size in ((100, 40, 13), (12, 4, 5), (30, 10, 3), (9, 5, 1), (10, 4, 9)):
        given = f"for {rows} rows, a cut at {cut} and patches of {size}"
        learnt, tested = _rows(call(function, rows, cut, size, given=given), given)
        reach = size // 2
        right = np.arange(cut), np.arange(cut + 2 * reach, rows)
        if np.array_equal(learnt, right[0]) and np.array_equal(tested, right[1]):
            continue
        if np.array_equal(learnt, right[1]) and np.array_equal(tested, right[0]):
            raise WrongAnswer("The two are swapped: rows learnt come first.")
        if not np.array_equal(learnt, right[0]):
            if learnt.size < cut and np.array_equal(learnt, np.arange(learnt.size)):
                raise WrongAnswer(
                    f"You take rows from those that are learnt, {given}. They stay 0 to {cut - 1}; the gap is on the "
                    "side of the test."
                )
            raise WrongAnswer(f"The rows learnt must be 0 to {cut - 1}, {given}.")
        starts = {
            cut
            + reach: "The bug is still there: you leave room for one patch's reach, but both patches reach into "
            "the gap.",
            cut: "There is no gap at all: neighbouring patches share nearly everything.",
            cut + reach + 1: "You leave room for one patch's reach, but both patches reach into the gap.",
            cut
            + 2 * reach
            + 1: "Your gap is one row too wide. The two patches may touch as long as they share no row.",
            cut
            + size: "Your gap is one row too wide. The two patches may touch as long as they share no row.",
            cut + 2 * reach - 1: "Your gap is one row too narrow: one row is in patches of both.",
            cut
            + 2
            * size: "You leave out two whole patches. From the middle of each only its reach counts, half a patch.",
            64: "You give the rows of the chapter's head for every input. Use the arguments.",
        }
        first = int(tested[0]) if tested.size else rows
        if np.array_equal(tested, np.arange(first, rows)):
            for start, message in starts.items():
                if first == start:
                    raise WrongAnswer(f"{message} (Yours starts at row {first}, {given}.)")
        if tested.size and tested[-1] < rows - 1:
            raise WrongAnswer(
                f"Your last tested row is {tested[-1]}, {given}. Beyond the last row the slice is mirrored, so all rows up "
                f"to {rows - 1} can be tested."
            )
        raise WrongAnswer(
            f"Your tested rows start at {first}, {given}. That isn't the first row that is free."
        )
    return "Right. With patches of 13, twelve rows between are enough."


TABLE = np.array([[50.0, 2, 3, 0], [4, 20, 6, 1], [1, 5, 80, 9], [0, 2, 7, 60]])


@exercise(
    3,
    "Dice of each class from a table",
    hints=[
        "How many voxels of class 1 do reference and answer share? How many has each alone?",
        "Shared is `table[k, k]`. The reference has the sum of row k, the answer the sum of column k.",
        "`np.diag(table)` gives what is shared of all classes at once, `table.sum(axis=1)` the row sums.",
    ],
)
def dice_of(answer: object) -> str:
    """Judge a table of four classes, then one of two and one whose answer lacks a class."""
    function = the_function(answer, "dice_of")
    got = call(function, TABLE, given="for a table of four classes")
    shared, rows, columns = np.diag(TABLE), TABLE.sum(axis=1), TABLE.sum(axis=0)
    right = 2 * shared / (rows + columns)
    recognise(
        got,
        {
            "That is one number for all classes, the accuracy.": shared.sum() / TABLE.sum(),
            "That is the mean over the classes. One Dice for each was asked for.": right.mean(),
        },
    )
    recognise(
        an_array(got),
        {
            "The 2 is missing: two equal maps would have a Dice of one half.": right / 2,
            "That is the share of the reference that was found, the sensitivity. Dice counts what was named too much as "
            "well.": shared / rows,
            "That is the share of the answer that is right. Dice counts what was missed as well.": shared
            / columns,
            "That is Jaccard: shared divided by the union. Dice is twice the shared, divided by the sum of both.": shared
            / (rows + columns - shared),
            "Background is left out. It is class 0, and a Dice of each class was asked for.": right[1:],
            "You divide by all voxels of the table.": shared / TABLE.sum(),
            "You divide by all voxels of the table; each class has its own two sums.": 2
            * shared
            / TABLE.sum(),
            "That is the mean of sensitivity and of the share that is right. It rewards one that is high "
            "alone. Divide twice the shared by the sum of row and column.": (shared / rows + shared / columns)
            / 2,
        },
    )
    same_array(got, right, tolerance=1e-9, dtype=False)
    for table in (np.array([[3.0, 1], [2, 4]]), np.array([[5.0, 0, 1], [2, 0, 3], [0, 0, 4]])):
        given = f"for a table of {len(table)} classes"
        expected = 2 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))
        with np.errstate(invalid="ignore", divide="ignore"):
            other = an_array(call(function, table, given=given))
        if other.dtype.kind == "f" and np.isnan(other).any():
            raise WrongAnswer(
                f"One Dice is nan, {given}: a class that is never named has the column sum 0, and a share of what was "
                "named is 0/0 then. Add the two sums before you divide."
            )
        same_array(
            other,
            expected,
            what=f"result {given}",
            tolerance=1e-9,
            dtype=False,
        )
    return "Right. It is what `dice_per_class` counts from the maps themselves."
