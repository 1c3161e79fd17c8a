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
        (
            """
def axis_ratio(contour):
    z = abs(fourier_descriptors(contour))
    m = (len(z) + 1) // 2
    return abs(z[m + 1] - z[m - 1]) / (z[m + 1] + z[m - 1])
""",
            "which rounds down: 16",
        ),
        (RATIO.format(value="abs(abs(z[m]) - a) / (abs(z[m]) + a)"), "made of Z(0) and Z(1)"),
        (RATIO.format(value="abs(abs(z[m]) - b) / (abs(z[m]) + b)"), "made of Z(0) and Z(−1)"),
        (RATIO.format(value="abs(abs(z[m + 2]) - a) / (abs(z[m + 2]) + a)"), "made of Z(1) and Z(2)"),
        (RATIO.format(value="abs(a - b) / (a + b)").replace("// 2", "// 2 + 1"), "one index too far"),
        (RATIO.format(value="abs(a - b) / (a + b)").replace("// 2", "// 2 - 1"), "one index too early"),
        (RATIO.format(value="1 - abs(a - b) / (a + b)"), "1 minus the ratio"),
        (RATIO.format(value="round(abs(a - b) / (a + b), 2)"), "the ratio, rounded"),
        (RATIO.format(value="np.array([abs(a - b) / (a + b)])"), "an array of shape (1,)"),
        (
            """
def axis_ratio(contour):
    ellipse = reconstruct_contour(fourier_descriptors(contour), 1)
    d = np.hypot(*(ellipse - ellipse.mean(axis=0)).T)
    return d.min() / d.max()
""",
            "tips lie between two points",
        ),
        (
            """
def axis_ratio(contour):
    d = np.hypot(*(contour - contour.mean(axis=0)).T)
    return d.min() / d.max()
""",
            "contour's nearest point",
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
        (PARTIAL.format(change="Z[K + 1 : 256 - K] = 0", value=STACK), "For 256 points your curve is right"),
        (
            PARTIAL.format(
                change="Z, m = np.fft.fftshift(Z), len(Z) // 2; Z[: m - K] = 0; Z[m + K + 1 :] = 0",
                value=STACK,
            ),
            "not shifted back",
        ),
        (PARTIAL.format(change="Z[1 : K + 1] = 0; Z[-K:] = 0", value=STACK), "the other way round"),
        (PARTIAL.format(change="Z[4 : len(Z) - 3] = 0", value=STACK), "orders up to 3, whatever K is"),
        (PARTIAL.format(change="Z[5 : len(Z) - 4] = 0", value=STACK), "orders up to 4, whatever K is"),
        (
            PARTIAL.format(change="k = np.arange(len(Z)) - len(Z) // 2; Z[abs(k) > K] = 0", value=STACK),
            "as if order 0 stood there",
        ),
        (PARTIAL.format(change="Z[K + 1 : len(Z) // 2] = 0", value=STACK), "leave the fast negative ones"),
        (
            PARTIAL.format(change="Z[len(Z) // 2 : len(Z) - K] = 0", value=STACK),
            "leave the fast positive ones",
        ),
        (PARTIAL.format(change="Z[K + 1 : len(Z) - K] = 0", value=STACK + ".round(1)"), "You rounded"),
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
        (NEEDED.format(start=1, overlap="2", value="6"), "for every mask and"),
        (NEEDED.format(start=1, overlap=DICE, value="K").replace("129", "20"), "go on up to 128"),
        (
            NEEDED.format(start=1, overlap=DICE, value="K").replace("return K", "best = K")
            + "    return best",
            "the last K of your loop",
        ),
        (
            NEEDED.format(start=1, overlap="2 * shared / (filled + mask).sum()", value="K"),
            "return 1 every time",
        ),
        (NEEDED.format(start=1, overlap="(filled == mask).mean()", value="K"), "the background with them"),
        (NEEDED.format(start=2, overlap=DICE, value="K"), "begin at K = 2"),
        (NEEDED.format(start=1, overlap=DICE, value="K").replace(">= wanted", "> wanted"), "exactly 1"),
        (NEEDED.format(start=1, overlap=DICE, value="K").replace(">= wanted", ">= 0.98"), "Use `wanted`"),
        (NEEDED.format(start=1, overlap=DICE, value="np.array([K])"), "an array of shape (1,)"),
        (
            """
def circles_needed(mask, wanted):
    z = fourier_descriptors(trace_contour(mask))
    low = 0
    for K in range(1, 129):
        filled = fill_contour(reconstruct_contour(z, K), mask.shape)
        low += 2 * (filled & mask).sum() / (filled.sum() + mask.sum()) < wanted
    return low + 1
""",
            "how many K are not good enough",
        ),
        (
            """
def circles_needed(mask, wanted):
    z = fourier_descriptors(trace_contour(mask))
    for K in range(128, 0, -1):
        filled = fill_contour(reconstruct_contour(z, K), mask.shape)
        if 2 * (filled & mask).sum() / (filled.sum() + mask.sum()) < wanted:
            return K + 1
    return 1
""",
            "never too small again",
        ),
        (
            NEEDED.format(start=1, overlap=DICE, value="K").replace("mask.shape", "mask.shape[::-1]"),
            "stopped",
        ),
    ],
}

test_exercise = exercise_tests("fourier_descriptors", WRONG)
