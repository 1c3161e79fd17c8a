"""Checks of chapter 08, texture and the co-occurrence matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

# Six levels are asked for, and the last one does not occur: the matrix keeps its row and column all the same.
LEVELS = 6
IMAGE = np.array(
    [
        [0, 1, 1, 3, 4, 4],
        [2, 2, 0, 1, 1, 3],
        [4, 0, 0, 2, 3, 3],
        [1, 4, 2, 2, 0, 1],
        [3, 3, 4, 1, 1, 0],
    ],
    dtype=np.uint8,
)


def _pairs(image: NDArray[Any], levels: int, down: int, right: int) -> NDArray[np.int64]:
    rows, columns = image.shape
    counts = np.zeros((levels, levels), dtype=np.int64)
    np.add.at(counts, (image[: rows - down, : columns - right], image[down:, right:]), 1)
    return counts


def _to_the_left(image: NDArray[Any], levels: int, down: int, left: int) -> NDArray[np.int64]:
    return _pairs(image[:, ::-1], levels, down, left)


def _once(counts: NDArray[Any]) -> NDArray[Any]:
    return np.minimum(counts, 1)


def _rolled(image: NDArray[Any], levels: int, down: int, right: int) -> NDArray[np.int64]:
    counts = np.zeros((levels, levels), dtype=np.int64)
    np.add.at(counts, (image, np.roll(image, (-down, -right), (0, 1))), 1)
    return counts


def _zeros_beyond(image: NDArray[Any], levels: int, down: int, right: int) -> NDArray[np.int64]:
    return _pairs(np.pad(image, ((0, down), (0, right))), levels, down, right)


def _of_another_kind(got: NDArray[Any], counts: NDArray[Any], where: str) -> None:
    """Name slips that any offset can show."""
    recognise(
        got,
        {
            f"You counted each pair both ways{where}. Here each pair counts once, from i to j.": counts
            + counts.T,
            f"Each pair{where} is counted from j to i. Either rows and columns are swapped (the row is the level of i, "
            "the column that of j), or the second pixel lies on the wrong side of the first.": counts.T,
            f"You divided by the number of pairs{where}. The counts themselves are asked for.": counts
            / counts.sum(),
            f"Each kind of pair is counted at most once{where}: `counts[i, j] += 1` with arrays adds 1 only once "
            "where an index comes again. Loop over the pairs, or use `np.add.at`.": _once(counts),
        },
    )


def _many_levels(count: Any) -> None:
    """Judge an image on which 8 bits are too few, for codes of pairs and for counts."""
    image = np.add.outer(np.arange(30), np.arange(40)).astype(np.uint8) % 20
    image[:, 20:] = 0
    right = _pairs(image, 20, 0, 1)
    got = an_array(call(count, image, 20, 0, 1, given="for an image with 20 levels"), what="matrix")
    codes = image[:, :-1] * np.uint8(20) + image[:, 1:]
    recognise(
        got,
        {
            "With 20 levels a code such as `i * levels + j` goes beyond 255, and in uint8 it starts again at 0. Make "
            "the image int first.": np.bincount(codes.ravel(), minlength=400).reshape(20, 20),
            "One pair occurs more than 255 times, and your counts start again at 0 there. Use dtype=int for them, "
            "not uint8.": right % 256,
        },
    )
    same_array(got, right, what="matrix for an image with 20 levels", dtype=False)


@exercise(
    1,
    "Co-occurrence counts at any offset",
    hints=[
        "Cut the image twice: once without its last `down` rows and last `right` columns, once without its first.",
        "`here = image[: rows - down, : columns - right]` and `there = image[down:, right:]` have the same shape. "
        "(`image[:-down]` would be empty where down is 0.)",
        "`counts = np.zeros((levels, levels), dtype=int)`, then `np.add.at(counts, (here, there), 1)`.",
    ],
)
def count_pairs(answer: object) -> str:
    """Judge the right neighbour first, then an offset with rows and columns, then one straight down."""
    count = the_function(answer, "count_pairs")
    got = an_array(call(count, IMAGE, LEVELS, 0, 1, given="for down = 0 and right = 1"), what="matrix")
    right = _pairs(IMAGE, LEVELS, 0, 1)
    if got.shape == (5, 5):
        raise WrongAnswer(
            "Your matrix is 5 × 5, but levels is 6. A level that doesn't occur keeps its row and column of zeros: "
            "take the size from `levels`."
        )
    if got.shape == (4, 4):
        raise WrongAnswer(
            "Your matrix is 4 × 4 as in the chapter, but levels is 6 here. Take the size from `levels`."
        )
    _of_another_kind(got, right, "")
    recognise(
        got,
        {
            "For down = 0 and right = 1 you counted the pixel below. `down` goes with rows, `right` with columns.": (
                _pairs(IMAGE, LEVELS, 1, 0)
            ),
            "The last column found its partner in the first: the image is wrapped around. Pairs whose second pixel "
            "lies outside don't count.": _rolled(IMAGE, LEVELS, 0, 1),
            "The last column is left out. The image here has 5 rows and 6 columns: a loop that takes it for a square, or "
            "ends one column too early, does that.": _pairs(IMAGE[:, :-1], LEVELS, 0, 1),
            "The last row and the last column are left out. Did a loop end one step too early?": _pairs(
                IMAGE[:-1, :-1], LEVELS, 0, 1
            ),
            "The second pixel lies on the wrong side of the first, and at the border a negative index takes it from "
            "the other end.": _rolled(IMAGE, LEVELS, 0, 1).T,
            "Beyond the border you took zeros for pixels. Pairs whose second pixel lies outside don't count.": (
                _zeros_beyond(IMAGE, LEVELS, 0, 1)
            ),
            "You counted the pixels with themselves. The second one lies `right` columns further on.": _pairs(
                IMAGE, LEVELS, 0, 0
            ),
        },
    )
    same_array(got, right, what="matrix for down = 0, right = 1", dtype=False)

    got = an_array(call(count, IMAGE, LEVELS, 2, 1, given="for down = 2 and right = 1"), what="matrix")
    both = _pairs(IMAGE, LEVELS, 2, 1)
    _of_another_kind(got, both, " for down = 2, right = 1")
    recognise(
        got,
        {
            "For down = 2 and right = 1 you counted the right neighbour. `down` and `right` are not used, or only "
            "`right` is.": right,
            "For down = 2 and right = 1 you swapped them: you went 1 down and 2 to the right.": _pairs(
                IMAGE, LEVELS, 1, 2
            ),
            "For down = 2 and right = 1 you went down alone. Both count together.": _pairs(
                IMAGE, LEVELS, 2, 0
            ),
            "For down = 2 and right = 1 you went up. The second pixel lies `down` rows below the first.": (
                _to_the_left(IMAGE, LEVELS, 2, 1).T
            ),
            "For down = 2 and right = 1 you went to the left. The second pixel lies `right` columns to the right.": (
                _to_the_left(IMAGE, LEVELS, 2, 1)
            ),
            "For down = 2 and right = 1 the last column is left out. The image here has 5 rows and 6 columns.": (
                _pairs(IMAGE[:, :-1], LEVELS, 2, 1)
            ),
            "For down = 2 and right = 1 the image is wrapped around. Pairs whose second pixel lies outside don't "
            "count.": _rolled(IMAGE, LEVELS, 2, 1),
            "For down = 2 and right = 1 you went only one row down: `down` is a number of rows, not yes or no.": (
                _pairs(IMAGE, LEVELS, 1, 1)
            ),
        },
    )
    same_array(got, both, what="matrix for down = 2, right = 1", dtype=False)
    got_down = call(count, IMAGE, LEVELS, 3, 0, given="for down = 3 and right = 0")
    same_array(got_down, _pairs(IMAGE, LEVELS, 3, 0), what="matrix for down = 3, right = 0", dtype=False)
    # Two down and two right: 45° at distance 2 is one down and one right.
    tidy = np.array([[0, 1, 1, 2], [3, 0, 2, 2], [1, 3, 0, 1]], dtype=np.uint8)
    got_tidy = an_array(call(count, tidy, 4, 2, 2, given="for another image with 4 levels"), what="matrix")
    recognise(
        got_tidy,
        {
            "For down = 2 and right = 2 you went 1 down and 1 to the right. If you call `glcm`, the distance is the "
            "length of the slanted way: `np.hypot(down, right)`.": _pairs(tidy, 4, 1, 1),
        },
    )
    same_array(got_tidy, _pairs(tidy, 4, 2, 2), what="matrix for another image with 4 levels", dtype=False)
    _many_levels(count)
    if got.dtype.kind not in "iu":
        raise WrongAnswer(
            f"The numbers are right, but your matrix is {got.dtype}. Counts are whole numbers: use dtype=int."
        )
    return "Right. No pair is wrapped around, and a level that doesn't occur keeps its place."


def _ct(seed: int, *, metal: bool) -> NDArray[np.int16]:
    """Make a patch like brain in CT, with one pixel of metal and one of air if asked for."""
    rng = np.random.default_rng(seed)
    patch = (
        35 + 25 * np.sin(np.arange(20)[:, None] / 2 + np.arange(24) / 5) + rng.normal(0, 6, (20, 24))
    ).round()
    if metal:
        patch[3, 4], patch[15, 20] = 2000, -900
    return patch.astype(np.int16)


RADIANS = tuple(np.deg2rad([0, 45, 90, 135]))
DEGREES = (0, 45, 90, 135)


def _contrast(
    image: NDArray[Any],
    levels: int,
    limits: tuple[float, float] | None,
    distance: int,
    angles: Any = RADIANS,
    name: str = "contrast",
) -> NDArray[np.float64]:
    from mediedu.describe import glcm, glcm_properties, quantise

    grey = quantise(image, levels, limits=limits)
    return glcm_properties(glcm(grey, [distance], angles, levels=levels, symmetric=True), name)[name]


def _of_one_matrix(
    image: NDArray[Any], levels: int, limits: tuple[float, float], distance: int
) -> np.float64:
    from mediedu.describe import glcm, glcm_properties, quantise

    counts = glcm(quantise(image, levels, limits=limits), [distance], RADIANS, levels=levels, symmetric=True)
    return glcm_properties(counts.sum(axis=3, keepdims=True), "contrast")["contrast"][0, 0]


def _rounded(got: object, right: float) -> bool:
    if not isinstance(got, int | float | np.number) or abs(float(got) - right) <= 1e-9:
        return False
    return any(abs(float(got) - round(right, places)) <= 1e-9 for places in range(7))


@exercise(
    2,
    "Two bugs in a comparison of patients",
    hints=[
        "Call the buggy function twice with different `limits`: what should change, and what does? And what does `glcm` "
        "take the numbers in `directions` for?",
        "One argument of the function is never used. And read in which unit `glcm` wants its angles.",
        "`quantise(image, levels, limits=limits)` and `np.deg2rad([0, 45, 90, 135])`.",
    ],
)
def contrast_mended(answer: object) -> str:
    """Judge a CT-like patch with metal and air in it, first for each bug, then with other arguments."""
    contrast = the_function(answer, "contrast_mended")
    image, limits = _ct(0, metal=True), (0, 80)
    got = call(contrast, image, 16, limits, 3, given="for a CT patch with one pixel of metal")
    if isinstance(got, dict):
        raise WrongAnswer(
            "You returned the whole dictionary. Take its entry `contrast`, and the mean of that."
        )
    if np.size(got) == 4:
        raise WrongAnswer("You returned one contrast for each direction. Return their mean, one float.")
    right = _contrast(image, 16, limits, 3)
    recognise(
        got,
        {
            "Nothing has changed: the levels still follow each image's own range, and the angles are still "
            "taken as radians.": _contrast(image, 16, None, 3, DEGREES).mean(),
            "The levels are right now. One bug is left: 45, 90 and 135 are read as radians.": _contrast(
                image, 16, limits, 3, DEGREES
            ).mean(),
            "The angles are right now. One bug is left: one pixel of metal stretches the levels of its image. Use "
            "`limits`.": _contrast(image, 16, None, 3).mean(),
            "That is the sum over the four directions. Return the mean.": right.sum(),
            "That is the direction 0° alone. Return the mean of four.": right[0, 0],
            "That is the mean of 0° and 90° alone. 45° and 135° belong to it.": right[0, ::2].mean(),
            "That is the contrast at distance 1. Use `distance`.": _contrast(image, 16, limits, 1).mean(),
            "That is the median of the four directions. Return the mean.": np.median(right),
            "The angles have gone through `rad2deg`. They are degrees, and `glcm` wants radians: `deg2rad`.": _contrast(
                image, 16, limits, 3, tuple(np.rad2deg(DEGREES))
            ).mean(),
            "Your fourth direction is 180°, which is 0° again. The fourth is 135°.": _contrast(
                image, 16, limits, 3, (*RADIANS[:3], np.pi)
            ).mean(),
            "Your levels go from 0 to 255. Use the argument `limits`.": _contrast(
                image, 16, (0, 255), 3
            ).mean(),
            "That is the homogeneity. The contrast is asked for.": _contrast(
                image, 16, limits, 3, name="homogeneity"
            ).mean(),
            "You put the pairs of all directions into one matrix. Take the contrast of each direction, then the "
            "mean.": _of_one_matrix(image, 16, limits, 3),
        },
    )
    if _rounded(got, float(right.mean())):
        raise WrongAnswer("That is the right contrast, rounded. Return it as it is.")
    same_number(got, float(right.mean()), tolerance=1e-9, given="for a CT patch with one pixel of metal")
    second = _ct(1, metal=False)
    got = call(contrast, second, 8, (-20, 100), 2, given="for 8 levels from −20 to 100 HU, distance 2")
    recognise(
        got,
        {
            "For a patch without metal the levels still follow the image's own range. Cutting the grey values at the "
            "limits isn't enough: give the limits to `quantise`.": _contrast(second, 8, None, 2).mean(),
            "With limits from −20 to 100 you still use 0 to 80. Use the argument `limits`.": _contrast(
                second, 8, (0, 80), 2
            ).mean(),
            "With 8 levels you still use 16. Use the argument `levels`.": _contrast(
                second, 16, (-20, 100), 2
            ).mean(),
            "With distance 2 you still use 3. Use the argument `distance`.": _contrast(
                second, 8, (-20, 100), 3
            ).mean(),
        },
    )
    same_number(
        got,
        float(_contrast(second, 8, (-20, 100), 2).mean()),
        tolerance=1e-9,
        given="for 8 levels from −20 to 100 HU, distance 2",
    )
    return "Right. All patients share one scale, and the four directions are the four that were meant."


def _quilt(seed: int, shape: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Make upright stripes with a rectangle in which the pixels are shuffled; return it and the rectangle."""
    rng = np.random.default_rng(seed)
    columns = 110 + 50 * np.sin(np.arange(shape[1]) / 3)
    image = np.clip(columns + rng.normal(0, 8, shape), 0, 255).round().astype(np.uint8)
    inside = np.zeros(shape, dtype=bool)
    inside[shape[0] // 4 : -(shape[0] // 4), shape[1] // 4 : -(shape[1] // 4)] = True
    image[inside] = rng.permutation(image[inside])
    return image, inside


def _no_place(got: NDArray[Any], image: NDArray[Any]) -> None:
    """Say what may have happened where a mask is the same everywhere."""
    if got.shape != image.shape or got.dtype != bool:
        return
    if not got.any():
        raise WrongAnswer(
            "Your mask is False everywhere. Perhaps the map was compared with a threshold that isn't its own, or the map "
            "is 0 everywhere, as when the image is quantised before `texture_map`, which does that itself."
        )
    if got.all():
        raise WrongAnswer(
            "Your mask is True everywhere. Compare the map of contrast with Otsu's threshold of that map; the grey "
            "values, for one, lie above it at each pixel."
        )


def _another_threshold(got: NDArray[Any], values: NDArray[np.float64]) -> None:
    """Recognise the right map cut at another height."""
    from skimage.filters import threshold_otsu

    if got.shape != values.shape or got.dtype != bool or got.all() or not got.any():
        return
    lowest, highest, otsu = values[got].min(), values[~got].max(), float(threshold_otsu(values))
    if lowest > highest and not highest <= otsu < lowest:
        raise WrongAnswer(
            f"Your mask is what the map gives when it is cut somewhere from {highest:.2f} to {lowest:.2f}. Otsu's threshold of this "
            f"map is {otsu:.2f}: let `threshold_otsu` find it for each map."
        )


@exercise(
    3,
    "Otsu on a texture map",
    hints=[
        "Two steps: the map first, a threshold of the map second. The grey values themselves are not thresholded.",
        '`texture_map(image, window, 16, "contrast")` returns a dictionary with one map in it.',
        '`rough = texture_map(image, window, 16, "contrast")["contrast"]`, then `rough > threshold_otsu(rough)`.',
    ],
)
def rough_part(answer: object) -> str:
    """Judge two images of stripes with a shuffled middle, of different shape and window."""
    from skimage.filters import threshold_otsu

    from mediedu.describe import texture_map
    from mediedu.segment import dice

    rough = the_function(answer, "rough_part")
    image, inside = _quilt(0, (40, 48))
    try:
        got = call(rough, image, 9, given="for stripes with a shuffled middle, window 9")
    except WrongAnswer as wrong:
        if "'dict'" not in str(wrong):
            raise
        raise WrongAnswer(
            "Your code takes the dictionary from `texture_map` for a map. Take its entry `contrast` first."
        ) from None
    if isinstance(got, dict):
        raise WrongAnswer("You returned the dictionary of maps. Take the map `contrast` and threshold it.")
    got = an_array(got, what="mask")

    def of_map(window: int = 9, levels: int = 16, name: str = "contrast", **more: Any) -> NDArray[np.float64]:
        return texture_map(image, window, levels, name, **more)[name]

    def mask(values: NDArray[Any]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = values > threshold_otsu(values)
        return found

    values = of_map()
    _no_place(got, image)
    others = {
        f"That is a map of {name}. The exercise asks for contrast.": of_map(name=name)
        for name in ("homogeneity", "entropy", "energy", "correlation", "dissimilarity")
    }
    others |= {
        f"That is the angle {degrees}°. The exercise asks for angle 0.": of_map(angles=(np.deg2rad(degrees),))
        for degrees in (45, 90, 135)
    }
    others |= {
        "That is a map with 32 levels, the default. The exercise asks for 16.": of_map(levels=32),
        "That is a map with 8 levels. The exercise asks for 16.": of_map(levels=8),
        "The levels go from 0 to 256. The exercise asks for 0 to 255.": of_map(limits=(0, 256)),
        "That is the mean over four directions. The exercise asks for angle 0.": of_map(angles=RADIANS),
        "That is a map with window 15, the default. Use `window`.": of_map(window=15),
        "That is a map at distance 2. The exercise asks for distance 1.": of_map(distance=2),
        "The levels go from the image's lowest value to its highest. The exercise asks for 0 to 255.": of_map(
            limits=(float(image.min()), float(image.max()))
        ),
    }
    recognise(got, {"That is the map itself. Return where it lies above Otsu's threshold of it.": values})
    recognise(
        got,
        {
            "You thresholded the grey values. Make the contrast map and threshold that.": mask(image),
            "Your mask is true where the map lies below the threshold. The rough part lies above.": ~mask(
                values
            ),
            "You took the mean of the map as threshold. Otsu's threshold is asked for.": values
            > values.mean(),
            "You took the median of the map as threshold. Otsu's threshold is asked for.": values
            > np.median(values),
        }
        | {message: mask(other) for message, other in others.items()},
    )
    recognise(got, {message: ~mask(other) for message, other in others.items()})
    if got.shape == image.shape and got.dtype != bool and np.array_equal(got != 0, mask(values)):
        raise WrongAnswer(f"The right pixels, but as {got.dtype}. A mask is bool: what `>` gives will do.")
    _another_threshold(got, values)
    same_array(got, mask(values), what="mask")
    overlap = dice(got, inside)
    image, inside = _quilt(1, (36, 30))
    got = an_array(call(rough, image, 5, given="for another image, window 5"), what="mask")
    recognise(got, {"With window 5 you still use 9. Use the argument `window`.": mask(of_map(window=9))})
    _another_threshold(got, of_map(window=5))
    same_array(got, mask(of_map(window=5)), what="mask for another image with window 5")
    return (
        "Right. The grey values are about the same inside and outside, and the map finds the place all the same: on the "
        f"check's first image its Dice with the true rectangle is {overlap:.2f}."
    )
