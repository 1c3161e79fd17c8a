"""U-Net: a class for every pixel or voxel, from what is near and what is far."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import Norm, checked_shape, checked_widths, convolution, head
from mediedu.nets.divisible import check_divisible

if TYPE_CHECKING:
    import keras

__all__ = ["unet"]


def unet(
    shape: Sequence[int | None],
    classes: int,
    *,
    widths: Sequence[int] = (16, 32, 64, 128),
    norm: Norm = "batch",
    dropout: float = 0.0,
    weight_decay: float = 0.0,
    multi_label: bool = False,
    name: str = "unet",
) -> "keras.Model":
    """Build a U-Net for images or, where `shape` has four numbers, for volumes; not yet trained.

    Every level has two 3×3 convolutions. Max-pooling by 2 leads down, a transposed convolution by 2 leads up,
    where the maps of the same size from the way down are put beside those from below. Unlike the first
    U-Net, convolutions are padded, so that the output is as large as the image.

    Parameters
    ----------
    shape : sequence of int
        Of one image, (row, col, channel), or volume, (z, y, x, channel). Rows, columns and slices must be
        multiples of 2 to the number of halvings, ``2 ** (len(widths) − 1)``. None leaves a side open; then
        the net says so when it is given an image that does not fit.
    classes : int
        How many, background included. 1 means a single foreground: one number, with a sigmoid.
    widths : sequence of int
        Feature maps at each level, from full size down; at least two.
    norm : {"batch", "instance", None}
        Normalisation after each convolution. With batches of one or two volumes take "instance".
    dropout : float
        Share of the features set to 0 in training at the coarsest level, 0 ≤ dropout < 1.
    weight_decay : float
        Penalty on the squared weights of the convolutions, added to the loss.
    multi_label : bool
        Whether classes may overlap: a sigmoid for each in place of the softmax.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From float32 images (n, row, col, channel) to float32 probabilities (n, row, col, classes), or the
        same with volumes. Its last two layers are named "logits" (linear) and "probability".

    Raises
    ------
    ValueError
        If a side does not fit (the sentence names the nearest sizes that do), or an argument is out of range.

    References
    ----------
    O. Ronneberger, P. Fischer, T. Brox, "U-Net: convolutional networks for biomedical image segmentation",
    MICCAI 2015. Ö. Çiçek et al., "3D U-Net: learning dense volumetric segmentation from sparse annotation",
    MICCAI 2016.

    Examples
    --------
    >>> model = unet((32, 32, 1), 3, widths=(4, 8))
    >>> model.output_shape, model.count_params()
    ((None, 32, 32, 3), 1751)
    >>> unet((16, 16, 16, 1), 2, widths=(2, 4)).output_shape
    (None, 16, 16, 16, 2)
    """
    size, levels = checked_shape(shape), checked_widths(widths, least=2)
    stride = 2 ** (len(levels) - 1)
    check_divisible(size[:-1], stride)
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is {dropout}; it must be at least 0 and less than 1.")
    keras = load_keras()
    layers = keras.layers
    pool, up = (
        (layers.MaxPooling3D, layers.Conv3DTranspose)
        if len(size) == 4
        else (layers.MaxPooling2D, layers.Conv2DTranspose)
    )
    settings: dict[str, Any] = {"norm": norm, "weight_decay": weight_decay}
    image = keras.Input(size, name="image")
    x, kept = image, []
    if None in size[:-1]:
        from mediedu.nets.divisible_layer import Divisible

        x = Divisible(stride, name="divisible")(x)
    for i, width in enumerate(levels):
        if i:
            kept.append(x)
            x = pool(name=f"pool{i}")(x)
        x = convolution(x, width, name=f"down{i}a", **settings)
        x = convolution(x, width, name=f"down{i}b", **settings)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    for i in reversed(range(len(kept))):
        x = up(levels[i], 2, strides=2, kernel_initializer="he_normal", name=f"larger{i}")(x)
        x = layers.Concatenate(name=f"beside{i}")([kept[i], x])
        x = convolution(x, levels[i], name=f"up{i}a", **settings)
        x = convolution(x, levels[i], name=f"up{i}b", **settings)
    return keras.Model(image, head(x, classes, multi_label=multi_label), name=name)
