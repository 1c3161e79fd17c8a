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

SHARE = """
def share_found(before, after):
    serving = {serving}
    telling = [name for name in before if {tells}]
    found = [name for name in telling if {found}]
    return {out}
"""
SERVING = (
    '{"Modality", "Rows", "Columns", "BitsStored", "PixelRepresentation", "PhotometricInterpretation",'
    ' "PixelSpacing", "RescaleSlope", "RescaleIntercept"}'
)
TELLS = "name not in serving"
FOUND = "after.get(name) != before[name]"
LISTED = (
    'name in ["PatientName", "PatientID", "PatientBirthDate", "StudyDate", "StudyDescription",'
    ' "InstitutionName", "DeviceSerialNumber", "SOPInstanceUID"]'
)


def share(
    serving: str = SERVING, tells: str = TELLS, found: str = FOUND, out: str = "len(found) / len(telling)"
) -> str:
    return SHARE.format(serving=serving, tells=tells, found=found, out=out)


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
        (grey(hu="stored.astype(float) * slope - intercept"), "You subtracted the intercept"),
        (grey(grey="((hu - (center - 0.5)) / width + 0.5) * 255"), "79 steps"),
        (grey(grey="((hu - center) / (width - 1) + 0.5) * 255"), "subtract center − 0.5."),
        (grey(grey="((hu - center - 0.5) / (width - 1) + 0.5) * 255"), "A bracket is lost"),
        (grey(grey="(hu - (center - 0.5)) / (width - 1) * 255"), "inside the formula"),
        (
            grey(
                grey="(hu - (center - 0.5)) / (width - 1) * 255",
                out="np.floor(grey.clip(0, 255)).astype(np.uint8)",
            ),
            "not black. And round.",
        ),
        (grey(out="255 - " + OUT), "Black and white are swapped"),
        (
            grey(grey=FORMULA.removesuffix(" * 255"), out="grey.clip(0, 1).astype(np.uint8) * 255"),
            "Only 0 and 255 are left",
        ),
        (
            grey(
                grey=FORMULA.removesuffix(" * 255"),
                out="np.floor(grey.clip(0, 1) + 0.5).astype(np.uint8) * 255",
            ),
            "bits: only 0 and 255 are left",
        ),
        (grey(grey=FORMULA.removesuffix(" * 255")), "The · 255 is missing"),
        (grey(grey="hu * 255 / 79"), "Your 255/79"),
        (grey(grey="hu * 255 / (width - 1)"), "begins at 0 HU"),
        (grey(grey="((hu - 39.5) / 79 + 0.5) * 255"), "Take centre and width from the arguments"),
        (grey(out="(grey + 0.5).astype(int).astype(np.uint8)"), "ran over in the change to 8 bits"),
        (grey(grey="((hu - center) / (2 * width) + 0.5) * 255"), "and the halves are missing"),
        (
            grey(out="np.floor(grey.clip(min=0) + 0.5).astype(np.int64).astype(np.uint8)"),
            "starts again at 0. Clip at that end",
        ),
        (
            grey(out="np.floor(grey.clip(max=255) + 0.5).astype(np.int64).astype(np.uint8)"),
            "starts again at 255. Clip at that end",
        ),
        (grey(hu="stored * slope + intercept"), "an unsigned number can't become negative"),
        (grey(hu="stored.astype(np.int16) * float(slope) + intercept"), "Large unsigned numbers turned"),
        (
            grey(hu="(stored.astype(float) * slope + intercept).astype(np.int64).astype(np.uint16)").replace(
                "    grey =", "    hu = hu if stored.dtype == np.uint16 else stored * 2.0 - 1024\n    grey ="
            ),
            "without a sign hold nothing above 65535",
        ),
        (
            grey(hu="(stored.astype(float) * slope + intercept).astype(np.int64).astype(np.int16)"),
            "with a sign hold nothing above 32767",
        ),
        (grey(out="np.zeros(stored.shape, np.uint8)"), "All your greys are 0"),
    ],
    "medical_image_files.2": [
        (FILM.format(kind='"<u2"', film="film"), "MONOCHROME1 is still a negative"),
        (FILM.format(kind='"<u2"', film=TURNED), "MONOCHROME1 is right now"),
        (FILM.format(kind='"<u2" if signed else "<i2"', film=TURNED), "the wrong way round"),
        (FILM.format(kind='"<u2" if signed else "<i2"', film="film"), "where it is true, the kind"),
        (
            FILM.format(kind='"<u2"', film=TURNED).replace(
                "    low,", "    stored = stored - 32768 * signed\n    low,"
            ),
            "Subtracting moves all numbers alike",
        ),
        (FILM.format(kind=KIND, film="film"), "The sign is right now"),
        (FILM.format(kind=KIND, film="255 - film"), "MONOCHROME2 is inverted, too"),
        (FILM.format(kind='"<i2"', film=TURNED), "every file is read as signed"),
        (
            FILM.format(kind=KIND, film=TURNED).replace("reshape(rows, columns)", "reshape(columns, rows)"),
            "Rows and columns are swapped",
        ),
        (FILM.format(kind='"<i2" if signed else ">u2"', film=TURNED), "You read the high byte first"),
        (
            FILM.format(kind='">i2" if signed else "<u2"', film=TURNED),
            "Signed numbers are read with the high",
        ),
        (
            FILM.format(
                kind=KIND,
                film='(256 - film.astype(int)).astype(np.uint8) if photometric == "MONOCHROME1" else film',
            ),
            "256 − film send",
        ),
        (FILM.format(kind=KIND, film=TURNED.replace("255 - film", "-film")), "In 8 bits `-film`"),
        (FILM.format(kind=KIND, film=TURNED.replace("255 - film", "1 - film")), "1 − film runs below 0"),
        (FILM.format(kind=KIND, film=TURNED.replace("255 - film", "film[::-1]")), "last row first"),
        (FILM.format(kind=KIND, film=TURNED.replace("255 - film", "film[:, ::-1]")), "reversed the columns"),
        (FILM.format(kind=KIND, film=TURNED.replace("255 - film", "film[::-1, ::-1]")), "rows and columns."),
    ],
    "medical_image_files.3": [
        (share(found="after.get(name) == before[name]"), "the share that was missed"),
        (
            share(out="len(found) / sum(after.get(name) != before[name] for name in before)"),
            "divided by what was taken out",
        ),
        (share(out="len(found) / len(before)"), "divided by all entries"),
        (share(serving="()"), "took all entries for telling"),
        (share(found="name not in after"), "counted only entries that are gone"),
        (share(found="name in after and after[name] != before[name]"), "One that is gone was found"),
        (share(tells='name.startswith("Patient")'), "patient's own entries alone"),
        (share(serving=SERVING.replace("}", ', "DeviceSerialNumber"}')), "left one telling entry out. Date"),
        (share(serving=SERVING.replace("}", ', "InstitutionName"}')), "one that the program found"),
        (share(serving=SERVING.replace('"Rows", ', "")), "counted one entry as telling"),
        (share(serving=SERVING.replace('"PixelSpacing", ', "")), "size of a pixel"),
        (share(serving="()", found="after.get(name) == before[name]"), "left alone"),
        (share(tells=LISTED), "does not know them"),
        (
            share(out="len(found) / 8", tells=LISTED),
            "divided by entries that this header does not hold",
        ),
        (share(found='after.get(name, "") != before[name] and after.get(name) != ""'), "was emptied"),
        (share(found="after[name] != before[name]"), "stops the program"),
        (
            share(tells=LISTED)
            .replace("for name in before if " + LISTED, "for name in " + LISTED.removeprefix("name in "))
            .replace(FOUND, "after.get(name, 0) != before[name]"),
            "which it does not hold",
        ),
        (share(out="len(found)"), "A share lies between 0 and 1"),
    ],
}

test_exercise = exercise_tests("medical_image_files", WRONG)
