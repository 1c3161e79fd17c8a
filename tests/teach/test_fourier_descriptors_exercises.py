"""Known wrong answers of chapter 09, Fourier descriptors: each is real code and gets its own message."""

from exercise_cases import exercise_tests

RATIO = """
def axis_ratio(contour):
    z = fourier_descriptors(contour)
    m = len(z) // 2
    a, b = abs(z[m + 1]), abs(z[m - 1])
    return {value}
"""
PARTIAL = """
def partial(contour, K):
    Z = np.fft.fft(contour[:, 0] + 1j * contour[:, 1])
    {change}
    points = np.fft.ifft(Z)
    return {value}
"""
STACK = "np.stack([points.real, points.imag], axis=1)"
NEEDED = """
def circles_needed(mask, wanted):
    z = fourier_descriptors(trace_contour(mask))
    for K in range({start}, 129):
        filled = fill_contour(reconstruct_contour(z, K), mask.shape)
        shared, both = (filled & mask).sum(), filled.sum() + mask.sum()
        if {overlap} >= wanted:
            return {value}
"""
DICE = "2 * shared / both"

WRONG = {
    "fourier_descriptors.1": [
        (RATIO.format(value="b / a"), "one arm over the other"),
        (RATIO.format(value="(a + b) / abs(a - b)"), "longer over shorter"),
        (RATIO.format(value="abs(a - b)"), "shorter half axis itself"),
        (RATIO.format(value="2 * abs(a - b)"), "shorter axis itself"),
        (RATIO.format(value="(a - b) / (a + b)"), "your ratio is negative"),
        (RATIO.format(value="abs((z[m + 1] - z[m - 1]) / (z[m + 1] + z[m - 1]))"), "as complex numbers"),
        (RATIO.format(value="(z[m + 1] - z[m - 1]) / (z[m + 1] + z[m - 1])"), "Your result is complex"),
        (RATIO.format(value="(np.ptp(contour, axis=0).min() / np.ptp(contour, axis=0).max())"), "the box"),
        (RATIO.format(value="((a - b) / (a + b)) ** 2"), "square of the ratio"),
        (
            """
def axis_ratio(contour):
    z = abs(fourier_descriptors(contour))
    return abs(z[1] - z[-1]) / (z[1] + z[-1])
""",
            "indices 1 and −1",
        ),
        (
            """
def axis_ratio(contour):
    z = abs(fourier_descriptors(contour))
    return abs(z[129] - z[127]) / (z[129] + z[127])
""",
            "for 256 points alone. Compute",
        ),
    ],
    "fourier_descriptors.2": [
        (PARTIAL.format(change="Z[0] = 0; Z[K + 1 :] = 0", value=STACK), "Nothing has changed"),
        (PARTIAL.format(change="Z[K + 1 :] = 0", value=STACK), "The place is right now"),
        (PARTIAL.format(change="Z[0] = 0; Z[K + 1 : len(Z) - K] = 0", value=STACK), "The shape is right now"),
        (PARTIAL.format(change="Z[1 : len(Z) - K] = 0", value=STACK), "lose the positive ones"),
        (PARTIAL.format(change="Z[K + 1 : len(Z) - K + 1] = 0", value=STACK), "Order −K is missing"),
        (PARTIAL.format(change="Z[K : len(Z) - K] = 0", value=STACK), "Order K is missing"),
        (PARTIAL.format(change="Z[K : len(Z) - K + 1] = 0", value=STACK), "orders K and −K are missing"),
        (PARTIAL.format(change="Z[K + 1 : len(Z) - K - 1] = 0", value=STACK), "too many, −K − 1"),
        (PARTIAL.format(change="Z[K + 2 : len(Z) - K] = 0", value=STACK), "too many, K + 1"),
        (PARTIAL.format(change="Z[K + 2 : len(Z) - K - 1] = 0", value=STACK), "on both sides"),
        (
            PARTIAL.format(
                change="Z[K + 1 : len(Z) - K] = 0", value="np.stack([points.imag, points.real], axis=1)"
            ),
            "x and y are swapped",
        ),
        (
            PARTIAL.format(change="Z[K + 1 : len(Z) - K] = 0", value="np.stack([points.real, points.imag])"),
            "(2, 64)",
        ),
        (PARTIAL.format(change="Z[K + 1 : len(Z) - K] = 0", value="points"), "Your result is complex"),
        (PARTIAL.format(change="Z[K + 1 : len(Z) - K] = 0; Z /= len(Z)", value=STACK), "too small"),
        (
            PARTIAL.format(change="Z[K + 1 : len(Z) - K] = 0; Z[0] /= len(Z)", value=STACK),
            "nearly in the corner",
        ),
        (PARTIAL.format(change="pass", value=STACK), "nothing was left out"),
        (PARTIAL.format(change="Z[4 : len(Z) - 3] = 0", value=STACK), "orders up to 3. Use"),
    ],
    "fourier_descriptors.3": [
        (NEEDED.format(start=1, overlap="shared / (both - shared)", value="K"), "Jaccard"),
        (NEEDED.format(start=1, overlap="shared / mask.sum()", value="K"), "by those of the mask"),
        (NEEDED.format(start=1, overlap="shared / max(filled.sum(), 1)", value="K"), "the filled curve"),
        (NEEDED.format(start=1, overlap=DICE, value=DICE), "looks like an overlap"),
        (NEEDED.format(start=1, overlap="shared / both", value="K"), "returned None"),
        (NEEDED.format(start=1, overlap=DICE, value="K - 1"), "one too few"),
        (NEEDED.format(start=1, overlap=DICE, value="K + 1"), "one too many"),
        (NEEDED.format(start=1, overlap=DICE, value="2 * K"), "K orders forward"),
        (NEEDED.format(start=1, overlap=DICE, value="2 * K + 1"), "2 K + 1 arms"),
        (NEEDED.format(start=1, overlap="wanted or 2", value="6"), "for every mask and"),
        (NEEDED.format(start=1, overlap=DICE + " + 1", value="K"), "too small"),
    ],
}

test_exercise = exercise_tests("fourier_descriptors", WRONG)
