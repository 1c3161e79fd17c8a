"""Look again, byte for byte, at what is on this machine."""

from dataclasses import dataclass
from pathlib import Path

from data_fetch import checksums, folders, records
from data_fetch.disk import troubles_told
from data_fetch.errors import CannotWrite
from data_fetch.progress import Progress, fitting
from data_fetch.registered_set import RegisteredSet, RemoteFile
from data_fetch.registry import lookup


@dataclass(frozen=True)
class Verdict:
    """What ``verify`` found.

    Attributes
    ----------
    name
        Name of the set.
    files
        Number of files looked at, unpacked ones included.
    problems
        A sentence for each thing that is wrong; empty if all is well.
    """

    name: str
    files: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.problems


def verify(name: str, *, quiet: bool = False) -> Verdict:
    """Compare every byte of a set on this machine with its hashes; asks no network.

    A damaged file is noted, so that ``path`` no longer gives the set and the next ``fetch`` renews that file.

    Parameters
    ----------
    name
        Name as in the registry.
    quiet
        Show no progress.

    Returns
    -------
    Verdict
        ``verdict.ok``, and ``verdict.problems`` in sentences. A set that is not here at all is a problem too.

    Raises
    ------
    UnknownSet
        If there is no such set.
    """
    entry = lookup(name)
    folder = folders.set_folder(name)
    progress = fitting(quiet)
    problems: list[str] = []
    looked = 0
    for file in entry.files:
        found, count = _one_file(entry, file, folder, progress)
        problems += found
        looked += count
    if entry.by_hand:
        listing = records.read_listing(folder, records.BY_HAND)
        if listing is None:
            problems.append(f"What must be got by hand is not here. Run: {entry.command}")
        else:
            looked += len(listing)
            problems += _listed(folder, listing, progress)
    return Verdict(name, looked, tuple(problems))


def _one_file(
    entry: RegisteredSet, file: RemoteFile, folder: Path, progress: Progress
) -> tuple[list[str], int]:
    place = folder / file.name
    known = records.read(folder, file.name)
    if known is None or not place.is_file():
        return [f"{file.name} is not on this machine. Run: {entry.command}"], 0
    progress.begin(f"checking {file.name}", place.stat().st_size)
    found = checksums.of_file(place, progress.advance)
    progress.end()
    problems = []
    if not found.agrees_with(known.digests) or not found.agrees_with(records.registered(file)):
        problems.append(
            f"{place} is not what was fetched on {known.fetched} ({found.size} bytes, {found.short()}; "
            f"it was {known.size} bytes, {known.digests.short()}). Run: {entry.command}"
        )
    looked = 1
    if file.folder:
        listing = records.read_listing(folder, file.folder)
        if listing is None or not (folder / file.folder).is_dir():
            problems.append(f"{folder / file.folder} is missing. Run: {entry.command}")
        else:
            looked += len(listing)
            problems += _listed(folder / file.folder, listing, progress)
    if problems:
        try:
            with troubles_told(folder):
                records.mark_damaged(folder, file.name)
        except CannotWrite as error:
            problems.append(str(error))
    return problems, looked


def _listed(folder: Path, listing: dict[str, tuple[int, str]], progress: Progress) -> list[str]:
    problems = []
    progress.begin(f"checking {folder.name}", sum(size for size, _ in listing.values()))
    for path, (size, digest) in listing.items():
        place = folder / path
        if not place.is_file():
            problems.append(f"{place} is missing.")
        elif (found := checksums.of_file(place, progress.advance)).sha256 != digest:
            problems.append(f"{place} was changed ({found.size} bytes; it had {size}).")
    progress.end()
    return problems
