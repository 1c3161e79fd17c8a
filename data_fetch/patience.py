"""How long to wait for a network, and how often to ask again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Waiting times in seconds, and numbers of tries.

    Attributes
    ----------
    reach
        To find out whether any server can be reached at all. An offline machine must know within 3 s.
    answer
        For a server's answer to begin.
    silence
        Without a single byte in the middle of a file.
    window, least
        A transfer that brings less than ``least`` bytes a second over ``window`` seconds has stalled.
    tries
        Failures in a row, without progress, before the next address is asked.
    first_pause, longest_pause
        Between tries: doubled each time, from the first to the longest.
    longest_wait
        The most that a server's Retry-After is obeyed; one that asks for more is left for the next address.
    """

    reach: float = 2.0
    answer: float = 30.0
    silence: float = 30.0
    window: float = 60.0
    least: float = 500.0
    tries: int = 5
    first_pause: float = 1.0
    longest_pause: float = 30.0
    longest_wait: float = 120.0

    def pause(self, failures: int) -> float:
        """Give the pause after so many failures in a row.

        Examples
        --------
        >>> [Patience().pause(n) for n in (1, 2, 3, 10)]
        [1.0, 2.0, 4.0, 30.0]
        """
        return min(self.longest_pause, self.first_pause * 2.0 ** (min(failures, 30) - 1))
