"""Our attributions against captum's, for networks with the same weights; captum_values.py made the file."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mediedu.explain import grad_cam, integrated_gradients, occlusion, saliency
from mediedu.nets import load_keras

STORED = dict(np.load(Path(__file__).parent / "captum_values.npz"))
TARGET = [0, 1, 2, 1]
keras = load_keras()


@cache
def network(activation: str) -> Any:
    """Build the network of captum_values.py. torch's GELU is the exact one, so Keras' is told to be."""
    layers = keras.layers
    act = (lambda x: keras.activations.gelu(x, approximate=False)) if activation == "gelu" else activation
    model = keras.Sequential(
        [
            keras.Input((12, 10, 2)),
            layers.Conv2D(4, 3, padding="same", name="first"),
            layers.Activation(act),
            layers.MaxPooling2D(2),
            layers.Conv2D(6, 3, name="second"),
            layers.Activation(act),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, name="dense"),
            layers.Activation("softmax"),  # captum's network ends before it; so must what we explain
        ]
    )
    for name in ("first", "second", "dense"):
        model.get_layer(name).set_weights([STORED[f"{name}_kernel"], STORED[f"{name}_bias"]])
    return model


def agree(found: Any, stored: str) -> None:
    theirs = STORED[stored]
    assert found.shape == theirs.shape
    assert np.abs(theirs).max() > 1e-3
    assert np.abs(found - theirs).max() <= 1e-4 * np.abs(theirs).max()


@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize("rule", ["left", "middle", "right", "trapezoid", "gauss-legendre"])
@pytest.mark.parametrize("steps", [8, 50])
def test_integrated_gradients(activation: str, rule: Any, steps: int) -> None:
    found = integrated_gradients(
        network(activation),
        STORED["images"],
        target=TARGET,
        baseline=STORED["background"],
        rule=rule,
        steps=steps,
        batch_size=64,
    )
    agree(found.values, f"{activation}_{rule}_{steps}")
    wanted = np.take_along_axis(STORED[f"{activation}_logits"], np.array(TARGET)[:, None], axis=1)[:, 0]
    assert np.allclose(found.score, wanted, atol=1e-5)


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_of_a_layer(activation: str) -> None:
    found = integrated_gradients(
        network(activation),
        STORED["images"],
        target=TARGET,
        baseline=STORED["background"],
        layer="first",
        steps=16,
    )
    agree(found.values, f"{activation}_layer_gauss-legendre_16")


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_saliency_occlusion_and_grad_cam(activation: str) -> None:
    model, images = network(activation), STORED["images"]
    agree(saliency(model, images, target=TARGET).values, f"{activation}_saliency")
    agree(occlusion(model, images, target=TARGET, size=4, stride=2).values, f"{activation}_occlusion")
    # captum sets negative values to 0 only when asked (relu_attributions), and does not enlarge the map.
    found = grad_cam(model, images, target=TARGET, layer="second", positive=False, resize=False)
    agree(found.values, f"{activation}_grad_cam")
