"""Known wrong answers of chapter 22, integrated gradients: each is real code and gets its own message."""

from exercise_cases import exercise_tests

PATH = """
def path_values(gradient, image, baseline, steps):
    way = {way}
    found = [gradient({point}) for a in way]
    return {result}
"""


def path(
    way: str = "(np.arange(steps) + 0.5) / steps",
    point: str = "baseline + a * (image - baseline)",
    result: str = "np.mean(found, axis=0) * (image - baseline)",
) -> str:
    """Put an answer to the first exercise together."""
    return PATH.format(way=way, point=point, result=result)


WEIGHT = """
def mark_weight(values, mark):
    size = {size}
    if not np.any(values):
        return {nothing}
    return {result}
"""


def weight(
    size: str = "np.abs(values)",
    result: str = "float(size[mark].sum() / size.sum() / mark.mean())",
    nothing: str = "0.0",
) -> str:
    """Put an answer to the bug hunt together."""
    return WEIGHT.format(size=size, result=result, nothing=nothing)


def area(result: str) -> str:
    """Put an answer to the third exercise together."""
    return f"def area_under(fraction, score):\n    width = np.diff(fraction)\n    return {result}"


WRONG = {
    "integrated_gradients.1": [
        (path(result="gradient(image) * (image - baseline)"), "at the image alone"),
        (path(result="np.mean(found, axis=0)"), "distance is missing"),
        (path(result="np.sum(found, axis=0) * (image - baseline)"), "add the gradients up"),
        (path(way="np.arange(steps) / steps"), "left rule"),
        (path(way="(np.arange(steps) + 1) / steps"), "right rule"),
        (path(way="np.linspace(0, 1, steps)"), "np.linspace"),
        (path(point="a * image"), "Your points run from 0"),
        (path(point="a * image", result="np.mean(found, axis=0) * image"), "start at 0"),
        (path(result="np.mean(found, axis=0) * image"), "multiply by the image"),
        (path(result="np.mean(found, axis=0) * (baseline - image)"), "signs are turned round"),
        (path(result="np.mean(found) * (image - baseline)"), "axis=0"),
        (path(result="abs(np.mean(found, axis=0) * (image - baseline))"), "Their sign says"),
        (
            path(
                way="np.linspace(0, 1, steps + 1)",
                result="np.trapezoid(found, axis=0) / steps * (image - baseline)",
            ),
            "trapezoid rule",
        ),
        (path(way="[0.5]"), "one point in the middle"),
        (path(way="(np.arange(3) + 0.5) / 3"), "3 steps always"),
        (path(result="np.sum(np.mean(found, axis=0) * (image - baseline))"), "a float64; a NumPy array"),
        (path(result="[1, 2, 3]"), "a list; a NumPy array"),
    ],
    "integrated_gradients.2": [
        ("def mark_weight(values, mark):\n    return mark_weight_buggy(values, mark)", "still there"),
        (weight(size="values"), "still cancel"),
        (weight(result="abs(values[mark].sum()) / size.sum()"), "size of the sum"),
        (weight(result="abs(values[mark].sum()) / abs(values.sum()) / mark.mean()"), "size of each sum"),
        (weight(result="size[mark].sum() / size.sum()"), "You return the share"),
        (weight(result="size[mark].sum() / size.sum() / mark.sum()"), "number of the mark's pixels"),
        (weight(result="size[mark].sum() / size.sum() * mark.mean()"), "You multiply by the mark's share"),
        (weight(result="size[mark].sum() / size.sum() / mark.sum() * len(mark)"), "map's rows"),
        (weight(result="abs(values[mark].sum()) / size.sum() / mark.mean()"), "On the mark, for and against"),
        (
            weight(
                result="size[mark].sum() / size.sum() / mark.mean() if values[mark].sum() else 0.0",
            ),
            "where 3 and −3 lie on the mark",
        ),
        (
            weight(
                result="size[mark].sum() / size.sum() / mark.mean() if values.sum() else 0.0",
            ),
            "adds up to 0",
        ),
        (weight(size="np.maximum(values, 0)"), "positive values alone"),
        (weight(size="values**2"), "You square"),
        (weight(result="size[mark].sum() / size[~mark].sum() / mark.mean()"), "rest of the map"),
        (weight(result="size[~mark].sum() / size.sum() / (~mark).mean()"), "beside the mark"),
        (weight(nothing="np.float64(np.nan)"), "0/0"),
    ],
    "integrated_gradients.3": [
        (area("score.mean()"), "mean of the scores"),
        (area("np.mean((score[1:] + score[:-1]) / 2)"), "equally wide"),
        (area("width @ score[:-1]"), "left height"),
        (area("width @ score[1:]"), "right height"),
        (area("np.sum(width * (score[1:] + score[:-1]))"), "Take their mean"),
        (area("np.sum(np.diff(score) * (fraction[1:] + fraction[:-1]) / 2)"), "swapped"),
        (area("-np.sum(width * (score[1:] + score[:-1]) / 2)"), "negative"),
        (area("1 - np.sum(width * (score[1:] + score[:-1]) / 2)"), "above the curve"),
        (area("width @ np.maximum(score[1:], score[:-1])"), "higher end"),
        (area("width @ np.minimum(score[1:], score[:-1])"), "lower end"),
        (area("np.trapezoid(score, fraction)"), "You call trapezoid"),
        (
            area("width @ np.convolve(np.sort(score)[::-1], [0.5, 0.5], 'valid')"),
            "You sort",
        ),
        (area("np.sum(width[:-1] * (score[1:-1] + score[:-2]) / 2)"), "last piece"),
        (area("np.sum(width[1:] * (score[2:] + score[1:-1]) / 2)"), "first piece"),
        (
            area("np.sum((fraction - np.roll(fraction, 1)) * (score + np.roll(score, 1)) / 2)"),
            "join the last point",
        ),
        (area("width * (score[1:] + score[:-1]) / 2"), "one number is needed"),
    ],
}

test_exercise = exercise_tests("integrated_gradients", WRONG)
