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
        "The Hausdorff distance is the largest number in either array: `max(there.max(), back.max())`.",
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
        _judge_worst(got[0], there, back, given)
        _judge_most(got[1], there, back, given)
        _judge_mean(got[2], there, back, given)
    return "Right. Both directions count, each point once, and the 95 % form forgives the worst few."


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
    if abs(_as_float(got) - low) < 1e-9 and abs(low - right) > 1e-6:
        raise WrongAnswer("`np.percentile` wants 95, not 0.95; with 0.95 it gives nearly the smallest.")
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
    }
    recognise(got, {m: v for m, v in mistakes.items() if abs(v - right) > 1e-6})
    same_number(got, right, what="95 % form", tolerance=1e-6, given=given)


def _judge_mean(got: Any, there: Distances, back: Distances, given: str) -> None:
    right = _scores(there, back)[2]
    mistakes = {
        "Your average is the mean of two means. The longer border then counts too little: average over all "
        "points of both.": (there.mean() + back.mean()) / 2,
        "Your average takes the larger of two means. Average over all points of both.": (
            max(there.mean(), back.mean())
        ),
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
    wraps_levels: bool = False,
    wraps_edges: bool = False,
    strict: bool = False,
    corners: bool = False,
) -> Mask:
    """Grow as the exercise asks, or with one of its mistakes."""
    from scipy.ndimage import label

    values = image if wraps_levels else image.astype(int)
    distance = np.abs(values - values[seed])
    alike = distance < tolerance if strict else distance <= tolerance
    alike[seed] |= not strict or tolerance > 0
    if wraps_edges:  # on a torus: what touches the top or left edge goes on at the opposite one
        alike = np.tile(alike, (3, 3))
    around = np.ones((3, 3)) if corners else None
    pieces = label(alike, structure=around)[0]
    rows, columns = image.shape
    at = (seed[0] + rows, seed[1] + columns) if wraps_edges else seed
    mine = (pieces == pieces[at]) & alike
    if not wraps_edges:
        return np.asarray(mine)
    blocks = mine.reshape(3, rows, 3, columns)
    return np.asarray(blocks.any(axis=(0, 2)))


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
        "Change to `int` before you subtract, and skip a place unless 0 <= r < rows and 0 <= c < columns.",
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
            "opposite edge.": _grown(image, seed, 5, wraps_levels=True, wraps_edges=True),
            "The differences are right now. One bug is left: row −1 is the last row in NumPy, so the region "
            "comes out at the opposite edge.": _grown(image, seed, 5, wraps_edges=True),
            "The edges are right now. One bug is left: 57 − 60 is 253 in uint8, so darker pixels are left "
            "out.": _grown(image, seed, 5, wraps_levels=True),
            "A difference equal to the tolerance joins too: use <=.": _grown(image, seed, 5, strict=True),
            "You step across corners. Only up, down, left and right are asked for.": _grown(
                image, seed, 5, corners=True
            ),
            "That is every pixel like the seed, connected or not: a threshold.": (
                np.abs(image.astype(int) - int(image[seed])) <= 5
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
        fixed = _grown(other, place, 5)
        if not np.array_equal(fixed, _grown(other, place, tolerance)):
            recognise(again, {"Your tolerance is always 5. Use `tolerance`.": fixed})
        same_array(again, _grown(other, place, tolerance), what="region of a second image")
    return "Right. Differences are taken as whole numbers, and the image ends at its edge."


def _cut(
    mask: Mask,
    seed: tuple[int, int],
    *,
    how: str = "opening",
    square: bool = True,
    keep: str = "seed",
    corners: bool = False,
) -> Mask:
    """Cut as the exercise asks, or with one of its mistakes."""
    from scipy import ndimage

    element = np.ones((3, 3)) if square else None
    steps = {
        "opening": ndimage.binary_opening,
        "closing": ndimage.binary_closing,
        "erosion": ndimage.binary_erosion,
        "dilation": ndimage.binary_dilation,
    }
    opened = mask if how == "nothing" else steps[how](mask, structure=element)
    pieces, number = ndimage.label(opened, structure=np.ones((3, 3)) if corners else None)
    if keep == "all":
        return np.asarray(opened)
    if keep == "largest":
        return np.asarray(pieces == 1 + np.argmax(np.bincount(pieces.ravel(), minlength=number + 1)[1:]))
    if keep == "background":
        return np.asarray(pieces == pieces[seed])
    return np.asarray(opened & (pieces == pieces[seed]))


def _leak() -> Mask:
    """Draw a mass, a thin bridge to a larger patch, and one more that touches the mass by a corner."""
    mask = np.zeros((16, 22), dtype=bool)
    mask[3:9, 2:8] = True
    mask[2, 4:6] = mask[5:7, 8] = mask[10, 4] = True  # bumps of the border
    mask[9, 3:6] = True
    mask[6, 8:12] = True  # the bridge
    mask[2:12, 12:20] = True
    mask[9:13, 8:11] = True  # touches the mass by a corner
    return mask


@exercise(
    3,
    "Cut a leak",
    hints=[
        "`binary_opening(mask, structure=np.ones((3, 3)))` opens with the square.",
        "`label(opened)` returns two things: an array of numbers, one for each piece, and how many there are.",
        "`opened & (pieces == pieces[seed])`: the second half alone would give the background for a lost seed.",
    ],
)
def cut_leak(answer: object) -> str:
    """Judge a mass that leaked into a larger patch, from both sides, and a seed on the bridge."""
    cut = the_function(answer, "cut_leak")
    mask, seed = _leak(), (5, 5)
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
            "You kept the largest piece. The leak is larger than the mass here: keep the piece that holds the "
            "seed.": _cut(mask, seed, keep="largest"),
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
    other = np.asarray(call(cut, mask, (5, 15), given="for a seed in the patch"))
    recognise(
        other,
        {
            "Your function ignores the seed: a seed in the other piece gave the first piece again.": right,
        },
    )
    same_array(other, _cut(mask, (5, 15)), what="mask for a second seed")
    lost = np.asarray(call(cut, mask, (6, 10), given="for a seed on the bridge"))
    recognise(
        lost,
        {
            "For a seed on the bridge you return the background: its number is 0, like that of the seed, "
            "which the opening removed. Demand that a pixel is in the opened mask, too.": _cut(
                mask, (6, 10), keep="background"
            ),
        },
    )
    same_array(lost, np.zeros(mask.shape, dtype=bool), what="mask for a seed on the bridge")
    return "Right. The bridge is gone, the mass keeps its size, and a lost seed gives an empty mask."
