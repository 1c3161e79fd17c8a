"""What the registry knows of a data set, as frozen records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from data_fetch.sizes import in_words


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set, as the publisher offers it.

    Parameters
    ----------
    name
        File name on disk and in a mirror.
    urls
        Where it lies, in the order to try. Empty: it can only be got by hand.
    size
        Exact size in bytes, or None where nobody published it.
    about
        Approximate size in bytes, for where the exact one is not known.
    at_most
        Upper bound in bytes, for where nothing better is known.
    sha256, md5
        Lower-case hexadecimal digests. None of them: the file is *unverified*; the first fetch records one.
    unpack
        Whether the file is an archive to be unpacked beside it.
    form
        Fields to send by POST, for the few publishers who hand out files only to a filled form.
    """

    name: str
    urls: tuple[str, ...] = ()
    size: int | None = None
    about: int | None = None
    at_most: int | None = None
    sha256: str | None = None
    md5: str | None = None
    unpack: bool = False
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def verified(self) -> bool:
        """Whether somebody published a hash to check the file against."""
        return bool(self.sha256 or self.md5)

    @property
    def size_text(self) -> str:
        """The size for people: exact, rough, a bound, or that nobody tells."""
        sizes = ((self.size, ""), (self.about, "about "), (self.at_most, "at most "))
        return next((word + in_words(number) for number, word in sizes if number), "size not published")

    @property
    def folder(self) -> str | None:
        """Name of the folder that the archive is unpacked into: its own name without the ending."""
        return re.sub(r"(\.tar)?\.(tar|tgz|gz|bz2|xz|zip)$", "", self.name) if self.unpack else None


@dataclass(frozen=True)
class ByHand:
    """Files that a person must get from the publisher's page.

    Parameters
    ----------
    pattern
        Glob below the set's folder.
    count
        How many there must be at least.
    what
        What they are, for people.
    """

    pattern: str
    count: int = 1
    what: str = "some files"


@dataclass(frozen=True)
class RegisteredSet:
    """What the registry knows of one data set.

    Attributes
    ----------
    name, title, holds
        Short name for commands, title, and one sentence on what is in it.
    modality, task
        How the images were made, and what the labels are for.
    labels
        Class names in the order of their numbers.
    splits
        Number of images in each official split; empty where the publisher made none.
    licence, licence_url
        SPDX identifier, or ``LicenseRef-…`` for terms of its own; and where they can be read.
    redistribution
        Whether the terms allow copies to be passed on (into a classroom mirror).
    access
        ``"open"``, ``"terms"`` (must be accepted first) or ``"page"`` (a page must be visited by hand).
    terms
        The publisher's conditions in a sentence or two; empty where the licence says it all.
    citation, doi
        Whom to cite.
    defects
        Known defects, each a sentence.
    groups
        What is known of patients: which files share one; empty where nobody published it.
    page
        The publisher's page.
    files, by_hand
        What is fetched, and what must be got by hand.
    """

    name: str
    title: str
    holds: str
    modality: str
    task: str
    labels: tuple[str, ...]
    licence: str
    licence_url: str
    redistribution: bool
    citation: str
    page: str
    access: str = "open"
    terms: str = ""
    doi: str = ""
    groups: str = ""
    splits: Mapping[str, int] = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    files: tuple[RemoteFile, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    variant_of: str = ""

    @property
    def size(self) -> int | None:
        """Bytes to fetch as well as they are known, or None where nothing is known of some file."""
        sizes = [file.size or file.about or file.at_most for file in self.files]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) and sizes else None

    @property
    def size_text(self) -> str:
        """The size for people: ``"560 kB"``, ``"about 28 MB"``, ``"2 MB, and the images by hand"``."""
        if self.size is None:
            said = "size not published"
        elif all(file.size is not None for file in self.files):
            said = in_words(self.size)
        else:
            bound = any(file.size is None and file.about is None for file in self.files)
            said = f"{'at most' if bound else 'about'} {in_words(self.size)}"
        return f"{said}, and {self.by_hand_text} by hand" if self.by_hand else said

    @property
    def by_hand_text(self) -> str:
        """What must be got by hand, for people."""
        return " and ".join(dict.fromkeys(hand.what for hand in self.by_hand))

    @property
    def verified(self) -> bool:
        """Whether every file has a published hash."""
        return bool(self.files) and not self.by_hand and all(file.verified for file in self.files)

    @property
    def command(self) -> str:
        """The command that fetches the set; where terms must be accepted, it shows them first."""
        return f"mediedu fetch {self.name}"
