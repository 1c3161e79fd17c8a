"""Known wrong answers of chapter 14, a CNN with Keras: each is real code and gets its own message."""

from exercise_cases import exercise_tests

STEP = """
def descent_step(images, labels, weights, bias, rate):
    error = 1 / (1 + np.exp(-({logit}))) - labels
    gradient = {gradient}
    return {result}
"""
LOGIT, GRADIENT = "images @ weights + bias", "images.T @ error / len(images)"
RESULT = "weights - rate * gradient, float(bias - rate * error.mean())"


def step(logit: str = LOGIT, gradient: str = GRADIENT, result: str = RESULT) -> str:
    """Put an answer to the first exercise together."""
    return STEP.format(logit=logit, gradient=gradient, result=result)


STOP = """
def stop_mended(val_loss, patience):
    best = 1
    for epoch in range(2, len(val_loss) + 1):
        if val_loss[epoch - 1] < val_loss[{compared}]:
            best = epoch
        if epoch - best {when}:
            return {early}
    return {late}
"""


def stop(
    compared: str = "best - 1",
    when: str = "== patience",
    early: str = "best, epoch",
    late: str = "best, len(val_loss)",
) -> str:
    """Put an answer to the bug hunt together."""
    return STOP.format(compared=compared, when=when, early=early, late=late)


COUNT = """
def count_weights(channels, widths, blocks, classes):
    total, before = 0, {start}
    for width in widths:
        for _ in range({blocks}):
            total += {size} * before * width{bias}
            {then}
    return {result}
"""


def count(
    start: str = "channels",
    blocks: str = "blocks",
    size: str = "9",
    bias: str = " + width",
    then: str = "before = width",
    result: str = "total + before * classes + classes",
) -> str:
    """Put an answer to the third exercise together."""
    return COUNT.format(start=start, blocks=blocks, size=size, bias=bias, then=then, result=result)


WRONG = {
    "keras_cnn.1": [
        (
            step(result="weights + rate * gradient, float(bias + rate * error.mean())"),
            "makes the loss larger",
        ),
        (step(gradient="images.T @ error"), "add up the gradients"),
        (step(result="gradient, float(error.mean())"), "You return the gradient"),
        (step(result="-rate * gradient, float(-rate * error.mean())"), "the step alone. Add it"),
        (step(result="weights - gradient, float(bias - error.mean())"), "missing in the step"),
        (step(logit="images @ weights"), "bias is missing in your logits"),
        (
            """
def descent_step(images, labels, weights, bias, rate):
    error = images @ weights + bias - labels
    return weights - rate * images.T @ error / len(images), float(bias - rate * error.mean())
""",
            "sigmoid is missing",
        ),
        (step(gradient="images[0] * error[0]"), "first image alone"),
        (step(gradient="images.T @ error / images.shape[1]"), "number of pixels"),
        (step(result="weights - rate * gradient, float(bias + rate * error.mean())"), "subtract there too"),
        (step(result="weights - rate * gradient, float(bias - rate * error.sum())"), "adds the errors up"),
        (step(result="weights - rate * gradient, bias"), "its gradient is the mean error"),
        (step(result="weights - rate * gradient, bias - rate * error"), "the bias is shared"),
        (step(result="weights - rate * gradient"), "a pair is needed"),
        (step(gradient="error @ images / len(images) + np.zeros((3, 1))"), "have the shape (3, 3)"),
    ],
    "keras_cnn.2": [
        (
            """
def stop_mended(val_loss, patience):
    return stop_buggy(val_loss, patience)
""",
            "The bug is still there",
        ),
        (stop(early="epoch, best", late="len(val_loss), best"), "swapped"),
        (stop(early="best - 1, epoch - 1", late="best - 1, len(val_loss) - 1"), "count epochs from 0"),
        (stop(early="best - 1, epoch", late="best - 1, len(val_loss)"), "the best epoch from 0"),
        (stop(early="epoch, epoch"), "the best one too"),
        (stop(when="> patience"), "too long"),
        (stop(when="== patience - 1"), "too early"),
        ("def stop_mended(val_loss, patience):\n    return 2, 5", "same two numbers"),
        ("def stop_mended(val_loss, patience):\n    return 2", "a pair is needed"),
        (
            stop(
                early="int(np.argmin(val_loss)) + 1, epoch",
                late="int(np.argmin(val_loss)) + 1, len(val_loss)",
            ),
            "of the whole curve",
        ),
    ],
    "keras_cnn.3": [
        (count(bias=""), "biases of the convolutions"),
        (count(result="total + before * classes"), "biases of the dense"),
        (count(bias="", result="total + before * classes"), "All biases"),
        (count(result="total"), "dense layer is missing"),
        (count(then="pass", result="total + width * classes + classes"), "sees the image's channels"),
        (
            """
def count_weights(channels, widths, blocks, classes):
    total, before = 0, channels
    for width in widths:
        total += blocks * (9 * before * width + width)
        before = width
    return total + before * classes + classes
""",
            "those of its own stage",
        ),
        (count(blocks="1"), "one convolution in each stage"),
        (count(size="3"), "3 × 3 are 9"),
        (count(start="1"), "one channel always"),
        (count(result="total + before * 2 + 2"), "two classes always"),
        (count(blocks="2"), "that of 2 blocks"),
        ("def count_weights(channels, widths, blocks, classes):\n    return 71922", "the chapter's network"),
    ],
}

test_exercise = exercise_tests("keras_cnn", WRONG)
