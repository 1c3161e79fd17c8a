"""Medical images on every machine: real ones that installed packages bring along, and computed ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from mediedu.data.cine import Cine
from mediedu.data.embedded.catalogue import FILES
from mediedu.data.embedded.from_file import from_file
from mediedu.data.image import Image
from mediedu.data.volume import Volume


def samples() -> dict[str, str]:
    """List the samples.

    Returns
    -------
    dict of str to str
        Name of the sample → one line about it.

    Examples
    --------
    >>> samples()["retina"]
    'Fundus photograph of a normal left eye'
    """
    return {
        **{name: file.title for name, file in FILES.items()},
        **{name: line for name, (line, _) in MADE.items()},
    }


_Pictures = Literal[
    "ct_small",
    "ct_slice",
    "mr_small",
    "mr_abdomen",
    "ultrasound",
    "bone_scan",
    "retina",
    "microaneurysms",
    "histology",
    "cell",
    "brain_slice",
    "breast_mass",
    "ct_section",
    "nuclei",
    "shepp_logan",
]
_Volumes = Literal["brain_t1", "brain_gray_matter", "brain_white_matter", "brain_tissue"]


@overload
def sample(name: _Pictures) -> Image: ...
@overload
def sample(name: _Volumes) -> Volume: ...
@overload
def sample(name: Literal["cine"]) -> Cine: ...
@overload
def sample(name: str) -> Image | Volume | Cine: ...
def sample(name: str) -> Image | Volume | Cine:
    """Load one of the samples, with no network.

    Each call gives pixels of its own: what you change in one copy is not changed in the next. The files are
    read once and kept (about 55 MB for all of them).

    Parameters
    ----------
    name : str
        One of the names that `samples` lists.

    Returns
    -------
    Image, Volume or Cine
        With spacing where it is known, modality, licence, citation and an honest description.

    Raises
    ------
    ValueError
        If there is no sample of this name.
    FileNotFoundError
        If the package that brings the file was installed without it.

    Examples
    --------
    >>> sample("ct_small").shape
    (128, 128)
    >>> sample("brain_t1")  # doctest: +ELLIPSIS
    <Volume: Average T1-weighted MR of the brain, (189, 233, 197) uint8, 1 × 1 × 1 mm, ...>
    """
    kept = _computed(name) if _known(name) in MADE else from_file(name)
    affine = None if kept.affine is None else kept.affine.copy()
    return replace(kept, array=kept.array.copy(), affine=affine)


def sample_path(name: str) -> Path:
    """Give the file of a sample, for reading it yourself.

    Parameters
    ----------
    name : str
        One of the names that `samples` lists, of those that are files.

    Returns
    -------
    Path
        The file inside the installed package. Copy it before you change it.

    Raises
    ------
    ValueError
        If there is no sample of this name, or it is computed and has no file.

    Examples
    --------
    >>> sample_path("mr_small").name
    'MR_small.dcm'
    """
    if _known(name) in MADE:
        files = ", ".join(FILES)
        raise ValueError(f"The sample {name!r} is computed and has no file. Samples with a file: {files}.")
    return FILES[name].path()


def _known(name: str) -> str:
    if name in FILES or name in MADE:
        return name
    near = get_close_matches(str(name), samples(), n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise ValueError(f"There is no sample called {name!r}. {hint}The samples are: {', '.join(samples())}.")


@cache
def _computed(name: str) -> Image | Volume:
    made = MADE[name][1]()
    made.array.flags.writeable = False
    return made


def _brain_tissue() -> Volume:
    from mediedu.data.embedded.icbm152 import tissue

    file, t1 = FILES["brain_t1"], from_file("brain_t1")
    return Volume(
        tissue(),
        t1.spacing,
        t1.affine,
        "MR",
        "tissue label",
        "grey- and white-matter maps in nilearn",
        title="Tissues of the average brain",
        description="0 background, 1 CSF, 2 grey matter, 3 white matter: the most probable tissue of each "
        "voxel, CSF "
        "being what is brain but neither grey nor white matter. Reference maps, not ground truth: nobody "
        "drew them. " + file.description,
        licence=file.licence,
        citation=file.citation,
    )


def _shepp_logan() -> Image:
    import skimage.data

    make: Any = skimage.data.shepp_logan_phantom

    return Image(
        np.asarray(make(), dtype=np.float64),
        source="phantom.png in skimage",
        title="Shepp-Logan phantom",
        description="Ellipses in the manner of a head, drawn to test reconstruction from projections.",
        licence="BSD-3-Clause (scikit-image)",
        citation="Shepp L. A. and Logan B. F., The Fourier reconstruction of a head section, "
        "IEEE Trans Nucl Sci "
        "21(3):21-43, 1974",
        synthetic=True,
    )


def _phantom(name: str, *arguments: Any, **options: Any) -> Image:
    from mediedu.data import phantom

    made = getattr(phantom, name)(*arguments, **options)
    return Image(
        made.image,
        made.spacing,
        None,
        made.modality,
        made.units,
        f"phantom.{name}",
        title=f"{made.title} (synthetic)",
        description=made.description,
        licence="CC0-1.0",
        citation=f"mediedu, phantom.{name}",
        synthetic=True,
        window=made.window,
    )


MADE: dict[str, tuple[str, Callable[[], Image | Volume]]] = {
    "brain_tissue": ("Tissue labels of the average brain", _brain_tissue),
    "brain_slice": ("Brain slice with noise (synthetic)", partial(_phantom, "brain_slice", seed=1)),
    "breast_mass": ("Breast mass (synthetic)", partial(_phantom, "breast_mass", "malignant", seed=9)),
    "ct_section": ("CT of the abdomen (synthetic)", partial(_phantom, "ct_section", 512, seed=1)),
    "nuclei": ("Cell nuclei (synthetic)", partial(_phantom, "nuclei", seed=1)),
    "shepp_logan": ("Shepp-Logan phantom (synthetic)", _shepp_logan),
}
"""Name of the sample → one line about it, and the function that makes it."""
