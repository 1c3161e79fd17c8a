"""A three-dimensional image: slices stacked from the feet to the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.data.image import Image
from mediedu.data.orientation import axis_letters
from mediedu.data.pixels import Pixels

if TYPE_CHECKING:
    from mediedu.figures import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Volume(Pixels):
    """Hold a three-dimensional image with what is known about it.

    Volumes from files are turned, without resampling, so that z runs to superior, y to anterior and x to
    the patient's right, as closely as the slices allow. An oblique scan stays oblique; its `affine` says
    how much.

    Parameters
    ----------
    array : ndarray, shape (z, y, x) or (z, y, x, channel)
        Grey values of any dtype, or colours with 3 (RGB) or 4 (RGBA) channels.
    spacing : (float, float, float), optional
        Distance between neighbouring voxel centres along z, y and x in mm. None where the file does not tell.
    affine : ndarray, shape (4, 4), optional
        Maps the index (z, y, x) to RAS millimetres (x to right, y to anterior, z to superior).
    modality, units, source : str
        How it was acquired (``"MR"``), what the numbers mean (``"HU"``), where it came from.
    title, description, licence, citation, synthetic, window, header, notes
        See `Pixels`; keyword only.

    Raises
    ------
    ValueError
        If the array is not three-dimensional (plus channels), or spacing or affine have another form.

    Examples
    --------
    >>> import numpy as np
    >>> from mediedu.data import Volume
    >>> affine = np.array([[0, 0, 1.0, -2], [0, 1.0, 0, -3], [5.0, 0, 0, 10], [0, 0, 0, 1]])
    >>> volume = Volume(np.zeros((4, 7, 5)), spacing=(5, 1, 1), affine=affine, modality="MR")
    >>> volume.position(index=(2, 3, 2))  # millimetres to right, anterior, superior
    array([ 0.,  0., 20.])
    """

    _dimensions = 3
    _axes = "(z, y, x) or (z, y, x, channel)"

    def position(self, index: ArrayLike) -> NDArray[np.float64]:
        """Give the place of a voxel in RAS millimetres.

        Parameters
        ----------
        index : array_like, shape (3,) or (n, 3)
            Indices (z, y, x); fractions are allowed.

        Returns
        -------
        ndarray of float64, same shape
            Millimetres to the patient's right, to anterior, to superior.

        Raises
        ------
        ValueError
            If the volume has no affine, or the indices do not come in threes.
        """
        if self.affine is None:
            raise ValueError(
                "This volume has no affine, so its place in the patient is unknown. "
                "Read it from a file that tells."
            )
        points = np.asarray(index, dtype=np.float64)
        if points.shape[-1:] != (3,):
            raise ValueError(
                f"An index needs three numbers (z, y, x), but the shape given is {points.shape}."
            )
        return points @ self.affine[:3, :3].T + self.affine[:3, 3]

    @property
    def voxel_volume(self) -> float | None:
        """Volume of one voxel in mm³, also where the slices lean; None where the spacing is unknown."""
        if self.affine is not None:
            slices, rows, columns = self.affine[:3, :3].T
            return float(abs(slices @ np.cross(rows, columns)))  # det would round 30 to 29.99999999999999
        return None if self.spacing is None else float(np.prod(self.spacing))

    def _size_in_words(self) -> str:
        slices, rows, columns = self.array.shape[:3]
        return f"{slices} slices of {rows} rows by {columns} columns"

    def show(self, *, alt: str | None = None, title: str | None = None, **options: Any) -> Figure:
        """Draw the volume as three views through its middle.

        The letters of three views are true only where z runs to superior, y to anterior and x to the right.
        Where the affine says otherwise, or is missing, the middle slice is shown without letters.

        Parameters
        ----------
        alt : str, optional
            What a reader who cannot see the picture should know; made from the facts at hand by default.
        title : str, optional
            Stands above the picture; the volume's own title where it is not given.
        **options
            Passed on to `mediedu.figures.three_views`, such as ``position``, ``mask`` or ``limits``.

        Returns
        -------
        Figure
            As the last expression of a cell it is displayed.

        Raises
        ------
        ValueError
            If a position, mask or crosshair is asked for where three views can't be drawn.
        """
        from mediedu.figures import three_views

        words = self._words()
        title = self.title if title is None else title
        sides = "" if self.affine is None else " ".join(side or "?" for side in axis_letters(self.affine))
        if self.colour or sides != "S A R":  # no L and R where they would be false, or nobody knows
            if asked := sorted({"position", "mask", "crosshair"} & set(options)):
                here = f"This one runs to {sides}. " if sides else ""
                raise ValueError(
                    f"Volume.show was given a {asked[0]}, which needs three views: a grey volume whose "
                    f"affine runs to S A R. {here}Leave it out, or turn the array and the affine first."
                )
            if sides not in ("", "S A R"):
                words += f" Its axes run to {sides}, so it is drawn without letters."
                title = f"{title or 'Volume'} (axes run to {sides}: no letters)"
            middle = len(self.array) // 2
            if not self.colour:
                options.setdefault("limits", self.limits)
            spacing = None if self.spacing is None else (self.spacing[1], self.spacing[2])
            flat = Image(self.array[middle], spacing)
            words += f" Slice {middle} (counted from 0) is shown."
            return flat.show(alt=alt or words, title=title or f"slice {middle}", **options)
        options.setdefault("limits", self.limits)
        options.setdefault("spacing", self.spacing)
        words += " Three views through the middle."
        return three_views(self.array, alt=alt or words, title=title or None, **options)
