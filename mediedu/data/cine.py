"""A moving image: the same plane, again and again. Its first axis is time, so it is not a volume."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mediedu.data.image import Image
from mediedu.data.pixels import Pixels

if TYPE_CHECKING:
    from mediedu.figures import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Cine(Pixels):
    """Hold the frames of a moving image, such as an ultrasound loop or an angiogram.

    The first axis is time. There is no spacing along it and no affine through it, so a cine loop is no
    `Volume`: slicing it along a column would mix moments, not places.

    Parameters
    ----------
    array : ndarray, shape (frame, row, col) or (frame, row, col, channel)
        Grey values of any dtype, or colours with 3 (RGB) or 4 (RGBA) channels.
    spacing : (float, float), optional
        Distance between the centres of neighbouring rows and of neighbouring columns, in mm; None if unknown.
    affine : ndarray, shape (4, 4), optional
        Maps the index (0, row, col) of every frame to RAS millimetres.
    frame_time : float, optional
        Milliseconds from one frame to the next; None where the file does not tell. Keyword only.
    modality, units, source, title, description, licence, citation, synthetic, window, header, notes
        See `Pixels`.

    Raises
    ------
    ValueError
        If the array is not (frame, row, col[, channel]), or spacing or affine have another form.

    Examples
    --------
    >>> import numpy as np
    >>> from mediedu.data import Cine
    >>> loop = Cine(np.zeros((30, 4, 6), np.uint8), modality="US", frame_time=33.3)
    >>> len(loop), loop.frame(3).shape
    (30, (4, 6))
    """

    frame_time: float | None = field(default=None, kw_only=True)

    _dimensions = 3
    _axes = "(frame, row, col) or (frame, row, col, channel)"

    def __len__(self) -> int:
        """Count the frames."""
        return len(self.array)

    def frame(self, number: int) -> Image:
        """Give one frame as an `Image`.

        Parameters
        ----------
        number : int
            Which frame, counted from 0.

        Returns
        -------
        Image
            With the facts of the loop.

        Raises
        ------
        ValueError
            If there is no such frame.
        """
        if not 0 <= number < len(self):
            raise ValueError(f"Frame {number} was asked for; this loop has frames 0 to {len(self) - 1}.")
        return Image(
            self.array[number],
            self.spacing,
            self.affine,
            self.modality,
            self.units,
            self.source,
            title=f"{self.title or 'cine'}, frame {number} of {len(self)}",
            description=self.description,
            licence=self.licence,
            citation=self.citation,
            synthetic=self.synthetic,
            window=self.window,
            header=self.header,
            notes=self.notes,
        )

    def _size_in_words(self) -> str:
        frames, rows, columns = self.array.shape[:3]
        return f"{frames} frames of {rows} rows by {columns} columns"

    def show(self, *, alt: str | None = None, title: str | None = None, **options: Any) -> "Figure":
        """Draw the middle frame.

        Parameters
        ----------
        alt : str, optional
            What a reader who cannot see the picture should know; made from the facts at hand by default.
        title : str, optional
            Stands above the picture.
        **options
            Passed on to `mediedu.figures.show`, such as ``cmap``, ``limits`` or ``width``.

        Returns
        -------
        Figure
            As the last expression of a cell it is displayed.
        """
        middle = len(self) // 2
        words = alt or f"{self._words()} Frame {middle} (counted from 0) is shown."
        return self.frame(middle).show(alt=words, title=title, **options)
