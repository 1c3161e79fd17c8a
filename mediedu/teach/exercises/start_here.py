"""Checks of chapter 00, the tour from pixels to a diagnosis."""

import numpy as np

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import call, recognise, same_number, the_function

# A triangle with a step missing: 8 pixels in a hull of 10, in a box of 16, in an image of 30.
LESION = np.zeros((5, 6), dtype=bool)
LESION[:4, :4] = [[1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]]
HULL = np.zeros((5, 6), dtype=bool)
HULL[:4, :4] = np.tri(4, dtype=bool)

FILM = np.array([[10, 20, 30, 200], [20, 20, 40, 210], [35, 95, 220, 230]], dtype=np.uint8)

TRUTH = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
CALLS = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])


@exercise(
    1,
    "Solidity of a lesion",
    hints=[
        "Which of the two masks holds more pixels? The solidity is never above 1.",
        "A boolean mask counts its pixels with `mask.sum()`.",
        "Divide the pixels of the lesion by the pixels of the hull, with `/`.",
    ],
)
def solidity(answer: object) -> str:
    """Judge a shape with a bay, and one without."""
    fills = the_function(answer, "solidity")
    got = call(fills, LESION, HULL, given="for a lesion of 8 pixels in a hull of 10")
    recognise(
        got,
        {
            "Turned over: you divided the hull by the lesion. A solidity is never above 1.": 10 / 8,
            "That is the share that the bays take. Solidity is the share that the lesion fills.": 2 / 10,
            "That is the number of pixels in the bays. Divide the two counts instead.": 2.0,
            "You divided by the whole image. The lesion shall be compared with its hull.": LESION.mean(),
            "That is the share of the image that the hull takes. The lesion is not in it.": HULL.mean(),
            "You divided by the bounding box. The hull is smaller: a rubber band, not a box.": 8 / 16,
            "0 for a lesion that fills most of its hull: `//` drops the fraction. Use `/`.": 0.0,
            "You averaged the hull's mask where the lesion is: that is always 1. Count both masks.": 1.0,
        },
    )
    same_number(got, 0.8, tolerance=1e-9)
    same_number(call(fills, HULL, HULL, given="for a lesion without bays"), 1.0, tolerance=1e-9)
    return "Right. 8 of 10 pixels are 0.8, and a shape without bays has 1."


@exercise(
    2,
    "Two bugs in an area",
    hints=[
        "Try it on a small image of which you know the answer: how many pixels are dark?",
        "Which side of the threshold is dark? And how large is a pixel of 0.5 mm by 0.25 mm?",
        "Dark is `image <= threshold`. A pixel covers `spacing[0] * spacing[1]` square millimetres.",
    ],
)
def dark_area(answer: object) -> str:
    """Judge an image with pixels at the threshold itself and with oblong pixels."""
    area = the_function(answer, "dark_area")
    threshold, spacing = 40, (0.5, 0.25)
    got = call(area, FILM, threshold, spacing, given="for pixels of 0.5 mm by 0.25 mm")
    bright, dark, below = (int(one.sum()) for one in (FILM > 40, FILM <= 40, FILM < 40))
    recognise(
        got,
        {
            "Nothing has changed: bright pixels are counted, and a length stands for an area.": bright * 0.5,
            "The area of a pixel is right now. One bug is left: you measure the bright part.": bright * 0.125,
            "The side is right now. One bug is left: you multiply by one length, and that is no area.": dark
            * 0.5,
            "You squared the height of a pixel. Its width differs here: multiply height by width.": dark
            * 0.25,
            "You squared the width of a pixel. Its height differs here: multiply height by width.": (
                dark * 0.0625
            ),
            "Pixels at the threshold itself are missing. No brighter than 40 means 40 counts.": below * 0.125,
            "You added height and width. An area is their product.": dark * 0.75,
            "That is a number of pixels. The exercise asks for square millimetres.": float(dark),
        },
    )
    same_number(got, dark * 0.125, tolerance=1e-9)
    return "Right. Seven dark pixels of 0.125 mm² each are 0.875 mm²."


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
    """Judge five ill and eight well, with 1 for malignant and then with 0."""
    share = the_function(answer, "sensitivity")
    got = call(share, TRUTH, CALLS, 1, given="where 1 means malignant")
    recognise(
        got,
        {
            "That is the share of right calls, benign ones included. Look at the malignant only.": 10 / 13,
            "That is the share of benign lesions called benign. Sensitivity looks at the malignant.": 7 / 8,
            "You divided by the number of malignant calls. Divide by the truly malignant: who is ill?": 3 / 4,
            "You divided by all lesions. Divide by the truly malignant.": 3 / 13,
            "That is the share that was missed. Sensitivity is the share that was found.": 2 / 5,
            "You compared how many calls there are with how many are ill. A false alarm finds nobody.": 4 / 5,
        },
    )
    same_number(got, 3 / 5, tolerance=1e-9)
    got = call(share, 1 - TRUTH, 1 - CALLS, 0, given="where 0 means malignant")
    if np.ndim(got) == 0 and abs(float(got) - 7 / 8) < 1e-9:
        raise WrongAnswer(
            "Right for 1, but where 0 means malignant you still look at class 1. Use `malignant`."
        )
    same_number(got, 3 / 5, tolerance=1e-9)
    return "Right. 3 of 5 were found, whichever number means malignant."
