"""Show how a training goes while it runs: a bar in a terminal, a bar and the curves in a notebook.

In a notebook one output is drawn again and again; nothing goes to the error stream and no widget is left in
the file. Where nobody watches (output into a file, or notebooks being stored under ``MEDIEDU_STATIC=1``)
nothing is shown.
"""

import html
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

__all__ = ["Watcher", "watcher"]

# Seconds between two pictures, so that showing costs a training next to nothing.
BAR_EVERY, CURVES_EVERY = 0.25, 1.0


class Watcher(Protocol):
    """What a training tells about itself while it runs."""

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Tell of a step done in an epoch; both count from 1."""

    def epoch(self, epoch: int, curves: Mapping[str, Sequence[float]]) -> None:
        """Tell of the curves after an epoch."""

    def close(self, sentence: str) -> None:
        """Tell how it ended."""


class Silence:
    """Show nothing."""

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Show nothing."""

    def epoch(self, epoch: int, curves: Mapping[str, Sequence[float]]) -> None:
        """Show nothing."""

    def close(self, sentence: str) -> None:
        """Show nothing."""


class Terminal:
    """A bar in a terminal."""

    def __init__(self, epochs: int, steps: int, done: int) -> None:
        from tqdm import tqdm

        self._steps = steps
        self._bar = tqdm(total=epochs * steps, initial=done * steps, unit="step", mininterval=BAR_EVERY)

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Move the bar."""
        self._bar.set_description(f"epoch {epoch}, loss {loss:.4g}", refresh=False)
        self._bar.update((epoch - 1) * self._steps + step - self._bar.n)

    def epoch(self, epoch: int, curves: Mapping[str, Sequence[float]]) -> None:
        """Write the measures beside the bar."""
        self._bar.set_postfix(
            {name: f"{v[-1]:.4g}" for name, v in curves.items() if name.startswith("val_")}, refresh=False
        )
        self._bar.update(epoch * self._steps - self._bar.n)

    def close(self, sentence: str) -> None:
        """Leave the bar as it is."""
        self._bar.close()


class Notebook:
    """A bar and the curves in a notebook, in one output that is drawn anew."""

    def __init__(self, epochs: int, steps: int, done: int) -> None:
        from IPython.display import HTML, display

        self._html = HTML
        self._total, self._steps = epochs, steps
        self._picture, self._drawn, self._shown = "", -CURVES_EVERY, -BAR_EVERY
        self._handle: Any = display(HTML(self._bar(done * steps, "starting")), display_id=True)

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Move the bar."""
        if time.monotonic() - self._shown >= BAR_EVERY:
            self._show((epoch - 1) * self._steps + step, f"epoch {epoch} of {self._total}, loss {loss:.4g}")

    def epoch(self, epoch: int, curves: Mapping[str, Sequence[float]]) -> None:
        """Draw the curves so far."""
        from mediedu.nets.training_result import draw_curves

        if epoch > 1 and time.monotonic() - self._drawn >= CURVES_EVERY:
            losses = {name: np.array(v) for name, v in curves.items() if name in ("loss", "val_loss")}
            self._picture = draw_curves(losses)._repr_mimebundle_()["text/html"]
            self._drawn = time.monotonic()
        said = ", ".join(f"{name} {v[-1]:.4g}" for name, v in curves.items() if name != "learning_rate")
        self._show(epoch * self._steps, f"epoch {epoch} of {self._total}: {said}")

    def close(self, sentence: str) -> None:
        """Leave a sentence; the figure is the cell's own."""
        self._handle.update(self._html(f"<p>{html.escape(sentence)}</p>"))

    def _show(self, done: int, said: str) -> None:
        self._handle.update(self._html(self._bar(done, said) + self._picture))
        self._shown = time.monotonic()

    def _bar(self, done: int, said: str) -> str:
        total = self._total * self._steps
        return (
            f'<p><progress aria-label="Training" max="{total}" value="{done}">{100 * done // total} %'
            f"</progress> {html.escape(said)}</p>"
        )


def watcher(progress: bool, epochs: int, steps: int, done: int = 0) -> Watcher:
    """Choose how a training is shown: in a notebook, in a terminal or not at all.

    Parameters
    ----------
    progress : bool
        Whether it is wanted at all.
    epochs, steps : int
        Epochs in the training and steps in an epoch.
    done : int
        Epochs done already, in a resumed training.

    Returns
    -------
    Watcher
        One that fits the place.

    Examples
    --------
    >>> type(watcher(False, epochs=3, steps=10)).__name__
    'Silence'
    """
    if not progress or os.environ.get("MEDIEDU_STATIC") == "1":
        return Silence()
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and getattr(shell, "kernel", None) is not None:
        return Notebook(epochs, steps, done)
    # The bar of a terminal is written to its error stream, as that of pip and others is.
    return Terminal(epochs, steps, done) if sys.stderr.isatty() else Silence()
