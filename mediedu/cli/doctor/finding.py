"""What the doctor found about one thing."""

import textwrap
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Parameters
    ----------
    subject : str
        What was looked at, in a word or two.
    state : {"fine", "note", "missing"}
        ``"missing"``: the course needs it and it isn't here or is too old. ``"note"``: good to know.
    says : str
        A sentence or two for people.
    mend : str
        What to do about it; empty where nothing need be done.

    Examples
    --------
    >>> print(Finding("Disk", "missing", "0.2 GB are free.", "Make room.").as_text())
    MISSING  Disk: 0.2 GB are free.
             To mend it: Make room.
    """

    subject: str
    state: Literal["fine", "note", "missing"]
    says: str
    mend: str = ""

    def as_text(self) -> str:
        """Give the finding as lines of at most 100 characters."""
        lines = [f"{self.subject}: {self.says}"]
        if self.mend:
            lines.append(f"To mend it: {self.mend}" if self.state == "missing" else self.mend)
        mark = {"fine": "fine", "note": "note", "missing": "MISSING"}[self.state]
        wrapped = [textwrap.wrap(line, 90, break_long_words=False, break_on_hyphens=False) for line in lines]
        body = [part for line in wrapped for part in line]
        return "\n".join(f"{mark if not n else '':9}{line}" for n, line in enumerate(body))
