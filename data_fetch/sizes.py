"""Byte counts in words."""


def in_words(size: float) -> str:
    """Say a number of bytes for people, in powers of 1000 as download pages do.

    Examples
    --------
    >>> in_words(559_580), in_words(28_400_000), in_words(512)
    ('560 kB', '28.4 MB', '512 bytes')
    """
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        # 0.9995 of a unit already rounds to 1.00 of it.
        if size >= 0.9995 * factor:
            return f"{size / factor:.3g} {unit}" if size < 999.5 * factor else f"{size / factor:.0f} {unit}"
    return f"{size:.0f} bytes"
