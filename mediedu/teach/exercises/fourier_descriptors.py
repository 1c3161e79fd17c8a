"""Checks of chapter 09, Fourier descriptors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function


def _oval(points: int, turn: float) -> NDArray[np.float64]:
    """Draw a knobbly oval away from the origin, clockwise on the screen; noise gives it all orders."""
    t = 2 * np.pi * (np.arange(points) + 0.3 * points) / points
    z = 20 * np.exp(1j * t) + 6 * np.exp(1j * (turn - t)) + 1.5 * np.exp(3j * t) + np.exp(1j * (1 - 4 * t))
    z += 60 + 35j
    noise = np.random.default_rng(points).normal(scale=0.5, size=(points, 2))
    return np.stack([z.real, z.imag], axis=1) + noise


def _orders(contour: NDArray[Any]) -> NDArray[np.complex128]:
    """Give Z(k) at index k, so that Z(−1) is the last one."""
    return np.fft.fft(contour @ [1, 1j], norm="forward")


def _ratio(contour: NDArray[Any], one: int = 1, other: int = -1) -> float:
    forward, backward = abs(_orders(contour)[[one, other]])
    return float(abs(forward - backward) / (forward + backward))


def _kept(contour: NDArray[Any], orders: range | list[int]) -> NDArray[np.float64]:
    """Rebuild a contour from exactly these orders."""
    mask = np.zeros(len(contour))
    mask[[order % len(contour) for order in orders]] = 1
    points = np.fft.ifft(_orders(contour) * mask, norm="forward")
    return np.stack([points.real, points.imag], axis=1)


def _near_over_far(points: NDArray[Any]) -> float:
    distances = np.hypot(*(points - points.mean(axis=0)).T)
    return float(distances.min() / distances.max())


@exercise(
    1,
    "The axes of the ellipse",
    hints=[
        "`fourier_descriptors` puts order 0 at index N // 2. Order 1 is the next one, order −1 the one before.",
        "The longer half axis is |Z(1)| + |Z(−1)|, the shorter the difference of the two lengths.",
        "Traced in the other direction, |Z(−1)| is the larger of the two: take `abs` of the difference.",
    ],
)
def axis_ratio(answer: object) -> str:
    """Judge ovals of even and odd N, one traced in the other direction, one stretched."""
    ratio = the_function(answer, "axis_ratio")
    contour = _oval(256, 0.7)
    z, (forward, backward) = _orders(contour), _orders(contour)[[1, -1]]
    long, short = abs(forward) + abs(backward), abs(forward) - abs(backward)
    right = short / long
    got = call(ratio, contour, given="for an oval of 256 points")
    if isinstance(got, np.ndarray) and got.shape:
        raise WrongAnswer(f"Your result is an array of shape {got.shape}; one float is asked for.")
    if np.iscomplexobj(got):
        raise WrongAnswer(
            "Your result is complex. The axes come from the lengths of the arms: take abs of Z."
        )
    extent = np.ptp(contour, axis=0)
    recognise(
        got,
        {
            "That is one arm over the other. The axes are their sum and their difference.": (
                abs(backward) / abs(forward)
            ),
            "That is longer over shorter. The ratio asked for is shorter over longer.": long / short,
            "That is the shorter half axis itself. Divide it by the longer one.": short,
            "That is the shorter axis itself. Divide it by the longer one.": 2 * short,
            "You added the arms as complex numbers, so the way they point at the start counts. Take the "
            "lengths first.": abs((forward - backward) / (forward + backward)),
            "You took the indices 1 and −1, which hold the orders −127 and 127. Order 0 is at index N // 2.": (
                _ratio(contour, 127, -127)
            ),
            "That is made of Z(0) and Z(1). Index N // 2 holds Z(0): order 1 comes after it, order −1 before.": (
                _ratio(contour, 0, 1)
            ),
            "That is made of Z(0) and Z(−1). Index N // 2 holds Z(0): order 1 comes after it, order −1 before.": (
                _ratio(contour, 0, -1)
            ),
            "That is made of Z(1) and Z(2). Index N // 2 holds Z(0): order 1 comes after it, order −1 before.": (
                abs(abs(z[2]) - abs(z[1])) / (abs(z[2]) + abs(z[1]))
            ),
            "That is made of Z(0) and Z(2), one index too far. Index N // 2 holds Z(0): order 1 comes after it, "
            "order −1 before.": _ratio(contour, 2, 0),
            "That is made of Z(−2) and Z(0), one index too early. Index N // 2 holds Z(0): order 1 comes after "
            "it, order −1 before.": _ratio(contour, 0, -2),
            "That is 1 minus the ratio asked for.": 1 - right,
            "That is the ratio of the sides of the box around the contour. It changes when the oval is turned.": (
                extent.min() / extent.max()
            ),
            "That is the contour's nearest point over its farthest. The ellipse of |k| ≤ 1 is asked for.": (
                _near_over_far(contour)
            ),
            "That is nearest over farthest of the ellipse's points, and its tips lie between two points: "
            "|Z(1)| and |Z(−1)| give them exactly.": _near_over_far(_kept(contour, [-1, 0, 1])),
            "That is the square of the ratio. Did you use the squared lengths of the arms?": right**2,
        },
    )
    if any(got == round(float(right), digits) for digits in range(2, 7)):
        raise WrongAnswer("That is the ratio, rounded. Return it as it is.")
    same_number(got, right, tolerance=1e-9, given="for an oval of 256 points")

    contour = _oval(300, 2.0)
    z = np.fft.fftshift(_orders(contour))
    one, other = abs(z[129]), abs(z[127])
    got = call(ratio, contour, given="for an oval of 300 points")
    recognise(
        got,
        {
            "The indices 127 and 129 are the orders −1 and 1 for 256 points alone. Compute them from N.": (
                abs(one - other) / (one + other)
            ),
        },
    )
    same_number(got, _ratio(contour), tolerance=1e-9, given="for an oval of 300 points")
    got = call(ratio, contour[::-1], given="for a contour traced in the other direction")
    recognise(
        got,
        {
            "Traced in the other direction, your ratio is negative: |Z(−1)| is then the larger one. Take abs.": (
                -_ratio(contour)
            )
        },
    )
    same_number(got, _ratio(contour), tolerance=1e-9, given="for a contour traced in the other direction")
    odd = _oval(33, 0.7)
    got = call(ratio, odd, given="for an oval of 33 points")
    recognise(
        got,
        {
            "For 33 points you took Z(2) and Z(0). Order 0 is at N // 2, which rounds down: 16.": _ratio(
                odd, 2, 0
            ),
        },
    )
    same_number(got, _ratio(odd), tolerance=1e-9, given="for an oval of 33 points")
    stretched = _oval(64, 0.7) * [2.0, 1.0]
    got = call(ratio, stretched, given="for an oval stretched along x")
    same_number(got, _ratio(stretched), tolerance=1e-9, given="for an oval stretched along x")
    return "Right. Sum and difference of two lengths, for even and odd N and in either direction."


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
    if got.shape == right.shape and np.allclose(got, _kept(contour, range(K + 1)), rtol=0, atol=1e-7):
        long = _oval(256, 0.7)
        at_256 = an_array(call(draw, long, K, given="with 256 points"))
        if at_256.shape == long.shape and np.allclose(
            at_256, _kept(long, range(-K, K + 1)), rtol=0, atol=1e-7
        ):
            raise WrongAnswer(
                "For 256 points your curve is right; for 64 it loses the negative orders. Take the number of points "
                "from `contour`."
            )
    if got.shape == right.shape:
        _recognise_partial(got, an_array(call(draw, contour, 5, given="with K = 5")), contour, K)
    same_array(got, right, tolerance=1e-7, dtype=False)
    for points, order in ((64, 1), (31, 5), (64, 31)):
        other = _oval(points, 2.0)
        given = f"with {points} points and K = {order}"
        same_array(
            an_array(call(draw, other, order, given=given)),
            _kept(other, range(-order, order + 1)),
            what=f"result {given}",
            tolerance=1e-7,
            dtype=False,
        )
    return (
        "Right. The positive orders stand first, the negative ones last, and Z[0] keeps the curve in place."
    )


def _recognise_partial(
    got: NDArray[Any], got_at_5: NDArray[Any], contour: NDArray[np.float64], K: int
) -> None:
    """Tell the known mistakes: first those that ignore K, then those that keep the wrong orders."""
    points = len(contour)
    recognise(got, {"That is the contour itself: nothing was left out.": contour}, tolerance=1e-7)
    for fixed in range(1, points // 2):
        always = _kept(contour, range(-fixed, fixed + 1))
        if got_at_5.shape == always.shape and all(np.allclose(one, always) for one in (got, got_at_5)):
            raise WrongAnswer(f"You keep the orders up to {fixed}, whatever K is. Use `K`.")
    right = _kept(contour, range(-K, K + 1))
    if got.dtype.kind in "iu" or any(np.array_equal(got, right.round(digits)) for digits in range(6)):
        raise WrongAnswer("You rounded the points. A curve between the pixels is asked for: return floats.")
    no_negative, no_positive = _kept(contour, range(K + 1)), _kept(contour, range(-K, 1))
    centroid, half = contour.mean(axis=0), points // 2
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
            "You wipe out the positive orders above K and leave the fast negative ones, from −N/2 on.": _kept(
                contour, range(-half, K + 1)
            ),
            "You wipe out the negative orders below −K and leave the fast positive ones.": _kept(
                contour, range(-K, half)
            ),
            "You kept the middle of the array, as if order 0 stood there. `np.fft.fft` puts order 0 first and "
            "the fastest orders in the middle.": _kept(contour, range(half - K, half + K + 1)),
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
            "Every second point has the wrong signs, because the orders were shifted and not shifted back: "
            "`np.fft.ifft` wants order 0 first.": right * (1 - 2 * (np.arange(points) % 2))[:, None],
            "You wiped out the orders from −K to K, save order 0, and kept the others. It is the other way "
            "round.": contour - right + centroid,
            "The curve is 64 times too small. `np.fft.ifft` divides by N already.": right / 64,
            "The curve is nearly in the corner: in `np.fft.fft` Z[0] is N times the mean.": (
                right - centroid + centroid / 64
            ),
        },
        tolerance=1e-7,
    )


def _overlaps(mask: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Measure, for K = 1, 2, …, what a learner may take for the overlap."""
    from mediedu.describe import fourier_descriptors, reconstruct_contour, trace_contour
    from mediedu.segment import fill_contour

    z = fourier_descriptors(trace_contour(mask))
    filled = np.array([fill_contour(reconstruct_contour(z, k), mask.shape) for k in range(1, 129)])
    shared, one, other = (filled & mask).sum(axis=(1, 2)), filled.sum(axis=(1, 2)), mask.sum()
    return {
        "dice": 2 * shared / (one + other),
        "jaccard": shared / (one + other - shared),
        "of the mask": shared / other,
        "of the filled": shared / one,
        "of all pixels": (filled == mask).mean(axis=(1, 2)),
    }


def _first(good: NDArray[np.bool_]) -> int:
    return int(np.argmax(good)) + 1 if good.any() else 0


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
    """Judge a spiky, a lobed and an oval mass at several overlaps, none of them square."""
    from mediedu.data import phantom

    needed = the_function(answer, "circles_needed")
    rows, columns = np.mgrid[:24, :30]
    masks = {
        "a spiky mask": phantom.breast_mass("malignant", margin="spiculated", size=128, seed=1).mask[
            25:95, 20:105
        ],
        "a mask with lobes": phantom.breast_mass("benign", margin="macrolobulated", size=128, seed=3).mask[
            25:95, 10:95
        ],
        "an oval mask": ((columns - 15) / 11) ** 2 + ((rows - 12) / 8) ** 2 < 1,
    }
    wanted_of = {
        "a spiky mask": (0.98, 0.96),
        "a mask with lobes": (0.97, 0.9865),
        "an oval mask": (0.95, 1.0),
    }
    trials = [(name, wanted) for name in masks for wanted in wanted_of[name]]
    overlaps = {name: _overlaps(mask) for name, mask in masks.items()}

    def all_of(how: str) -> NDArray[Any]:
        return np.array([_first(overlaps[name][how] >= wanted) for name, wanted in trials])

    right = all_of("dice")
    got: list[Any] = []
    for name, wanted in trials:
        given = f"for {name} and a wanted overlap of {wanted}"
        got.append(call(needed, masks[name], wanted, given=given, may_be_none=True))
        if got[-1] is None and wanted == 1:
            raise WrongAnswer(
                f"Your function returned None {given}. At K = {right[-1]} the Dice is exactly 1, and “at least” "
                "takes that: is there a `>` where `>=` belongs, or is something added to the sums?"
            )
        if got[-1] is None:
            raise WrongAnswer(
                f"Your function returned None {given}: a return is missing, the loop ends too early, or your "
                "overlap never gets there. Print it at K = 20, where it should be above 0.99. About 0.5 means that "
                "the factor 2 is missing; another value, that the wrong area is filled: `reconstruct_contour` "
                "takes the number K, `fill_contour` its result as it is."
            )
        if isinstance(got[-1], float | np.floating) and 0 < got[-1] < 1:
            raise WrongAnswer(
                "That looks like an overlap. Return K, the number of orders, and not the Dice value."
            )
    for value in got:
        if np.ndim(value):
            raise WrongAnswer(
                f"Your result is an array of shape {np.shape(value)}; return the number K alone."
            )
    if all(value == 1 for value in got):
        raise WrongAnswer(
            f"You return 1 every time. At K = 1 the spiky mask's Dice is {overlaps['a spiky mask']['dice'][0]:.2f}; "
            "what is yours? Above 1, look at your sum: + of two boolean masks is their union, so add the two "
            "`.sum()` instead."
        )
    if all(value == got[0] for value in got) and got[0] > 100:
        raise WrongAnswer(
            f"You return {got[0]:g} every time. If that is the last K of your loop: return at the first K that is "
            "good enough."
        )
    if all(value == got[0] for value in got):
        raise WrongAnswer("You return the same K for every mask and every wanted overlap.")
    if all(got[at] == got[at + 1] for at in (0, 2, 4)):
        raise WrongAnswer("You return the same K for each mask, whatever overlap is wanted. Use `wanted`.")
    good = [overlaps[name]["dice"] >= wanted for name, wanted in trials]
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
            "You count the pixels that are equal, the background with them. Dice looks at the masks' pixels "
            "alone.": all_of("of all pixels"),
            "You begin at K = 2. For the oval mask K = 1, the ellipse, is good enough.": np.array(
                [_first(one & (np.arange(1, 129) > 1)) for one in good]
            ),
            "You count how many K are not good enough, and add 1. Dice may fall again when K grows: return the "
            "first K that is.": np.array([int((~one).sum()) + 1 for one in good]),
            "You return the K after which Dice is never too small again. Stop at the first that is good "
            "enough.": np.array([int(np.flatnonzero(~one).max(initial=-1)) + 2 for one in good]),
            "That is one too few: at this K the overlap is still below what is wanted.": right - 1,
            "That is one too many: the K before it is good enough already.": right + 1,
            "You count both directions: K orders forward and K back. K itself is asked for.": 2 * right,
            "You count both directions and Z(0): 2 K + 1 arms. K itself is asked for.": 2 * right + 1,
        },
    )
    for value, expected, (name, wanted) in zip(got, right, trials, strict=True):
        same_number(value, float(expected), given=f"for {name} and a wanted overlap of {wanted}")
    given, fine = "for a spiky mask and a wanted overlap of 0.998", overlaps["a spiky mask"]["dice"] >= 0.998
    many = call(needed, masks["a spiky mask"], 0.998, given=given, may_be_none=True)
    if many is None:
        raise WrongAnswer(
            f"Your function returned None {given}, which takes K = {_first(fine)}. Let the loop go on up to 128."
        )
    same_number(many, float(_first(fine)), given=given)
    return "Right. For the same overlap a mask with spicules needs more circles than one with lobes."
