"""mediedu: the small library behind a course in medical image analysis.

The rooms follow the pipeline that the chapters walk: acquire (`data`), enhance (`enhance`) and so on, with
`figures` below them and `teach` above. A room is loaded when it is first touched, so that ``import mediedu``
costs no more than starting Python.

Examples
--------
>>> import mediedu
>>> mediedu.__version__
'0.1.0'
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediedu import classify, data, describe, enhance, explain, figures, nets, segment, teach

__version__ = "0.1.0"
__all__ = ["classify", "data", "describe", "enhance", "explain", "figures", "nets", "segment", "teach"]


def __getattr__(name: str) -> object:
    """Load a room of the library when it is first asked for."""
    if name in __all__:
        return import_module(f"mediedu.{name}")
    raise AttributeError(f"mediedu has no room called {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the rooms for tab completion."""
    return sorted([*globals(), *__all__])
