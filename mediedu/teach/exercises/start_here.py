"""Checks of chapter 00, the tour from pixels to a diagnosis."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import call, recognise, same_number, the_function

# A triangle with a step missing: 8 pixels in a hull of 10, in a box of 16, in an image of 30.
LESION = np.zeros((5, 6), dtype=bool)
LESION[:4, :4] = [[1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]]
STAIRS = np.zeros((5, 6), dtype=bool)
STAIRS[:4, :4] = np.tri(4, dtype=bool)

# 4 pixels below 40, 3 at 40 and 5 above it, so that <, <=, > and >= all count differently.
FILM = np.array([[10, 20, 40, 200], [20, 40, 55, 210], [35, 95, 40, 230]], dtype=np.uint8)

TRUTH = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
CALLS = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
OTHER_TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
OTHER_CALLS = np.array([0, 0, 0, 1, 1, 1, 1, 1, 0, 1])


@exercise(
    1,
    "Solidity of a lesion",
    hints=[
        "The hull is a mask too: `convex_hull_image(lesion)`. Which of the two masks holds more pixels?",
        "A boolean mask counts its pixels with `mask.sum()`.",
        "Divide the pixels of the lesion by the pixels of the hull, with `/`.",
    ],
)
def solidity(answer: object) -> str:
    """Judge a small shape, one of several hundred pixels, and one without bays."""
    fills = the_function(answer, "solidity")
    given = "for a lesion of 8 pixels in a hull of 10"
    got = _one_number(call(fills, LESION, given=given), given)
    recognise(
        got,
        {
            "Turned over: you divided the hull by the lesion. A solidity is never above 1.": 10 / 8,
            "That is the share that the bays take. Solidity is the share that the lesion fills.": 2 / 10,
            "That is the number of pixels in the bays. Divide the two counts instead.": 2.0,
            "You divided by the whole image. The lesion shall be compared with its hull.": LESION.mean(),
            "That is the share of the image that the hull takes. The lesion is not in it.": 10 / 30,
            "You divided by the bounding box. The hull is smaller: a rubber band, not a box.": 8 / 16,
            "0 for a lesion that fills most of its hull: `//` drops the fraction. Use `/`.": 0.0,
            "1 would mean a lesion without bays, and this one has some. Count the pixels of both masks with "
            "`.sum()`; `len` counts rows.": 1.0,
            "80 is a percentage. Return the share itself, a number from 0 to 1.": 80.0,
            "That is the number of pixels of the lesion. Divide it by the pixels of the hull.": 8.0,
        },
    )
    same_number(got, 0.8, tolerance=1e-9, given=given)
    square = np.ones((20, 20), dtype=bool)
    square[:10, 8:12] = False
    given = "for a square of 400 pixels with a bay of 40"
    got = _one_number(call(fills, square, given=given), given)
    wrapped = "`uint8` holds no number above 255, so your count wrapped. Count with `.sum()` as it is."
    recognise(got, {wrapped: (360 % 256) / (400 % 256)})
    same_number(got, 0.9, tolerance=1e-9, given=given)
    given = "for a shape without bays"
    same_number(_one_number(call(fills, STAIRS, given=given), given), 1.0, tolerance=1e-9, given=given)
    return "Right. 8 of 10 pixels are 0.8, and a shape without bays has 1."


@exercise(
    2,
    "Two bugs in an area",
    hints=[
        "Try it on a small image of which you know the answer: how many pixels are dark?",
        "Which side of the threshold is dark? And how large is a pixel of 0.5 mm by 0.3 mm?",
        "Dark is `image <= threshold`. A pixel covers `spacing[0] * spacing[1]` square millimetres.",
    ],
)
def dark_area(answer: object) -> str:
    """Judge an image with pixels at the threshold itself and with oblong pixels."""
    area = the_function(answer, "dark_area")
    given = "for pixels of 0.5 mm by 0.3 mm"
    got = call(area, FILM, 40, (0.5, 0.3), given=given)
    if _repeats(got, (0.5, 0.3)):
        raise WrongAnswer(
            "`spacing` is two numbers, so you got more than one. Multiply by both: `spacing[0] * spacing[1]`."
        )
    got = _one_number(got, given)
    above, dark, below = (int(one.sum()) for one in (FILM > 40, FILM <= 40, FILM < 40))
    grey = int(FILM[FILM <= 40].sum())
    recognise(
        got,
        {
            "Nothing has changed: bright pixels are counted, and a length stands for an area.": above * 0.5,
            "The area of a pixel is right now. One bug is left: you measure the bright part.": above * 0.15,
            "That is still the bright part, now with the threshold in it. Dark is the other side.": (
                (above + dark - below) * 0.15
            ),
            "The side is right now. One bug is left: you multiply by one length, and that is no area.": (
                dark * 0.5
            ),
            "You multiply by the width alone. A pixel has a height as well.": dark * 0.3,
            "You squared the height of a pixel. Its width differs here: multiply height by width.": (
                dark * 0.25
            ),
            "You squared the width of a pixel. Its height differs here: multiply height by width.": (
                dark * 0.09
            ),
            "Pixels at the threshold itself are missing. No brighter than 40 means 40 counts.": below * 0.15,
            "You added height and width. An area is their product.": dark * 0.8,
            "That is a number of pixels. The exercise asks for square millimetres.": float(dark),
            "You added up the grey values of the dark pixels. Count the pixels instead.": grey * 0.15,
            "That is the sum of the dark grey values. Count the pixels, times the area of one.": float(grey),
            "Rounded to whole square millimetres. Return the area as it is.": 1.0,
        },
    )
    same_number(got, dark * 0.15, tolerance=1e-9, given=given)
    given = "for 400 dark pixels of 1 mm by 1 mm"
    got = _one_number(call(area, np.zeros((20, 20), np.uint8), 0, (1.0, 1.0), given=given), given)
    wrapped = "`uint8` holds no number above 255, so your count wrapped. Count with `.sum()` as it is."
    one_pixel = "0.15 mm² is the pixel of one image. Here it is 1 mm²: take `spacing`."
    recognise(got, {wrapped: 400.0 % 256, one_pixel: 400 * 0.15})
    same_number(got, 400.0, tolerance=1e-9, given=given)
    given = "for a threshold of 95"
    got = _one_number(call(area, FILM, 95, (0.5, 0.3), given=given), given)
    fixed = "Right for a threshold of 40, but this one is 95. Compare with `threshold`, not with a number."
    recognise(got, {fixed: dark * 0.15})
    same_number(got, int((FILM <= 95).sum()) * 0.15, tolerance=1e-9, given=given)
    return "Right. Seven dark pixels of 0.15 mm² each are 1.05 mm²."


@exercise(
    3,
    "Sensitivity",
    hints=[
        "Benign lesions have no say in it. Which entries of `truth` count?",
        "Make a mask of the truly malignant: `ill = truth == malignant`. Then look at `calls[ill]`.",
        "The share is the mean of `calls[ill] == malignant`.",
    ],
)
def sensitivity(answer: object) -> str:
    """Judge five ill and eight well with 1 for malignant, then four ill and six well with 0."""
    share = the_function(answer, "sensitivity")
    given = "where 1 means malignant"
    got = _one_number(_called(share, TRUTH, CALLS, 1, given), given)
    recognise(
        got,
        {
            "That is the share of right calls, benign ones included. Look at the malignant only.": 10 / 13,
            "That is the share of benign lesions called benign. Sensitivity looks at the malignant.": 7 / 8,
            "You divided by the number of malignant calls. Divide by the truly malignant: who is ill?": 3 / 4,
            "You divided by all lesions. Divide by the truly malignant.": 3 / 13,
            "That is the share that was missed. Sensitivity is the share that was found.": 2 / 5,
            "You compared how many calls there are with how many are ill. A false alarm finds nobody.": 4 / 5,
            "That is how many were found. Divide by how many are malignant.": 3.0,
            "60 is a percentage. Return the share itself, a number from 0 to 1.": 60.0,
            "0, although three were found: `//` drops the fraction. Use `/`.": 0.0,
        },
    )
    same_number(got, 3 / 5, tolerance=1e-9, given=given)
    given = "where 0 means malignant"
    got = _one_number(_called(share, OTHER_TRUTH, OTHER_CALLS, 0, given), given)
    recognise(
        got,
        {
            "Right for 1, but where 0 means malignant you still look at class 1. Use `malignant`.": 5 / 6,
            "Right for 1, but where 0 means malignant you average class numbers. "
            "Compare the calls with `malignant` first.": 1 / 4,
        },
    )
    same_number(got, 3 / 4, tolerance=1e-9, given=given)
    return "Right. 3 of 5 were found, and it works whichever number means malignant."


def _called(share: Callable[..., Any], truth: np.ndarray, calls: np.ndarray, ill: int, given: str) -> Any:
    """Run the answer; put NumPy's complaint about missing brackets in plain words."""
    try:
        return call(share, truth, calls, ill, given=given)
    except WrongAnswer as wrong:
        if "is ambiguous" in str(wrong):
            raise WrongAnswer(
                "Python reads `&` before `==`, so brackets are missing: "
                "`(truth == malignant) & (calls == malignant)`."
            ) from wrong
        raise


def _repeats(got: Any, spacing: tuple[float, float]) -> bool:
    """Whether these are height and width again, scaled (an array) or over and over (a tuple)."""
    values = np.ravel(got)
    if values.size == 0 or values.size % 2 or values.dtype.kind not in "iuf":
        return False
    times = values.reshape(-1, 2) / spacing
    return bool(np.allclose(times, times[0, 0]))


def _one_number(got: Any, given: str) -> Any:
    """Turn an array or a truth value away before it is taken for a number."""
    if isinstance(got, bool | np.bool_):
        raise WrongAnswer(f"You returned {bool(got)} {given}; a number is needed.")
    if np.ndim(got) > 0:
        raise WrongAnswer(
            f"You returned {np.size(got)} numbers {given} in a row or table; one number is needed. "
            "`mask.sum()` counts all pixels of a mask; `sum(mask)` counts column by column."
        )
    return got
