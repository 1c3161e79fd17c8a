"""Known wrong answers of chapter 00, the tour: each is real code and gets its own message."""

from exercise_cases import exercise_tests

FILLS = "def solidity(lesion, hull):\n    return {}"
AREA = "def dark_area(image, threshold, spacing):\n    dark = image {}\n    return dark.sum() * {}"
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
        (FILLS.format("hull[lesion].mean()"), "always 1"),
    ],
    "start_here.2": [
        (AREA.format("> threshold", "spacing[0]"), "Nothing has changed"),
        (AREA.format("> threshold", "spacing[0] * spacing[1]"), "you measure the bright part"),
        (AREA.format("<= threshold", "spacing[0]"), "The side is right now"),
        (AREA.format("<= threshold", "spacing[0] ** 2"), "squared the height"),
        (AREA.format("<= threshold", "spacing[1] ** 2"), "squared the width"),
        (AREA.format("< threshold", "spacing[0] * spacing[1]"), "at the threshold itself"),
        (AREA.format("<= threshold", "sum(spacing)"), "added height and width"),
        (AREA.format("<= threshold", "1"), "number of pixels"),
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
        (SHARE.format("return (calls[truth == 1] == 1).mean()"), "Use `malignant`"),
    ],
}

test_exercise = exercise_tests("start_here", WRONG)
