"""Images and labels in memory, dealt out in batches: shuffled anew in each epoch, from a seed.

What a batch holds depends on the seed, the epoch and its place, and on nothing that happened before. So a
training that was interrupted goes on with the same batches that it would have had.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.training_checks import check_images, check_labels, fingerprint

if TYPE_CHECKING:
    import keras

__all__ = ["Batches"]


class Batches:
    """Deal images and labels out in batches.

    Parameters
    ----------
    images : array_like
        (n, row, col, channel) or (n, z, y, x, channel). Kept as they are, so that uint8 images stay small;
        each batch is float32.
    labels : array_like
        One for each image: (n,) classes, (n, row, col) class maps, or whatever the loss takes.
    batch_size : int
        Images in a batch. The last batch of an epoch may be smaller.
    augment : callable, optional
        ``augment(images, masks, rng=rng)`` returns new images and masks, ``augment(images, rng=rng)`` new
        images; `mediedu.nets.Augmentation` is one. Class maps go through it with their images. It must draw
        from `rng` alone.
    shuffle : bool
        Whether each epoch has an order of its own.
    drop_last : bool
        Whether to leave out a last batch that is not full.
    seed : int
        Of order and augmentation.

    Raises
    ------
    ValueError
        If the numbers of images and labels differ, or there are too few.

    Examples
    --------
    >>> images = np.arange(10.0).reshape(10, 1, 1, 1)
    >>> batches = Batches(images, np.arange(10), batch_size=4, seed=1)
    >>> len(batches)
    3
    >>> for x, y in batches.epoch(0):
    ...     print(x.dtype, y)
    float32 [8 4 7 0]
    float32 [1 2 5 9]
    float32 [6 3]
    >>> [y.tolist() for _, y in batches.epoch(1)]
    [[7, 2, 4, 6], [1, 0, 3, 5], [9, 8]]
    """

    def __init__(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        batch_size: int = 32,
        *,
        augment: Callable[..., Any] | None = None,
        shuffle: bool = True,
        drop_last: bool = False,
        seed: int = 0,
    ) -> None:
        self.images, self.labels = np.asarray(images), np.asarray(labels)
        if self.images.ndim not in (4, 5):
            raise ValueError(
                f"images has the shape {self.images.shape}; (n, row, col, channel) or (n, z, y, x, channel) "
                "is needed. Grey images without an axis of channels get one with images[..., None]."
            )
        if self.labels.ndim == 0 or len(self.images) != len(self.labels):
            raise ValueError(
                f"There are {len(self.images)} images and labels of the shape {self.labels.shape}; each "
                "image needs one label."
            )
        self._set(len(self.images), batch_size, augment, drop_last, seed)
        self.shuffle = shuffle
        self._masks = self.labels.ndim == self.images.ndim - 1

    def _set(
        self, count: int, batch_size: int, augment: Callable[..., Any] | None, drop_last: bool, seed: int
    ) -> None:
        """Keep the settings, or refuse them with a sentence."""
        if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size < 1:
            raise ValueError(f"batch_size is {batch_size!r}; it must be a whole number of 1 or more.")
        if count < (batch_size if drop_last else 1):
            raise ValueError(
                f"{count} images make no batch of {batch_size}; give more images or a smaller batch_size."
            )
        if augment is not None and not callable(augment):
            raise TypeError(
                f"augment is {augment!r}; a function of images is needed, such as an Augmentation."
            )
        self.batch_size, self.augment = int(batch_size), augment
        self.drop_last, self.seed = drop_last, int(seed)

    @property
    def count(self) -> int:
        """How many images an epoch shows."""
        return len(self.images)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one image, with its channels."""
        return tuple(self.images.shape[1:])

    def __len__(self) -> int:
        """Give the number of batches in an epoch."""
        n = self.count
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)

    def __iter__(self) -> Iterator[tuple[NDArray[np.float32], NDArray[Any]]]:
        """Deal out the batches of epoch 0."""
        return self.epoch(0)

    def order(self, epoch: int) -> NDArray[np.intp]:
        """Give the numbers of the images in the order in which an epoch shows them."""
        if not self.shuffle:
            return np.arange(len(self.images))
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.images))

    def take(self, numbers: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Give the images with these numbers, as float32, and their labels."""
        return self.images[numbers].astype(np.float32, copy=False), self.labels[numbers]

    def check(self, model: "keras.Model") -> None:
        """Refuse, with a sentence, images and labels that a network can't be trained on."""
        check_images(model, self.images, "training")
        check_labels(model, self.labels, "training", every_class=True)

    def fingerprint(self) -> str:
        """Give a short text that tells these images and labels from others."""
        return fingerprint(self.images, self.labels)

    def batch(
        self, epoch: int, index: int, order: NDArray[np.intp] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Make one batch: the images and labels at a place in an epoch."""
        chosen = (self.order(epoch) if order is None else order)[index * self.batch_size :][: self.batch_size]
        images, labels = self.take(chosen)
        if self.augment is None:
            return images, labels
        rng = np.random.default_rng([self.seed, epoch, index])
        if self._masks:
            images, labels = self.augment(images, labels, rng=rng)
        else:
            images = self.augment(images, rng=rng)
        return np.asarray(images, dtype=np.float32), labels

    def epoch(self, epoch: int) -> Iterator[tuple[NDArray[np.float32], NDArray[Any]]]:
        """Deal out the batches of an epoch."""
        order = self.order(epoch)
        for index in range(len(self)):
            yield self.batch(epoch, index, order)
