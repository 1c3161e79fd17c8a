"""What every phantom gives: an image made by a program, and the exact truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True, eq=False, repr=False)
class Phantom:
    """Hold a synthetic image, or volume, and what is true about it.

    Parameters
    ----------
    image : ndarray, shape (row, col) or (z, y, x)
        What a scanner would show: with noise, blur and shading.
    labels : ndarray of unsigned integers, of the same shape
        What each pixel is: an index into `class_names`, or the number of an object.
    clean : ndarray of float, of the same shape
        The image before noise (and before the bias field), on the same grey scale: the reference for filters.
    kind : str
        For a mass "benign" or "malignant", else what it shows, such as "cell nuclei".
    seed : int
        The seed that makes it again.
    spacing : tuple of float
        Millimetres between neighbouring rows and columns, or between slices, rows and columns.
    class_names : tuple of str
        What the labels mean; for counted objects only ("background", what each number is one of).
    contour : ndarray of float, shape (256, 2), optional
        The outline as (x, y) = (column, row), at equal arc length, clockwise on the screen.
    margin : str
        For a mass, how its border looks.
    modality, units, description : str
        What it imitates, what the numbers mean, what is seen.
    outlined : tuple of str
        Which of the `class_names` to outline when it draws itself; all by default.
    window : (float, float), optional
        The values drawn black and white.
    synthetic : bool
        Always True: no patient was imaged.

    Examples
    --------
    >>> from mediedu.data import phantom
    >>> mass = phantom.breast_mass("benign", size=128, margin="oval", seed=1)
    >>> mass
    <Phantom: benign mass, oval, 128 × 128 uint8, 0.312 mm, seed 1, synthetic>
    """

    image: NDArray[Any]
    labels: NDArray[Any]
    clean: NDArray[np.floating[Any]]
    kind: str
    seed: int
    spacing: tuple[float, ...]
    class_names: tuple[str, ...]
    contour: NDArray[np.float64] | None = None
    margin: str = ""
    modality: str = ""
    units: str = ""
    description: str = ""
    outlined: tuple[str, ...] = ()
    window: tuple[float, float] | None = None
    synthetic: bool = True

    @property
    def mask(self) -> NDArray[np.bool_]:
        """True where the labels are not 0, which is background."""
        return self.labels > 0

    @property
    def title(self) -> str:
        """A few words for what it shows."""
        return f"{self.kind} mass" if self.margin else self.kind

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        """Give NumPy the image."""
        return np.array(self.image, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        """Tell what it shows in one line."""
        what = ", ".join(filter(None, [self.title, self.margin]))
        sides = " × ".join(map(str, self.image.shape))
        size = f"{sides} {self.image.dtype}, {self.spacing[0]:.3g} mm"
        return f"<Phantom: {what}, {size}, seed {self.seed}, synthetic>"

    def show(self, *, alt: str | None = None, title: str | None = None, **options: Any) -> Any:
        """Draw the image with the true outlines; of a volume, three slices.

        Parameters
        ----------
        alt : str, optional
            Alt text; made from the facts at hand by default.
        title : str, optional
            Stands above the picture.
        **options
            Passed on to `mediedu.figures.overlay`, or for a volume to `mediedu.figures.three_views`.

        Returns
        -------
        Figure
            As the last expression of a cell it is displayed.
        """
        from mediedu.figures import overlay, three_views

        names = self.class_names
        if len(names) == 2:  # one thing, or many of the same kind: one outline colour
            masks: dict[str, NDArray[Any]] = {names[1]: self.mask}
        else:
            chosen = self.outlined or names[1:]
            masks = {name: self.labels == names.index(name) for name in chosen}
            masks = {name: mask for name, mask in masks.items() if mask.any()}
        words = alt or f"Synthetic {self.title}. {self.description}"
        options.setdefault("spacing", self.spacing)
        options.setdefault("limits", self.window or ((0, 255) if self.image.dtype == np.uint8 else None))
        title = title or f"{self.title} (synthetic)"
        if self.image.ndim == 3:
            return three_views(self.image, mask=masks, alt=words, title=title, **options)
        return overlay(self.image, masks, alt=words, title=title, **options)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Draw itself where a notebook shows it."""
        return {**self.show()._repr_mimebundle_(), "text/plain": repr(self)}
