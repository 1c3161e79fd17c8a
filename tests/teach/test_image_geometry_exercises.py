"""Known wrong answers of chapter 02, image geometry: each is real code and gets its own message."""

from exercise_cases import exercise_tests

ONE = """
def index_to_mm(index, spacing, first):
    index, spacing, first = np.array(index, float), np.array(spacing), np.array(first)
    return {result}
"""
TWO = """
def export_mended(array, affine, low, high):
    moved = affine.copy()
    n = array.shape[2]
    {body}
    return array[low:high, :, ::-1], moved
"""
SIGN = "moved[:3, 2] = -affine[:3, 2]\n    "
MOVED = SIGN + "moved[:3, 3] += {down} * affine[:3, 0] + {along} * affine[:3, 2]"
THREE = """
def coronal_in_window(stored, slope, intercept, y, center, width):
    stored = stored.astype(float)
    return {result}
"""
SEEN = "stored[::-1, y, ::-1] * slope + intercept"

WRONG = {
    "image_geometry.1": [
        (ONE.format(result="(index * spacing)[::-1]"), "you counted from voxel (0, 0, 0)"),
        (ONE.format(result="first + index * spacing"), "You added (z, y, x)"),
        (ONE.format(result="(first + (index * spacing)[::-1])[::-1]"), "in the order (z, y, x)"),
        (ONE.format(result="(first + index * spacing)[::-1]"), "You reversed `first` as well"),
        (
            "def index_to_mm(index, spacing, first):\n    return first + (index * spacing)[::-1]",
            "tuples can't be multiplied",
        ),
        (ONE.format(result="first + index[::-1] * spacing"), "spacing is in the wrong order"),
        (ONE.format(result="first + index * spacing[::-1]"), "index is in the wrong order"),
        (ONE.format(result="first + ((index + 0.5) * spacing)[::-1]"), "half a voxel off."),
        (ONE.format(result="first + index[::-1]"), "The spacing is missing"),
        (ONE.format(result="first + (index / spacing)[::-1]"), "You divided"),
        (ONE.format(result="(first + (index * spacing)[::-1]).astype(int)"), "whole millimetres"),
        (ONE.format(result="first - (index * spacing)[::-1]"), "You took the steps away"),
        (ONE.format(result="(index * spacing)[::-1] - first"), "You took the origin away"),
        (ONE.format(result="first + ((index + 1) * spacing)[::-1]"), "one voxel too far"),
        (ONE.format(result="first + ((index - 1) * spacing)[::-1]"), "one voxel short"),
        (ONE.format(result="(first + (index * spacing)[::-1]) * [-1, -1, 1]"), "That is LPS"),
        (ONE.format(result="(first + (index * spacing)[::-1])[[1, 0, 2]]"), "first two are exchanged"),
        (ONE.format(result="first + (index * spacing)[[1, 2, 0]]"), "steps along x and y"),
        (ONE.format(result="first + (index * [5, 2, 0.5])[::-1]"), "result for a second volume"),
        (ONE.format(result="np.array([-36.5, -24.0, 20.0])"), "result for voxel (0, 0, 0)"),
        (ONE.format(result="float(first.sum())"), "a NumPy array is needed"),
    ],
    "image_geometry.2": [
        (TWO.format(body="pass"), "Nothing has changed"),
        (TWO.format(body="moved[:3, 3] += low * affine[:3, 0]"), "The crop is right now"),
        (
            TWO.format(body=SIGN + "moved[:3, 3] += (n - 1) * affine[:3, 2]"),
            "The flip is right now",
        ),
        (TWO.format(body=SIGN), "And the crop is missing."),
        (
            TWO.format(body=SIGN + "moved[:3, 3] += low * affine[:3, 0]"),
            "The crop and the sign are right",
        ),
        (
            TWO.format(body=SIGN + "moved[:3, 3] += low * affine[:3, 0] + n * affine[:3, 2]"),
            "one column off",
        ),
        (
            TWO.format(body="moved[:3, 3] += low * affine[:3, 0] + (n - 1) * affine[:3, 2]"),
            "kept the step in x",
        ),
        (
            TWO.format(body=SIGN + "moved[:3, 3] += low * affine[:3, 0] - (n - 1) * affine[:3, 2]"),
            "wrong side",
        ),
        (
            TWO.format(body="moved[:3, 3] += low * affine[:3, 0]\n    moved[0] = -moved[0]"),
            "as in this chapter's head",
        ),
        (
            TWO.format(body=SIGN + "moved[:3, 3] += low * affine[:3, 2] + (n - 1) * affine[:3, 2]"),
            "column 0 of the affine",
        ),
        (
            TWO.format(
                body="moved[0, 2] *= -1\n    moved[2, 3] += low * affine[2, 0]"
                "\n    moved[0, 3] += (n - 1) * affine[0, 2]"
            ),
            "use whole columns",
        ),
        (
            "def export_mended(array, affine, low, high):\n"
            "    moved = affine.copy()\n"
            "    moved[:3, 3] += low * affine[:3, 0]\n"
            "    return array[low:high], moved",
            "took the flip out",
        ),
        ("def export_mended(array, affine, low, high):\n    return affine", "Return two things"),
        (
            "def export_mended(array, affine, low, high):\n    return affine, array[low:high, :, ::-1]",
            "results are exchanged",
        ),
        (
            "def export_mended(array, affine, low, high):\n    return array[low:high + 1, :, ::-1], affine",
            "The slice `high` is left out",
        ),
        (TWO.format(body=MOVED.format(down="1", along="(n - 1)")), "by one slice"),
        (TWO.format(body=MOVED.format(down="low**2", along="(n - 1)")), "squared"),
        (TWO.format(body=MOVED.format(down="(low - 1)", along="(n - 1)")), "one slice short"),
        (TWO.format(body=MOVED.format(down="(low + 1)", along="(n - 1)")), "one slice too far"),
        (TWO.format(body=MOVED.format(down="high", along="(n - 1)")), "to slice `high`"),
        (TWO.format(body=MOVED.format(down="-low", along="(n - 1)")), "The start moved down"),
        (TWO.format(body=MOVED.format(down="low", along="(array.shape[1] - 1)")), "You counted the rows"),
        (TWO.format(body=MOVED.format(down="low", along="(array.shape[0] - 1)")), "You counted the slices"),
        (
            TWO.format(body=MOVED.format(down="0", along="(n - 1)") + "\n    moved[2, 3] += low"),
            "`low` · (the step in z).",
        ),
        (
            TWO.format(body=MOVED.format(down="0", along="(n - 1)") + "\n    moved[:3, 3] += low"),
            "not all three numbers alike",
        ),
        (TWO.format(body="moved[2, 3] += low"), "And x is still reversed in the array alone"),
        (TWO.format(body=MOVED.format(down="74", along="(n - 1)")), "Another export begins elsewhere"),
        (TWO.format(body=MOVED.format(down="low", along="196")), "The head has 197 columns"),
        (TWO.format(body=MOVED.format(down="74", along="196")), "74 and 197 belong"),
        (
            TWO.format(
                body=MOVED.format(down="low", along="(n - 1)")
                .replace("2] =", "0] =", 1)
                .replace("-affine[:3, 2]", "-affine[:3, 0]", 1)
            ),
            "sign of column 0",
        ),
        (
            TWO.format(body=SIGN + "moved[:3, 3] += low * affine[:3, 2] + (n - 1) * affine[:3, 0]"),
            "so `low` goes with column 0",
        ),
        (
            TWO.format(
                body="moved[:3, 0] = -affine[:3, 0]"
                "\n    moved[:3, 3] += low * affine[:3, 2] + (n - 1) * affine[:3, 0]"
            ),
            "exchanged throughout",
        ),
        (
            TWO.format(
                body="moved[:3, 0] = -affine[:3, 0]"
                "\n    moved[:3, 3] += low * affine[:3, 2] + (array.shape[0] - 1) * affine[:3, 0]"
            ),
            "exchanged, and you counted the slices",
        ),
        (TWO.format(body=MOVED.format(down="3", along="5")), "affine of a second volume"),
        (
            TWO.format(
                body="flip = np.diag([1.0, 1, -1, 1])\n    flip[0, 3], flip[2, 3] = low, n - 1"
                "\n    moved = flip @ affine"
            ),
            "wrong order",
        ),
        (TWO.format(body="moved[0] = -moved[0]"), "mirrors the patient. And the crop is missing"),
        (
            TWO.format(
                body="moved[0] = -moved[0]\n    moved[:3, 3] += low * affine[:3, 0] + (n - 1) * affine[:3, 2]"
            ),
            "Turn the step in x alone",
        ),
        (
            TWO.format(body=MOVED.format(down="low", along="(n - 1)") + "\n    moved = moved.astype(int)"),
            "Keep floats.",
        ),
    ],
    "image_geometry.3": [
        (
            THREE.format(result="window(stored[y] * slope + intercept, center, width)"),
            "the axial slice 2: y",
        ),
        (
            THREE.format(result="window(stored[:, :, y] * slope + intercept, center, width)[::-1, ::-1]"),
            "the sagittal slice 2, turned",
        ),
        (
            THREE.format(result="window(stored[:, y] * slope + intercept, center, width)"),
            "left and right are exchanged",
        ),
        (
            THREE.format(result="window(stored[::-1, y] * slope + intercept, center, width)"),
            "right is on your right",
        ),
        (
            THREE.format(result="window(stored[:, y, ::-1] * slope + intercept, center, width)"),
            "drawn on top",
        ),
        (
            THREE.format(result="window(stored[::-1, y, ::-1], center, width)"),
            "windowed the stored numbers",
        ),
        (
            THREE.format(result="window(stored[::-1, y, ::-1] * slope, center, width)"),
            "intercept is missing",
        ),
        (
            THREE.format(result="window((stored[::-1, y, ::-1] + intercept) * slope, center, width)"),
            "before the slope",
        ),
        (
            THREE.format(result="stored[::-1, y, ::-1] * slope + intercept"),
            "The window is missing",
        ),
        (
            THREE.format(result=f"window({SEEN}, width, center)"),
            "Center and width are exchanged",
        ),
        (
            THREE.format(result="window(stored[::-1, y, ::-1] * intercept + slope, center, width)"),
            "all black",
        ),
        (
            THREE.format(
                result="window((stored[::-1, ::-1, ::-1] * slope + intercept)[:, y], center, width)"
            ),
            "from the other end",
        ),
        (
            THREE.format(result="window(stored[::-1, 4, ::-1] * slope + intercept, center, width)"),
            "in the middle",
        ),
        (
            THREE.format(result="window(stored[::-1, y - 1, ::-1] * slope + intercept, center, width)"),
            "slice before",
        ),
        (
            THREE.format(result="window(stored[::-1, y, ::-1] * 2 - 1024, center, width)"),
            "result for a second volume differs",
        ),
        (
            THREE.format(result="window(stored[::-1, y, ::-1] * slope - intercept, center, width)"),
            "took the intercept away",
        ),
        (THREE.format(result=f"window({SEEN}, 40, 80)"), "window of the brain"),
        (THREE.format(result=f"window({SEEN}, 40, 400)"), "window of soft tissue"),
        (
            THREE.format(result=f"np.clip(({SEEN} - center + width / 2) / width * 255, 0, 255)"),
            "You returned floats",
        ),
        (
            THREE.format(
                result=f"np.clip(({SEEN} - center + width / 2) / width * 255, 0, 255).astype(np.uint8)"
            ),
            "off by 1 here and there",
        ),
        (
            THREE.format(
                result="window(stored.astype(np.uint8)[::-1, y, ::-1] * slope + intercept, center, width)"
            ),
            "stored numbers were cut to 8 bits",
        ),
        (
            THREE.format(result=f"window(({SEEN}).astype(int).astype(np.uint8), center, width)"),
            "Hounsfield units were cut to 8 bits",
        ),
    ],
}

test_exercise = exercise_tests("image_geometry", WRONG)
