"""Three hundred computed breast masses: a set to practise on, with the truth known."""

from functools import cache

import numpy as np

from mediedu.data.dataset import Dataset
from mediedu.data.phantom.breast_mass import FIELD_OF_VIEW, breast_mass

COUNT = 300
SIZE = 128
_SPLITS = {"train": (0, 180), "val": (180, 240), "test": (240, 300)}


def breast_masses() -> Dataset:
    """Make the set, or give a copy of it if it was made before.

    Returns
    -------
    Dataset
        300 images of 128 × 128 pixels with masks, half benign, half malignant, in each split alike.
    """
    images, masks = _pictures()
    return Dataset(
        "breast_masses",
        images.copy(),
        np.arange(COUNT) % 2,
        masks.copy(),
        groups=np.arange(COUNT),
        class_names=("benign", "malignant"),
        spacing=(FIELD_OF_VIEW / SIZE, FIELD_OF_VIEW / SIZE),
        licence="CC0-1.0",
        citation="mediedu, phantom.breast_mass",
        synthetic=True,
        description="Computed breast masses in an ultrasound-like picture, one for each made-up patient. "
        "Image i is "
        'phantom.breast_mass(kind, size=128, seed=i), where even i are "benign" and odd ones "malignant".',
        splits={name: np.arange(*limits) for name, limits in _SPLITS.items()},
        notes=(
            "Nothing here was seen in a patient. The kinds overlap in shape by design, but how much they do "
            "is a choice "
            "of the authors: a result on this set says nothing about a clinic.",
        ),
    )


@cache
def _pictures() -> tuple[np.ndarray, np.ndarray]:
    masses = [breast_mass(("benign", "malignant")[i % 2], SIZE, seed=i) for i in range(COUNT)]
    images = np.stack([mass.image for mass in masses])
    masks = np.stack([mass.labels for mass in masses])
    images.flags.writeable = masks.flags.writeable = False
    return images, masks
