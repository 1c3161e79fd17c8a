"""A two-dimensional image that knows its spacing, its units and its origin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mediedu.data.pixels import Pixels

if TYPE_CHECKING:
    from mediedu.figures import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Image(Pixels):
    """Hold a two-dimensional image with what is known about it.

    Parameters
    ----------
    array : ndarray, shape (row, col) or (row, col, channel)
        Grey values of any dtype, or colours with 3 (RGB) or 4 (RGBA) channels.
    spacing : (float, float), optional
        Distance between the centres of neighbouring rows and of neighbouring columns, in mm. None where the
        file does not tell: then nothing can be measured in millimetres.
    affine : ndarray, shape (4, 4), optional
        Maps the index (0, row, col) to RAS millimetres (x to right, y to anterior, z to superior).
    modality, units, source : str
        How it was acquired (``"CT"``), what the numbers mean (``"HU"``), where it came from.
    title, description, licence, citation, synthetic, window, header, notes
        See `Pixels`; keyword only.

    Raises
    ------
    ValueError
        If the array is not two-dimensional (plus channels), or spacing or affine have another form.

    Examples
    --------
    >>> import numpy as np
    >>> from mediedu.data import Image
    >>> image = Image(np.arange(12).reshape(3, 4), spacing=(0.5, 0.5), modality="CT", units="HU")
    >>> image.shape
    (3, 4)
    >>> float(np.asarray(image).mean())
    5.5
    """

    _dimensions = 2
    _axes = "(row, col) or (row, col, channel)"

    def _size_in_words(self) -> str:
        rows, columns = self.array.shape[:2]
        return f"{rows} rows by {columns} columns"

    def show(self, *, alt: str | None = None, title: str | None = None, **options: Any) -> "Figure":
        """Draw the image.

        Parameters
        ----------
        alt : str, optional
            What a reader who cannot see the picture should know; made from the facts at hand by default.
        title : str, optional
            Stands above the picture; the image's own title where it is not given.
        **options
            Passed on to `mediedu.figures.show`, such as ``cmap``, ``limits``, ``colorbar`` or ``width``.

        Returns
        -------
        Figure
            As the last expression of a cell it is displayed.
        """
        from mediedu.figures import show

        pixels = self.array
        if not self.colour:
            options.setdefault("limits", self.limits)
        else:
            pixels = pixels[..., :3]
            if pixels.dtype == np.uint32:  # rare, and more than any screen shows
                pixels = (pixels >> 16).astype(np.uint16)
        options.setdefault("spacing", self.spacing)
        title = self.title if title is None else title
        return show(pixels, alt=alt or self._words(), title=title or None, **options)
