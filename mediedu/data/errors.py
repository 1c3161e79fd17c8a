"""What can go wrong when a file is read, by name and in sentences."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class UnreadableFile(ValueError):
    """A file is there, but no image can be made of it; the message says why and what to do."""


class SeriesProblem(UnreadableFile):
    """The slices in a folder don't make one volume: a gap, a double, mixed sizes, or several series."""


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """Turn whatever a damaged header makes a parser raise into an `UnreadableFile`, and hush its warnings.

    Parameters
    ----------
    name : str
        The file's name, for the message.

    Examples
    --------
    >>> with damage_told("scan.dcm"):
    ...     float("12.p")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mediedu.data.errors.UnreadableFile: scan.dcm holds values that make no sense (could not convert ...
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnreadableFile:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's trouble, not the file's
            raise
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableFile(
            f"{name} holds values that make no sense ({reason}). It may be damaged: copy it again from its "
            "source."
        ) from error
