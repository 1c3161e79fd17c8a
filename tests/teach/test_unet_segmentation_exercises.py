"""Known wrong answers of chapter 18, U-Net: each is real code and gets its own message."""

from exercise_cases import exercise_tests

FIELD = """
def receptive_field(steps):
    field, apart = {start}, 1
    for size, stride in steps:
        {body}
    return {result}
"""


def field(
    start: str = "1", body: str = "field += (size - 1) * apart; apart *= stride", result: str = "field"
) -> str:
    """Put an answer to the first exercise together."""
    return FIELD.format(start=start, body=body, result=result)


DICE = """
def mean_dice(masks, truths):
    scores = []
    for mask, truth in zip(masks, truths):
        areas = mask.sum() + truth.sum()
        {body}
    return {result}
"""
SCORE = "scores.append(2 * np.sum(mask & truth) / areas if areas else 1.0)"


def mean(body: str = SCORE, result: str = "float(np.mean(scores))") -> str:
    """Put an answer to the bug hunt together."""
    return DICE.format(body=body, result=result)


DROP = """
def drop_small(mask, least):
    pieces, number = label(mask{structure})
    sizes = np.bincount(pieces.ravel(), minlength=number + 1)
    keep = sizes {when}
    {background}
    return {result}
"""


def drop(
    structure: str = ", np.ones((3, 3))",
    when: str = ">= least",
    background: str = "keep[0] = False",
    result: str = "keep[pieces]",
) -> str:
    """Put an answer to the third exercise together."""
    return DROP.format(structure=structure, when=when, background=background, result=result)


WRONG = {
    "unet_segmentation.1": [
        (field(body="field += size - 1"), "Your strides do nothing"),
        (field(body="apart *= stride; field += (size - 1) * apart"), "too early"),
        (field(body="field += size * apart; apart *= stride"), "not size"),
        (field(body="field += (size - 1) * apart; apart = stride"), "Strides multiply"),
        (
            field(body="field += (size - 1) * apart * (stride == 1); apart *= stride"),
            "pooling layers are missing",
        ),
        (field(result="apart", body="apart *= stride"), "Asked is the field"),
        (field(body="field = (field - 1) * stride + size"), "start from the last one"),
        (
            field(body="field += apart if stride > 1 else 2 * apart; apart *= stride"),
            "every convolution for 3 wide",
        ),
        (field(body="field += (size - 1) * apart; apart += stride - 1"), "add the strides up"),
        (field(body="field *= size"), "add up"),
        (field(start="0"), "start from 0"),
        (field(result="field**2"), "Asked is its side"),
        ("def receptive_field(steps):\n    return 46", "the same side"),
        (field(result="field if steps else 0"), "no layer at all"),
    ],
    "unet_segmentation.2": [
        (
            "def mean_dice(masks, truths):\n    return mean_dice_buggy(masks, truths)",
            "The bug is still there",
        ),
        (mean("scores.append(2 * np.sum(mask & truth) / areas)"), "NaN"),
        (mean("scores.append(2 * np.sum(mask & truth) / max(areas, 1))"), "Two empty masks give 0"),
        (
            mean("if areas: scores.append(2 * np.sum(mask & truth) / areas)"),
            "leave images with two empty masks out",
        ),
        (
            mean("if truth.any(): scores.append(2 * np.sum(mask & truth) / areas)"),
            "every image without a lesion. A false alarm",
        ),
        (
            mean("scores.append(2 * np.sum(mask & truth) / areas if truth.any() else 1.0)"),
            "only if the mask is empty",
        ),
        (
            mean("scores.append(2 * np.sum(mask & truth) / areas if mask.any() else 1.0)"),
            "even where there is a lesion",
        ),
        (
            """
def mean_dice(masks, truths):
    return float(2 * np.sum(masks & truths) / (masks.sum() + truths.sum()))
""",
            "pool all images",
        ),
        (
            mean("scores.append(np.sum(mask & truth) / np.sum(mask | truth) if areas else 1.0)"),
            "That is Jaccard",
        ),
        (mean("scores.append(np.sum(mask & truth) / areas if areas else 1.0)"), "factor 2"),
        (mean(result="np.array(scores)"), "one number for each image"),
        (mean(result="float(np.sum(scores))"), "add the images"),
    ],
    "unet_segmentation.3": [
        (drop(when="> least"), "at least is ≥"),
        (drop(background="pass"), "The background is in your mask"),
        (drop(structure=""), "touch at a corner"),
        (drop(when="< least"), "kept the small"),
        (drop(when="== sizes[1:].max()"), "largest piece alone"),
        (drop(background="keep[0] = False; keep[number] = True"), "both included"),
        (drop(background="keep[0] = keep[number] = False"), "the last piece"),
        (
            """
def drop_small(mask, least):
    from scipy.ndimage import binary_fill_holes

    pieces, number = label(binary_fill_holes(mask), np.ones((3, 3)))
    keep = np.bincount(pieces.ravel(), minlength=number + 1) >= least
    keep[0] = False
    return keep[pieces]
""",
            "fill the hole",
        ),
        ("def drop_small(mask, least):\n    return mask.copy()", "no piece is dropped"),
        ("def drop_small(mask, least):\n    return np.zeros_like(mask)", "No piece is left"),
        (drop(result="keep[pieces].astype(int)"), "A mask is bool"),
        (
            """
def drop_small(mask, least):
    pieces, number = label(mask, np.ones((3, 3)))
    for piece in range(1, number + 1):
        if np.sum(pieces == piece) < least:
            mask[pieces == piece] = False
    return mask
""",
            "changed the array it was given",
        ),
    ],
}

test_exercise = exercise_tests("unet_segmentation", WRONG)
