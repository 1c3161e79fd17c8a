"""What an explanation gives back: a number for each pixel, and how far the numbers fail to add up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mediedu.figures import Figure

__all__ = ["Attribution"]


@dataclass(frozen=True, eq=False, repr=False)
class Attribution:
    """How much each pixel adds to what was explained.

    Attributes
    ----------
    values : ndarray of float32 (float64 for a model that computes so), or a tuple of them
        As large as the images; a tuple, in the order of the model's inputs, where it has several; as large
        as the layer's output where a layer was explained, and (n, row, col) for Grad-CAM.
    images : ndarray, or a tuple of them
        The images, as they were given.
    method : str
        Such as "integrated gradients".
    explained : str
        What the values belong to, such as "the logit of class 1".
    target : ndarray of int, shape (n,), or None
        The class explained for each image; None where the target was a function.
    score : ndarray of float64, shape (n,)
        What was explained, for each image.
    baseline_score : ndarray of float64, shape (n,), or None
        The same at the baseline, the mean where there were several.
    gap : ndarray of float64, shape (n,), or None
        Completeness gap: how far the sum of an image's values lies from ``score - baseline_score``. None
        where the method promises no such sum.
    relative_gap : ndarray of float64, shape (n,), or None
        The gap divided by the size of that difference. 0 where both are 0, infinite where only the latter is.
    steps : ndarray of int, shape (n,), or None
        Places on the path at which gradients were taken, for each image (and each of its baselines).
    layer : str or None
        The layer whose output the values belong to; None for the images themselves.

    Examples
    --------
    >>> image = np.array([[[[1.0], [2.0]], [[0.0], [3.0]]]])
    >>> a = Attribution(values=-image, images=image, method="by hand", explained="x", score=np.zeros(1))
    >>> a
    Attribution(by hand of x, 1 image of 2×2×1)
    >>> a.maps[0].tolist()
    [[-1.0, -2.0], [0.0, -3.0]]
    >>> a.top_mask(25)[0].tolist()
    [[False, False], [False, True]]
    """

    values: NDArray[np.float32] | tuple[NDArray[np.float32], ...]
    images: NDArray[Any] | tuple[NDArray[Any], ...]
    method: str
    explained: str
    score: NDArray[np.float64]
    target: NDArray[np.intp] | None = None
    baseline_score: NDArray[np.float64] | None = None
    gap: NDArray[np.float64] | None = None
    relative_gap: NDArray[np.float64] | None = None
    steps: NDArray[np.intp] | None = None
    layer: str | None = None

    def __len__(self) -> int:
        """Give the number of images."""
        return len(self.score)

    def __repr__(self) -> str:
        images = self.images if isinstance(self.images, tuple) else (self.images,)
        first = max(images, key=lambda array: array.ndim)
        parts = [
            f"{self.method} of {self.explained}",
            f"{len(self)} image{'s' * (len(self) != 1)} of {'×'.join(map(str, first.shape[1:]))}",
        ]
        if len(images) > 1:
            parts[-1] += f" and {len(images) - 1} more input{'s' * (len(images) > 2)}"
        if self.layer is not None:
            parts.append(f"layer {self.layer!r}")
        if self.steps is not None and len(self.steps):
            low, high = int(self.steps.min()), int(self.steps.max())
            parts.append(f"{low} steps" if low == high else f"{low} to {high} steps")
        if self.relative_gap is not None and len(self.relative_gap):
            median, worst = np.median(self.relative_gap), np.max(self.relative_gap)
            parts.append(f"gap {median:.2%} (worst {worst:.2%})")
        return f"Attribution({', '.join(parts)})"

    @property
    def maps(self) -> NDArray[np.float32]:
        """One number for each place: the values summed over channels, (n, row, col) or (n, z, y, x).

        The sum over channels keeps completeness; images (n, row, col) have none. Of several inputs it is the
        first one with rows and columns.
        """
        found = self.values[self.place] if isinstance(self.values, tuple) else self.values
        images = self.images[self.place] if isinstance(self.images, tuple) else self.images
        channels = found.ndim == images.ndim > 3 or (self.layer is not None and self.method != "Grad-CAM")
        return found.sum(axis=-1, dtype=np.float64).astype(np.float32) if channels else found

    @property
    def place(self) -> int:
        """The number of the input that is drawn: the first one with rows and columns."""
        images = self.images if isinstance(self.images, tuple) else (self.images,)
        found = next((place for place, array in enumerate(images) if array.ndim >= 3), None)
        values = self.values if not isinstance(self.values, tuple) else self.values[found or 0]
        if found is None or values.ndim < 3:
            raise ValueError(
                f"The values have the shape {values.shape}: there are no rows and columns. Read `values`."
            )
        return found

    def top_mask(self, percent: float, *, positive: bool = False) -> NDArray[np.bool_]:
        """Mark the places with the largest values.

        Parameters
        ----------
        percent : float
            How many of an image's places, above 0 and at most 100; rounded up to a whole number of places.
        positive : bool
            Whether to look for the most positive values; by default for the largest in size, of either sign.

        Returns
        -------
        ndarray of bool
            (n, row, col) or (n, z, y, x). Of equal values, those that come first are marked.

        Raises
        ------
        ValueError
            If `percent` is out of range.
        """
        if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 < percent <= 100:
            raise ValueError(f"percent is {percent!r}; it must be a number above 0 and at most 100.")
        maps = self.maps if positive else np.abs(self.maps)
        rows = maps.reshape(len(maps), -1)
        count = int(np.ceil(percent / 100 * rows.shape[1] - 1e-9))
        order = np.argsort(-rows, axis=1, kind="stable")[:, :count]
        mask = np.zeros(rows.shape, dtype=bool)
        np.put_along_axis(mask, order, True, axis=1)
        return mask.reshape(maps.shape)

    def show(
        self,
        n: int = 0,
        *,
        top: float | None = None,
        alt: str | None = None,
        title: str | None = None,
        limit: float | None = None,
    ) -> "Figure":
        """Draw an image and its attribution over it, in colours that part at zero.

        Parameters
        ----------
        n : int
            Which image.
        top : float, optional
            Outline the places with the largest values, this many percent of them, in place of the colours.
        alt : str, optional
            What the picture shows. By default a sentence made from the numbers.
        title : str, optional
            A short line above.
        limit : float, optional
            The value that gets the strongest colour. By default the largest in size in this image.

        Returns
        -------
        Figure
            Of a volume, the slice whose values weigh most.

        Raises
        ------
        IndexError, ValueError
            If there is no such image, or it has no rows and columns.
        """
        from mediedu.explain.attribution_figure import draw

        return draw(self, n, top=top, alt=alt, title=title, limit=limit)
