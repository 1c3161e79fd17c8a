"""A folder of NIfTI volumes, each with a map of labels beside it, as a data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.data.dataset import Dataset
from mediedu.data.embedded.icbm152 import TISSUES
from mediedu.data.errors import UnreadableFile
from mediedu.data.existing_path import existing_path
from mediedu.data.lazy import LazyImages

LABEL_ENDINGS = ("_segTRI_ana", "_seg")
IMAGE_ENDINGS = ("_ana_strip", "", "_ana")
"""What may follow a volume's name, before ``.nii.gz`` or ``.nii``; of images, the first that is there."""


def labelled_volumes(folder: str | Path, class_names: Sequence[str] = TISSUES) -> Dataset:
    """Read a folder of volumes with label maps, laid out as IBSR18 is.

    A volume ``NAME.nii.gz`` has its labels beside it in ``NAME_seg.nii.gz`` or ``NAME_segTRI_ana.nii.gz``; as
    in IBSR18, the volume may also be called ``NAME_ana_strip.nii.gz``, which comes first where several are
    there. Folders within the folder are looked through, and ``.nii`` is taken as ``.nii.gz`` is. A last axis
    of one falls away. Other files that begin with ``NAME_`` are left alone.

    Parameters
    ----------
    folder : str or Path
        Where the files lie.
    class_names : sequence of str
        What the labels 0, 1, … mean; background, CSF, grey and white matter by default.

    Returns
    -------
    Dataset
        Volumes and masks (z, y, x), read one by one when they are asked for, turned as `mediedu.data.read`
        turns them; masks are uint8. `groups` is NAME: each name is taken for one patient. Two scans of one
        patient need another grouping before they are split.

    Raises
    ------
    FileNotFoundError
        If the folder isn't there, holds no such pair, or a volume or a label map is missing.
    ValueError
        If a volume and its labels differ in shape, or a name occurs twice; and when a mask is read that holds
        fractions, or labels without a name.

    References
    ----------
    The layout is that of the Internet Brain Segmentation Repository, Center for Morphometric Analysis,
    Massachusetts General Hospital, https://www.nitrc.org/projects/ibsr.

    Examples
    --------
    >>> import nibabel, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("ANNA", "ANNA_seg", "BEN", "BEN_seg"):
    ...     nibabel.Nifti1Image(np.ones((5, 4, 3, 1), np.uint8), np.eye(4)).to_filename(
    ...         folder / f"{name}.nii.gz")
    >>> brains = labelled_volumes(folder)
    >>> len(brains), brains.groups.tolist(), brains.images[0].shape
    (2, ['ANNA', 'BEN'], (3, 4, 5))
    """
    base = existing_path(folder)
    if not base.is_dir():
        raise FileNotFoundError(f"{base} is a file; a folder of NIfTI volumes and label maps is needed.")
    pairs = _pairs(base)
    names = [name for name, _, _ in pairs]
    for name, image, label in pairs:
        if names.count(name) > 1:
            raise ValueError(
                f"{name} occurs {names.count(name)} times in {base.name}. The name tells the "
                "patient: give each volume a name of its own."
            )
        _check_headers(image, label)
    classes = len(class_names)
    from mediedu.data.fetched.volumes import volume_array

    return Dataset(
        base.name,
        LazyImages([image for _, image, _ in pairs], volume_array),
        masks=LazyImages([label for _, _, label in pairs], lambda path: _labels(path, classes)),
        groups=np.array(names),
        class_names=tuple(class_names),
        description=f"{len(pairs)} volumes with label maps, read from a folder.",
    )


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".nii")


def _pairs(base: Path) -> list[tuple[str, Path, Path]]:
    """Find names with their volumes and label maps; refuse one without the other."""
    files = sorted(
        path for path in base.rglob("*.nii*")
        if path.name.endswith((".nii", ".nii.gz")) and not path.name.startswith(".")
    )  # fmt: skip
    by_place = {(path.parent, _stem(path)): path for path in files}
    pairs, begun = [], []
    for path in files:
        ending = next((e for e in LABEL_ENDINGS if _stem(path).endswith(e)), None)
        if ending is None:
            continue
        name = _stem(path).removesuffix(ending)
        images = [
            by_place[path.parent, name + e] for e in IMAGE_ENDINGS if (path.parent, name + e) in by_place
        ]
        if not images:
            raise FileNotFoundError(
                f"{path.relative_to(base)} holds labels, but the volume {name}.nii.gz is not beside "
                "it. Put it there, or take the labels away."
            )
        pairs.append((name, images[0], path))
        begun.append((path.parent, name))
    for path in files:
        stem = _stem(path)
        if not any(
            path.parent == place and (stem == name or stem.startswith(f"{name}_")) for place, name in begun
        ):
            raise FileNotFoundError(
                f"{path.relative_to(base)} has no label map: {stem}_seg.nii.gz or {stem}_segTRI_ana.nii.gz "
                "is needed beside it. Put it there, or take the volume away."
            )
    if not pairs:
        raise FileNotFoundError(
            f"{base} holds no NIfTI files. Volumes NAME.nii.gz with label maps NAME_seg.nii.gz are "
            "needed, here or in folders within."
        )
    return pairs


def _check_headers(image: Path, label: Path) -> None:
    """Refuse a pair of different shapes, or of which only one knows where the patient's right is."""
    import nibabel

    shapes, known = [], []
    for path in (image, label):
        try:
            header: Any = nibabel.load(path).header
        except Exception as error:
            raise UnreadableFile(f"{path.name} can't be read as NIfTI. Copy or download it again.") from error
        shape = tuple(header.get_data_shape())
        while len(shape) > 3 and shape[-1] == 1:
            shape = shape[:-1]
        shapes.append(shape)
        known.append(bool(header["qform_code"] > 0 or header["sform_code"] > 0))
    if shapes[0] != shapes[1] or len(shapes[0]) != 3:
        raise ValueError(
            f"{image.name} has {_size(shapes[0])} voxels, its labels {label.name} {_size(shapes[1])}. Both "
            "need the same three axes; a fourth may be there with a length of one."
        )
    if known[0] != known[1]:
        without = (image, label)[known.index(False)]
        raise ValueError(
            f"{without.name} doesn't say how it lies in the patient (no qform, no sform), and its partner "
            "does. So nobody knows whether they fit. Save it again with its partner's affine, if sure."
        )


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))


def _labels(path: Path, classes: int) -> NDArray[np.uint8]:
    """Read labels, some of which are stored as floats; refuse what is no class."""
    from mediedu.data.fetched.volumes import volume_array

    found = volume_array(path)
    whole = found.dtype.kind in "biu" or bool((found == np.rint(found)).all())
    if not whole or found.min() < 0 or found.max() >= classes:
        values = np.unique(found)
        odd = values[(values != np.rint(values)) | (values < 0) | (values >= classes)]
        raise ValueError(
            f"{path.name} holds {', '.join(f'{v:g}' for v in odd[:3])}{' …' * (len(odd) > 3)} as labels; "
            f"whole numbers from 0 to {classes - 1} are needed. Is it a map of other structures?"
        )
    return np.asarray(found, dtype=np.uint8)
