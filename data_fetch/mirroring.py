"""Make a classroom mirror: a folder that a USB stick or any static web server can hand out."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from data_fetch import checksums, folders, records
from data_fetch.disk import MIRROR, make_room, troubles_told
from data_fetch.errors import MayNotBePassedOn
from data_fetch.fetching import fetch
from data_fetch.patience import Patience
from data_fetch.progress import Progress, fitting
from data_fetch.registered_set import RegisteredSet
from data_fetch.registry import lookup
from data_fetch.sources import MANIFEST


def mirror(
    folder: str | Path,
    names: Iterable[str],
    *,
    with_permission: bool = False,
    accept_terms: bool = False,
    quiet: bool = False,
    patience: Patience | None = None,
) -> Path:
    """Put sets into a folder as ``<set>/<file>``, with a manifest; what is not here yet is fetched first.

    Run it again to add sets, or after a break: files that are there and right are left alone.

    Parameters
    ----------
    folder
        Where the mirror lies or shall lie, such as a USB stick's folder.
    names
        Names as in the registry.
    with_permission
        Say that the publisher allowed you to pass on sets whose terms do not.
    accept_terms
        Say that you have read and accept the publishers' terms, for sets that need it.
    quiet
        Show no progress.
    patience
        How long to wait for what.

    Returns
    -------
    pathlib.Path
        The manifest: ``manifest.json`` in the folder, with licence, citation, size and SHA-256 of each file.

    Raises
    ------
    MayNotBePassedOn
        If a set's terms forbid copies. Nothing is copied then.
    FetchError
        Whatever keeps a set from being fetched or copied.
    """
    entries = [lookup(name) for name in dict.fromkeys(names)]
    for entry in entries:
        if not (entry.redistribution or with_permission):
            raise MayNotBePassedOn(
                f"{entry.name} may not be passed on: {entry.terms or entry.licence} ({entry.licence_url}). "
                "Let each learner fetch it; or, if the publisher gave you permission, say --with-permission."
            )
    target = Path(folder).expanduser()
    progress = fitting(quiet)
    for entry in entries:
        source = fetch(entry.name, accept_terms=accept_terms, quiet=quiet, patience=patience)
        with troubles_told(target, MIRROR):
            (target / entry.name).mkdir(parents=True, exist_ok=True)
            _add(target, entry, _copy_set(entry, source, target, progress))
        if entry.by_hand:
            progress.say(f"{entry.name}: what must be got by hand is not in the mirror.")
    return target / MANIFEST


def _copy_set(entry: RegisteredSet, source: Path, target: Path, progress: Progress) -> dict[str, Any]:
    listed = {}
    for file in entry.files:
        known = records.read(source, file.name)
        assert known is not None, "fetch gives complete sets only"
        final = target / entry.name / file.name
        if not (final.is_file() and checksums.of_file(final).agrees_with(known.digests)):
            make_room(final.parent, known.size, file.name, MIRROR)
            progress.begin(f"copying {file.name}", known.size)
            part = folders.part(final.parent, file.name)
            with (source / file.name).open("rb") as stream, part.open("wb") as copy:
                while piece := stream.read(1 << 20):
                    copy.write(piece)
                    progress.advance(len(piece))
            progress.end()
            # Read back from the stick: a worn-out one is found out here, not in class.
            if not checksums.of_file(part).agrees_with(known.digests):
                part.unlink()
                raise OSError(f"{final} could not be written whole. Is {target} in order?")
            folders.settle(part, final)
        listed[file.name] = {"size": known.size, "sha256": known.sha256}
    return listed


def _add(target: Path, entry: RegisteredSet, files: dict[str, Any]) -> None:
    manifest = target / MANIFEST
    try:
        table = json.loads(manifest.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        table = {}
    table.setdefault("sets", {})[entry.name] = {
        "title": entry.title,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "citation": entry.citation,
        "files": files,
    }
    table["made"] = date.today().isoformat()
    new = manifest.with_name(manifest.name + ".new")
    new.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(manifest)
