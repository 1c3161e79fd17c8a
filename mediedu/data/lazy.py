"""A row of images that stay on the disk until one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


def _set_of(place: object) -> str:
    """Name the fetched set that a file belongs to; empty where it belongs to none."""
    from data_fetch.folders import data_folder

    if isinstance(place, str | Path) and Path(place).is_relative_to(data_folder()):
        return " " + Path(place).relative_to(data_folder()).parts[0]
    return ""


class LazyImages(Sequence[NDArray[Any]]):
    """Images of a data set, each read from its file when it is asked for.

    It behaves like a list of arrays: ``images[3]`` reads one, ``images[2:5]`` and ``images[[7, 1]]`` give a
    shorter row without reading, and a loop reads them one after the other. Nothing is kept in memory.

    Parameters
    ----------
    sources : sequence
        What `read` is called with, mostly paths; one for each image.
    read : callable
        Gives the array of one source.

    Examples
    --------
    >>> import numpy as np
    >>> images = LazyImages([2, 3, 4], lambda size: np.zeros((size, size)))
    >>> len(images), images[-1].shape, len(images[1:])
    (3, (4, 4), 2)
    """

    def __init__(self, sources: Sequence[Any], read: Callable[[Any], NDArray[Any]]) -> None:
        self.sources = tuple(sources)
        self.read = read

    def __len__(self) -> int:
        return len(self.sources)

    @overload
    def __getitem__(self, index: int) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, index: slice | ArrayLike) -> LazyImages: ...
    def __getitem__(self, index: Any) -> NDArray[Any] | LazyImages:
        if isinstance(index, int | np.integer):
            return self._one(self.sources[index])
        if isinstance(index, slice):
            return LazyImages(self.sources[index], self.read)
        chosen = np.arange(len(self))[np.asarray(index)]
        return LazyImages([self.sources[i] for i in chosen], self.read)

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return (self._one(source) for source in self.sources)

    def _one(self, source: Any) -> NDArray[Any]:
        try:
            return self.read(source)
        except FileNotFoundError as error:
            place = error.filename or source
            raise FileNotFoundError(
                f"{place} is missing, though its data set was fetched whole. "
                f"Find out what else is: mediedu data verify{_set_of(place)}. Then fetch the set again."
            ) from error

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        """Read all images into one array, where they have the same shape."""
        images = list(self)
        shapes = {image.shape for image in images}
        if len(shapes) > 1:
            raise ValueError(
                f"These {len(images)} images have {len(shapes)} different shapes, so they don't fit into one "
                f"array. "
                "Take them one by one, as in a loop, or resize them first."
            )
        return np.array(images, dtype=dtype)

    def __repr__(self) -> str:
        return f"<LazyImages: {len(self)} images, read from the disk when asked for>"
