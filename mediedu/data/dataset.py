"""A data set: images with what is known about each, where they come from and what may be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.data.consistency import check_labels, check_lengths, check_masks, check_splits
from mediedu.data.lazy import LazyImages

Images = NDArray[Any] | LazyImages


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Hold images, labels, masks and patients side by side, with licence and origin.

    The i-th entry of `images`, `labels`, `masks` and `groups` belong together. The fields cannot be rebound.

    Parameters
    ----------
    name : str
        The name it is loaded by.
    images : ndarray or LazyImages
        ``(n, row, col)``, ``(n, row, col, 3)`` or ``(n, z, y, x)``; where the images differ in size, or are
        many, a `LazyImages`, which reads them one by one.
    labels : ndarray of int, shape (n,) or (n, k), optional
        Class of each image, an index into `class_names`; ``(n, k)`` of 0 and 1 where several findings may
        hold.
    masks : ndarray or LazyImages, optional
        A label for each pixel, same rows and columns as the image: what `class_names` says where there are no
        `labels`, else 0 outside and 1, 2, … inside.
    groups : ndarray, shape (n,), optional
        The patient of each image. None means that nobody published it: images of one patient may then lie on
        both sides of any split.
    class_names : tuple of str
        What the labels mean, in order; in a set without labels, what the values in the masks mean.
    spacing : tuple of float, optional
        Millimetres between neighbouring pixels or voxels, one number for each axis of an image; None if
        unknown or different from image to image.
    splits : mapping of str to ndarray of int
        The official splits: which entries belong to "train", "val", "test". Empty where there are none.
    other_masks : mapping of str to ndarray or LazyImages
        Further opinions about the same images, such as a second expert's masks.
    licence, citation, description : str
        Terms of use, whom to name, what it is.
    synthetic : bool
        True if a program made the images and no patient was imaged.
    notes : tuple of str
        What is known to be wrong with the set, and what was done about it.

    Raises
    ------
    ValueError
        If lengths disagree, a label has no class name, a mask does not fit its image, or splits overlap.

    Examples
    --------
    >>> import numpy as np
    >>> dots = Dataset("dots", np.zeros((4, 8, 8)), labels=[0, 1, 1, 0], class_names=("empty", "full"),
    ...                splits={"train": [0, 1], "test": [2, 3]})
    >>> dots
    <Dataset dots: 4 images of 8 × 8 pixels, 2 empty, 2 full; splits train 2, test 2; patients unknown>
    >>> dots.split("test").labels
    array([1, 0])
    """

    name: str
    images: Images
    labels: NDArray[Any] | None = None
    masks: Images | None = None
    groups: NDArray[Any] | None = None
    class_names: tuple[str, ...] = ()
    spacing: tuple[float, ...] | None = None
    licence: str = ""
    citation: str = ""
    synthetic: bool = False
    description: str = ""
    splits: Mapping[str, NDArray[np.intp]] = field(default_factory=dict, kw_only=True)
    other_masks: Mapping[str, Images] = field(default_factory=dict, kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        """Bring the fields to their types and check that they fit each other."""
        for attribute in ("images", "masks"):
            value = getattr(self, attribute)
            if value is not None and not isinstance(value, LazyImages | np.ndarray):
                object.__setattr__(self, attribute, np.asarray(value))
        for attribute in ("labels", "groups"):
            value = getattr(self, attribute)
            if value is not None:
                object.__setattr__(self, attribute, np.asarray(value))
        object.__setattr__(self, "class_names", tuple(self.class_names))
        object.__setattr__(self, "splits", {k: np.asarray(v, dtype=np.intp) for k, v in self.splits.items()})
        parts = {"labels": self.labels, "masks": self.masks, "groups": self.groups, **self.other_masks}
        check_lengths(self.name, self.images, parts)
        check_masks(self.name, self.images, self.masks)
        if self.labels is not None:
            check_labels(self.name, self.labels, self.class_names)
        check_splits(self.name, self.splits, len(self.images))

    def __len__(self) -> int:
        """Count the images."""
        return len(self.images)

    def split(self, name: str) -> Dataset:
        """Give one of the official splits as a data set of its own.

        Parameters
        ----------
        name : str
            One of the keys of `splits`, such as "train".

        Returns
        -------
        Dataset
            With `splits` empty, so that it isn't split twice.

        Raises
        ------
        ValueError
            If there is no such split.
        """
        if name not in self.splits:
            known = (
                ", ".join(map(repr, self.splits))
                or "none: split it yourself, by patient where they are known"
            )
            raise ValueError(f"{self.name!r} has no split {name!r}. Its splits: {known}.")
        return replace(self.subset(self.splits[name]), name=f"{self.name}, {name}")

    def subset(self, indices: ArrayLike) -> Dataset:
        """Give a data set of some of the images.

        Parameters
        ----------
        indices : array_like of int or bool
            Which images, in which order; or True and False for each image.

        Returns
        -------
        Dataset
            With the entries chosen and `splits` empty.
        """
        chosen = np.arange(len(self))[np.asarray(indices)]

        def pick(values: Any) -> Any:
            return None if values is None else values[chosen]

        return replace(
            self,
            images=pick(self.images),
            labels=pick(self.labels),
            masks=pick(self.masks),
            groups=pick(self.groups),
            splits={},
            other_masks={key: pick(masks) for key, masks in self.other_masks.items()},
        )

    def counts(self) -> dict[str, int]:
        """Count the images of each class.

        Returns
        -------
        dict of str to int
            In the order of `class_names`; empty where there are no labels.
        """
        if self.labels is None:
            return {}
        if self.labels.ndim == 2:
            return dict(zip(self.class_names, self.labels.sum(axis=0).tolist(), strict=True))
        numbers = np.bincount(self.labels, minlength=len(self.class_names))
        return dict(zip(self.class_names, numbers.tolist(), strict=True))

    def _size_in_words(self) -> str:
        if isinstance(self.images, LazyImages):
            return f"{len(self)} images read when asked for"
        one = "image" if len(self) == 1 else "images"
        unit = "pixels" if self.images.ndim == 3 or self.images.shape[-1] in (3, 4) else "voxels"
        colour = self.images.ndim >= 4 and self.images.shape[-1] in (3, 4)
        size = self.images.shape[1:-1] if colour else self.images.shape[1:]
        return f"{len(self)} {one} of {' × '.join(map(str, size))} {unit}{' in colour' if colour else ''}"

    def __repr__(self) -> str:
        """Tell size, classes, splits and patients in one line."""
        counts = [f"{number} {name}" for name, number in self.counts().items()]
        if len(counts) > 4:
            counts = [f"{len(self.class_names)} classes"]
        parts = [", ".join([self._size_in_words(), *counts])]
        if self.splits:
            parts.append("splits " + ", ".join(f"{name} {len(rows)}" for name, rows in self.splits.items()))
        if self.synthetic:
            parts.append("synthetic")
        elif self.groups is None:
            parts.append("patients unknown")
        else:
            parts.append(f"{len(np.unique(self.groups))} patients")
        return f"<Dataset {self.name}: {'; '.join(parts)}>"

    def show(self, count: int = 8, *, alt: str | None = None) -> Any:
        """Draw the first images of each class, with the outline of the mask where there is one.

        Parameters
        ----------
        count : int, default 8
            How many images.
        alt : str, optional
            Alt text; made from the facts at hand by default.

        Returns
        -------
        Figure
            As the last expression of a cell it is displayed.
        """
        from mediedu.data.contact_sheet import contact_sheet

        return contact_sheet(self, count, alt)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Draw itself where a notebook shows it."""
        return {**self.show()._repr_mimebundle_(), "text/plain": repr(self)}
