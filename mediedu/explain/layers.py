"""Find layers by name in a model whose layers can be followed, and cut a model at one."""

from typing import Any

from mediedu.explain.logit import is_graph
from mediedu.nets.backend import load_keras

__all__ = ["feature_layer", "split", "within"]


def split(model: Any, name: str) -> tuple[Any, Any]:
    """Cut a model at a layer's output into the part before and the part after.

    Raises
    ------
    ValueError
        If the model is subclassed, the layer is not there, or another way leads past it.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier
    >>> before, after = split(cnn_classifier((8, 8, 1), 2, widths=(4, 6)), "stage2_1")
    >>> before.output_shape, after.output_shape
    ((None, 4, 4, 6), (None, 2))
    """
    _check_graph(model, "Explaining a layer")
    keras = load_keras()
    layer = next((part for part in model.layers if part.name == name), None)
    if layer is None:
        outer = next((part.name for part in model.layers for one in within(part) if one.name == name), None)
        if outer is not None:
            raise ValueError(
                f"The layer {name!r} lies within {outer!r}, a model that is itself a layer of "
                f"{model.name!r}. Name {outer!r}, or explain {outer}.get_layer({name!r}) in a model built "
                f"on {outer}.output."
            )
        raise ValueError(_unknown(model, name))
    middle = _output(layer)
    outputs = model.outputs[0] if len(model.outputs) == 1 else model.output
    if outputs is middle:
        raise ValueError(f"The layer {name!r} is the last one: nothing comes after it. Name one before.")
    try:
        before = keras.Model(model.inputs, middle)
    except ValueError as error:
        raise ValueError(
            f"The layer {layer.name!r} was first used in another model, and its output there does not come "
            f"from the input of {model.name!r}. Build this model with layers of its own, for example with "
            "keras.models.clone_model and set_weights."
        ) from error
    try:
        return before, keras.Model(middle, outputs)
    except ValueError as error:
        raise ValueError(
            f"Another way leads past the layer {name!r} to the output (a skip connection), so its output "
            "alone does not decide the answer. Name a layer that everything passes through."
        ) from error


def feature_layer(model: Any, name: str | None) -> Any:
    """Find a layer that gives feature maps: the one of this name, or the last convolution.

    Raises
    ------
    ValueError
        If the model is subclassed, or there is no such layer, or it gives no feature maps.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier
    >>> feature_layer(cnn_classifier((8, 8, 1), 2, widths=(4, 6)), None).name
    'stage2_1'
    """
    _check_graph(model, "Grad-CAM")
    every = [one for part in model.layers for one in (part, *within(part))]
    maps = [one for one in every if _ndim(one) in (4, 5)]
    if name is None:
        convolutions = [one for one in maps if "Conv" in type(one).__name__ and one.name != "logits"]
        if not convolutions:
            raise ValueError(
                f"The model {model.name!r} has no convolution, so there are no feature maps to weigh. Name "
                "a layer that gives rows and columns, or use integrated_gradients."
            )
        return convolutions[-1]
    named = [one for one in every if one.name == name]
    if not named:
        raise ValueError(_unknown(model, name))
    if named[0] not in maps:
        raise ValueError(
            f"The layer {name!r} gives no feature maps (rows and columns and features); Grad-CAM needs one "
            f"that does: {', '.join(one.name for one in maps)}."
        )
    return named[0]


def _check_graph(model: Any, purpose: str) -> None:
    if not is_graph(model):
        raise ValueError(
            f"{purpose} needs a Sequential or functional model, whose layers can be followed; this "
            f"{type(model).__name__} is a subclassed one, or a Sequential one without an Input. Build it "
            "with keras.Input and keras.Model(inputs, outputs); or explain the images with "
            "integrated_gradients, saliency or occlusion, which take any model."
        )


def within(part: Any) -> list[Any]:
    """List the layers of a model, and those of models that are themselves layers of it.

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier
    >>> [layer.name for layer in within(cnn_classifier((8, 8, 1), 2, widths=(4,)))][-2:]
    ['logits', 'probability']
    """
    return [one for inner in getattr(part, "layers", []) for one in (inner, *within(inner))]


def _output(layer: Any) -> Any:
    try:
        output = layer.output
    except (AttributeError, ValueError) as error:
        raise ValueError(
            f"The layer {layer.name!r} is used more than once, or never, so its output is not one tensor."
        ) from error
    if not hasattr(output, "shape"):
        raise ValueError(f"The layer {layer.name!r} gives several outputs; name a layer with one.")
    return output


def _ndim(layer: Any) -> int:
    try:
        return len(layer.output.shape)
    except (AttributeError, ValueError):
        return 0


def _unknown(model: Any, name: str) -> str:
    names = ", ".join(part.name for part in model.layers)
    return f"The model {model.name!r} has no layer {name!r}; it has {names}."
