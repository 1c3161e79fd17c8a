"""A finished picture: PNG bytes and the sentence that stands for them where they can't be seen.

The one carrier of alt text is the output's ``text/html``: ``<img alt="…" src="data:image/png;base64,…">``,
with the same sentence as ``text/plain``. The other candidate, ``image/png`` with ``{"image/png": {"alt":
"…"}}`` as metadata, stops at the notebook's JSON: JupyterLab 4.6's image renderer and myst-nb 1.4 read no
alt text from there. An ``<img alt>`` reaches the page in both, passes the cleaning that Lab gives to
untrusted notebooks, survives nbconvert to HTML, and the picture is stored once.
``tests/figures/test_figure_alt_text_browser.py`` proves it in Chromium. What it costs: a page made through
LaTeX shows the sentence without the picture. GitHub's viewer could not be tried here.
"""

import base64
import html
from dataclasses import dataclass


def checked_alt(alt: object) -> str:
    """Give the alt text back stripped of outer spaces, or say what is missing.

    Parameters
    ----------
    alt
        What the caller passed as ``alt``.

    Returns
    -------
    str
        The text, with runs of white space made one space.

    Raises
    ------
    ValueError
        If it is no text or an empty one.

    Examples
    --------
    >>> checked_alt("  A round bright mass. ")
    'A round bright mass.'
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            f"alt is {alt!r}; a figure needs a text for those who can't see it. "
            "Say in a sentence or two what it shows, for example alt='A round dark mass in grey tissue'."
        )
    return " ".join(alt.split())


@dataclass(frozen=True)
class Figure:
    """A picture with its alt text; it shows itself as the last expression of a cell.

    Attributes
    ----------
    png : bytes
        The picture. The same input gives the same bytes: no date, no version is written into it.
    alt : str
        What the picture shows, for screen readers and where pictures are blocked.
    width, height : int
        Size on the page in CSS pixels. The picture itself holds twice as many pixels each way, for sharp
        text.

    Examples
    --------
    >>> import numpy as np
    >>> from mediedu.figures import show
    >>> figure = show(np.eye(8), alt="A white diagonal on black")
    >>> figure.alt, figure.png[1:4]
    ('A white diagonal on black', b'PNG')
    """

    png: bytes
    alt: str
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse an empty alt text."""
        object.__setattr__(self, "alt", checked_alt(self.alt))

    def __repr__(self) -> str:
        return f"Figure({self.alt!r}, {self.width}×{self.height})"

    def html(self) -> str:
        """Write the picture as one self-contained ``<img>`` element.

        Returns
        -------
        str
            The element; it holds the picture's bytes and asks for nothing from outside. Its class
            ``dark-light`` tells the book's dark mode to leave the grey values as they are.
        """
        data = base64.b64encode(self.png).decode("ascii")
        size = f'width="{self.width}" height="{self.height}"'
        return (
            f'<img class="dark-light" alt="{html.escape(self.alt)}" {size} '
            f'style="max-width:100%;height:auto;background:#fff" src="data:image/png;base64,{data}">'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}
