"""A path that a caller gave, looked at: is it one, and is something there."""

from __future__ import annotations

from os import PathLike
from pathlib import Path


def existing_path(path: str | PathLike[str]) -> Path:
    """Give the path of a file or folder that is there.

    Parameters
    ----------
    path : path
        What a caller of this library gave; ``~`` is the home folder.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        If it is no path.
    FileNotFoundError
        If there is nothing; the message names what is near.

    Examples
    --------
    >>> existing_path("no/such/scan.dcm")
    Traceback (most recent call last):
    FileNotFoundError: There is no folder no/such, so no scan.dcm in it. Check the path.
    """
    if not isinstance(path, str | PathLike):
        raise TypeError(
            f'A path was expected, such as "scan.dcm" or Path("scan.dcm"), but {path!r:.60} '
            f"({type(path).__name__}) was given. Name a file or folder."
        )
    path = Path(path).expanduser()
    if path.exists():
        return path
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}, so no {path.name} in it. Check the path.")
    from difflib import get_close_matches

    near = get_close_matches(path.name, [one.name for one in path.parent.iterdir()], n=1)
    hint = f" Did you mean {near[0]}?" if near else " Check the path."
    raise FileNotFoundError(f"There is no file or folder {path.name} in {path.parent}.{hint}")
