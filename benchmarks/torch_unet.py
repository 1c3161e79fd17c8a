"""The U-Net of `mediedu.nets.unet` in plain PyTorch, and a plain loop that trains it: the peer of `gpu_unet`.

Nothing else in the project knows PyTorch. Layers, sizes and initial values follow the Keras net one by
one, so both have the same number of weights; the loop does what `mediedu.nets.train` does: a new order each
epoch, the same loss, AdamW, accuracy counted on the device, nothing fetched from it before the epoch ends.
"""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

EPSILON, MOMENTUM = 1e-3, 0.01  # Keras' own for batch normalisation; its momentum of 0.99 is what is kept


class UNet(nn.Module):  # type: ignore[misc]
    """Two 3×3 convolutions a level, max-pooling down, transposed convolutions up, skip connections.

    Parameters
    ----------
    dimensions : {2, 3}
        Images or volumes.
    channels, classes : int
        In and out.
    widths : sequence of int
        Feature maps at each level.
    norm : {"batch", "instance", None}
        As for `mediedu.nets.unet`.
    """

    def __init__(
        self, dimensions: int, channels: int, classes: int, widths: Sequence[int], norm: str | None
    ) -> None:
        super().__init__()
        convolve = (nn.Conv2d, nn.Conv3d)[dimensions - 2]
        enlarge = (nn.ConvTranspose2d, nn.ConvTranspose3d)[dimensions - 2]
        batch = (nn.BatchNorm2d, nn.BatchNorm3d)[dimensions - 2]
        instance = (nn.InstanceNorm2d, nn.InstanceNorm3d)[dimensions - 2]
        self.pool = (functional.max_pool2d, functional.max_pool3d)[dimensions - 2]

        def block(before: int, width: int) -> nn.Sequential:
            layers: list[nn.Module] = []
            for channels_in in (before, width):
                layers.append(convolve(channels_in, width, 3, padding=1, bias=norm is None))
                if norm == "batch":
                    layers.append(batch(width, eps=EPSILON, momentum=MOMENTUM))
                elif norm == "instance":
                    layers.append(instance(width, eps=EPSILON, affine=True))
                layers.append(nn.ReLU(inplace=True))
            return nn.Sequential(*layers)

        self.down = nn.ModuleList(block(a, b) for a, b in pairwise([channels, *widths]))
        pairs = list(pairwise(widths))[::-1]
        self.larger = nn.ModuleList(enlarge(wide, narrow, 2, stride=2) for narrow, wide in pairs)
        self.up = nn.ModuleList(block(2 * narrow, narrow) for narrow, _ in pairs)
        self.logits = convolve(widths[0], classes, 1)
        for layer in self.modules():
            if isinstance(layer, convolve | enlarge):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the logits (n, class, …) of images (n, channel, …)."""
        kept = []
        for level, block in enumerate(self.down):
            if level:
                kept.append(x)
                x = self.pool(x, 2)
            x = block(x)
        for larger, block in zip(self.larger, self.up, strict=True):
            x = block(torch.cat([kept.pop(), larger(x)], dim=1))
        return self.logits(x)


def count_weights(net: nn.Module) -> int:
    """Count parameters, and the running means and variances that Keras counts as well."""
    buffers = [b for name, b in net.named_buffers() if not name.endswith("num_batches_tracked")]
    return sum(tensor.numel() for tensor in [*net.parameters(), *buffers])


def loss_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy plus Dice over the batch, as ``SegmentationLoss("cross_entropy+dice")``."""
    logits = logits.float()
    if logits.shape[1] == 1:
        entropy = functional.binary_cross_entropy_with_logits(logits[:, 0], labels.float())
        probability, truth = torch.sigmoid(logits), labels[:, None].float()
    else:
        entropy = functional.cross_entropy(logits, labels)
        probability = torch.softmax(logits, dim=1)[:, 1:]
        truth = functional.one_hot(labels, logits.shape[1]).movedim(-1, 1)[:, 1:].float()
    axes = [0, *range(2, truth.ndim)]
    shared, areas = (probability * truth).sum(axes), probability.sum(axes) + truth.sum(axes)
    here = (truth.sum(axes) > 0).float()
    dice = (1 - (2 * shared + 1e-7) / (areas + 1e-7)) * here
    return entropy + dice.sum() / here.sum().clamp(min=1)


def train(
    task: Any,
    images: NDArray[np.float32],
    labels: NDArray[np.uint8],
    *,
    mixed: bool,
    epochs: int,
    seed: int,
    told: Callable[[int], None],
) -> dict[str, Any]:
    """Train; return seconds and loss of each epoch, the number of weights, and the peak of memory.

    Parameters
    ----------
    task : Task
        Of `gpu_unet`: shape, classes, widths, norm, batch.
    images, labels : ndarray
        (n, row, col, 1) or (n, z, y, x, 1), and the same without the last axis.
    mixed : bool
        Compute in bfloat16 where autocast does.
    epochs, seed : int
        How many; of the weights and of the order.
    told : callable
        Called with the number of the epoch that begins.

    Returns
    -------
    dict
        With "seconds", "loss", "weights", "memory_peak_mib" (None on the processor).
    """
    torch.manual_seed(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # TF32 for both: XLA takes it for float32 by default, PyTorch only in convolutions.
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    layout = (torch.channels_last, torch.channels_last_3d)[len(task.shape) - 3]
    net = UNet(len(task.shape) - 1, task.shape[-1], task.classes, task.widths, task.norm)
    net = net.to(device, memory_format=layout)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.004, fused=device.type == "cuda")
    x = torch.from_numpy(np.moveaxis(images, -1, 1).copy())
    y = torch.from_numpy(labels.astype(np.int64))
    if device.type == "cuda":
        x, y = x.pin_memory(), y.pin_memory()
    order = np.random.default_rng(seed)
    seconds, losses = [], []
    for epoch in range(epochs):
        told(epoch)
        started = time.perf_counter()
        total, right = torch.zeros((), device=device), torch.zeros((), device=device)
        places = torch.from_numpy(order.permutation(len(x)))
        for first in range(0, len(x), task.batch):
            some = places[first : first + task.batch]
            batch = x[some].to(device, memory_format=layout, non_blocking=True)
            truth = y[some].to(device, non_blocking=True)
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=mixed):
                logits = net(batch)
            loss = loss_of(logits, truth)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(batch)
            named = logits[:, 0] > 0 if task.classes == 1 else logits.argmax(1)
            right += (named == truth).float().mean() * len(batch)
        losses.append(float(total) / len(x))  # waits until the device is done
        seconds.append(time.perf_counter() - started)
    peak = torch.cuda.max_memory_allocated() / 2**20 if device.type == "cuda" else None
    return {
        "seconds": seconds,
        "loss": losses,
        "weights": count_weights(net),
        "memory_peak_mib": peak,
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "versions": {"torch": torch.__version__},
    }
