"""Known wrong answers of chapter 04, histogram equalisation: each is real code and gets its own message."""

from exercise_cases import exercise_tests

CURVE = """
def equalize8(image):
    counts = np.bincount(image.ravel(), minlength=256)
    below = np.cumsum(counts)
    first = below[image.min()]
    return {result}
"""
CLIP = """
def clip_histogram(counts, clip_limit):
    counts = np.asarray(counts, dtype=float)
    limit = clip_limit * counts.mean()
    cut = np.minimum(counts, limit)
    excess = (counts - cut).sum()
    return {result}
"""
PSNR = """
def psnr8(image, reference):
    error = np.mean(({image} - reference{reference}) ** 2)
    return {result}
"""
FLOATS = {"image": "image.astype(float)", "reference": ".astype(float)"}

WRONG = {
    "histogram_equalization.1": [
        (
            CURVE.format(result="np.floor(below / image.size * 255 + 0.5).astype(np.uint8)[image]"),
            "above and below the fraction line",
        ),
        (CURVE.format(result="(below / image.size * 255).astype(np.uint8)[image]"), "You also cut instead"),
        (
            CURVE.format(
                result="np.floor((below - counts) / image.size * 255 + 0.5).astype(np.uint8)[image]"
            ),
            "not those at it",
        ),
        (
            CURVE.format(result="np.floor(counts / counts.max() * 255 + 0.5).astype(np.uint8)[image]"),
            "not its running sum",
        ),
        (
            CURVE.format(
                result="np.clip((below - first) / (image.size - first) * 255, 0, 255).astype(np.uint8)[image]"
            ),
            "You cut the decimals off",
        ),
        (
            CURVE.format(result="np.clip((below - first) / (image.size - first) * 255, 0, 255)[image]"),
            "You returned floats",
        ),
        (
            CURVE.format(
                result="np.floor(np.clip((below - first) / max(image.size - first, 1) * 255, 0, 255) + 0.5)"
                ".astype(np.uint8)[image]"
            ),
            "A constant image of 7",
        ),
        (
            CURVE.format(
                result="np.round(np.clip((below - first) / max(image.size - first, 1) * 255, 0, 255))"
                ".astype(np.uint8)[image]"
            ),
            "126.5 became 126",
        ),
        (
            """
def equalize8(image):
    if image.min() == image.max():
        return image.copy()
    below = np.cumsum(np.histogram(image, bins=255, range=(0, 255))[0])
    below = np.append(below, below[-1])
    first = below[image.min()]
    table = np.clip((below - first) / (image.size - first) * 255, 0, 255)
    return np.floor(table + 0.5).astype(np.uint8)[image]
""",
            "254 and 255 fell",
        ),
    ],
    "histogram_equalization.2": [
        (
            CLIP.replace("cut = np", "for _ in range(500):\n        cut = np", 1)
            .replace(
                "    excess = (counts - cut).sum()",
                "        counts = cut + (counts - cut).sum() / counts.size",
            )
            .format(result="counts"),
            "again and again",
        ),
        (CLIP.format(result="cut"), "Counts are lost"),
        (
            CLIP.format(result="cut + np.where(counts > limit, 0, excess / (counts <= limit).sum())"),
            "below the limit alone",
        ),
        (
            CLIP.format(result="cut + np.where(counts > limit, excess / (counts > limit).sum(), 0)"),
            "bins that were cut.",
        ),
        (CLIP.format(result="cut + excess"), "whole excess"),
        (CLIP.format(result="cut * counts.sum() / cut.sum()"), "share equally instead"),
        (CLIP.format(result="counts"), "Nothing was cut"),
        (CLIP.format(result="cut + excess // counts.size"), "divide with /"),
        (CLIP.format(result="cut + counts[counts > limit].sum() / counts.size"), "not only what is above"),
        (CLIP.format(result="cut + (counts - cut) / counts.size"), "summed up before"),
        (CLIP.format(result="np.where(counts > limit, 0, counts) + excess / counts.size"), "full bins to 0"),
    ],
    "histogram_equalization.3": [
        (
            PSNR.format(image="image", reference="", result="10 * np.log10(255**2 / error)"),
            "so did its square",
        ),
        (PSNR.format(**FLOATS, result="10 * np.log10(255 / error)"), "The peak must be squared"),
        (PSNR.format(**FLOATS, result="20 * np.log10(255**2 / error)"), "twice the PSNR"),
        (PSNR.format(**FLOATS, result="10 * np.log(255**2 / error)"), "natural logarithm"),
        (PSNR.format(**FLOATS, result="error"), "mean squared error alone"),
        (PSNR.format(**FLOATS, result="10 * np.log10(255 / error**0.5)"), "needs 20"),
        (PSNR.format(**FLOATS, result="round(10 * np.log10(255**2 / error), 1)"), "all their decimals"),
        (
            PSNR.format(**FLOATS, result="10 * np.log10(float(image.max()) ** 2 / error)"),
            "not the largest value",
        ),
        (
            PSNR.format(**FLOATS, result="0.0 if error == 0 else 10 * np.log10(255**2 / error)"),
            "Two equal images",
        ),
    ],
}

test_exercise = exercise_tests("histogram_equalization", WRONG)
