"""KNN smoothing of 512² images on one thread: ours, NumPy's partition, OpenCV's bilateral filter.

NumPy's best form packs distance and value into one number, so that one partition brings the K nearest
values to the front. It leaves ties to chance, which is less than what `knn_smooth` does. It works on
eight rows at a time, the quickest of the heights that were tried. The bilateral filter is another
filter; it is what people use instead.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from benchmarks.measuring import Result, Target, peer, take_turns
from mediedu.enhance import knn_smooth

SIZE, ROWS = 512, 8
FASTER = {3: {"uint8": 20, "uint16": 20, "float32": 20}, 5: {"uint8": 10, "uint16": 8, "float32": 8}}
FASTER |= {
    7: dict.fromkeys(("uint8", "uint16", "float32"), 8),
    11: dict.fromkeys(("uint8", "uint16", "float32"), 5),
}
BILATERAL = {3: 2.5, 5: 2.5, 7: 1.3, 11: 1.3}


def partition_packed(image: NDArray[Any], size: int, k: int) -> NDArray[Any]:
    """Average the K nearest values of uint8 or uint16 by partitioning packed keys."""
    bits = 8 * image.itemsize
    wide = {8: np.uint16, 16: np.uint32}[bits]
    windows = sliding_window_view(np.pad(image, size // 2, mode="symmetric"), (size, size))
    out = np.empty_like(image)
    for start in range(0, len(image), ROWS):
        values = windows[start : start + ROWS].reshape(-1, size * size)
        centre = values[:, size * size // 2, None]
        keys = (np.maximum(values, centre) - np.minimum(values, centre)).astype(wide)
        keys <<= bits
        keys |= values
        nearest = np.partition(keys, k - 1, axis=1)[:, :k] & (2**bits - 1)
        means = nearest.sum(axis=1, dtype=np.uint32) / k
        out[start : start + ROWS] = np.floor(means + 0.5).reshape(-1, image.shape[1])
    return out


def partition_indices(image: NDArray[Any], size: int, k: int) -> NDArray[Any]:
    """Average the K nearest values of floats by argpartition."""
    windows = sliding_window_view(np.pad(image, size // 2, mode="symmetric"), (size, size))
    out = np.empty_like(image)
    for start in range(0, len(image), ROWS):
        values = windows[start : start + ROWS].reshape(-1, size * size)
        distances = np.abs(values - values[:, size * size // 2, None])
        nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]
        out[start : start + ROWS] = (
            np.take_along_axis(values, nearest, 1).mean(axis=1).reshape(-1, image.shape[1])
        )
    return out


def measure(rounds: int) -> list[Result]:
    """Run the comparison."""
    cv2 = peer("cv2", "bilateralFilter")
    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    results = []
    for size in (3, 5, 7, 11):
        k = (size * size + 1) // 2
        for dtype in ("uint8", "uint16", "float32"):
            image = _noise(rng, dtype)
            slow = "argpartition" if dtype == "float32" else "NumPy packed partition"
            function = partition_indices if dtype == "float32" else partition_packed
            _agree(function(image, size, k), knn_smooth(image, size, k))
            contestants = {"knn_smooth": _call(knn_smooth, image, size, k, threads=1)}
            contestants[slow] = _call(function, image, size, k)
            targets = [Target(slow, at_least=FASTER[size][dtype])]
            if dtype == "uint8":
                contestants["cv2.bilateralFilter"] = _call(cv2.bilateralFilter, image, size, 40.0, 40.0)
                targets.append(Target("cv2.bilateralFilter", at_most=BILATERAL[size]))
            results.append(
                Result(f"KNN m={size} K={k} {dtype}", take_turns(contestants, rounds=rounds), targets)
            )
    for size in (5, 11):
        for dtype in ("uint8", "uint16", "float32"):
            flat = np.full((SIZE, SIZE), 100, dtype)
            calls = {
                "noise": _call(knn_smooth, _noise(rng, dtype), size, threads=1),
                "flat image": _call(knn_smooth, flat, size, threads=1),
            }
            target = [Target("flat image", at_most=1.2)]
            results.append(Result(f"KNN m={size} {dtype}, noise", take_turns(calls, rounds=rounds), target))
    return results


def _noise(rng: np.random.Generator, dtype: str) -> NDArray[Any]:
    if dtype == "float32":
        return rng.normal(0, 1, (SIZE, SIZE)).astype(np.float32)
    return rng.integers(0, np.iinfo(dtype).max + 1, (SIZE, SIZE)).astype(dtype)


def _call(function: Callable[..., object], *arguments: object, **options: object) -> Callable[[], object]:
    return lambda: function(*arguments, **options)


def _agree(theirs: NDArray[Any], ours: NDArray[Any]) -> None:
    """Make sure that both do the same work: equal but where ties fall differently."""
    near = np.isclose(theirs.astype(float), ours.astype(float), rtol=1e-4, atol=1e-4).mean()
    if near < 0.75:
        raise AssertionError(
            f"The contestants disagree on {1 - near:.0%} of the pixels: they aren't doing the same."
        )
