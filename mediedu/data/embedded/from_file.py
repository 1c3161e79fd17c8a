"""Read the files of the catalogue, once each."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from mediedu.data.cine import Cine
from mediedu.data.embedded.catalogue import FILES
from mediedu.data.image import Image
from mediedu.data.volume import Volume


@cache
def from_file(name: str) -> Image | Volume | Cine:
    """Read one of the files, and keep it.

    Parameters
    ----------
    name : str
        A key of ``FILES``.

    Returns
    -------
    Image, Volume or Cine
        What the file holds, with what the catalogue knows of it; its array is read-only.
    """
    from mediedu.data.read import read

    file = FILES[name]
    image = read(file.path())
    notes = image.notes
    if file.spacing is not None:  # the publication tells what the file does not
        notes = tuple(note for note in notes if "size of a pixel" not in note)
    array = np.array(image.array)
    array.flags.writeable = False
    return replace(
        image,
        array=array,
        spacing=file.spacing or image.spacing,
        modality=file.modality or image.modality,
        units=file.units or image.units,
        source=f"{Path(file.place).name} in {file.package}",
        title=file.title,
        description=file.description,
        licence=file.licence,
        citation=file.citation,
        notes=notes,
    )
