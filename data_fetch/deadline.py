"""Run a blocking call, but not for longer than we are willing to wait."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Run a call in a thread of its own and give its result.

    Name look-ups take no time-out, and a server that sends one header byte a second resets every socket
    time-out. A thread can be left behind; it is a daemon, so that it never keeps Python from ending.

    Raises
    ------
    TimeoutError
        If the call took longer. Whatever the call raises is raised here too.
    """
    answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]
