"""DeepLabV3+: a ResNet50 backbone, an atrous spatial pyramid, and a small decoder."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import convolution, head
from mediedu.nets.resnet import resnet50_backbone

if TYPE_CHECKING:
    import keras

__all__ = ["deeplab_v3_plus"]

RATES = {16: (6, 12, 18), 8: (12, 24, 36)}


def deeplab_v3_plus(
    shape: Sequence[int],
    classes: int,
    *,
    weights: str | Path | None = None,
    output_stride: int = 16,
    width: int = 256,
    dropout: float = 0.1,
    multi_label: bool = False,
    name: str = "deeplab_v3_plus",
) -> "keras.Model":
    """Build DeepLabV3+ with a ResNet50 backbone, not yet trained for segmentation.

    The backbone gives features at a stride of 16 (or 8) by dilating its last stages. The pyramid looks at
    them through a 1×1 convolution, three dilated separable 3×3 ones and the average of the whole image. The
    decoder enlarges the result by bilinear interpolation, puts it beside the backbone's stride-4 features
    (brought to 48), convolves twice, and enlarges again.

    Parameters
    ----------
    shape : sequence of int
        Of one image: (row, col, 1) grey, or (row, col, 3) in red, green, blue. Rows and columns are
        multiples of the stride.
    classes : int
        How many, background included. 1 means a single foreground: one number, with a sigmoid.
    weights : path, optional
        Weights of the backbone, see `resnet50_backbone`. By default they are random.
    output_stride : {16, 8}
        How many pixels become one in the deepest features. 8 is finer and takes more memory and time.
    width : int
        Feature maps in pyramid and decoder.
    dropout : float
        Share of the pyramid's features set to 0 in training, 0 ≤ dropout < 1.
    multi_label : bool
        Whether classes may overlap: a sigmoid for each in place of the softmax.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From float32 images in 0 … 1, (n, row, col, channel), to float32 probabilities (n, row, col, classes).
        Its last two layers are named "logits" (linear) and "probability".

    Raises
    ------
    ValueError
        If a side does not fit (the sentence names the nearest sizes that do), or an argument is out of range.
    FileNotFoundError
        If there is no file of weights; nothing is downloaded.

    References
    ----------
    L.-C. Chen, Y. Zhu, G. Papandreou, F. Schroff, H. Adam, "Encoder-decoder with atrous separable
    convolution for semantic image segmentation", ECCV 2018, section 3.

    Examples
    --------
    >>> deeplab_v3_plus((60, 64, 1), 2)
    Traceback (most recent call last):
    ...
    ValueError: An image of 60 × 64 does not fit a net of stride 16: ... to 48 × 64 or pad it to 64 × 64.
    """
    if output_stride not in RATES:
        raise ValueError(f"output_stride is {output_stride!r}; it can be 16 or 8.")
    if any(n is None for n in tuple(shape)[:2]):
        raise ValueError(f"The shape of one image is given as {tuple(shape)}; DeepLabV3+ needs fixed sides.")
    if not isinstance(width, int) or width < 1:
        raise ValueError(f"width is {width!r}; it must be a whole number of 1 or more.")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is {dropout}; it must be at least 0 and less than 1.")
    keras = load_keras()
    layers = keras.layers
    backbone = resnet50_backbone(shape, weights=weights, output_stride=output_stride, with_stride_4=True)
    image = backbone.input
    near, deep = backbone.output
    x = layers.Dropout(dropout, name="dropout")(_pyramid(deep, width, RATES[output_stride]))
    x = layers.UpSampling2D(output_stride // 4, interpolation="bilinear", name="larger")(x)
    near = convolution(near, 48, 1, name="near")
    x = layers.Concatenate(name="beside")([near, x])
    for part in ("decoder1", "decoder2"):
        x = _separable(x, width, 1, name=part)
    x = head(x, classes, multi_label=multi_label, larger=4)
    return keras.Model(image, x, name=name)


def _pyramid(deep: Any, width: int, rates: Sequence[int]) -> Any:
    """Look at the features with several sizes of surroundings at once."""
    layers = load_keras().layers
    rows, cols = deep.shape[1:3]
    seen = [convolution(deep, width, 1, name="pyramid_1x1")]
    seen += [_separable(deep, width, rate, name=f"pyramid_rate{rate}") for rate in rates]
    whole = layers.GlobalAveragePooling2D(keepdims=True, name="pyramid_average")(deep)
    whole = convolution(whole, width, 1, name="pyramid_image")
    seen.append(layers.UpSampling2D((rows, cols), name="pyramid_everywhere")(whole))
    return convolution(layers.Concatenate(name="pyramid")(seen), width, 1, name="pyramid_all")


def _separable(x: Any, width: int, rate: int, *, name: str) -> Any:
    layers = load_keras().layers
    x = layers.DepthwiseConv2D(
        3,
        padding="same",
        dilation_rate=rate,
        use_bias=False,
        depthwise_initializer="he_normal",
        name=f"{name}_each",
    )(x)
    x = layers.BatchNormalization(name=f"{name}_each_norm")(x)
    x = layers.Activation("relu", name=f"{name}_each_relu")(x)
    return convolution(x, width, 1, name=name)
