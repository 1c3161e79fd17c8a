"""Find the files of a fetched set, or say how to get them."""

from pathlib import Path

from data_fetch.registered_set import RegisteredSet
from mediedu.data.not_fetched import NotFetched


def fetched_folder(entry: RegisteredSet) -> Path:
    """Give the folder of a fetched set.

    Parameters
    ----------
    entry : RegisteredSet
        The set in the registry.

    Returns
    -------
    Path
        The folder that holds its files.

    Raises
    ------
    NotFetched
        If the set is not on this machine, or not all of it is there as it was fetched.
    """
    import data_fetch
    from data_fetch.folders import set_folder

    folder = data_fetch.path(entry.name)
    if folder is None and _is_there(set_folder(entry.name)):
        raise NotFetched(
            f"The data set {entry.name!r} is on this machine, but a file of it is missing or was changed "
            f"since it was fetched. Mend it with\n    {entry.command}\nwhich keeps what is sound."
        )
    if folder is None:
        raise NotFetched(
            f"The data set {entry.name!r} is not on this machine. Fetch it with\n    {entry.command}\n"
            f"{_size(entry)}. {_licence(entry)}." + (f" {entry.terms}" if entry.terms else "")
        )
    return folder


def _size(entry: RegisteredSet) -> str:
    return f"Size: {entry.size_text}" if entry.size is not None else entry.size_text.capitalize()


def _licence(entry: RegisteredSet) -> str:
    """Name the licence; ``LicenseRef-…`` is a word for machines."""
    if not entry.licence.startswith("LicenseRef-"):
        return f"Licence: {entry.licence}"
    stated = not entry.licence.endswith("none-stated")
    return "It comes under terms of its own" if stated else "No licence is stated"


def _is_there(folder: Path) -> bool:
    """Tell whether a set's folder holds anything that was fetched; names with a dot are marks of its own."""
    return folder.is_dir() and any(not one.name.startswith(".") for one in folder.iterdir())


def only(folder: Path, pattern: str) -> list[Path]:
    """List the files of a set that match a pattern, in the order of their names.

    Files whose name starts with a dot are left out: some archives carry such shadows from another system.

    Parameters
    ----------
    folder : Path
        Where to look, in all folders below as well.
    pattern : str
        Such as ``"imagesTr/*.nii.gz"``.

    Returns
    -------
    list of Path
        One or more.

    Raises
    ------
    FileNotFoundError
        If no file matches.
    """
    found = sorted(path for path in folder.rglob(pattern) if not path.name.startswith("."))
    if not found:
        raise FileNotFoundError(
            f"In {folder.name!r} no file matches {pattern!r}, so the set is not laid out as its publisher "
            f"did. "
            f"Remove it (mediedu fetch knows it as {folder.name}) and fetch it again."
        )
    return found
