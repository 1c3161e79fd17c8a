"""Real data sets, one command away.

``list()``, ``info(name)``, ``path(name)``, ``fetch(name)``, ``verify(name)``, ``remove(name)`` and
``mirror(folder, names)``; the same verbs at the command line: ``python -m data_fetch``. Files lie under
``MEDIEDU_DATA``, else in the platform's cache folder.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_fetch.registered_set import RegisteredSet

if TYPE_CHECKING:
    from data_fetch.fetching import fetch
    from data_fetch.mirroring import mirror
    from data_fetch.removing import remove
    from data_fetch.verifying import verify

__all__ = ["RegisteredSet", "fetch", "info", "list", "mirror", "path", "remove", "verify"]

# What needs more than the registry is imported when called for: `import data_fetch` costs next to nothing.
_LATER = {"fetch": "fetching", "mirror": "mirroring", "remove": "removing", "verify": "verifying"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'data_fetch' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"data_fetch.{_LATER[name]}"), name)


def list() -> tuple[RegisteredSet, ...]:
    """Give every set of the registry.

    Examples
    --------
    >>> "hippocampus" in [entry.name for entry in list()]
    True
    """
    from data_fetch.registry import registry

    return tuple(registry().values())


def info(name: str) -> RegisteredSet:
    """Give what the registry knows of a set: licence, citation, size, files, defects, the command.

    Parameters
    ----------
    name
        Name as in the registry, such as ``"breastmnist"``.

    Raises
    ------
    UnknownSet
        If there is no such set.

    Examples
    --------
    >>> entry = info("breastmnist")
    >>> entry.command, entry.size_text, entry.licence
    ('mediedu fetch breastmnist', '560 kB', 'CC-BY-4.0')
    """
    from data_fetch.registry import lookup

    return lookup(name)


def path(name: str) -> Path | None:
    """Give the folder of a set if all of it is on this machine, verified; asks no network.

    Parameters
    ----------
    name
        Name as in the registry.

    Returns
    -------
    pathlib.Path or None
        Folder that holds each file under its registered name. Beside an archive lies the folder it was
        unpacked into: named like the archive without its ending, and without the single outermost folder
        that most archives have (``hippocampus/Task04_Hippocampus/imagesTr/…``). None: the set, or a part of
        it, is missing.

    Raises
    ------
    UnknownSet
        If there is no such set.
    """
    from data_fetch import folders, records

    entry = info(name)
    folder = folders.set_folder(name)
    return folder if records.complete(entry, folder) else None
