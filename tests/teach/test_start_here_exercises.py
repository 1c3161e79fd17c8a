"""Known wrong answers of chapter 00, the tour: each is real code and gets its own message."""

import numpy as np
import pytest
from exercise_cases import exercise_tests

from mediedu.teach import check
from mediedu.teach.exercises import start_here

FILLS = "def solidity(lesion):\n    hull = convex_hull_image(lesion)\n    return {}"
AREA = "def dark_area(image, threshold, spacing):\n    dark = image {}\n    return {}"
SHARE = "def sensitivity(truth, calls, malignant):\n    {}"

WRONG = {
    "start_here.1": [
        (FILLS.format("hull.sum() / lesion.sum()"), "Turned over"),
        (FILLS.format("(hull & ~lesion).sum() / hull.sum()"), "share that the bays take"),
        (FILLS.format("hull.sum() - lesion.sum()"), "number of pixels in the bays"),
        (FILLS.format("lesion.mean()"), "divided by the whole image"),
        (FILLS.format("hull.mean()"), "that the hull takes"),
        (FILLS.format("regionprops(lesion * 1)[0].extent"), "bounding box"),
        (FILLS.format("lesion.sum() // hull.sum()"), "drops the fraction"),
        (FILLS.format("len(lesion) / len(hull)"), "`len` counts rows"),
        (FILLS.format("100 * lesion.sum() / hull.sum()"), "80 is a percentage"),
        (FILLS.format("lesion.sum()"), "number of pixels of the lesion"),
        (FILLS.format("sum(lesion) / (1 + sum(hull))"), "`sum(mask)` counts column by column"),
        (FILLS.format("True"), "You returned True"),
        (FILLS.format("np.array([lesion.sum() / hull.sum()])"), "You returned 1 numbers"),
        (FILLS.format("0.8"), "for a square of 400 pixels with a bay of 40 is 0.8, which is too small"),
        (
            FILLS.format("lesion.sum(dtype=np.uint8) / hull.sum(dtype=np.uint8)"),
            "no number above 255",
        ),
        (
            FILLS.format("lesion.sum() / hull.sum() + 0 * np.logical_and(hull, 0, out=lesion).sum()"),
            "changed the",
        ),
    ],
    "start_here.2": [
        (AREA.format("> threshold", "dark.sum() * spacing[0]"), "Nothing has changed"),
        (AREA.format("> threshold", "dark.sum() * spacing[0] * spacing[1]"), "you measure the bright part"),
        (AREA.format(">= threshold", "dark.sum() * spacing[0] * spacing[1]"), "with the threshold in it"),
        (AREA.format("<= threshold", "dark.sum() * spacing[0]"), "The side is right now"),
        (AREA.format("<= threshold", "dark.sum() * spacing[1]"), "width alone"),
        (AREA.format("<= threshold", "dark.sum() * spacing[0] ** 2"), "squared the height"),
        (AREA.format("<= threshold", "dark.sum() * spacing[1] ** 2"), "squared the width"),
        (AREA.format("< threshold", "dark.sum() * spacing[0] * spacing[1]"), "at the threshold itself"),
        (AREA.format("<= threshold", "dark.sum() * sum(spacing)"), "added height and width"),
        (AREA.format("<= threshold", "dark.sum()"), "number of pixels"),
        (AREA.format("<= threshold", "image[dark].sum() * spacing[0] * spacing[1]"), "added up the grey"),
        (AREA.format("<= threshold", "image[dark].sum()"), "sum of the dark grey values"),
        (AREA.format("<= threshold", "int(dark.sum() * spacing[0] * spacing[1])"), "Rounded to whole"),
        (AREA.format("<= threshold", "dark.sum(0) * spacing[0] * spacing[1]"), "You returned 4 numbers"),
        (
            AREA.format("<= threshold", "dark.sum(dtype=np.uint8) * spacing[0] * spacing[1]"),
            "no number above 255",
        ),
        (AREA.format("<= threshold", "dark.sum() * spacing"), "Multiply by both"),
        (AREA.format("<= threshold", "dark.sum() * np.array(spacing)"), "`spacing` is two numbers"),
        (AREA.format("> threshold", "int(dark.sum()) * spacing"), "you got more than one"),
        (AREA.format("<= 40", "dark.sum() * spacing[0] * spacing[1]"), "but this one is 95"),
        (AREA.format("<= threshold", "dark.sum() * 0.15"), "pixel of one image"),
        (AREA.format("<= threshold", "1.05"), "for 400 dark pixels of 1 mm by 1 mm is 1.05"),
    ],
    "start_here.3": [
        (SHARE.format("return (truth == calls).mean()"), "share of right calls"),
        (SHARE.format("return (calls != malignant)[truth != malignant].mean()"), "called benign"),
        (SHARE.format("return (truth == malignant)[calls == malignant].mean()"), "number of malignant calls"),
        (
            SHARE.format("return ((truth == malignant) & (calls == malignant)).mean()"),
            "divided by all lesions",
        ),
        (SHARE.format("return (calls != malignant)[truth == malignant].mean()"), "share that was missed"),
        (
            SHARE.format("return (calls == malignant).sum() / (truth == malignant).sum()"),
            "A false alarm finds nobody",
        ),
        (
            SHARE.format("return ((truth == malignant) & (calls == malignant)).sum()"),
            "That is how many were found",
        ),
        (
            SHARE.format("ill = truth == malignant\n    return 100 * (calls[ill] == malignant).mean()"),
            "60 is a percentage",
        ),
        (
            SHARE.format("ill = truth == malignant\n    return (calls[ill] == malignant).sum() // ill.sum()"),
            "drops the fraction",
        ),
        (SHARE.format("return (calls[truth == 1] == 1).mean()"), "still look at class 1"),
        (SHARE.format("return calls[truth == malignant].mean()"), "average class numbers"),
        (
            SHARE.format("return (truth == malignant & calls == malignant).sum() / len(truth)"),
            "brackets are missing",
        ),
        (SHARE.format("return 3 / 5"), "where 0 means malignant is 0.6, which is too small"),
    ],
}

test_exercise = exercise_tests("start_here", WRONG)


def test_the_hulls_are_those_of_the_library() -> None:
    from skimage.morphology import convex_hull_image

    assert convex_hull_image(start_here.LESION).sum() == 10
    assert np.array_equal(convex_hull_image(start_here.STAIRS), start_here.STAIRS)


@pytest.mark.parametrize("kind", [float, np.float32, np.float64, np.asarray])
def test_right_answers_of_any_precision_pass(kind: type) -> None:
    from skimage.morphology import convex_hull_image

    answer = check("start_here.1", lambda lesion: kind(lesion.sum() / convex_hull_image(lesion).sum()))
    assert answer.passed, answer.message
    answer = check("start_here.2", lambda i, t, s: kind((i <= t).sum() * s[0] * s[1]))
    assert answer.passed, answer.message
    answer = check("start_here.3", lambda t, c, m: kind((c[t == m] == m).mean()))
    assert answer.passed, answer.message
