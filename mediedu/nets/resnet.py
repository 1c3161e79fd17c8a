"""ResNet50 as a backbone: from an image to feature maps at a chosen stride."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import checked_shape
from mediedu.nets.divisible import check_divisible

if TYPE_CHECKING:
    import keras

__all__ = ["resnet50_backbone"]

# The published weights were trained on images in blue, green, red order, these means taken off.
BLUE_GREEN_RED_MEANS = (103.939, 116.779, 123.68)
DILATION = {32: {}, 16: {"conv5": 2}, 8: {"conv4": 2, "conv5": 4}}  # of the 3×3 convolutions in each stage


def resnet50_backbone(
    shape: Sequence[int | None],
    *,
    weights: str | Path | None = None,
    output_stride: int = 32,
    with_stride_4: bool = False,
) -> "keras.Model":
    """Build ResNet50 without its last layers, at output stride 32, 16 or 8.

    A smaller stride keeps the feature maps larger: the later stages do not stride, and their 3×3 convolutions
    are dilated instead, so that the same weights see the same surroundings.

    Parameters
    ----------
    shape : sequence of int
        Of one image: (row, col, 1) grey, or (row, col, 3) in red, green, blue. Sides are multiples of the
        stride, or None.
    weights : path, optional
        A file of weights in the layout of ``keras.applications.ResNet50`` without its top
        (``…_notop.h5``), or one that its ``save_weights`` wrote. By default the weights are random.
    output_stride : {32, 16, 8}
        How many pixels become one.
    with_stride_4 : bool
        Whether to give the features at stride 4 too, for a decoder.

    Returns
    -------
    keras.Model
        From float32 images, in 0 … 1 (they are brought to what the published weights expect inside), to
        features (n, row / stride, col / stride, 2048); with `with_stride_4`, to a list of features
        (n, row / 4, col / 4, 256) and these.

    Raises
    ------
    ValueError
        If the shape or the stride does not fit.
    FileNotFoundError
        If there is no file of weights; nothing is downloaded.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", CVPR 2016. L.-C. Chen et
    al., "Rethinking atrous convolution for semantic image segmentation", 2017, section 3.1.

    Examples
    --------
    >>> resnet50_backbone((64, 64, 1), output_stride=16).output_shape  # doctest: +SKIP
    (None, 4, 4, 2048)
    """
    size = checked_shape(shape)
    if len(size) != 3 or size[-1] not in (1, 3):
        raise ValueError(
            f"The shape of one image is given as {size}; ResNet50 takes (row, col, 1) for grey images or "
            "(row, col, 3) for colour."
        )
    if output_stride not in DILATION:
        raise ValueError(f"output_stride is {output_stride!r}; it can be 32, 16 or 8.")
    check_divisible(size[:-1], output_stride)
    if weights is not None and not Path(weights).is_file():
        raise FileNotFoundError(
            f"There is no file {weights}. Give the path of a file with the weights of ResNet50 without its "
            "top, or weights=None for random ones; nothing is downloaded here."
        )
    keras = load_keras()
    layers = keras.layers
    image = keras.Input(size, name="image")
    x = image if size[-1] == 3 else layers.Concatenate(name="grey_three_times")([image, image, image])
    plain = keras.applications.ResNet50(
        include_top=False, weights=None if weights is None else str(weights), input_shape=(*size[:-1], 3)
    )
    net = plain if output_stride == 32 else _dilated(plain, DILATION[output_stride])
    if net is not plain and weights is not None:
        net.set_weights(plain.get_weights())
    if size[-1] == 3:
        x = keras.ops.flip(x, axis=-1)
    x = layers.Rescaling(255.0, offset=[-mean for mean in BLUE_GREEN_RED_MEANS], name="scaled")(x)
    outputs = [net.get_layer("conv2_block3_out").output, net.output] if with_stride_4 else net.output
    features = keras.Model(net.input, outputs, name="features")(x)
    return keras.Model(image, features, name="resnet50")


def _dilated(plain: "keras.Model", dilation: dict[str, int]) -> "keras.Model":
    """Rebuild the net with some stages dilated in place of striding."""

    def changed(layer: Any) -> Any:
        config = layer.get_config()
        stage = layer.name.split("_")[0]
        if stage in dilation and "kernel_size" in config:
            config["strides"] = (1, 1)
            if tuple(config["kernel_size"]) == (3, 3):
                config["dilation_rate"] = (dilation[stage],) * 2
        return layer.__class__.from_config(config)

    return load_keras().models.clone_model(plain, clone_function=changed)
