"""What a training gives back: its curves, and which epoch was best."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.figures import Figure, lines

__all__ = ["Training"]


@dataclass(frozen=True, eq=False)
class Training:
    r"""The learning curves of a training; as the last expression of a cell it draws the loss.

    Attributes
    ----------
    curves : mapping of str to numpy.ndarray
        Name of a measure → its value after each epoch: "loss" and the metrics on the training images, the
        same with "val\_" before the name on the validation images, and "learning_rate".
    monitor : str
        The measure by which the best epoch is chosen.
    best_epoch : int
        That epoch, counted from 1.
    restored : bool
        Whether the network has the weights of the best epoch; otherwise those of the last one.
    stopped_early : bool
        Whether the training ended because nothing had improved for a while.
    seconds : float
        How long it took here, resumed parts not counted twice.

    Examples
    --------
    >>> training = Training({"loss": [0.7, 0.4, 0.2], "val_loss": [0.6, 0.5, 0.55]}, "val_loss", 2)
    >>> training
    3 epochs; the best is 2 by val_loss, with loss 0.400, val_loss 0.500.
    >>> training.best["val_loss"]
    0.5
    >>> training.show().alt
    'Learning curves over 3 epochs. loss: 0.7 after the first epoch, 0.2 after the last, lowest 0.2 at
     epoch 3. val_loss: 0.6 after the first epoch, 0.55 after the last, lowest 0.5 at epoch 2.'
    """

    curves: Mapping[str, ArrayLike]
    monitor: str
    best_epoch: int
    restored: bool = False
    stopped_early: bool = False
    seconds: float = field(default=float("nan"))

    def __post_init__(self) -> None:
        """Freeze the curves."""
        frozen = {name: np.array(values, dtype=np.float64) for name, values in self.curves.items()}
        for values in frozen.values():
            values.setflags(write=False)
        object.__setattr__(self, "curves", MappingProxyType(frozen))

    def __repr__(self) -> str:
        early = ", stopped early" if self.stopped_early else ""
        values = ", ".join(f"{name} {v:.3f}" for name, v in self.best.items() if name != "learning_rate")
        return f"{self.epochs} epochs{early}; the best is {self.best_epoch} by {self.monitor}, with {values}."

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return len(np.asarray(self.curves[self.monitor]))

    @property
    def best(self) -> dict[str, float]:
        """Every measure after the best epoch."""
        return {name: float(np.asarray(v)[self.best_epoch - 1]) for name, v in self.curves.items()}

    def show(self, *measures: str, alt: str | None = None, title: str | None = None) -> Figure:
        """Draw learning curves.

        Parameters
        ----------
        *measures : str
            Which, "loss" by default; "accuracy" draws "accuracy" and "val_accuracy" together.
        alt : str, optional
            What is seen; by default the first, last and best values are said.
        title : str, optional
            A line above the figure.

        Returns
        -------
        Figure
            Epochs along the horizontal axis.

        Raises
        ------
        ValueError
            If there is no such measure.
        """
        wanted = measures or ("loss",)
        if unknown := [name for name in wanted if name not in self.curves]:
            raise ValueError(
                f"There is no curve {', '.join(unknown)}; there are {', '.join(self.curves)}. A metric is "
                "recorded when it is named in metrics=..., before the training."
            )
        names = [n for name in wanted for n in dict.fromkeys((name, f"val_{name}")) if n in self.curves]
        return draw_curves({name: np.asarray(self.curves[name]) for name in names}, alt=alt, title=title)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = self.show()._repr_mimebundle_(include, exclude)
        return dict(bundle)


def draw_curves(
    curves: Mapping[str, NDArray[np.float64]], *, alt: str | None = None, title: str | None = None
) -> Figure:
    """Draw curves over epochs, with a text that says their first, last and best values."""
    names = list(dict.fromkeys(curves))
    n = max(len(values) for values in curves.values())
    said = f"Learning curves over {n} epoch{'s' * (n != 1)}. " + " ".join(
        _say(name, curves[name]) for name in names
    )
    return lines(
        {name: (np.arange(1, len(curves[name]) + 1), curves[name]) for name in names},
        alt=alt or said,
        xlabel="Epoch",
        ylabel=" and ".join(dict.fromkeys(name.removeprefix("val_") for name in names)),
        title=title,
        markers=n <= 12,
    )


def _say(name: str, values: NDArray[np.float64]) -> str:
    """Put a curve into words."""
    down = lower_is_better(name)
    at = int(np.nanargmin(values) if down else np.nanargmax(values))
    return (
        f"{name}: {values[0]:.3g} after the first epoch, {values[-1]:.3g} after the last, "
        f"{'lowest' if down else 'highest'} {values[at]:.3g} at epoch {at + 1}."
    )


def lower_is_better(measure: str) -> bool:
    """Say whether a measure is better when it is lower, by its name: losses and errors are.

    Examples
    --------
    >>> lower_is_better("val_loss"), lower_is_better("val_accuracy"), lower_is_better("mean_squared_error")
    (True, False, True)
    """
    return any(
        word in measure for word in ("loss", "error", "entropy", "hinge", "divergence", "learning_rate")
    )
