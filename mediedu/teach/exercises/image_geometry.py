"""Checks of chapter 02, image geometry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, the_function


@exercise(
    1,
    "From index to millimetres",
    hints=[
        "One step along an axis is its spacing. How far is it from voxel 0 to voxel 3 along z?",
        "`index` and `spacing` are both (z, y, x), and tuples: `np.array(index) * np.array(spacing)`.",
        "The product is still (z, y, x), and `first` is (right, anterior, superior). Reverse the product, then add.",
    ],
)
def index_to_mm(answer: object) -> str:
    """Judge one voxel where all spacings, counts and origins differ, then two more."""
    to_mm = the_function(answer, "index_to_mm")
    index, spacing = np.array([2.0, 3.0, 7.0]), np.array([5.0, 2.0, 0.5])
    first = np.array([-40.0, -30.0, 10.0])
    got = _triple(_placed(to_mm, (2, 3, 7), (5.0, 2.0, 0.5), (-40.0, -30.0, 10.0)))
    steps = index * spacing
    right = first + steps[::-1]
    recognise(
        got,
        {
            "The origin is missing: you counted from voxel (0, 0, 0). Add `first`.": steps[::-1],
            "The origin is missing, and the result is still (z, y, x). Reverse it and add `first`.": steps,
            "You added (z, y, x) to (right, anterior, superior). Reverse the steps before you add `first`.": (
                first + steps
            ),
            "The result is in the order (z, y, x). Places are (right, anterior, superior), like `first`.": (
                right[::-1]
            ),
            "You reversed `first` as well; it is already (right, anterior, superior). Reverse the steps alone.": (
                (first + steps)[::-1]
            ),
            "The first two are exchanged: right comes from x, anterior from y.": right[[1, 0, 2]],
            "The steps along x and y are exchanged: right comes from x, anterior from y.": (
                first + steps[[1, 2, 0]]
            ),
            "The spacing is in the wrong order: it is (z, y, x), like the index. Multiply before you reverse.": (
                first + index[::-1] * spacing
            ),
            "The index is in the wrong order: it is (z, y, x), like the spacing.": (
                first + index * spacing[::-1]
            ),
            "You are half a voxel off. `first` is the centre of voxel (0, 0, 0), and places are centres.": (
                first + ((index + 0.5) * spacing)[::-1]
            ),
            "You are half a voxel off, to the other side. `first` is the centre of voxel (0, 0, 0).": (
                first + ((index - 0.5) * spacing)[::-1]
            ),
            "You are one voxel too far. Indices count from 0, and voxel (0, 0, 0) lies at `first`.": (
                first + ((index + 1) * spacing)[::-1]
            ),
            "You are one voxel short. Indices count from 0 already; take no 1 away.": (
                first + ((index - 1) * spacing)[::-1]
            ),
            "The spacing is missing: you added the index as if every voxel were 1 mm.": first + index[::-1],
            "You divided by the spacing. That is the way from millimetres to the index.": (
                first + (index / spacing)[::-1]
            ),
            "You took the origin away. Add it.": steps[::-1] - first,
            "You took the steps away. The axes run to right, anterior and superior, so add them.": (
                first - steps[::-1]
            ),
            "That is LPS: the first two signs are those of DICOM. Here millimetres grow to right and anterior.": (
                right * [-1, -1, 1]
            ),
            "These are whole millimetres, rounded or cut. Keep floats.": np.trunc(right),
        },
    )
    same_array(got, right, tolerance=1e-9, dtype=False)
    again = _triple(
        call(to_mm, (0, 0, 0), (5.0, 2.0, 0.5), (-40.0, -30.0, 10.0), given="for voxel (0, 0, 0)")
    )
    same_array(again, first, what="result for voxel (0, 0, 0)", tolerance=1e-9, dtype=False)
    other = _triple(call(to_mm, (1, 8, 4), (3.0, 0.75, 1.5), (6.0, 10.0, -20.0), given="for a second volume"))
    same_array(
        other, np.array([12.0, 16.0, -17.0]), what="result for a second volume", tolerance=1e-9, dtype=False
    )
    return "Right. 7 columns of 0.5 mm, 3 rows of 2 mm and 2 slices of 5 mm, counted from the first voxel."


def _placed(to_mm: Callable[..., Any], *given: tuple[float, ...]) -> Any:
    """Run the answer; put Python's complaint about tuples in plain words."""
    try:
        return call(to_mm, *given)
    except WrongAnswer as fault:
        if not isinstance(fault.__cause__, TypeError) or "tuple" not in str(fault.__cause__):
            raise
        raise WrongAnswer(
            "Your code stopped: tuples can't be multiplied or added number by number. Turn them into arrays "
            "first, as in `np.array(index)`."
        ) from None


def _triple(got: Any) -> NDArray[Any]:
    return an_array(np.array(got) if isinstance(got, tuple | list) else got)


@exercise(
    2,
    "A flip and a crop that lose the place",
    hints=[
        "Which voxel is the first one now, in x and in z? Where did that voxel lie before?",
        "x runs the other way: column 2 of the affine, the step in x, changes its sign.",
        "The start moves by `low` steps in z, and by (number of columns − 1) old steps in x.",
    ],
)
def export_mended(answer: object) -> str:
    """Judge an off-centre volume mend by mend, a second one, then a tilted one."""
    export = the_function(answer, "export_mended")
    array = np.arange(8 * 4 * 6, dtype=np.int16).reshape(8, 4, 6)
    affine = np.array([[0, 0, 2.0, -9], [0, 3.0, 0, -20], [5.0, 0, 0, 11], [0, 0, 0, 1]])
    low, high = 3, 7
    part, got = _pair(call(export, array, affine, low, high))
    _judge_array(part, array, low, high)
    if got.shape != (4, 4):
        raise WrongAnswer(f"Your affine has the shape {got.shape}; (4, 4) is needed.")
    recognise(got, _lost_places(affine, array.shape, low, high))
    same_array(got, _exported(affine, 6, low), what="affine", tolerance=1e-9, dtype=False)
    if got.dtype.kind in "iu":
        raise WrongAnswer(
            "Your affine holds whole numbers now, so a step of 0.7 mm would be lost. Keep floats."
        )
    second = np.arange(5 * 3 * 4, dtype=np.uint8).reshape(5, 3, 4)
    part, got = _pair(call(export, second, affine, 1, 3, given="for a second volume"))
    same_array(part, second[1:3, :, ::-1], what="array of a second volume")
    same_array(got, _exported(affine, 4, 1), what="affine of a second volume", tolerance=1e-9, dtype=False)
    tilted = affine.copy()
    tilted[:3, :3] = np.array([[0.3, 0.6, 1.6], [0.5, 2.9, -0.4], [4.9, -0.2, 0.1]])
    part, got = _pair(call(export, array, tilted, low, high, given="for a tilted scan"))
    if not np.allclose(got, _exported(tilted, 6, low), rtol=0, atol=1e-3):
        raise WrongAnswer(
            "On a straight scan all is right; on a tilted one voxels move. A step has parts in all three "
            "rows: use whole columns of the affine, as floats."
        )
    return "Right. Every voxel that is left lies where it lay, also in a tilted scan."


def _exported(
    affine: NDArray[np.float64], columns: int, low: int, *, down: float | None = None, turned: bool = True
) -> NDArray[np.float64]:
    """Give the affine after a crop at `low` and a flip of `columns` columns; `down` replaces the crop's steps."""
    moved = affine.copy()
    moved[:3, 2] *= -1 if turned else 1
    moved[:3, 3] += (low if down is None else down) * affine[:3, 0] + (columns - 1) * affine[:3, 2]
    return moved


def _lost_places(
    affine: NDArray[np.float64], shape: tuple[int, ...], low: int, high: int
) -> dict[str, NDArray[np.float64]]:
    """Give the affine of each known mistake, by its message."""
    slices, rows, columns = shape
    up, across = affine[:3, 0], affine[:3, 2]
    right = _exported(affine, columns, low)
    mirror = np.diag([-1.0, 1, 1, 1])
    flip = np.array([[1, 0, 0, low], [0, 1, 0, 0], [0, 0, -1, columns - 1], [0, 0, 0, 1.0]])

    def plus(place: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = place.copy()
        moved[:3, 3] += steps
        return moved

    def turned(axis: int, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = plus(affine, steps)
        moved[:3, axis] = -affine[:3, axis]
        return moved

    row = (
        "You turned the sign of the whole first row. That mirrors the patient, and it fits only where the "
        "midline is the middle of the image, as in this chapter's head; in the check's scan it isn't."
    )
    millimetres = np.array([0.0, 0, low])
    counts = "`low` counts slices, and the start is in mm: move it by `low` · (the step in z)."
    itself = "Slice `low` itself is the first that is left, `low` steps up."
    return {
        "Nothing has changed: the affine knows neither of the reversed x nor of the slices cut off below.": affine,
        "The crop is right now. One bug is left: x is reversed in the array but not in the affine.": (
            plus(affine, low * up)
        ),
        "The flip is right now. One bug is left: the first slice is `low`, and the start doesn't know.": (
            _exported(affine, columns, 0)
        ),
        "The step in x has its new sign, but the start is still the old first column. And the crop is missing.": (
            _exported(affine, 1, 0)
        ),
        "The crop and the sign are right. The start must also move to the column that is first now.": (
            _exported(affine, 1, low)
        ),
        "You are one column off: from the first to the last of n columns there are n − 1 steps.": (
            _exported(affine, columns + 1, low)
        ),
        "You moved the start but kept the step in x. Its sign changes too.": (
            _exported(affine, columns, low, turned=False)
        ),
        "The start moved to the wrong side: it goes along the *old* step in x.": (
            _exported(affine, 2 - columns, low)
        ),
        "You counted the rows. x has `array.shape[2]` columns.": _exported(affine, rows, low),
        "You counted the slices. x has `array.shape[2]` columns.": _exported(affine, slices, low),
        "The start moved by one slice. It moves by `low` of them: `low` times column 0.": (
            _exported(affine, columns, low, down=1)
        ),
        f"You are one slice short. {itself}": _exported(affine, columns, low, down=low - 1),
        f"You are one slice too far. {itself}": _exported(affine, columns, low, down=low + 1),
        "The start moved by `low` squared. It moves by `low` times column 0, once.": (
            _exported(affine, columns, low, down=low**2)
        ),
        counts: plus(right, millimetres - low * up),
        f"{counts} Move it along column 0, not all three numbers alike.": plus(right, low - low * up),
        f"{counts} And x is still reversed in the array alone.": plus(affine, millimetres),
        "74 is the first slice of the tumour's export. Another export begins elsewhere: use `low`.": (
            _exported(affine, columns, low, down=74)
        ),
        "The head has 197 columns, another volume has others: use `array.shape[2]`.": (
            _exported(affine, 197, low)
        ),
        "74 and 197 belong to the tumour's export. Use `low` and `array.shape[2]`.": (
            _exported(affine, 197, low, down=74)
        ),
        "You turned the sign of column 0, the step in z. The step in x is column 2.": (
            turned(0, low * up + (columns - 1) * across)
        ),
        "The axes are exchanged: z is cropped, so `low` goes with column 0; x is reversed, so n − 1 goes with "
        "column 2.": turned(2, low * across + (columns - 1) * up),
        "The axes are exchanged throughout: column 0 of the affine is the step in z, column 2 the step in x.": (
            turned(0, low * across + (columns - 1) * up)
        ),
        "The axes are exchanged, and you counted the slices: column 0 is the step in z, column 2 the step in x.": (
            turned(0, low * across + (slices - 1) * up)
        ),
        "You moved the start to slice `high`. The first slice that is left is `low`.": (
            _exported(affine, columns, low, down=high)
        ),
        "You moved the start to the last slice that is left. The first one is `low`.": (
            _exported(affine, columns, low, down=high - 1)
        ),
        "The start moved down. The slices that are left lie above the old start: add the steps.": (
            _exported(affine, columns, low, down=-low)
        ),
        "`low` counts slices: move the start along column 0 of the affine, the step in z.": (
            plus(right, low * (across - up))
        ),
        "You turned the sign of the whole first row, which mirrors the patient. And the crop is missing.": (
            mirror @ affine
        ),
        row: mirror @ plus(affine, low * up),
        row + " Turn the step in x alone.": plus(mirror @ affine, low * up + (columns - 1) * across),
        row + " The start takes the old step in x.": plus(mirror @ affine, low * up - (columns - 1) * across),
        "You multiplied in the wrong order. Crop and flip act on the index, so they stand on the right: "
        "affine @ change.": flip @ affine,
    }


def _pair(got: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise WrongAnswer("Return two things: the array and its affine.")
    part, affine = an_array(got[0], what="first result"), an_array(got[1], what="affine")
    if part.shape == (4, 4) and affine.ndim == 3:
        raise WrongAnswer("The two results are exchanged: return the array first, then the affine.")
    return part, affine


def _judge_array(part: NDArray[Any], array: NDArray[Any], low: int, high: int) -> None:
    recognise(
        part,
        {
            "You took the flip out of the array. The planning program needs x reversed; mend the affine.": (
                array[low:high]
            ),
            "You took the crop out of the array. Only the slices from low to high are wanted; mend the affine.": (
                array[:, :, ::-1]
            ),
            "The array is neither cropped nor reversed any more. Leave it as it was; mend the affine.": array,
            "The slice `high` is left out of the export, as in NumPy. Leave the array as it was.": (
                array[low : high + 1, :, ::-1]
            ),
        },
    )
    same_array(part, array[low:high, :, ::-1], what="array")


@exercise(
    3,
    "A coronal view in a window",
    hints=[
        "Hounsfield units are stored · slope + intercept. A coronal slice has one y and all z and x.",
        "`stored[:, y]` has its feet in the first row, and the first row is drawn on top.",
        "Reverse the rows for the head to be up, and the columns for the patient's right to be on your left.",
    ],
)
def coronal_in_window(answer: object) -> str:
    """Judge an off-centre slice of a small volume whose axes all have different lengths, then a second one."""
    from mediedu.enhance import window

    coronal = the_function(answer, "coronal_in_window")
    stored = np.random.default_rng(5).integers(1, 2000, (6, 9, 8)).astype(np.uint16)
    y, slope, intercept, center, width = 2, 2.0, -1024.0, 300, 2000
    got = an_array(call(coronal, stored, slope, intercept, y, center, width))
    if got.ndim == 2 and got.size and not got.any():
        raise WrongAnswer(
            "Your result is all black. Look at the order: stored · slope + intercept first, then "
            "`window(hounsfield, center, width)`."
        )
    units = stored * slope + intercept
    grey = window(units, center, width)

    def seen(values: NDArray[Any]) -> NDArray[Any]:
        return values[::-1, y, ::-1]

    wrapped = units.astype(np.int64)
    recognise(
        got,
        {
            f"That is the axial slice {y}: y is the second axis.": grey[y],
            f"That is the axial slice {y}, turned: y is the second axis.": grey[y][::-1, ::-1],
            f"That is the sagittal slice {y}: y is the second axis.": grey[:, :, y],
            f"That is the sagittal slice {y}, turned: y is the second axis.": grey[:, :, y][::-1, ::-1],
            "The patient stands on the head, and left and right are exchanged. Reverse rows and columns.": (
                grey[:, y]
            ),
            "The head is up. But the patient's right is on your right: reverse the columns too.": (
                grey[::-1, y]
            ),
            "The patient stands on the head: the first row of the array is drawn on top. Reverse the rows too.": (
                grey[:, y, ::-1]
            ),
            "The slice is lying on its side. Rows are z and columns x; don't transpose.": (
                grey[:, y].T[::-1, ::-1]
            ),
            "You counted y from the other end. Take slice y as it is stored; reverse only what is drawn, z and x.": (
                grey[::-1, -1 - y, ::-1]
            ),
            "That is the slice in the middle. Take slice `y`.": grey[::-1, 4, ::-1],
            "That is the slice before `y`: slices are counted from 0.": grey[::-1, y - 1, ::-1],
            "That is the slice after `y`: slices are counted from 0.": grey[::-1, y + 1, ::-1],
            "You windowed the stored numbers. Turn them into Hounsfield units first: · slope + intercept.": (
                window(seen(stored.astype(float)), center, width)
            ),
            "The intercept is missing: everything is too bright.": window(
                seen(stored * slope), center, width
            ),
            "You took the intercept away. It is negative already: add it.": (
                window(seen(stored * slope - intercept), center, width)
            ),
            "The slope is missing: a step of a stored number is 2 HU here.": (
                window(seen(stored + intercept), center, width)
            ),
            "The intercept was added before the slope. The slope belongs to the stored number alone.": (
                window(seen((stored + intercept) * slope), center, width)
            ),
            "These are Hounsfield units. The window is missing.": seen(units),
            "Center and width are exchanged.": window(seen(units), width, center),
            "That is the window of the brain, 40 and 80. Use the center and width that are given.": (
                window(seen(units), 40, 80)
            ),
            "That is the window of soft tissue, 40 and 400. Use the center and width that are given.": (
                window(seen(units), 40, 400)
            ),
            "The stored numbers were cut to 8 bits before the window, and wrapped. Only the window's result is "
            "uint8.": window(seen(stored.astype(np.uint8) * slope + intercept), center, width),
            "The Hounsfield units were cut to 8 bits before the window, and wrapped. Only the window's result "
            "is uint8.": window(seen(wrapped.astype(np.uint8).astype(float)), center, width),
            "The Hounsfield units wrapped: an unsigned type can't be negative. Use floats.": (
                window(seen(wrapped.astype(np.uint16).astype(float)), center, width)
            ),
        },
    )
    expected = seen(grey)
    if got.shape == expected.shape and got.dtype.kind in "iuf":
        off = np.abs(got.astype(float) - expected)
        if got.dtype.kind == "f" and off.max() <= 2:
            raise WrongAnswer("You returned floats near the right ones. `window` of chapter 01 gives uint8.")
        if 0 < off.max() <= 2:
            raise WrongAnswer(
                "Nearly: your grey values are off by 1 here and there. That is another formula or another "
                "rounding; call `window` of chapter 01."
            )
    same_array(got, expected)
    other = np.random.default_rng(6).integers(0, 900, (4, 5, 3)).astype(np.int16)
    again = call(coronal, other, 1.0, -1000.0, 3, -200, 900, given="for a second volume")
    same_array(again, window(other[::-1, 3, ::-1] - 1000.0, -200, 900), what="result for a second volume")
    return "Right. Hounsfield units first, then the window, and the patient faces you with the head up."
