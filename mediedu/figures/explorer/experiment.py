"""One function tried on one image: run it at given positions and check what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.figures.explorer.measures import (
    Agreement,
    agreement,
    agreement_line,
    change_line,
    mask_line,
    range_line,
)
from mediedu.figures.explorer.ranges import Control, describe, function_name
from mediedu.figures.explorer.scale import Scale, choose_scale, to_levels
from mediedu.figures.pixels import checked_image


class ExperimentError(ValueError):
    """The function could not be run at these positions, or gave back something that is not its image."""


@dataclass
class Experiment:
    """A function, an image and the controls; fixes the display scale at the starting positions.

    Attributes
    ----------
    original : ndarray, shape (rows, columns) or (rows, columns, 3)
        The image as given.
    first : ndarray
        The result at the starting positions.
    scale : Scale
        Display limits, fixed from the original and the first result.
    """

    function: Callable[..., Any]
    original: NDArray[Any]
    controls: tuple[Control, ...]
    reference: NDArray[Any] | None = None
    first: NDArray[Any] = field(init=False)
    scale: Scale = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.first = self.run(self.start)
        except ExperimentError as error:
            advice = "The explorer opens at these values: give defaults, or ranges, that work together."
            raise ExperimentError(f"{error} {advice}") from error.__cause__
        self.scale = choose_scale(self.original, self.first)

    @property
    def name(self) -> str:
        """The function's name."""
        return function_name(self.function)

    @property
    def start(self) -> tuple[int, ...]:
        """The positions at which the explorer opens."""
        return tuple(control.start for control in self.controls)

    def run(self, positions: tuple[int, ...]) -> NDArray[Any]:
        """Call the function at these positions; raise `ExperimentError` with a sentence if that fails."""
        where = f"{self.name} with {describe(self.controls, positions)}"
        values = {c.name: c.values[at] for c, at in zip(self.controls, positions, strict=True)}
        try:
            result = np.asarray(self.function(self.original.copy(), **values))
        except Exception as error:
            raise ExperimentError(f"{where} stopped: {_say(error)}") from error
        rows, columns = self.original.shape[:2]
        if result.shape not in ((rows, columns), (rows, columns, 3)):
            raise ExperimentError(
                f"{where} gave back shape {result.shape}; it needs the image's own, {self.original.shape}."
            )
        if result.dtype.kind not in "buif":
            raise ExperimentError(
                f"{where} gave back {result.dtype} values; it needs real numbers or a mask."
            )
        if result.dtype.kind == "f" and not (finite := np.isfinite(result)).all():
            bad = result.size - int(np.count_nonzero(finite))
            raise ExperimentError(
                f"{where} gave back {bad} values that are NaN or infinite; look for a division by zero."
            )
        if hasattr(self, "first") and (result.dtype == bool) != (self.first.dtype == bool):
            raise ExperimentError(
                f"{where} gave back {result.dtype} values; at first it gave {self.first.dtype}."
            )
        return result

    def numbers(self, result: NDArray[Any]) -> str:
        """Write the line of numbers for a result."""
        if result.dtype == bool:
            return mask_line(result, self.reference)
        if self.reference is not None and self.reference.shape == result.shape:
            return agreement_line(agreement(result, self.reference), self._before)
        if self.scale.same and result.shape == self.original.shape:
            return change_line(result, self.original)
        return range_line(result)

    @cached_property
    def _before(self) -> Agreement | None:
        assert self.reference is not None
        return agreement(self.original, self.reference) if self.scale.same else None

    @cached_property
    def first_numbers(self) -> str:
        """The line of numbers at the starting positions."""
        return self.numbers(self.first)

    def original_levels(self) -> NDArray[np.uint8]:
        """Map the original to screen levels."""
        return to_levels(self.original, self.scale.original)

    def levels(self, result: NDArray[Any]) -> NDArray[np.uint8]:
        """Map a result to screen levels."""
        return to_levels(result, self.scale.result)


def finite_image(image: ArrayLike, role: str = "image") -> NDArray[Any]:
    """Take a grey or colour image as an array without holes, or say what is wrong with it."""
    array = checked_image(image, role)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(
            f"The {role} holds NaN or infinite values; fill them first, for example with numpy.nan_to_num."
        )
    return array


def _say(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no reason given"
    if not isinstance(error, (ValueError, ExperimentError)):
        text = f"{type(error).__name__}, {text}"
    return text if text.endswith((".", "?")) else f"{text}."
