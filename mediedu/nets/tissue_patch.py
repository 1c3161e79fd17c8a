"""The patch CNN that names the tissue of a voxel from the 13×13 pixels around it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import checked_widths, head

if TYPE_CHECKING:
    import keras

__all__ = ["tissue_patch_cnn"]


def tissue_patch_cnn(
    size: int = 13,
    widths: Sequence[int] = (64, 256, 768),
    classes: int = 4,
    dropout: float = 0.5,
    channels: int = 1,
) -> "keras.Model":
    """Build the patch CNN for brain tissue, after the layout of Zhang et al. (2015), not yet trained.

    5×5 convolutions without padding (ReLU) shrink the patch to a single place: 13 → 9 → 5 → 1. Then come
    dropout, local response normalisation, a dense layer as wide as the last convolution (ReLU), and one
    logit per class. With the defaults it has 5 921 156 parameters. The course's classes are 0 background,
    1 cerebrospinal fluid, 2 grey matter, 3 white matter.

    Parameters
    ----------
    size : int
        Rows and columns of a patch: 4 · (number of widths) + 1.
    widths : sequence of int
        Feature maps of the convolutions.
    classes : int
        How many.
    dropout : float
        Share of the features set to 0 in training, 0 ≤ dropout < 1.
    channels : int
        Channels of a patch, such as MR sequences.

    Returns
    -------
    keras.Model
        From float32 patches (n, size, size, channels) to float32 probabilities (n, classes). Its last two
        layers are named "logits" (linear) and "probability".

    Raises
    ------
    ValueError
        If the convolutions don't shrink a patch of this size to one place, or an argument is out of range.

    References
    ----------
    W. Zhang et al., "Deep convolutional neural networks for multi-modality isointense infant brain image
    segmentation", NeuroImage 108, 2015, section 2.2.

    Examples
    --------
    >>> tissue_patch_cnn(widths=(16, 64, 192)).count_params()
    371300
    """
    stages = checked_widths(widths)
    needed = 4 * len(stages) + 1
    if size != needed:
        raise ValueError(
            f"The patch size is {size}, but {len(stages)} convolutions of 5×5 shrink a patch of {needed} to "
            f"one place. Take size={needed}, or (size − 1) / 4 widths."
        )
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is {dropout}; it must be at least 0 and less than 1.")
    keras = load_keras()
    from mediedu.nets.local_response import LocalResponseNormalization

    layers = keras.layers
    patch = keras.Input((size, size, channels), name="patch")
    x = patch
    for i, width in enumerate(stages, 1):
        x = layers.Conv2D(width, 5, activation="relu", kernel_initializer="he_normal", name=f"conv{i}")(x)
    x = layers.Flatten(name="features")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = LocalResponseNormalization(name="local_response")(x)
    x = layers.Dense(stages[-1], activation="relu", kernel_initializer="he_normal", name="dense")(x)
    return keras.Model(patch, head(x, classes), name="tissue_patch")
