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
THREE = """
def coronal_in_window(stored, slope, intercept, y, center, width):
    stored = stored.astype(float)
    return {result}
"""

WRONG = {
    "image_geometry.1": [
        (ONE.format(result="(index * spacing)[::-1]"), "you counted from voxel (0, 0, 0)"),
        (ONE.format(result="first + index * spacing"), "You added (z, y, x)"),
        (ONE.format(result="(first + (index * spacing)[::-1])[::-1]"), "in the order (z, y, x)"),
        (ONE.format(result="first + index[::-1] * spacing"), "spacing is in the wrong order"),
        (ONE.format(result="first + index * spacing[::-1]"), "index is in the wrong order"),
        (ONE.format(result="first + ((index + 0.5) * spacing)[::-1]"), "half a voxel off."),
        (ONE.format(result="first + index[::-1]"), "The spacing is missing"),
        (ONE.format(result="first + (index / spacing)[::-1]"), "You divided"),
        (ONE.format(result="(first + (index * spacing)[::-1]).astype(int)"), "whole millimetres"),
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
            "only where the midline",
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
    ],
    "image_geometry.3": [
        (
            THREE.format(result="window(stored[y] * slope + intercept, center, width)"),
            "the axial slice 3: y",
        ),
        (
            THREE.format(result="window(stored[:, :, y] * slope + intercept, center, width)[::-1, ::-1]"),
            "the sagittal slice 3, turned",
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
            THREE.format(result="window(stored[::-1, y, ::-1] * slope + intercept, width, center)"),
            "exchanged.",
        ),
    ],
}

test_exercise = exercise_tests("image_geometry", WRONG)
