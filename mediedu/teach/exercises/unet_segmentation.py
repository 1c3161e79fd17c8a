"""Checks of chapter 18, U-Net: find small lesions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

Mask = NDArray[np.bool_]
Steps = list[tuple[int, int]]

# Kernels of several sizes and a stride of 3, so that no two slips give one number; the chapter's way down; a
# single layer; none.
LAYERS: list[Steps] = [
    [(5, 1), (2, 2), (3, 3), (7, 1)],
    [(3, 1), (3, 1), (2, 2), (3, 1), (3, 1), (2, 2), (3, 1), (3, 1)],
    [(7, 1)],
    [],
]


def _field(steps: Steps) -> int:
    field, apart = 1, 1
    for size, stride in steps:
        field += (size - 1) * apart
        apart *= stride
    return field


def _slips(steps: Steps) -> dict[str, int]:
    """List what known mistakes give."""
    sizes, strides = zip(*steps, strict=True)
    early, whole, apart_early, apart = 1, 1, 1, 1
    for size, stride in steps:
        apart_early *= stride
        early += (size - 1) * apart_early
        whole += size * apart
        apart *= stride
    summed, last = 1, 1
    for size, stride in steps:
        summed += (size - 1) * last
        last = stride
    only_convolutions, three_wide, between = 1, 1, 1
    for size, stride in steps:
        if stride == 1:
            only_convolutions += (size - 1) * between
        three_wide += between if stride > 1 else 2 * between
        between *= stride
    forward, added, between_added = 1, 1, 1
    for size, stride in steps:
        forward = (forward - 1) * stride + size
        added += (size - 1) * between_added
        between_added += stride - 1
    right = _field(steps)
    return {
        "Your strides do nothing. After a stride of 2 neighbours on the map lie 2 pixels apart in the image, so a "
        "layer adds (size − 1) times that.": 1 + sum(size - 1 for size in sizes),
        "A layer's own stride is at work too early. It moves the neighbours apart for the layers after it: widen the "
        "field first, then multiply.": early,
        "Each layer adds size − 1 neighbours, not size.": whole,
        "Each layer counts the stride of the one before alone. Strides multiply: after two of 2 the step is 4.": summed,
        "You go back through the layers, so start from the last one: the stride of a layer stretches what the layers "
        "after it see.": forward,
        "You take every convolution for 3 wide and every pooling for 2. Use `size`.": three_wide,
        "You add the strides up. They multiply: after strides of 2 and 3 neighbours lie 6 pixels apart.": added,
        "The pooling layers are missing. They widen the field too, by size − 1 steps.": only_convolutions,
        "That is how far apart two neighbours of the last map lie. Asked is the field.": int(
            np.prod(strides)
        ),
        "You multiply the sizes. The fields of layers add up.": int(np.prod(sizes)),
        "You start from 0. Without any layer a number sees 1 pixel: itself.": right - 1,
        "That is the number of pixels in the field. Asked is its side.": right**2,
    }


@exercise(
    1,
    "The receptive field",
    hints=[
        "Keep two numbers: the side of the field so far, and how many pixels apart two neighbours of the map lie. "
        "Both start at 1.",
        "A layer of a size adds size − 1 neighbours, each as far away as the step so far. Then its stride multiplies "
        "the step.",
        "For each (size, stride): `field += (size - 1) * apart`, then `apart *= stride`.",
    ],
)
def receptive_field(answer: object) -> str:
    """Judge uneven layers that tell the mistakes apart, the chapter's way down, one layer and none."""
    field = the_function(answer, "receptive_field")
    for number, steps in enumerate(LAYERS):
        given = f"for {steps}" if steps else "for no layer at all"
        got = call(field, list(steps), given=given)
        right = _field(steps)
        if steps:
            known = {message: value for message, value in _slips(steps).items() if value != right}
            recognise(got, known)
        if number:
            recognise(
                got,
                {"You give the same side for all layers. Use `steps`.": _field(LAYERS[0])},
            )
        same_number(got, right, what="side of the field", tolerance=0, given=given)
    return "Right. The chapter's way down sees 32 pixels, as counted by hand."


def _masks() -> tuple[Mask, Mask]:
    """Give six images: partly right, empty and rightly so, a false alarm, a miss, too large a mask, a miss."""
    masks, truths = np.zeros((6, 6, 7), bool), np.zeros((6, 6, 7), bool)
    truths[0, 1:3, 1:4], masks[0, 1:3, 2:5] = True, True
    masks[2, 4, 4] = True
    truths[3, 2, 2:4] = True
    truths[4, 1:5, 1], masks[4, 1:5, 1:4] = True, True
    truths[5, 3, 3:5] = True
    return masks, truths


def _dice(mask: Mask, truth: Mask, empty: float) -> float:
    areas = int(mask.sum() + truth.sum())
    return 2 * int((mask & truth).sum()) / areas if areas else empty


@exercise(
    2,
    "A Dice that is no accuracy",
    hints=[
        "What does `mask == truth` count in a slice of background? Every pixel on which both say “no”.",
        "Shared is `mask & truth`. The areas are the pixels of each mask, not of the image. What if both are 0?",
        "`areas = mask.sum() + truth.sum()`; the score is `2 * np.sum(mask & truth) / areas if areas else 1.0`.",
    ],
)
def mean_dice(answer: object) -> str:
    """Judge six images of every kind, then images that all are empty, then one alone."""
    score = the_function(answer, "mean_dice")
    masks, truths = _masks()
    given = "for six small images"
    got = call(score, masks.copy(), truths.copy(), given=given)
    if np.shape(got) == (6,):
        raise WrongAnswer("You return one number for each image. Return their mean.")
    each = np.array([_dice(m, t, 1.0) for m, t in zip(masks, truths, strict=True)])
    if got is not None and np.shape(got) == () and not isinstance(got, str) and np.isnan(got):
        raise WrongAnswer(
            "You return NaN: in an image with two empty masks you divide 0 by 0. Such an image counts 1."
        )
    overlaps = (masks & truths).sum(axis=(1, 2))
    unions = (masks | truths).sum(axis=(1, 2))
    sick = truths.any(axis=(1, 2))
    some = masks.any(axis=(1, 2)) | sick
    one_area = overlaps / np.maximum(masks.sum(axis=(1, 2)) + truths.sum(axis=(1, 2)), 1)
    recognise(
        got,
        {
            "The bug is still there: `mask == truth` counts background on which both agree, and you divide by the size "
            "of the image. That is the accuracy.": float((masks == truths).mean()),
            "Two empty masks give 0 with you. They agree: such an image counts 1.": float(
                np.where(some, each, 0).mean()
            ),
            "You leave images with two empty masks out. They are answers too, right ones: count 1.": float(
                each[some].mean()
            ),
            "You leave out every image without a lesion. A false alarm there must cost: it counts 0.": float(
                each[sick].mean()
            ),
            "Every image without a lesion counts 1 with you. It does so only if the mask is empty as well.": float(
                np.where(sick, each, 1).mean()
            ),
            "An empty mask counts 1 with you even where there is a lesion. That is a miss, and counts 0.": float(
                np.where(masks.any(axis=(1, 2)), each, 1).mean()
            ),
            "You pool all images into one Dice. Then large lesions hide the small: take the mean of the images'.": (
                _dice(masks, truths, 1.0)
            ),
            "That is Jaccard: shared over the union. Dice is twice the shared over the sum of both areas.": float(
                np.where(unions > 0, overlaps / np.maximum(unions, 1), 1).mean()
            ),
            "The factor 2 is missing.": float(np.where(some, one_area, 1).mean()),
            "You add the images' Dice up. Take their mean.": float(each.sum()),
        },
    )
    same_number(got, float(each.mean()), what="mean Dice", tolerance=1e-4, given=given)
    for which in (slice(1, 2), slice(0, 1), slice(2, 6)):
        given = f"for {len(masks[which])} of them"
        other = call(score, masks[which].copy(), truths[which].copy(), given=given)
        recognise(other, {"You give the same number for all images. Use the arguments.": float(each.mean())})
        same_number(other, float(each[which].mean()), what="mean Dice", tolerance=1e-4, given=given)
    return "Right. Background doesn't count, and two empty masks agree."


def _pieces() -> Mask:
    """Draw pieces of 1, 2, 3 (across corners), 4, 4 and 6 pixels."""
    rows = "#....##... .......... ..#.....## .#......## #......... .......... ####..###. ......###."
    return np.array([[letter == "#" for letter in row] for row in rows.split()])


def _kept(mask: Mask, least: int, structure: NDArray[Any] | None = None) -> Mask:
    from scipy.ndimage import label

    pieces, number = label(mask, np.ones((3, 3)) if structure is None else structure)
    keep = np.bincount(pieces.ravel(), minlength=number + 1) >= least
    keep[0] = False
    return np.asarray(keep[pieces])


def _last(mask: Mask) -> Mask:
    from scipy.ndimage import label

    pieces, number = label(mask, np.ones((3, 3)))
    return np.asarray(pieces == number)


def _largest(mask: Mask) -> Mask:
    from scipy.ndimage import label

    pieces, _ = label(mask, np.ones((3, 3)))
    return np.asarray(mask & (pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:])))


@exercise(
    3,
    "Drop small pieces",
    hints=[
        "`label(mask, np.ones((3, 3)))` numbers the pieces from 1, also across corners; the background is 0. It gives "
        "the numbers and how many there are.",
        "`np.bincount(pieces.ravel())` counts the pixels of each number. Which numbers have at least `least`? And "
        "what about number 0?",
        "`keep = sizes >= least`, `keep[0] = False`; then `keep[pieces]` looks each pixel up.",
    ],
)
def drop_small(answer: object) -> str:
    """Judge six pieces at several sizes, then a ring, then an empty mask."""
    drop = the_function(answer, "drop_small")
    mask = _pieces()
    earlier: Mask | None = None
    for least in (2, 3, 4, 7):
        given = f"for six pieces of 1 to 6 pixels and least = {least}"
        got = an_array(call(drop, mask.copy(), least, given=given))
        right = _kept(mask, least)
        if got.dtype != bool and np.array_equal(got != 0, right):
            raise WrongAnswer(f"The right pixels, as {got.dtype}. A mask is bool.")
        known = {
            "You drop pieces of exactly `least` pixels as well. They stay: at least is ≥.": _kept(
                mask, least + 1
            ),
            "The background is in your mask: it is number 0, and larger than any piece.": right | ~mask,
            "Pixels that touch at a corner are two pieces with you. Give `label` the structure "
            "`np.ones((3, 3))`.": _kept(mask, least, np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])),
            "You kept the small pieces and dropped the large.": mask & ~right,
            "You do not get to the last piece: `label` numbers them from 1 to `number`, both included.": (
                right ^ _last(mask)
            ),
            "You keep the largest piece alone. All that are large enough stay.": _largest(mask),
            "The mask is as it was: no piece is dropped.": mask,
            "No piece is left. Those of at least `least` pixels stay.": np.zeros_like(mask),
        }
        recognise(got, {m: v for m, v in known.items() if not np.array_equal(v, right)})
        if (
            earlier is not None
            and np.array_equal(got, earlier)
            and np.array_equal(got, an_array(call(drop, mask.copy(), mask.size, given=given)))
        ):
            raise WrongAnswer("You give the same mask whatever `least` is. Use the argument.")
        same_array(got, right, what=f"mask {given}")
        earlier = got
    ring = np.pad(np.ones((3, 3), bool), 1)
    ring[2, 2] = False
    for least in (8, 9):
        given = f"for a ring of 8 pixels and least = {least}"
        got = an_array(call(drop, ring.copy(), least, given=given))
        filled = np.pad(np.ones((3, 3), bool), 1)
        recognise(got, {"You fill the hole of a ring. Only drop pieces; add no pixel.": filled})
        same_array(got, _kept(ring, least), what=f"mask {given}")
    empty = an_array(call(drop, np.zeros((4, 5), bool), 2, given="for an empty mask"))
    same_array(empty, np.zeros((4, 5), bool), what="mask for an empty mask")
    return "Right. At least is at least, corners hold together, and the background is no piece."
