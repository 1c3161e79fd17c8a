"""Find out in two or three seconds whether any server can be reached, not after a minute of time-outs."""

import queue
import socket
import threading
import time
from collections.abc import Iterable
from urllib.parse import urlsplit


def unreachable(urls: Iterable[str], seconds: float) -> set[str]:
    """Try all servers at once and say which cannot be reached.

    Parameters
    ----------
    urls
        Addresses in the order of preference. Where the environment names a proxy, the proxy is tried instead.
    seconds
        The longest to wait. The answer comes at once when the first server is there.

    Returns
    -------
    set of str
        Addresses whose server could not be reached. Those not tried to the end are given the benefit of
        the doubt, unless the time ran out.
    """
    doors = {url: _door(url) for url in urls}
    waiting = {door for door in doors.values() if door is not None}
    answers: queue.SimpleQueue[tuple[tuple[str, int], bool]] = queue.SimpleQueue()
    for door in waiting:
        threading.Thread(target=_knock, args=(door, seconds, answers), daemon=True).start()
    end = time.monotonic() + seconds
    first = next(iter(doors.values()), None)
    dead = set()
    while waiting:
        try:
            door, there = answers.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            dead |= waiting
            break
        waiting.discard(door)
        if not there:
            dead.add(door)
        elif door == first:
            break
    return {url for url, door in doors.items() if door in dead}


def _door(url: str) -> tuple[str, int] | None:
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url))
    parts = urlsplit(proxy if proxy and "://" in proxy else f"http://{proxy}" if proxy else url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    try:
        return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None


def _knock(
    door: tuple[str, int], seconds: float, answers: "queue.SimpleQueue[tuple[tuple[str, int], bool]]"
) -> None:
    try:
        found = {place[4][:2] for place in socket.getaddrinfo(*door, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        found = set()
    if not found:
        answers.put((door, False))
        return
    # All addresses at once: behind a router that swallows IPv6, the first one in turn would eat up the time.
    left = [len(found)]
    counting = threading.Lock()

    def try_one(place: tuple[str, int]) -> None:
        try:
            socket.create_connection(place, timeout=seconds).close()
            answers.put((door, True))
        except OSError:
            with counting:
                left[0] -= 1
                if left[0] == 0:
                    answers.put((door, False))

    for place in found:
        threading.Thread(target=try_one, args=(place,), daemon=True).start()
