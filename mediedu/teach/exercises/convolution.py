"""Checks of chapter 13, convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, the_function

Table = NDArray[Any]


def _slide(image: Table, kernel: Table) -> Table:
    """Lay the kernel, not turned, on every window."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.asarray((windows * kernel).sum(axis=(2, 3)))


def _full(table: Table, kernel: Table) -> Table:
    """Lay the kernel, not turned, on every window that touches the table."""
    rows, columns = kernel.shape
    return _slide(np.pad(table, ((rows - 1, rows - 1), (columns - 1, columns - 1))), kernel)


def _turned(kernel: Table) -> Table:
    return kernel[::-1, ::-1]


# An image that is not square, so that a swap of the axes shows; values at which uint8 wraps around.
IMAGE = np.array(
    [
        [1, 7, 2, 0, 5, 9, 200],
        [3, 1, 4, 8, 2, 6, 5],
        [250, 0, 6, 1, 7, 3, 2],
        [2, 5, 9, 4, 0, 8, 1],
        [6, 3, 1, 7, 5, 2, 120],
        [4, 8, 0, 2, 9, 1, 3],
    ],
    dtype=np.uint8,
)
KERNEL = np.array([[1, 2, 0], [0, -1, 3], [2, 0, 1]])


def _sized(got: Table, shape: tuple[int, ...], sizes: dict[str, tuple[int, ...]]) -> None:
    """Tell what a wrong shape comes from, or name the right one."""
    if got.shape == shape:
        return
    for message, wrong in sizes.items():
        if got.shape == wrong:
            raise WrongAnswer(f"Your result has the shape {got.shape} and not {shape}: {message}")
    raise WrongAnswer(f"Your result has the shape {got.shape}; {shape} is needed.")


@exercise(
    1,
    "Stride and padding",
    hints=[
        "Three steps: turn the image into floats and pad it, take the windows, keep every `stride`-th.",
        "`np.pad(image.astype(float), padding)` puts zeros on all sides. `sliding_window_view` gives the windows on "
        "the axes 2 and 3; the axes 0 and 1 say where the window lies.",
        "`windows[::stride, ::stride]` keeps every `stride`-th place. Multiply by `kernel` and sum over the axes 2 "
        "and 3.",
    ],
)
def convolved(answer: object) -> str:
    """Judge a uint8 image with stride 2 and padding 1, then other settings, then an even kernel."""
    function = the_function(answer, "convolved")
    padded = np.pad(IMAGE.astype(float), 1)
    right = _slide(padded, KERNEL)[::2, ::2]
    got = an_array(call(function, IMAGE, KERNEL, 2, 1, given="for an image of 6 × 7, stride 2, padding 1"))
    if got.ndim == 4:
        raise WrongAnswer(
            "Your result still holds windows: multiply by the kernel and sum over the axes 2 and 3."
        )
    recognise(
        got,
        {
            "Your first window begins at the image's own corner: you start at the second place, or the zeros above and "
            "on the left are missing. It belongs at the upper left of the padded image.": (
                _slide(padded, KERNEL)[1::2, 1::2]
            ),
            "The last place of each row is missing. Count places along columns by themselves, and mind the + 1.": (
                right[:, :-1]
            ),
            "You have stride 2 without the padding.": _slide(IMAGE, KERNEL)[::2, ::2],
            "You kept every second pixel of the padded image and then slid the kernel. The stride moves the kernel; "
            "inside a window all pixels count.": _slide(padded[::2, ::2], KERNEL),
        },
        tolerance=1e-6,
    )
    _sized(
        got,
        right.shape,
        {
            "that is every place; the stride of 2 is missing.": _slide(padded, KERNEL).shape,
            "there is neither stride nor padding in it.": _slide(IMAGE, KERNEL).shape,
            "the stride moves along the rows only. Both directions need it.": (
                _slide(padded, KERNEL)[:, ::2].shape
            ),
            "the stride moves down the columns only. Both directions need it.": (
                _slide(padded, KERNEL)[::2].shape
            ),
            "zeros are missing on some side, or a row or column of places (a + 1 forgotten, rows taken for columns).": (
                (3, 3)
            ),
            "rows and columns are swapped.": right.T.shape,
        },
    )
    mirrored = np.pad(IMAGE.astype(float), 1, mode="symmetric")
    inner = np.pad(IMAGE.astype(float), 1, mode="reflect")
    wrapped = np.lib.stride_tricks.sliding_window_view(np.pad(IMAGE, 1), (3, 3)) * KERNEL.astype(np.uint8)
    recognise(
        got,
        {
            "You turned the kernel. That is the strict convolution; networks lay the kernel on as it stands.": (
                _slide(padded, _turned(KERNEL))[::2, ::2]
            ),
            "You transposed the kernel: its rows belong to the image's rows.": _slide(padded, KERNEL.T)[
                ::2, ::2
            ],
            "You padded with the edge pixels again. Here zeros are asked for.": _slide(mirrored, KERNEL)[
                ::2, ::2
            ],
            "You padded with the mirrored image, without the edge pixel. Here zeros are asked for.": (
                _slide(inner, KERNEL)[::2, ::2]
            ),
            "You took the mean of the nine products; the sum is asked for.": (
                _slide(padded, KERNEL)[::2, ::2] / KERNEL.size
            ),
            "You shrank the image first and then slid the kernel. The stride moves the kernel; inside a window "
            "all pixels count.": _slide(np.pad(IMAGE.astype(float)[::2, ::2], 1), KERNEL),
            "Products and sums of uint8 wrap around at 256. Turn the image into floats first.": (
                wrapped.sum(axis=(2, 3), dtype=np.uint8)[::2, ::2]
            ),
            "Your map has no negative numbers. A ReLU comes after the convolution; it isn't asked for here.": (
                np.maximum(right, 0)
            ),
        },
        tolerance=1e-6,
    )
    if got.dtype.kind != "f" and np.array_equal(got, right):
        raise WrongAnswer(f"The numbers are right, but your result is {got.dtype}; floats are asked for.")
    same_array(got, right, tolerance=1e-6, dtype=False)
    rng = np.random.default_rng(13)
    for shape, size, stride, padding in (
        ((8, 9), (2, 4), 1, 0),
        ((9, 7), (5, 3), 3, 2),
        ((5, 5), (4, 4), 2, 3),
    ):
        image, kernel = rng.normal(size=shape), rng.normal(size=size)
        words = f"for a kernel of {size[0]} × {size[1]}, stride {stride}, padding {padding}"
        got = an_array(call(function, image, kernel, stride, padding, given=words))
        expected = _slide(np.pad(image, padding), kernel)[::stride, ::stride]
        if got.shape == right.shape and expected.shape != right.shape and np.allclose(got, right):
            raise WrongAnswer("Your result is the same whatever comes in. Use the arguments.")
        if got.shape != expected.shape:
            raise WrongAnswer(
                f"{words[0].upper()}{words[1:]}, your result has the shape {got.shape}; {expected.shape} is needed. "
                "It was right for a kernel of 3 × 3, stride 2, padding 1: is one of these fixed in your code?"
            )
        same_array(got, expected, what=f"result {words}", tolerance=1e-4, dtype=False)
    return "Right. Every window counts whole, and the stride only decides where windows lie."


ERROR = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 0.5]])
UNEVEN = np.array([[1.0, 0.0, 4.0], [-1.0, 2.0, 5.0]])


@exercise(
    2,
    "Bug hunt: the gradient of the pixels",
    hints=[
        "2 1 / 1 2 is a special kernel: what does half a turn make of it? And how many zeros does a kernel of 3 × 5 "
        "need around the error?",
        "Where two bugs hide: the `1` in the padding, and the kernel, which By hand turned before it slid it.",
        "Pad rows by `kernel.shape[0] - 1` and columns by `kernel.shape[1] - 1`, on both sides: "
        "`np.pad(error, ((a, a), (b, b)))`. Then slide `kernel[::-1, ::-1]`.",
    ],
)
def pixel_gradient(answer: object) -> str:
    """Judge the chapter's own example, then a kernel of 2 × 3, then a larger one."""
    function = the_function(answer, "pixel_gradient")
    error, kernel = np.array([[1, 0], [-1, 0]]), np.array([[1, 0], [-1, 2]])
    got = an_array(call(function, error, kernel, given="for the error and kernel of By hand"))
    example = _full(error, _turned(kernel))
    recognise(
        got,
        {
            "The kernel is still not turned: for the numbers of By hand you give 2 −1 0 / −2 2 0 / 0 −1 0.": (
                _full(error, kernel)
            ),
            "You turned the kernel upside down only. Half a turn reverses the rows and the columns.": (
                _full(error, kernel[::-1])
            ),
            "You reversed the columns only. Half a turn reverses the rows and the columns.": (
                _full(error, kernel[:, ::-1])
            ),
            "You transposed the kernel. Half a turn is something else: both axes reversed.": _full(
                error, kernel.T
            ),
            "You turned the kernel by a quarter turn. Half a turn is needed.": _full(error, np.rot90(kernel)),
            "You turned the kernel by a quarter turn, clockwise. Half a turn is needed.": (
                _full(error, np.rot90(kernel, -1))
            ),
            "You turned the error as well, or in place of the kernel. The error stays as it is.": (
                _full(_turned(error), kernel)
            ),
            "You turned both, the error and the kernel. The error stays as it is.": (
                _full(_turned(error), _turned(kernel))
            ),
        },
    )
    _sized(
        got,
        example.shape,
        {
            "the zeros around the error are missing.": _slide(error, kernel).shape,
            "too many zeros around it. A pixel outside the image has no gradient.": (5, 5),
        },
    )
    same_array(got, example, what="result for the numbers of By hand", tolerance=1e-9, dtype=False)
    expected = _full(ERROR, _turned(UNEVEN))
    got = an_array(call(function, ERROR, UNEVEN, given="for a kernel of 2 × 3"))
    if got.shape == example.shape and np.allclose(got, example):
        raise WrongAnswer("Your result is the same whatever comes in. Use the arguments.")
    if got.shape == (3, 3):
        raise WrongAnswer(
            "For an error of 2 × 3 and a kernel of 2 × 3 your result is 3 × 3, and the image was 3 × 5. Your "
            "padding is 1 everywhere: rows need the kernel's rows less one, columns its columns less one."
        )
    _sized(
        got,
        expected.shape,
        {
            "rows and columns are swapped, perhaps in the padding.": (5, 3),
            "rows and columns are padded alike, both by the kernel's columns less one.": (5, 5),
        },
    )
    same_array(got, expected, what="result for a kernel of 2 × 3", tolerance=1e-9, dtype=False)
    rng = np.random.default_rng(2)
    for size in ((3, 3), (4, 2), (1, 5)):
        error, kernel = rng.normal(size=(5, 4)), rng.normal(size=size)
        words = f"for a kernel of {size[0]} × {size[1]}"
        got = an_array(call(function, error, kernel, given=words))
        same_array(got, _full(error, _turned(kernel)), what=f"result {words}", tolerance=1e-9, dtype=False)
    return "Right. Going back, the kernel is turned: the gradient of a cross-correlation is a convolution."


FIRST = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
SECOND = np.array([[1, 0, 2, 3], [-1, 4, 0, -2]])


@exercise(
    3,
    "Two kernels are one",
    hints=[
        "Let `second` be zero but for a single 1 in its row 0, column 2. What does the one kernel look like then?",
        "It is `first`, moved two columns to the right, in a table of zeros. Each number of `second` adds `first`, "
        "moved to that number's place and multiplied by it.",
        "Start with `one = np.zeros(np.add(first.shape, second.shape) - 1)`. For each place r, c of `second`, add "
        "`second[r, c] * first.astype(float)` to `one[r : r + first.shape[0], c : c + first.shape[1]]`.",
    ],
)
def one_kernel(answer: object) -> str:
    """Judge two uneven kernels, then Canny's smoothing and Sobel, then single rows and columns."""
    function = the_function(answer, "one_kernel")
    got = an_array(call(function, FIRST, SECOND, given="for kernels of 3 × 2 and 2 × 4"))
    right = _full(FIRST, _turned(SECOND))
    _sized(
        got,
        right.shape,
        {
            "it is one too large in each direction: two kernels overlap in one row and one column at least.": (
                5,
                6,
            ),
            "that is the size of a Kronecker product. Copies are moved by single pixels and overlap.": (6, 8),
            "rows and columns are swapped.": (5, 4),
            "that is the shape of `first`. The one kernel sees more pixels than either.": FIRST.shape,
            "that is the shape of `second`. The one kernel sees more pixels than either.": SECOND.shape,
        },
    )
    recognise(
        got,
        {
            "You slid `second` over `first` as it stands. That turns the order of its places: turn it by half a turn "
            "first, or add up moved copies of `first`.": _full(FIRST, SECOND),
            "Your result is right but for half a turn. Here the plain order of rows and columns counts.": _turned(
                right
            ),
            "You slid `first` over `second` as it stands. That turns the order of its places.": (
                _full(SECOND.astype(float), FIRST)
            ),
            "You added the two tables. Two filters in a row are not two filters side by side.": (
                np.pad(FIRST, ((0, 1), (0, 3))) + np.pad(SECOND, ((0, 2), (0, 1)))
            ),
            "Only the last number of `second` is in it: copies that overlap must be added, with `+=`.": (
                _overwritten(FIRST, SECOND)
            ),
            "The copies of `first` are added, but not multiplied by the numbers of `second`.": (
                _full(FIRST, np.ones(SECOND.shape))
            ),
        },
    )
    if got.dtype.kind != "f" and np.array_equal(got, right):
        raise WrongAnswer(f"The numbers are right, but your result is {got.dtype}; floats are asked for.")
    same_array(got, right, tolerance=1e-9, dtype=False)
    mean, sobel = np.full((3, 3), 1 / 9), np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    bytes_ = np.array([[1, 200], [30, 4]], dtype=np.uint8)
    pairs = {
        "for a mean of 3 × 3 and Sobel": (mean, sobel),
        "for Sobel in whole numbers and a mean": (sobel, mean),
        "for two tables of uint8": (bytes_, bytes_.T),
        "for a column and a row": (np.array([[1], [2], [1]]), np.array([[-1.0, 0.0, 1.0]])),
    }
    for words, (first, second) in pairs.items():
        got = an_array(call(function, first, second, given=words))
        expected = _full(first.astype(float), _turned(second))
        if got.shape == right.shape and np.allclose(got, right):
            raise WrongAnswer("Your result is the same whatever comes in. Use the arguments.")
        if got.shape == expected.shape and got.dtype.kind in "iu":
            raise WrongAnswer(f"Your result {words} is {got.dtype}. Turn the tables into floats first.")
        if words.endswith("uint8") and got.shape == expected.shape and np.allclose(got, expected % 256):
            raise WrongAnswer("Products of uint8 wrap around at 256. Turn the tables into floats first.")
        same_array(got, expected, what=f"result {words}", tolerance=1e-9, dtype=False)
    return "Right. Two layers without a ReLU between them are one; the last pair made Sobel from a column and a row."


def _overwritten(first: Table, second: Table) -> Table:
    """Give the table of somebody who wrote `=` in place of `+=`."""
    one = np.zeros(np.add(first.shape, second.shape) - 1)
    for r, c in np.ndindex(second.shape):
        one[r : r + first.shape[0], c : c + first.shape[1]] = second[r, c] * first
    return one
