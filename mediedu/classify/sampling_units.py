"""What was drawn independently: patients where they are known, else images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.classify.binary_labels import nameless
from mediedu.classify.estimate import Estimate, critical_value, wilson

__all__ = ["Units", "sampling_units"]

UNKNOWN = "by image: patients unknown"


@dataclass(frozen=True, eq=False)
class Units:
    """Which independent unit each image belongs to.

    Parameters
    ----------
    index : ndarray of int, shape (n,)
        The number of the unit of each image, from 0.
    count : int
        How many units there are.
    words : str
        How to say it: "by patient: 12 patients, 40 images" or "by image: patients unknown".
    """

    index: NDArray[np.intp]
    count: int
    words: str

    @property
    def by_patient(self) -> bool:
        """Say whether patients are known."""
        return self.words.startswith("by patient")

    def sums(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Add up a number for each image over the images of each unit; the last axis runs over images."""
        if values.ndim == 1:
            return np.bincount(self.index, values, self.count).astype(np.float64)
        return np.stack([self.sums(row) for row in values])

    def subset(self, chosen: NDArray[np.bool_]) -> Units:
        """Give the units of some of the images, counted anew."""
        if not self.by_patient:
            return sampling_units(None, int(chosen.sum()))
        return sampling_units(self.index[chosen], int(chosen.sum()))


def sampling_units(groups: ArrayLike | None, count: int) -> Units:
    """Give each patient a number, or each image where patients aren't known.

    Parameters
    ----------
    groups : array_like, shape (n,), or None
        The patient of each image.
    count : int
        How many images there are.

    Returns
    -------
    Units
        With one unit for each patient, or for each image.

    Raises
    ------
    ValueError
        If there isn't one patient for each image, or one is missing: None, NaN or an empty name.

    Examples
    --------
    >>> sampling_units(["a", "b", "a"], 3).words
    'by patient: 2 patients, 3 images'
    >>> sampling_units(None, 3).words
    'by image: patients unknown'
    """
    if groups is None:
        return Units(np.arange(count), count, UNKNOWN)
    patients = np.asarray(groups)
    if patients.shape != (count,):
        raise ValueError(
            f"groups has the shape {patients.shape} for {count} images. Give the patient of each image, "
            "in the same order, or None where nobody published them."
        )
    missing = int(nameless(groups).sum())
    if missing:
        raise ValueError(
            f"{missing} of {count} images have no patient in groups. "
            "Leave these images out, or give each a patient of its own if that is true."
        )
    try:
        names, index = np.unique(patients, return_inverse=True)
    except TypeError:
        raise TypeError("groups mixes names and numbers; write all patients in one way.") from None
    people = "patient" if len(names) == 1 else "patients"
    return Units(index, len(names), f"by patient: {len(names)} {people}, {count} images")


def proportion_of_units(correct: NDArray[np.bool_], units: Units, level: float) -> Estimate:
    """Estimate a proportion of images whose units are independent, not the images themselves.

    Wilson's interval is taken at the effective sample size: the number of images divided by the design
    effect, the factor by which images of one patient, being alike, raise the variance (Rao & Scott 1992;
    never below 1). Where all images agree the variance tells nothing, and each patient counts once.
    """
    total, successes = correct.size, int(correct.sum())
    share = successes / total
    if units.count == total:
        low, high = wilson(successes, total, level)
        return Estimate(share, low, high, "Wilson", level)
    if successes in (0, total):
        effect = total / units.count
    else:
        excess = units.sums(correct - share)
        between = np.sum(excess**2) * units.count / max(units.count - 1, 1) / total**2
        effect = float(np.clip(between * (total - 1) / (share * (1 - share)), 1, None))
        effect = total if units.count == 1 else min(effect, total)
    low, high = wilson(successes / effect, total / effect, level)
    return Estimate(share, low, high, "Wilson at the effective sample size, by patient", level)


def effective_size(estimate: Estimate) -> float:
    """Give the sample size at which Wilson's interval is as wide as this one."""
    z2 = critical_value(estimate.level) ** 2
    # Wilson's ends solve (p − share)² = z² p (1 − p) / n: take the end that is farther from 0 and 1.
    end = min((estimate.low, estimate.high), key=lambda p: abs(p - 0.5))
    return z2 * end * (1 - end) / (end - estimate.value) ** 2
