"""What a person sees while a set is fetched: a bar in a terminal, a line now and then elsewhere."""

import shutil
import sys
import time
from typing import Any, Protocol, TextIO

from data_fetch.sizes import in_words


class Progress(Protocol):
    """What the fetching code tells."""

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start on a file, of which a part may be here already."""

    def advance(self, count: int) -> None:
        """Count bytes as they come."""

    def end(self) -> None:
        """Finish the file, or leave it."""

    def say(self, text: str) -> None:
        """Say a sentence."""


class Silent:
    """Say nothing."""

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start on a file."""

    def advance(self, count: int) -> None:
        """Count bytes."""

    def end(self) -> None:
        """Finish."""

    def say(self, text: str) -> None:
        """Say nothing."""


class Bar:
    """A bar with rate and time left, for terminals."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.bar: Any = None

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Draw a new bar."""
        from tqdm import tqdm

        self.end()
        self.bar = tqdm(
            total=total,
            initial=done,
            desc=label,
            unit="B",
            unit_scale=True,
            leave=False,
            file=self.stream,
            # In a terminal that does not tell its size tqdm would show nothing.
            ncols=min(100, shutil.get_terminal_size().columns),
            nrows=shutil.get_terminal_size().lines,
        )

    def advance(self, count: int) -> None:
        """Move the bar."""
        self.bar.update(count)

    def end(self) -> None:
        """Take the bar away; a sentence tells the outcome."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None

    def say(self, text: str) -> None:
        """Write a sentence above the bar."""
        if self.bar is None:
            print(text, file=self.stream, flush=True)
        else:
            self.bar.write(text, file=self.stream)


class Lines:
    """Plain lines, at most one in ``every`` seconds, for notebooks, logs and pipes."""

    def __init__(self, stream: TextIO, every: float = 10.0) -> None:
        self.stream = stream
        self.every = every
        self.label, self.total, self.done, self.came = "", None, 0, 0  # type: tuple[str, int | None, int, int]
        self.began = self.told = 0.0

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Note the start; the first line comes only if the file takes its time."""
        self.label, self.total, self.done, self.came = label, total, done, 0
        self.began = self.told = time.monotonic()

    def advance(self, count: int) -> None:
        """Count, and write a line where the last one is old."""
        self.done += count
        self.came += count
        now = time.monotonic()
        if now - self.told >= self.every:
            self.told = now
            self.say(self.line(now))

    def line(self, now: float) -> str:
        """Say how far it is, how fast, and how long it still takes."""
        rate = self.came / max(now - self.began, 1e-9)
        if not self.total:
            return f"{self.label}: {in_words(self.done)}, {in_words(rate)}/s"
        left = (self.total - self.done) / rate if rate else float("inf")
        ends = f"{left:.0f} s left" if left < 120 else f"{left / 60:.0f} min left"
        share = f"{self.done / self.total:.0%} of {in_words(self.total)}"
        return f"{self.label}: {share}, {in_words(rate)}/s, {ends}"

    def end(self) -> None:
        """Nothing to tidy up."""

    def say(self, text: str) -> None:
        """Write a line."""
        print(text, file=self.stream, flush=True)


def fitting(quiet: bool) -> Progress:
    """Choose what fits: nothing, a bar in a terminal, or lines."""
    if quiet:
        return Silent()
    return Bar(sys.stderr) if sys.stderr is not None and sys.stderr.isatty() else Lines(sys.stderr)
