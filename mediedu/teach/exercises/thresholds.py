"""Checks of chapter 05, thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function


def _masks(first: str, second: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return tuple(np.array([[c == "1" for c in row] for row in m.split()]) for m in (first, second))  # type: ignore[return-value]


def _pair(got: Any, given: str) -> tuple[float, float]:
    """Give the two numbers of an answer, or say what it is instead."""
    if isinstance(got, bool | int | float | np.number) or (isinstance(got, np.ndarray) and got.size == 1):
        raise WrongAnswer(f"You returned one number {given}. Two are needed: Dice, then Jaccard.")
    try:
        if isinstance(got, str | dict | set):
            raise TypeError
        for value in got if isinstance(got, tuple | list) else ():
            if isinstance(value, str):
                raise WrongAnswer(
                    f"There is a text among your numbers {given}. Return the numbers themselves."
                )
            if np.size(value) > 1:
                raise WrongAnswer(
                    f"Your answer {given} holds {np.size(value)} numbers where one is needed. To count a whole mask, "
                    "write `mask.sum()`; `sum(mask)` and `len(mask)` go by rows."
                )
        numbers = [float(value) for value in got]
    except (TypeError, ValueError):
        what = "a text" if isinstance(got, str) else f"an object of type {type(got).__name__}"
        if isinstance(got, np.ndarray):
            what = f"an array of shape {got.shape}"
        raise WrongAnswer(
            f"You returned {what} {given}. Return Dice and Jaccard as a tuple: `return a, b`."
        ) from None
    if len(numbers) != 2:
        raise WrongAnswer(f"You returned {len(numbers)} numbers {given}. Two are needed: Dice, then Jaccard.")
    return numbers[0], numbers[1]


def _wrong(right: Any, mistakes: dict[str, Any]) -> dict[str, Any]:
    """Leave out the mistakes that give the right answer in this case."""
    return {
        message: wrong for message, wrong in mistakes.items() if not np.allclose(wrong, right, atol=1e-12)
    }


@exercise(
    1,
    "Dice and Jaccard",
    hints=[
        "Shared pixels are `first & second`; pixels in at least one mask are `first | second`. `.sum()` counts.",
        "Dice is twice the shared count over `first.sum() + second.sum()`; Jaccard is shared over either.",
        "If nothing is in either mask, return (1.0, 1.0) before you divide.",
    ],
)
def overlaps(answer: object) -> str:
    """Judge two pairs of masks, then empty ones."""
    function = the_function(answer, "overlaps")
    cases = (_masks("0110 0110 0000", "0110 0011 0011"), _masks("11111 11000", "11100 11110"))
    for at, (a, b) in enumerate(cases, 1):
        given = f"for the {'first' if at == 1 else 'second'} pair of masks"
        with np.errstate(all="ignore"):
            pair = _pair(call(function, a, b, given=given), given)
        shared, either, both = int((a & b).sum()), int((a | b).sum()), int(a.sum() + b.sum())
        right = np.array([2 * shared / both, shared / either])
        if at == 2 and np.allclose(pair, [0.6, 3 / 7]):
            raise WrongAnswer(
                "You return the first pair's numbers for every pair. Compute them from the masks."
            )
        recognise(
            np.array(pair),
            _wrong(
                right,
                {
                    "The order is turned: Dice comes first, Jaccard second.": right[::-1],
                    "The factor 2 of Dice is missing.": np.array([shared / both, right[1]]),
                    "Your Dice is twice the Jaccard. Divide by the sum of both counts: `first.sum() + second.sum()`. "
                    "(`first + second` of two boolean arrays is “or”, not a sum.)": np.array(
                        [2 * right[1], right[1]]
                    ),
                    "Your Jaccard is divided by the sum of both counts. The shared pixels count once: "
                    "`(first | second).sum()`.": np.array([right[0], shared / both]),
                    "Both numbers are Dice.": np.array([right[0], right[0]]),
                    "Both numbers are Jaccard.": np.array([right[1], right[1]]),
                    "These are counts or shares of all pixels. Divide the shared pixels by those of the masks.": np.array(
                        [2 * shared / a.size, shared / a.size]
                    ),
                    "You count a pixel as shared when both masks are false there. Only `first & second` is shared.": (
                        np.array([2 * (a == b).sum() / both, (a == b).sum() / either])
                    ),
                    "That is the share of all pixels in which the masks agree, both true or both false.": np.array(
                        [(a == b).mean(), (a == b).mean()]
                    ),
                    "You rounded. Return the numbers with all their decimals.": right.round(2),
                    "These are percent. Return shares between 0 and 1: leave out the factor 100.": 100
                    * right,
                    "Your Jaccard is D / (1 + D). From Dice D it is D / (2 − D).": np.array(
                        [right[0], right[0] / (1 + right[0])]
                    ),
                },
            ),
        )
        same_number(pair[0], float(right[0]), what="Dice", tolerance=1e-9, given=given)
        if pair[1] > pair[0] + 1e-9:
            raise WrongAnswer(
                f"Your Jaccard {given} is larger than your Dice. It never is: shared pixels over `first | second`."
            )
        same_number(pair[1], float(right[1]), what="Jaccard", tolerance=1e-9, given=given)
    empty, one = np.zeros((3, 4), dtype=bool), cases[0][0]
    try:
        with np.errstate(all="ignore"):
            pair = _pair(call(function, empty, empty, given="for two empty masks"), "for two empty masks")
    except WrongAnswer as wrong:
        if "ZeroDivisionError" in str(wrong):
            raise WrongAnswer(
                "Two empty masks made you divide by zero. Return (1.0, 1.0) before you divide."
            ) from None
        raise
    if pair != (1.0, 1.0):
        raise WrongAnswer(
            f"Two empty masks gave ({pair[0]:g}, {pair[1]:g}). They agree in every pixel: return (1.0, 1.0)."
        )
    with np.errstate(all="ignore"):
        pair = _pair(call(function, empty, one, given="for one empty mask"), "for one empty mask")
    if pair != (0.0, 0.0):
        raise WrongAnswer(
            f"One empty mask and one that isn't gave ({pair[0]:g}, {pair[1]:g}). They share nothing: (0.0, 0.0)."
        )
    return "Right. And two empty masks don't divide by zero."


def _bells(
    levels: NDArray[Any], counts: NDArray[Any], weights: NDArray[Any], means: NDArray[Any], sds: NDArray[Any]
) -> NDArray[np.float64]:
    z = (levels - means[:, None]) / sds[:, None]
    heights = weights[:, None] * np.exp(-0.5 * z * z) / sds[:, None]
    return np.asarray(counts * heights / heights.sum(axis=0))


def _em_answer(function: Callable[..., Any], *histogram: NDArray[Any], given: str) -> Any:
    """Call em_round; where shapes don't fit, say how to put a column against a row."""
    try:
        with np.errstate(all="ignore"):
            return call(function, *histogram, given=given)
    except WrongAnswer as wrong:
        if "broadcast" not in str(wrong):
            raise
        raise WrongAnswer(
            f"{wrong}. The shapes of two arrays don't fit. If one holds a number for each class and the other one "
            "for each level, make the first a column: `new_means[:, None]`."
        ) from None


@exercise(
    2,
    "One round of EM",
    hints=[
        "`pixels.sum(axis=1)` is the size of each class in pixels. The weights are the sizes over their sum.",
        "The new mean of a class is the sum of `pixels * levels` along the levels, divided by the size of the class.",
        "With `squares = (levels - new_means[:, None]) ** 2` the deviation is "
        "`np.sqrt((pixels * squares).sum(axis=1) / size)`.",
    ],
)
def em_round(answer: object) -> str:
    """Judge a histogram with two classes, then one with three."""
    function = the_function(answer, "em_round")
    rng = np.random.default_rng(5)
    for classes in (2, 3):
        levels = np.arange(20.0, 20.0 + 3 * 12, 3)
        counts = rng.integers(1, 40, levels.size).astype(float)
        weights = np.array([0.7, 0.3]) if classes == 2 else np.array([0.2, 0.5, 0.3])
        means, sds = np.linspace(26, 47, classes), np.linspace(4.0, 7.0, classes)
        given = f"for {classes} classes"
        got = _em_answer(function, levels, counts, weights, means, sds, given=given)
        if isinstance(got, np.ndarray) and got.shape == (3, classes):
            got = tuple(got)
        if not isinstance(got, tuple | list) or len(got) != 3:
            raise WrongAnswer(
                "Return three arrays: `return new_weights, new_means, new_deviations`. "
                f"You returned a {type(got).__name__}."
            )
        pixels = _bells(levels, counts, weights, means, sds)
        size = pixels.sum(axis=1)
        share = pixels / counts
        new_means = pixels @ levels / size
        around = (pixels * (levels - new_means[:, None]) ** 2).sum(axis=1) / size
        around_old = (pixels * (levels - means[:, None]) ** 2).sum(axis=1) / size
        w, m, s = (an_array(one, what=name) for one, name in zip(got, _NAMES, strict=True))
        recognise(w, {
            "These are the sizes of the classes in pixels. Divide them by their sum: weights sum to 1.": size,
            "The weights are the old ones. Compute them from `pixels`.": weights,
            "Each level counts once in your weights. Sum `pixels`, in which they all count.": (
                share.sum(axis=1) / levels.size
            ),
            "Divide the sizes by the number of pixels, `counts.sum()`, not by the number of levels.": (
                size / levels.size
            ),
            "You summed `pixels` along the classes (axis 0). Each class needs the sum along the levels: axis 1.": (
                pixels.sum(axis=0) / pixels.sum()
            ),
            "The means stand where the weights belong. The order is weights, means, deviations.": new_means,
        })  # fmt: skip
        same_array(w, size / size.sum(), what="array of weights", tolerance=1e-9, dtype=False)
        recognise(m, {
            "You divided all means by the number of all pixels. Divide each by the size of its own class.": (
                pixels @ levels / counts.sum()
            ),
            "The means aren't divided by the size of the class.": pixels @ levels,
            "Each level counts once in your means, however many pixels it has. Use `pixels`.": (
                share @ levels / share.sum(axis=1)
            ),
            "The means are the old ones. Compute them from `pixels`.": means,
            "You took the plain mean of `pixels * levels` along the levels. Divide their sum by the class's size.": (
                (pixels * levels).mean(axis=1)
            ),
            "The deviations stand where the means belong. The order is weights, means, deviations.": np.sqrt(around),
        })  # fmt: skip
        same_array(m, new_means, what="array of means", tolerance=1e-9, dtype=False)
        recognise(s, {
            "That is the variance. The deviation is its root.": around,
            "You measured the spread around the old means. Take the new ones.": np.sqrt(around_old),
            "That is the variance around the old means. Take the new ones, and then the root.": around_old,
            "You divided by the size minus 1. Divide by the size itself.": np.sqrt(around * size / (size - 1)),
            "You divided all spreads by the number of all pixels. Divide each by the size of its own class.": (
                np.sqrt(around * size / counts.sum())
            ),
            "You took the root first and divided then. Divide by the size, then take the root.": (
                np.sqrt(around * size) / size
            ),
            "That is the mean distance from the mean. Square the distances; the root of their mean is the deviation.": (
                (pixels * abs(levels - new_means[:, None])).sum(axis=1) / size
            ),
            "The spread isn't divided by the size of the class.": np.sqrt(around * size),
            "`pixels.std` is the spread of the numbers in `pixels`. Needed is that of the grey levels, each level "
            "counted as often as it has pixels.": pixels.std(axis=1),
            "The deviations are the old ones. Compute them from `pixels`.": sds,
        })  # fmt: skip
        same_array(s, np.sqrt(around), what="array of deviations", tolerance=1e-9, dtype=False)
    return "Right. Repeat it until nothing moves, and you have EM."


_NAMES = ("array of weights", "array of means", "array of deviations")


@exercise(
    3,
    "Volume of a tissue",
    hints=[
        "One voxel is as large as the product of its three spacings, in mm³.",
        "`(labels == tissue).sum()` counts the voxels of the tissue.",
        "Count times `np.prod(spacing)`, divided by 1000.",
    ],
)
def tissue_volume(answer: object) -> str:
    """Judge two label volumes with unequal spacings, and a tissue that is not there."""
    function = the_function(answer, "tissue_volume")
    rng = np.random.default_rng(6)
    cases = (
        (rng.integers(0, 4, (20, 24, 22)).astype(np.uint8), (3.0, 0.8, 0.9), 2),
        (rng.integers(0, 4, (26, 21, 17)).astype(np.uint8), (1.5, 1.1, 0.7), 1),
    )
    first = np.nan
    for at, (labels, spacing, tissue) in enumerate(cases, 1):
        given = f"for the {'first' if at == 1 else 'second'} volume"
        got = call(function, labels, spacing, tissue, given=given)
        count, voxel = int((labels == tissue).sum()), float(np.prod(spacing))
        if isinstance(got, np.ndarray) and got.ndim > 0:
            raise WrongAnswer("You returned an array. One number is needed: the volume in ml.")
        if at == 2 and np.size(got) == 1 and np.allclose(got, first):
            raise WrongAnswer(
                "You return the first volume's number for every volume. Compute it from the arguments."
            )
        first = count * voxel / 1000
        z, y, x = spacing
        right = count * voxel / 1000
        recognise(got, _wrong(right, {
            "That is in mm³. 1 ml is 1000 mm³.": count * voxel,
            "That is the number of voxels. Each one has a volume, the product of its three spacings.": count,
            "That is the number of voxels over 1000. A voxel isn't 1 mm³ here: multiply the three spacings.": (
                count / 1000
            ),
            "You counted every label above 0. Count the voxels equal to `tissue`.": (
                (labels > 0).sum() * voxel / 1000
            ),
            "You took the volume of all voxels. Count those equal to `tissue`.": labels.size * voxel / 1000,
            "You summed the labels, so each voxel counts as often as its label says. Count the voxels.": (
                labels[labels == tissue].sum(dtype=float) * voxel / 1000
            ),
            "You counted the labels from `tissue` upwards. Count those equal to `tissue`.": (
                (labels >= tissue).sum() * voxel / 1000
            ),
            "You added the spacings. A voxel's volume is their product.": count * (z + y + x) / 1000,
            "That is an area times a count: the spacing along z, the slice distance, is missing.": (
                count * y * x / 1000
            ),
            "The spacing along x is missing.": count * z * y / 1000,
            "The spacing along y is missing.": count * z * x / 1000,
            "You divided by a voxel's volume. Multiply by it.": count / voxel / 1000,
            "You counted in the first slice only. Count in the whole volume.": (
                (labels[0] == tissue).sum() * voxel / 1000
            ),
            "`len` counts slices. `.sum()` of a mask counts its voxels.": len(labels) * voxel / 1000,
            "You always measure label 1. Use `tissue`.": (labels == 1).sum() * voxel / 1000,
            "You took one spacing three times. Each axis has its own.": count * z**3 / 1000,
            "You took the last spacing three times. Each axis has its own.": count * x**3 / 1000,
            "1 ml is 1000 mm³ (a cube of 10 mm), not 100.": count * voxel / 100,
            "1 ml is 1000 mm³ (a cube of 10 mm), not 10.": count * voxel / 10,
            "1 ml is 1000 mm³; a million mm³ are a litre.": count * voxel / 1e6,
            "You multiplied by 1000. A millilitre is larger than a cubic millimetre: divide.": (
                count * voxel * 1000
            ),
            "You always measure label 2. Use `tissue`.": (labels == 2).sum() * voxel / 1000,
            "You cut off the decimals. Return the volume with all of them.": int(right),
            "Your count ran over: 8 bits hold no number above 255. Let NumPy count in its own type.": (
                count % 256 * voxel / 1000
            ),
        }))  # fmt: skip
        for places in range(4):
            recognise(got, {"You rounded. Return the volume with all its decimals.": round(right, places)})
        same_number(got, right, what="volume", tolerance=1e-9, given=given)
    nowhere = call(function, cases[0][0], (1.0, 1.0, 1.0), 7, given="for a tissue that doesn't occur")
    same_number(nowhere, 0.0, what="volume", given="for a tissue that doesn't occur")
    return "Right. A voxel is as large as its three spacings say."
