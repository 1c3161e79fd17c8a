"""Known wrong answers of chapter 03, KNN smoothing: each is real code and gets its own message."""

from exercise_cases import exercise_tests

ONE = """
def knn_window(window, k):
    flat = window.astype(float).ravel()
    centre = flat[flat.size // 2]
    {body}
"""
MANY = """
def smooth_mended(image, size, k):
    padded = np.pad(image{kind}, size // 2{mode})
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
    flat = windows.reshape(*image.shape, -1)
    distance = np.abs(flat - image[..., None])
    nearest = np.argsort(distance, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(flat, nearest, axis=-1).mean(axis=-1)
"""

WRONG = {
    "knn_smoothing.1": [
        (
            ONE.format(
                body="others = np.delete(flat, flat.size // 2)\n"
                "    return others[np.argsort(abs(others - centre))][:k].mean()"
            ),
            "doesn't count the centre",
        ),
        (ONE.format(body="return np.sort(flat)[:k].mean()"), "K smallest values"),
        (ONE.format(body="return flat.mean()"), "K is not used"),
        (
            ONE.format(body="return flat[np.argsort(abs(flat - centre), kind='stable')][: k + 1].mean()"),
            "not an extra one",
        ),
        (
            ONE.format(body="return flat[np.argsort(abs(flat - centre), kind='stable')][:k].mean()"),
            "order of the window.",
        ),
        (
            ONE.format(body="d = abs(flat - centre)\n    return flat[d <= np.sort(d)[k - 1]].mean()"),
            "number of values up to the K-th",
        ),
        (
            ONE.format(body="return float(np.round(flat[np.argsort(abs(flat - centre))][:k].mean()))"),
            "You got 5",
        ),
        (
            ONE.format(body="return int(flat[np.argsort(abs(flat - centre), kind='stable')][:k].mean())"),
            "cut the decimals off: 4.75",
        ),
        (ONE.format(body="pass"), "returned None"),
        (
            """
def knn_window(window, k):
    window = window.astype(float)
    distance = abs(window - window[1, 1])
    t = np.sort(distance.ravel())[k - 1]
    near, tied = window[distance < t], window[distance == t]
    return (near.sum() + (k - near.size) * tied.mean()) / k
""",
            "3 × 3 alone",
        ),
    ],
    "knn_smoothing.2": [
        (MANY.format(kind="", mode=""), "Nothing has changed"),
        (MANY.format(kind="", mode=', mode="symmetric"'), "The border is right now"),
        (MANY.format(kind=".astype(float)", mode=""), "The differences are right now"),
        (MANY.format(kind=".astype(float)", mode=', mode="reflect"'), "leaves it out"),
        (MANY.format(kind=".astype(float)", mode=', mode="wrap"'), "wrapped the image around"),
        (
            """
def smooth_mended(image, size, k):
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), (size, size))
    return windows.mean(axis=(2, 3))
""",
            "lost its border",
        ),
        (MANY.format(kind=".astype(float)", mode=', mode="edge"'), "repeat the edge pixel outwards"),
        (
            MANY.format(kind=".astype(float)", mode=', mode="symmetric"').replace(
                ".mean(axis=-1)", ".mean(axis=-1).round()"
            ),
            "You rounded. The mean",
        ),
        (MANY.format(kind=".astype(float)", mode=', mode="symmetric"').replace(":k]", ":5]"), "Use `k`"),
        (
            MANY.format(kind=".astype(float)", mode=', mode="symmetric"').replace(
                "    padded", "    size = 3\n    padded"
            ),
            "Use `size`",
        ),
    ],
    "knn_smoothing.3": [
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n    return knn_smooth(stored, 3, 5)",
            "whole stored values",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n    return knn_smooth(stored * slope, 3, 5)",
            "The intercept is missing",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n"
            "    return knn_smooth((stored + intercept) * slope, 3, 5)",
            "before multiplying",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n    return stored * slope + intercept",
            "they are not smoothed",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n"
            "    return knn_smooth(stored, 3, 5) * slope + intercept",
            "which rounds them",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n"
            "    return knn_smooth((stored * np.uint16(slope) - np.uint16(-intercept)).astype(float), 3, 5)",
            "wrapped",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n"
            "    return knn_smooth(stored * slope - intercept, 3, 5)",
            "instead of adding",
        ),
        (
            "def smoothed_hounsfield(stored, slope, intercept):\n"
            "    return knn_smooth(stored * slope + intercept, 5)",
            "with its own K",
        ),
    ],
}

test_exercise = exercise_tests("knn_smoothing", WRONG)
