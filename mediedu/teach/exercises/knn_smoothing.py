"""Checks of chapter 03, KNN smoothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import call, recognise, same_array, same_number, the_function

# A dark pixel at a border: three neighbours of its own tissue, ties at distance 2, and a bright tissue beyond.
WINDOW = np.array([[10, 12, 90], [8, 10, 91], [12, 95, 92]], dtype=np.uint8)
TABLE = np.array([[5, 5, 8], [7, 4, 9], [2, 7, 5]], dtype=np.uint8)


def _nearest(values: NDArray[Any], centre: float, k: int) -> NDArray[np.float64]:
    flat = values.ravel().astype(float)
    return flat[np.argsort(np.abs(flat - centre), kind="stable")][:k]


@exercise(
    1,
    "KNN smoothing of one window",
    hints=[
        "The centre of a square window of size m stands at row m // 2 and column m // 2.",
        "Sort the distances |value - centre|. The K-th of them, at index k - 1, is the limit t.",
        "Sum all values with distance below t. Add the mean of the values at exactly t, as often as places are left.",
    ],
)
def knn_window(answer: object) -> str:
    """Judge one window with ties, the worked example, and both ends of K."""
    smooth = the_function(answer, "knn_window")
    got = call(smooth, TABLE, 4, given="for the window of the chapter, K = 4")
    others = np.delete(TABLE.ravel(), 4)
    if np.ndim(got) == 0 and float(got) == 4 and isinstance(got, int | np.integer):
        raise WrongAnswer("You cut the decimals off: 4.75 became 4. Return the float.")
    recognise(
        got,
        {
            "Your K doesn't count the centre. The centre is one of the K: with K = 4 it has three companions.": (
                np.mean(_nearest(others, 4, 4))
            ),
            "You averaged the centre and K more. The centre is one of the K, not an extra one.": (
                np.mean(_nearest(TABLE, 4, 5))
            ),
            "That is the mean of the K smallest values. Nearest means: smallest distance from the centre.": (
                np.mean(np.sort(TABLE.ravel())[:4])
            ),
            "That is the mean of the whole window; K is not used.": TABLE.mean(),
            "You got 5. Did you round, or take the median? The mean of the K nearest is asked for, as a float.": 5.0,
        },
    )
    same_number(got, 4.75, tolerance=1e-9, given="for the chapter's window with K = 4")

    got = call(smooth, WINDOW, 4, given="for a window with ties")
    recognise(
        got,
        {
            "You divide by the number of values up to the K-th distance. With ties these are more than K: let "
            "the tied ones share the places that are left.": np.mean(
                WINDOW[np.abs(WINDOW.astype(float) - 10) <= 2]
            ),
            "With ties your result depends on the order of the window. The tied values share the places left.": (
                np.mean(_nearest(WINDOW, 10, 4))
            ),
            "With ties your result depends on the order of the window, walked backwards. The tied values share "
            "the places left.": np.mean(_nearest(WINDOW[::-1, ::-1], 10, 4)),
        },
    )
    wrapped = np.sort((WINDOW - np.uint8(10)).ravel())
    if abs(float(got) - float(np.mean(10 + wrapped[:4].astype(float)))) < 1e-9:
        raise WrongAnswer(
            "8 − 10 wrapped to 254: uint8 has no negative numbers. Use floats before you subtract."
        )
    same_number(got, (20 + 2 * (12 + 8 + 12) / 3) / 4, tolerance=1e-9, given="for a window with ties")
    same_number(call(smooth, WINDOW, 1, given="with K = 1"), 10.0, tolerance=1e-9)
    same_number(call(smooth, WINDOW, 9, given="with K = 9"), float(WINDOW.mean()), tolerance=1e-9)
    got = call(smooth, np.pad(WINDOW[:, ::-1], 1, constant_values=200), 4, given="for a window of 5 × 5")
    if abs(float(got) - (20 + 2 * (12 + 8 + 12) / 3) / 4) > 1e-4:
        raise WrongAnswer(
            "Your function is right for 3 × 3 alone. The centre of a window of size m is at m // 2."
        )
    return "Right. 4.75 for the chapter's window, ties are shared, and K = 1 and K = 9 end where they should."


def _as_asked(got: Any, image: NDArray[Any], size: int, k: int) -> None:
    """Demand the mean of the k nearest, mirrored; ties at the last place taken in order or shared."""
    from mediedu.enhance import knn_smooth

    shared = knn_smooth(image.astype(float), size, k)
    if np.shape(got) == shared.shape and np.allclose(np.asarray(got, dtype=float), shared, atol=1e-3):
        return
    in_order = _smoothed(image, lambda a: np.pad(a, size // 2, mode="symmetric"), False, size=size, k=k)
    same_array(got, in_order, tolerance=1e-9, dtype=False)


def _smoothed(
    image: NDArray[Any],
    pad: Callable[[NDArray[Any]], NDArray[Any]],
    wrap: bool,
    *,
    size: int = 3,
    k: int = 5,
) -> NDArray[np.float64]:
    kind = np.uint8 if wrap else float
    windows = np.lib.stride_tricks.sliding_window_view(pad(image.astype(kind)), (size, size))
    flat = windows.reshape(*image.shape, -1)
    distance = np.abs(flat - image.astype(kind)[..., None])
    nearest = np.argsort(distance, axis=-1, kind="stable")[..., :k]
    result: NDArray[np.float64] = np.take_along_axis(flat, nearest, axis=-1).astype(float).mean(axis=-1)
    return result


@exercise(
    2,
    "Two bugs in a smoother",
    hints=[
        "What is `np.uint8(100) - np.uint8(101)`? Try it.",
        "What does `np.pad(image, 1)` put around the image when no mode is given?",
        "Turn the image into floats before anything else, and pad with the mode that repeats the edge pixel in a mirror.",
    ],
)
def smooth_mended(answer: object) -> str:
    """Judge a bright image without ties inside windows: first for shape, then wrap and border one by one."""
    smooth = the_function(answer, "smooth_mended")
    image = np.random.default_rng(7).permutation(np.arange(120, 190, dtype=np.uint8)).reshape(7, 10)
    got = call(smooth, image, 3, 5, given="for a bright image")
    if np.shape(got) == (5, 8):
        raise WrongAnswer(
            "Your result lost its border: 7 × 10 pixels went in, 5 × 8 came out. Pad the image first."
        )
    modes = {
        "constant": lambda a: np.pad(a, 1),
        "reflect": lambda a: np.pad(a, 1, mode="reflect"),
        "wrap": lambda a: np.pad(a, 1, mode="wrap"),
        "symmetric": lambda a: np.pad(a, 1, mode="symmetric"),
    }
    recognise(
        got,
        {
            "Nothing has changed: differences still wrap around in uint8, and the frame is still padded with "
            "zeros.": _smoothed(image, modes["constant"], True),
            "The border is right now. One bug is left: differences of uint8 wrap around, 100 − 101 is 255.": (
                _smoothed(image, modes["symmetric"], True)
            ),
            "The differences are right now. One bug is left: the frame is padded with zeros, which are then "
            "smoothed into the edge.": _smoothed(image, modes["constant"], False),
            "You mirrored without the edge pixel. `reflect` in NumPy leaves it out; `symmetric` repeats it.": (
                _smoothed(image, modes["reflect"], False)
            ),
            "You wrapped the image around: the left edge now sees the right one. Mirror it.": (
                _smoothed(image, modes["wrap"], False)
            ),
        },
    )
    right = _smoothed(image, modes["symmetric"], False)
    recognise(
        got,
        {
            "You rounded. The mean of five values is asked for, as a float.": np.round(right),
            "You rounded (a half up). The mean of five values is asked for, as a float.": np.floor(
                right + 0.5
            ),
            "You cut the decimals off. The mean of five values is asked for, as a float.": np.floor(right),
        },
    )
    _as_asked(got, image, 3, 5)
    wide = call(smooth, image, 5, 9, given="with a window of 5 × 5")
    if np.shape(wide) != image.shape:
        raise WrongAnswer("With a window of 5 × 5 the result has another size. Pad by half of the window.")
    mirrored, repeated = (lambda a, m=m: np.pad(a, 2, mode=m) for m in ("symmetric", "edge"))
    recognise(
        wide,
        {
            "Your function always takes a window of 3 × 3. Use `size`.": _smoothed(
                image, modes["symmetric"], False, k=9
            ),
            "Your function always averages 5 values. Use `k`.": _smoothed(image, mirrored, False, size=5),
            "You repeat the edge pixel outwards. A mirror shows the second pixel behind it: `symmetric`.": (
                _smoothed(image, repeated, False, size=5, k=9)
            ),
        },
    )
    _as_asked(wide, image, 5, 9)
    return "Right. No difference wraps, and no zero from outside the image gets into the mean."


@exercise(
    3,
    "Smoothing Hounsfield units",
    hints=[
        "Hounsfield units are stored · slope + intercept; water is 0 and air −1000.",
        "A uint16 can't be negative. Change to float before you add the intercept.",
        "Then one call: `knn_smooth(hounsfield, size=3, k=5)`.",
    ],
)
def smoothed_hounsfield(answer: object) -> str:
    """Judge a small stored slice with slope 2 and the usual intercept."""
    from mediedu.enhance import knn_smooth

    smooth = the_function(answer, "smoothed_hounsfield")
    stored = np.random.default_rng(3).integers(0, 700, (6, 8)).astype(np.uint16)
    got = call(smooth, stored, 2.0, -1024.0)
    units = stored * 2.0 - 1024.0
    recognise(
        got,
        {
            "These are stored values, smoothed. Turn them into Hounsfield units: · slope + intercept.": (
                knn_smooth(stored.astype(float), 3, 5)
            ),
            "These are whole stored values, smoothed and rounded. Turn them into Hounsfield units as floats.": (
                knn_smooth(stored, 3, 5)
            ),
            "The intercept is missing: air should be near −1000.": knn_smooth(stored * 2.0, 3, 5),
            "The slope is missing: every step of a stored value is 2 HU here.": knn_smooth(
                stored - 1024.0, 3, 5
            ),
            "You added the intercept before multiplying. The slope belongs to the stored value alone.": (
                knn_smooth((stored - 1024.0) * 2.0, 3, 5)
            ),
            "You smoothed the uint16 values, which rounds them, and converted after. Convert to float first.": (
                knn_smooth(stored, 3, 5) * 2.0 - 1024.0
            ),
            "These are Hounsfield units, but they are not smoothed.": units,
            "That is a window of 5 × 5. The exercise asks for 3 × 3 and K = 5.": knn_smooth(units, 5, 5),
            "That is a window of 5 × 5 with its own K. The exercise asks for 3 × 3 and K = 5.": (
                knn_smooth(units, 5)
            ),
            "That is K = 4. The exercise asks for K = 5.": knn_smooth(units, 3, 4),
            "You took the intercept off instead of adding it: it is negative already.": (
                knn_smooth(stored * 2.0 + 1024.0, 3, 5)
            ),
            "You rounded the smoothed units. The result shall be float.": np.floor(
                knn_smooth(units, 3, 5) + 0.5
            ),
        },
    )
    wrapped = "Your Hounsfield units wrapped: uint16 can't be negative. Use floats."
    cast = units.astype(np.int64).astype(np.uint16)
    for wrong in (knn_smooth(cast, 3, 5), knn_smooth(cast.astype(float), 3, 5)):
        recognise(got, {wrapped: wrong}, tolerance=0.6)
    same_array(got, knn_smooth(units, 3, 5), tolerance=1e-6, dtype=False)
    return "Right. Nothing wrapped, and nothing was rounded."
