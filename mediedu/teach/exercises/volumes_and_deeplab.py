"""Checks of chapter 19, volumes and DeepLab."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function
from mediedu.teach.judging.wording import a_kind

Numbers = NDArray[np.float64]

# Three windows of four on a row of seven; the last two overlap by three, so that a plain share would be wrong.
ANSWERS = np.array([[1.0, 2.0, 8.0, 4.0], [3.0, 7.0, 5.0, 6.0], [9.0, 2.0, 4.0, 1.0]])
STARTS, WEIGHTS, LENGTH = [0, 2, 3], np.array([0.25, 1.0, 1.5, 0.5]), 7


def _sums(answers: Numbers, starts: list[int], weights: Numbers, length: int) -> tuple[Numbers, Numbers]:
    total, weight = np.zeros(length), np.zeros(length)
    for answer, start in zip(answers, starts, strict=True):
        total[start : start + len(weights)] += weights * answer
        weight[start : start + len(weights)] += weights
    return total, weight


def _blend(answers: Numbers, starts: list[int], weights: Numbers, length: int) -> Numbers:
    total, weight = _sums(answers, starts, weights, length)
    return total / weight


def _placed(answers: Numbers, starts: list[int], length: int, first: bool) -> Numbers:
    row = np.zeros(length)
    pairs = list(zip(answers, starts, strict=True))
    for answer, start in reversed(pairs) if first else pairs:
        row[start : start + len(answer)] = answer
    return row


@exercise(
    1,
    "Blend windows on a row",
    hints=[
        "On paper, place 2 of the chapter's row gave 4.96. What did you add up there, and by what did you divide?",
        "Keep two sums for each place of the row: one of weight times answer, one of the weights. Both begin at 0.",
        "A window covers the slice `start : start + len(weights)` of both sums. What is left once all windows are in?",
    ],
)
def blend_row(answer: object) -> str:
    """Judge three windows that overlap unevenly, then the chapter's two, then a window alone."""
    blend = the_function(answer, "blend_row")
    given = "for three windows on a row of 7"
    got = an_array(call(blend, ANSWERS, STARTS, WEIGHTS, LENGTH, given=given))
    right = _blend(ANSWERS, STARTS, WEIGHTS, LENGTH)
    total, weight = _sums(ANSWERS, STARTS, WEIGHTS, LENGTH)
    ones = np.ones(4)
    plain, count = _sums(ANSWERS, STARTS, ones, LENGTH)
    recognise(
        got,
        {
            "You add up weight times answer. Divide by the sum of the weights at each place.": total,
            "That is the sum of the weights. Divide the sum of weight times answer by it.": weight,
            "You divide by how many windows cover a place. Divide by the sum of their weights there.": total
            / count,
            "That is the plain mean: the weights are not used.": plain / count,
            "You add the answers up. Weigh them, and divide by the sum of the weights.": plain,
            "A later window overwrites the earlier ones. Add up, with +=, and divide at the end.": _placed(
                ANSWERS, STARTS, LENGTH, first=False
            ),
            "The first window keeps a place for itself. All windows that cover it count.": _placed(
                ANSWERS, STARTS, LENGTH, first=True
            ),
            "A later window overwrites the earlier ones, weighted. Add up, with +=, and divide at the end.": _placed(
                ANSWERS * WEIGHTS, STARTS, LENGTH, first=False
            ),
            "You divide by the sum of one window's weights. At each place other windows count: keep a sum for "
            "each place.": total / WEIGHTS.sum(),
            "You divide by the sum of the weights over the whole row. Divide place by place.": total
            / weight.sum(),
            "The weights are counted in the answers only; the sum below counts windows by one and weights "
            "by one.": plain / weight,
            "Your weights run backwards. The first weight belongs to a window's first place.": _blend(
                ANSWERS, STARTS, WEIGHTS[::-1], LENGTH
            ),
            "At each place the window with the largest weight wins. Take the weighted mean.": _largest(),
        },
    )
    same_array(got, right, tolerance=1e-9, dtype=False)
    for answers, starts, weights, length in (
        (np.array([[3.0, 4, 5, 3], [3, 6, 6, 4]]), [0, 2], np.array([0.011, 0.607, 0.607, 0.011]), 6),
        (np.array([[2.0, 5.0]]), [0], np.array([0.5, 2.0]), 2),
    ):
        given = f"for {len(answers)} {'window' if len(answers) == 1 else 'windows'} on a row of {length}"
        other = an_array(call(blend, answers, starts, weights, length, given=given))
        same_array(
            other, _blend(answers, starts, weights, length), what=f"row {given}", tolerance=1e-9, dtype=False
        )
    return "Right. At places 2 and 3 of the chapter's row it gives 4.96 and 5.95, as on paper."


def _largest() -> Numbers:
    row, best = np.zeros(LENGTH), np.zeros(LENGTH)
    for answer, start in zip(ANSWERS, STARTS, strict=True):
        for i, weight in enumerate(WEIGHTS):
            if weight > best[start + i]:
                row[start + i], best[start + i] = answer[i], weight
    return row


def _starts(length: int, size: int, step: int) -> list[int]:
    last = length - size
    return [*range(0, last, step), last]


ROWS = [(10, 4, 2), (11, 4, 3), (12, 4, 4), (4, 4, 2), (100, 32, 24), (9, 8, 8)]


@exercise(
    2,
    "Windows that reach the end",
    hints=[
        "`range(0, 6, 2)` gives 0, 2, 4: its end is left out. Where must the last window begin?",
        "The last window ends with the row, so its start comes from `length` and `size` alone, whatever the step.",
        "Let `range` give the starts before the last, and put the last behind. Does one come twice in a row of 10?",
    ],
)
def starts_mended(answer: object) -> str:
    """Judge six rows: those that the step divides, those that it does not, one window alone."""
    function = the_function(answer, "starts_mended")
    for number, (length, size, step) in enumerate(ROWS):
        given = f"for a row of {length}, windows of {size} and a step of {step}"
        got = call(function, length, size, step, given=given)
        if isinstance(got, np.ndarray):
            got = got.tolist()
        if not isinstance(got, list | tuple | range) or any(isinstance(s, str) or np.shape(s) for s in got):
            raise WrongAnswer(f"You return {got}; a list of whole numbers is needed.")
        found, right, last = [float(one) for one in got], _starts(length, size, step), length - size
        if found == right:
            _counted(*got)
            continue
        bug = {
            "The bug is still there: range leaves its end out, and the last window is missing": list(
                range(0, last, step)
            ),
            "Your windows run beyond the end of the row": list(range(0, length, step)),
        }
        mistakes = {
            **({} if number else bug),  # both show in the first row, so a later one has another fault
            "The last window is missing where the step doesn't lead to it": list(range(0, last + 1, step)),
            "The last start comes twice where the step leads to it": [*range(0, last + 1, step), last],
            "The last window begins with a whole step and runs beyond the end": [
                *range(0, last, step),
                -(-last // step) * step,
            ],
            "You give where windows end. Asked is where they begin": [s + size for s in right],
            "Your windows don't overlap: go on by the step, not by the size": _starts(length, size, size),
            "The first window is missing: begin at 0": right[1:],
        }
        for message, wrong in mistakes.items():
            if found == [float(one) for one in wrong]:
                raise WrongAnswer(f"{message}. Yours, {given}: {_told(found)}; {_told(right)} is right.")
        raise WrongAnswer(f"You give {_told(found)} {given}; {_told(right)} is right.")
    return "Right. Each place is seen, and the last window ends where the row ends."


def _counted(*numbers: Any) -> None:
    """Refuse 6.0, which no slice takes, where the value itself is right."""
    for one in numbers:
        if not isinstance(one, int | np.integer):
            raise WrongAnswer(f"The value is right, but {one} is {a_kind(one)}; return it as an int.")


def _told(starts: list[Any]) -> str:
    return "[" + ", ".join(f"{start:g}" for start in starts) + "]"


Layers = list[tuple[int, int, int]]


def _width(layers: Layers, *, rated: bool = True, strided: bool = True, late: bool = False) -> int:
    width, step = 1, 1
    for size, rate, stride in layers:
        if late:
            step *= stride
        width += (size - 1) * (rate if rated else 1) * (step if strided else 1)
        if not late:
            step *= stride
    return width


# Two convolutions, a pooling, a dilated convolution with a stride, and one more.
STACK: Layers = [(3, 1, 1), (5, 3, 1), (2, 1, 2), (3, 2, 3), (3, 1, 1)]


@exercise(
    3,
    "How far a stack of layers sees",
    hints=[
        "Start with 1 pixel and a step of 1. What does a convolution of 3 add to both sides together?",
        "Carry width and step along. For (2, 1, 2), then (3, 1, 1) the width goes 1, 2, 6. What does the step do?",
        "Each layer first widens the field, with the step as it is. Then its stride makes the step longer.",
    ],
)
def receptive_field(answer: object) -> str:
    """Judge a stack that tells the mistakes apart, then four others."""
    field = the_function(answer, "receptive_field")
    got = call(field, STACK, given=f"for {STACK}")
    right = _width(STACK)
    sizes = [size for size, _, _ in STACK]
    recognise(
        got,
        {
            "You leave the rates out: a layer adds (size − 1)·rate steps.": _width(STACK, rated=False),
            "You leave the strides out: after a layer of stride 2 each step is two pixels.": _width(
                STACK, strided=False
            ),
            "You leave rates and strides out.": _width(STACK, rated=False, strided=False),
            "A layer's own stride lengthens the steps of the layers after it, not its own.": _width(
                STACK, late=True
            ),
            "You begin at 0. Without any layer one output is one pixel.": right - 1,
            "You add up the kernel sizes. Each layer adds one less than its size, times rate and step.": sum(
                sizes
            ),
            "You add size times rate. A kernel of 3 reaches over 2 steps, not 3.": 1
            + sum(size * rate * step for (size, rate, _), step in zip(STACK, (1, 1, 1, 2, 6), strict=True)),
            "You multiply all strides together first. A layer's step has the strides before it only.": 1
            + sum((size - 1) * rate * 6 for size, rate, _ in STACK),
            "The strides before count only once: multiply them all. A step after strides 2 and 3 is 6 pixels.": 1
            + sum(
                (size - 1) * rate * step for (size, rate, _), step in zip(STACK, (1, 1, 1, 2, 3), strict=True)
            ),
            "You swap rate and stride. A triple is (kernel size, rate, stride).": _width(
                [(size, stride, rate) for size, rate, stride in STACK]
            ),
            "That is how far it sees to one side. Asked is the whole width.": (right - 1) // 2,
        },
    )
    same_number(got, right, what="width", given=f"for {STACK}", tolerance=0)
    _counted(got)
    for layers in ([(3, 1, 1), (3, 1, 1)], [(3, 18, 1)], [(7, 1, 2), (2, 1, 2), (3, 1, 1)], []):
        given = f"for {layers}"
        other = call(field, layers, given=given)
        recognise(other, {"You give the same width for every stack. Use the argument.": right})
        same_number(other, _width(layers), what="width", given=given, tolerance=0)
        _counted(other)
    return "Right. Two convolutions of 3 see 5 pixels; one with rate 18 sees 37 in one go."
