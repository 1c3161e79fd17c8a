"""A large stack in the manner of AlexNet, to be counted layer by layer rather than trained."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import checked_shape, checked_widths

if TYPE_CHECKING:
    import keras

__all__ = ["alexnet_like", "layer_table"]


def alexnet_like(
    shape: Sequence[int] = (224, 224, 3),
    classes: int = 1000,
    *,
    widths: Sequence[int] = (96, 256, 384, 384, 256),
    dense: int = 4096,
    padding: str = "same",
    with_weights: bool = False,
) -> "keras.Model":
    """Build five convolutions and three dense layers in the manner of AlexNet.

    5×5 convolution, max-pooling by 2, 3×3 convolution, max-pooling, three 3×3 convolutions, max-pooling, two
    dense layers, and one logit per class. At full size the weights alone would take over 3 GB, so by default
    they are not made: such a model can be counted (`layer_table`), but neither run nor trained.

    Parameters
    ----------
    shape : sequence of int
        Of one image, (row, col, channel).
    classes : int
        How many.
    widths : sequence of int
        Feature maps of the five convolutions.
    dense : int
        Units of each of the two dense layers.
    padding : {"same", "valid"}
        Whether the convolutions keep the size.
    with_weights : bool
        Whether to make the weights, for a small variant that is to be run.

    Returns
    -------
    keras.Model
        From images to probabilities (n, classes).

    Raises
    ------
    ValueError
        If there are not five widths, or the shape is not that of an image.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks",
    NIPS 2012, section 3.5 (there with strides, and split over two GPUs).

    Examples
    --------
    >>> alexnet_like().count_params()
    846292328
    """
    size, maps = checked_shape(shape), checked_widths(widths, least=5)
    if len(size) != 3 or len(maps) != 5:
        raise ValueError(f"Give the shape of an image and five widths; given are {size} and {maps}.")
    keras = load_keras()
    layers = keras.layers

    def build() -> Any:
        image = keras.Input(size, name="image")
        x = image
        for i, width in enumerate(maps, 1):
            kernel = 5 if i == 1 else 3
            x = layers.Conv2D(width, kernel, padding=padding, activation="relu", name=f"conv{i}")(x)
            if i in (1, 2, 5):
                x = layers.MaxPooling2D(2, name=f"pool{i}")(x)
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(dense, activation="relu", name="dense1")(x)
        x = layers.Dense(dense, activation="relu", name="dense2")(x)
        x = layers.Dense(classes, name="logits", dtype="float32")(x)
        x = layers.Activation("softmax", name="probability", dtype="float32")(x)
        return keras.Model(image, x, name="alexnet_like")

    if with_weights:
        return build()
    with keras.StatelessScope(initialize_variables=False):
        return build()


def layer_table(model: "keras.Model") -> list[tuple[str, tuple[int | None, ...], int]]:
    """Give name, output shape (of one image) and number of parameters of each layer.

    Parameters
    ----------
    model : keras.Model
        Any whose layers have one output each.

    Returns
    -------
    list of (str, tuple, int)

    Examples
    --------
    >>> for row in layer_table(alexnet_like())[:3]:
    ...     print(row)
    ('image', (224, 224, 3), 0)
    ('conv1', (224, 224, 96), 7296)
    ('pool1', (112, 112, 96), 0)
    """
    return [(layer.name, tuple(layer.output.shape[1:]), layer.count_params()) for layer in model.layers]
