"""A small convolutional network that names the class of an image: plain, or with residual connections."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mediedu.nets.backend import load_keras
from mediedu.nets.blocks import Norm, checked_shape, checked_widths, convolution, head, squared_weights

if TYPE_CHECKING:
    import keras

__all__ = ["cnn_classifier"]


def cnn_classifier(
    shape: Sequence[int | None],
    classes: int,
    *,
    widths: Sequence[int] = (16, 32, 64),
    blocks: int = 1,
    residual: bool = False,
    norm: Norm = "batch",
    dropout: float = 0.0,
    weight_decay: float = 0.0,
    multi_label: bool = False,
    name: str = "cnn",
) -> "keras.Model":
    """Build a small convolutional classifier, not yet trained.

    Each width is a stage; each stage halves the size of the one before. The plain net has `blocks`
    3×3 convolutions per stage and max-pooling between stages. The residual one (He et al. 2016) has a first
    convolution, then `blocks` residual blocks of two 3×3 convolutions per stage, and halves by striding.
    Then all places are averaged, dropout is applied, and a dense layer gives one logit per class.

    Parameters
    ----------
    shape : sequence of int
        Of one image, (row, col, channel), or of one volume, (z, y, x, channel).
    classes : int
        How many. 1 means yes or no: one number, with a sigmoid.
    widths : sequence of int
        Feature maps in each stage.
    blocks : int
        Convolutions (plain) or residual blocks in each stage.
    residual : bool
        Whether to add each block's input to its output.
    norm : {"batch", "instance", None}
        Normalisation after each convolution.
    dropout : float
        Share of the averaged features that are set to 0 in training, 0 ≤ dropout < 1.
    weight_decay : float
        Penalty on the squared weights, added to the loss.
    multi_label : bool
        Whether an image can have several labels at once: a sigmoid per class in place of the softmax.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From float32 images (n, row, col, channel) to float32 probabilities (n, classes). Its last two layers
        are named "logits" (linear) and "probability".

    Raises
    ------
    ValueError
        If an argument is out of range, or the images are too small for that many stages.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", CVPR 2016, section 3.

    Examples
    --------
    >>> model = cnn_classifier((28, 28, 1), 2, widths=(8, 16))
    >>> model.output_shape, model.count_params()
    ((None, 2), 1354)
    """
    size, stages = checked_shape(shape), checked_widths(widths)
    halvings = len(stages) - 1
    if any(n is not None and n < 2**halvings for n in size[:-1]):
        raise ValueError(
            f"An image of {size} cannot be halved {halvings} times, as {len(stages)} widths ask for. "
            f"Give fewer widths, or images of at least {2**halvings} pixels along every side."
        )
    if not isinstance(blocks, int) or blocks < 1:
        raise ValueError(f"blocks is {blocks!r}; it must be a whole number of 1 or more.")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is {dropout}; it must be at least 0 and less than 1.")
    squared_weights(weight_decay)
    keras = load_keras()
    volume = len(size) == 4
    settings: dict[str, Any] = {"norm": norm, "weight_decay": weight_decay}
    image = keras.Input(size, name="image")
    x = convolution(image, stages[0], name="first", **settings) if residual else image
    for i, width in enumerate(stages):
        if i and not residual:
            x = (keras.layers.MaxPooling3D if volume else keras.layers.MaxPooling2D)(name=f"pool{i}")(x)
        for j in range(blocks):
            block = f"stage{i + 1}_{j + 1}"
            if residual:
                x = _residual(x, width, strides=2 if i and not j else 1, name=block, **settings)
            else:
                x = convolution(x, width, name=block, **settings)
    average = keras.layers.GlobalAveragePooling3D if volume else keras.layers.GlobalAveragePooling2D
    x = average(name="average")(x)
    if dropout:
        x = keras.layers.Dropout(dropout, name="dropout")(x)
    probability = head(x, classes, multi_label=multi_label, weight_decay=weight_decay)
    return keras.Model(image, probability, name=name)


def _residual(x: Any, width: int, *, strides: int, name: str, **settings: Any) -> Any:
    layers = load_keras().layers
    out = convolution(x, width, strides=strides, name=f"{name}a", **settings)
    out = convolution(out, width, activation=None, name=f"{name}b", **settings)
    if strides != 1 or x.shape[-1] != width:
        x = convolution(x, width, 1, strides=strides, activation=None, name=f"{name}_shortcut", **settings)
    x = layers.Add(name=f"{name}_sum")([x, out])
    return layers.Activation("relu", name=name)(x)
