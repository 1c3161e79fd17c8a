"""Checks of chapter 06, edges and morphology."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

EDGE = np.array(
    [
        [10, 10, 10, 15, 35, 55],
        [10, 10, 10, 20, 50, 60],
        [10, 10, 15, 35, 55, 60],
        [10, 90, 20, 50, 60, 60],
        [10, 15, 35, 200, 60, 12],
    ],
    dtype=np.uint8,
)


def _responses(
    image: NDArray[Any], weights: tuple[float, float, float], pad: str = "symmetric"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the gradient from top to bottom and from left to right; weights across it."""
    table = np.array([[-1.0], [0.0], [1.0]]) * np.array(weights)
    padded = image.astype(float) if pad == "valid" else np.pad(image.astype(float), 1, mode=pad)  # type: ignore[call-overload]
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return (windows * table).sum(axis=(2, 3)), (windows * table.T).sum(axis=(2, 3))


def _strength(
    image: NDArray[Any],
    weights: tuple[float, float, float] = (1 / 3, 1 / 3, 1 / 3),
    pad: str = "symmetric",
) -> NDArray[np.float64]:
    down, right = _responses(image, weights, pad)
    return np.hypot(down, right)


def _wrapped(image: NDArray[np.uint8], total: Any = float) -> NDArray[np.float64]:
    """Give the strength of somebody who subtracted in uint8 and summed in the type `total`."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, 1, mode="symmetric"), (3, 3))
    down = (windows[..., 2, :] - windows[..., 0, :]).sum(axis=2, dtype=total) / 3
    right = (windows[..., :, 2] - windows[..., :, 0]).sum(axis=2, dtype=total) / 3
    return np.hypot(down, right)


@exercise(
    1,
    "Prewitt's edge strength",
    hints=[
        "Pad by one pixel with the mode that repeats the edge pixel, then take all 3 × 3 windows.",
        "The table from top to bottom is -1 -1 -1 / 0 0 0 / 1 1 1, divided by 3. Transposed, it is the other one.",
        "Multiply the windows by the table and sum over the two axes of the window. Do it again with `table.T`. "
        "Then take the length of the two, as the chapter does for Sobel.",
    ],
)
def prewitt_strength(answer: object) -> str:
    """Judge a small uint8 image with corners, then a float one of another size."""
    strength = the_function(answer, "prewitt_strength")
    got = an_array(call(strength, EDGE, given="for a uint8 image of 5 × 6"))
    if got.shape == (EDGE.shape[0] - 2, EDGE.shape[1] - 2):
        raise WrongAnswer(
            "Your result lost its border: 5 × 6 pixels went in, 3 × 4 came out. Pad the image first."
        )
    right = _strength(EDGE)
    down, across = _responses(EDGE, (1 / 3, 1 / 3, 1 / 3))
    third = 1 / 3
    with np.errstate(invalid="ignore"):
        rootless = np.sqrt(down + across)
    recognise(
        got,
        {
            "That is Sobel's strength: the middle row or column counts twice. Prewitt's three weights are equal.": (
                _strength(EDGE, (0.25, 0.5, 0.25))
            ),
            "That is `sobel` of scikit-image: the middle counts twice, and the length is divided by √2.": (
                _strength(EDGE, (0.25, 0.5, 0.25)) / np.sqrt(2)
            ),
            "The division by 3 is missing: a step of 40 shall give 40, yours gives 120.": 3 * right,
            "You divided the length by √2, as `skimage.filters.prewitt` does. Here it is not divided.": (
                right / np.sqrt(2)
            ),
            "That is the response from top to bottom alone. An upright edge gives nothing in it.": down,
            "That is the size of the response from top to bottom alone. An upright edge gives nothing in it.": (
                abs(down)
            ),
            "That is the response from left to right alone. A level edge gives nothing in it.": across,
            "That is the size of the response from left to right alone. A level edge gives nothing in it.": (
                abs(across)
            ),
            "You added the two sizes. The length of the gradient is the root of the sum of squares.": (
                abs(down) + abs(across)
            ),
            "The square root is missing.": right**2,
            "The squares are missing: you took the root of the plain sum.": rootless,
            "The squares are missing: you took the root of the sum of the sizes.": (
                np.sqrt(abs(down) + abs(across))
            ),
            "Only the change from top to bottom counts, and it counts twice. The second table is `table.T`.": (
                np.sqrt(2) * abs(down)
            ),
            "Only the change from left to right counts, and it counts twice. One of the tables must not be "
            "transposed.": np.sqrt(2) * abs(across),
            "That is the gradient of `np.gradient`: one difference per direction, halved. Prewitt averages three "
            "side by side.": np.hypot(*np.gradient(EDGE.astype(float))),
            "Your result is 255 · √2 times too small. A filter of scikit-image takes an 8-bit image for numbers "
            "from 0 to 1: turn it into floats first. And `prewitt` divides by √2.": right / np.sqrt(2) / 255,
            "Your result is 255 times too small. A filter of scikit-image takes an 8-bit image for numbers from "
            "0 to 1: turn it into floats first.": right / 255,
            "You padded with zeros: now the frame of the image looks like a strong edge.": (
                _strength(EDGE, (third, third, third), "constant")
            ),
            "You mirrored without the edge pixel. `reflect` in NumPy leaves it out; `symmetric` repeats it.": (
                _strength(EDGE, (third, third, third), "reflect")
            ),
            "You wrapped the image around: the left edge now sees the right one. Mirror it.": (
                _strength(EDGE, (third, third, third), "wrap")
            ),
            "Differences of uint8 wrap around: 10 − 20 becomes 246. Turn the image into floats first.": (
                _wrapped(EDGE)
            ),
            "Differences and sums of uint8 wrap around: 10 − 20 becomes 246, and 200 + 100 becomes 44. Turn the "
            "image into floats first.": _wrapped(EDGE, np.uint8),
            "Your border is 0. The outermost pixels have a strength too: mirror the image, edge pixel repeated.": (
                np.pad(right[1:-1, 1:-1], 1)
            ),
            "Your strengths are half of the right ones. Divide each response by 3 and nothing else.": right
            / 2,
            "Your strengths are a third of the right ones. Divide each response by 3, once.": right / 3,
            "You rounded. Return the strengths with all their decimals.": right.round(),
            "You rounded to one decimal. Return the strengths with all of them.": right.round(1),
            "You rounded to two decimals. Return the strengths with all of them.": right.round(2),
        },
        tolerance=1e-6,
    )
    if got.dtype.kind != "f":
        raise WrongAnswer(f"Your result is {got.dtype}; strengths are seldom whole, so floats are needed.")
    same_array(got, right, tolerance=1e-6, dtype=False)
    other = np.random.default_rng(6).normal(size=(4, 7))
    got = an_array(call(strength, other, given="for a float image of 4 × 7"))
    if got.shape == right.shape and np.allclose(got, right):
        raise WrongAnswer("Your result is the same for every image. Use the argument `image`.")
    same_array(got, _strength(other), what="result for a float image", tolerance=1e-6, dtype=False)
    return "Right. Both directions count, the border adds no edge, and nothing wrapped."


@exercise(
    2,
    "Two bugs in a top-hat",
    hints=[
        "Which one fills dark things, opening or closing? And what is `np.uint8(5) - np.uint8(6)`?",
        "The black top-hat is closing minus image. It is never negative, so uint8 is safe there.",
        "The second bug is at the limit: a top-hat equal to `level` is in, so `>=`.",
    ],
)
def dark_things(answer: object) -> str:
    """Judge two settings on dark and bright spots of several depths and sizes."""
    function = the_function(answer, "dark_things")
    image = _spots()
    settings = ((2, 20), (4, 30))
    masks = []
    for radius, level in settings:
        given = f"for radius {radius} and level {level}"
        masks.append(an_array(call(function, image, radius, level, given=given), what=f"mask {given}"))
        if masks[-1].shape != image.shape:
            same_array(masks[-1], np.zeros(image.shape, dtype=bool), what=f"mask {given}", dtype=False)
    got = np.stack(masks)
    hats = np.stack([_closed(image, radius) - image for radius, _ in settings])
    right = np.stack([hat >= level for hat, (_, level) in zip(hats, settings, strict=True)])
    if got.dtype.kind != "b" and np.array_equal(got, hats):
        raise WrongAnswer("That is the top-hat itself. Compare it with `level`; a bool mask is needed.")
    recognise(got, _mistaken_masks(image, settings), tolerance=0)
    for fixed in range(2, 11):
        same = np.stack([_closed(image, fixed) - image >= level for _, level in settings])
        recognise(got, {"You closed with the same disk whatever `radius` says.": same}, tolerance=0)
    if got.dtype.kind != "b" and np.array_equal(got > 0, right):
        raise WrongAnswer(f"The places are right, but your mask is {got.dtype}; bool is needed.")
    if np.array_equal(got[0], got[1]):
        raise WrongAnswer(
            "Your mask is the same for radius 2 and level 20 as for radius 4 and level 30. It has to follow both "
            "arguments."
        )
    for mask, wanted, (radius, level) in zip(masks, right, settings, strict=True):
        same_array(mask, wanted, what=f"mask for radius {radius} and level {level}")
    return "Right. The closing fills what is dark and small, and its difference never wraps."


def _spots() -> NDArray[np.uint8]:
    image = np.full((26, 42), 100, dtype=np.uint8)
    image[:, 30:] = 255  # bright ground: the point in it is 255 levels deep
    image[12, 36] = 0
    image[4, 4], image[4:7, 12:15], image[3:8, 20:25] = 60, 40, 45  # a point, a dot, a pit of 5 × 5
    image[12:22, 3:13], image[12:14, 17:19], image[12:14, 24:26] = 50, 80, 70  # a large pit, two of 20 and 30
    image[18:20, 17:19], image[18:20, 24:26], image[23, 20:22] = 120, 130, 250  # bright things
    image[23, 25:27], image[1, 28] = 90, 105  # too faint for every level, one dark and one bright
    return image


def _closed(image: NDArray[np.uint8], radius: int) -> NDArray[np.uint8]:
    from skimage.morphology import closing, disk

    result: NDArray[np.uint8] = closing(image, disk(radius))
    return result


def _mistaken_masks(image: NDArray[np.uint8], settings: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """Give what each known mistake marks, one mask for each setting."""
    from skimage.morphology import (
        black_tophat,
        closing,
        dilation,
        disk,
        erosion,
        footprint_rectangle,
        opening,
    )

    def each(mark: Callable[[int, int], NDArray[Any]]) -> NDArray[Any]:
        return np.stack([mark(radius, level) for radius, level in settings])

    def cut(radius: int) -> Any:
        return opening(image, disk(radius))

    def hat(radius: int) -> Any:
        return _closed(image, radius) - image

    def square(radius: int) -> Any:
        return closing(image, footprint_rectangle((2 * radius + 1, 2 * radius + 1)))

    steps = (
        "That is nearly a disk, built from small steps; it differs in a few pixels. Use `disk(radius)` alone."
    )
    mistakes = {
        "In uint8, opening − image wraps around: it marks whatever is bright and small, however faint. Dark things "
        "are filled by a closing.": each(lambda r, v: cut(r) - image >= v),
        "You marked small bright things: the difference between image and opening is the white top-hat. Dark "
        "things are filled by a closing.": each(lambda r, v: image - cut(r) >= v),
        "You marked small bright things: the difference between image and opening is the white top-hat. And "
        "the limit is still `>`.": each(lambda r, v: image - cut(r) > v),
        "image − closing is never above 0; in uint8 it wraps around. Turn the difference round.": each(
            lambda r, v: image - _closed(image, r) >= v
        ),
        "Nothing is marked. opening − image and image − closing are never above 0, and no top-hat of an image "
        "scaled to 0–1 is above 1. Take closing − image, in grey levels.": each(
            lambda r, v: np.zeros(image.shape, dtype=bool)
        ),
        "The closing is right. One bug is left: a pixel whose top-hat equals `level` is in.": each(
            lambda r, v: hat(r) > v
        ),
        "That is a square. The exercise asks for a disk.": each(lambda r, v: square(r) - image >= v),
        "You closed with a cross of 3 × 3 pixels, scikit-image's default and `disk(1)`. Hand over "
        "`disk(radius)`.": each(lambda r, v: black_tophat(image) >= v),
        steps: each(lambda r, v: closing(image, disk(r, decomposition="sequence")) - image >= v),
        "That is a square, and only `radius` pixels wide. The exercise asks for `disk(radius)`.": each(
            lambda r, v: closing(image, footprint_rectangle((r, r))) - image >= v
        ),
        "Your disk has the radius r − 1. Hand `radius` over as it is.": each(
            lambda r, v: _closed(image, r - 1) - image >= v
        ),
        "Your disk has the radius r + 1. Hand `radius` over as it is.": each(
            lambda r, v: _closed(image, r + 1) - image >= v
        ),
        "You compared the image itself with `level`. The top-hat is closing − image.": each(
            lambda r, v: image <= v
        ),
        "You closed with a disk of half the radius: `disk` takes the radius, not the width.": each(
            lambda r, v: _closed(image, r // 2) - image >= v
        ),
        "You closed with a disk of twice the radius: `disk` takes the radius, not the width.": each(
            lambda r, v: _closed(image, 2 * r) - image >= v
        ),
        "Your disk has the radius 2 r + 1: `disk` takes the radius, not the width.": each(
            lambda r, v: _closed(image, 2 * r + 1) - image >= v
        ),
        "The mask is the wrong way round: True belongs on the dark things.": each(lambda r, v: hat(r) < v),
        "The mask is the wrong way round: True belongs where the top-hat is `level` or more, not less.": each(
            lambda r, v: hat(r) <= v
        ),
        "You compared the closing itself with `level`. The top-hat is closing − image.": each(
            lambda r, v: _closed(image, r) >= v
        ),
        "That is dilation − image. A closing is a dilation and then an erosion.": each(
            lambda r, v: dilation(image, disk(r)) - image >= v
        ),
        "That is image − erosion. The black top-hat is closing − image.": each(
            lambda r, v: image - erosion(image, disk(r)) >= v
        ),
        "You marked every pixel whose top-hat is not 0, whatever `level` says.": each(
            lambda r, v: hat(r) > 0
        ),
    }
    for radius, level in settings:
        mistakes[f"You compared with {level} whatever `level` says."] = np.stack(
            [hat(r) >= level for r, _ in settings]
        )
        mistakes[
            f"That is the mask for radius {radius} and level {level}, whatever is given. Use the arguments."
        ] = np.stack([hat(radius) >= level for _ in settings])
    return mistakes


@exercise(
    3,
    "A radius from millimetres",
    hints=[
        "How many pixels wide is the vessel? Width in mm divided by mm per pixel.",
        "You need the smallest whole r with 2 r + 1 > pixels. Try r = 0, 1, 2, … on paper for 5 and for 5.5 pixels.",
        "At r = (pixels − 1) / 2 the disk is as wide as the vessel. Take the next whole number above it, even where "
        "it is whole itself: for 5.5 pixels it is 2.25, so r = 3; for 5 pixels it is 2, so r = 3; for 0.4 pixels "
        "it is −0.3, so r = 0.",
    ],
)
def smallest_radius(answer: object) -> str:
    """Judge widths between, at and below odd numbers of pixels."""
    radius = the_function(answer, "smallest_radius")
    cases = [(0.2, 0.025, 4), (0.25, 0.05, 3), (0.098, 0.02, 2), (0.275, 0.05, 3), (0.084, 0.01, 4)]
    got = [call(radius, width, step, given=f"for {width} mm at {step} mm") for width, step, _ in cases]
    for value, (width, step, _) in zip(got, cases, strict=True):
        if isinstance(value, np.ndarray):
            raise WrongAnswer(f"Your radius for {width} mm at {step} mm is an array; an `int` is needed.")
        if not isinstance(value, int | float | np.number) or isinstance(value, bool):
            same_number(value, 0, what=f"radius for {width} mm at {step} mm")
    numbers = np.array(got, dtype=float)
    pixels = np.array([width / step for width, step, _ in cases]).round(6)  # 8, 5, 4.9, 5.5, 8.4
    right = np.array([r for _, _, r in cases])
    recognise(
        numbers,
        {
            "That is the whole width in pixels, made a whole number. A disk of that radius is about twice as "
            "wide.": np.ceil(pixels),
            "That is the whole width in pixels, rounded. A disk of that radius is about twice as wide.": (
                np.round(pixels)
            ),
            "That is the whole width in pixels, rounded down. A disk of that radius is about twice as wide.": (
                np.floor(pixels)
            ),
            "That is the whole width in pixels. A disk of that radius is about twice as wide.": pixels,
            "That is half of the width, rounded up: for 4.9 pixels it gives 3, and 2 is enough, because the "
            "middle pixel counts too.": np.ceil(pixels / 2),
            "You rounded to whole pixels: 4.9 became 5, and for 5 the radius is 3. For 4.9 it is 2. Round to six "
            "decimals.": np.floor((np.round(pixels) + 1) / 2),
            "That is half of the width, rounded down: for 5.5 pixels it gives 2, a disk 5 wide.": (
                np.floor(pixels / 2)
            ),
            "Every radius comes out 0. The width in pixels is `width_mm / spacing_mm`: millimetres divided by "
            "millimetres per pixel.": np.zeros(5),
            "For a vessel of exactly 5 pixels your disk is as wide as the vessel. It has to be wider: the next "
            "radius.": np.ceil((pixels - 1) / 2),
            "You rounded down, so your disk is never wider than the vessel. The next radius is.": (
                np.floor((pixels - 1) / 2)
            ),
            "That is (pixels − 1) / 2, at which the disk is as wide as the vessel. Take the next whole radius.": (
                (pixels - 1) / 2
            ),
            "That is half of the width, not a whole radius.": pixels / 2,
            "That is half of the width, rounded down, plus one: for 4.9 pixels it gives 3, and 2 is enough.": (
                np.floor(pixels / 2) + 1
            ),
            "Those are the widths of the disks, 2 r + 1. The radius r is asked for.": 2 * right + 1,
        },
        tolerance=1e-5,
    )
    if np.all(numbers == numbers[0]):
        raise WrongAnswer("Your radius is the same for every vessel. Use the arguments.")
    if np.array_equal(numbers, right) and not all(isinstance(value, int | np.integer) for value in got):
        raise WrongAnswer("The numbers are right, but they are floats; `disk` needs an int.")
    for value, (width, step, expected) in zip(got, cases, strict=True):
        same_number(value, expected, what="radius", given=f"for a vessel of {width} mm at {step} mm")
    value = call(radius, 0.3, 0.1, given="for 0.3 mm at 0.1 mm")
    if not isinstance(value, np.ndarray) and value == 1:
        raise WrongAnswer(
            "A vessel of 0.3 mm at 0.1 mm is 3 pixels wide, and your radius 1 gives a disk of 3. On a computer "
            "0.3 / 0.1 is a little less than 3, and 3 · 0.1 a little more than 0.3. Take `width_mm / spacing_mm`, "
            "rounded to six decimals, and compare that."
        )
    for width, step, expected in ((0.3, 0.1, 2), (0.02, 0.05, 0), (1.0, 0.02, 25)):
        value = call(radius, width, step, given=f"for {width} mm at {step} mm")
        same_number(value, expected, what="radius", given=f"for a vessel of {width} mm at {step} mm")
    return "Right. The element follows the patient, not the camera."
