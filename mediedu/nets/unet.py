"""U-Net: a class for every pixel or voxel, from what is near and what is far."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import Norm, checked_shape, checked_widths, convolution, head

if TYPE_CHECKING:
    import keras

__all__ = ["check_divisible", "unet"]


def check_divisible(size: Sequence[int | None], stride: int) -> None:
    """Refuse an image that a net cannot halve evenly.

    Parameters
    ----------
    size : sequence of int
        Rows and columns (or z, y, x), without channels. None is taken as fitting.
    stride : int
        How many pixels become one at the net's coarsest level.

    Raises
    ------
    ValueError
        If a side is no multiple of `stride`; the sentence names the nearest sizes that are.

    Examples
    --------
    >>> check_divisible((64, 96), 16)
    >>> check_divisible((64, 90), 16)
    Traceback (most recent call last):
    ...
    ValueError: An image of 64 × 90 does not fit a net of stride 16: ... to 64 × 80 or pad it to 64 × 96.
    """
    if all(n is None or (n >= stride and n % stride == 0) for n in size):
        return

    def written(sides: Sequence[Any]) -> str:
        return " × ".join("any" if n is None else str(n) for n in sides)

    smaller = [n if n is None else n // stride * stride for n in size]
    larger = [n if n is None else -(-n // stride) * stride for n in size]
    crop = "" if 0 in smaller else f"rop it to {written(smaller)} or p"
    do = f"C{crop}ad it to" if crop else "Pad it to"
    raise ValueError(
        f"An image of {written(size)} does not fit a net of stride {stride}: every side must be a multiple "
        f"of {stride}. {do} {written(larger)}."
    )


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
        multiples of 2 to the number of halvings, ``2 ** (len(widths) − 1)``. None leaves a side open.
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
    check_divisible(size[:-1], 2 ** (len(levels) - 1))
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
