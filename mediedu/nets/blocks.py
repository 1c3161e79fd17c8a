"""What all networks here are made of: a convolution with its normalisation, and the two last layers."""

from collections.abc import Sequence
from typing import Any, Literal

from mediedu.nets.backend import load_keras

__all__ = ["Norm", "checked_shape", "checked_widths", "convolution", "head", "squared_weights"]

Norm = Literal["batch", "instance"] | None


def checked_shape(shape: Sequence[int | None]) -> tuple[int | None, ...]:
    """Give `shape` as a tuple, or say what is wrong with it."""
    given = tuple(shape)
    right = len(given) in (3, 4) and given[-1] is not None
    right = right and all(n is None or (isinstance(n, int) and n >= 1) for n in given)
    if not right:
        hint = ""
        if len(given) in (2, 3) and all(isinstance(n, int) and n > 4 for n in given):
            hint = f" Are the channels missing? Then write {(*given, 1)}."
        raise ValueError(
            f"The shape of one image is given as {given}; it must be (row, col, channel), or "
            f"(z, y, x, channel) for a volume, in whole numbers.{hint}"
        )
    return given


def checked_widths(widths: Sequence[int], least: int = 1) -> tuple[int, ...]:
    """Give `widths` as a tuple, or say what is wrong with them."""
    given = tuple(widths)
    if len(given) < least or not all(isinstance(n, int) and n >= 1 for n in given):
        raise ValueError(
            f"The widths are {given}; give the number of feature maps of each stage, at least {least} of "
            "them, as whole numbers of 1 or more, such as (16, 32, 64)."
        )
    return given


def squared_weights(weight_decay: float) -> Any:
    """Give the penalty on squared weights, or None for none."""
    if not weight_decay >= 0:
        raise ValueError(f"weight_decay is {weight_decay}; it must be 0 or more, such as 1e-4.")
    return load_keras().regularizers.L2(weight_decay) if weight_decay else None


def convolution(
    x: Any,
    width: int,
    size: int | tuple[int, ...] = 3,
    *,
    strides: int = 1,
    norm: Norm = "batch",
    activation: str | None = "relu",
    weight_decay: float = 0.0,
    name: str,
) -> Any:
    """Convolve (2-D or 3-D, as `x` is), normalise, activate; the size stays unless strides are given."""
    layers = load_keras().layers
    if norm not in ("batch", "instance", None):
        raise ValueError(f"norm is {norm!r}; it can be 'batch', 'instance' or None.")
    convolve = layers.Conv3D if len(x.shape) == 5 else layers.Conv2D
    x = convolve(
        width,
        size,
        strides=strides,
        padding="same",
        use_bias=norm is None,
        kernel_initializer="he_normal",
        kernel_regularizer=squared_weights(weight_decay),
        name=name,
    )(x)
    if norm == "batch":
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
    elif norm == "instance":
        x = layers.GroupNormalization(groups=-1, name=f"{name}_norm")(x)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def head(
    x: Any, classes: int, *, multi_label: bool = False, weight_decay: float = 0.0, larger: int = 1
) -> Any:
    """Add the layers "logits" (linear) and "probability" (softmax, or sigmoid) after feature vectors or maps.

    With `larger` the scores of an image's classes are enlarged that many times, bilinearly; then "logits" is
    the layer that enlarges them.
    Both compute in float32 whatever the precision of the layers before: an exponential needs it.
    """
    if isinstance(classes, bool) or not isinstance(classes, int) or classes < 1:
        raise ValueError(f"classes is {classes!r}; it must be a whole number of 1 or more.")
    layers = load_keras().layers
    name = "logits" if larger == 1 else "scores"
    given = {"dtype": "float32", "name": name, "kernel_regularizer": squared_weights(weight_decay)}
    if len(x.shape) == 2:
        x = layers.Dense(classes, **given)(x)
    else:
        x = (layers.Conv3D if len(x.shape) == 5 else layers.Conv2D)(classes, 1, **given)(x)
    if larger > 1:
        x = layers.UpSampling2D(larger, interpolation="bilinear", dtype="float32", name="logits")(x)
    kind = "sigmoid" if multi_label or classes == 1 else "softmax"
    return layers.Activation(kind, dtype="float32", name="probability")(x)
