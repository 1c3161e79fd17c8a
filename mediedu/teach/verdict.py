"""How the answers of `check`, `hint`, `reveal` and `progress` show themselves: HTML with plain text."""

import html
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["Note", "Verdict"]

_BOX = "border-left: 0.3em solid {colour}; padding: 0.4em 0.9em; margin: 0.3em 0;"
_COLOURS = {"right": "#0072b2", "wrong": "#d55e00", "undone": "#808080", "note": "#808080"}


@dataclass(frozen=True)
class Note:
    """A few words to the learner, with code below them where there is some."""

    message: str
    code: str = ""

    def __repr__(self) -> str:
        return f"{self.message}\n\n{self.code}" if self.code else self.message

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        code = f"<pre><code>{html.escape(self.code)}</code></pre>" if self.code else ""
        box = _BOX.format(colour=_COLOURS["note"])
        text = f'<div role="status" style="{box}">{_words(self.message)}{code}</div>'
        return {"text/html": text, "text/plain": repr(self)}


@dataclass(frozen=True)
class Verdict:
    """What a check says about an answer.

    Attributes
    ----------
    id : str
        The exercise.
    passed : bool
        Whether the answer is right.
    message : str
        What is right or wrong about it, in words.
    kind : str
        "right", "wrong", or "undone" for a stub that nobody has filled in yet.
    """

    id: str
    passed: bool
    message: str
    kind: str = "wrong"

    @property
    def title(self) -> str:
        """The words before the message, so that nothing hangs on colour."""
        return {"right": "Passed", "undone": "Still to do"}.get(self.kind, "Not yet")

    def __repr__(self) -> str:
        return f"{self.title} ({self.id}). {self.message}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        # Colour is a stripe beside the text; the text keeps the page's own: readable in light and dark.
        box = _BOX.format(colour=_COLOURS[self.kind])
        text = f'<div role="status" style="{box}"><strong>{self.title}</strong> {_words(self.message)}</div>'
        return {"text/html": text, "text/plain": repr(self)}


def _words(text: str) -> str:
    """Escape a sentence for HTML; `code` in backticks becomes code, a line break a line break."""
    safe = html.escape(text, quote=False).replace("\n", "<br>")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
