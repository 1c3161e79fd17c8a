"""The error that tells how to get a data set which is not on this machine."""


class NotFetched(FileNotFoundError):
    """Say that a data set is known but its files are not on this machine.

    The message holds the command that fetches it, its size and its licence.
    """
