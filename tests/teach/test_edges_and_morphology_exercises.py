"""Known wrong answers of chapter 06, edges and morphology: each is real code and gets its own message."""

from exercise_cases import exercise_tests

PREWITT = """
def prewitt_strength(image):
    table = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3
    padded = np.pad(image.astype(float), 1, mode="symmetric")
    parts = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    down = (parts * table).sum(axis=(2, 3))
    right = (parts * table.T).sum(axis=(2, 3))
    return np.sqrt(down**2 + right**2)
"""


def prewitt(old: str, new: str) -> str:
    """Put one mistake into a right answer."""
    assert old in PREWITT
    return PREWITT.replace(old, new)


DARK = "def dark_things(image, radius, level):\n    return {}"
RADIUS = "def smallest_radius(width_mm, spacing_mm):\n    return {}"

WRONG = {
    "edges_and_morphology.1": [
        (
            prewitt("[[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3", "[[-1, -2, -1], [0, 0, 0], [1, 2, 1]]) / 4"),
            "Sobel's strength",
        ),
        (prewitt(") / 3", ")"), "division by 3 is missing"),
        (
            prewitt("np.sqrt(down**2 + right**2)", "np.sqrt((down**2 + right**2) / 2)"),
            "divided the length by √2",
        ),
        (prewitt("np.sqrt(down**2 + right**2)", "down"), "the response from top to bottom alone"),
        (prewitt("np.sqrt(down**2 + right**2)", "abs(down)"), "size of the response from top to bottom"),
        (prewitt("np.sqrt(down**2 + right**2)", "right"), "the response from left to right alone"),
        (prewitt("np.sqrt(down**2 + right**2)", "np.abs(right)"), "size of the response from left to right"),
        (prewitt("np.sqrt(down**2 + right**2)", "abs(down) + abs(right)"), "added the two sizes"),
        (prewitt("np.sqrt(down**2 + right**2)", "down**2 + right**2"), "square root is missing"),
        (prewitt(', mode="symmetric"', ""), "padded with zeros"),
        (prewitt('mode="symmetric"', 'mode="reflect"'), "leaves it out"),
        (prewitt('mode="symmetric"', 'mode="wrap"'), "wrapped the image around"),
        (
            prewitt('np.pad(image.astype(float), 1, mode="symmetric")', "image.astype(float)"),
            "lost its border",
        ),
        (
            """
def prewitt_strength(image):
    parts = np.lib.stride_tricks.sliding_window_view(np.pad(image, 1, mode="symmetric"), (3, 3))
    down = (parts[..., 2, :] - parts[..., 0, :]).sum(axis=2) / 3
    right = (parts[..., 2] - parts[..., 0]).sum(axis=2) / 3
    return np.sqrt(down**2 + right**2)
""",
            "uint8 wrap around",
        ),
        (
            "import skimage\ndef prewitt_strength(image):\n    return skimage.filters.prewitt(image)",
            "255 · √2 times too small",
        ),
        (
            """
from skimage.filters import prewitt_h
def prewitt_strength(image):
    return np.hypot(prewitt_h(image), prewitt_v(image))
""",
            "is 255 times too small",
        ),
        (prewitt("np.sqrt(down**2 + right**2)", "np.sqrt(2 * down**2)"), "from top to bottom counts, and"),
        (prewitt("down = (parts * table)", "down = (parts * table.T)"), "from left to right counts, and"),
        (
            "def prewitt_strength(image):\n    return sobel(image.astype(float))",
            "`sobel` of scikit-image",
        ),
        (
            prewitt("np.sqrt(down**2 + right**2)", "np.sqrt(abs(down) + abs(right))"),
            "root of the sum of the sizes",
        ),
        (
            prewitt(
                "    return np.sqrt(down**2 + right**2)",
                '    with np.errstate(invalid="ignore"):\n        return np.sqrt(down + right)',
            ),
            "root of the plain sum",
        ),
        (
            "def prewitt_strength(image):\n    return np.hypot(*np.gradient(image))",
            "the gradient of `np.gradient`",
        ),
        (
            prewitt("return np.sqrt(down**2 + right**2)", "return np.sqrt(down**2 + right**2).tolist()"),
            "is a list",
        ),
        (
            prewitt(
                "return np.sqrt(down**2 + right**2)", "return np.sqrt(down**2 + right**2).astype(np.uint8)"
            ),
            "strengths are seldom whole",
        ),
        (prewitt("np.sqrt(down**2 + right**2)", "np.sqrt(down**2 + right**2).T"), "has the shape (6, 5)"),
        (
            """
def prewitt_strength(image):
    p = np.pad(image, 1, mode="symmetric")
    down, right = p[2:] - p[:-2], p[:, 2:] - p[:, :-2]
    down = (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / 3
    right = (right[:-2] + right[1:-1] + right[2:]) / 3
    return np.hypot(down, right)
""",
            "Differences and sums of uint8",
        ),
        (
            """
def prewitt_strength(image):
    table = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3
    result = np.zeros(image.shape)
    for r in range(1, image.shape[0] - 1):
        for c in range(1, image.shape[1] - 1):
            part = image[r - 1 : r + 2, c - 1 : c + 2].astype(float)
            result[r, c] = np.hypot((part * table).sum(), (part * table.T).sum())
    return result
""",
            "Your border is 0",
        ),
        (prewitt(") / 3", ") / 6"), "half of the right ones"),
        (prewitt(") / 3", ") / 9"), "a third of the right ones"),
        (
            prewitt("np.sqrt(down**2 + right**2)", "np.sqrt(down**2 + right**2).round().astype(int)"),
            "You rounded. ",
        ),
        (prewitt("np.sqrt(down**2 + right**2)", "np.sqrt(down**2 + right**2).round(1)"), "one decimal"),
        (prewitt("np.sqrt(down**2 + right**2)", "np.sqrt(down**2 + right**2).round(2)"), "two decimals"),
    ],
    "edges_and_morphology.2": [
        (
            DARK.format("opening(image, disk(radius)) - image > level"),
            "opening − image wraps around",
        ),
        (DARK.format("closing(image, disk(radius)) - image > level"), "equals `level` is in"),
        (DARK.format("image - opening(image, disk(radius)) >= level"), "top-hat. Dark"),
        (
            DARK.format("opening(image, disk(radius)) - image >= level"),
            "it marks whatever is bright and small",
        ),
        (
            DARK.format("abs(opening(image, disk(radius)).astype(int) - image) >= level"),
            "You marked small bright things: the difference between image",
        ),
        (DARK.format("image - opening(image, disk(radius)) > level"), "still `>`"),
        (DARK.format("image - closing(image, disk(radius)) >= level"), "Turn the difference round"),
        (
            DARK.format("opening(image, disk(radius)).astype(int) - image.astype(int) >= level"),
            "Nothing is marked",
        ),
        (DARK.format("black_tophat(image / 255, disk(radius)) >= level"), "scaled to 0–1 is above 1"),
        (DARK.format("black_tophat(image, disk(5)) >= 15"), "the same for radius 2 and level 20 as"),
        (
            DARK.format("closing(image, footprint_rectangle((radius, radius))) - image >= level"),
            "only `radius` pixels wide",
        ),
        (DARK.format("black_tophat(image, disk(radius - 1)) >= level"), "radius r − 1"),
        (DARK.format("black_tophat(image, disk(radius + 1)) >= level"), "radius r + 1"),
        (DARK.format("image <= level"), "compared the image itself"),
        (DARK.format("closing(image, disk(radius)) - image < level"), "wrong way round"),
        (DARK.format("closing(image, disk(radius)) - image"), "the top-hat itself"),
        (DARK.format("(closing(image, disk(radius)) - image >= level).astype(int)"), "your mask is int64"),
        (DARK.format("closing(image, disk(radius // 2)) - image >= level"), "half the radius"),
        (
            DARK.format(
                "closing(image, footprint_rectangle((2 * radius + 1, 2 * radius + 1))) - image >= level"
            ),
            "That is a square",
        ),
        (DARK.format("closing(image, disk(2)) - image >= level"), "the same disk whatever"),
        (DARK.format("closing(image, disk(radius)) - image >= 20"), "20 whatever `level`"),
        (DARK.format("closing(image, disk(2)) - image >= 20"), "for radius 2 and level 20, whatever"),
        (DARK.format("black_tophat(image) >= level"), "a cross of 3 × 3"),
        (
            DARK.format('closing(image, disk(radius, decomposition="sequence")) - image >= level'),
            "nearly a disk",
        ),
        (DARK.format("closing(image, disk(2 * radius)) - image >= level"), "twice the radius"),
        (DARK.format("closing(image, disk(2 * radius + 1)) - image >= level"), "radius 2 r + 1"),
        (DARK.format("closing(image, disk(radius)) - image <= level"), "or more, not less"),
        (DARK.format("closing(image, disk(radius)) >= level"), "compared the closing itself"),
        (DARK.format("dilation(image, disk(radius)) - image >= level"), "is dilation − image"),
        (DARK.format("image - erosion(image, disk(radius)) >= level"), "is image − erosion"),
        (DARK.format("closing(image, disk(radius)) > image"), "whose top-hat is not 0"),
        (DARK.format("(closing(image, disk(radius)) - image >= level)[1:]"), "has the shape (25, 42)"),
    ],
    "edges_and_morphology.3": [
        (RADIUS.format("int(np.ceil(width_mm / spacing_mm))"), "whole width in pixels, made a whole number"),
        (RADIUS.format("round(width_mm / spacing_mm)"), "whole width in pixels, rounded. "),
        (RADIUS.format("(round(width_mm / spacing_mm) + 1) // 2"), "You rounded to whole pixels"),
        (RADIUS.format("int(width_mm / spacing_mm)"), "whole width in pixels, rounded down"),
        (RADIUS.format("width_mm / spacing_mm"), "whole width in pixels. A disk"),
        (RADIUS.format("int(np.ceil(width_mm / spacing_mm / 2))"), "half of the width, rounded up"),
        (RADIUS.format("int(width_mm / spacing_mm / 2)"), "half of the width, rounded down: for 5.5"),
        (RADIUS.format("int(np.floor((width_mm * spacing_mm - 1) / 2)) + 1"), "Every radius comes out 0"),
        (RADIUS.format("int(np.ceil((width_mm / spacing_mm - 1) / 2))"), "as wide as the vessel. It has"),
        (RADIUS.format("round(width_mm / spacing_mm / 2)"), "For a vessel of exactly 5 pixels"),
        (RADIUS.format("int(np.floor((width_mm / spacing_mm - 1) / 2))"), "never wider"),
        (RADIUS.format("(width_mm / spacing_mm - 1) / 2"), "Take the next whole radius"),
        (RADIUS.format("width_mm / spacing_mm / 2"), "not a whole radius"),
        (RADIUS.format("int(width_mm / spacing_mm / 2) + 1"), "rounded down, plus one"),
        (
            RADIUS.format("2 * (int(np.floor((width_mm / spacing_mm - 1) / 2)) + 1) + 1"),
            "widths of the disks",
        ),
        (RADIUS.format("np.floor((round(width_mm / spacing_mm, 6) - 1) / 2) + 1"), "they are floats"),
        (RADIUS.format("int(np.floor((width_mm / spacing_mm - 1) / 2)) + 1"), "is 3 pixels wide, and your"),
        (RADIUS.format("[4]"), "is a list"),
        (RADIUS.format("np.array(4)"), "is an array; an `int`"),
        (RADIUS.format("4"), "the same for every vessel"),
    ],
}

test_exercise = exercise_tests("edges_and_morphology", WRONG)
