"""The room's definitions, computed slowly: entropies level by level, distances point by point."""

import math
from collections import Counter
from itertools import product

import numpy as np


def kapur_by_definition(levels: list[float]) -> dict[float, float]:
    """Give the summed entropies of both parts for each threshold that leaves none of them empty."""
    counts = Counter(levels)
    sums = {}
    for t in sorted(counts)[:-1]:
        total = 0.0
        for part in ([n for v, n in counts.items() if v <= t], [n for v, n in counts.items() if v > t]):
            size = sum(part)
            total += math.fsum(-n / size * math.log(n / size) for n in part)
        sums[t] = total
    return sums


def surface_points(mask: np.ndarray) -> list[tuple[int, ...]]:
    """List the pixels inside that have a neighbour outside across an edge; beyond the image is outside."""
    points = []
    for place in product(*map(range, mask.shape)):
        if not mask[place]:
            continue
        for axis, step in product(range(mask.ndim), (-1, 1)):
            there = list(place)
            there[axis] += step
            if not 0 <= there[axis] < mask.shape[axis] or not mask[tuple(there)]:
                points.append(place)
                break
    return points


def surface_distances(a: np.ndarray, b: np.ndarray, spacing: tuple[float, ...]) -> tuple[list, list]:
    """Give each surface point's distance to the nearest surface point of the other mask, both ways."""
    first, second = surface_points(a), surface_points(b)

    def nearest(p, others):
        return min(
            math.sqrt(sum((s * (u - v)) ** 2 for s, u, v in zip(spacing, p, q, strict=True))) for q in others
        )

    return [nearest(p, second) for p in first], [nearest(p, first) for p in second]


def neighbours(place: tuple[int, ...], shape: tuple[int, ...], reach: int):
    """Give the neighbours of a pixel that differ along at most ``reach`` axes."""
    for step in product((-1, 0, 1), repeat=len(shape)):
        if 0 < sum(map(abs, step)) <= reach:
            there = tuple(p + s for p, s in zip(place, step, strict=True))
            if all(0 <= p < n for p, n in zip(there, shape, strict=True)):
                yield there


def grow_by_definition(
    image: np.ndarray, seeds: list[tuple[int, ...]], tolerance: float, rule: str, reach: int
) -> np.ndarray:
    """Grow with sets of places and plain loops."""
    value = {place: float(image[place]) for place in np.ndindex(image.shape)}
    region: set[tuple[int, ...]] = set()
    if rule == "mean":
        region = set(seeds)
        while True:
            mean = math.fsum(value[p] for p in region) / len(region)
            border = {q for p in region for q in neighbours(p, image.shape, reach)} - region
            joining = {q for q in border if abs(value[q] - mean) <= tolerance}
            if not joining:
                break
            region |= joining
    else:
        for seed in seeds:
            own, waiting = {seed}, [seed]
            while waiting:
                here = waiting.pop()
                like = value[seed] if rule == "seed" else value[here]
                for there in neighbours(here, image.shape, reach):
                    if there not in own and abs(value[there] - like) <= tolerance:
                        own.add(there)
                        waiting.append(there)
            region |= own
    out = np.zeros(image.shape, dtype=bool)
    for place in region:
        out[place] = True
    return out
