"""Mixture, region growing and surface distance on 512² images: ours and what people use instead.

The mixture of scikit-learn takes every pixel, ours every grey level; both stop at the same rise of the
likelihood, so a quarter of the image in each direction is enough to show it. skimage's Hausdorff distance is
between sets of points, so it is given the same surface pixels as ours finds for itself.
"""

import numpy as np

from benchmarks.measuring import Result, peer, take_turns
from mediedu.segment import hausdorff_distance, mixture_model, region_grow
from mediedu.segment.surface_distance import surface

CLASSES, TOLERANCE, SEED, GREY = 3, 1e-6, (250, 250), 40


def measure(rounds: int) -> list[Result]:
    """Run the comparison."""
    mixture = peer("sklearn.mixture", "GaussianMixture")
    segmentation = peer("skimage.segmentation", "flood")
    metrics = peer("skimage.metrics", "hausdorff_distance")
    image = peer("skimage.data", "camera").camera()
    few = image[::4, ::4]
    pixels = few.reshape(-1, 1).astype(np.float64)
    theirs = mixture.GaussianMixture(CLASSES, tol=TOLERANCE, max_iter=1000, random_state=0)
    if (
        mixture_model(few, CLASSES, tolerance=TOLERANCE).log_likelihood
        < theirs.fit(pixels).score(pixels) - 1e-3
    ):
        raise AssertionError("Our mixture is less likely than scikit-learn's: they aren't doing the same.")
    results = [
        Result(
            f"mixture of {CLASSES}, 128²",
            take_turns(
                {
                    "mixture_model": lambda: mixture_model(few, CLASSES, tolerance=TOLERANCE),
                    "sklearn GaussianMixture": lambda: theirs.fit(pixels),
                },
                rounds=rounds,
            ),
        )
    ]
    wide = image.astype(np.int64)
    grown = region_grow(image, SEED, GREY)
    if not np.array_equal(grown, segmentation.flood(wide, SEED, tolerance=GREY, connectivity=1)):
        raise AssertionError("Our region isn't skimage's: they aren't doing the same.")
    calls = {
        f"region_grow, {rule}": lambda rule=rule: region_grow(image, SEED, GREY, rule=rule)
        for rule in ("seed", "mean", "neighbour")
    }
    calls["skimage flood"] = lambda: segmentation.flood(wide, SEED, tolerance=GREY, connectivity=1)
    results.append(Result("region from a seed, 512²", take_turns(calls, rounds=rounds)))
    rows, columns = np.mgrid[:512, :512]
    first = np.hypot(rows - 256, columns - 250) < 150
    second = np.hypot(rows - 250, columns - 262) < 140
    edges = surface(first), surface(second)
    if hausdorff_distance(first, second) != metrics.hausdorff_distance(*edges):
        raise AssertionError("Our distance isn't skimage's: they aren't doing the same.")
    distances = {
        "hausdorff_distance": lambda: hausdorff_distance(first, second),
        "skimage, surfaces given": lambda: metrics.hausdorff_distance(*edges),
    }
    results.append(Result("Hausdorff distance, 512²", take_turns(distances, rounds=rounds)))
    return results
