"""Look at what a model gives before explaining it: no NaN, and no saturated probability."""

import warnings
from typing import Any

import numpy as np

from mediedu.nets.backend import load_keras

__all__ = ["check_finite", "check_gradients", "warn_if_saturated"]


def check_finite(outputs: Any, what: str) -> None:
    """Refuse outputs that are no numbers.

    Raises
    ------
    ValueError
        With a sentence.
    """
    for array in load_keras().tree.flatten(outputs):
        bad = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
        if bad.any():
            raise ValueError(
                f"The model gives NaN or infinite numbers for {int(bad.sum())} of {len(bad)} {what}. Look "
                "at its weights (a training that diverged leaves NaN there) and at how the images are scaled."
            )


def check_gradients(gradients: list[Any]) -> None:
    """Refuse gradients that are no numbers, although the outputs are.

    Raises
    ------
    ValueError
        With a sentence.
    """
    if not all(np.isfinite(array).all() for array in gradients):
        raise ValueError(
            "The gradient is NaN or infinite, although the model's outputs are numbers. Somewhere it takes a "
            "square root, a logarithm or a norm of 0, or divides by 0, as it may for an image (or a "
            "baseline) that is all zeros: add a small number there. Or take another baseline; or occlusion, "
            "which needs no gradient."
        )


def warn_if_saturated(outputs: Any) -> None:
    """Warn where a probability is explained and lies so close to 0 or 1 that its gradient vanishes."""
    if not isinstance(outputs, np.ndarray):
        return
    if outputs.dtype.kind != "f" or outputs.min() < 0 or outputs.max() > 1 or np.ptp(outputs) == 0:
        return
    if outputs.shape[-1] > 1 and not np.allclose(outputs.sum(axis=-1), 1, atol=1e-3):
        return
    near = np.asarray(np.abs(outputs.reshape(len(outputs), -1) - 0.5) > 0.499)
    flat = [bool(row.any()) for row in near]
    if any(flat):
        warnings.warn(
            f"What is explained looks like a probability, and for {sum(flat)} of {len(flat)} images "
            "it is within 0.001 of 0 or 1, where a softmax or sigmoid is flat and gradients vanish. "
            "Explain the logit, the number before it: logit=True finds it in Sequential and functional "
            "models; in others give the model without its last activation.",
            stacklevel=4,
        )
