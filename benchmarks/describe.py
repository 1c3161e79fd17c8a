"""Texture and shape features on one thread: ours against scikit-image, pyefd, OpenCV and SciPy.

Every contestant's answer is compared with ours before anything is timed. pyefd is too slow for a thousand
contours in every round: it does every 20th and counts 20-fold, and its name says so. Its series is elliptic.
Two of ours are set against it: the complex one, a fast Fourier transform, which does less for the same end,
and the elliptic one, which does the same work and gives the same numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import texture_maps, two_processes
from benchmarks.measuring import Result, Target, agree, peer, take_turns
from mediedu.data import phantom
from mediedu.describe import (
    GLCMFeatures,
    chord_length_statistics,
    elliptic_descriptors,
    fourier_descriptors,
    glcm,
    glcm_properties,
    hu_moments,
    quantise,
    shape_features,
)
from mediedu.describe.glcm import ANGLES

LEVELS, DISTANCES = 32, (1, 2, 3)
SIX = ("contrast", "dissimilarity", "homogeneity", "ASM", "energy", "correlation")
SOME = 20


def measure(rounds: int) -> list[Result]:
    """Run every comparison with one thread in each library."""
    limits = peer("threadpoolctl", "threadpool_limits").threadpool_limits
    peer("cv2", "setNumThreads").setNumThreads(1)
    with limits(1):
        return [
            *co_occurrence(rounds),
            *texture_maps.measure(max(3, rounds // 5)),
            *contours(rounds),
            *masks(rounds),
            *two_processes.measure(max(5, rounds // 3)),
        ]


def skimage_features(image: NDArray[Any]) -> NDArray[np.float64]:
    """Give the six properties at twelve offsets, averaged over the directions."""
    texture = peer("skimage.feature", "graycomatrix", "graycoprops")
    matrix = texture.graycomatrix(image, DISTANCES, ANGLES, LEVELS, symmetric=True, normed=True)
    return np.concatenate([texture.graycoprops(matrix, name).mean(axis=1) for name in SIX])


def our_features(image: NDArray[Any]) -> NDArray[np.float64]:
    """Give the same by our functions."""
    found = glcm_properties(glcm(image, DISTANCES, ANGLES, LEVELS, symmetric=True), SIX)
    return np.concatenate([found[name].mean(axis=1) for name in SIX])


def co_occurrence(rounds: int) -> list[Result]:
    """Compare features of one region and of a thousand."""
    camera = peer("skimage.data", "camera").camera()
    corners = np.random.default_rng(0).integers(0, 448, (1000, 2))
    regions = np.stack([camera[r : r + 64, c : c + 64] for r, c in corners])
    grey = quantise(regions, LEVELS)
    many = GLCMFeatures(DISTANCES, levels=LEVELS, properties=SIX)
    agree("GLCM features", many.transform(regions[:50]), np.stack([skimage_features(g) for g in grey[:50]]))
    one = take_turns(
        {
            "glcm + glcm_properties": lambda: our_features(grey[0]),
            "skimage graycomatrix + props": lambda: skimage_features(grey[0]),
        },
        rounds=rounds,
    )
    thousand = take_turns(
        {
            "GLCMFeatures": lambda: many.transform(regions),
            "skimage graycomatrix + props": lambda: [skimage_features(quantise(r, LEVELS)) for r in regions],
        },
        rounds=max(3, rounds // 3),
    )
    targets = [Target("skimage graycomatrix + props", at_least=6)]
    return [
        Result("GLCM 64², 12 offsets, 6 numbers", one, targets),
        Result("the same of 1000 regions", thousand, targets),
    ]


def contours(rounds: int) -> list[Result]:
    """Compare descriptors and chord lengths of wavy outlines with 1000 points."""
    theirs = peer("pyefd", "elliptic_fourier_descriptors").elliptic_fourier_descriptors
    distance = peer("scipy.spatial.distance", "pdist")
    rng = np.random.default_rng(0)
    t = 2 * np.pi * np.arange(1000) / 1000
    waves = rng.normal(size=(1000, 12)) / np.arange(2, 14)
    radius = 1 + 0.1 * waves @ np.cos(np.outer(np.arange(2, 14), t))
    outlines = np.stack([radius * np.cos(t), radius * np.sin(t)], axis=-1)
    one = outlines[0]

    def chords_with_numpy() -> NDArray[np.float64]:
        lengths = distance.pdist(one)
        lengths /= lengths.max()
        mean = lengths.mean()
        lengths -= mean
        square = lengths * lengths
        variance = square.mean()
        third, fourth = (square * lengths).mean() / variance**1.5, (square * square).mean() / variance**2
        return np.array([mean, np.sqrt(variance), third, fourth])

    agree("elliptic descriptors", elliptic_descriptors(one, 20), theirs(one, 20))
    agree("chord lengths", chord_length_statistics(one), chords_with_numpy())
    agree("reconstruction", np.fft.ifft(np.fft.ifftshift(fourier_descriptors(one))).real * 1000, one[:, 0])
    single = take_turns(
        {"elliptic_descriptors": lambda: elliptic_descriptors(one, 20), "pyefd": lambda: theirs(one, 20)},
        rounds=rounds,
    )
    agree(
        "elliptic descriptors of many",
        elliptic_descriptors(outlines[::SOME], 20),
        np.stack([theirs(outline, 20) for outline in outlines[::SOME]]),
    )
    sampled = f"pyefd elliptic, 1 of {SOME}, ×{SOME}"
    calls: dict[str, Callable[[], object]] = {
        "fourier_descriptors (FFT)": lambda: fourier_descriptors(outlines),
        "elliptic_descriptors": lambda: elliptic_descriptors(outlines, 20),
        sampled: lambda: [theirs(outline, 20) for outline in outlines[::SOME]],
    }
    batch = take_turns(calls, rounds=max(3, rounds // 3))
    batch[sampled] = [t * SOME for t in batch[sampled]]
    alike = {name: batch[name] for name in ("elliptic_descriptors", sampled)}
    chords = take_turns(
        {"chord_length_statistics": lambda: chord_length_statistics(one), "pdist + NumPy": chords_with_numpy},
        rounds=rounds,
    )
    return [
        Result("elliptic, 1000 points, order 20", single, [Target("pyefd", at_least=3)]),
        Result("1000 contours, complex series", batch, [Target(sampled, at_least=20)]),
        Result("1000 contours, elliptic both", alike, [Target(sampled, at_least=3)]),
        Result("chords of 1000 points", chords, [Target("pdist + NumPy", at_least=2)]),
    ]


def masks(rounds: int) -> list[Result]:
    """Time the 15 features of a 512² mask, and Hu's moments against scikit-image."""
    measure_ = peer("skimage.measure", "moments_hu", "moments_normalized", "moments_central")
    mask = phantom.breast_mass("malignant", size=512, margin="spiculated", seed=1).labels > 0

    def hu() -> NDArray[np.float64]:
        central = measure_.moments_central(mask.astype(float))
        return np.asarray(measure_.moments_hu(measure_.moments_normalized(central)))

    agree("Hu", hu_moments(mask), hu())
    features = take_turns({"shape_features": lambda: shape_features(mask)}, rounds=rounds)
    moments = take_turns({"hu_moments": lambda: hu_moments(mask), "skimage": hu}, rounds=rounds)
    return [
        Result("15 features of a 512² mask", features, limit=10),
        Result("Hu's moments of a 512² mask", moments),
    ]
