"""Texture and shape features on one thread: ours against scikit-image, pyefd, OpenCV and SciPy.

Every contestant's answer is compared with ours before anything is timed. Two peers are too slow for all of
their work in every round: the loop of scikit-image calls, which does every 16th row and column and counts
256-fold, and pyefd on a thousand contours, which does every 20th and counts 20-fold. Their names say so.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import two_processes
from benchmarks.measuring import Result, Target, peer, take_turns
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
    texture_map,
)
from mediedu.describe.glcm import ANGLES

LEVELS, WINDOW, DISTANCES = 32, 15, (1, 2, 3)
SIX = ("contrast", "dissimilarity", "homogeneity", "ASM", "energy", "correlation")
FOUR = ("contrast", "homogeneity", "energy", "correlation")
STEP, SOME = 16, 20


def measure(rounds: int) -> list[Result]:
    """Run every comparison with one thread in each library."""
    limits = peer("threadpoolctl", "threadpool_limits").threadpool_limits
    peer("cv2", "setNumThreads").setNumThreads(1)
    with limits(1):
        return [
            *co_occurrence(rounds),
            *maps(max(3, rounds // 5)),
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


def skimage_map(padded: NDArray[Any], places: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Give the four properties at some places, window by window."""
    texture = peer("skimage.feature", "graycomatrix", "graycoprops")
    out = np.empty((len(places), 4))
    for n, (r, c) in enumerate(places):
        cut = padded[r : r + WINDOW, c : c + WINDOW]
        matrix = texture.graycomatrix(cut, [1], [0.0], LEVELS, symmetric=True, normed=True)
        out[n] = [texture.graycoprops(matrix, name)[0, 0] for name in FOUR]
    return out


def scipy_box(pairs: NDArray[Any], tall: int, wide: int) -> NDArray[Any]:
    """Count the pairs in the box that starts at each pixel."""
    image = peer("scipy.ndimage", "uniform_filter")
    origin = (-(tall // 2), -(wide // 2))
    mean = image.uniform_filter(pairs, (tall, wide), np.float32, mode="constant", origin=origin)
    return mean * np.float32(tall * wide)


def opencv_box(pairs: NDArray[Any], tall: int, wide: int) -> NDArray[Any]:
    """Count the pairs in the box that starts at each pixel."""
    cv2 = peer("cv2", "boxFilter")
    return cv2.boxFilter(pairs, cv2.CV_32F, (wide, tall), anchor=(0, 0), normalize=False)


def filter_per_pair(padded: NDArray[Any], box: Callable[..., NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Give the four properties everywhere by one box filter for each pair of grey levels.

    The matrix is symmetric, so 528 of the 32² pairs are enough. OpenCV's box filter is the quickest there is;
    SciPy's is the one most people use.
    """
    here, there = padded[:, :-1], padded[:, 1:]
    tall, wide = WINDOW, WINDOW - 1
    shape = (len(padded) - tall + 1, here.shape[1] - wide + 1)
    n = 2 * tall * wide
    is_here = [(here == i).astype(np.uint8) for i in range(LEVELS)]
    is_there = [(there == i).astype(np.uint8) for i in range(LEVELS)]
    contrast, homogeneity, squares, mean, second = (np.zeros(shape, np.float32) for _ in range(5))
    for i in range(LEVELS):
        for j in range(i, LEVELS):
            pairs = (is_here[i] & is_there[j]) | (is_here[j] & is_there[i])
            count = box(pairs, tall, wide)[: shape[0], : shape[1]]
            if j > i:
                contrast += np.float32((i - j) ** 2) * count
            homogeneity += count * np.float32(1 / (1 + (i - j) ** 2))
            mean += np.float32(i + j) * count
            second += np.float32(i * i + j * j) * count
            squares += np.float32(2 if j > i else 4) * (count * count)
    mean = mean.astype(np.float64) / n  # whole numbers until here, exact in single precision
    variance = second.astype(np.float64) / n - mean * mean
    half = contrast / np.float64(n)  # the mean of (i − j)²/2 is the variance less the covariance
    correlation = 1 - np.divide(half, variance, where=variance > 1e-9, out=np.zeros_like(mean))
    return {
        "contrast": 2 * half,
        "homogeneity": homogeneity * 2 / n,
        "energy": np.sqrt(squares) / n,
        "correlation": correlation,
    }


def maps(rounds: int) -> list[Result]:
    """Compare texture maps of a 512² photograph."""
    image = peer("skimage.data", "camera").camera()
    padded = np.pad(quantise(image, LEVELS), WINDOW // 2, mode="symmetric")
    places = [(r, c) for r in range(0, 512, STEP) for c in range(0, 512, STEP)]
    ours = texture_map(image, WINDOW, LEVELS, FOUR)
    at_places = np.array([[ours[name][place] for name in FOUR] for place in places])
    agree("texture map", at_places, skimage_map(padded, places))
    for box in (scipy_box, opencv_box):
        per_pair = filter_per_pair(padded, box)
        for name in FOUR:
            agree(f"{name} by {box.__name__}", ours[name], per_pair[name], 5e-3)  # single precision
    lean = ("contrast", "homogeneity", "correlation")
    loop = "skimage loop, 1 place of 256, ×256"
    scipy_filters, opencv_filters = "SciPy box filter per pair", "OpenCV box filter per pair"
    calls: dict[str, Callable[[], object]] = {
        "texture_map, 4 properties": lambda: texture_map(image, WINDOW, LEVELS, FOUR),
        loop: lambda: skimage_map(padded, places),
        scipy_filters: lambda: filter_per_pair(padded, scipy_box),
        opencv_filters: lambda: filter_per_pair(padded, opencv_box),
    }
    times = take_turns(calls, rounds=rounds)
    times[loop] = [t * STEP * STEP for t in times[loop]]
    by_sums = take_turns(
        {
            "texture_map without energy": lambda: texture_map(image, WINDOW, LEVELS, lean),
            "texture_map, 4 properties": lambda: texture_map(image, WINDOW, LEVELS, FOUR),
        },
        rounds=3 * rounds,
    )
    return [
        Result(
            "texture map 512², window 15",
            times,
            [
                Target(loop, at_least=300),
                Target(scipy_filters, at_least=40),
                Target(opencv_filters, at_least=10),
            ],
        ),
        Result("the same by sliding sums", by_sums, [Target("texture_map, 4 properties", at_least=3)]),
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
    sampled = f"pyefd, 1 of {SOME}, ×{SOME}"
    calls: dict[str, Callable[[], object]] = {
        "fourier_descriptors": lambda: fourier_descriptors(outlines),
        "elliptic_descriptors": lambda: elliptic_descriptors(outlines, 20),
        sampled: lambda: [theirs(outline, 20) for outline in outlines[::SOME]],
    }
    batch = take_turns(calls, rounds=max(3, rounds // 3))
    batch[sampled] = [t * SOME for t in batch[sampled]]
    chords = take_turns(
        {"chord_length_statistics": lambda: chord_length_statistics(one), "pdist + NumPy": chords_with_numpy},
        rounds=rounds,
    )
    return [
        Result("elliptic, 1000 points, order 20", single, [Target("pyefd", at_least=3)]),
        Result("descriptors of 1000 contours", batch, [Target(sampled, at_least=20)]),
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


def agree(name: str, ours: NDArray[Any], theirs: NDArray[Any], tolerance: float = 1e-9) -> None:
    """Refuse to time what doesn't give the same numbers."""
    away = float(np.abs(ours - theirs).max())
    if not away <= tolerance * max(1.0, float(np.abs(theirs).max())):
        raise AssertionError(f"{name}: ours is {away:g} away from the peer's.")
