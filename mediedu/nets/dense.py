"""A patch classifier run over a whole image at once: the same answer at every pixel, without repeated work.

Neighbouring patches overlap, and patch by patch the same convolutions are computed again for each. Run over
the whole image, each is computed once.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.backend import guard_memory, has_gpu, load_keras
from mediedu.nets.winograd import convolve_tiles, transform_kernel

if TYPE_CHECKING:
    import keras

__all__ = ["dense_inference", "fully_convolutional"]

# Transforming pays where a convolution has at least this many pairs of channel and feature (measured).
WORTH_TRANSFORMING = 64 * 256


def fully_convolutional(model: "keras.Model") -> "keras.Model":
    """Make a patch classifier into a net for images of any size, with the very same weights.

    Its convolutions run over the whole image; its dense layers act at every place, as 1×1 convolutions. The
    layers are shared: train one of the two models and the other has learnt it as well.

    Parameters
    ----------
    model : keras.Model
        One layer after another: convolutions without padding and stride, which shrink the patch to one place,
        then `Flatten`, then layers that act on the features; such as `tissue_patch_cnn`.

    Returns
    -------
    keras.Model
        From float32 images (n, row, col, channels) to probabilities
        (n, row − size + 1, col − size + 1, classes).

    Raises
    ------
    ValueError
        If a layer cannot be carried over to a whole image.

    References
    ----------
    J. Long, E. Shelhamer, T. Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015.

    Examples
    --------
    >>> from mediedu.nets.tissue_patch import tissue_patch_cnn
    >>> whole = fully_convolutional(tissue_patch_cnn(widths=(4, 8, 8)))
    >>> whole.compute_output_shape((1, 40, 30, 1))
    (1, 28, 18, 4)
    """
    keras = load_keras()
    image = keras.Input((None, None, model.input_shape[-1]), name="image")
    x = image
    for layer in _layers(model):
        x = layer(x)
    return keras.Model(image, x, name=f"{model.name}_whole")


def _layers(model: "keras.Model") -> list[Any]:
    """Give the layers that act on a whole image, in order; refuse what would not do there what it did."""
    keras = load_keras()
    layers = keras.layers
    everywhere = (layers.Dense, layers.Activation, layers.ReLU, layers.Dropout, layers.BatchNormalization)
    kept: list[Any] = []
    inside = True  # before the patch is one place
    before = model.inputs[0]
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        if layer.input is not before:
            raise ValueError(
                f"The layers of {model.name!r} don't follow one after another; {layer.name!r} branches."
            )
        if isinstance(layer, layers.Flatten):
            if tuple(before.shape[1:3]) != (1, 1):
                raise ValueError(
                    f"Before {layer.name!r} the patch is still {tuple(before.shape[1:3])}; the "
                    "convolutions must shrink it to one place, so that dense layers can act at each."
                )
            inside = False
        elif isinstance(layer, layers.Conv2D):
            config = layer.get_config()
            if config["padding"] != "valid" or set(config["strides"]) | set(config["dilation_rate"]) != {1}:
                raise ValueError(
                    f"The convolution {layer.name!r} is padded, strided or dilated; over a whole image it "
                    "would not do what it does on a patch. Use padding='valid' and strides=1."
                )
            kept.append(layer)
        elif isinstance(layer, everywhere) or layer.__class__.__name__ == "LocalResponseNormalization":
            if inside and isinstance(layer, layers.Dense):
                raise ValueError(
                    f"The dense layer {layer.name!r} comes before Flatten; put Flatten before it."
                )
            kept.append(layer)
        else:
            raise ValueError(
                f"The layer {layer.name!r} ({layer.__class__.__name__}) cannot be carried over to a whole "
                "image; convolutions, activations, dropout, normalisation and dense layers can."
            )
        before = layer.output
    return kept


def dense_inference(
    model: "keras.Model", images: ArrayLike, *, mode: str = "reflect", pixels: int = 8192
) -> NDArray[np.float32]:
    """Give a patch classifier's probabilities at every pixel of whole images.

    Equal to cutting the patch around every pixel and predicting them all, but for rounding (below 10⁻⁴ in our
    tests), in a small part of the time. On a processor, convolutions with many features are done by
    Winograd's method (`mediedu.nets.winograd`). The image is taken in strips, so that memory stays bounded.

    Parameters
    ----------
    model : keras.Model
        See `fully_convolutional`.
    images : array_like, shape (row, col) or (n, row, col) or (n, row, col, channels)
        Slices scaled as in training; taken as float32. A volume (z, y, x) is a stack of slices.
    mode : {"reflect", "nearest", "constant"}
        What lies beyond the border, as in `scipy.ndimage`: the image mirrored, its edge, or 0.
    pixels : int
        How many output pixels are computed at a time, about.

    Returns
    -------
    ndarray of float32, shape (row, col, classes) or (n, row, col, classes)
        Probabilities.

    Raises
    ------
    ValueError
        If the model or the images do not fit.
    OutOfMemory
        If a strip is too large; take fewer `pixels`.

    Examples
    --------
    >>> from mediedu.nets.tissue_patch import tissue_patch_cnn
    >>> model = tissue_patch_cnn(widths=(4, 8, 8))
    >>> dense_inference(model, np.zeros((20, 30))).shape
    (20, 30, 4)
    """
    given = np.asarray(images, dtype=np.float32)
    channels, (high, wide) = model.input_shape[-1], model.input_shape[1:3]
    stack = given[None] if given.ndim == 2 else given
    stack = stack[..., None] if stack.ndim == 3 else stack
    if stack.ndim != 4 or stack.shape[-1] != channels or 0 in stack.shape:
        raise ValueError(
            f"The images have the shape {given.shape}; (row, col), (n, row, col) or (n, row, col, "
            f"{channels}) is needed, with something in it."
        )
    modes = {"reflect": "symmetric", "nearest": "edge", "constant": "constant"}
    if mode not in modes:
        raise ValueError(f"mode is {mode!r}; it can be {', '.join(modes)}.")
    if pixels < 1:
        raise ValueError(f"pixels is {pixels}; it must be 1 or more.")
    steps = [_step(layer) for layer in _layers(model)]
    ops = load_keras().ops
    before, after = ((high - 1) // 2, (wide - 1) // 2), (high // 2, wide // 2)
    margins = [(0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)]
    rows, cols = stack.shape[1:3]
    strip = min(rows, max(4, pixels // cols // 4 * 4))
    out = np.empty((*stack.shape[:3], model.output_shape[-1]), np.float32)
    with guard_memory():
        for i in range(len(stack)):
            padded = np.pad(stack[i : i + 1], margins, mode=modes[mode])  # type: ignore[call-overload]
            for top in range(0, rows, strip):
                x = ops.convert_to_tensor(padded[:, top : top + strip + high - 1])
                for step in steps:
                    x = step(x)
                out[i, top : top + strip] = ops.convert_to_numpy(x)[0]
    return out[0] if given.ndim == 2 else out


def _step(layer: Any) -> Any:
    """Give what a layer does in prediction, by Winograd's method where that is quicker."""
    keras = load_keras()
    if isinstance(layer, keras.layers.Conv2D) and not has_gpu():
        size, also, channels, features = layer.kernel.shape
        worth = channels * features >= WORTH_TRANSFORMING and layer.groups == 1
        if worth and size == also and size in (3, 5) and layer.compute_dtype == "float32":
            transformed = transform_kernel(layer.kernel)

            def convolve(x: Any) -> Any:
                found = convolve_tiles(x, transformed, size)
                return layer.activation(found + layer.bias if layer.use_bias else found)

            return convolve
    return lambda x: layer(x, training=False)
