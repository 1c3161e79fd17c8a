"""Checks of chapter 04, histogram equalisation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

# Levels 10 to 14 with 4, 6, 3, 2 and 1 pixels, as in the chapter's small image.
SMALL = np.array([[10, 10, 11, 11], [10, 11, 11, 12], [10, 11, 12, 13], [11, 12, 13, 14]], dtype=np.uint8)


def _through(table: NDArray[Any], image: NDArray[np.uint8], half: float = 0.5) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.floor(np.clip(table, 0, 255) + half).astype(np.uint8)[image]
    return rounded


@exercise(
    1,
    "Histogram equalisation of an 8-bit image",
    hints=[
        "`np.bincount(image.ravel(), minlength=256)` counts each level; `np.cumsum` adds them up.",
        "The lowest level shall become 0: take its cumulative count off everywhere, in numerator and denominator.",
        "Build a table of 256 new levels, add 0.5, floor, make it uint8; `table[image]` looks every pixel up.",
    ],
)
def equalize8(answer: object) -> str:
    """Judge a small image, a random one, and a constant one."""
    equalize = the_function(answer, "equalize8")
    counts = np.bincount(SMALL.ravel(), minlength=256)
    below = np.cumsum(counts)
    first = below[10]
    table = (below - first) / (SMALL.size - first) * 255
    got = an_array(call(equalize, SMALL, given="for the chapter's small image"))
    recognise(
        got,
        {
            "Your lowest level isn't 0. Take the count of the lowest level off, above and below the fraction line.": (
                _through(below / SMALL.size * 255, SMALL)
            ),
            "Your lowest level isn't 0. Take the count of the lowest level off. You also cut instead of rounding.": (
                _through(below / SMALL.size * 255, SMALL, half=0.0)
            ),
            "You counted only the pixels below a level, not those at it. The cumulative count includes the level itself.": (
                _through((below - counts) / SMALL.size * 255, SMALL)
            ),
            "That is the histogram itself, not its running sum. Use `np.cumsum` on the counts.": (
                _through(counts / counts.max() * 255, SMALL)
            ),
            "You cut the decimals off. Halves are rounded up: add 0.5 before the floor.": (
                _through(table, SMALL, half=0.0)
            ),
            "That is stretching: a straight line from the lowest to the highest level. Follow the cumulative counts.": (
                _through((np.arange(256) - 10) / 4 * 255, SMALL)
            ),
        },
    )
    if got.dtype.kind == "f":
        raise WrongAnswer(
            "You returned floats. The image goes back into an 8-bit file: round and make it uint8."
        )
    same_array(got, _through(table, SMALL))
    image = np.random.default_rng(4).poisson(60, (40, 30)).astype(np.uint8)
    below = np.cumsum(np.bincount(image.ravel(), minlength=256))
    first = below[image.min()]
    same_array(call(equalize, image), _through((below - first) / (image.size - first) * 255, image))
    # Level 1 goes to 253/510 · 255 = 126.5: only a half rounded up gives 127.
    halves = np.repeat(np.array([0, 1, 2], dtype=np.uint8), [1, 253, 257]).reshape(7, 73)
    if int(np.asarray(call(equalize, halves, given="for levels that fall on a half"))[0, 1]) == 126:
        raise WrongAnswer(
            "126.5 became 126. Halves are rounded up; `np.round` takes them to the even neighbour."
        )
    ends = np.array([[10, 254], [255, 255]], dtype=np.uint8)
    if int(np.asarray(call(equalize, ends, given="for an image with 254 and 255"))[0, 1]) == 255:
        raise WrongAnswer("254 and 255 fell into one bin. There are 256 levels: 0 to 255.")
    flat = np.full((3, 3), 7, dtype=np.uint8)
    with np.errstate(all="ignore"):
        got = call(equalize, flat, given="for a constant image")
    if not np.array_equal(np.asarray(got), flat):
        raise WrongAnswer(
            "A constant image of 7 didn't come back as it was: N − H(v₀) is 0 there. Return a copy first."
        )
    same_array(got, flat)
    return "Right. Lowest to 0, highest to 255, and a constant image doesn't divide by zero."


def _shared_until_below(counts: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    for _ in range(1000):
        cut = np.minimum(counts, limit)
        counts = cut + (counts - cut).sum() / counts.size
    return counts


@exercise(
    2,
    "The clip limit of CLAHE",
    hints=[
        "What lies above the limit in each bin is `np.maximum(counts - limit, 0)`.",
        "Sum that up: it is what has to be shared.",
        "Cut with `np.minimum(counts, limit)` and add the sum divided by the number of all bins.",
    ],
)
def clip_histogram(answer: object) -> str:
    """Judge a tile with two full bins; a wrong share shows in the sum or in the small bins."""
    clip = the_function(answer, "clip_histogram")
    counts = np.array([0.0, 20.0, 10.0, 2.0, 1.0, 3.0, 14.0, 6.0])
    limit = 1.5 * counts.mean()
    cut = np.minimum(counts, limit)
    excess = (counts - cut).sum()
    got = an_array(call(clip, counts, 1.5, given="for a tile of 8 bins, limit 1.5"))
    full = counts > limit
    recognise(
        got,
        {
            "Counts are lost: what was cut off must come back, shared over all bins.": cut,
            "You shared what was cut off over the bins below the limit alone. Share it over all of them.": (
                cut + np.where(full, 0, excess / (~full).sum())
            ),
            "You gave what was cut off back to the bins that were cut. Share it over all bins.": (
                cut + np.where(full, excess / full.sum(), 0)
            ),
            "You added the whole excess to every bin. Divide it by the number of bins first.": cut + excess,
            "You scaled the cut histogram up to the old sum. That raises the full bins most; share equally instead.": (
                cut * counts.sum() / cut.sum()
            ),
            "Nothing was cut.": counts,
            "You shared again and again until no bin was above the limit. Once is enough here.": _shared_until_below(
                counts, limit
            ),
            "The limit is clip_limit times the mean count, not clip_limit itself.": (
                np.minimum(counts, 1.5) + (counts - np.minimum(counts, 1.5)).sum() / counts.size
            ),
            "What is above the limit must be summed up before it is shared.": cut
            + (counts - cut) / counts.size,
            "You set the full bins to 0. Cut them to the limit.": np.where(full, 0, counts)
            + excess / counts.size,
            "You shared a whole number. The share of a bin may be a fraction: divide with /.": (
                cut + excess // counts.size
            ),
            "You shared the whole counts of the full bins, not only what is above the limit.": (
                cut + counts[full].sum() / counts.size
            ),
            "You divided by 256. A tile's histogram may have any number of bins: divide by their number.": (
                cut + excess / 256
            ),
        },
        tolerance=1e-6,
    )
    same_array(got, cut + excess / counts.size, tolerance=1e-9, dtype=False)
    same_array(
        call(clip, np.array([3, 3, 3, 3]), 2.0, given="where no bin is above the limit"),
        np.full(4, 3.0),
        tolerance=1e-9,
        dtype=False,
    )
    return "Right. The sum is what it was, and no bin rules the curve."


@exercise(
    3,
    "PSNR of two 8-bit images",
    hints=[
        "PSNR compares the squared peak with the mean squared error.",
        "uint8 has no negative numbers: turn both images into floats before you subtract.",
        "10 · log10(255² / error), and infinity where the error is 0.",
    ],
)
def psnr8(answer: object) -> str:
    """Judge two small images that differ up and down, and two equal ones."""
    psnr = the_function(answer, "psnr8")
    rng = np.random.default_rng(11)
    reference = rng.integers(20, 200, (8, 9)).astype(np.uint8)
    image = (reference + rng.integers(-20, 50, (8, 9))).astype(np.uint8)
    error = float(np.mean((image.astype(float) - reference) ** 2))
    right = 10 * np.log10(255**2 / error)
    got = call(psnr, image, reference)
    with np.errstate(all="ignore"):
        recognise(
            got,
            {
                "The difference wrapped: uint8 has no negative numbers. Use floats.": 10
                * np.log10(255**2 / np.mean((image - reference).astype(float) ** 2)),
                "The difference wrapped, and so did its square. Use floats.": 10
                * np.log10(255**2 / np.mean((image - reference) ** 2)),
                "The peak must be squared, as the error is.": 10 * np.log10(255 / error),
                "That is twice the PSNR: 20 · log10 belongs to the root of the error.": 2 * right,
                "That is the ratio, not decibels: 10 · log10 is missing.": 255**2 / error,
                "You used the natural logarithm. Decibels take log10.": 10 * np.log(255**2 / error),
                "The root of the error needs 20 · log10, or take the squared peak over the squared error.": right
                / 2,
                "The peak of an 8-bit image is 255, not 1.": -10 * np.log10(error),
                "The sign is turned: the peak stands above the fraction line.": -right,
                "That is the mean squared error alone.": error,
                "That is the RMSE alone.": error**0.5,
                "The peak is 255 for every 8-bit image, not the largest value that occurs.": 10
                * np.log10(float(image.max()) ** 2 / error),
                "The peak is 255 for every 8-bit image, not the largest value of the reference.": 10
                * np.log10(float(reference.max()) ** 2 / error),
                "You rounded. Return the decibels with all their decimals.": round(right, 1),
                "You rounded to whole decibels. Return them with all their decimals.": round(right),
            },
        )
    same_number(got, right, tolerance=1e-9)
    with np.errstate(all="ignore"):
        same = call(psnr, reference, reference, given="for two equal images")
    if isinstance(same, np.ndarray) and same.size == 1:
        same = same.item()
    if not isinstance(same, int | float | np.floating):
        raise WrongAnswer(
            f"For two equal images you returned a {type(same).__name__}. Return the number float('inf')."
        )
    if not np.isposinf(same):
        raise WrongAnswer(f"Two equal images gave {same}. There is no error: return infinity, float('inf').")
    return "Right. 6 dB more means half the error."
