"""Checks of chapter 09, Fourier descriptors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function


def _oval(points: int, turn: float) -> NDArray[np.float64]:
    """Draw a knobbly oval away from the origin, clockwise on the screen, begun anywhere."""
    t = 2 * np.pi * (np.arange(points) + 0.3 * points) / points
    z = 20 * np.exp(1j * t) + 6 * np.exp(1j * (turn - t)) + 1.5 * np.exp(3j * t) + np.exp(1j * (1 - 4 * t))
    z += 60 + 35j
    return np.stack([z.real, z.imag], axis=1)


def _arms(contour: NDArray[Any]) -> tuple[complex, complex]:
    spectrum = np.fft.fft(contour @ [1, 1j]) / len(contour)
    return complex(spectrum[1]), complex(spectrum[-1])


@exercise(
    1,
    "The axes of the ellipse",
    hints=[
        "`fourier_descriptors` puts order 0 at index N // 2. Order 1 is the next one, order −1 the one before.",
        "The longer half axis is |Z(1)| + |Z(−1)|, the shorter the difference of the two lengths.",
        "Traced in the other sense, |Z(−1)| is the larger of the two: take `abs` of the difference.",
    ],
)
def axis_ratio(answer: object) -> str:
    """Judge two ovals of different N, then one traced in the other sense."""
    ratio = the_function(answer, "axis_ratio")
    contour = _oval(256, 0.7)
    spectrum = np.fft.fftshift(np.fft.fft(contour @ [1, 1j])) / 256
    forward, backward = _arms(contour)
    long, short = abs(forward) + abs(backward), abs(forward) - abs(backward)
    got = call(ratio, contour, given="for an oval of 256 points")
    if np.iscomplexobj(got):
        raise WrongAnswer(
            "Your result is complex. The axes come from the lengths of the arms: take abs of Z."
        )
    extent = np.ptp(contour, axis=0)
    wrong_orders = sorted(abs(spectrum[[1, -1]]))
    recognise(
        got,
        {
            "That is one arm over the other. The axes are their sum and their difference.": (
                abs(backward) / abs(forward)
            ),
            "That is longer over shorter. The ratio asked for is shorter over longer.": long / short,
            "That is the shorter half axis itself. Divide it by the longer one.": short,
            "That is the shorter axis itself. Divide it by the longer one.": 2 * short,
            "You added the arms as complex numbers, so their directions at the first point count. Take the "
            "lengths first.": abs((forward - backward) / (forward + backward)),
            "You took the indices 1 and −1, which hold the orders −127 and 127. Order 0 is at index N // 2.": (
                (wrong_orders[1] - wrong_orders[0]) / sum(wrong_orders)
            ),
            "That is the ratio of the sides of the box around the contour. It changes when the oval is turned.": (
                extent.min() / extent.max()
            ),
            "That is the square of the ratio. Did you use the squared lengths of the arms?": (
                (short / long) ** 2
            ),
        },
    )
    same_number(got, short / long, tolerance=1e-9, given="for an oval of 256 points")

    contour = _oval(300, 2.0)
    spectrum = np.fft.fftshift(np.fft.fft(contour @ [1, 1j])) / 300
    one, other = abs(spectrum[129]), abs(spectrum[127])
    got_more = call(ratio, contour, given="for an oval of 300 points")
    recognise(
        got_more,
        {
            "The indices 127 and 129 are the orders −1 and 1 for 256 points alone. Compute them from N.": (
                abs(one - other) / (one + other)
            ),
            "With the indices 127 and 129, and a sign. They are right for 256 points alone: compute them from "
            "N.": (one - other) / (one + other),
        },
    )
    forward, backward = _arms(contour)
    right = (abs(forward) - abs(backward)) / (abs(forward) + abs(backward))
    same_number(got_more, right, tolerance=1e-9, given="for an oval of 300 points")
    got = call(ratio, contour[::-1], given="for a contour traced in the other sense")
    recognise(
        got,
        {
            "Traced in the other sense, your ratio is negative: |Z(−1)| is then the larger one. Take abs.": -right
        },
    )
    same_number(got, right, tolerance=1e-9, given="for a contour traced in the other sense")
    round_ = call(ratio, _oval(64, 0.7) * [2.0, 1.0], given="for an oval stretched along x")
    forward, backward = _arms(_oval(64, 0.7) * [2.0, 1.0])
    same_number(
        round_,
        abs(abs(forward) - abs(backward)) / (abs(forward) + abs(backward)),
        tolerance=1e-9,
        given="for an oval stretched along x",
    )
    return "Right. Sum and difference of two lengths, for any N and in either sense."


def _kept(contour: NDArray[Any], orders: range | list[int]) -> NDArray[np.float64]:
    """Rebuild a contour from exactly these orders."""
    spectrum = np.fft.fft(contour @ [1, 1j])
    mask = np.zeros(len(contour))
    mask[[order % len(contour) for order in orders]] = 1
    points = np.fft.ifft(spectrum * mask)
    return np.stack([points.real, points.imag], axis=1)


@exercise(
    2,
    "Two bugs in a partial reconstruction",
    hints=[
        "What is Z[0] in the picture? Where does the curve lie when it is 0?",
        "`Z[K + 1:] = 0` also wipes out the end of the array. Which orders stand there?",
        "Set only the middle to 0: `Z[K + 1 : len(Z) - K] = 0`, and leave Z[0] alone.",
    ],
)
def partial(answer: object) -> str:
    """Judge the two bugs one by one, then the borders of the range, then an odd N and K = 1."""
    draw = the_function(answer, "partial")
    contour, K = _oval(64, 0.7), 3
    contour += 0.5 * np.random.default_rng(9).normal(size=contour.shape)
    got = an_array(call(draw, contour, K, given="with K = 3"))
    if np.iscomplexobj(got):
        raise WrongAnswer(
            "Your result is complex. Put the real parts (x) and the imaginary parts (y) side by side."
        )
    if got.shape == (2, 64):
        raise WrongAnswer(
            "Your result has the shape (2, 64). Stack x and y with axis=1, so that each row is a point."
        )
    right = _kept(contour, range(-K, K + 1))
    no_negative, no_positive = _kept(contour, range(K + 1)), _kept(contour, range(-K, 1))
    centroid = contour.mean(axis=0)
    recognise(
        got,
        {
            "Nothing has changed: the curve lies around (0, 0), and the negative orders are gone.": (
                no_negative - centroid
            ),
            "The place is right now. One bug is left: the negative orders, at the end of Z, are wiped out.": (
                no_negative
            ),
            "The shape is right now. One bug is left: without Z[0] the curve lies around (0, 0).": (
                right - centroid
            ),
            "You keep the negative orders now and lose the positive ones. Both belong to |k| ≤ K.": no_positive,
            "Order −K is missing: your range begins to wipe out one place too early, or ends one too late.": (
                _kept(contour, range(-K + 1, K + 1))
            ),
            "Order K is missing: |k| ≤ K keeps it. The first place to wipe out is K + 1.": (
                _kept(contour, range(-K, K))
            ),
            "The orders K and −K are missing: |k| ≤ K keeps both.": _kept(contour, range(-K + 1, K)),
            "You keep one order too many, −K − 1.": _kept(contour, range(-K - 1, K + 1)),
            "You keep one order too many, K + 1.": _kept(contour, range(-K, K + 2)),
            "You keep one order too many on both sides.": _kept(contour, range(-K - 1, K + 2)),
            "x and y are swapped: the real part is x.": right[:, ::-1],
            "The curve is 64 times too small. `np.fft.ifft` divides by N already.": right / 64,
            "The curve is nearly in the corner: in `np.fft.fft` Z[0] is N times the mean.": (
                right - centroid + centroid / 64
            ),
            "That is the contour itself: nothing was left out.": contour,
        },
        tolerance=1e-7,
    )
    same_array(got, right, tolerance=1e-7, dtype=False)
    for points, order in ((64, 1), (31, 5), (64, 31)):
        other = _oval(points, 2.0)
        other += 0.5 * np.random.default_rng(points).normal(size=other.shape)
        given = f"with {points} points and K = {order}"
        got = an_array(call(draw, other, order, given=given))
        if got.shape == other.shape:
            recognise(
                got,
                {
                    "Your function always keeps the orders up to 3. Use `K`.": _kept(other, range(-3, 4)),
                },
                tolerance=1e-7,
            )
        same_array(
            got, _kept(other, range(-order, order + 1)), what=f"result {given}", tolerance=1e-7, dtype=False
        )
    return (
        "Right. The positive orders stand first, the negative ones last, and Z[0] keeps the curve in place."
    )


def _needed(mask: NDArray[np.bool_], wanted: float, how: str) -> int | None:
    from mediedu.describe import fourier_descriptors, reconstruct_contour, trace_contour
    from mediedu.segment import fill_contour

    z = fourier_descriptors(trace_contour(mask))
    for k in range(1, 129):
        filled = fill_contour(reconstruct_contour(z, k), mask.shape)
        shared, one, other = int((filled & mask).sum()), int(filled.sum()), int(mask.sum())
        overlap = {
            "dice": 2 * shared / (one + other),
            "jaccard": shared / (one + other - shared),
            "of the mask": shared / other,
            "of the filled": shared / one,
        }[how]
        if overlap >= wanted:
            return k
    return None


@exercise(
    3,
    "How many circles does a mask need?",
    hints=[
        "Trace once, then try K = 1, 2, 3, … and stop at the first that is good enough.",
        "Dice is twice the shared pixels over the sum of both masks' pixels.",
        "In the loop: `filled = fill_contour(reconstruct_contour(z, K), mask.shape)`, then "
        "`2 * (filled & mask).sum() / (filled.sum() + mask.sum())`.",
    ],
)
def circles_needed(answer: object) -> str:
    """Judge a spiky and a lobed synthetic mass at several overlaps."""
    from mediedu.data import phantom

    needed = the_function(answer, "circles_needed")
    spiky = phantom.breast_mass("malignant", margin="spiculated", size=128, seed=1).mask > 0
    lobed = phantom.breast_mass("benign", margin="macrolobulated", size=128, seed=3).mask > 0
    trials = [(spiky, 0.96), (spiky, 0.9), (lobed, 0.97), (lobed, 0.98)]
    names = ["a spiky mask", "a spiky mask", "a mask with lobes", "a mask with lobes"]
    got = []
    for (mask, wanted), name in zip(trials, names, strict=True):
        given = f"for {name} and a wanted overlap of {wanted}"
        got.append(call(needed, mask, wanted, given=given, may_be_none=True))
        if got[-1] is None:
            raise WrongAnswer(
                f"Your function returned None {given}. Is a return missing, or is your overlap never that large? "
                "Dice without its factor 2 stays at 0.5 or below."
            )
        if isinstance(got[-1], float | np.floating) and 0 < got[-1] < 1:
            raise WrongAnswer(
                "That looks like an overlap. Return K, the number of orders, and not the Dice value."
            )

    def all_of(how: str) -> NDArray[Any]:
        return np.array([_needed(mask, wanted, how) for mask, wanted in trials])

    right = all_of("dice")
    recognise(
        got,
        {
            "You return K for the Jaccard overlap: shared over all pixels of either. Dice is twice shared over "
            "the sum of both.": all_of("jaccard"),
            "You divide the shared pixels by those of the mask. Dice is twice shared over the sum of both.": (
                all_of("of the mask")
            ),
            "You divide the shared pixels by those of the filled curve. Dice is twice shared over the sum of "
            "both.": all_of("of the filled"),
            "That is one too few: at this K the overlap is still below what is wanted.": right - 1,
            "That is one too many: the K before it is good enough already.": right + 1,
            "You count both senses: K orders forward and K back. K itself is asked for.": 2 * right,
            "You count both senses and Z(0): 2 K + 1 arms. K itself is asked for.": 2 * right + 1,
            "You return the same K for every mask and every wanted overlap.": np.full(4, right[0]),
            "You return the same K for every overlap that is wanted. Use `wanted`.": right[[0, 0, 2, 2]],
        },
    )
    for value, expected, (_, wanted), name in zip(got, right, trials, names, strict=True):
        same_number(value, expected, given=f"for {name} and a wanted overlap of {wanted}")
    return (
        "Right. A mask with spicules needs many more circles than one with lobes for about the same overlap."
    )
