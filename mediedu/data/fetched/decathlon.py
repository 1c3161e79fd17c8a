"""The ten tasks of the Medical Segmentation Decathlon: NIfTI volumes with labels."""

from pathlib import Path

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched.folder import only
from mediedu.data.fetched.volumes import label_array, volume_array
from mediedu.data.lazy import LazyImages

TASKS = (
    "brain_tumour",
    "heart",
    "liver",
    "hippocampus",
    "prostate",
    "lung",
    "pancreas",
    "hepatic_vessel",
    "spleen",
    "colon",
)


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the labelled volumes of one task; the unlabelled test volumes are left out.

    Returns
    -------
    Dataset
        Volumes (z, y, x[, channel]) and masks of the same size, read one by one. Nobody published which
        volumes come from one patient.
    """
    masks = only(folder, "labelsTr/*.nii.gz")
    images = [mask.parent.parent / "imagesTr" / mask.name for mask in masks]
    missing = [image.name for image in images if not image.is_file()]
    if missing:
        raise FileNotFoundError(
            f"{len(missing)} label files of {entry.name!r} have no image beside them, such as {missing[0]}. "
            f"Fetch the set again: {entry.command}"
        )
    return Dataset(
        entry.name,
        LazyImages(images, volume_array),
        masks=LazyImages(masks, label_array),
        class_names=entry.labels,
        spacing=(1.0, 1.0, 1.0) if entry.name == "hippocampus" else None,
        licence=entry.licence,
        citation=entry.citation,
        description=f"{entry.holds}. Here: the {len(masks)} labelled volumes.",
        notes=entry.defects,
    )
