"""Labels of two classes and their scores, checked once for all who use them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["checked_labels", "checked_scores", "class_pair", "nameless", "one_per_case"]


def checked_labels(labels: ArrayLike, positive: Any = None, *, what: str = "y_true") -> NDArray[np.bool_]:
    """Give True for each case of the positive class.

    Parameters
    ----------
    labels : array_like, shape (n,)
        Two classes: 0 and 1, False and True, or two names.
    positive : label, optional
        The class that is looked for, such as the disease. By default the larger of the two labels: 1 of 0 and
        1, and of names the later in the alphabet.
    what : str
        What the labels are called in a message.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where the class is the positive one.

    Raises
    ------
    ValueError
        If there are more or fewer than two classes, a missing label, or no such positive class.

    Examples
    --------
    >>> checked_labels(["benign", "malignant", "benign"])
    array([False,  True, False])
    >>> checked_labels([0, 1, 0], positive=0)
    array([ True, False,  True])
    """
    array = one_per_case(labels, what)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{what} holds NaN or infinity. Every case needs a class; leave out those without.")
    classes = np.unique(array)
    if len(classes) != 2:
        some = ", ".join(str(value) for value in classes[:5].tolist()) + (", …" if len(classes) > 5 else "")
        found = "only one class" if len(classes) == 1 else f"{len(classes)} classes"
        todo = (
            "Give cases of both."
            if len(classes) == 1
            else f"Ask about one of them at a time: {what} == {classes[-1]!s}."
        )
        raise ValueError(f"{what} holds {found} ({some}); two are needed. {todo}")
    if positive is None:
        positive = classes[1]
    elif not np.isin(positive, classes):
        raise ValueError(
            f"positive is {positive!r}, but {what} holds {classes[0]!s} and {classes[1]!s}. "
            "Name the class you look for."
        )
    return np.asarray(array == positive)


def checked_scores(scores: ArrayLike, count: int, *, what: str = "y_score") -> NDArray[np.float64]:
    """Give one finite score for each case, or say what is wrong with them."""
    array = one_per_case(scores, what)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{what} holds {array.dtype}; scores are numbers, higher for the positive class.")
    if array.size != count:
        raise ValueError(
            f"{what} has {array.size} entries for {count} cases. Give one for each case, in the same order."
        )
    broken = int((~np.isfinite(array)).sum())
    if broken:
        raise ValueError(
            f"{what} holds NaN or infinity in {broken} of {count} places. A case without a score can't be "
            "ranked; find out why the model gave none."
        )
    return array.astype(np.float64)


def class_pair(class_names: Sequence[str] | None, labels: ArrayLike, positive: Any) -> tuple[str, str]:
    """Give the names of the negative and the positive class."""
    classes = np.unique(np.asarray(labels))
    if class_names is None:
        names = [str(value) for value in classes.tolist()]
        if classes.dtype.kind in "biuf":
            names = [f"class {name}" for name in names]
    else:
        names = [str(name) for name in class_names]
        if len(names) != 2:
            raise ValueError(
                f"class_names has {len(names)} names; two are needed, in the order of the sorted labels."
            )
    last = positive is None or positive == classes[1]
    return (names[0], names[1]) if last else (names[1], names[0])


def one_per_case(values: ArrayLike, what: str) -> NDArray[Any]:
    """Give a flat array with at least one entry; a single column counts as flat."""
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or array.size == 0:
        raise ValueError(
            f"{what} has the shape {array.shape}; it needs one number for each case. "
            "Of scores for two classes take the positive class's column."
        )
    return array


def nameless(values: ArrayLike) -> NDArray[np.bool_]:
    """Find entries that name nothing: None, NaN, or empty text.

    Parameters
    ----------
    values : array_like
        Names or numbers, such as the patient of each image.

    Returns
    -------
    ndarray of bool
        True where the name is missing.

    Examples
    --------
    >>> nameless(["anna", "", None, float("nan")]).tolist()
    [False, True, True, True]
    """
    # As objects: NumPy would make the text "nan" of a NaN among names.
    entries = np.asarray(values, dtype=object)
    return np.array([_names_nothing(entry) for entry in entries.ravel()], bool).reshape(entries.shape)


def _names_nothing(entry: Any) -> bool:
    if entry is None or (isinstance(entry, str) and not entry.strip()):
        return True
    try:
        return bool(entry != entry)  # NaN differs from itself
    except TypeError:
        return True  # pandas.NA says neither yes nor no
