"""Checks of chapter 14, a CNN with Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, same_number, the_function

Numbers = NDArray[np.float64]


def _pair(got: Any, what: str) -> tuple[Any, Any]:
    """Demand two things, as a tuple or a list."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise WrongAnswer(f"You return {type(got).__name__}; a pair is needed: {what}.")
    return got[0], got[1]


def _step(
    images: Numbers, labels: Numbers, weights: Numbers, bias: float, rate: float
) -> tuple[Numbers, float]:
    error = 1 / (1 + np.exp(-(images @ weights + bias))) - labels
    return weights - rate * images.T @ error / len(images), float(bias - rate * error.mean())


# Four images of three pixels: no square, and the classes unequal, so that slips show.
IMAGES = np.array([[1.0, 2.0, -1.0], [0.5, -0.5, 2.0], [3.0, 0.0, 1.0], [-1.0, 1.5, 0.5]])
LABELS = np.array([1.0, 0.0, 1.0, 1.0])
WEIGHTS, BIAS, RATE = np.array([0.5, -0.25, 0.1]), 0.2, 0.3


@exercise(
    1,
    "A step of gradient descent for a batch",
    hints=[
        "First the logit of each image, then its probability. The error is the probability minus the label.",
        "The logits are `images @ weights + bias`. The gradient of the weights is the mean over the images of error "
        "times pixels, that of the bias the mean error.",
        "`error = 1 / (1 + np.exp(-(images @ weights + bias))) - labels`; then `weights - rate * images.T @ error / "
        "len(images)` and `float(bias - rate * error.mean())`.",
    ],
)
def descent_step(answer: object) -> str:
    """Judge a step on four images of three pixels, then the chapter's own and another batch."""
    step = the_function(answer, "descent_step")
    given = "for four images of three pixels"
    got = _pair(call(step, IMAGES, LABELS, WEIGHTS, BIAS, RATE, given=given), "new weights and new bias")
    weights, bias = an_array(got[0]), got[1]
    if np.shape(bias) != ():
        raise WrongAnswer("Your new bias is an array or a list. One number is needed: the bias is shared.")
    if weights.shape != WEIGHTS.shape:
        raise WrongAnswer(
            f"Your new weights have the shape {weights.shape}; (3,) is needed, one for each pixel."
        )
    right, right_bias = _step(IMAGES, LABELS, WEIGHTS, BIAS, RATE)
    move, bias_move = right - WEIGHTS, right_bias - BIAS
    error = 1 / (1 + np.exp(-(IMAGES @ WEIGHTS + BIAS))) - LABELS
    unbiased = 1 / (1 + np.exp(-(IMAGES @ WEIGHTS))) - LABELS
    linear = IMAGES @ WEIGHTS + BIAS - LABELS
    squared = error * (error + LABELS) * (1 - error - LABELS)
    recognise(
        weights,
        {
            "You step along the gradient. That makes the loss larger: subtract.": WEIGHTS - move,
            "You add up the gradients of the images. Take their mean: divide by the number of images.": WEIGHTS
            + 4 * move,
            "You return the gradient. Asked are the new weights: the old ones minus rate times gradient.": -move
            / RATE,
            "You return the step alone. Add it to the old weights.": move,
            "The learning rate is missing in the step of the weights.": WEIGHTS + move / RATE,
            "The weights are as they were. Subtract rate times gradient.": WEIGHTS,
            "The sigmoid is missing: the error is the probability minus the label, not the logit minus the label.": (
                WEIGHTS - RATE * IMAGES.T @ linear / 4
            ),
            "The bias is missing in your logits.": WEIGHTS - RATE * IMAGES.T @ unbiased / 4,
            "That is the step for the squared error. For the loss −log p the error at the logit is the probability "
            "minus the label, without a further factor.": WEIGHTS - RATE * IMAGES.T @ squared / 4,
            "You used the first image alone. Take the mean over all of them.": WEIGHTS
            - RATE * IMAGES[0] * error[0],
            "You divide by the number of pixels. The mean goes over the images.": WEIGHTS + move * 4 / 3,
        },
    )
    same_array(weights, right, what="array of weights", tolerance=1e-9, dtype=False)
    recognise(
        bias,
        {
            "The weights are right. The bias goes along its gradient: subtract there too.": BIAS - bias_move,
            "The weights are right. The bias adds the errors up; take their mean.": BIAS + 4 * bias_move,
            "The weights are right. The bias is as it was: its gradient is the mean error.": BIAS,
            "The weights are right. In the bias the learning rate is missing.": BIAS + bias_move / RATE,
            "The weights are right. Of the bias you return the step alone.": bias_move,
        },
    )
    same_number(bias, right_bias, what="bias", tolerance=1e-9)
    for images, labels, start, offset, rate in (
        (np.array([[1.0, 2.0]]), np.array([1.0]), np.array([0.5, -0.25]), 0.0, 0.2),
        (IMAGES[1:, :2], LABELS[1:], np.array([1.0, 0.5]), -0.5, 0.05),
    ):
        given = f"for {len(images)} {'image' if len(images) == 1 else 'images'} of two pixels"
        other = _pair(call(step, images, labels, start, offset, rate, given=given), "weights and bias")
        expected = _step(images, labels, start, offset, rate)
        recognise(
            an_array(other[0]),
            {"You give the same weights for every batch. Use the arguments.": right},
        )
        same_array(
            an_array(other[0]), expected[0], what=f"array of weights {given}", tolerance=1e-9, dtype=False
        )
        same_number(other[1], expected[1], what="bias", tolerance=1e-9, given=given)
    return "Right. For the image (1, 2) it gives 0.6, −0.05 and 0.1, as on paper and in Keras."


def _stop(losses: list[float], patience: int) -> tuple[int, int]:
    best = 1
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[best - 1]:
            best = epoch
        if epoch - best == patience:
            return best, epoch
    return best, len(losses)


def _stop_buggy(losses: list[float], patience: int) -> tuple[int, int]:
    waited, best = 0, 1
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[epoch - 2]:
            waited, best = 0, epoch
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


CURVES = [
    ([0.7, 0.5, 0.9, 0.8, 0.7, 0.75, 0.8, 0.9], 3),
    ([0.9, 0.8, 0.85, 0.82, 0.6, 0.65, 0.62, 0.64, 0.5, 0.4], 3),
    ([0.9, 0.6, 0.7, 0.5, 0.55, 0.4], 2),
    ([0.4, 0.5, 0.6, 0.7], 1),
    ([0.5, 0.6, 0.55, 0.52], 4),
    ([0.6], 2),
]


@exercise(
    2,
    "Early stopping that stops",
    hints=[
        "With which epoch should a loss be compared: the one before, or the best one so far?",
        "0.9 to 0.8 in epoch 4 looks like progress. But 0.5 in epoch 2 was better, so the waiting goes on.",
        "Compare `val_loss[epoch - 1]` with `val_loss[best - 1]`. Then `epoch - best` is how long has been waited.",
    ],
)
def stop_mended(answer: object) -> str:
    """Judge six curves: rises between, patience that just holds, no end, one epoch."""
    stop = the_function(answer, "stop_mended")
    firsts = []
    for losses, patience in CURVES:
        given = f"for {losses} and a patience of {patience}"
        got = _pair(call(stop, losses, patience, given=given), "the best epoch and the last one")
        if any(np.shape(one) != () or isinstance(one, str) or one is None for one in got):
            raise WrongAnswer(f"You return {got!r}; two whole numbers are needed.")
        firsts.append(tuple(float(one) for one in got))
        right, buggy = _stop(losses, patience), _stop_buggy(losses, patience)
        best, last = right
        known = {
            "The bug is still there: a loss that is lower than the one before counts as progress even if it was "
            f"lower long ago. Yours, {given}": buggy,
            f"The two numbers are swapped: the best epoch comes first. Yours, {given}": (last, best),
            f"You count epochs from 0; they count from 1. Yours, {given}": (best - 1, last - 1),
            f"You count the best epoch from 0; both count from 1. Yours, {given}": (best - 1, last),
            f"You give the last epoch as the best one too. Yours, {given}": (last, last),
            f"You wait one epoch too long. Yours, {given}": _stop(losses, patience + 1),
            f"You give the best epoch of the whole curve. It ended before that. Yours, {given}": (
                int(np.argmin(losses)) + 1,
                last,
            ),
        }
        if patience > 1:
            known[f"You stop one epoch too early. Yours, {given}"] = _stop(losses, patience - 1)
        if firsts[-1] != right:
            for message, wrong in known.items():
                if firsts[-1] == wrong:
                    raise WrongAnswer(f"{message}: {_told(firsts[-1])}; {_told(right)} is right.")
            if len(firsts) > 1 and len(set(firsts)) == 1:
                raise WrongAnswer("You give the same two numbers for every curve. Use the arguments.")
            raise WrongAnswer(f"You give {_told(firsts[-1])} {given}; {_told(right)} is right.")
    return "Right. The best is compared with the best so far, and the waiting ends when patience does."


def _told(pair: tuple[float, ...] | tuple[int, int]) -> str:
    return f"({pair[0]:g}, {pair[1]:g})"


def _count(channels: int, widths: tuple[int, ...], blocks: int, classes: int, size: int = 9) -> int:
    total, before = 0, channels
    for width in widths:
        for _ in range(blocks):
            total += size * before * width + width
            before = width
    return total + before * classes + classes


@exercise(
    3,
    "Weights of a network",
    hints=[
        "A kernel has a 3 × 3 table for each map that comes in. How many maps come into the second convolution of a stage?",
        "A convolution from a to b maps has 9·a·b weights and b biases. The dense layer has widths[-1]·classes and classes biases.",
        "Keep `before`, the maps that come in: it starts as `channels`; after each convolution it is `width`. Add "
        "`9 * before * width + width` for each block.",
    ],
)
def count_weights(answer: object) -> str:
    """Judge four networks; the first tells the mistakes apart."""
    count = the_function(answer, "count_weights")
    channels, widths, blocks, classes = 3, (5, 7, 11), 2, 4
    given = f"for {channels} channels, widths {widths}, {blocks} blocks and {classes} classes"
    got = call(count, channels, widths, blocks, classes, given=given)
    right = _count(channels, widths, blocks, classes)
    kernels = sum(blocks * width for width in widths)
    within, always, first = 0, 0, 0
    for n, width in enumerate(widths):
        before = widths[n - 1] if n else channels
        within += blocks * (9 * before * width + width)
        always += blocks * (9 * channels * width + width)
        first += 9 * before * width + width
    dense = widths[-1] * classes + classes
    recognise(
        got,
        {
            "The biases of the convolutions are missing: one for each map.": right - kernels,
            "The biases of the dense layer are missing: one for each class.": right - classes,
            "All biases are missing: one for each map, and one for each class.": right - kernels - classes,
            "The dense layer is missing.": right - dense,
            "That is the dense layer alone.": dense,
            "In a stage only the first convolution gets the maps of the stage before; the second gets those of its "
            "own stage.": within + dense,
            "Every kernel of yours sees the image's channels. From the second convolution on it sees the maps of the "
            "layer before.": always + dense,
            "You count one convolution in each stage. There are `blocks`.": first + dense,
            "Your kernels have 3 weights for each map; 3 × 3 are 9.": _count(
                channels, widths, blocks, classes, 3
            ),
            "Your image has one channel always. Use `channels`.": _count(1, widths, blocks, classes),
            "Your network has two classes always. Use `classes`.": _count(channels, widths, blocks, 2),
            "That is the count of the chapter's network. Use the arguments.": 71922,
        },
    )
    same_number(got, right, what="count", given=given, tolerance=0)
    for arguments in ((1, (16, 32, 64), 2, 2), (1, (8,), 1, 1), (2, (4, 4), 3, 5)):
        given, blocks_here = f"for {arguments}", arguments[2]
        other = call(count, *arguments, given=given)
        recognise(other, {"You give the same count for every network. Use the arguments.": right})
        if blocks_here != 2:
            wrong = _count(arguments[0], arguments[1], 2, arguments[3])
            recognise(other, {f"With blocks = {blocks_here} your count is that of 2 blocks.": wrong})
        same_number(other, _count(*arguments), what="count", given=given, tolerance=0)
    return "Right. Ours has 71,922 weights, for 60 images of 1024 pixels each."
