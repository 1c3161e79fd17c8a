"""The average brain with a tissue label for each voxel, as a data set of one volume."""

from mediedu.data.dataset import Dataset
from mediedu.data.embedded.icbm152 import TISSUES, maps, tissue


def brain_tissue() -> Dataset:
    """Give the ICBM152 T1 volume and its tissue labels.

    Returns
    -------
    Dataset
        One image (189, 233, 197), one mask with the labels of `class_names`.
    """
    from mediedu.data.embedded.catalogue import FILES

    file = FILES["brain_t1"]
    return Dataset(
        "brain_tissue",
        maps()[0][None].copy(),
        masks=tissue()[None].copy(),
        class_names=TISSUES,
        spacing=(1.0, 1.0, 1.0),
        licence=file.licence,
        citation=file.citation,
        description="Average T1-weighted MR of the brain (ICBM152 2009a) with the most probable tissue "
        "of each voxel. " + file.description,
        notes=(
            "The labels are reference maps, not ground truth: they come from the probabilities of grey and "
            "white matter, "
            "and CSF is what is brain but neither.",
            "It is an average of 152 people without noise: grey level alone separates the tissues almost. "
            "Add noise and "
            "a bias field before you judge a method by it (phantom.brain_slice does).",
        ),
    )
