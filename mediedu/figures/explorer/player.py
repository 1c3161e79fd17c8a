"""The static player: one self-contained piece of HTML that answers the same controls without a kernel.

Without scripts (GitHub, an untrusted notebook) it is its first frame, an ``<img>`` with alt text. Its own
inline script builds the controls; it asks for nothing from outside and several may stand on one page.
"""

import hashlib
import html
import itertools
import json
from dataclasses import dataclass
from typing import Any

from mediedu.figures.explorer.experiment import Experiment
from mediedu.figures.explorer.frames import (
    Frame,
    composite,
    compute_frames,
    data_uri,
    fitted,
    offered_positions,
)
from mediedu.figures.explorer.layout import asset, captions, counts, spec

MOST_BYTES = 300_000
_TRIES = ((192, 80), (192, 65), (192, 50), (160, 50), (160, 35), (128, 35), (96, 30), (64, 30))


@dataclass(frozen=True)
class Player:
    """A stored explorer; shows itself as the last expression of a cell.

    Attributes
    ----------
    alt : str
        What the first frame shows.
    html : str
        The whole player.
    """

    alt: str
    html: str

    def __repr__(self) -> str:
        return f"Player({self.alt!r}, {len(self.html) // 1000} kB)"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.alt}


def still_html(picture: str, alt: str, names: list[str], fallback: str = "") -> str:
    """Write the first frame as a plain picture with its captions; it needs no script."""
    mark = f' data-mediedu-fallback="{fallback}"' if fallback else ""
    return (
        f'<div data-still{mark}><img class="dark-light" alt="{html.escape(alt)}" src="{picture}" '
        'style="max-width:100%;height:auto;background:none">'
        f"<div>{html.escape(' · '.join(names))}</div></div>"
    )


def make_player(experiment: Experiment, *, title: str, alt: str) -> Player:
    """Compute every frame and write the player, with smaller pictures until it fits in 300 kB."""
    offered = offered_positions(experiment.controls)
    frames = compute_frames(experiment, offered)
    for widest, quality in _TRIES:
        text = _write(experiment, offered, frames, title=title, alt=alt, widest=widest, quality=quality)
        if len(text.encode()) <= MOST_BYTES:
            return Player(alt, text)
    raise ValueError(
        f"The stored explorer of {experiment.name} takes more than {MOST_BYTES // 1000} kB; "
        "give it fewer positions."
    )


def _write(
    experiment: Experiment,
    offered: list[list[int]],
    frames: list[Frame],
    *,
    title: str,
    alt: str,
    widest: int,
    quality: int,
) -> str:
    original = experiment.original_levels()
    start = tuple(control.start for control in experiment.controls)
    pixels = original.shape[0] * original.shape[1]
    stored: list[dict[str, Any]] = []
    still = ""
    for positions, frame in zip(itertools.product(*offered), frames, strict=True):
        if frame.panes is None:
            stored.append({"error": frame.error})
            continue
        entry: dict[str, Any] = {"numbers": frame.numbers, "histogram": _short(frame.histogram, pixels)}
        if positions == start:
            still = data_uri(composite((original, *frame.panes), widest), quality)
        else:
            entry["picture"] = data_uri(composite(frame.panes, widest), quality)
        stored.append(entry)
    shape = fitted(original.shape, widest)
    data = {
        "spec": spec(experiment, title=title, alt=alt, shape=shape, positions=offered),
        "original": _short(tuple(int(n) for n in counts(original)), pixels),
        "frames": stored,
    }
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    mark = hashlib.sha256(written.encode()).hexdigest()[:12]
    script = f"(() => {{\n{asset('explorer.js')}\n{asset('player.js')}\nconst data = {written};\n"
    find = (
        f"document.querySelectorAll('[data-mediedu-player=\"{mark}\"]').forEach((root) => play(root, data));"
    )
    return (
        f'<div class="mediedu-explorer" data-mediedu-player="{mark}">'
        f"{still_html(still, alt, captions(experiment))}"
        f"<style>{asset('explorer.css')}</style></div>"
        f"<script>{script}{find}\n}})();</script>"
    )


def _short(histogram: tuple[int, ...], pixels: int) -> list[int]:
    """Write counts as shares of all pixels, in steps of 0.01 %."""
    return [round(10_000 * n / pixels) for n in histogram]
