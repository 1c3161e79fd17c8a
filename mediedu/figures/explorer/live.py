"""The live explorer: one anywidget module; Python computes, the browser draws.

Loaded by `mediedu.figures.explore` when it is called in a kernel, never by ``import mediedu``. The positions
travel in one synced ``Dict``: the front end keeps one message in flight and the latest waiting, so a held key
never builds a queue. Results go back as raw bytes with the sequence number of their request.
"""

from __future__ import annotations

from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from mediedu.figures.explorer.experiment import Experiment, ExperimentError
from mediedu.figures.explorer.frames import composite, data_uri, fitted, panes_beside, shrink
from mediedu.figures.explorer.layout import asset, captions, gain_of, spec
from mediedu.figures.explorer.player import still_html

WIDEST = 1024  # larger images are computed in full and shrunk for the screen


class ExplorerWidget(anywidget.AnyWidget):  # type: ignore[misc]
    """The model behind the live view: what it shows first, what is asked, and the answers."""

    _esm = asset("explorer.js") + asset("live.js")
    _css = asset("explorer.css")
    spec = traitlets.Dict().tag(sync=True)
    original = traitlets.Bytes().tag(sync=True)
    first = traitlets.Bytes().tag(sync=True)
    request = traitlets.Dict().tag(sync=True, echo_update=False)  # no echo: one message less per key

    def __init__(self, experiment: Experiment, *, title: str, alt: str) -> None:
        self.experiment = experiment
        levels = [
            shrink(x, WIDEST) for x in (experiment.original_levels(), experiment.levels(experiment.first))
        ]
        offered = [range(len(control.values)) for control in experiment.controls]
        described = spec(
            experiment,
            title=title,
            alt=alt,
            shape=fitted(experiment.original.shape, WIDEST),
            positions=offered,
        )
        described["channels"], described["result_channels"] = (_channels(x) for x in levels)
        super().__init__(
            spec=described,
            original=levels[0].tobytes(),
            first=levels[1].tobytes(),
            request={"sequence": 0, "positions": list(experiment.start)},
        )
        self.spec = {**described, "fallback": self.model_id}
        self.observe(self._answer, names="request")

    def _answer(self, change: dict[str, Any]) -> None:
        sequence, positions = change["new"]["sequence"], tuple(change["new"]["positions"])
        try:
            result = self.experiment.run(positions)
        except ExperimentError as error:
            self.send({"kind": "error", "sequence": sequence, "text": str(error)})
            return
        levels = shrink(self.experiment.levels(result), WIDEST)
        # The pixels leave before the numbers are computed: SSIM takes longer than many a function.
        self.send(
            {"kind": "pixels", "sequence": sequence, "channels": _channels(levels)},
            buffers=[levels.tobytes()],
        )
        self.send({"kind": "numbers", "sequence": sequence, "text": self.experiment.numbers(result)})


class LiveExplorer:
    """A live explorer; shows itself as the last expression of a cell.

    It writes two outputs: a plain picture of the first frame with alt text, which the live view hides and
    which is there when the notebook is opened without a kernel, and the live view.
    """

    def __init__(self, experiment: Experiment, *, title: str, alt: str) -> None:
        self.alt = alt
        self.widget = ExplorerWidget(experiment, title=title, alt=alt)

    def __repr__(self) -> str:
        return f"LiveExplorer({self.alt!r})"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        experiment = self.widget.experiment
        original, first = experiment.original_levels(), experiment.levels(experiment.first)
        panes = (original, *panes_beside(experiment, original, first, gain_of(experiment)))
        still = still_html(
            data_uri(composite(panes, 192), 80), self.alt, captions(experiment), fallback=self.widget.model_id
        )
        display({"text/html": still, "text/plain": self.alt}, raw=True)
        display(self.widget)


def _channels(levels: NDArray[np.uint8]) -> int:
    return 1 if levels.ndim == 2 else 3
