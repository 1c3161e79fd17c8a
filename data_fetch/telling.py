"""Say all that the registry knows of a set, for people and for scripts."""

import textwrap
from dataclasses import asdict
from typing import Any

from data_fetch import folders, records
from data_fetch.registered_set import RegisteredSet, RemoteFile


def as_table(entry: RegisteredSet) -> dict[str, Any]:
    """Give every field, and whether the set is on this machine, as plain lists and dictionaries."""
    folder = folders.set_folder(entry.name)
    here = records.complete(entry, folder)
    return {
        **asdict(entry),
        "size": entry.size,
        "size_text": entry.size_text,
        "verified": entry.verified,
        "command": entry.command,
        "folder": str(folder),
        "here": here,
    }


def as_text(entry: RegisteredSet) -> str:
    """Write every field in lines for people."""
    folder = folders.set_folder(entry.name)
    here = records.complete(entry, folder)
    rows = [
        ("holds", entry.holds),
        ("modality", entry.modality),
        ("task", entry.task),
        ("labels", ", ".join(f"{number} {label}" for number, label in enumerate(entry.labels))),
        (
            "splits",
            ", ".join(f"{split} {count}" for split, count in entry.splits.items()) or "none by the publisher",
        ),
        ("patients", entry.groups or "not published: a split can only be by image"),
        *[("known defect", defect) for defect in entry.defects],
        ("licence", f"{entry.licence} ({entry.licence_url})"),
        ("terms", entry.terms),
        ("passing on", "allowed" if entry.redistribution else "not allowed"),
        ("cite", entry.citation + (f", doi:{entry.doi}" if entry.doi else "")),
        ("page", entry.page),
        *[("file", _file(file)) for file in entry.files],
        *[("by hand", f"{hand.pattern} (at least {hand.count})") for hand in entry.by_hand],
        ("size", entry.size_text),
        ("here", str(folder) if here else f"no; {entry.command}"),
    ]
    lines = [f"{entry.name}: {entry.title}"]
    for what, text in rows:
        if text:
            lines += textwrap.wrap(
                text, 100, initial_indent=f"  {what:<13}", subsequent_indent=" " * 15, break_on_hyphens=False,
                break_long_words=False,
            )  # fmt: skip
    return "\n".join(lines)


def _file(file: RemoteFile) -> str:
    known = "sha256 known" if file.sha256 else "md5 known" if file.md5 else "unverified: no hash published"
    return f"{file.name} ({file.size_text}; {known})"
