"""Checks of chapter 22, integrated gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

Numbers = NDArray[np.float64]
Gradient = Callable[[Numbers], Numbers]


def _cubic(point: Numbers) -> Numbers:
    """Give the gradient of a·b·c + a³ at (a, b, c); no two of its entries are alike."""
    a, b, c = point
    return np.array([b * c + 3 * a**2, a * c, a * b])


def _ceiling(point: Numbers) -> Numbers:
    """Give the gradient of the chapter's min(1, w·x)."""
    w = np.array([0.6, 0.4, -0.2])
    return w * (w @ point < 1)


def _along(gradient: Gradient, image: Numbers, baseline: Numbers, steps: int, shift: float = 0.5) -> Numbers:
    """Give the mean gradient at the points (k + shift)/steps of the way."""
    points = [baseline + (k + shift) / steps * (image - baseline) for k in range(steps)]
    return np.asarray(np.mean([gradient(point) for point in points], axis=0))


IMAGE, BASELINE = np.array([2.0, 1.0, -1.5]), np.array([0.5, -1.0, 0.25])


@exercise(
    1,
    "Gradients along a path",
    hints=[
        "The points of the middle rule lie at (k + ½)/steps of the way from the baseline to the image, k = 0, 1, …",
        "A point is `baseline + a * (image - baseline)`. Take the mean of the gradients over the points, then multiply by "
        "the distance that each pixel went.",
        "`way = (np.arange(steps) + 0.5) / steps`; a list of `gradient(baseline + a * (image - baseline))` for `a` in "
        "`way`; its `np.mean(…, axis=0) * (image - baseline)`.",
    ],
)
def path_values(answer: object) -> str:
    """Judge a cubic with a baseline that isn't 0, then the chapter's own example."""
    values = the_function(answer, "path_values")
    given = "for a cubic of three pixels and 3 steps"
    got = an_array(call(values, _cubic, IMAGE, BASELINE, 3, given=given))
    if got.shape == ():
        raise WrongAnswer("You return one number, the sum perhaps. One value for each pixel is needed.")
    way = IMAGE - BASELINE
    mean = _along(_cubic, IMAGE, BASELINE, 3)
    right = mean * way
    from_zero = _along(_cubic, IMAGE, np.zeros(3), 3)
    recognise(
        got,
        {
            "You took the gradient at the image alone. Take it at points all along the way.": _cubic(IMAGE)
            * way,
            "The distance is missing: multiply the mean gradient by image minus baseline.": mean,
            "You add the gradients up. Take their mean: divide by the number of steps.": 3 * right,
            "That is the left rule: your points begin at the baseline. The middle rule takes (k + ½)/steps.": (
                _along(_cubic, IMAGE, BASELINE, 3, 0.0) * way
            ),
            "That is the right rule: your points end at the image. The middle rule takes (k + ½)/steps.": (
                _along(_cubic, IMAGE, BASELINE, 3, 1.0) * way
            ),
            "Your points run from 0 to the image. The path starts at the baseline.": from_zero * way,
            "Your path and your distance start at 0. Use the baseline in both.": from_zero * IMAGE,
            "You multiply by the image. The distance is image minus baseline.": mean * IMAGE,
            "Your signs are turned round: the distance is image minus baseline.": -right,
            "You took the gradient at one point in the middle. Take it at `steps` points.": (
                _along(_cubic, IMAGE, BASELINE, 1) * way
            ),
            "You average over steps and pixels at once. np.mean(…, axis=0) keeps one mean for each pixel.": (
                float(mean.mean()) * way
            ),
            "You took the size of the values. Their sign says for or against: keep it.": np.abs(right),
            "That is the trapezoid rule. The middle rule takes the point in the middle of each step.": (
                np.trapezoid([_cubic(BASELINE + a * way) for a in np.linspace(0, 1, 4)], axis=0) / 3 * way
            ),
            "Both ends are among your points, as in np.linspace(0, 1, steps). The middle rule has neither.": (
                np.mean([_cubic(BASELINE + a * way) for a in np.linspace(0, 1, 3)], axis=0) * way
            ),
        },
    )
    same_array(got, right, what="array of values", tolerance=1e-9, dtype=False)
    for image, baseline, steps in (
        (np.array([2.0, 1.0, 1.0]), np.zeros(3), 4),
        (IMAGE, BASELINE, 1),
        (BASELINE, IMAGE, 5),
    ):
        gradient = _ceiling if steps == 4 else _cubic
        given = f"for {steps} step{'s' * (steps > 1)}"
        other = an_array(call(values, gradient, image, baseline, steps, given=given))
        recognise(other, {"You give the same values whatever the input. Use the arguments.": right})
        expected = _along(gradient, image, baseline, steps) * (image - baseline)
        recognise(
            other, {f"You take 3 steps always; {steps} were asked for.": (
                _along(gradient, image, baseline, 3) * (image - baseline)
            )},
        )  # fmt: skip
        same_array(other, expected, what=f"array of values {given}", tolerance=1e-9, dtype=False)
    return "Right. For the image (2, 1, 1) four steps give 0.9, 0.3 and −0.15, as on paper."


# Twelve pixels of which five are marked: chosen so that no two mistakes give the same number.
VALUES = np.array([[1.0, -4.0, 2.5, 0.25], [0.5, -1.0, 3.0, -2.0], [1.5, 0.75, -0.5, 2.0]])
MARK = np.array([[False, True, True, False], [False, True, False, True], [False, False, True, False]])


def _weight(values: Numbers, mark: NDArray[np.bool_]) -> float:
    size = np.abs(values)
    return float(size[mark].sum() / size.sum() / mark.mean()) if size.any() else 0.0


@exercise(
    2,
    "The weight of a mark",
    hints=[
        "3 and −3 on the mark add up to 0. Which function takes the sign away?",
        "Take np.abs of the map first. Then share of the map on the mark, divided by share of the pixels under the mark.",
        "`size = np.abs(values)`; where `size.sum()` is 0 return 0.0; else `size[mark].sum() / size.sum() / mark.mean()`.",
    ],
)
def mark_weight(answer: object) -> str:
    """Judge a small map whose sums tell the mistakes apart, then others, at last a map of zeros."""
    weight = the_function(answer, "mark_weight")
    given = "for a map of 3 × 4 with a mark of five pixels"
    got = call(weight, VALUES, MARK, given=given)
    size = np.abs(VALUES)
    right, share = _weight(VALUES, MARK), float(size[MARK].sum() / size.sum())
    signed = float(VALUES[MARK].sum() / VALUES.sum())
    raised = np.maximum(VALUES, 0)
    recognise(
        got,
        {
            "The bug is still there: pixels for and pixels against cancel each other.": signed,
            "Pixels for and against still cancel. Take the size before you add up.": signed / MARK.mean(),
            "You take the size of the sum. Take the sum of the sizes.": abs(VALUES[MARK].sum()) / size.sum(),
            "You take the size of each sum. Take the sum of the sizes.": abs(signed) / MARK.mean(),
            "You return the share of the map. Divide it by the share of the pixels that the mark covers.": share,
            "You divide by the number of the mark's pixels. Divide by their share of all pixels.": (
                share / MARK.sum()
            ),
            "You count the map's rows. Its pixels are needed: mark.size, or take mark.mean().": (
                share / MARK.sum() * len(MARK)
            ),
            "On the mark, for and against cancel before you take the size. Take the size of each pixel.": (
                abs(VALUES[MARK].sum()) / size.sum() / MARK.mean()
            ),
            "You multiply by the mark's share of the pixels. Divide by it.": share * MARK.mean(),
            "You count the positive values alone. What speaks against counts as well.": float(
                raised[MARK].sum() / raised.sum() / MARK.mean()
            ),
            "You square the values. Their size is enough: np.abs.": float(
                (VALUES**2)[MARK].sum() / (VALUES**2).sum() / MARK.mean()
            ),
            "You hold the mark against the rest of the map. Hold it against the whole map.": float(
                size[MARK].sum() / size[~MARK].sum() / MARK.mean()
            ),
            "That is the weight of the places beside the mark.": _weight(VALUES, ~MARK),
        },
        tolerance=1e-9,
    )
    same_number(got, right, what="weight", given=given, tolerance=1e-9)
    cancelling = {
        "for the array above, where 3 and −3 lie on the mark": ([[0.0, 3.0], [1.0, -3.0]], [[0, 1], [0, 1]]),
        "for a map that adds up to 0, [[2, −2], [1, −1]]": ([[2.0, -2.0], [1.0, -1.0]], [[1, 0], [0, 0]]),
    }
    for given, (map_, where) in cancelling.items():
        values, mark = np.array(map_), np.array(where, bool)
        other = call(weight, values, mark, given=given)
        recognise(other, {f"You return 0 {given}. A sum of 0 isn't an empty map: their sizes count.": 0.0})
        same_number(other, _weight(values, mark), what="weight", given=given, tolerance=1e-9)
    rng = np.random.default_rng(22)
    for shape in ((2, 2), (5, 4)):
        values = rng.normal(size=shape)
        mark = np.zeros(shape, bool)
        mark[:, -1] = True
        given = f"for a map of {shape[0]} × {shape[1]}"
        other = call(weight, values, mark, given=given)
        recognise(other, {"You give the same weight for every map. Use the arguments.": right})
        same_number(other, _weight(values, mark), what="weight", given=given, tolerance=1e-9)
    given = "for a map that is 0 everywhere"
    with np.errstate(all="ignore"):
        nothing = call(weight, np.zeros((2, 2)), np.eye(2, dtype=bool), given=given)
    if isinstance(nothing, float | np.floating) and np.isnan(nothing):
        raise WrongAnswer("A map that is 0 everywhere gives 0/0 in yours. Return 0 for it.")
    same_number(nothing, 0.0, what="weight", given=given, tolerance=1e-9)
    return (
        "Right. A network that looks at nothing but a mark gets 1 divided by the mark's share of the picture."
    )


# Rises, falls, rises and falls, so that left, right, higher and lower ends give different areas.
FRACTION, SCORE = np.array([0.0, 0.125, 0.5, 0.7, 1.0]), np.array([0.6, 0.9, 0.2, 0.35, 0.1])
LIBRARY = {"trapezoid", "trapz", "cumulative_trapezoid", "auc", "simpson"}


@exercise(
    3,
    "The area under a curve",
    hints=[
        "A trapezoid's area is its width times the mean of its two heights.",
        "The widths are `np.diff(fraction)`; the heights at the left are `score[:-1]`, at the right `score[1:]`.",
        "`np.sum(np.diff(fraction) * (score[1:] + score[:-1]) / 2)`.",
    ],
)
def area_under(answer: object) -> str:
    """Judge a curve with unequal steps, then two others."""
    area = the_function(answer, "area_under")
    if called := LIBRARY & set(getattr(getattr(answer, "__code__", None), "co_names", ())):
        raise WrongAnswer(f"You call {sorted(called)[0]}. Here you add the trapezoids up yourself.")
    given = "for a curve of five points"
    got = call(area, FRACTION, SCORE, given=given)
    width = np.diff(FRACTION)

    def trapezoids(x: Numbers, y: Numbers) -> float:
        return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))

    right = trapezoids(FRACTION, SCORE)
    recognise(
        got,
        {
            "That is the mean of the scores. The points don't lie at equal distances.": float(SCORE.mean()),
            "You take all steps for equally wide. Use the widths: np.diff(fraction).": float(
                np.mean((SCORE[1:] + SCORE[:-1]) / 2)
            ),
            "You take the left height of each piece. A trapezoid has the mean of both.": float(
                width @ SCORE[:-1]
            ),
            "You take the right height of each piece. A trapezoid has the mean of both.": float(
                width @ SCORE[1:]
            ),
            "You take the higher end of each piece. A trapezoid has the mean of both.": float(
                width @ np.maximum(SCORE[1:], SCORE[:-1])
            ),
            "You take the lower end of each piece. A trapezoid has the mean of both.": float(
                width @ np.minimum(SCORE[1:], SCORE[:-1])
            ),
            "You sort the scores. They belong to their places: leave the order.": trapezoids(
                FRACTION, np.sort(SCORE)[::-1]
            ),
            "The last piece is missing.": trapezoids(FRACTION[:-1], SCORE[:-1]),
            "The first piece is missing.": trapezoids(FRACTION[1:], SCORE[1:]),
            "You join the last point to the first, as `fraction[i - 1]` does at i = 0. Begin at i = 1.": (
                right - float(FRACTION[-1] - FRACTION[0]) * float(SCORE[0] + SCORE[-1]) / 2
            ),
            "You add both heights. Take their mean: divide by 2.": 2 * right,
            "The two are swapped: `fraction` is the width, `score` the height.": trapezoids(SCORE, FRACTION),
            "Your widths are negative. Right minus left.": -right,
            "That is the area above the curve.": 1 - right,
        },
    )
    same_number(got, right, what="area", given=given, tolerance=1e-9)
    for x, y in (
        (np.linspace(0, 1, 6), np.array([0.9, 0.9, 0.8, 0.3, 0.3, 0.0])),
        (np.array([0.0, 1.0]), np.array([0.4, 0.6])),
    ):
        given = f"for a curve of {len(x)} points"
        other: Any = call(area, x, y, given=given)
        recognise(other, {"You give the same area for every curve. Use the arguments.": right})
        same_number(other, trapezoids(x, y), what="area", given=given, tolerance=1e-9)
    return "Right. It is the sum that the areas of this chapter and of the ROC curve are made of."
