"""What can go wrong when data is asked for, by name."""


class UnreadableFile(ValueError):
    """A file is there, but no image can be made of it; the message says why and what to do."""


class SeriesProblem(UnreadableFile):
    """The slices in a folder don't make one volume: a gap, a double, mixed sizes, or several series."""
