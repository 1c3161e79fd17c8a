"""Checks of chapter 02, image geometry."""

from __future__ import annotations

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
        "`index` and `spacing` are both (z, y, x): multiply them as they are.",
        "The product is still (z, y, x), and `first` is (right, anterior, superior). Reverse the product, then add.",
    ],
)
def index_to_mm(answer: object) -> str:
    """Judge one voxel where all spacings, counts and origins differ."""
    to_mm = the_function(answer, "index_to_mm")
    index, spacing = np.array([2.0, 3.0, 7.0]), np.array([5.0, 2.0, 0.5])
    first = np.array([-40.0, -30.0, 10.0])
    got = call(to_mm, (2, 3, 7), (5.0, 2.0, 0.5), (-40.0, -30.0, 10.0))
    if isinstance(got, tuple | list):
        got = np.array(got)
    got = an_array(got)
    right = first + (index * spacing)[::-1]
    mistakes = {
        "The origin is missing: you counted from voxel (0, 0, 0). Add `first`.": (index * spacing)[::-1],
        "The origin is missing, and the result is still (z, y, x). Reverse it and add `first`.": index
        * spacing,
        "You added (z, y, x) to (right, anterior, superior). Reverse the steps before you add `first`.": first
        + index * spacing,
        "The result is in the order (z, y, x). Places are (right, anterior, superior), like `first`.": right[
            ::-1
        ],
        "The spacing is in the wrong order: it is (z, y, x), like the index. Multiply before you reverse.": (
            first + index[::-1] * spacing
        ),
        "The index is in the wrong order: it is (z, y, x), like the spacing.": first + index * spacing[::-1],
        "You are half a voxel off. `first` is the centre of voxel (0, 0, 0), and places are centres.": (
            first + ((index + 0.5) * spacing)[::-1]
        ),
        "You are half a voxel off, to the other side. `first` is the centre of voxel (0, 0, 0).": (
            first + ((index - 0.5) * spacing)[::-1]
        ),
        "The spacing is missing: you added the index as if every voxel were 1 mm.": first + index[::-1],
        "You divided by the spacing. That is the way from millimetres to the index.": (
            first + (index / spacing)[::-1]
        ),
        "You took the origin away. Add it.": (index * spacing)[::-1] - first,
        "The result was cut to whole millimetres. Keep floats.": np.trunc(right),
    }
    recognise(got, mistakes)
    same_array(got, right, tolerance=1e-9, dtype=False)
    again = call(to_mm, (0, 0, 0), (5.0, 2.0, 0.5), (-40.0, -30.0, 10.0), given="for voxel (0, 0, 0)")
    same_array(np.array(again), first, tolerance=1e-9, dtype=False)
    return "Right. 7 columns of 0.5 mm, 3 rows of 2 mm and 2 slices of 5 mm, counted from the first voxel."


def _places(array: NDArray[Any], affine: NDArray[Any]) -> NDArray[np.float64]:
    """Where each grey value lies; the values are all different."""
    index = np.argwhere(np.ones(array.shape))
    order = np.argsort(array.ravel())
    return np.asarray((index @ affine[:3, :3].T + affine[:3, 3])[order], dtype=np.float64)


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
    """Judge an off-centre volume mend by mend, then a tilted one by the places of all voxels."""
    export = the_function(answer, "export_mended")
    array = np.arange(4 * 3 * 5, dtype=np.int16).reshape(4, 3, 5)
    affine = np.array([[0, 0, 2.0, -7], [0, 3.0, 0, -20], [5.0, 0, 0, 11], [0, 0, 0, 1]])
    part, got = _pair(call(export, array, affine, 1, 3))
    _judge_array(part, array)
    if got.shape != (4, 4):
        raise WrongAnswer(f"Your affine has the shape {got.shape}; (4, 4) is needed.")
    up, across = affine[:3, 0], affine[:3, 2]

    def variant(cropped: bool, turned: bool, columns: float) -> NDArray[np.float64]:
        moved = affine.copy()
        moved[:3, 2] *= -1 if turned else 1
        moved[:3, 3] += (1 if cropped else 0) * up + columns * across
        return moved

    mirrored = np.diag([-1.0, 1, 1, 1]) @ affine
    mirrored_crop = mirrored.copy()
    mirrored_crop[:3, 3] += up
    recognise(
        got,
        {
            "Nothing has changed: the affine knows neither of the reversed x nor of the slices cut off below.": (
                variant(False, False, 0)
            ),
            "The crop is right now. One bug is left: x is reversed in the array but not in the affine.": (
                variant(True, False, 0)
            ),
            "The flip is right now. One bug is left: the first slice is `low`, and the start doesn't know.": (
                variant(False, True, 4)
            ),
            "The step in x has its new sign, but the start is still the old first column. And the crop is missing.": (
                variant(False, True, 0)
            ),
            "The crop and the sign are right. The start must also move to the column that is first now.": (
                variant(True, True, 0)
            ),
            "You are one column off: from the first to the last of n columns there are n − 1 steps.": (
                variant(True, True, 5)
            ),
            "You moved the start but kept the step in x. Its sign changes too.": variant(True, False, 4),
            "The start moved to the wrong side: it goes along the *old* step in x.": variant(True, True, -4),
            "You turned the sign of the whole first row. That mirrors the patient, and it fits only where the "
            "midline is the middle of the image; here it isn't.": mirrored_crop,
            "You turned the sign of the whole first row, which mirrors the patient. And the crop is missing.": (
                mirrored
            ),
        },
    )
    beside, along = affine.copy(), variant(True, True, 4)
    beside[:3, 2], beside[:3, 3] = along[:3, 2], along[:3, 3] - up + affine[:3, 2]
    recognise(
        got,
        {"`low` counts slices: move the start along column 0 of the affine, the step in z.": beside},
    )
    same_array(got, along, what="affine", tolerance=1e-9, dtype=False)
    tilted = affine.copy()
    tilted[:3, :3] = np.array([[0, 0.6, 1.6], [0.5, 2.9, -0.4], [4.9, -0.2, 0.1]])
    part, got = _pair(call(export, array, tilted, 2, 4, given="for a tilted scan"))
    if not np.allclose(_places(part, got), _places(array, tilted)[np.sort(part.ravel())], atol=1e-9):
        raise WrongAnswer(
            "On a straight scan all is right; on a tilted one voxels move. A step has parts in all three "
            "rows: use whole columns of the affine."
        )
    return "Right. Every voxel that is left lies where it lay, also in a tilted scan."


def _pair(got: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise WrongAnswer("Return two things: the array and its affine.")
    return an_array(got[0], what="first result"), an_array(got[1], what="affine")


def _judge_array(part: NDArray[Any], array: NDArray[Any]) -> None:
    recognise(
        part,
        {
            "You took the flip out of the array. The planning program needs x to run to the left; mend the "
            "affine.": array[1:3],
            "You took the crop out of the array. Only the slices from low to high are wanted; mend the affine.": (
                array[:, :, ::-1]
            ),
            "The array is neither cropped nor reversed any more. Leave it as it was; mend the affine.": array,
        },
    )
    same_array(part, array[1:3, :, ::-1], what="array")


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
    """Judge a small volume whose axes all have different lengths."""
    from mediedu.enhance import window

    coronal = the_function(answer, "coronal_in_window")
    stored = np.random.default_rng(5).integers(0, 1500, (6, 7, 8)).astype(np.uint16)
    got = an_array(call(coronal, stored, 2.0, -1024.0, 3, 40, 4000))
    units = stored * 2.0 - 1024.0
    grey = window(units, 40, 4000)
    recognise(
        got,
        {
            "That is the axial slice 3: y is the second axis.": grey[3],
            "That is the axial slice 3, turned: y is the second axis.": grey[3][::-1, ::-1],
            "That is the sagittal slice 3: y is the second axis.": grey[:, :, 3],
            "That is the sagittal slice 3, turned: y is the second axis.": grey[:, :, 3][::-1, ::-1],
            "The patient stands on the head, and left and right are exchanged. Reverse rows and columns.": (
                grey[:, 3]
            ),
            "The head is up. But the patient's right is on your right: reverse the columns too.": (
                grey[::-1, 3]
            ),
            "The patient stands on the head: the first row of the array is drawn on top. Reverse the rows too.": (
                grey[:, 3, ::-1]
            ),
            "The slice is lying on its side. Rows are z and columns x; don't transpose.": (
                grey[:, 3].T[::-1, ::-1]
            ),
            "You windowed the stored numbers. Turn them into Hounsfield units first: · slope + intercept.": (
                window(stored.astype(float), 40, 4000)[::-1, 3, ::-1]
            ),
            "The intercept is missing: everything is too bright.": window(stored * 2.0, 40, 4000)[
                ::-1, 3, ::-1
            ],
            "The slope is missing: a step of a stored number is 2 HU here.": (
                window(stored - 1024.0, 40, 4000)[::-1, 3, ::-1]
            ),
            "The intercept was added before the slope. The slope belongs to the stored number alone.": (
                window((stored - 1024.0) * 2.0, 40, 4000)[::-1, 3, ::-1]
            ),
            "These are Hounsfield units. The window is missing.": units[::-1, 3, ::-1],
            "Center and width are exchanged.": window(units, 4000, 40)[::-1, 3, ::-1],
        },
    )
    same_array(got, grey[::-1, 3, ::-1])
    return "Right. Hounsfield units first, then the window, and the patient faces you with the head up."
