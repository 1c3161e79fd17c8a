"""Explanations of networks: which pixels an answer rests on, and whether the map can be believed.

Each method takes a Keras model and images and returns an `Attribution`: one number for each pixel, what was
explained, and, where the method promises that the numbers add up, by how much they don't.

========================  ==============================================================
`integrated_gradients`    gradients summed along the path from a baseline to the image
`saliency`                the gradient at the image
`smooth_grad`             the same, averaged over noisy copies
`grad_cam`                a convolution's feature maps, weighted by their gradients
`occlusion`               how much the answer falls when a part is covered
`Attribution`             what they give back
`path_points`             places and weights of the rules for the integral
`randomization_test`      does the map change when the network forgets, layer by layer?
`label_randomization`     and when it has learnt shuffled labels?
`deletion_curve`          how the answer falls as the pixels that weigh most go
`insertion_curve`         how it rises as they come
`pointing_game`           does the map point at the lesion?
`map_similarity`          how alike two maps are
========================  ==============================================================

Nothing here loads Keras before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

# These bear the names of their modules: fetched later, the module would stand in the function's place.
# None of the modules loads Keras or matplotlib.
from mediedu.explain.grad_cam import grad_cam
from mediedu.explain.integrated_gradients import integrated_gradients
from mediedu.explain.label_randomization import label_randomization
from mediedu.explain.map_similarity import map_similarity
from mediedu.explain.occlusion import occlusion
from mediedu.explain.pointing_game import pointing_game
from mediedu.explain.saliency import saliency

if TYPE_CHECKING:
    from mediedu.explain.attribution import Attribution
    from mediedu.explain.deletion import deletion_curve, insertion_curve
    from mediedu.explain.forward import NoGradient
    from mediedu.explain.model_randomization import randomization_test
    from mediedu.explain.pixel_curve import PixelCurve
    from mediedu.explain.pointing_game import PointingGame
    from mediedu.explain.quadrature import path_points
    from mediedu.explain.randomization import Randomization
    from mediedu.explain.saliency import smooth_grad

# Where each name is kept. A module is loaded when one of its names is first asked for.
_WHERE = {
    "Attribution": "attribution",
    "NoGradient": "forward",
    "PixelCurve": "pixel_curve",
    "PointingGame": "pointing_game",
    "Randomization": "randomization",
    "deletion_curve": "deletion",
    "insertion_curve": "deletion",
    "path_points": "quadrature",
    "randomization_test": "model_randomization",
    "smooth_grad": "saliency",
}

__all__ = [
    "Attribution",
    "NoGradient",
    "PixelCurve",
    "PointingGame",
    "Randomization",
    "deletion_curve",
    "grad_cam",
    "insertion_curve",
    "integrated_gradients",
    "label_randomization",
    "map_similarity",
    "occlusion",
    "path_points",
    "pointing_game",
    "randomization_test",
    "saliency",
    "smooth_grad",
]


def __getattr__(name: str) -> object:
    """Load the module that keeps a name when it is first asked for."""
    if name in _WHERE:
        return getattr(import_module(f"mediedu.explain.{_WHERE[name]}"), name)
    raise AttributeError(f"mediedu.explain has no {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    """List the names for tab completion."""
    return sorted([*globals(), *__all__])
