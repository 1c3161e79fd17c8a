"""Losses for segmentation from whole-number labels: cross-entropy, focal, Dice, and their sums.

The parts are Keras' own. What Keras lacks is their sum, whole-number labels for Dice and focal loss, and an
answer for classes that a batch does not have.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mediedu.nets.backend import load_keras
from mediedu.nets.differentiation import is_concrete

keras: Any = load_keras()

__all__ = ["SegmentationLoss", "check_labels"]

TERMS = ("cross_entropy", "focal", "dice")


def check_labels(labels: ArrayLike, classes: int) -> None:
    """Refuse labels that are no class.

    Parameters
    ----------
    labels : array_like of int
        Any shape.
    classes : int
        How many; the labels are 0 … classes − 1. For one class (a sigmoid) they are 0 and 1.

    Raises
    ------
    ValueError
        If a label is not whole, or lies outside.

    Examples
    --------
    >>> check_labels([0, 1, 3], 4)
    >>> check_labels([0, 255, 255], 2)
    Traceback (most recent call last):
    ...
    ValueError: The labels hold 255, but with 2 classes only the whole numbers 0 to 1 are labels. ...
    """
    values = np.asarray(labels)
    number = max(int(classes), 2)
    wrong = (values < 0) | (values >= number) | (values != np.floor(values))
    if wrong.any():
        found = np.unique(values[wrong])
        few = ", ".join(f"{value:g}" for value in found[:5]) + (", …" if len(found) > 5 else "")
        raise ValueError(
            f"The labels hold {few}, but with {number} classes only the whole numbers 0 to {number - 1} are "
            "labels. Renumber them (a mask of 0 and 255: mask > 0), or build the net with more classes."
        )


def _rank(tensor: Any) -> int | None:
    try:
        return len(tensor.shape)
    except ValueError:  # TensorFlow leaves it open once it has seen labels with and without a last axis
        return None


@keras.saving.register_keras_serializable(package="mediedu")
class SegmentationLoss(keras.losses.Loss):
    """Cross-entropy, focal loss, Dice loss, or a sum of them, from whole-number labels.

    Labels are class numbers (n, row, col) or (n, z, y, x), with or without a last axis of 1; predictions are
    the probabilities that the nets of this course give, (n, row, col, classes).

    Dice is taken per class over the whole batch and averaged over the classes that the batch holds, the
    background left out unless `background` is True. A class that a batch does not hold is left out: its Dice
    is 0 whatever is predicted, with no gradient, so it would only add a constant. Cross-entropy still counts
    the pixels that are wrongly given to it. A batch of background only has a Dice loss of 0.

    Parameters
    ----------
    terms : str
        Names joined by "+": "cross_entropy", "focal", "dice"; for example "cross_entropy+dice".
    gamma : float
        Focal loss only: how much less a pixel counts that is already right.
    alpha : float or sequence of float
        Focal loss only: a factor, one for all classes or one for each.
    background : bool
        Whether Dice counts class 0 too.
    from_logits : bool
        Whether predictions are logits. The default is probabilities.
    name : str, optional
        Of the loss; `terms` by default.
    reduction : str
        Keras' own; by default the mean over pixels.
    dtype : str, optional
        Keras' own.

    Raises
    ------
    ValueError
        If a term is unknown, or a label is no class. Inside a compiled step nothing can be raised; there a
        label that is no class makes the loss NaN, never a wrong number. `check_labels` finds it beforehand.

    References
    ----------
    F. Milletari, N. Navab, S.-A. Ahmadi, "V-Net", 3DV 2016, section 3 (Dice). T.-Y. Lin et al., "Focal loss
    for dense object detection", ICCV 2017, section 3. F. Isensee et al., "nnU-Net", Nature Methods 18, 2021
    (the sum, and Dice over the batch).

    Examples
    --------
    >>> loss = SegmentationLoss("cross_entropy+dice")
    >>> labels = np.array([[[0, 1]]])
    >>> probability = np.array([[[[0.9, 0.1], [0.2, 0.8]]]])
    >>> round(float(loss(labels, probability)), 3)
    0.322
    """

    def __init__(
        self,
        terms: str = "cross_entropy+dice",
        *,
        gamma: float = 2.0,
        alpha: float | Sequence[float] = 0.25,
        background: bool = False,
        from_logits: bool = False,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        self.parts = tuple(part.strip() for part in terms.split("+"))
        if wrong := [part for part in self.parts if part not in TERMS]:
            raise ValueError(
                f"{terms!r} asks for the loss {wrong[0]!r}. Join these with a plus: {', '.join(TERMS)}; "
                "for example 'cross_entropy+dice'."
            )
        if len(set(self.parts)) != len(self.parts):
            raise ValueError(f"{terms!r} names a loss twice; name each once.")
        super().__init__(name=name or "_".join(self.parts), reduction=reduction, dtype=dtype)
        self.terms, self.gamma, self.alpha = terms, float(gamma), alpha
        self.background, self.from_logits = background, from_logits

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Give the loss of every pixel; Dice, which belongs to no pixel, is added to each."""
        ops = keras.ops
        probability = self._probabilities(y_pred)
        classes = probability.shape[-1]
        if _rank(y_true) == len(y_pred.shape) and y_true.shape[-1] != 1:
            raise ValueError(
                f"The labels have the shape {tuple(y_true.shape)}; whole-number labels without an axis of "
                "classes are needed. From one-hot labels take the argmax over the last axis."
            )
        y_true = ops.reshape(y_true, ops.shape(y_pred)[:-1])
        if is_concrete(y_true):
            check_labels(ops.convert_to_numpy(y_true), classes)
        labels = ops.cast(y_true, "int32")
        one_hot = ops.one_hot(labels, classes, dtype=probability.dtype)
        loss = ops.zeros_like(probability[..., 0])
        if "cross_entropy" in self.parts:
            loss = loss + keras.losses.categorical_crossentropy(one_hot, probability)
        if "focal" in self.parts:
            loss = loss + keras.losses.categorical_focal_crossentropy(
                one_hot, probability, alpha=self.alpha, gamma=self.gamma
            )
        if "dice" in self.parts:
            loss = loss + self._dice(one_hot, probability)
        are_classes = ops.all(ops.logical_and(labels >= 0, labels < classes))
        return ops.where(are_classes, loss, float("nan"))

    def _probabilities(self, y_pred: Any) -> Any:
        """Give one probability per class; a net of one class speaks of the foreground only."""
        ops = keras.ops
        if y_pred.shape[-1] == 1:
            if self.from_logits:
                y_pred = ops.sigmoid(y_pred)
            return ops.concatenate([1 - y_pred, y_pred], axis=-1)
        return ops.softmax(y_pred, axis=-1) if self.from_logits else y_pred

    def _dice(self, one_hot: Any, probability: Any) -> Any:
        ops = keras.ops
        if not self.background:
            one_hot, probability = one_hot[..., 1:], probability[..., 1:]
        everywhere = tuple(range(len(one_hot.shape) - 1))
        per_class = keras.losses.dice(one_hot, probability, axis=everywhere)
        is_here = ops.cast(ops.any(one_hot > 0, axis=everywhere), per_class.dtype)
        return ops.sum(per_class * is_here) / ops.maximum(ops.sum(is_here), 1.0)

    def get_config(self) -> dict[str, Any]:
        """Give what the loss is made from."""
        own = ("terms", "gamma", "alpha", "background", "from_logits")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}
