"""Make captum_values.npz: what captum says of four small networks with the weights stored beside.

Run in an environment of its own, with torch and captum (2.13.0 and 0.9.0 made the file):

    python tests/explain/captum_values.py

The networks are written with torch here and with Keras in `test_explain_captum.py`; the weights, drawn here,
are stored in Keras' layout. captum's "riemann_trapezoid" weighs n points by 1/n (half at the ends), so that
its weights add up to (n − 1)/n; it is stored multiplied by n/(n − 1).
"""

from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerGradCam, LayerIntegratedGradients, Occlusion, Saliency

HERE = Path(__file__).parent
RULES = {
    "left": "riemann_left",
    "middle": "riemann_middle",
    "right": "riemann_right",
    "trapezoid": "riemann_trapezoid",
    "gauss-legendre": "gausslegendre",
}


def nhwc(tensor):
    array = tensor.detach().numpy()
    return np.ascontiguousarray(np.moveaxis(array, 1, -1)) if array.ndim == 4 else array


def main():
    rng = np.random.default_rng(7)
    images = rng.random((4, 12, 10, 2)).astype(np.float32)
    background = rng.random((12, 10, 2)).astype(np.float32)
    kernels = {
        "first": rng.normal(0, 0.4, (3, 3, 2, 4)).astype(np.float32),
        "second": rng.normal(0, 0.3, (3, 3, 4, 6)).astype(np.float32),
        "dense": rng.normal(0, 0.5, (6, 3)).astype(np.float32),
    }
    biases = {
        name: rng.normal(0, 0.1, kernel.shape[-1]).astype(np.float32) for name, kernel in kernels.items()
    }
    kept = {"images": images, "background": background}
    for name in kernels:
        kept[f"{name}_kernel"], kept[f"{name}_bias"] = kernels[name], biases[name]
    x = torch.tensor(np.moveaxis(images, -1, 1))
    start = torch.tensor(np.moveaxis(background, -1, 0))[None]
    for activation in (torch.nn.GELU(), torch.nn.ReLU()):
        word = type(activation).__name__.lower()
        first, second = torch.nn.Conv2d(2, 4, 3, padding=1), torch.nn.Conv2d(4, 6, 3)
        dense = torch.nn.Linear(6, 3)
        with torch.no_grad():
            for layer, name in ((first, "first"), (second, "second")):
                layer.weight.copy_(torch.tensor(kernels[name].transpose(3, 2, 0, 1)))
                layer.bias.copy_(torch.tensor(biases[name]))
            dense.weight.copy_(torch.tensor(kernels["dense"].T))
            dense.bias.copy_(torch.tensor(biases["dense"]))
        pool = torch.nn.MaxPool2d(2)
        mean = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
        net = torch.nn.Sequential(first, activation, pool, second, type(activation)(), mean, dense).eval()
        target = [0, 1, 2, 1]
        kept[f"{word}_logits"] = net(x).detach().numpy()
        for rule, method in RULES.items():
            for steps in (8, 50):
                found = IntegratedGradients(net).attribute(
                    x, start, target=target, n_steps=steps, method=method
                )
                scale = steps / (steps - 1) if rule == "trapezoid" else 1.0
                kept[f"{word}_{rule}_{steps}"] = nhwc(found) * np.float32(scale)
        kept[f"{word}_saliency"] = nhwc(Saliency(net).attribute(x, target=target, abs=False))
        windows = Occlusion(net).attribute(
            x, sliding_window_shapes=(2, 4, 4), strides=(2, 2, 2), baselines=0, target=target
        )
        kept[f"{word}_occlusion"] = nhwc(windows)[..., 0]
        kept[f"{word}_grad_cam"] = nhwc(LayerGradCam(net, second).attribute(x, target=target))[..., 0]
        by_layer = LayerIntegratedGradients(net, first).attribute(
            x, start, target=target, n_steps=16, method="gausslegendre"
        )
        kept[f"{word}_layer_gauss-legendre_16"] = nhwc(by_layer)
    np.savez_compressed(HERE / "captum_values.npz", **kept)


if __name__ == "__main__":
    main()
