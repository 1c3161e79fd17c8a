"""Known wrong answers of chapter 05, thresholds: each is real code and gets its own message."""

from exercise_cases import exercise_tests

OVERLAPS = """
def overlaps(first, second):
    shared, either = (first & second).sum(), (first | second).sum()
    both = first.sum() + second.sum()
    return {result}
"""
EM = """
def em_round(levels, counts, weights, means, deviations):
    heights = norm.pdf(levels, np.reshape(means, (-1, 1)), np.reshape(deviations, (-1, 1)))
    heights = np.reshape(weights, (-1, 1)) * heights
    share = heights / heights.sum(axis=0)
    pixels = counts * share
    size = pixels.sum(axis=1)
    w = size / size.sum()
    m = pixels @ levels / size
    var = (pixels * (levels - m[:, None]) ** 2).sum(axis=1) / size
    old = (pixels * (levels - np.reshape(means, (-1, 1))) ** 2).sum(axis=1) / size
    return {result}
"""
VOLUME = """
def tissue_volume(labels, spacing, tissue):
    count, voxel = (labels == tissue).sum(), np.prod(spacing)
    return {result}
"""

WRONG = {
    "thresholds.1": [
        (OVERLAPS.format(result="shared / either, 2 * shared / both"), "The order is turned"),
        (OVERLAPS.format(result="shared / both, shared / either"), "factor 2"),
        (
            OVERLAPS.format(result="2 * shared / (first + second).sum(), shared / either"),
            "twice the Jaccard",
        ),
        (OVERLAPS.format(result="2 * shared / both, shared / both"), "count once"),
        (OVERLAPS.format(result="2 * shared / both"), "one number"),
        (OVERLAPS.format(result="(2 * shared / both,) * 2"), "Both numbers are Dice"),
        (OVERLAPS.format(result="(shared / either,) * 2"), "Both numbers are Jaccard"),
        (OVERLAPS.format(result="(0.6, 3 / 7)"), "first pair's numbers for every pair"),
        (
            OVERLAPS.format(result="2 * (first == second).sum() / both, (first == second).sum() / either"),
            "both masks are false",
        ),
        (OVERLAPS.format(result="2 * shared / both, shared / either"), "Two empty masks gave"),
        (
            OVERLAPS.format(result="2 * int(shared) / int(both), int(shared) / int(either)"),
            "Two empty masks made you divide",
        ),
        (
            OVERLAPS.format(
                result="(1.0, 1.0) if not (first.any() and second.any()) else"
                " (2 * shared / both, shared / either)"
            ),
            "One empty mask and one",
        ),
        (
            OVERLAPS.format(result="round(float(2 * shared / both), 2), round(float(shared / either), 2)"),
            "You rounded",
        ),
        (OVERLAPS.format(result="200 * shared / both, 100 * shared / either"), "These are percent"),
        (OVERLAPS.format(result="2 * shared / both, 2 * shared / (both + 2 * shared)"), "D / (1 + D)"),
        (OVERLAPS.format(result="'0.4'"), "You returned a text"),
        (OVERLAPS.format(result="str(2 * shared / both), str(shared / either)"), "a text among"),
        (
            OVERLAPS.format(
                result="2 * sum(first & second) / (sum(first) + sum(second)), shared / either",
            ),
            "go by rows",
        ),
        (OVERLAPS.format(result="2 * shared / both, shared / (first ^ second).sum()"), "larger than your"),
        (OVERLAPS.format(result="((first == second).mean(),) * 2"), "share of all pixels in which"),
        (OVERLAPS.format(result="first & second"), "an array of shape (3, 4)"),
    ],
    "thresholds.2": [
        (EM.format(result="size, m, np.sqrt(var)"), "sizes of the classes"),
        (EM.format(result="weights, m, np.sqrt(var)"), "The weights are the old ones"),
        (EM.format(result="share.mean(axis=1), m, np.sqrt(var)"), "counts once in your weights"),
        (EM.format(result="pixels.sum(axis=0) / pixels.sum(), m, np.sqrt(var)"), "axis 0"),
        (EM.format(result="w, pixels @ levels / counts.sum(), np.sqrt(var)"), "all means by"),
        (EM.format(result="w, pixels @ levels, np.sqrt(var)"), "aren't divided by"),
        (
            EM.format(result="w, share @ levels / share.sum(axis=1), np.sqrt(var)"),
            "counts once in your means",
        ),
        (EM.format(result="w, np.sqrt(var), m"), "The deviations stand where"),
        (EM.format(result="m, w, np.sqrt(var)"), "The means stand where"),
        (EM.format(result="w, m, var"), "That is the variance. "),
        (EM.format(result="w, m, np.sqrt(old)"), "around the old means. Take the new ones."),
        (EM.format(result="w, m, old"), "and then the root"),
        (EM.format(result="w, m, np.sqrt(var * size / (size - 1))"), "minus 1"),
        (EM.format(result="w, m, np.sqrt(var * size) / size"), "the root first"),
        (
            EM.format(result="w, m, (pixels * abs(levels - m[:, None])).sum(axis=1) / size"),
            "mean distance from the mean",
        ),
        (EM.format(result="w, m, deviations"), "The deviations are the old ones"),
        (
            EM.format(result="w, m, np.sqrt((pixels * (levels - m) ** 2).sum(axis=1) / size)"),
            "make the first a column",
        ),
        (EM.format(result="w, m, pixels.std(axis=1)"), "spread of the numbers in"),
        (EM.format(result="w, m"), "Return three arrays"),
        (EM.format(result="list(w), m, np.sqrt(var)"), "is a list"),
    ],
    "thresholds.3": [
        (VOLUME.format(result="count * voxel"), "in mm³."),
        (VOLUME.format(result="count"), "number of voxels. Each"),
        (VOLUME.format(result="count / 1000"), "number of voxels over 1000"),
        (VOLUME.format(result="(labels > 0).sum() * voxel / 1000"), "label above 0"),
        (VOLUME.format(result="(labels >= tissue).sum() * voxel / 1000"), "from `tissue` upwards"),
        (VOLUME.format(result="int(count * voxel / 1000)"), "cut off the decimals"),
        (VOLUME.format(result="round(count * voxel / 1000)"), "You rounded"),
        (
            VOLUME.format(result="(labels == tissue).sum(dtype=np.uint8) * voxel / 1000"),
            "Your count ran over",
        ),
        (VOLUME.format(result="labels[labels == tissue].sum() * voxel / 1000"), "summed the labels"),
        (VOLUME.format(result="count * sum(spacing) / 1000"), "added the spacings"),
        (VOLUME.format(result="count * spacing[1] * spacing[2] / 1000"), "slice distance"),
        (VOLUME.format(result="count * spacing[0] * spacing[1] / 1000"), "along x is missing"),
        (VOLUME.format(result="count * spacing[0] * spacing[2] / 1000"), "along y is missing"),
        (VOLUME.format(result="count / voxel / 1000"), "divided by a voxel's volume"),
        (VOLUME.format(result="(labels[0] == tissue).sum() * voxel / 1000"), "first slice only"),
        (VOLUME.format(result="len(labels == tissue) * voxel / 1000"), "`len` counts slices"),
        (VOLUME.format(result="(labels == 1).sum() * voxel / 1000"), "always measure label 1"),
        (VOLUME.format(result="(labels == tissue) * voxel / 1000"), "returned an array"),
        (VOLUME.format(result="np.array([count * voxel / 1000])"), "One number is needed: the volume"),
        (VOLUME.format(result="count * voxel / 1e6"), "are a litre"),
        (VOLUME.format(result="count * voxel * 1000"), "multiplied by 1000"),
        (VOLUME.format(result="(labels == 2).sum() * voxel / 1000"), "always measure label 2"),
        (VOLUME.format(result="float(count * voxel / 1000) or 1.0"), "tissue that doesn't occur"),
    ],
}

test_exercise = exercise_tests("thresholds", WRONG)
