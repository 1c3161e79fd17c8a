"""Known wrong answers of chapter 01, medical image files: each is real code and gets its own message."""

from exercise_cases import exercise_tests

GREY = """
def stored_to_grey(stored, slope, intercept, center, width):
    hu = {hu}
    grey = {grey}
    return {out}
"""
HU = "stored.astype(float) * slope + intercept"
FORMULA = "((hu - (center - 0.5)) / (width - 1) + 0.5) * 255"
OUT = "np.floor(grey.clip(0, 255) + 0.5).astype(np.uint8)"


def grey(hu: str = HU, grey: str = FORMULA, out: str = OUT) -> str:
    return GREY.format(hu=hu, grey=grey, out=out)


FILM = """
def film_mended(raw, rows, columns, signed, photometric):
    stored = np.frombuffer(raw, {kind}).reshape(rows, columns).astype(float)
    low, high = stored.min(), stored.max()
    film = np.floor((stored - low) / (high - low) * 255 + 0.5).astype(np.uint8)
    return {film}
"""
KIND = '"<i2" if signed else "<u2"'
TURNED = '255 - film if photometric == "MONOCHROME1" else film'

AREA = """
def bone_area(stored, slope, intercept, spacing):
    return float(({mask}).sum() * {pixel})
"""
MASK = "stored.astype(float) * slope + intercept > 300"

WRONG = {
    "medical_image_files.1": [
        (grey(hu="stored.astype(float) * intercept + slope"), "swapped"),
        (grey(hu="stored.astype(float)"), "You windowed the stored numbers"),
        (grey(hu="stored.astype(float) * slope"), "The intercept is missing"),
        (grey(hu="stored.astype(float) + intercept"), "The slope is missing"),
        (grey(hu="(stored.astype(float) + intercept) * slope"), "before multiplying"),
        (grey(out="np.floor(grey + 0.5).astype(np.int64).astype(np.uint8)"), "Clip before you convert"),
        (grey(grey="((hu - (center - 0.5)) / (2 * width - 1) + 0.5) * 255"), "half of the window"),
        (grey(grey="((hu - center) / width + 0.5) * 255"), "without the halves"),
        (grey(out="grey.clip(0, 255).astype(np.uint8)"), "cut the fraction off"),
        (
            grey(out="np.where(grey < 0, 255, np.floor(grey.clip(0, 255) + 0.5)).astype(np.uint8)"),
            "stays black",
        ),
        (grey(grey="((hu - (center - 0.5)) / (width - 1) + 0.5)", out="grey.clip(0, 1)"), "from 0 to 1"),
        (grey(out="np.floor(grey.clip(0, 255) + 0.5)"), "You returned float64"),
        (grey(out="None"), "returned None"),
    ],
    "medical_image_files.2": [
        (FILM.format(kind='"<u2"', film="film"), "Nothing has changed"),
        (FILM.format(kind='"<u2"', film=TURNED), "MONOCHROME1 is right now"),
        (FILM.format(kind=KIND, film="film"), "The sign is right now"),
        (FILM.format(kind=KIND, film="255 - film"), "MONOCHROME2 is inverted, too"),
        (FILM.format(kind='"<i2"', film=TURNED), "every file is read as signed"),
        (
            FILM.format(kind=KIND, film=TURNED).replace("reshape(rows, columns)", "reshape(columns, rows)"),
            "Rows and columns are swapped",
        ),
    ],
    "medical_image_files.3": [
        (AREA.format(mask=MASK, pixel="1"), "number of pixels"),
        (AREA.format(mask="stored > 300", pixel="spacing[0] * spacing[1]"), "compared stored numbers"),
        (AREA.format(mask=MASK, pixel="spacing[0]"), "distance of the rows alone"),
        (AREA.format(mask=MASK, pixel="spacing[1]"), "distance of the columns alone"),
        (AREA.format(mask=MASK, pixel="spacing[0] ** 2"), "squared the distance of the rows"),
        (AREA.format(mask=MASK.replace(">", ">="), pixel="spacing[0] * spacing[1]"), "300 HU itself"),
        (AREA.format(mask=MASK, pixel="1 / stored.size"), "share of bone"),
        (
            AREA.format(mask="stored * slope > 300", pixel="spacing[0] * spacing[1]"),
            "The intercept is missing",
        ),
    ],
}

test_exercise = exercise_tests("medical_image_files", WRONG)
