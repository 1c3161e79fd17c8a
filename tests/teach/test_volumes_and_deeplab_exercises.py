"""Known wrong answers of chapter 19, volumes and DeepLab: each is real code and gets its own message."""

from exercise_cases import exercise_tests

BLEND = """
def blend_row(answers, starts, weights, length):
    total, weight = np.zeros(length), np.zeros(length)
    for answer, start in zip({pairs}):
        total[start : start + len(weights)] {above}
        weight[start : start + len(weights)] {below}
    return {result}
"""


def blend(
    above: str = "+= weights * answer",
    below: str = "+= weights",
    result: str = "total / weight",
    pairs: str = "answers, starts",
) -> str:
    """Put an answer to the first exercise together."""
    return BLEND.format(above=above, below=below, result=result, pairs=pairs)


STARTS = """
def starts_mended(length, size, step):
    last = length - size
    return {result}
"""

FIELD = """
def receptive_field(layers):
    width, step = {start}, 1
    for size, rate, stride in layers:
        {first}
        {then}
    return {result}
"""


def field(
    first: str = "width += (size - 1) * rate * step",
    then: str = "step *= stride",
    start: str = "1",
    result: str = "width",
) -> str:
    """Put an answer to the third exercise together."""
    return FIELD.format(first=first, then=then, start=start, result=result)


WRONG = {
    "volumes_and_deeplab.1": [
        (blend(result="total"), "You add up weight times answer"),
        (blend(result="weight"), "the sum of the weights. Divide"),
        (blend(below="+= 1"), "how many windows cover"),
        (blend(above="+= answer", below="+= 1"), "the plain mean"),
        (blend(above="+= answer", result="total"), "You add the answers up"),
        (blend(above="= answer", result="total"), "overwrites the earlier ones. Add"),
        (blend(above="= weights * answer", result="total"), "overwrites the earlier ones, weighted"),
        (
            blend(above="= answer", result="total", pairs="answers[::-1], starts[::-1]"),
            "keeps a place for itself",
        ),
        (blend(result="total / weights.sum()"), "one window's weights"),
        (blend(result="total / weight.sum()"), "over the whole row"),
        (blend(above="+= answer"), "counts windows by one"),
        (blend(above="+= weights[::-1] * answer", below="+= weights[::-1]"), "run backwards"),
        (blend(result="list(total / weight)"), "a NumPy array is needed"),
        (blend(result="(total / weight)[:-1]"), "has the shape (6,)"),
    ],
    "volumes_and_deeplab.2": [
        (STARTS.format(result="starts_buggy(length, size, step)"), "The bug is still there"),
        (
            STARTS.format(result="list(range(0, last + 1, step))"),
            "missing where the step doesn't lead to it",
        ),
        (STARTS.format(result="[*range(0, last + 1, step), last]"), "comes twice"),
        (STARTS.format(result="list(range(0, length, step))"), "beyond the end of the row"),
        (
            STARTS.format(result="[*range(0, last, step), -(-last // step) * step]"),
            "begins with a whole step",
        ),
        (STARTS.format(result="[s + size for s in [*range(0, last, step), last]]"), "where windows end"),
        (STARTS.format(result="[*range(0, last, size), last]"), "don't overlap"),
        (STARTS.format(result="[*range(step, last, step), last]"), "first window is missing"),
        (STARTS.format(result="last"), "You return 6; a list of whole numbers is needed"),
        (STARTS.format(result="[[*range(0, last, step)], [last]]"), "You return [[0, 2, 4], [6]]"),
        (STARTS.format(result="[*np.arange(0.0, last, step), float(last)]"), "0.0 is a float"),
        (STARTS.format(result="np.append(np.arange(0, last, step), last / 1)"), "return it as an int"),
    ],
    "volumes_and_deeplab.3": [
        (field(first="width += (size - 1) * step"), "leave the rates out"),
        (field(then="pass"), "leave the strides out"),
        (field(first="width += size - 1", then="pass"), "leave rates and strides out"),
        (field(first="step *= stride", then="width += (size - 1) * rate * step"), "not its own"),
        (field(start="0"), "You begin at 0"),
        (field(start="0", first="width += size", then="pass"), "add up the kernel sizes"),
        (field(first="width += size * rate * step"), "reaches over 2 steps"),
        (
            """
def receptive_field(layers):
    step = np.prod([stride for _, _, stride in layers])
    return 1 + sum((size - 1) * rate * step for size, rate, _ in layers)
""",
            "multiply all strides together first",
        ),
        (field(then="step = stride if stride > 1 else step"), "multiply them all"),
        (field(first="width += (size - 1) * stride * step", then="step *= rate"), "swap rate and stride"),
        (
            """
def receptive_field(layers):
    width, step = 1, 1
    while layers:
        size, rate, stride = layers.pop(0)
        width += (size - 1) * rate * step
        step *= stride
    return width
""",
            "changed the list",
        ),
        (field(result="(width - 1) // 2"), "to one side"),
        (field(result="float(width)"), "36.0 is a float; return it as an int"),
        (field(result="np.array([width])"), "[36] is an array of shape (1,)"),
        ("def receptive_field(layers):\n    return 44", "which is too"),
        (
            f"""
def receptive_field(layers):
    return {1 + 2 + 12 + 1 + 8 + 12}
""",
            "the same width for every stack",
        ),
    ],
}

test_exercise = exercise_tests("volumes_and_deeplab", WRONG)
