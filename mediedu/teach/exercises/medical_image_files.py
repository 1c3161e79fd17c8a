"""Checks of chapter 01, medical image files."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

# From lung to dense bone in steps of 2 HU: a slope of 1 would hide that it was forgotten.
STORED = np.array([[12, 100, 460, 512], [529, 544, 538, 1044], [513, 551, 552, 2000]], dtype=np.uint16)


def _rounded(values: NDArray[Any]) -> NDArray[np.uint8]:
    return np.floor(values.clip(0, 255) + 0.5).astype(np.uint8)


def _windowed(values: NDArray[Any], center: float, width: float) -> NDArray[np.float64]:
    result: NDArray[np.float64] = ((values - (center - 0.5)) / (width - 1) + 0.5) * 255
    return result


@exercise(
    1,
    "From stored numbers to grey levels",
    hints=[
        "Two steps: stored · slope + intercept gives HU. Only then comes the window.",
        "The chapter's formula: ((HU − (center − 0.5)) / (width − 1) + 0.5) · 255. Work in floats.",
        "Clip to 0…255 while it is still a float, add 0.5, `np.floor`, and then `.astype(np.uint8)`.",
    ],
)
def stored_to_grey(answer: object) -> str:
    """Judge a small slice with slope 2 in the brain window, then a bone window."""
    convert = the_function(answer, "stored_to_grey")
    units = STORED * 2.0 - 1024.0
    grey = _windowed(units, 40, 80)
    got = an_array(call(convert, STORED, 2.0, -1024.0, 40, 80))
    recognise(
        got,
        {
            "Slope and intercept are swapped: the slope multiplies, the intercept is added.": _rounded(
                _windowed(STORED * -1024.0 + 2.0, 40, 80)
            ),
            "You windowed the stored numbers. Slope and intercept come first.": _rounded(
                _windowed(STORED.astype(float), 40, 80)
            ),
            "The intercept is missing: stored 512 with slope 2 and intercept −1024 is water, 0 HU.": _rounded(
                _windowed(STORED * 2.0, 40, 80)
            ),
            "The slope is missing: here a step of 1 in the file is a step of 2 HU.": _rounded(
                _windowed(STORED - 1024.0, 40, 80)
            ),
            "You added the intercept before multiplying. The slope belongs to the stored number alone.": (
                _rounded(_windowed((STORED - 1024.0) * 2.0, 40, 80))
            ),
            "Some greys ran over: above 255 an 8-bit number starts again at 0. Clip before you convert.": (
                np.floor(grey + 0.5).astype(np.int64).astype(np.uint8)
            ),
            "Some greys ran over, and you cut off the fraction. Clip first, and round.": (
                np.trunc(grey).astype(np.int64).astype(np.uint8)
            ),
            "You took the width for half of the window: it reaches from one end to the other.": _rounded(
                _windowed(units, 40, 160)
            ),
            "That is the formula without the halves. In DICOM a window of width 80 holds 80 whole numbers: "
            "subtract center − 0.5 and divide by width − 1.": _rounded(((units - 40) / 80 + 0.5) * 255),
            "You cut the fraction off. Round to the nearest level: add 0.5 before `np.floor`.": (
                np.floor(grey.clip(0, 255)).astype(np.uint8)
            ),
            "What lies below the window became white: it is below black, so it stays black.": np.where(
                grey < 0, 255, _rounded(grey)
            ),
            "Your greys run from 0 to 1. The screen wants 0 to 255.": grey.clip(0, 255) / 255,
        },
    )
    if got.dtype.kind == "f":
        raise WrongAnswer(
            f"You returned {got.dtype}. A screen has 256 whole levels: round and make it uint8."
        )
    same_array(got, _rounded(grey))
    wide = call(convert, STORED, 2.0, -1024.0, 500, 2000, given="for a bone window")
    same_array(wide, _rounded(_windowed(units, 500, 2000)), what="result for centre 500, width 2000")
    return "Right. 0 HU is black, 79 HU white, nothing runs over, and the bone window fits as well."


def _film(raw: bytes, kind: str, shape: tuple[int, int]) -> NDArray[np.uint8]:
    stored = np.frombuffer(raw, kind).reshape(shape).astype(float)
    return _rounded((stored - stored.min()) / (stored.max() - stored.min()) * 255)


@exercise(
    2,
    "Two bugs in a reader of raw pixels",
    hints=[
        'What is −1 in 16 bits, read as `"<u2"`? Try `np.frombuffer(b"\\xff\\xff", "<u2")`.',
        'The kind of the numbers is `"<i2"` where `signed` is true and `"<u2"` where it is not.',
        'Where photometric is "MONOCHROME1" turn the finished film: 255 − film.',
    ],
)
def film_mended(answer: object) -> str:
    """Judge the four cases: signed or not, MONOCHROME1 or 2."""
    film = the_function(answer, "film_mended")
    values = np.random.default_rng(5).permutation(np.arange(-900, 1500, 60))[:35].reshape(5, 7)
    signed = values.astype("<i2").tobytes()
    plain = (values + 1024).astype("<u2").tobytes()
    right, wrong = _film(signed, "<i2", (5, 7)), _film(signed, "<u2", (5, 7))

    got = an_array(call(film, plain, 5, 7, False, "MONOCHROME2", given="for unsigned MONOCHROME2"))
    unsigned = _film(plain, "<u2", (5, 7))
    recognise(
        got,
        {
            "Now MONOCHROME2 is inverted, too. Only MONOCHROME1 is to be turned.": 255 - unsigned,
            "Rows and columns are swapped: the reshape was right before.": _film(plain, "<u2", (7, 5)),
        },
    )
    same_array(got, unsigned, what="film of an unsigned MONOCHROME2 file")

    got = an_array(call(film, signed, 5, 7, True, "MONOCHROME1", given="for signed MONOCHROME1"))
    recognise(
        got,
        {
            "Nothing has changed: negative numbers are still read as very large ones, and MONOCHROME1 is "
            "still a negative.": wrong,
            "MONOCHROME1 is right now. One bug is left: negative numbers are read as very large ones.": (
                255 - wrong
            ),
            "The sign is right now. One bug is left: in MONOCHROME1 large numbers are dark.": right,
            "You took the size of the numbers without their sign: −900 and 900 are not the same.": (
                255 - _rounded((abs(values) - abs(values).min()) / np.ptp(abs(values)) * 255)
            ),
        },
    )
    same_array(got, 255 - right, what="film of a signed MONOCHROME1 file", tolerance=1)
    got = call(film, signed, 5, 7, True, "MONOCHROME2", given="for signed MONOCHROME2")
    same_array(got, right, what="film of a signed MONOCHROME2 file")
    large = np.full((2, 3), 60000, dtype="<u2")
    large[0] = (0, 20000, 40000)
    got = call(film, large.tobytes(), 2, 3, False, "MONOCHROME2", given="for large unsigned numbers")
    recognise(
        got,
        {
            "Now every file is read as signed, and large unsigned numbers turn negative. Ask `signed`.": _film(
                large.tobytes(), "<i2", (2, 3)
            )
        },
    )
    same_array(got, _film(large.tobytes(), "<u2", (2, 3)), what="film of large unsigned numbers")
    return "Right. The header says how to read the bits and which end is bright, and now the code asks it."


@exercise(
    3,
    "The area of bone",
    hints=[
        "First HU, then the threshold: a mask is `hounsfield > 300`.",
        "The sum of a mask is the number of its pixels.",
        "One pixel covers spacing[0] · spacing[1] square millimetres.",
    ],
)
def bone_area(answer: object) -> str:
    """Judge a random slice with pixels that are not square."""
    area = the_function(answer, "bone_area")
    stored = np.random.default_rng(11).integers(0, 1400, (9, 14)).astype(np.uint16)
    stored[4, 5] = 662  # exactly 300 HU
    units = stored * 2.0 - 1024.0
    count = int((units > 300).sum())
    got = call(area, stored, 2.0, -1024.0, (0.5, 0.8))
    recognise(
        got,
        {
            "That is the number of pixels. How many square millimetres does one cover?": count,
            "You compared stored numbers with 300. The threshold is in HU: slope and intercept first.": (
                (stored > 300).sum() * 0.4
            ),
            "You multiplied by the distance of the rows alone. An area needs both distances.": count * 0.5,
            "You multiplied by the distance of the columns alone. An area needs both distances.": count * 0.8,
            "You squared the distance of the rows. These pixels are not square: rows 0.5 mm, columns 0.8 mm.": (
                count * 0.25
            ),
            "You squared the distance of the columns. These pixels are not square: rows 0.5 mm, columns "
            "0.8 mm.": count * 0.64,
            "You counted 300 HU itself. The exercise asks for what lies above it.": (count + 1) * 0.4,
            "That is the share of bone in the slice, not its area.": count / stored.size,
            "You counted what is not bone.": (units <= 300).sum() * 0.4,
            "The intercept is missing: without it nearly everything is bone.": (
                (stored * 2.0 > 300).sum() * 0.4
            ),
            "The slope is missing: here a step of 1 in the file is a step of 2 HU.": (
                (stored - 1024.0 > 300).sum() * 0.4
            ),
        },
    )
    same_number(got, count * 0.4, tolerance=1e-6)
    empty = call(area, np.zeros((3, 3), np.uint16), 1.0, -1024.0, (1.0, 1.0), given="for a slice of air")
    same_number(empty, 0.0, what="area for a slice of air", tolerance=1e-9)
    return "Right. HU first, then the threshold, then millimetres in both directions."
