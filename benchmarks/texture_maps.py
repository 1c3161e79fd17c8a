"""Texture maps on one thread: ours against a loop over scikit-image, and against box filters.

The loop of scikit-image calls is too slow to run everywhere: it does every 16th row and column and counts
256-fold, and its name says so. Of the two box filters SciPy's is the one that people use, and 40-fold is
asked against it; OpenCV's is the quickest there is, and 10-fold is asked.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Result, Target, agree, peer, take_turns
from mediedu.describe import quantise, texture_map

LEVELS, WINDOW = 32, 15
FOUR = ("contrast", "homogeneity", "energy", "correlation")
STEP = 16


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


def measure(rounds: int) -> list[Result]:
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
