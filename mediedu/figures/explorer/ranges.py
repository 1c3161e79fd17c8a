"""Read the ranges a learner gives to `explore` into controls: sliders and choices.

A control holds every value it can take, in order; the explorer speaks of positions (indices into those
values), so that no number is changed on its way through the browser.
"""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

_FINE = 50  # about so many steps on a slider whose step was not given


@dataclass(frozen=True)
class Control:
    """One named slider or choice.

    Attributes
    ----------
    name : str
        The function's parameter.
    values : tuple
        Every value the control can take, in order.
    texts : tuple of str
        The same values as a person reads them.
    start : int
        Position at which the explorer opens.
    slider : bool
        True for a slider over numbers, False for a choice from a list.
    step : float
        Distance between two neighbouring slider values; 0.0 for a choice.
    """

    name: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int
    slider: bool
    step: float = 0.0

    @property
    def label(self) -> str:
        """The parameter's name as words."""
        return self.name.replace("_", " ")


def read_ranges(function: Callable[..., Any], ranges: Mapping[str, Any]) -> tuple[Control, ...]:
    """Turn ``{parameter: range}`` into controls and check them against the function.

    Parameters
    ----------
    function : callable
        Takes the image first, then the named parameters.
    ranges : mapping
        ``(low, high)``, ``(low, high, step)``, ``[choices]`` or ``{label: value}`` for each parameter.

    Returns
    -------
    tuple of Control
        In the order given. A slider starts at the function's own default (the nearest position), or in the
        middle if there is none; a choice at its default, or the first.

    Raises
    ------
    TypeError
        If the function does not take a parameter of that name, or needs one that has no range.
    ValueError
        If a range is not one of the four forms.

    Examples
    --------
    >>> def smooth(image, size=5): ...
    >>> control, = read_ranges(smooth, {"size": (3, 11, 2)})
    >>> control.values, control.start
    ((3, 5, 7, 9, 11), 1)
    """
    if not ranges:
        raise ValueError(
            "explore needs at least one parameter to vary; give a range by name, such as size=(3, 11, 2)."
        )
    defaults = _defaults(function, ranges)
    return tuple(_control(name, given, defaults.get(name)) for name, given in ranges.items())


def function_name(function: Callable[..., Any]) -> str:
    """Name a function as a person would: the wrapped one for a partial, "the function" for a lambda."""
    function = getattr(function, "func", function)
    name = getattr(function, "__name__", type(function).__name__)
    return "the function" if name == "<lambda>" else str(name)


def describe(controls: tuple[Control, ...], positions: tuple[int, ...]) -> str:
    """Say which values are set: ``"size 5, mode reflect"``."""
    pairs = zip(controls, positions, strict=True)
    return ", ".join(f"{control.label} {control.texts[at]}" for control, at in pairs)


def _defaults(function: Callable[..., Any], ranges: Mapping[str, Any]) -> dict[str, Any]:
    name = function_name(function)
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some compiled functions tell nothing about themselves
        return {}
    named = {p.name: p for p in parameters[1:] if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for wanted in ranges:
        if wanted not in named and not takes_any:
            has = ", ".join(named) or "no parameters besides the image"
            raise TypeError(
                f"{name} has no parameter {wanted!r}; it has {has}. Rename the range or the parameter."
            )
    for p in named.values():
        if p.default is p.empty and p.name not in ranges:
            raise TypeError(f"{name} also needs {p.name!r}: give it a range, or a default in the function.")
    return {p.name: p.default for p in named.values() if p.default is not p.empty}


def _control(name: str, given: Any, default: Any) -> Control:
    if isinstance(given, Mapping):
        return _choice(name, tuple(given.values()), tuple(str(label) for label in given), default)
    if isinstance(given, list):
        return _choice(name, tuple(given), tuple(_text(value) for value in given), default)
    if isinstance(given, tuple) and len(given) in (2, 3) and all(_is_number(value) for value in given):
        return _slider(name, given, default)
    raise ValueError(
        f"The range for {name!r} is {given!r}; explore takes (low, high), (low, high, step), "
        "a list of choices, or a dictionary from label to value."
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _choice(name: str, values: tuple[Any, ...], texts: tuple[str, ...], default: Any) -> Control:
    if not values:
        raise ValueError(f"The choices for {name!r} are empty; give at least one value.")
    start = next((i for i, v in enumerate(values) if type(v) is type(default) and v == default), 0)
    return Control(name, values, texts, start, slider=False)


def _slider(name: str, given: tuple[Any, ...], default: Any) -> Control:
    low, high = given[0], given[1]
    if not low < high:
        raise ValueError(
            f"The range for {name!r} runs from {low} to {high}; the first must be below the second."
        )
    whole = all(isinstance(value, Integral) for value in given)
    step = given[2] if len(given) == 3 else (1 if whole else _nice_step(float(high) - float(low)))
    if not 0 < step <= high - low:
        raise ValueError(f"The step for {name!r} is {step}; it must be above 0 and at most {high - low}.")
    count = math.floor((high - low) / step + 1e-9) + 1
    if count > 10_000:
        raise ValueError(
            f"The range for {name!r} has {count} positions; 10 000 are the most. Take a larger step."
        )
    if whole:
        values: tuple[Any, ...] = tuple(int(low + i * step) for i in range(count))
    else:
        values = tuple(float(f"{low + i * step:.10g}") for i in range(count))
    start = (count - 1) // 2
    if _is_number(default) and low <= default <= high:
        start = min(range(count), key=lambda i: abs(values[i] - default))
    return Control(name, values, tuple(_text(v) for v in values), start, slider=True, step=float(step))


def _nice_step(span: float) -> float:
    """Give the roundest step that divides the span into 20 to 100 parts, or 50 equal parts if none does."""
    power = 10.0 ** math.floor(math.log10(span / _FINE))
    for factor in (1, 2, 5, 0.5, 2.5, 0.25):
        parts = span / (factor * power)
        if 20 <= parts <= 100 and abs(parts - round(parts)) < 1e-6:
            return factor * power
    return span / _FINE


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "default"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
