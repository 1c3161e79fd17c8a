"""Checks of a made-up chapter, gamma correction."""

import numpy as np

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

LEVELS = np.arange(256, dtype=np.uint8)


def _right(power):
    return np.floor(255 * (LEVELS / 255) ** power + 0.5).astype(np.uint8)


@exercise(
    1, "Gamma for 8-bit images", hints=["Scale to [0, 1] first.", "Then the power.", "Then back to 0–255."]
)
def gamma8(answer):
    gamma = the_function(answer, "gamma8")
    got = an_array(call(gamma, LEVELS, 0.5))
    recognise(got, {"0.5 and 2 are swapped: g below 1 brightens.": _right(2.0)})
    if got.dtype.kind == "f":
        raise WrongAnswer("You returned floats; this film goes back into an 8-bit file.")
    same_array(got, _right(0.5))
    return "Right. 0 stays 0, 255 stays 255, and it never decreases."


@exercise(2, "Repair the lookup table", hints=["What is the smallest value in a CT slice?"])
def repaired(answer):
    got = call(the_function(answer, "table"), 0.5)
    if len(got) == 255:
        raise WrongAnswer("Your table ends at 254: 256 levels need 256 entries.")
    recognise(got, {"Your table holds the levels themselves; raise them to the power.": LEVELS})
    same_array(got, _right(0.5), what="table")
    return "Right. A table of 256 entries does for a million pixels."


@exercise(3, "Air in Hounsfield units", hints=["Water is 0."])
def air(answer):
    recognise(answer, {"That is water.": 0, "That is the stored value, before the intercept.": 24})
    same_number(answer, -1000, what="value")
    return "Right. Air is −1000 by definition."
