"""Look at images and labels before a training starts, and say in a sentence what would spoil it."""

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

__all__ = ["check_every_class", "check_images", "check_labels", "check_whole", "fingerprint", "is_sigmoid"]

MOST = 2**22  # values that a fingerprint reads; more would be felt at the start of a training


def is_sigmoid(model: "keras.Model") -> bool:
    """Say whether a network answers yes or no (for each class), rather than choosing among classes."""
    activation = getattr(model.layers[-1], "activation", None)
    return model.output_shape[-1] == 1 or getattr(activation, "__name__", "") == "sigmoid"


def check_images(model: "keras.Model", images: NDArray[Any], what: str) -> None:
    """Refuse images that do not fit a network, or hold NaN.

    Raises
    ------
    ValueError
        With the sentence.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"The network has {len(model.inputs)} inputs and {len(model.outputs)} outputs; train(...) takes "
            "networks with one of each. Use the network's own compile and fit."
        )
    wanted, given = tuple(model.input_shape[1:]), images.shape[1:]
    fits = len(wanted) == len(given) and all(w in (None, g) for w, g in zip(wanted, given, strict=True))
    if not fits:
        hint = ""
        if len(given) == len(wanted) - 1:
            hint = " Grey images get an axis of channels with images[..., None]."
        raise ValueError(
            f"The {what} images have the shape (n, {', '.join(map(str, given))}); the network takes "
            f"(n, {', '.join('any' if w is None else str(w) for w in wanted)}).{hint}"
        )
    for start in range(0, len(images), 1024):
        part = images[start : start + 1024]
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            first = start + int(np.argmax(~np.isfinite(part).reshape(len(part), -1).all(axis=1)))
            raise ValueError(
                f"The {what} image number {first} holds NaN or infinite values; a network can't learn from "
                "them. Look where they come from (a division by 0 in normalising?), or leave the image out."
            )


def check_labels(model: "keras.Model", labels: NDArray[Any], what: str, *, every_class: bool) -> None:
    """Refuse class labels that are out of range, and classes without a single label.

    Labels that are no classes (soft labels, regression) are only looked at for NaN; class numbers may be
    floats, such as 0.0 and 1.0.

    Parameters
    ----------
    model : keras.Model
        Its last axis counts the classes.
    labels : numpy.ndarray
        Classes (n,) or class maps (n, row, col).
    what : str
        Whose labels, for the sentence.
    every_class : bool
        Whether each class must be there.

    Raises
    ------
    ValueError
        With the sentence.
    """
    outputs = int(model.output_shape[-1])
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise ValueError(f"The {what} labels hold NaN or infinite values; leave those images out.")
        if not _are_class_numbers(model, labels):
            return
        labels = labels.astype(np.int64)
    if labels.dtype.kind not in "biu":
        raise ValueError(
            f"The {what} labels are of the type {labels.dtype}; whole numbers 0, 1, … are needed. "
            "np.unique(labels, return_inverse=True) gives them for names."
        )
    several = is_sigmoid(model) and outputs > 1
    if several and (labels.ndim < 2 or labels.shape[-1] != outputs):
        raise ValueError(
            f"The network answers {outputs} questions with yes or no, so labels of the shape (n, {outputs}) "
            f"are needed; the {what} labels have the shape {labels.shape}."
        )
    if not several:
        _same_places(model, labels, what)
    classes = 2 if is_sigmoid(model) else outputs
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        from mediedu.nets import losses

        try:
            losses.check_labels(np.unique(labels), outputs)
        except ValueError as problem:
            raise ValueError(f"In the {what} data: {problem}") from None
    if every_class and not several:
        counts = np.bincount(labels.ravel().astype(np.intp), minlength=classes)
        check_every_class(counts, what)


def check_every_class(counts: NDArray[np.intp], what: str) -> None:
    """Refuse classes without a single label, given how many labels each has.

    Raises
    ------
    ValueError
        With the sentence.
    """
    if len(empty := np.flatnonzero(counts == 0)):
        raise ValueError(
            f"Class {', '.join(map(str, empty))} has no {what} label, so the network can't learn it "
            f"(labels per class: {', '.join(map(str, counts))}). Split the data by class (stratified), "
            "or build the network with fewer classes."
        )


def _are_class_numbers(model: "keras.Model", labels: NDArray[Any]) -> bool:
    """Say whether floats stand for classes: all whole, and not one-hot, for a network that names classes."""
    activation = getattr(getattr(model.layers[-1], "activation", None), "__name__", "")
    one_hot = labels.ndim == len(model.output_shape) and labels.shape[-1] == model.output_shape[-1] > 1
    names_classes = activation == "sigmoid" or (activation == "softmax" and not one_hot)
    return names_classes and bool((labels == np.floor(labels)).all())


def _same_places(model: "keras.Model", labels: NDArray[Any], what: str) -> None:
    """Refuse class maps of another size than the network's answer."""
    places, given = tuple(model.output_shape[1:-1]), labels.shape[1:]
    if len(given) == len(places) + 1 and given[-1] == 1:
        given = given[:-1]
    if len(places) != len(given) or any(p not in (None, g) for p, g in zip(places, given, strict=True)):
        wanted = ", ".join(["n", *("any" if p is None else str(p) for p in places)])
        raise ValueError(
            f"The {what} labels have the shape {labels.shape}; the network answers with one class for each "
            f"of ({wanted}), so whole numbers of that shape are needed."
        )


def fingerprint(*arrays: NDArray[Any]) -> str:
    """Give a short text that tells data apart: shapes, types and a checksum.

    Up to four million values all count. Of more, some of every image do, so that another order is noticed.

    Examples
    --------
    >>> one, other = np.zeros((4, 2), dtype="float32"), np.eye(4, 2, dtype="float32")
    >>> fingerprint(one) == fingerprint(other), fingerprint(other) == fingerprint(other[::-1])
    (False, False)
    """
    total = 0
    for array in arrays:
        rows = array.reshape(len(array), -1) if array.size else array
        some = rows[:, :: -(-array.size // MOST)] if array.size else rows
        total = zlib.crc32(np.ascontiguousarray(some).tobytes(), total)
    return ", ".join(f"{a.dtype} {a.shape}" for a in arrays) + f" {total:08x}"


def check_whole(name: str, value: object) -> None:
    """Refuse what is not a whole number of 1 or more."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name} is {value!r}; it must be a whole number of 1 or more.")
