"""What is kept on this machine: data sets and compiled kernels; and whether more data could be fetched."""

import os
from collections.abc import Iterator
from pathlib import Path

import data_fetch
import mediedu
from data_fetch.folders import data_folder
from mediedu.cli.doctor.finding import Finding


def writable(folder: Path) -> bool:
    """Say whether files could be made in `folder`, or in the nearest folder above it that exists.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     writable(Path(folder) / "not" / "yet" / "there")
    True
    """
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)


def kernel_cache() -> Finding:
    """Say whether compiled kernels can be kept between sessions.

    Returns
    -------
    Finding
        Never missing: without a cache the library compiles afresh.
    """
    import platformdirs

    chosen = os.environ.get("NUMBA_CACHE_DIR")
    beside = Path(mediedu.__file__).parent
    own = platformdirs.user_cache_path("numba", appauthor=False)
    places = [Path(chosen)] if chosen else [beside, own]
    if any(writable(place) for place in places):
        return Finding("Cache of compiled code", "fine", "can be written.")
    return Finding(
        "Cache of compiled code",
        "note",
        "no folder for it can be written, so the first call of a filter takes a few seconds in each session.",
        "Name a folder that you may write: NUMBA_CACHE_DIR=FOLDER",
    )


def data_on_hand() -> Iterator[Finding]:
    """Say which registered sets are complete on this machine, and whether others would find room.

    Yields
    ------
    Finding
        One on the folder, one on the sets in it.
    """
    folder = data_folder()
    if writable(folder):
        yield Finding("Data folder", "fine", f"{folder} can be written.")
    else:
        yield Finding(
            "Data folder",
            "missing",
            f"{folder} cannot be written, so no data set can be fetched.",
            "Name a folder that you may write: MEDIEDU_DATA=FOLDER",
        )
    try:
        known = [entry.name for entry in data_fetch.list()]
        here = [name for name in known if data_fetch.path(name) is not None]
    except (ValueError, OSError) as mistake:
        yield Finding(
            "Data sets",
            "missing",
            f"the registry cannot be read. {mistake}",
            "Mend or unset MEDIEDU_REGISTRY.",
        )
        return
    on_hand = (
        f"{', '.join(here)} on hand"
        if here
        else "none fetched yet; the chapters run on built-in images without"
    )
    yield Finding(
        "Data sets",
        "fine" if here else "note",
        f"{on_hand} ({len(known)} known).",
        "See them: mediedu fetch --list",
    )


def network() -> Finding:
    """Say whether the place that hands out the smallest open set answers.

    Returns
    -------
    Finding
        Never missing: the course runs without a network.
    """
    import requests

    mirror = os.environ.get("MEDIEDU_MIRROR", "")
    sets = sorted((entry for entry in data_fetch.list() if entry.size), key=lambda entry: entry.size or 0)
    addresses = [url for entry in sets for file in entry.files for url in file.urls]
    address = mirror or (addresses[0] if addresses else "")
    if not address.startswith("http"):
        fits = not mirror or Path(mirror).is_dir()
        says = (
            f"data come from the mirror folder {mirror}."
            if fits
            else f"the mirror folder {mirror} is not there."
        )
        return Finding("Network", "fine" if fits else "note", says)
    host = address.split("/")[2]
    try:
        requests.head(address, timeout=5)
    except requests.RequestException:
        return Finding(
            "Network",
            "note",
            f"{host} does not answer; no data set can be fetched now. The chapters run without a network.",
        )
    return Finding("Network", "fine", f"{host} answers, so data sets can be fetched.")
