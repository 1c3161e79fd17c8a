"""Known wrong answers of chapter 13, convolution: each is real code and gets its own message."""

from exercise_cases import exercise_tests

CONVOLVED = """
def convolved(image, kernel, stride, padding):
    padded = np.pad(image.astype(float), padding)
    places = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return (places[::stride, ::stride] * kernel).sum(axis=(2, 3))
"""
PIXELS = """
def pixel_gradient(error, kernel):
    rows, columns = kernel.shape
    padded = np.pad(error, ((rows - 1, rows - 1), (columns - 1, columns - 1)))
    return slide(padded, kernel[::-1, ::-1])
"""
ONE = """
def one_kernel(first, second):
    one = np.zeros(np.add(first.shape, second.shape) - 1)
    for r, c in np.ndindex(second.shape):
        one[r : r + first.shape[0], c : c + first.shape[1]] += second[r, c] * first.astype(float)
    return one
"""


def slip(right: str, old: str, new: str) -> str:
    """Put one mistake into a right answer."""
    assert old in right
    return right.replace(old, new)


SUM = "(places[::stride, ::stride] * kernel).sum(axis=(2, 3))"
PAD = "np.pad(image.astype(float), padding)"

WRONG = {
    "convolution.1": [
        (slip(CONVOLVED, "* kernel)", "* kernel[::-1, ::-1])"), "You turned the kernel"),
        (slip(CONVOLVED, "* kernel)", "* kernel.T)"), "You transposed the kernel"),
        (slip(CONVOLVED, "[::stride, ::stride]", ""), "the stride of 2 is missing"),
        (slip(CONVOLVED, "[::stride, ::stride]", "[:, ::stride]"), "the stride moves along the rows only"),
        (slip(CONVOLVED, "[::stride, ::stride]", "[::stride]"), "moves down the columns only"),
        (
            slip(CONVOLVED, "[::stride, ::stride]", "[1::stride, 1::stride]"),
            "you start at the second place, or",
        ),
        (slip(CONVOLVED, PAD, "image.astype(float)"), "stride 2 without the padding"),
        (
            slip(slip(CONVOLVED, PAD, "image.astype(float)"), "[::stride, ::stride]", ""),
            "neither stride nor padding",
        ),
        (
            slip(CONVOLVED, "float), padding)", 'float), padding, mode="symmetric")'),
            "padded with the edge pixels again",
        ),
        (slip(CONVOLVED, "float), padding)", 'float), padding, mode="reflect")'), "without the edge pixel"),
        (
            slip(CONVOLVED, "float), padding)", 'float), padding, mode="edge")'),
            "edge pixels again. Here zeros",
        ),
        (
            slip(CONVOLVED, "[::stride, ::stride]", "[: -stride + 1 : stride, : -stride : stride]"),
            "The last place of each row",
        ),
        (
            slip(slip(CONVOLVED, PAD, f"{PAD}[::stride, ::stride]"), "places[::stride, ::stride]", "places"),
            "every second pixel of the padded image",
        ),
        (
            slip(CONVOLVED, "float), padding)", "float), ((padding, padding), (0, 0)))"),
            "missing on some side",
        ),
        (slip(CONVOLVED, ".sum(", ".mean("), "the mean of the nine products"),
        (slip(CONVOLVED, ".sum(axis=(2, 3))", ""), "still holds windows"),
        (slip(CONVOLVED, SUM, f"np.maximum({SUM}, 0)"), "no negative numbers"),
        (slip(CONVOLVED, SUM, f"{SUM}.tolist()"), "is a list"),
        (slip(CONVOLVED, SUM, f"{SUM}.T"), "rows and columns are swapped"),
        (slip(CONVOLVED, SUM, f"{SUM}.astype(int)"), "your result is int64; floats"),
        (slip(CONVOLVED, "return ", ""), "returned None"),
        (
            """
def convolved(image, kernel, stride, padding):
    places = np.lib.stride_tricks.sliding_window_view(np.pad(image, padding), kernel.shape)
    products = places[::stride, ::stride] * kernel.astype(np.uint8)
    return products.sum(axis=(2, 3), dtype=np.uint8)
""",
            "wrap around at 256",
        ),
        (
            slip(CONVOLVED, "[::stride, ::stride]", "[::2, ::2]"),
            "padding 0, your result has the shape (4, 3)",
        ),
        (slip(CONVOLVED, "float), padding)", "float), 1)"), "padding 0, your result has the shape (9, 8)"),
    ],
    "convolution.2": [
        (slip(PIXELS, "kernel[::-1, ::-1]", "kernel"), "still not turned"),
        (
            "def pixel_gradient(error, kernel):\n    return slide(np.pad(error, 1), kernel)",
            "you give 2 −1 0",
        ),
        (
            "def pixel_gradient(error, kernel):\n    return slide(np.pad(error, 1), kernel[::-1, ::-1])",
            "Your padding is 1 everywhere",
        ),
        (slip(PIXELS, "kernel[::-1, ::-1]", "kernel[::-1]"), "upside down only"),
        (slip(PIXELS, "kernel[::-1, ::-1]", "kernel[:, ::-1]"), "reversed the columns only"),
        (
            slip(PIXELS, "slide(padded, kernel[::-1, ::-1])", "slide(padded, kernel.T)"),
            "transposed the kernel",
        ),
        (slip(PIXELS, "kernel[::-1, ::-1]", "np.rot90(kernel)"), "a quarter turn. Half"),
        (slip(PIXELS, "kernel[::-1, ::-1]", "np.rot90(kernel, -1)"), "quarter turn, clockwise"),
        (
            slip(PIXELS, "slide(padded, kernel[::-1, ::-1])", "slide(padded[::-1, ::-1], kernel)"),
            "the error as well",
        ),
        (
            slip(
                PIXELS, "slide(padded, kernel[::-1, ::-1])", "slide(padded[::-1, ::-1], kernel[::-1, ::-1])"
            ),
            "You turned both",
        ),
        (
            slip(
                PIXELS,
                "((rows - 1, rows - 1), (columns - 1, columns - 1))",
                "((columns - 1,) * 2, (rows - 1,) * 2)",
            ),
            "are swapped, perhaps in the padding",
        ),
        (slip(PIXELS, "((rows - 1, rows - 1), (columns - 1, columns - 1))", "columns - 1"), "padded alike"),
        (slip(PIXELS, "((rows - 1, rows - 1), (columns - 1, columns - 1))", "rows"), "too many zeros"),
        (slip(PIXELS, "slide(padded, ", "slide(error, "), "zeros around the error are missing"),
        (
            "def pixel_gradient(error, kernel):\n    return np.array([[1, 0, 0], [-2, 2, 0], [1, -2, 0]])",
            "the same whatever comes in",
        ),
        (
            slip(PIXELS, "((rows - 1, rows - 1), (columns - 1, columns - 1))", "rows - 1"),
            "padding is 1 everywhere: rows need",
        ),
        (slip(PIXELS, "return ", ""), "returned None"),
    ],
    "convolution.3": [
        (slip(ONE, "* first.astype(float)", "* first[::-1, ::-1].astype(float)"), "You slid `first` over"),
        (slip(ONE, "second[r, c]", "second[-1 - r, -1 - c]"), "You slid `second` over"),
        (slip(ONE, "return one", "return one[::-1, ::-1]"), "right but for half a turn"),
        (slip(ONE, "+=", "="), "copies that overlap must be added"),
        (slip(ONE, "second[r, c] * ", ""), "but not multiplied"),
        (slip(ONE, " - 1)", ")"), "one too large in each direction"),
        ("def one_kernel(first, second):\n    return np.kron(first, second)", "Kronecker"),
        (slip(ONE, "return one", "return one.T"), "rows and columns are swapped"),
        (slip(ONE, "return one", "return one.tolist()"), "is a list"),
        (slip(ONE, "return one", "return one.astype(int)"), "your result is int64; floats"),
        (slip(ONE, ".astype(float)", ""), "wrap around at 256"),
        (
            "def one_kernel(first, second):\n    from scipy.signal import convolve2d\n"
            "    return convolve2d(first, second)",
            "Your result for two tables of uint8 is uint8",
        ),
        (slip(ONE, "return one", "return"), "returned None"),
        (slip(ONE, "return one", "return first"), "the shape of `first`"),
        (slip(ONE, "return one", "return second.astype(float)"), "the shape of `second`"),
        ("def one_kernel(first, second):\n    return first * second", "could not be broadcast"),
        (
            """
def one_kernel(first, second):
    one = np.zeros((4, 5))
    for r, c in np.ndindex(second.shape):
        one[r : r + first.shape[0], c : c + first.shape[1]] += second[r, c] * first
    return one
""",
            "Your code stopped",
        ),
        (
            """
def one_kernel(first, second):
    a, b = np.zeros((4, 5)), np.zeros((4, 5))
    a[:3, :2], b[:2, :4] = first, second
    return a + b
""",
            "Two filters in a row",
        ),
    ],
}

test_exercise = exercise_tests("convolution", WRONG)
