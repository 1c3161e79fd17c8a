"""What a network costs, layer by layer: the numbers that training keeps, and the multiplications."""

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from mediedu.nets.backend import load_keras

if TYPE_CHECKING:
    import keras

__all__ = ["LayerCost", "activation_memory", "model_cost", "multiplications"]


class LayerCost(NamedTuple):
    """What one layer costs for one image or volume.

    Attributes
    ----------
    name : str
        Of the layer; within a model that is part of the model, "model/layer".
    shape : tuple of int
        Of its output, for one image.
    numbers : int
        How many numbers that output holds.
    bytes_each : int
        Bytes for each of them, by the precision the layer computes in.
    multiplications : int
        Of a convolution or a dense layer; 0 for all others.
    """

    name: str
    shape: tuple[int, ...]
    numbers: int
    bytes_each: int
    multiplications: int


def model_cost(model: "keras.Model") -> list[LayerCost]:
    """Count what each layer of a network costs for one image or volume.

    Parameters
    ----------
    model : keras.Model
        With fixed sides. It need not be trained, and no image is given to it: the count costs nothing.

    Returns
    -------
    list of LayerCost
        In the model's order, the image itself first.

    Raises
    ------
    ValueError
        If a side is open: then the numbers depend on the image.

    Notes
    -----
    Multiplications are those of convolutions and dense layers, one for each weight and place where it is
    used, padding included. Normalisation, pooling and activations are left out: they are few beside them.

    Examples
    --------
    >>> from mediedu.nets import unet
    >>> for row in model_cost(unet((8, 8, 1), 2, widths=(2, 4)))[:3]:
    ...     print(row.name, row.shape, row.numbers, row.bytes_each, row.multiplications)
    image (8, 8, 1) 64 4 0
    down0a (8, 8, 2) 128 4 1152
    down0a_norm (8, 8, 2) 128 4 0
    """
    return list(_rows(model, ""))


def activation_memory(
    model: "keras.Model", batch_size: int = 1, *, bytes_per_number: int | None = None
) -> int:
    """Estimate the bytes that a training step keeps of its way forward, for the way back.

    Parameters
    ----------
    model : keras.Model
        With fixed sides.
    batch_size : int
        Images or volumes in a step.
    bytes_per_number : int, optional
        4 for 32-bit numbers, 2 for 16-bit. By default by the precision each layer computes in, so that inside
        `mediedu.nets.mixed_precision` it is what mixed precision needs.

    Returns
    -------
    int
        Bytes: the output of every layer once. What a backend really takes differs: it keeps less where it
        joins layers, and needs room for a convolution at work. Weights, their gradients and the optimiser's
        moments come on top; they don't grow with the image.

    Raises
    ------
    ValueError
        If a side is open, or the batch or the bytes are not 1 or more.

    References
    ----------
    F. Isensee et al., "nnU-Net: a self-configuring method for deep learning-based biomedical image
    segmentation", Nature Methods 18, 203–211, 2021: patch and batch are chosen by the memory at hand.

    Examples
    --------
    >>> from mediedu.nets import unet
    >>> model = unet((16, 16, 16, 1), 2, widths=(4, 8))
    >>> activation_memory(model, 2) == 2 * activation_memory(model)
    True
    >>> activation_memory(model, bytes_per_number=2) / activation_memory(model)
    0.5
    """
    for name, number in (("batch_size", batch_size), ("bytes_per_number", bytes_per_number)):
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
            raise ValueError(f"{name} is {number!r}; it must be a whole number of 1 or more.")
    return batch_size * sum(row.numbers * (bytes_per_number or row.bytes_each) for row in model_cost(model))


def multiplications(model: "keras.Model") -> int:
    """Count the multiplications of one image's way through the network.

    Parameters
    ----------
    model : keras.Model
        With fixed sides.

    Returns
    -------
    int
        Of all convolutions and dense layers, see `model_cost`. A training step needs about three times
        as many for each image: one way forward, two back.

    Raises
    ------
    ValueError
        If a side is open.

    Examples
    --------
    >>> from mediedu.nets import unet
    >>> small, large = (unet((n, n, 1), 2, widths=(2, 4)) for n in (16, 32))
    >>> multiplications(large) / multiplications(small)
    4.0
    """
    return sum(row.multiplications for row in model_cost(model))


def _rows(model: "keras.Model", within: str) -> Iterator[LayerCost]:
    keras = load_keras()
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _rows(layer, f"{within}{layer.name}/")
        elif not (within and isinstance(layer, keras.layers.InputLayer)):
            places = _places(layer, layer.output)
            name = f"{within}{layer.name}"
            bits = keras.backend.standardize_dtype(layer.compute_dtype)
            numbers = sum(prod(shape) for shape in places)
            yield LayerCost(name, places[0], numbers, 2 if "16" in bits else 4, _multiplied(layer, places[0]))


def _places(layer: Any, tensors: Any) -> list[tuple[int, ...]]:
    """Give the shapes of a layer's inputs or outputs without the batch."""
    given = tensors if isinstance(tensors, list | tuple) else [tensors]
    shapes = [tuple(tensor.shape[1:]) for tensor in given]
    if any(n is None for shape in shapes for n in shape):
        raise ValueError(
            f"The network leaves a side open: layer {layer.name!r} gives {shapes[0]}. What it costs "
            "depends on the image; build the network with fixed sides, such as unet((128, 128, 128, 1), 3)."
        )
    return shapes


def _multiplied(layer: Any, shape: tuple[int, ...]) -> int:
    layers = load_keras().layers
    if isinstance(layer, layers.SeparableConv1D | layers.SeparableConv2D):
        kernels = [layer.depthwise_kernel, layer.pointwise_kernel]
    else:
        kernel = getattr(layer, "kernel", None)
        kernels = [] if kernel is None else [kernel]
    if "Transpose" in type(layer).__name__:  # each number that comes in is spread over a kernel
        shape = _places(layer, layer.input)[0]
    return sum(prod(kernel.shape) for kernel in kernels) * prod(shape[:-1])
