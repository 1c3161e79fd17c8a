"""Checks of chapter 01, medical image files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

# From lung to dense bone in steps of 2 HU: a slope of 1 would hide that it was forgotten. The −500 keeps
# apart the mistakes that make everything else black or white.
STORED = np.array([[12, -500, 460, 512], [529, 544, 538, 1044], [513, 551, 552, 2000]], dtype=np.int16)

# A made-up header of a made-up patient, and what a careless program left of it.
BEFORE: dict[str, Any] = {
    "PatientName": "Meier^Anna",
    "PatientID": "4711",
    "PatientBirthDate": "19500412",
    "StudyDate": "20240305",
    "StudyDescription": "Mrs Meier, fell on the head",
    "InstitutionName": "St. Anna",
    "DeviceSerialNumber": "70086",
    "SOPInstanceUID": "1.2.9",
    "Modality": "CT",
    "Rows": 512,
    "Columns": 512,
    "BitsStored": 12,
    "PixelRepresentation": 0,
    "PhotometricInterpretation": "MONOCHROME2",
    "PixelSpacing": "0.43 0.43",
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
}
AFTER = {name: value for name, value in BEFORE.items() if name not in ("InstitutionName", "PixelSpacing")}
AFTER |= {"PatientName": "ANONYMOUS", "PatientID": "A1"}


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
    slips = _slips_in_units() | _slips_in_window(units)
    recognise(got, {message: _rounded(wrong) for message, wrong in slips.items()})
    recognise(got, _slips_at_the_end(grey))
    recognise(
        got, {f"{message} And round.": np.floor(wrong.clip(0, 255)) for message, wrong in slips.items()}
    )
    if not np.any(got):
        raise WrongAnswer(
            "All your greys are 0. Did you turn the numbers into 8 bits, or clip them, before the last step?"
        )
    if got.dtype.kind == "f":
        raise WrongAnswer(
            f"You returned {got.dtype}. A screen has 256 whole levels: round and make it uint8."
        )
    same_array(got, _rounded(grey), what="result for slope 2, centre 40, width 80")
    wide = an_array(call(convert, STORED, 2.0, -1024.0, 500, 2000, given="for a bone window"))
    brain_only = "belongs to the window 40 / 80 alone. Take centre and width from the arguments."
    recognise(
        wide,
        {
            f"Your 255/79 {brain_only}": _rounded(units * 255 / 79),
            "Your window begins at 0 HU. That is right for 40 / 80 alone: 500 / 2000 begins at −499.5.": (
                _rounded(units * 255 / 1999)
            ),
            f"Your window {brain_only}": _rounded(grey),
        },
    )
    same_array(wide, _rounded(_windowed(units, 500, 2000)), what="result for centre 500, width 2000")
    _judge_unsigned(convert)
    return "Right. 0 HU is black, 79 HU white, nothing runs over, and the bone window fits as well."


def _judge_unsigned(convert: Callable[..., Any]) -> None:
    """Judge unsigned numbers with whole slope and intercept, where NumPy stays within 16 bits."""
    large = np.array([[0, 512, 540], [551, 20000, 40000]], dtype=np.uint16)
    try:
        got = an_array(call(convert, large, 2, -1024, 40, 80, given="for unsigned numbers"))
    except WrongAnswer as fault:
        if not isinstance(fault.__cause__, OverflowError):
            raise
        raise WrongAnswer(
            "Your code stopped where the stored numbers are unsigned and the intercept is a whole number: an "
            "unsigned number can't become negative. Turn `stored` into floats first."
        ) from None
    units = large * 2.0 - 1024.0

    def as_if(kind: type[np.integer]) -> NDArray[np.uint8]:
        return _rounded(_windowed(units.astype(np.int64).astype(kind).astype(float), 40, 80))

    signed = large.astype(np.int16) * 2.0 - 1024.0
    recognise(
        got,
        {
            "Large unsigned numbers turned negative: `int16` ends at 32767. Use floats.": (
                _rounded(_windowed(signed, 40, 80))
            ),
            "The sum ran over: 16 bits without a sign hold nothing above 65535. Use floats.": as_if(
                np.uint16
            ),
            "The sum ran over: 16 bits with a sign hold nothing above 32767. Use floats.": as_if(np.int16),
        },
    )
    same_array(got, _rounded(_windowed(units, 40, 80)), what="result for unsigned numbers")


def _slips_in_units() -> dict[str, NDArray[Any]]:
    """Give the greys, not yet rounded, of mistakes on the way to HU."""
    stored = STORED.astype(float)
    units = {
        "Slope and intercept are swapped: the slope multiplies, the intercept is added.": (
            stored * -1024.0 + 2.0
        ),
        "You windowed the stored numbers. Slope and intercept come first.": stored,
        "The intercept is missing: stored 512 with slope 2 and intercept −1024 is water, 0 HU.": stored * 2.0,
        "You subtracted the intercept. It is added with its sign, and −1024 makes the numbers smaller.": (
            stored * 2.0 + 1024.0
        ),
        "The slope is missing: here a step of 1 in the file is a step of 2 HU.": stored - 1024.0,
        "You added the intercept before multiplying. The slope belongs to the stored number alone.": (
            (stored - 1024.0) * 2.0
        ),
    }
    return {message: _windowed(values, 40, 80) for message, values in units.items()}


def _slips_in_window(units: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Give the greys, not yet rounded, of mistakes in the formula at centre 40, width 80."""
    return {
        "You took the width for half of the window: it reaches from one end to the other.": _windowed(
            units, 40, 160
        ),
        "That is the formula without the halves. In DICOM a window of width 80 holds 80 whole numbers: "
        "subtract center − 0.5 and divide by width − 1.": ((units - 40) / 80 + 0.5) * 255,
        "You took the width for half of the window, and the halves are missing.": (
            ((units - 40) / 160 + 0.5) * 255
        ),
        "You divided by the width. From the first to the last of 80 whole numbers there are 79 steps: "
        "divide by width − 1.": ((units - 39.5) / 80 + 0.5) * 255,
        "You subtracted the centre. A window of 0 to 79 has its middle at 39.5: subtract center − 0.5.": (
            ((units - 40) / 79 + 0.5) * 255
        ),
        "A bracket is lost: x − center − 0.5 is not x − (center − 0.5).": ((units - 40.5) / 79 + 0.5) * 255,
        "The + ½ inside the formula is missing: the centre of the window is a middle grey, not black.": (
            (units - 39.5) / 79 * 255
        ),
        "Black and white are swapped: large HU are bright.": 255 - _windowed(units, 40, 80).clip(0, 255),
    }


def _slips_at_the_end(grey: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Give the results of mistakes in clipping, rounding and turning into 8 bits."""
    unit = (grey / 255).clip(0, 1)
    no_scale = "The · 255 is missing: your levels run from 0 to 1, and the screen wants 0 to 255."
    return {
        "Some greys ran over: above 255 an 8-bit number starts again at 0. Clip before you convert.": (
            np.floor(grey + 0.5).astype(np.int64).astype(np.uint8)
        ),
        "Some greys ran over: above 255 an 8-bit number starts again at 0. Clip at that end as well.": (
            np.floor(grey.clip(min=0) + 0.5).astype(np.int64).astype(np.uint8)
        ),
        "Some greys ran over: below 0 an 8-bit number starts again at 255. Clip at that end as well.": (
            np.floor(grey.clip(max=255) + 0.5).astype(np.int64).astype(np.uint8)
        ),
        "Some greys ran over in the change to 8 bits: above 255 the numbers start again at 0. Clip first.": (
            np.trunc(grey + 0.5).astype(np.int64).astype(np.uint8)
        ),
        "Some greys ran over, and you cut off the fraction. Clip first, and round.": (
            np.trunc(grey).astype(np.int64).astype(np.uint8)
        ),
        "You cut the fraction off. Round to the nearest level: add 0.5 before `np.floor`.": (
            np.floor(grey.clip(0, 255)).astype(np.uint8)
        ),
        "What lies below the window became white: it is below black, so it stays black.": np.where(
            grey < 0, 255, _rounded(grey)
        ),
        "Your greys run from 0 to 1. The screen wants 0 to 255.": unit,
        no_scale: np.floor(unit + 0.5),
        f"{no_scale} Multiply before you round.": np.floor(unit),
        f"{no_scale} Clip to 0…255 after that.": _rounded(grey / 255),
        "You multiplied by 255 after the change to 8 bits: only 0 and 255 are left.": np.floor(unit + 0.5)
        * 255,
        "You multiplied by 255 after the change to 8 bits. Only 0 and 255 are left.": np.floor(unit) * 255,
    }


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
    """Judge the four cases, signed or not, MONOCHROME1 or 2; then numbers beyond the signed ones."""
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
            "You read the high byte first. The low byte comes first: `<`, not `>`.": _film(
                plain, ">u2", (5, 7)
            ),
        },
    )
    same_array(got, unsigned, what="film of an unsigned MONOCHROME2 file")

    got = an_array(call(film, signed, 5, 7, True, "MONOCHROME1", given="for signed MONOCHROME1"))
    large = np.full((2, 3), 60000, dtype="<u2")
    large[0] = (0, 20000, 40000)
    turned_over = _film(large.tobytes(), "<i2", (2, 3))
    if np.array_equal(got, wrong) or np.array_equal(got, 255 - wrong):
        other = call(film, large.tobytes(), 2, 3, False, "MONOCHROME2", given="for large unsigned numbers")
        asked = "You asked `signed` the wrong way round: where it is true, the kind is `<i2`."
        recognise(other, {asked: turned_over})
    recognise(
        got,
        {
            "Negative numbers still come out as the largest, and MONOCHROME1 is still a negative.": wrong,
            "MONOCHROME1 is right now. One bug is left: negative numbers still come out as the largest. "
            "Subtracting moves all numbers alike; read them as signed.": 255 - wrong,
            "The sign is right now. One bug is left: in MONOCHROME1 large numbers are dark.": right,
            "In 8 bits `-film` and 256 − film send 0 to 0, so black stays black. Use 255 − film.": -right,
            "1 − film runs below 0, and 8 bits start again at 255. Use 255 − film.": 1 - right,
            "You put the last row first. The picture stands on its head; turn the greys: 255 − film.": (
                right[::-1]
            ),
            "You reversed the columns. That mirrors the picture; turn the greys: 255 − film.": right[:, ::-1],
            "You reversed rows and columns. That turns the picture round; turn the greys: 255 − film.": (
                right[::-1, ::-1]
            ),
            "Signed numbers are read with the high byte first. The low byte comes first: `<`, not `>`.": (
                255 - _film(signed, ">i2", (5, 7))
            ),
            "You took the size of the numbers without their sign: −900 and 900 are not the same.": (
                255 - _rounded((abs(values) - abs(values).min()) / np.ptp(abs(values)) * 255)
            ),
        },
    )
    same_array(got, 255 - right, what="film of a signed MONOCHROME1 file", tolerance=1)
    got = call(film, signed, 5, 7, True, "MONOCHROME2", given="for signed MONOCHROME2")
    same_array(got, right, what="film of a signed MONOCHROME2 file")
    got = call(film, large.tobytes(), 2, 3, False, "MONOCHROME2", given="for large unsigned numbers")
    recognise(
        got,
        {
            "Now every file is read as signed, and large unsigned numbers turn negative. Ask `signed`.": (
                turned_over
            )
        },
    )
    same_array(got, _film(large.tobytes(), "<u2", (2, 3)), what="film of large unsigned numbers")
    return "Right. The header says how to read the bits and which end is bright, and now the code asks it."


@exercise(
    3,
    "What a cleaning of the header missed",
    hints=[
        "Serving the pixels: kind of machine, rows, columns, bits, sign, black or white, mm, slope, intercept.",
        "Write down what may stay and call all else telling. A list of what must go is never complete.",
        "An entry is found where `after.get(name) != before[name]`. Divide by the number of telling entries.",
    ],
)
def share_found(answer: object) -> str:
    """Judge the header of the chapter, then one with entries that it didn't hold."""
    share = the_function(answer, "share_found")
    got = _shared(share, BEFORE, AFTER, "for the header above")
    if isinstance(got, int | float) and got > 1:
        raise WrongAnswer(f"Your answer is {got:g}. A share lies between 0 and 1: divide by all that tell.")
    recognise(
        got,
        {
            "That is the share that was missed. The sensitivity is the share that was found.": 5 / 8,
            "You divided by what was taken out. That says how many removals were needed; the sensitivity "
            "divides by what tells.": 3 / 4,
            "You divided by all entries. Those that serve the pixels do not count.": 3 / 17,
            "You took all entries for telling. Nine of them only serve the pixels.": 4 / 17,
            "You counted only entries that are gone. One with a new value was found, too.": 1 / 8,
            "You counted only entries with a new value. One that is gone was found, too.": 2 / 8,
            "You counted the patient's own entries alone. A date, a place, a serial number, an identifier "
            "and free text lead back to the patient as well.": 2 / 3,
            "You left one telling entry out. Date, place, serial number, identifier and free text tell, too.": (
                3 / 7
            ),
            "You left one telling entry out, one that the program found.": 2 / 7,
            "You counted one entry as telling that only serves the pixels.": 3 / 9,
            "You counted the size of a pixel as telling. Without it nobody can measure.": 4 / 9,
            "That is the share of the entries that the program left alone.": 13 / 17,
        },
    )
    same_number(got, 3 / 8, tolerance=1e-6)

    serving = {name: value for name, value in BEFORE.items() if name not in _TELLING}
    other = {"OperatorsName": "Huber", "AccessionNumber": "A77", "PatientComments": "lives alone"}
    other |= {"PatientName": "Kern^Ida", "PatientID": "12", "(0009,1001)": "ward 3", "StudyTime": "0912"}
    cleaned = {name: other[name] for name in ("AccessionNumber", "(0009,1001)", "StudyTime")}
    cleaned |= {"PatientName": "ANONYMOUS", "PatientID": "", "PatientComments": ""}
    given = "for the header of another hospital"
    got = _shared(share, serving | other, serving | cleaned, given)
    recognise(
        got,
        {
            "Another hospital's header holds OperatorsName, AccessionNumber and entries of the maker, and "
            "your list of what must go does not know them. List what may stay.": 1.0,
            "An entry that was emptied is found as well.": 2 / 7,
            "You divided by entries that this header does not hold, and your list of what must go does not "
            "know others that it holds. List what may stay.": 2 / 8,
        },
    )
    same_number(got, 4 / 7, tolerance=1e-6, given=given)
    given = "for a copy with nothing changed"
    same_number(_shared(share, other, other, given), 0.0, tolerance=1e-6, given=given)
    return "Right. All that does not serve the pixels may tell, also what you have never seen before."


_TELLING = set(list(BEFORE)[:8])


def _shared(share: Callable[..., Any], before: dict[str, Any], after: dict[str, Any], given: str) -> Any:
    """Run the learner's function; say what a missing key means."""
    try:
        return call(share, dict(before), dict(after), given=given)
    except WrongAnswer as fault:
        if not isinstance(fault.__cause__, KeyError):
            raise
        name = str(fault.__cause__.args[0])
        if name in before:
            raise WrongAnswer(
                f"{name} is gone from `after`, and asking for it stops the program. `after.get(name)` gives None."
            ) from None
        raise WrongAnswer(
            f"Your code asks {given} for {name}, which it does not hold. Go through the names in `before`, "
            "and list what may stay: no list of what must go is complete."
        ) from None
