"""Every way in which fetching can fail, each with a sentence for the learner and an exit code for scripts."""


class FetchError(Exception):
    """Something kept a data set from being fetched; the message says what, and what to do."""

    exit_code = 1


class UnknownSet(FetchError, KeyError):
    """The registry has no set of that name."""

    exit_code = 7

    def __str__(self) -> str:
        # KeyError would show the message in quotation marks, as if it were a key.
        return str(self.args[0]) if self.args else ""


class RegistryError(FetchError, ValueError):
    """A registry file is not as it must be: a field is missing, misspelt or of the wrong type."""

    exit_code = 7


class Offline(FetchError, ConnectionError):
    """No server that holds the file can be reached from this machine."""

    exit_code = 3


class ServerTrouble(FetchError, ConnectionError):
    """Servers were reached but did not hand the file over."""

    exit_code = 3


class UnsafeRedirect(ServerTrouble):
    """A server sent us from https on to a place without encryption, or round in circles."""


class HashMismatch(FetchError, ValueError):
    """The bytes are not those that the registry, or the first fetch, recorded."""

    exit_code = 5


class NotEnoughSpace(FetchError, OSError):
    """The disk has not enough room."""

    exit_code = 4


class CannotWrite(FetchError, PermissionError):
    """The folder for data sets cannot be written."""

    exit_code = 4


class UnsafeArchive(FetchError, ValueError):
    """An archive holds something that must not be unpacked, or is damaged."""

    exit_code = 5


class TermsNotAccepted(FetchError):
    """The publisher's terms must be read and accepted first."""

    exit_code = 6


class ManualStep(FetchError):
    """A page must be visited by hand; the message says which, and where to put the files."""

    exit_code = 6


class MayNotBePassedOn(FetchError):
    """The set's terms do not allow copies of it in a classroom mirror."""

    exit_code = 6
