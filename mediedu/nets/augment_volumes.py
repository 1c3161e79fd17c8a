"""Augmentation of volumes: each is changed in one of its three planes, drawn anew every time.

`Augmentation` turns a volume in the plane of its slices only. A head nods and tilts as well as it turns, so
here the plane is drawn: axial, coronal or sagittal. One plane at a time keeps it at one interpolation.
"""

from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.augment import Augmentation
from mediedu.nets.counter_random import keys_of, uniforms

__all__ = ["VolumeAugmentation"]

AXES = {"front-back": 1, "up-down": 2, "left-right": 3}  # z, y, x, as `predict_test_time` names them
# Places in an image's sequence of random numbers, far beyond those that `Augmentation` reads.
PLANE, FLIP = 2**40, 2**40 + 1


@dataclass(frozen=True)
class VolumeAugmentation:
    """Change each volume of a batch in a plane drawn for it; call it on the batch.

    Parameters
    ----------
    in_plane : Augmentation
        What is done in the plane. It may hold no flips: they would mean another axis in every plane.
    flips : tuple of {"left-right", "up-down", "front-back"}, or one of them
        Along x, y and z; each happens to every second volume. Ask first whether the anatomy allows it.

    Raises
    ------
    TypeError, ValueError
        If `in_plane` is no Augmentation or holds flips, or a flip is unknown.

    Notes
    -----
    In the axial plane rows run along y and columns along x, in the coronal one along z and x, in the sagittal
    one along z and y.

    Examples
    --------
    >>> augment = VolumeAugmentation(Augmentation(rotation=10, noise=(0, 0.1)), flips="left-right")
    >>> volumes, labels = np.zeros((4, 8, 10, 12, 1), np.float32), np.ones((4, 8, 10, 12), np.uint8)
    >>> moved, classes = augment(volumes, labels, rng=0)
    >>> moved.shape, classes.shape
    ((4, 8, 10, 12, 1), (4, 8, 10, 12))

    References
    ----------
    F. Isensee et al., "nnU-Net: a self-configuring method for deep learning-based biomedical image
    segmentation", Nature Methods 18, 203–211, 2021, supplementary note 4 (the changes in common use).
    """

    in_plane: Augmentation = field(default_factory=Augmentation)
    flips: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.in_plane, Augmentation):
            raise TypeError(f"`in_plane` is {self.in_plane!r}; an Augmentation is needed.")
        if self.in_plane.flips:
            raise ValueError(
                "`in_plane` holds flips, which would mean another axis in every plane. Give them to "
                "VolumeAugmentation(..., flips=...)."
            )
        flips = (self.flips,) if isinstance(self.flips, str) else tuple(self.flips)
        if unknown := [flip for flip in flips if flip not in AXES]:
            raise ValueError(f"`flips` holds {unknown[0]!r}. It may hold {', '.join(map(repr, AXES))}.")
        object.__setattr__(self, "flips", flips)

    @overload
    def __call__(self, volumes: ArrayLike, masks: None = None, *, rng: Any) -> NDArray[Any]: ...

    @overload
    def __call__(
        self, volumes: ArrayLike, masks: ArrayLike, *, rng: Any
    ) -> tuple[NDArray[Any], NDArray[Any]]: ...

    def __call__(
        self, volumes: ArrayLike, masks: ArrayLike | None = None, *, rng: Any
    ) -> NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]:
        """Change a batch of volumes, and their masks in the same way.

        Parameters
        ----------
        volumes : array, shape (n, z, y, x, channel)
            uint8 or float32.
        masks : array of int or bool, shape (n, z, y, x), optional
            Labels.
        rng : int, numpy.random.Generator or array of int
            A seed; or a generator, from which one number is drawn for each volume; or one whole number for
            each volume. The same number gives the same changes in a batch of any size.

        Returns
        -------
        volumes : ndarray
            New, of the same shape and dtype.
        masks : ndarray
            Only where masks were given.

        Raises
        ------
        TypeError, ValueError
            As for `Augmentation`.
        """
        grey = np.asarray(volumes)
        labels = None if masks is None else np.asarray(masks)
        if grey.ndim != 5:
            raise ValueError(
                f"The volumes have the shape {grey.shape}; (n, z, y, x, channel) is needed. For images take "
                "Augmentation."
            )
        if labels is not None and labels.shape != grey.shape[:-1]:
            raise ValueError(
                f"The masks have the shape {labels.shape}; these volumes need {grey.shape[:-1]}."
            )
        keys = keys_of(rng, len(grey))
        planes = 1 + np.floor(3 * uniforms(keys, PLANE, 1)[:, 0]).astype(int)
        flipped = uniforms(keys, FLIP, len(self.flips)) < 0.5
        out = np.empty_like(grey)
        moved = None if labels is None else np.empty_like(labels)
        for axis in np.unique(planes):  # the axis that the plane stands upright on
            mine = np.flatnonzero(planes == axis)
            upright = np.moveaxis(grey[mine], axis, 1)
            if labels is None or moved is None:
                changed = self.in_plane(upright, rng=keys[mine])
            else:
                changed, classes = self.in_plane(upright, np.moveaxis(labels[mine], axis, 1), rng=keys[mine])
                moved[mine] = np.moveaxis(classes, 1, axis)
            out[mine] = np.moveaxis(changed, 1, axis)
        for flip, some in zip(self.flips, flipped.T, strict=True):
            out[some] = np.flip(out[some], AXES[flip])
            if moved is not None:
                moved[some] = np.flip(moved[some], AXES[flip])
        return out if moved is None else (out, moved)
