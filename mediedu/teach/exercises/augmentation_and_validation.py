"""Checks of chapter 15, augmentation and validation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.teach.exercise import WrongAnswer, exercise
from mediedu.teach.judging import an_array, call, recognise, same_array, the_function


def _two(got: Any, what: str) -> tuple[Any, Any]:
    """Demand a pair."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise WrongAnswer(f"Two arrays are needed, {what}, in this order: `return first, second`.")
    return got[0], got[1]


@exercise(
    1,
    "Normalise by the training part",
    hints=[
        "Which images may have a say in the mean? Those that the network learns from.",
        "Compute two numbers from `training`: its mean and its standard deviation. Use them for both parts.",
        "mean, spread = training.mean(), training.std(); then (training - mean) / spread, and the same for others.",
    ],
)
def normalise(answer: object) -> str:
    """Judge two pairs of parts whose levels and spreads differ."""
    function = the_function(answer, "normalise")
    first: NDArray[Any] | None = None
    for seed, dtype in ((0, np.uint8), (1, np.float64)):
        rng = np.random.default_rng(seed)
        training = rng.integers(20, 120, (5, 4, 3)).astype(dtype)
        others = rng.integers(60, 250, (3, 4, 3)).astype(dtype)
        own, foreign = _two(call(function, training, others), "the training part and the others")
        got, rest = an_array(own), an_array(foreign)
        mean, spread = training.mean(), training.std()
        right = (training - mean) / spread
        wanted = (others - mean) / spread
        if got.shape == wanted.shape and np.allclose(np.asarray(got, float), wanted):
            raise WrongAnswer("The parts are swapped: the training part comes first.")
        every = np.concatenate([training, others])
        recognise(
            got,
            {
                "Mean and spread come from all images. The others are to have no say.": (
                    (training - every.mean()) / every.std()
                ),
                "You divide by the variance. The spread is the standard deviation.": (training - mean)
                / training.var(),
                "You take the mean away, but don't divide by the spread.": training - mean,
                "You divide by the spread, but don't take the mean away first.": training / spread,
                "You stretch from the lowest to the highest value. Asked are mean 0 and spread 1.": (
                    (training - training.min()) / (training.max() - training.min() * 1.0)
                ),
                "Each image is brought to its own mean. One mean and one spread serve all images.": (
                    (training - training.mean((1, 2), keepdims=True)) / training.std((1, 2), keepdims=True)
                ),
                "Each pixel place has a mean of its own. One mean and one spread serve all.": (
                    (training - training.mean(0)) / training.std(0)
                ),
                "That is `std` with ddof=1. Take `np.std` as it is.": (training - mean)
                / training.std(ddof=1),
            },
        )
        same_array(got, right, what="training part", tolerance=1e-5, dtype=False)
        recognise(
            rest,
            {
                "The others are brought to their own mean and spread. Use those of the training part.": (
                    (others - others.mean()) / others.std()
                ),
                "The others have the training part's mean taken away, but are divided by their own spread.": (
                    (others - mean) / others.std()
                ),
                "The others are as they came. They need the same change as the training part.": np.array(
                    others, float
                ),
            },
        )
        same_array(rest, wanted, what="other part", tolerance=1e-5, dtype=False)
        if first is not None and np.array_equal(first, got):
            raise WrongAnswer("You return the same numbers for all images. Use the two arguments.")
        first = got
    return "Right. A single image that comes to the clinic tomorrow can be treated in the same way."


@exercise(
    2,
    "Bug hunt: images and label maps",
    hints=[
        "Is the label map turned by the same angle as its image? And what is the mean of labels 0 and 2?",
        "Labels must be read by the nearest, in one call together with the images.",
        "turn(images, masks, rng=seed) gives both back, turned alike, without new labels.",
    ],
)
def augment_mended(answer: object) -> str:
    """Judge two batches by whether images and labels went the same way."""
    from mediedu.nets import Augmentation

    function = the_function(answer, "augment_mended")
    turn = Augmentation(rotation=(20, 70))
    for seed, dtype in ((7, np.uint8), (8, np.float32)):
        rng = np.random.default_rng(seed)
        images = rng.integers(0, 255, (3, 24, 24)).astype(dtype)
        rows, columns = np.mgrid[:24, :24]
        away = np.hypot(rows - 9, (columns - 13) / 1.5)
        one = np.where(away < 4, 2, np.where(away < 6, 1, 0)).astype(np.uint8)
        masks = np.stack([one, one.T, one[::-1]])
        got, labels = _two(call(function, images, masks, seed), "images and label maps")
        moved, wanted = turn(images, masks, rng=seed)
        other = np.asarray(turn(masks.astype(np.float32), rng=seed + 1))
        bent = np.asarray(turn(masks.astype(np.float32), rng=seed))
        pictures, maps = an_array(got), an_array(labels)
        recognise(
            pictures,
            {
                "The images came back unturned.": images,
                "The images are turned with another seed. Keep `seed` for them.": turn(images, rng=seed + 1),
                "You give the label maps first. Images come first.": wanted,
            },
        )
        same_array(pictures, moved, what="image", tolerance=1e-3)
        for change, mistake in ((np.round, "rounded"), (np.floor, "cut"), (np.asarray, "kept as floats")):
            recognise(
                maps,
                {
                    "The label maps still have a seed of their own, seed + 1: image and label are turned by "
                    "different angles. Between labels 0 and 2 they are interpolated, too.": change(other),
                    f"Now both turn alike, but labels are interpolated and {mistake}: between background 0 and core "
                    "2 a rim appears. Labels need the nearest.": change(bent),
                },
            )
        recognise(
            maps,
            {
                "The label maps came back unturned, beside turned images.": masks,
                "The labels are read by the nearest now, but with another seed than the images.": turn(
                    images, masks, rng=seed + 1
                )[1],
            },
        )
        same_array(maps, wanted, what="label map")
    return "Right. One map moves both, and labels are never averaged."


@exercise(
    3,
    "Cool down, then decide",
    hints=[
        "First the probability at this temperature, then the threshold that the costs ask for.",
        "Divide the logits by the temperature before the sigmoid. The threshold is false alarm / (false alarm + miss).",
        "1 / (1 + np.exp(-logits / temperature)) >= 1 / (1 + miss)",
    ],
)
def call_malignant(answer: object) -> str:
    """Judge rows of logits at which each mistake calls other cases."""
    function = the_function(answer, "call_malignant")
    logits = np.linspace(-12, 12, 961)
    earlier: NDArray[Any] | None = None
    for temperature, miss in ((3.0, 9.0), (0.5, 4.0), (2.0, 0.25)):
        given = f"for temperature {temperature:g} and miss {miss:g}"
        got = an_array(call(function, logits, temperature, miss, given=given))
        if got.shape == logits.shape and got.dtype.kind == "f":
            raise WrongAnswer(
                "You return numbers. Compare them with the threshold: a boolean array is needed."
            )

        def called(values: NDArray[Any], cut: float) -> NDArray[np.bool_]:
            return np.asarray(1 / (1 + np.exp(-values)) >= cut)

        cut = 1 / (1 + miss)
        right = called(logits / temperature, cut)
        if earlier is not None and np.array_equal(got, earlier) and not np.array_equal(got, right):
            raise WrongAnswer("You give the same calls whatever the arguments are. Use temperature and miss.")
        recognise(
            got,
            {
                "True marks the benign in your answer; it is to mark the malignant.": ~right,
                "The temperature has no effect. Divide the logits by it.": called(logits, cut),
                "You multiply by the temperature. Divide by it: above 1 it draws towards one half.": called(
                    logits * temperature, cut
                ),
                "The threshold is still 0.5. It follows from the costs.": called(logits / temperature, 0.5),
                "Your threshold is miss / (1 + miss). The dearer a miss, the lower it must be.": called(
                    logits / temperature, miss / (1 + miss)
                ),
                "You divide the probability by the temperature, not the logit.": np.asarray(
                    1 / (1 + np.exp(-logits)) / temperature >= cut
                ),
                "Your threshold is 1 / miss. Both costs stand below: false alarm / (false alarm + miss).": called(
                    logits / temperature, 1 / miss
                ),
                "You compare the logits with the threshold. It is a probability: take the sigmoid first.": (
                    logits / temperature >= cut
                ),
            },
        )
        same_array(got, right, what="call")
        earlier = got
    # The logit 0 is exactly one half at every temperature, and one half is the threshold for equal costs.
    got = an_array(call(function, np.array([-1.0, 0.0, 1.0]), 2.0, 1.0, given="for equal costs"))
    recognise(
        got,
        {"A case exactly at the threshold is malignant: take >=, not >.": np.array([False, False, True])},
    )
    same_array(got, np.array([False, True, True]), what="call")
    return "Right. First a probability that can be believed, then a threshold that the costs give."
