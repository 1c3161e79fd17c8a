"""Known wrong answers of chapter 08, texture: each is real code and gets its own message."""

from exercise_cases import exercise_tests

ONE = """
def count_pairs(image, levels, down, right):
    rows, columns = image.shape
    here = image[: rows - down, : columns - right]
    there = image[down:, right:]
    counts = np.zeros((levels, levels), dtype=int)
    {body}
"""
ADD = "np.add.at(counts, (here, there), 1)\n    return "
OFFSET = """
def count_pairs(image, levels, down, right):
    down, right = {there}
    rows, columns = image.shape
    counts = np.zeros((levels, levels), dtype=int)
    for r in range(rows):
        for c in range(columns):
            if 0 <= r + down < rows and 0 <= c + right < columns:
                counts[image[r, c], image[r + down, c + right]] += 1
    return counts
"""
TWO = """
def contrast_mended(image, levels, limits, distance):
    grey = quantise(image, levels{limits})
    directions = {angles}
    counts = glcm(grey, [distance], directions, levels=levels, symmetric=True)
    return {result}
"""
FIXED, RADIANS = ", limits=limits", "np.deg2rad([0, 45, 90, 135])"
MEAN = 'float(glcm_properties(counts, "contrast")["contrast"].mean())'
THREE = """
def rough_part(image, window):
    rough = texture_map(image, {arguments})["{name}"]
    return {result}
"""
OTSU = "rough > threshold_otsu(rough)"
RIGHT = 'window, 16, "contrast"'

WRONG = {
    "glcm_texture.1": [
        (ONE.format(body=ADD + "counts + counts.T"), "both ways. Here"),
        (ONE.format(body=ADD + "counts.T"), "is counted from j to i. Either"),
        (ONE.format(body=ADD + "counts / counts.sum()"), "divided by the number of pairs."),
        (ONE.format(body="counts[here, there] += 1\n    return counts"), "at most once:"),
        (ONE.format(body=ADD + "counts.astype(float)"), "The numbers are right, but"),
        (ONE.format(body=ADD + "counts.tolist()"), "a NumPy array is needed"),
        (ONE.format(body=ADD + "counts[: image.max() + 1, : image.max() + 1]"), "5 × 5, but levels is 6"),
        (
            """
def count_pairs(image, levels, down, right):
    counts = np.zeros((levels, levels), dtype=int)
    np.add.at(counts, (image, np.roll(image, (-down, -right), axis=(0, 1))), 1)
    return counts
""",
            "The last column found its partner",
        ),
        (
            """
def count_pairs(image, levels, down, right):
    rows, columns = image.shape
    counts = np.zeros((levels, levels), dtype=int)
    np.add.at(counts, (image[: rows - right, : columns - down], image[right:, down:]), 1)
    return counts
""",
            "you counted the pixel below",
        ),
        (
            """
def count_pairs(image, levels, down, right):
    counts = np.zeros((levels, levels), dtype=int)
    np.add.at(counts, (image[:, :-1], image[:, 1:]), 1)
    return counts
""",
            "are not used, or only",
        ),
        (OFFSET.format(there="(-down, right)"), "you went up"),
        (OFFSET.format(there="(down, -right)"), "on the wrong side"),
        (
            OFFSET.format(there="(down, right if down == 0 else -right)"),
            "you went to the left",
        ),
        (
            """
def count_pairs(image, levels, down, right):
    n = len(image)
    counts = np.zeros((levels, levels), dtype=int)
    for row in range(n - down):
        for column in range(n - right):
            counts[image[row, column], image[row + down, column + right]] += 1
    return counts
""",
            "takes it for a square",
        ),
        (
            OFFSET.format(there="(down, right)")
            .replace("range(rows)", "range(rows - 1)")
            .replace("range(columns)", "range(columns - 1)")
            .replace("r + down < rows", "r + down < rows - 1")
            .replace("c + right < columns", "c + right < columns - 1"),
            "last row and the last column",
        ),
        (
            OFFSET.format(there="(-down, -right)").replace(
                "if 0 <= r + down < rows and 0 <= c + right < columns", "if True"
            ),
            "a negative index takes it",
        ),
        (
            """
def count_pairs(image, levels, down, right):
    padded = np.pad(image, ((0, down), (0, right)))
    counts = np.zeros((levels, levels), dtype=int)
    np.add.at(counts, (image, padded[down:, right:]), 1)
    return counts
""",
            "you took zeros for pixels",
        ),
        (
            """
def count_pairs(image, levels, down, right):
    far, angle = max(down, right), np.arctan2(down, right)
    return glcm(image, [far], [angle], levels=levels)[:, :, 0, 0]
""",
            "the slanted way",
        ),
        (
            ONE.format(
                body="codes = here * np.uint8(levels) + there\n"
                "    return np.bincount(codes.ravel(), minlength=levels**2).reshape(levels, levels)"
            ),
            "goes beyond 255",
        ),
        (ONE.format(body=ADD + "counts.astype(np.uint8)"), "more than 255 times"),
        (ONE.format(body="image[0, 0] = 0\n    image[0, 1] = 5\n    return counts"), "changed the array"),
        (
            "def count_pairs(image, levels, down, right):\n    return pairs_to_the_right(image, 4)",
            "Your code stopped",
        ),
    ],
    "glcm_texture.2": [
        (TWO.format(limits="", angles="[0, 45, 90, 135]", result=MEAN), "Nothing has changed"),
        (TWO.format(limits=FIXED, angles="[0, 45, 90, 135]", result=MEAN), "The levels are right now"),
        (TWO.format(limits="", angles=RADIANS, result=MEAN), "The angles are right now"),
        (TWO.format(limits=FIXED, angles=RADIANS, result=MEAN.replace("mean", "sum")), "sum over the four"),
        (
            TWO.format(limits=FIXED, angles="np.rad2deg([0, 45, 90, 135])", result=MEAN),
            "gone through `rad2deg`",
        ),
        (
            TWO.format(limits=FIXED, angles="[0, np.pi / 4, np.pi / 2, np.pi]", result=MEAN),
            "fourth direction is 180°",
        ),
        (TWO.format(limits=", limits=(0, 255)", angles=RADIANS, result=MEAN), "levels go from 0 to 255"),
        (
            TWO.format(limits=FIXED, angles=RADIANS, result=MEAN.replace("contrast", "homogeneity")),
            "That is the homogeneity",
        ),
        (TWO.format(limits=FIXED, angles=RADIANS, result=f"round({MEAN}, 2)"), "contrast, rounded"),
        (
            TWO.format(
                limits=FIXED,
                angles=RADIANS,
                result=MEAN.replace(".mean()", "").replace("float(", "np.median("),
            ),
            "the median of the four",
        ),
        (
            TWO.format(
                limits=FIXED,
                angles=RADIANS,
                result=MEAN.replace("counts", "counts.sum(axis=3, keepdims=True)"),
            ),
            "into one matrix",
        ),
        (TWO.format(limits=FIXED, angles="[0]", result=MEAN), "direction 0° alone"),
        (TWO.format(limits=FIXED, angles="[0, np.pi / 2]", result=MEAN), "0° and 90° alone"),
        (
            TWO.format(
                limits=FIXED, angles=RADIANS, result='glcm_properties(counts, "contrast")["contrast"][0]'
            ),
            "one contrast for each direction",
        ),
        (
            TWO.format(limits=FIXED, angles=RADIANS, result='glcm_properties(counts, "contrast")'),
            "whole dictionary",
        ),
        (TWO.format(limits=FIXED, angles=RADIANS, result=MEAN).replace("[distance]", "[1]"), "at distance 1"),
        (TWO.format(limits=", limits=(0, 80)", angles=RADIANS, result=MEAN), "still use 0 to 80"),
        (
            TWO.format(limits="", angles=RADIANS, result=MEAN).replace(
                "quantise(image", "quantise(np.clip(image, *limits)"
            ),
            "For a patch without metal",
        ),
        (TWO.format(limits=FIXED, angles=RADIANS, result=MEAN).replace("[distance]", "[3]"), "still use 3"),
        (
            TWO.format(limits=FIXED, angles=RADIANS, result=MEAN).replace(
                "    grey", "    levels = 16\n    grey"
            ),
            "still use 16",
        ),
    ],
    "glcm_texture.3": [
        (THREE.format(arguments=RIGHT, name="contrast", result="rough"), "the map itself"),
        (
            "def rough_part(image, window):\n    return image > threshold_otsu(image)",
            "You thresholded the grey values. Make",
        ),
        (
            THREE.format(arguments=RIGHT, name="contrast", result="image > threshold_otsu(rough)"),
            "True everywhere",
        ),
        (
            THREE.format(arguments=RIGHT, name="contrast", result="rough > threshold_otsu(image)"),
            "Perhaps the map was compared",
        ),
        (
            THREE.format(arguments=RIGHT, name="contrast", result=OTSU).replace(
                "texture_map(image", "texture_map(quantise(image, 16)"
            ),
            "as when the image is quantised",
        ),
        (
            THREE.format(arguments=RIGHT, name="contrast", result="rough > np.median(rough)"),
            "the median of the map",
        ),
        (THREE.format(arguments=RIGHT, name="contrast", result="rough > 4"), "cut somewhere"),
        (
            "def rough_part(image, window):\n    rough = texture_map(image, window, 16, 'contrast')\n"
            "    return rough > threshold_otsu(rough)",
            "for a map. Take its entry",
        ),
        (
            THREE.format(arguments=RIGHT + ", angles=[np.pi / 4]", name="contrast", result=OTSU),
            "the angle 45°",
        ),
        (THREE.format(arguments='window, 8, "contrast"', name="contrast", result=OTSU), "with 8 levels"),
        (
            THREE.format(arguments=RIGHT + ", limits=(0, 256)", name="contrast", result=OTSU),
            "from 0 to 256",
        ),
        (THREE.format(arguments=RIGHT + ", distance=2", name="contrast", result=OTSU), "at distance 2"),
        (
            THREE.format(
                arguments=RIGHT + ", limits=(image.min(), image.max())", name="contrast", result=OTSU
            ),
            "image's lowest value",
        ),
        (
            THREE.format(arguments=RIGHT, name="contrast", result="rough <= threshold_otsu(rough)"),
            "below the threshold",
        ),
        (
            THREE.format(arguments=RIGHT, name="contrast", result="rough > rough.mean()"),
            "the mean of the map",
        ),
        (
            THREE.format(arguments='window, properties="contrast"', name="contrast", result=OTSU),
            "32 levels, the default",
        ),
        (
            THREE.format(arguments='window, 16, "homogeneity"', name="homogeneity", result=OTSU),
            "map of homogeneity",
        ),
        (THREE.format(arguments='15, 16, "contrast"', name="contrast", result=OTSU), "15, the default"),
        (THREE.format(arguments='9, 16, "contrast"', name="contrast", result=OTSU), "you still use 9"),
        (
            THREE.format(arguments=RIGHT, name="contrast", result=f"({OTSU}).astype(np.uint8) * 255"),
            "The right pixels, but as uint8",
        ),
        (
            "def rough_part(image, window):\n    return texture_map(image, window, 16, 'contrast')",
            "dictionary of maps",
        ),
    ],
}

test_exercise = exercise_tests("glcm_texture", WRONG)
