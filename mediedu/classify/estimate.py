"""A number with its confidence interval, and the intervals of a proportion."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Estimate", "critical_value", "proportion_interval", "wilson"]


@dataclass(frozen=True)
class Estimate:
    """A number measured on a sample, and the interval in which the true one plausibly lies.

    Parameters
    ----------
    value : float
        The number. NaN where it isn't defined; then `reason` says why and the interval is all that is
        possible.
    low, high : float
        The ends of the confidence interval.
    method : str
        How the interval was found.
    level : float, default 0.95
        Its confidence level.
    reason : str
        Why the number isn't defined; empty where it is.

    Examples
    --------
    >>> sensitivity = proportion_interval(2, 10)
    >>> print(sensitivity)
    0.200 (0.057 to 0.510)
    >>> f"{sensitivity:.2f}"
    '0.20 (0.06 to 0.51)'
    >>> round(float(sensitivity), 1)
    0.2
    """

    value: float
    low: float
    high: float
    method: str
    level: float = 0.95
    reason: str = ""

    @property
    def defined(self) -> bool:
        """Say whether there is a number at all."""
        return not math.isnan(self.value)

    def __float__(self) -> float:
        """Give the number without its interval."""
        return float(self.value)

    def __format__(self, spec: str) -> str:
        """Write the number and its interval, each by the same format."""
        if not self.defined:
            return f"not defined: {self.reason}"
        spec = spec or ".3f"
        return f"{self.value:{spec}} ({self.low:{spec}} to {self.high:{spec}})"

    def __str__(self) -> str:
        """Write the number and its interval with three decimals."""
        return format(self)

    def __repr__(self) -> str:
        """Tell number, interval, level and method."""
        return f"<Estimate {self}; {100 * self.level:g} %, {self.method}>"


def proportion_interval(
    successes: float, total: float, *, level: float = 0.95, method: str = "wilson"
) -> Estimate:
    """Estimate a proportion, such as a sensitivity, with its confidence interval.

    Parameters
    ----------
    successes, total : float
        How many of how many, ``0 ≤ successes ≤ total`` and ``total > 0``. They need not be whole: an
        effective sample size isn't.
    level : float, default 0.95
        Confidence level, between 0 and 1.
    method : {"wilson", "exact"}
        Wilson's score interval covers the truth in about 95 % of samples. Clopper's and Pearson's exact
        interval covers it in at least 95 %, and is wider.

    Returns
    -------
    Estimate
        The proportion and its interval, both in [0, 1].

    Raises
    ------
    ValueError
        For counts that make no proportion, a level outside (0, 1), or an unknown method.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. 1927.
    Clopper CJ, Pearson ES. The use of confidence or fiducial limits. 1934.

    Examples
    --------
    >>> proportion_interval(82, 90)
    <Estimate 0.911 (0.834 to 0.954); 95 %, Wilson>
    >>> proportion_interval(10, 10, method="exact")
    <Estimate 1.000 (0.692 to 1.000); 95 %, Clopper–Pearson>
    """
    successes, total = float(successes), float(total)
    if not (math.isfinite(total) and total > 0 and 0 <= successes <= total):
        raise ValueError(
            f"{successes:g} of {total:g} is no proportion. Give successes from 0 to total, "
            "and a total above 0."
        )
    if method == "wilson":
        low, high = wilson(successes, total, level)
        return Estimate(successes / total, low, high, "Wilson", level)
    if method == "exact":
        from scipy.special import betaincinv

        tail = (1 - checked_level(level)) / 2
        failures = total - successes
        low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
        high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
        return Estimate(successes / total, low, high, "Clopper–Pearson", level)
    raise ValueError(f"There is no method {method!r} for a proportion. Take 'wilson' or 'exact'.")


def wilson(successes: float, total: float, level: float) -> tuple[float, float]:
    """Give the ends of Wilson's score interval; the counts need not be whole."""
    z2 = critical_value(level) ** 2
    share = successes / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = math.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return low, 1.0 if successes == total else min(1.0, middle + half)


def critical_value(level: float) -> float:
    """Give the normal distribution's two-sided critical value, 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri((1 + checked_level(level)) / 2))


def checked_level(level: float) -> float:
    """Give a confidence level back, or say what one is."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}; a confidence level lies between 0 and 1, such as 0.95.")
    return float(level)
