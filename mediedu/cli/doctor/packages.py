"""The packages that mediedu's own metadata asks for: there, missing or too old."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from mediedu.cli.doctor.finding import Finding

# Extra → (what it is for, whether the course can't be followed without it).
EXTRAS = {
    "": ("the library", True),
    "lab": ("JupyterLab", True),
    "deep": ("the chapters on neural networks", False),
}


def unmet(asked: list[str], extra: str = "") -> tuple[list[str], list[str]]:
    """Say which requirements of an extra aren't met here.

    Parameters
    ----------
    asked : list of str
        Requirements as a package's metadata gives them.
    extra : str
        Name of the extra; empty for what is always needed.

    Returns
    -------
    missing, old : list of str
        Requirements that aren't installed, and sentences on those that are too old.

    Examples
    --------
    >>> unmet(["no-such-package>=1", "typer>=0.1", "typer>=999; extra == 'lab'"])
    (['no-such-package>=1'], [])
    """
    from packaging.requirements import Requirement

    missing, old = [], []
    for line in asked:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None:
            wanted = extra == ""
        else:
            # With an extra, only what that extra adds: the marker holds with it and not without.
            wanted = marker.evaluate({"extra": extra}) and (extra == "" or not marker.evaluate({"extra": ""}))
        if not wanted:
            continue
        named = f"{requirement.name}{requirement.specifier}"
        try:
            here = version(requirement.name)
        except PackageNotFoundError:
            missing.append(named)
            continue
        if not requirement.specifier.contains(here, prereleases=True):
            old.append(f"{requirement.name} is {here}, {requirement.specifier} is needed")
    return missing, old


def required_packages() -> Iterator[Finding]:
    """Compare what is installed with what is asked for.

    Yields
    ------
    Finding
        One for the library itself, one for each extra that a learner meets.
    """
    try:
        asked = requires("mediedu") or []
    except PackageNotFoundError:
        yield Finding("mediedu", "missing", "It runs from a folder and is not installed.", "make environment")
        return
    for extra, (purpose, needed) in EXTRAS.items():
        subject = f"Packages for {purpose}"
        missing, old = unmet(asked, extra)
        if not missing and not old:
            yield Finding(subject, "fine", "all there and new enough.")
            continue
        said = [f"not installed: {', '.join(missing)}"] if missing else []
        said += [f"too old: {'; '.join(old)}"] if old else []
        mend = f"make environment, or: pip install --upgrade 'mediedu{f'[{extra}]' if extra else ''}'"
        yield Finding(subject, "missing" if needed or old else "note", ". ".join(said) + ".", mend)
