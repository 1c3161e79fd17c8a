"""Patches drawn from volumes with labels, so that a rare tissue is seen as often as a common one.

Which voxels an epoch shows depends on the seed and the epoch alone, as with `Batches`.
"""

import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.batches import Batches
from mediedu.nets.training_checks import (
    check_every_class,
    check_images,
    check_labels,
    fingerprint,
    is_sigmoid,
)

if TYPE_CHECKING:
    import keras

__all__ = ["PatchBatches"]


class PatchBatches(Batches):
    """Deal out patches of volumes, and what is in them, in batches.

    Parameters
    ----------
    volumes : sequence of array_like
        Each (z, y, x) or (z, y, x, channel); they may differ in size. Kept as they are; a batch is float32.
    labels : sequence of array_like
        For each volume its classes (z, y, x), whole numbers from 0.
    size : (row, col) or (z, y, x)
        Of a patch, in voxels: within a slice, or a box.
    batch_size : int
        Patches in a batch.
    count : int
        Patches in an epoch. Each epoch draws others.
    answer : {"centre", "map"}
        What is to be learnt of a patch: the class of its central voxel (with an even size, the voxel before
        the centre), or the class of each voxel.
    balanced : bool
        Draw each class equally often, up to one patch; otherwise each voxel of all volumes is as likely. The
        class of a patch is that of the voxel it was drawn for. A network that has seen balanced classes names
        rare ones too often in whole volumes; that is the price.
    augment : callable, optional
        As for `Batches`; with "map", the class maps go through it too.
    drop_last : bool
        Whether to leave out a last batch that is not full.
    seed : int
        Of the draw and of augmentation.

    Raises
    ------
    ValueError
        If volumes and labels differ, hold NaN or no whole numbers, or are smaller than a patch.

    Notes
    -----
    With "centre" the volume is mirrored beyond its border, as in `dense_inference`, so that every voxel has a
    patch. With "map" a patch near the border is moved inside, and its voxel is then not in its middle.

    Examples
    --------
    >>> volume = np.zeros((4, 30, 30))
    >>> volume[:, 10:14, 10:14] = 1
    >>> batches = PatchBatches([volume], [volume.astype(int)], (13, 13), batch_size=6, count=12)
    >>> for patches, classes in batches.epoch(0):
    ...     print(patches.shape, patches.dtype, classes)
    (6, 13, 13, 1) float32 [0 0 1 1 1 0]
    (6, 13, 13, 1) float32 [1 0 1 1 0 0]

    A whole epoch at once, to be looked at or to validate by:

    >>> patches, classes = batches.take(batches.order(0))
    """

    def __init__(
        self,
        volumes: Sequence[ArrayLike],
        labels: Sequence[ArrayLike],
        size: Sequence[int],
        batch_size: int = 32,
        *,
        count: int,
        answer: Literal["centre", "map"] = "centre",
        balanced: bool = True,
        augment: Callable[..., Any] | None = None,
        drop_last: bool = False,
        seed: int = 0,
    ) -> None:
        if answer not in ("centre", "map"):
            raise ValueError(f"answer is {answer!r}; 'centre' or 'map' is needed.")
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            raise ValueError(f"count is {count!r}; it must be a whole number of 1 or more.")
        self._set(count, batch_size, augment, drop_last, seed)
        self._count, self._size, self._balanced = int(count), tuple(int(s) for s in size), balanced
        self.shuffle = True
        self._masks = answer == "map"
        if len(self._size) not in (2, 3) or min(self._size) < 1:
            raise ValueError(f"size is {self._size}; (row, col) or (z, y, x), each 1 or more, is needed.")
        self.volumes, self.labels = _checked(volumes, labels)  # type: ignore[assignment]
        box = (1,) * (3 - len(self._size)) + self._size
        self._before = np.array([(s - 1) // 2 for s in box])
        if self._masks:
            for number, volume in enumerate(self.volumes):
                if any(n < s for n, s in zip(volume.shape, box, strict=False)):
                    raise ValueError(
                        f"Volume number {number} has the shape {volume.shape[:3]}, too small for a patch of "
                        f"{self._size}. Take smaller patches, or pad the volume and its labels."
                    )
        margins = [(0, 0) if self._masks else ((s - 1) // 2, s // 2) for s in box]
        axes = tuple(range(3 - len(self._size), 3))
        self._windows = [
            sliding_window_view(np.pad(v, [*margins, (0, 0)], mode="symmetric"), self._size, axes)
            for v in self.volumes
        ]
        self._maps = [sliding_window_view(a, self._size, axes) for a in self.labels] if self._masks else []
        # A voxel's number counts through all volumes, one after the other.
        self._starts = np.cumsum([0, *(a.size for a in self.labels)])
        classes = np.concatenate([a.ravel() for a in self.labels])
        self._voxels = np.bincount(classes)
        kind = np.uint32 if len(classes) < 2**32 else np.int64
        self._places = [
            np.flatnonzero(classes == k).astype(kind) for k in np.flatnonzero(self._voxels) if balanced
        ]

    @property
    def count(self) -> int:
        """How many patches an epoch shows."""
        return self._count

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one patch, with its channels."""
        return (*self._size, self.volumes[0].shape[-1])

    def order(self, epoch: int) -> NDArray[np.intp]:
        """Draw the voxels whose patches an epoch shows, each as its number through all volumes."""
        rng = np.random.default_rng([self.seed, epoch])
        if not self._balanced:
            return rng.integers(self._starts[-1], size=self._count)
        share, over = divmod(self._count, len(self._places))
        # Which classes get the patches that are over changes from epoch to epoch.
        more = rng.permutation(len(self._places)) < over
        drawn = [p[rng.integers(len(p), size=share + m)] for p, m in zip(self._places, more, strict=True)]
        return rng.permutation(np.concatenate(drawn)).astype(np.intp)

    def take(self, numbers: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Give the patches around these voxels, as float32, and their classes."""
        patches = np.empty((len(numbers), *self.shape), np.float32)
        classes = np.empty((len(numbers), *(self._size if self._masks else ())), self.labels[0].dtype)
        which = np.searchsorted(self._starts, numbers, side="right") - 1
        for v in np.unique(which):
            mine = which == v
            shape = self.labels[v].shape
            places = np.stack(np.unravel_index(numbers[mine] - self._starts[v], shape), axis=1)
            if self._masks:
                last = np.array(self._windows[v].shape[:3]) - 1
                corners = tuple(np.clip(places - self._before, 0, last).T)
                classes[mine] = self._maps[v][corners]
            else:
                corners = tuple(places.T)
                classes[mine] = self.labels[v][corners]
            patches[mine] = np.moveaxis(self._windows[v][corners], 1, -1)
        return patches, classes

    def check(self, model: "keras.Model") -> None:
        """Refuse, with a sentence, patches and classes that a network can't be trained on."""
        check_images(model, np.empty((0, *self.shape)), "training")
        there = np.flatnonzero(self._voxels)
        answers = self._size if self._masks else ()
        one_each = np.broadcast_to(there.reshape(-1, *[1] * len(answers)), (len(there), *answers))
        check_labels(model, one_each, "training", every_class=False)
        classes = 2 if is_sigmoid(model) else int(model.output_shape[-1])
        check_every_class(np.pad(self._voxels, (0, classes - len(self._voxels))), "training")

    def fingerprint(self) -> str:
        """Give a short text that tells these volumes, and how patches are drawn, from others."""
        total = 0
        for pair in zip(self.volumes, self.labels, strict=True):
            total = zlib.crc32(fingerprint(*pair).encode(), total)
        drawn = f"{self._count} patches {self._size}{', balanced' * self._balanced}{', maps' * self._masks}"
        return f"{drawn} of {len(self.volumes)} volumes {total:08x}"


def _checked(
    volumes: Sequence[ArrayLike], labels: Sequence[ArrayLike]
) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """Refuse volumes and labels that don't fit; give each volume an axis of channels."""
    grey, classes = [np.asarray(v) for v in volumes], [np.asarray(a) for a in labels]
    if not grey or len(grey) != len(classes):
        raise ValueError(
            f"There are {len(grey)} volumes and {len(classes)} label maps; each volume needs one, and there "
            "must be at least one. A single volume is given as [volume]."
        )
    for number, (v, a) in enumerate(zip(grey, classes, strict=True)):
        if v.ndim not in (3, 4) or v.shape[:3] != a.shape or 0 in v.shape:
            raise ValueError(
                f"Volume number {number} has the shape {v.shape} and its labels {a.shape}; (z, y, x) or "
                "(z, y, x, channel) and labels (z, y, x) are needed. A single volume is given as [volume]."
            )
        if v.shape[3:] not in ((), (1,)) and v.shape[3:] != grey[0].shape[3:]:
            raise ValueError(
                f"Volume number {number} has {v.shape[3]} channels, number 0 has the shape {grey[0].shape}; "
                "all need the same channels."
            )
        if v.dtype.kind == "f" and not np.isfinite(v).all():
            raise ValueError(
                f"Volume number {number} holds NaN or infinite values; a network can't learn from them. "
                "Set them to 0 (np.nan_to_num), or leave the volume out."
            )
        if a.dtype.kind not in "biu" or a.min() < 0:
            raise ValueError(
                f"The labels of volume number {number} are {a.dtype} from {a.min()} on; whole numbers from 0 "
                "are needed, for example labels.astype(np.uint8)."
            )
    return [v if v.ndim == 4 else v[..., None] for v in grey], classes
