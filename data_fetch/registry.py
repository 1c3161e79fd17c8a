"""The registry: which data sets exist, where their files lie, and what one must know before using them.

The registry is ``registry.toml`` beside this file. An instructor's own file of the same form, named by the
environment variable ``MEDIEDU_REGISTRY``, adds sets or replaces them.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from data_fetch.errors import RegistryError, UnknownSet
from data_fetch.registered_set import ByHand, RegisteredSet, RemoteFile

OWN = Path(__file__).with_name("registry.toml")

# What each field holds. A table's own needs stand first, what it may have besides second.
_SET_NEEDS = {
    "title": str,
    "holds": str,
    "modality": str,
    "task": str,
    "labels": list,
    "licence": str,
    "licence_url": str,
    "redistribution": bool,
    "citation": str,
    "page": str,
}
_SET_MAY = {
    "access": str,
    "terms": str,
    "doi": str,
    "groups": str,
    "splits": dict,
    "defects": list,
    "files": list,
    "by_hand": list,
    "variants": dict,
}
_FILE_NEEDS = {"name": str, "urls": list}
_FILE_MAY = {
    "size": int,
    "about": int,
    "at_most": int,
    "sha256": str,
    "md5": str,
    "unpack": bool,
    "form": dict,
}
_WORDS = {
    str: "text in quotation marks",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "a table",
}

# These names must work as a file name on every system, so that a mirror made on one serves on all.
_SET_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_DIGEST = {"sha256": re.compile(r"[0-9a-f]{64}"), "md5": re.compile(r"[0-9a-f]{32}")}


def registry() -> dict[str, RegisteredSet]:
    """Read the registry, with the instructor's own file laid over it where ``MEDIEDU_REGISTRY`` names one.

    Returns
    -------
    dict
        Every set by name, in the order of the files.

    Raises
    ------
    RegistryError
        If a file cannot be read or a field is missing, misspelt or of the wrong type.

    Examples
    --------
    >>> registry()["breastmnist"].licence
    'CC-BY-4.0'
    """
    own = os.environ.get("MEDIEDU_REGISTRY")
    return dict(_laid_over(own))


def lookup(name: str) -> RegisteredSet:
    """Find one set by name.

    Raises
    ------
    UnknownSet
        If there is none; the message names the nearest ones.
    """
    sets = registry()
    if name in sets:
        return sets[name]
    near = difflib.get_close_matches(str(name).lower().replace("-", "_"), sets, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownSet(f"There is no data set called {name!r}.{hint} `mediedu data list` shows all of them.")


def _laid_over(own: str | None) -> dict[str, RegisteredSet]:
    sets = _read_once(OWN, OWN.stat().st_mtime_ns)
    if not own:
        return sets
    path = Path(own).expanduser()
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise RegistryError(
            f"MEDIEDU_REGISTRY names {own}, which cannot be read ({error.strerror}). "
            "Correct the path, or unset the variable."
        ) from error
    return sets | _read_once(path, changed)


@lru_cache(maxsize=8)
def _read_once(path: Path, changed: int) -> dict[str, RegisteredSet]:
    return read(path)


def read(path: Path) -> dict[str, RegisteredSet]:
    """Read one registry file and check every field.

    Raises
    ------
    RegistryError
        With a sentence that names the file, the set and the field.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegistryError(f"The registry {path} cannot be read: {error}.") from error
    sets: dict[str, RegisteredSet] = {}
    for name, table in tables.items():
        if not _SET_NAME.fullmatch(name):
            raise RegistryError(
                f"{path}: {name!r} cannot name a set. Use small letters, digits, underscores; a letter first."
            )
        where = f"{path}, set {name!r}"
        if not isinstance(table, dict):
            raise RegistryError(
                f"{path}: {name!r} stands alone. Fields belong under a line such as [{name}]."
            )
        variants = table.get("variants", {})
        sets[name] = _one_set(name, {k: v for k, v in table.items() if k != "variants"}, where)
        for suffix, changes in variants.items():
            if not isinstance(changes, dict) or not re.fullmatch(r"[a-z0-9_]+", suffix):
                raise RegistryError(f'{where}: a variant is written "suffix" = {{ files = [ … ] }}.')
            whole = {**table, **changes, "variant_of": name}
            del whole["variants"]
            sets[f"{name}_{suffix}"] = _one_set(f"{name}_{suffix}", whole, f"{where}, variant {suffix!r}")
    return sets


def _one_set(name: str, table: dict[str, Any], where: str) -> RegisteredSet:
    _check(table, _SET_NEEDS, {**_SET_MAY, "variant_of": str}, where)
    if table.get("access", "open") not in ("open", "terms", "page"):
        raise RegistryError(f'{where}: access is {table["access"]!r}; it must be "open", "terms" or "page".')
    files = tuple(
        _one_file(entry, f"{where}, file {i}") for i, entry in enumerate(table.get("files", []), start=1)
    )
    by_hand = tuple(_one_by_hand(entry, where) for entry in table.get("by_hand", []))
    if not files and not by_hand:
        raise RegistryError(
            f"{where}: there is nothing to fetch. Give [[{name}.files]] or [[{name}.by_hand]]."
        )
    places = [place for file in files for place in (file.name, file.folder) if place]
    if len({place.lower() for place in places}) < len(places):
        raise RegistryError(
            f"{where}: two files, or a file and an unpacked folder, would have the same name."
        )
    for word in (*table["labels"], *table.get("defects", [])):
        if not isinstance(word, str):
            raise RegistryError(f"{where}: labels and defects are lists of texts; {word!r} is not a text.")
    plain = {k: v for k, v in table.items() if k not in ("files", "by_hand", "labels", "defects")}
    return RegisteredSet(
        name=name,
        labels=tuple(table["labels"]),
        defects=tuple(table.get("defects", [])),
        files=files,
        by_hand=by_hand,
        **plain,
    )


def _one_file(table: Any, where: str) -> RemoteFile:
    _check(table, _FILE_NEEDS, _FILE_MAY, where)
    where = f"{where} ({table['name']})"
    if not _FILE_NAME.fullmatch(table["name"]):
        raise RegistryError(
            f"{where}: a file name holds letters, digits, _ . + - only, and does not start with a dot."
        )
    for url in table["urls"]:
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise RegistryError(f"{where}: {url!r} is no address. It must start with https:// or http://.")
    for kind, form in _DIGEST.items():
        if kind in table and not form.fullmatch(table[kind]):
            raise RegistryError(
                f"{where}: {kind} must be {form.pattern[9:].strip('{}')} small hexadecimal digits."
            )
    if any(table.get(key, 0) < 0 for key in ("size", "about", "at_most")):
        raise RegistryError(f"{where}: a size cannot be negative.")
    file = RemoteFile(**{**table, "urls": tuple(table["urls"])})
    if file.unpack and file.folder == file.name:
        raise RegistryError(f"{where}: unpack works for .tar, .tar.gz, .tgz, .tar.bz2, .tar.xz and .zip.")
    return file


def _one_by_hand(table: Any, where: str) -> ByHand:
    _check(table, {"pattern": str}, {"count": int, "what": str}, f"{where}, by_hand")
    pattern = Path(table["pattern"])
    if pattern.is_absolute() or ".." in pattern.parts:
        raise RegistryError(
            f"{where}: the pattern {table['pattern']!r} must stay inside the set's own folder."
        )
    return ByHand(**table)


def _check(table: Any, needs: Mapping[str, type], may: Mapping[str, type], where: str) -> None:
    if not isinstance(table, dict):
        raise RegistryError(f"{where}: a table of fields is needed here, not {table!r}.")
    for field in needs:
        if field not in table:
            raise RegistryError(
                f"{where}: the field {field!r} is missing. It must be {_WORDS[needs[field]]}."
            )
    for field, value in table.items():
        kind = needs.get(field) or may.get(field)
        if kind is None:
            near = difflib.get_close_matches(field, [*needs, *may], n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise RegistryError(f"{where}: there is no field {field!r}.{hint}")
        # True is an int to Python, and size = true is surely a slip.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise RegistryError(f"{where}: {field!r} must be {_WORDS[kind]}, not {value!r}.")
