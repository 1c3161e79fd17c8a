"""What an image, a volume and a cine loop have in common: pixels that know where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from mediedu.figures import Figure


MODALITIES = {
    "CR": "X-ray image",
    "CT": "CT",
    "DX": "X-ray image",
    "MG": "mammogram",
    "MR": "MR",
    "NM": "nuclear medicine",
    "OP": "eye photograph",
    "OT": "picture",
    "PT": "PET",
    "RF": "fluoroscopy",
    "RTDOSE": "radiation dose",
    "SEG": "segmentation",
    "SM": "slide microscopy",
    "US": "ultrasound",
    "XA": "X-ray angiogram",
}
"""DICOM modality codes in words, for titles and alt text."""


@dataclass(frozen=True, eq=False, repr=False)
class Pixels:
    """Hold an array of grey values or colours with what is known about it.

    This is the shared part of `Image`, `Volume` and `Cine`; use those. The fields cannot be rebound; make a
    changed copy with ``dataclasses.replace(image, array=smoothed)``.
    """

    array: NDArray[Any]
    """Grey values or colours; the axes are told by the class."""
    spacing: tuple[float, ...] | None = None
    """Distance between neighbouring pixel centres in mm, in the order of the axes; None if unknown."""
    affine: NDArray[np.float64] | None = None
    """4×4 matrix from index to RAS millimetres (x to right, y to anterior, z to superior), or None."""
    modality: str = ""
    """How it was acquired: a DICOM code such as ``"CT"`` or ``"US"``, or a word such as ``"fundus"``."""
    units: str = ""
    """What the numbers mean: ``"HU"`` for Hounsfield units, ``""`` where nothing is known."""
    source: str = ""
    """Where it came from: a file name, or the name of a data set."""
    title: str = field(default="", kw_only=True)
    """A few words to stand above a picture of it."""
    description: str = field(default="", kw_only=True)
    """One or two sentences about what is seen."""
    licence: str = field(default="", kw_only=True)
    """The terms it may be used under."""
    citation: str = field(default="", kw_only=True)
    """Whom to name when it is used."""
    synthetic: bool = field(default=False, kw_only=True)
    """True if a program made it and no patient was imaged."""
    window: tuple[float, float] | None = field(default=None, kw_only=True)
    """The window (centre, width) that the file suggests for viewing, in `units`, or None."""
    header: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Facts from the file's header of use to a lesson, never about the patient; see `patient_facts`."""
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    """Sentences about what the reader did to the pixels, or could not find out."""

    _dimensions = 2
    _axes = "(row, col) or (row, col, channel)"

    def __post_init__(self) -> None:
        """Check the fields and bring them to their types."""
        array = np.asarray(self.array)
        grey = array.ndim == self._dimensions
        colour = array.ndim == self._dimensions + 1 and array.shape[-1] in (3, 4)
        name = type(self).__name__
        if not (grey or colour):
            raise ValueError(
                f"{name} was given an array of shape {array.shape}. It needs {self._axes}, "
                "with 3 or 4 channels. Take a slice of it, or use another of Image, Volume and Cine."
            )
        if array.size == 0:
            raise ValueError(
                f"{name} was given an empty array of shape {array.shape}. It needs one pixel or more."
            )
        object.__setattr__(self, "array", array)
        if self.spacing is not None:
            object.__setattr__(self, "spacing", self._checked_spacing(self.spacing))
        if self.affine is not None:
            affine = np.asarray(self.affine, dtype=np.float64)
            if affine.shape != (4, 4) or not np.isfinite(affine).all():
                raise ValueError(
                    f"{name} was given an affine of shape {affine.shape}. It needs 4×4 finite numbers."
                )
            object.__setattr__(self, "affine", affine)

    def _checked_spacing(self, spacing: tuple[float, ...]) -> tuple[float, ...]:
        numbers = tuple(float(step) for step in spacing)
        wanted = 3 if self._axes.startswith("(z") else 2
        if len(numbers) != wanted or not all(np.isfinite(step) and step > 0 for step in numbers):
            raise ValueError(
                f"{type(self).__name__} was given the spacing {numbers}. It needs {wanted} numbers "
                "above 0, in mm, or None where the spacing is unknown."
            )
        return numbers

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        """Give NumPy the pixels, so that ``np.asarray(image)`` and every NumPy function work."""
        return np.array(self.array, dtype=dtype, copy=copy)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the array's numbers."""
        return self.array.dtype

    @property
    def colour(self) -> bool:
        """Whether the last axis holds colours."""
        return self.array.ndim > self._dimensions

    @property
    def limits(self) -> tuple[float, float]:
        """The values drawn black and white: the suggested window, else 0 to 255 in 8 bits, else the range."""
        if self.window is not None:
            centre, width = self.window
            return centre - width / 2, centre + width / 2
        if self.array.dtype == np.uint8:
            return 0.0, 255.0
        if self.array.dtype == np.bool_:
            return 0.0, 1.0
        low, high = self._range()
        if not np.isfinite(low):
            return 0.0, 1.0
        return (low, high) if low < high else (low, low + 1.0)

    def _words(self) -> str:
        """Say what this is in words, for alt text: title, then size, values, origin."""
        what = self.title or MODALITIES.get(self.modality, self.modality) or "Picture"
        parts = [f"{what[:1].upper()}{what[1:]}", self._size_in_words()]
        if self.colour:
            parts.append("in colour")
        else:
            low, high = (f"{value:.4g}" for value in self._range())
            unit = f" {self.units}" if self.units else ""
            parts.append(f"grey values from {low} to {high}{unit}")
            if self.window is not None:
                black, white = (f"{value:.4g}" for value in self.limits)
                parts.append(f"drawn from black at {black} to white at {white}")
        sentence = ", ".join(parts) + "."
        if self.description:
            sentence += " " + self.description.rstrip(".") + "."
        return sentence + (" Synthetic." if self.synthetic else "")

    def _range(self) -> tuple[float, float]:
        if self.array.dtype.kind in "fc":
            finite = self.array[np.isfinite(self.array)]
            return (float(finite.min()), float(finite.max())) if finite.size else (float("nan"), float("nan"))
        return float(self.array.min()), float(self.array.max())

    def _size_in_words(self) -> str:
        return " by ".join(str(length) for length in self.array.shape[: self._dimensions]) + " pixels"

    def _spacing_in_words(self) -> str:
        if self.spacing is None:
            return "spacing unknown"
        return " × ".join(f"{step:.4g}" for step in self.spacing) + " mm"

    def __repr__(self) -> str:
        """Tell shape, type, spacing and origin in one line."""
        name = type(self).__name__
        what = self.title or MODALITIES.get(self.modality, self.modality) or "picture"
        unit = f" {self.units}" if self.units else ""
        origin = f", from {self.source}" if self.source else ""
        made = ", synthetic" if self.synthetic else ""
        return f"<{name}: {what}, {self.shape} {self.dtype}{unit}, {self._spacing_in_words()}{origin}{made}>"

    def show(self, *, alt: str | None = None, title: str | None = None, **options: Any) -> Figure:
        """Draw it; each class says how."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Draw itself where a notebook shows it."""
        return {**self.show()._repr_mimebundle_(), "text/plain": repr(self)}
