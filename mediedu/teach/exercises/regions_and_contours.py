"""Checks of chapter 07, regions and contours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

Distances = NDArray[np.float64]
Mask = NDArray[np.bool_]

# The chapter's two tiny masks, then borders of different lengths where the worst lies the other way round.
SPIKE = (np.zeros(4), np.array([0.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.3]))
ROUGH = (np.r_[np.full(30, 0.2), 0.9, 1.4, 2.5], np.r_[np.full(12, 0.4), 0.5, 0.8])


def _scores(there: Distances, back: Distances) -> tuple[float, float, float]:
    both = np.concatenate([there, back])
    most = max(np.percentile(there, 95), np.percentile(back, 95))
    return float(both.max()), float(most), float(both.mean())


@exercise(
    1,
    "Three numbers for two borders",
    hints=[
        "The Hausdorff distance is the largest number in either array. Which array holds it differs from case to "
        "case.",
        "For the 95 % form take `np.percentile(…, 95)` of each array on its own, then the larger of the two.",
        "The average is over all points of both: `np.concatenate([there, back]).mean()`. Return all three as floats.",
    ],
)
def border_scores(answer: object) -> str:
    """Judge borders of different lengths with the worst in the first array, then the chapter's spike."""
    scores = the_function(answer, "border_scores")
    for given, (there, back) in {
        "for borders of 33 and 14 points": ROUGH,
        "for a border with a spike": SPIKE,
    }.items():
        got = call(scores, there, back, given=given)
        if not isinstance(got, tuple | list | np.ndarray) or len(got) != 3:
            raise WrongAnswer("Three numbers are needed: Hausdorff, 95 % form and average, in this order.")
        _judge_rounding(got, _scores(there, back))
        _judge_worst(got[0], there, back, given)
        _judge_most(got[1], there, back, given)
        _judge_mean(got[2], there, back, given)
    return "Right. Both directions count, each point once, and the 95 % form forgives the worst few."


def _judge_rounding(got: Any, right: tuple[float, float, float]) -> None:
    """Tell a rounded result, wherever rounding shows."""
    for one, exact in zip(got, right, strict=True):
        for digits in range(2, 6):
            rounded = round(exact, digits)
            if abs(rounded - exact) > 1e-6 and abs(_as_float(one) - rounded) < 1e-9:
                raise WrongAnswer(f"You round to {digits} digits. Return the numbers as they are.")


def _judge_worst(got: Any, there: Distances, back: Distances, given: str) -> None:
    right = _scores(there, back)
    mistakes = {
        "Your first number is the 95 % form. The Hausdorff distance comes first.": right[1],
        "Your first number is the average. The Hausdorff distance comes first.": right[2],
        "Your Hausdorff distance is the largest of `there`. `back` holds a larger one, and the larger of the "
        "two counts.": there.max(),
        "Your Hausdorff distance is the largest of `back`. `there` holds a larger one, and the larger of the "
        "two counts.": back.max(),
        "Your Hausdorff distance is the mean of both directions. Take the larger of the two.": (
            (there.max() + back.max()) / 2
        ),
        "Your Hausdorff distance adds the two directions up. Take the larger of the two.": (
            there.max() + back.max()
        ),
    }
    recognise(got, {m: v for m, v in mistakes.items() if abs(v - right[0]) > 1e-6})
    if abs(_as_float(got) - 0.3) < 1e-9 and right[0] > 2:
        raise WrongAnswer("Your Hausdorff distance is always 0.3. Compute it from `there` and `back`.")
    same_number(got, right[0], what="Hausdorff distance", tolerance=1e-6, given=given)


def _judge_most(got: Any, there: Distances, back: Distances, given: str) -> None:
    right = _scores(there, back)[1]
    low = max(np.percentile(there, 0.95), np.percentile(back, 0.95))
    steps = max(np.percentile(one, 95, method="inverted_cdf") for one in (there, back))
    pooled = np.percentile(np.concatenate([there, back]), 95)
    ends = np.percentile(there, 95), np.percentile(back, 95)
    mistakes = {
        "Your 95 % form pools both directions before the percentile. Take it in each direction on its own, "
        "then the larger.": pooled,
        "Your 95 % form is 95 % of the Hausdorff distance. It is a percentile of the points: "
        "`np.percentile(…, 95)`.": 0.95 * max(there.max(), back.max()),
        "Your 95 % form is the Hausdorff distance again. Leave the worst twentieth of the points out.": (
            max(there.max(), back.max())
        ),
        "Your 95 % form is that of `there`. That of `back` is larger, and the larger of the two counts.": (
            ends[0]
        ),
        "Your 95 % form is that of `back`. That of `there` is larger, and the larger of the two counts.": (
            ends[1]
        ),
        "Your 95 % form takes the mean of the two directions. Take the larger.": sum(ends) / 2,
        "Your second number is the average. The order is Hausdorff, 95 % form, average.": (
            np.concatenate([there, back]).mean()
        ),
        "`np.percentile` wants 95, not 0.95; with 0.95 it gives nearly the smallest.": low,
        "Your 95 % form is always one of the distances. `np.percentile` as it is goes between two of "
        "them.": steps,
    }
    recognise(got, {m: v for m, v in mistakes.items() if abs(v - right) > 1e-6})
    same_number(got, right, what="95 % form", tolerance=1e-6, given=given)


def _judge_mean(got: Any, there: Distances, back: Distances, given: str) -> None:
    right = _scores(there, back)[2]
    mistakes = {
        "Your average is the mean of two means. The longer border then counts too little: average over all "
        "points of both.": (there.mean() + back.mean()) / 2,
        "Your average is that of `back` alone, or the larger of two means. Average over all points of both.": (
            back.mean()  # the larger one in both cases
        ),
        "Your average is that of `there` alone. Average over the points of both.": there.mean(),
        "Your average is a sum. Divide by the number of points of both borders.": there.sum() + back.sum(),
        "Your average adds two means up. Average over all points of both.": there.mean() + back.mean(),
    }
    recognise(got, {m: v for m, v in mistakes.items() if abs(v - right) > 1e-6})
    same_number(got, right, what="average surface distance", tolerance=1e-6, given=given)


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _grown(
    image: NDArray[np.uint8],
    seed: tuple[int, int],
    tolerance: int,
    *,
    kind: type = int,
    wraps: str = "",
    strict: bool = False,
    corners: bool = False,
    neighbour: bool = False,
    stops: bool = False,
) -> Mask:
    """Grow as the exercise asks, or with one of its mistakes."""
    values: NDArray[Any] = image.astype(kind)
    distance = np.abs(values - values[seed])
    alike = distance < tolerance if strict else distance <= tolerance
    alike[seed] |= not strict or tolerance > 0
    steps = [(-1, 0), (1, 0), (0, -1), (0, 1)]
    if corners:
        steps += [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    rows, columns = image.shape
    region = np.zeros(image.shape, dtype=bool)
    waiting = [(seed, seed)]
    while waiting:
        (r, c), before = waiting.pop()
        outside = r >= rows or c >= columns or (r < 0 and "r" not in wraps) or (c < 0 and "c" not in wraps)
        if outside or region[r, c]:
            if stops:
                break
            continue
        joins = abs(int(image[r, c]) - int(image[before])) <= tolerance if neighbour else alike[r, c]
        if joins:
            region[r, c] = True
            waiting += [((r + dr, c + dc), (r, c)) for dr, dc in steps]
    return region


def _without(region: Mask, seed: tuple[int, int]) -> Mask:
    """Take the seed out of a region."""
    region = region.copy()
    region[seed] = False
    return region


def _alone(image: NDArray[Any], seed: tuple[int, int]) -> Mask:
    """Mark the seed and nothing else."""
    region = np.zeros(image.shape, dtype=bool)
    region[seed] = True
    return region


def _scene() -> NDArray[np.uint8]:
    """Draw a mass at the top and left edge, darker pixels in it, and alike ones at the opposite edges."""
    image = np.full((7, 9), 200, dtype=np.uint8)
    image[0:4, 0:4] = [[58, 61, 57, 60], [59, 60, 63, 58], [62, 64, 55, 60], [60, 56, 65, 61]]
    image[4, 4] = 60  # touches by a corner
    image[6, 1] = image[2, 8] = 60  # behind the edges
    return image


@exercise(
    2,
    "Two bugs in a region",
    hints=[
        "`image` is `uint8`. What is 57 − 60 there? Try it on an array.",
        "`region[-1, c]` is no error in NumPy. Which row is it?",
        "Change the image to `int` before you subtract, and skip a place too if its row or its column is below 0.",
    ],
)
def grow_mended(answer: object) -> str:
    """Judge a mass in a corner of the image, with darker pixels and others behind the edges."""
    grow = the_function(answer, "grow_mended")
    image, seed = _scene(), (1, 1)
    got = an_array(call(grow, image, seed, 5, given="for a mass in a corner of the image"))
    right = _grown(image, seed, 5)
    recognise(
        got,
        {
            "Nothing has changed: darker pixels are still left out, and the region still comes out at the "
            "opposite edge.": _grown(image, seed, 5, kind=np.uint8, wraps="rc"),
            "The differences are right now. One bug is left: row −1 is the last row in NumPy, so the region "
            "comes out at the opposite edge.": _grown(image, seed, 5, wraps="rc"),
            "The rows end at the edge now. Column −1 is the last column in NumPy: ask whether c is below 0, "
            "too.": _grown(image, seed, 5, wraps="c"),
            "The columns end at the edge now. Row −1 is the last row in NumPy: ask whether r is below 0, "
            "too.": _grown(image, seed, 5, wraps="r"),
            "The edges are right now. One bug is left: 57 − 60 is 253 in uint8, so darker pixels are left "
            "out.": _grown(image, seed, 5, kind=np.uint8),
            "A difference equal to the tolerance joins too: use <=.": _grown(image, seed, 5, strict=True),
            "You step across corners. Only up, down, left and right are asked for.": _grown(
                image, seed, 5, corners=True
            ),
            "That is every pixel like the seed, connected or not: a threshold.": (
                np.abs(image.astype(int) - int(image[seed])) <= 5
            ),
            "Your region ends too early: a place outside, or one already taken, is skipped, and the others "
            "on the list still wait. Use continue, not break.": _grown(image, seed, 5, stops=True),
            "Your region leaves out the seed itself.": _without(right, seed),
            "Only the seed has joined. Does your `return` stand inside the loop?": _alone(image, seed),
            "Your region leaves out the first row and the first column: 0 is a place in the image, −1 is not.": (
                right & (np.indices(image.shape) > 0).all(axis=0)
            ),
        },
    )
    if got.dtype != np.bool_ and got.shape == right.shape:
        raise WrongAnswer(f"Your region is {got.dtype}; a mask of booleans is needed.")
    same_array(got, right, what="region")
    other = np.full((5, 6), 10, dtype=np.uint8)
    other[1:4, 2:5] = [[250, 240, 255], [10, 245, 10], [248, 252, 230]]
    for place, tolerance in (((1, 2), 10), ((3, 3), 7), ((0, 0), 0)):
        again = call(grow, other, place, tolerance, given="for a second image")
        if np.array_equal(again, right):
            raise WrongAnswer("Your function gives the same region for every image. Use its arguments.")
        wanted = _grown(other, place, tolerance)
        mistakes = {
            "Your tolerance is always 5. Use `tolerance`.": _grown(other, place, 5),
            "You compare each pixel with its neighbour. Compare it with the seed.": _grown(
                other, place, tolerance, neighbour=True
            ),
            "Your region leaves out the last row and the last column: the first place outside is "
            "`image.shape[0]`, not one before.": np.pad(
                _grown(other[:-1, :-1], place, tolerance), ((0, 1), (0, 1))
            ),
        }
        recognise(again, {m: v for m, v in mistakes.items() if not np.array_equal(v, wanted)})
        same_array(again, wanted, what="region of a second image")
    for levels, tolerance in (([0, 255, 0], 5), ([20, 160, 20], 120)):
        row = np.array([levels], dtype=np.uint8)
        again = call(grow, row, (0, 0), tolerance, given=f"for a row of {levels}")
        recognise(
            again,
            {
                f"For a row of {levels}, the seed at its left end and tolerance {tolerance} you let all "
                "three join. Your differences still wrap round: int8 ends at 127. Take int.": (
                    _grown(row, (0, 0), tolerance, kind=np.int8)
                ),
            },
        )
        same_array(again, _grown(row, (0, 0), tolerance), what=f"region of a row of {levels}")
    return "Right. Differences are taken as whole numbers, and the image ends at its edge."


def _cut(
    mask: Mask,
    seed: tuple[int, int],
    *,
    how: str = "opening",
    square: bool = True,
    size: int = 3,
    keep: str = "seed",
    corners: bool = False,
) -> Mask:
    """Cut as the exercise asks, or with one of its mistakes."""
    from scipy import ndimage

    element = np.ones((size, size)) if square else None
    steps = {
        "opening": ndimage.binary_opening,
        "closing": ndimage.binary_closing,
        "erosion": ndimage.binary_erosion,
        "dilation": ndimage.binary_dilation,
    }
    opened = mask if how == "nothing" else steps[how](mask, structure=element)
    pieces, number = ndimage.label(opened, structure=np.ones((3, 3)) if corners else None)
    if keep == "early":  # the piece is picked before the mask is opened
        whole = ndimage.label(mask)[0]
        return np.asarray(steps[how]((whole == whole[seed]) & mask, structure=element))
    if keep == "first":
        return np.asarray(pieces == 1)
    if keep == "all":
        return np.asarray(opened)
    if keep == "largest":
        return np.asarray(pieces == 1 + np.argmax(np.bincount(pieces.ravel(), minlength=number + 1)[1:]))
    if keep == "background":
        return np.asarray(pieces == pieces[seed])
    return np.asarray(opened & (pieces == pieces[seed]))


def _leak() -> Mask:
    """Draw a mass, a thin bridge to a larger patch, one that touches the mass by a corner, and a small one."""
    mask = np.zeros((20, 22), dtype=bool)
    mask[7:13, 2:8] = True
    mask[6, 4:6] = mask[9:11, 8] = mask[14, 4] = True  # bumps of the border
    mask[13, 3:6] = True
    mask[10, 8:12] = True  # the bridge
    mask[6:16, 12:20] = True
    mask[13:17, 8:11] = True  # touches the mass by a corner
    mask[1:4, 14:17] = True  # a small piece, the first to be numbered
    return mask


@exercise(
    3,
    "Cut a leak",
    hints=[
        "`binary_opening(mask, structure=np.ones((3, 3)))` opens with the square.",
        "`label(opened)` returns two things: an array of numbers, one for each piece, and how many there are.",
        "Keep what is in the opened mask and has the number `pieces[seed]`. The number alone would give the "
        "background for a lost seed.",
    ],
)
def cut_leak(answer: object) -> str:
    """Judge a mass that leaked into a larger patch, from both sides, and a seed on the bridge."""
    cut = the_function(answer, "cut_leak")
    mask, seed = _leak(), (9, 5)
    got = an_array(call(cut, mask, seed, given="for a mass that has leaked over a bridge"))
    right = _cut(mask, seed)
    if got.dtype != np.bool_ and np.array_equal(got != 0, _cut(mask, seed, keep="all")):
        raise WrongAnswer("Those are the numbers of all pieces. Compare them with the seed's number.")
    if got.dtype != np.bool_ and np.array_equal(got != 0, right):
        raise WrongAnswer(f"Your mask is {got.dtype}; booleans are needed.")
    recognise(
        got,
        {
            "The bridge is still there. Open the mask before you look for pieces.": _cut(
                mask, seed, how="nothing"
            ),
            "That is a closing: it fills gaps, and the bridge stays. An opening erodes first.": _cut(
                mask, seed, how="closing"
            ),
            "You eroded only, so the mass is too small. An opening dilates again.": _cut(
                mask, seed, how="erosion"
            ),
            "You dilated only, so the mass has grown. An opening erodes first.": _cut(
                mask, seed, how="dilation"
            ),
            "The mask is opened, but all its pieces are still there. Keep the one that holds the seed.": _cut(
                mask, seed, keep="all"
            ),
            "You kept piece number 1, whatever the seed. Ask for the number that the piece has at the "
            "seed.": _cut(mask, seed, keep="first"),
            "You picked the piece before opening, when the bridge still joined mass and leak. Open first, "
            "then pick.": _cut(mask, seed, keep="early"),
            "Your mask is empty. The seed is (row, column): have the two changed places? Or does your "
            "opening take more than one with a square of 3 × 3?": (np.zeros(mask.shape, dtype=bool)),
            "You kept the largest piece. The leak is larger than the mass here: keep the piece that holds the "
            "seed.": _cut(mask, seed, keep="largest"),
            "You opened with a cross and kept the largest piece. The exercise asks for a square of 3 × 3, and for "
            "the piece that holds the seed.": _cut(mask, seed, square=False, keep="largest"),
            "You return the background: at the place where you look, the number is 0. The seed is (row, column).": (
                ~_cut(mask, seed, keep="all")
            ),
            "Your opening takes away less than one with a square of 3 × 3 does.": _cut(mask, seed, size=2),
            "Your opening takes away more than one with a square of 3 × 3 does.": _cut(mask, seed, size=5),
            "You opened with a cross, which is the default. The exercise asks for a square of 3 × 3.": _cut(
                mask, seed, square=False
            ),
            "Your pieces hold together across corners. The exercise asks for edges alone.": _cut(
                mask, seed, corners=True
            ),
            "You kept everything but the piece that holds the seed.": _cut(mask, seed, keep="all") & ~right,
        },
    )
    same_array(got, right, what="mask")
    other = np.asarray(call(cut, mask, (9, 15), given="for a seed in the patch"))
    recognise(
        other,
        {
            "Your function ignores the seed: a seed in the other piece gave the first piece again.": right,
        },
    )
    same_array(other, _cut(mask, (9, 15)), what="mask for a second seed")
    answer_for_lost = call(cut, mask, (10, 9), given="for a seed on the bridge", may_be_none=True)
    if answer_for_lost is None:
        raise WrongAnswer(
            "For a seed on the bridge you return None. A mask of the same shape without any pixel is needed."
        )
    lost = np.asarray(answer_for_lost)
    recognise(
        lost,
        {
            "For a seed on the bridge you return the mask as it was given. The opening has removed that seed, "
            "so a mask without any pixel is needed.": mask,
            "For a seed on the bridge you return the whole opened mask. The opening has removed that seed, so "
            "a mask without any pixel is needed.": _cut(mask, (10, 9), keep="all"),
            "For a seed on the bridge you return the background: its number is 0, like that of the seed, "
            "which the opening removed. Demand that a pixel is in the opened mask, too.": _cut(
                mask, (10, 9), keep="background"
            ),
        },
    )
    same_array(lost, np.zeros(mask.shape, dtype=bool), what="mask for a seed on the bridge")
    return "Right. The bridge is gone, the mass keeps its size, and a lost seed gives an empty mask."
