"""Networks: Keras 3 models, the losses that Keras lacks, and all that training needs.

Images are float32 (n, row, col, channel), volumes (n, z, y, x, channel); labels are whole numbers. Every
model is a ``keras.Model`` whose last two layers are named "logits" (linear) and "probability".

=============================  ==========================================================
`load_keras`                   Keras, on TensorFlow or JAX, started quietly
`set_seed`                     seed everything that networks draw from
`devices`                      the GPUs, or the processor
`cnn_classifier`               a small classifier of images or volumes
`alexnet_like`                 a large stack, to be counted
`layer_table`                  output sizes and parameters, layer by layer
`model_cost`                   what each layer costs: numbers and multiplications
`activation_memory`            the bytes that training keeps of its way forward
`multiplications`              of one image's way through a network
`tissue_patch_cnn`             names the tissue of a voxel from the patch around it
`LocalResponseNormalization`   the layer it needs
`fully_convolutional`          a patch classifier for images of any size
`dense_inference`              its answer at every pixel, quickly
`unet`                         a class for every pixel or voxel
`deeplab_v3_plus`              the same with a ResNet50 and an atrous pyramid
`resnet50_backbone`            that ResNet50
`SegmentationLoss`             cross-entropy, focal, Dice and their sums
`check_labels`                 refuse labels that are no class
`dilate_by_pooling`            dilation of a mask as max-pooling; `erode_by_pooling` its opposite
`load_model`                   a saved model, with the layers and losses of this room
`train`                        train a network: one function for all of them
`Training`                     what that gives back: learning curves and the best epoch
`Batches`                      images and labels dealt out in batches, from a seed
`PatchBatches`                 patches of volumes, each class as often as the others
`Augmentation`                 turn, move, bend, blur and add noise to images and their masks
`VolumeAugmentation`           the same for volumes, in a plane drawn for each
=============================  ==========================================================

Nothing here loads Keras before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

# These two bear the names of their modules: fetched later, the module would stand in the function's place.
# Neither module loads Keras.
from mediedu.nets.predict_volume import predict_volume
from mediedu.nets.unet import unet

if TYPE_CHECKING:
    from mediedu.nets.alexnet import alexnet_like, layer_table
    from mediedu.nets.augment import Augmentation
    from mediedu.nets.augment_volumes import VolumeAugmentation
    from mediedu.nets.backend import (
        NoGPU,
        OutOfMemory,
        devices,
        guard_memory,
        has_gpu,
        load_keras,
        require_gpu,
        set_seed,
    )
    from mediedu.nets.batches import Batches
    from mediedu.nets.callbacks import Diverged
    from mediedu.nets.checkpoints import BadCheckpoint
    from mediedu.nets.cnn import cnn_classifier
    from mediedu.nets.deeplab import deeplab_v3_plus
    from mediedu.nets.dense import dense_inference, fully_convolutional
    from mediedu.nets.differentiation import compiled, gradient, value_and_gradient
    from mediedu.nets.distribution import data_parallel
    from mediedu.nets.divisible import check_divisible
    from mediedu.nets.local_response import LocalResponseNormalization
    from mediedu.nets.losses import SegmentationLoss, check_labels
    from mediedu.nets.network_cost import activation_memory, model_cost, multiplications
    from mediedu.nets.patches import PatchBatches
    from mediedu.nets.pooling import dilate_by_pooling, erode_by_pooling
    from mediedu.nets.resnet import resnet50_backbone
    from mediedu.nets.saved_models import load_model
    from mediedu.nets.test_time import ensemble, predict_test_time
    from mediedu.nets.tissue_patch import tissue_patch_cnn
    from mediedu.nets.training import train
    from mediedu.nets.training_result import Training

# Where each name is kept. A module is loaded when one of its names is first asked for.
_WHERE = {
    "Augmentation": "augment",
    "BadCheckpoint": "checkpoints",
    "Batches": "batches",
    "Diverged": "callbacks",
    "LocalResponseNormalization": "local_response",
    "NoGPU": "backend",
    "OutOfMemory": "backend",
    "PatchBatches": "patches",
    "SegmentationLoss": "losses",
    "Training": "training_result",
    "VolumeAugmentation": "augment_volumes",
    "activation_memory": "network_cost",
    "alexnet_like": "alexnet",
    "check_divisible": "divisible",
    "check_labels": "losses",
    "cnn_classifier": "cnn",
    "compiled": "differentiation",
    "data_parallel": "distribution",
    "deeplab_v3_plus": "deeplab",
    "dense_inference": "dense",
    "devices": "backend",
    "dilate_by_pooling": "pooling",
    "ensemble": "test_time",
    "erode_by_pooling": "pooling",
    "fully_convolutional": "dense",
    "gradient": "differentiation",
    "guard_memory": "backend",
    "has_gpu": "backend",
    "layer_table": "alexnet",
    "load_keras": "backend",
    "load_model": "saved_models",
    "model_cost": "network_cost",
    "multiplications": "network_cost",
    "predict_test_time": "test_time",
    "require_gpu": "backend",
    "resnet50_backbone": "resnet",
    "set_seed": "backend",
    "tissue_patch_cnn": "tissue_patch",
    "train": "training",
    "value_and_gradient": "differentiation",
}

__all__ = [
    "Augmentation",
    "BadCheckpoint",
    "Batches",
    "Diverged",
    "LocalResponseNormalization",
    "NoGPU",
    "OutOfMemory",
    "PatchBatches",
    "SegmentationLoss",
    "Training",
    "VolumeAugmentation",
    "activation_memory",
    "alexnet_like",
    "check_divisible",
    "check_labels",
    "cnn_classifier",
    "compiled",
    "data_parallel",
    "deeplab_v3_plus",
    "dense_inference",
    "devices",
    "dilate_by_pooling",
    "ensemble",
    "erode_by_pooling",
    "fully_convolutional",
    "gradient",
    "guard_memory",
    "has_gpu",
    "layer_table",
    "load_keras",
    "load_model",
    "model_cost",
    "multiplications",
    "predict_test_time",
    "predict_volume",
    "require_gpu",
    "resnet50_backbone",
    "set_seed",
    "tissue_patch_cnn",
    "train",
    "unet",
    "value_and_gradient",
]


def __getattr__(name: str) -> object:
    """Load the module that keeps a name when it is first asked for."""
    if name in _WHERE:
        return getattr(import_module(f"mediedu.nets.{_WHERE[name]}"), name)
    raise AttributeError(f"mediedu.nets has no {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the names for tab completion."""
    return sorted([*globals(), *__all__])
