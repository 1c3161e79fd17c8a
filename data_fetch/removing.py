"""Free the room that a set takes."""

import shutil
from pathlib import Path

from data_fetch import folders, records
from data_fetch.disk import troubles_told
from data_fetch.errors import FetchError
from data_fetch.registry import lookup


def remove(name: str, *, forget: bool = False) -> int:
    """Delete what was fetched and unpacked of a set, unfinished downloads included.

    Files that you put there by hand stay. So do the notes of files whose publisher gives no hash: later ones
    must match.

    Parameters
    ----------
    name
        Name as in the registry.
    forget
        Drop these notes as well: when a publisher has replaced a file, and you accept the new one.

    Returns
    -------
    int
        Number of bytes freed.

    Raises
    ------
    UnknownSet
        If there is no such set.
    FetchError
        If another program is fetching the set now.
    CannotWrite
        If the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    entry = lookup(name)
    folder = folders.set_folder(name)
    if not folder.is_dir():
        return 0
    freed = 0
    with troubles_told(folder):
        for file in entry.files:
            try:
                with FileLock(folders.lock(folder, file.name), mode=0o666, timeout=0):
                    part = folders.part(folder, file.name)
                    doomed = [folder / file.name, part, part.with_name(part.name + ".json")]
                    doomed.append(folders.copy(folder, file.name))
                    if file.folder:
                        doomed += [folder / file.folder, folders.record(folder, f"{file.folder}.listing")]
                        doomed += [folder / f".{file.folder}.unpacking", folder / f".{file.folder}.old"]
                    if file.verified or forget:
                        doomed.append(folders.record(folder, file.name))
                    freed += sum(_delete(place) for place in doomed)
            except Timeout:
                raise FetchError(f"Another program is fetching {file.name} now. Stop it first.") from None
            folders.lock(folder, file.name).unlink(missing_ok=True)
        if forget:
            folders.record(folder, f"{records.BY_HAND}.listing").unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    return freed


def _delete(place: Path) -> int:
    if place.is_dir() and not place.is_symlink():
        size = sum(inside.lstat().st_size for inside in place.rglob("*") if not inside.is_dir())
        shutil.rmtree(place)
        return size
    try:
        size = place.lstat().st_size
        place.unlink()
    except FileNotFoundError:
        return 0
    return size
