"""Known wrong answers of chapter 07, regions and contours: each is real code and gets its own message."""

from exercise_cases import exercise_tests

SCORES = """
def border_scores(there, back):
    both = np.concatenate([there, back])
    worst = both.max()
    most = max(np.percentile(there, 95), np.percentile(back, 95))
    mean = both.mean()
    {change}
    return {order}
"""


def scores(change="", order="worst, most, mean"):
    """Write a version of border_scores with one mistake in it."""
    return SCORES.format(change=change, order=order)


GROW = """
def grow_mended(image, seed, tolerance):
    {alike}
    region = np.zeros(image.shape, dtype={kind})
    waiting = [seed]
    while waiting:
        r, c = waiting.pop()
        if {outside} or region[r, c]:
            continue
        if alike[r, c]:
            region[r, c] = True
            waiting += [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1){more}]
    return region
"""
HERE = "not (0 <= r < image.shape[0] and 0 <= c < image.shape[1])"
WRAPS = "r >= image.shape[0] or c >= image.shape[1]"
DIFFERENCE = "alike = np.abs(image.astype(int) - int(image[seed])) <= tolerance"


def grows(alike=DIFFERENCE, outside=HERE, kind="bool", more=""):
    """Write a version of grow_mended with one mistake in it."""
    return GROW.format(alike=alike, outside=outside, kind=kind, more=more)


CUT = """
def cut_leak(mask, seed):
    opened = {opened}
    pieces, number = label(opened{how})
    return {result}
"""
OPENED = "binary_opening(mask, structure=np.ones((3, 3)))"


def cuts(opened=OPENED, result="opened & (pieces == pieces[seed])", how=""):
    """Write a version of cut_leak with one mistake in it."""
    return CUT.format(opened=opened, result=result, how=how)


WRONG = {
    "regions_and_contours.1": [
        (scores("most = np.percentile(both, 95)"), "pools both directions"),
        (scores("mean = (there.mean() + back.mean()) / 2"), "mean of two means"),
        (scores("worst = min(there.max(), back.max())"), "is the largest of `back`"),
        (scores("worst = there.max()"), "is the largest of `there`"),
        (scores("worst = there.max() + back.max()"), "adds the two directions up"),
        (scores("worst = (there.max() + back.max()) / 2"), "mean of both directions"),
        (scores("most = 0.95 * worst"), "95 % of the Hausdorff distance"),
        (scores("most = worst"), "Hausdorff distance again"),
        (
            scores("most = min(np.percentile(there, 95), np.percentile(back, 95))"),
            "is that of `back`",
        ),
        (scores("most = max(np.percentile(there, 0.95), np.percentile(back, 0.95))"), "95, not 0.95"),
        (scores("mean = max(there.mean(), back.mean())"), "larger of two means"),
        (scores("mean = both.sum()"), "average is a sum"),
        (scores("most = np.percentile(there, 95)"), "is that of `there`"),
        (scores("worst, most, mean = there.max(), np.percentile(there, 95), there.mean()"), "`there` alone"),
        (scores("mean = round(mean, 2)"), "You round to 2 digits"),
        (
            scores("most = max(np.percentile(x, 95, method='inverted_cdf') for x in (there, back))"),
            "always one of the distances",
        ),
        (scores(order="mean, most, worst"), "first number is the average"),
        (scores(order="most, worst, mean"), "first number is the 95 % form"),
        (scores(order="worst, mean, most"), "second number is the average"),
        (scores(order="worst"), "Three numbers are needed"),
        (scores(order="(0.3, 0.27, 0.6 / 11)"), "always 0.3"),
        (scores(order="print(worst, most, mean)"), "returned None"),
    ],
    "regions_and_contours.2": [
        (grows("alike = np.abs(image - image[seed]) <= tolerance", WRAPS), "Nothing has changed"),
        (grows(outside=WRAPS), "The differences are right now"),
        (grows("alike = np.abs(image - image[seed]) <= tolerance"), "The edges are right now"),
        (grows(DIFFERENCE.replace("<=", "<")), "equal to the tolerance joins"),
        (
            grows(more=", (r - 1, c - 1), (r - 1, c + 1), (r + 1, c - 1), (r + 1, c + 1)"),
            "step across corners",
        ),
        (
            """
def grow_mended(image, seed, tolerance):
    return np.abs(image.astype(int) - int(image[seed])) <= tolerance
""",
            "connected or not",
        ),
        (
            grows(
                DIFFERENCE.replace("int", "np.int8", 1).replace(
                    "int(image[seed])", "image.astype(np.int8)[seed]"
                )
            ),
            "int8 ends at 127",
        ),
        (grows(outside=WRAPS + " or r < 0"), "The rows end at the edge now"),
        (grows(outside=WRAPS + " or c < 0"), "The columns end at the edge now"),
        (grows().replace("continue", "break"), "not break"),
        (grows().replace("return region", "region[seed] = False\n    return region"), "leaves out the seed"),
        (
            """
def grow_mended(image, seed, tolerance):
    region = np.zeros(image.shape, dtype=bool)
    region[seed] = True
    for _ in range(image.size):
        for r, c in np.argwhere(region):
            for p, q in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if 0 <= p < image.shape[0] and 0 <= q < image.shape[1]:
                    region[p, q] |= abs(int(image[p, q]) - int(image[r, c])) <= tolerance
    return region
""",
            "with its neighbour",
        ),
        (grows(outside="not (0 < r < image.shape[0] and 0 < c < image.shape[1])"), "first row and the first"),
        (
            grows(outside="not (0 <= r < image.shape[0] - 1 and 0 <= c < image.shape[1] - 1)"),
            "last row and the last column",
        ),
        (grows().replace("    return region", "        return region"), "stand inside the loop"),
        (grows(kind="int"), "a mask of booleans is needed"),
        (grows(DIFFERENCE.replace("tolerance", "5")), "tolerance is always 5"),
        (grows(DIFFERENCE.replace("image[seed]", "image[1, 1]")), "region of a second image"),
        (
            """
def grow_mended(image, seed, tolerance):
    return grow_by_hand(image, seed, tolerance).tolist()
""",
            "a NumPy array is needed",
        ),
    ],
    "regions_and_contours.3": [
        (cuts("mask"), "The bridge is still there"),
        (
            "from scipy.ndimage import binary_closing\n" + cuts(OPENED.replace("opening", "closing")),
            "That is a closing",
        ),
        (cuts("binary_erosion(mask, structure=np.ones((3, 3)))"), "You eroded only"),
        (cuts(result="opened"), "all its pieces are still there"),
        (
            cuts(result="pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:])"),
            "You kept the largest piece",
        ),
        (cuts("binary_opening(mask)"), "with a cross, which"),
        (
            cuts("binary_opening(mask)", "pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:])"),
            "with a cross and kept",
        ),
        (cuts(OPENED.replace("(3, 3)", "(2, 2)")), "takes away less"),
        (cuts(OPENED.replace("(3, 3)", "(5, 5)")), "takes away more"),
        (cuts(OPENED[:-1] + ", iterations=3)"), "Or does your opening take"),
        (cuts(result="pieces == pieces[seed[::-1]]"), "at the place where you look"),
        (cuts(how=", structure=np.ones((3, 3))"), "hold together across corners"),
        (cuts(result="pieces == pieces[seed]"), "you return the background"),
        (cuts(result="opened & (pieces != pieces[seed])"), "everything but the piece"),
        (cuts(result="pieces"), "numbers of all pieces"),
        (cuts(result="(opened & (pieces == pieces[seed])).astype(int)"), "booleans are needed"),
        (cuts(result="opened & (pieces == pieces[9, 5])"), "ignores the seed"),
        (cuts(result="pieces == 1"), "piece number 1"),
        (
            cuts(
                "binary_opening(label(mask)[0] == label(mask)[0][seed], structure=np.ones((3, 3)))", "opened"
            ),
            "before opening",
        ),
        (cuts(result="opened & (pieces == pieces[seed[::-1]])"), "have the two changed places"),
        (cuts(result="(opened & (pieces == pieces[seed])) if opened[seed] else None"), "return None. A mask"),
        (cuts(result="(opened & (pieces == pieces[seed])) if opened[seed] else mask"), "as it was given"),
        (cuts(result="(opened & (pieces == pieces[seed])) if opened[seed] else opened"), "the whole opened"),
        (cuts(result="label(opened)"), "a NumPy array is needed"),
    ],
}

test_exercise = exercise_tests("regions_and_contours", WRONG)
