"""The compiled part of KNN smoothing: the K-th smallest distance of 256 pixels at a time.

Why it is quick: the loops over pixels have a constant length (`TILE`), hold no branch that depends on the
data, and touch a block that fits the processor's first cache, so the compiler turns each into a few vector
instructions. The K-th distance comes from a selection network: a list of "put these two in order" steps,
the same for every pixel.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.compiled import compiled

__all__ = ["TILE", "selection_network", "smooth_tiles"]

TILE = 256
GROUP = 8


@lru_cache(maxsize=32)
def selection_network(n: int, k: int, in_groups: bool = False) -> NDArray[np.int64]:
    """List the comparators that bring the k-th smallest of n values to its place.

    Batcher's odd-even merge sort, without the steps that can't reach place ``k``.

    Parameters
    ----------
    n : int
        How many values.
    k : int
        Which one is wanted, 1 for the smallest.
    in_groups : bool
        Whether each eight neighbours are in order already; the steps that do that are then left out.

    Returns
    -------
    ndarray of int64, shape (steps, 2)
        Each row (i, j): leave the smaller of values i and j at i, the larger at j. After the last, value
        k−1 is the k-th smallest.

    Examples
    --------
    >>> values = [5, 2, 9, 4]
    >>> for i, j in selection_network(4, 2).tolist():
    ...     values[i], values[j] = sorted((values[i], values[j]))
    >>> values[1]
    4

    References
    ----------
    Batcher KE. Sorting networks and their applications. AFIPS Spring Joint Computer Conference 1968; 32:
    307–314.
    """
    steps: list[tuple[int, int]] = []
    p = GROUP if in_groups else 1
    while p < n:
        q = p
        while q >= 1:
            for start in range(q % p, n - q, 2 * q):
                for i in range(start, min(start + q, n - q)):
                    if i // (2 * p) == (i + q) // (2 * p):
                        steps.append((i, i + q))
            q //= 2
        p *= 2
    wanted = {k - 1}
    kept = []
    for i, j in reversed(steps):
        if i in wanted or j in wanted:
            wanted.update((i, j))
            kept.append((i, j))
    table = np.array(kept[::-1], dtype=np.int64).reshape(-1, 2)
    table.flags.writeable = False
    return table


@compiled
def smooth_tiles(
    flat: NDArray[Any],
    offsets: NDArray[np.int64],
    centre: int,
    k: int,
    network: NDArray[np.int64],
    bits: int,
    first: int,
    last: int,
    out: NDArray[Any],
    whole: bool,
    distance: NDArray[Any],
    kth: NDArray[Any],
    probe: NDArray[Any],
    near: NDArray[Any],
    n_near: NDArray[Any],
    n_tied: NDArray[Any],
    lean: NDArray[Any],
    mean: NDArray[Any],
) -> None:
    """Smooth tiles ``first`` to ``last - 1`` of a padded image that is read as one long row.

    ``offsets`` lead from a window's first pixel to its others, without the centre, which lies at
    ``centre``; their number is a multiple of 8, as it is for every odd window. With ``bits`` = 0 the
    network finds the K-th distance, else a bisection over that many bits does. ``out`` gets the centre
    plus the mean difference from it, rounded half up where ``whole``. The arrays from ``distance`` to
    ``mean`` are scratch; their dtypes say how wide each one is.
    """
    n = offsets.shape[0]
    kind = flat.dtype.type
    wide = near.dtype.type
    real = mean.dtype.type
    for tile in range(first, last):
        base = tile * TILE
        c = flat[base + centre : base + centre + TILE]
        if k > 1 and bits == 0:  # each eight distances are put in order before they leave the registers
            for i in range(0, n, 8):
                v0 = flat[base + offsets[i + 0] : base + offsets[i + 0] + TILE]
                v1 = flat[base + offsets[i + 1] : base + offsets[i + 1] + TILE]
                v2 = flat[base + offsets[i + 2] : base + offsets[i + 2] + TILE]
                v3 = flat[base + offsets[i + 3] : base + offsets[i + 3] + TILE]
                v4 = flat[base + offsets[i + 4] : base + offsets[i + 4] + TILE]
                v5 = flat[base + offsets[i + 5] : base + offsets[i + 5] + TILE]
                v6 = flat[base + offsets[i + 6] : base + offsets[i + 6] + TILE]
                v7 = flat[base + offsets[i + 7] : base + offsets[i + 7] + TILE]
                for x in range(TILE):
                    d0 = kind(v0[x] - c[x]) if v0[x] > c[x] else kind(c[x] - v0[x])
                    d1 = kind(v1[x] - c[x]) if v1[x] > c[x] else kind(c[x] - v1[x])
                    d2 = kind(v2[x] - c[x]) if v2[x] > c[x] else kind(c[x] - v2[x])
                    d3 = kind(v3[x] - c[x]) if v3[x] > c[x] else kind(c[x] - v3[x])
                    d4 = kind(v4[x] - c[x]) if v4[x] > c[x] else kind(c[x] - v4[x])
                    d5 = kind(v5[x] - c[x]) if v5[x] > c[x] else kind(c[x] - v5[x])
                    d6 = kind(v6[x] - c[x]) if v6[x] > c[x] else kind(c[x] - v6[x])
                    d7 = kind(v7[x] - c[x]) if v7[x] > c[x] else kind(c[x] - v7[x])
                    d0, d1 = (d0, d1) if d0 < d1 else (d1, d0)
                    d2, d3 = (d2, d3) if d2 < d3 else (d3, d2)
                    d4, d5 = (d4, d5) if d4 < d5 else (d5, d4)
                    d6, d7 = (d6, d7) if d6 < d7 else (d7, d6)
                    d0, d2 = (d0, d2) if d0 < d2 else (d2, d0)
                    d1, d3 = (d1, d3) if d1 < d3 else (d3, d1)
                    d4, d6 = (d4, d6) if d4 < d6 else (d6, d4)
                    d5, d7 = (d5, d7) if d5 < d7 else (d7, d5)
                    d1, d2 = (d1, d2) if d1 < d2 else (d2, d1)
                    d5, d6 = (d5, d6) if d5 < d6 else (d6, d5)
                    d0, d4 = (d0, d4) if d0 < d4 else (d4, d0)
                    d1, d5 = (d1, d5) if d1 < d5 else (d5, d1)
                    d2, d6 = (d2, d6) if d2 < d6 else (d6, d2)
                    d3, d7 = (d3, d7) if d3 < d7 else (d7, d3)
                    d2, d4 = (d2, d4) if d2 < d4 else (d4, d2)
                    d3, d5 = (d3, d5) if d3 < d5 else (d5, d3)
                    d1, d2 = (d1, d2) if d1 < d2 else (d2, d1)
                    d3, d4 = (d3, d4) if d3 < d4 else (d4, d3)
                    d5, d6 = (d5, d6) if d5 < d6 else (d6, d5)
                    distance[i + 0, x] = d0
                    distance[i + 1, x] = d1
                    distance[i + 2, x] = d2
                    distance[i + 3, x] = d3
                    distance[i + 4, x] = d4
                    distance[i + 5, x] = d5
                    distance[i + 6, x] = d6
                    distance[i + 7, x] = d7
        else:
            for i in range(n):
                v = flat[base + offsets[i] : base + offsets[i] + TILE]
                d = distance[i]
                for x in range(TILE):
                    d[x] = v[x] - c[x] if v[x] > c[x] else c[x] - v[x]

        for x in range(TILE):
            kth[x] = 0
        if k > 1 and bits == 0:
            for step in range(network.shape[0]):
                a = distance[network[step, 0]]
                b = distance[network[step, 1]]
                for x in range(TILE):
                    low = a[x] if a[x] < b[x] else b[x]
                    high = b[x] if a[x] < b[x] else a[x]
                    a[x] = low
                    b[x] = high
            for x in range(TILE):
                kth[x] = distance[k - 2, x]  # the centre is the first of the K
        elif k > 1:
            # The K-th distance is the largest t with fewer than K distances below it: set its bits
            # from the top.
            for bit in range(bits):
                step_up = 1 << (bits - 1 - bit)
                for x in range(TILE):
                    probe[x] = kth[x] + step_up
                    n_near[x] = 1
                for i in range(0, n, 4):
                    d0, d1, d2, d3 = distance[i], distance[i + 1], distance[i + 2], distance[i + 3]
                    for x in range(TILE):
                        p = probe[x]
                        n_near[x] += (
                            (1 if d0[x] < p else 0)
                            + (1 if d1[x] < p else 0)
                            + (1 if d2[x] < p else 0)
                            + (1 if d3[x] < p else 0)
                        )
                for x in range(TILE):
                    kth[x] += step_up if n_near[x] < k else 0  # a sum, as a conditional store would branch

        # Values nearer than the K-th distance t: their number and the sum of their differences from the
        # centre. Values at t lie at centre + t or centre - t: their number, and how many more lie above.
        for x in range(TILE):
            near[x] = 0
            lean[x] = 0
            n_near[x] = 1 if kth[x] > 0 else 0  # the centre itself: nearer, or tied where t is 0
            n_tied[x] = 0 if kth[x] > 0 else 1
        for i in range(0, n, 2):
            v = flat[base + offsets[i] : base + offsets[i] + TILE]
            w = flat[base + offsets[i + 1] : base + offsets[i + 1] + TILE]
            for x in range(TILE):
                t = kth[x]
                dv = kind(v[x] - c[x]) if v[x] > c[x] else kind(c[x] - v[x])
                dw = kind(w[x] - c[x]) if w[x] > c[x] else kind(c[x] - w[x])
                sv = wide(v[x]) - wide(c[x])
                sw = wide(w[x]) - wide(c[x])
                near[x] += (sv if dv < t else wide(0)) + (sw if dw < t else wide(0))
                n_near[x] += (1 if dv < t else 0) + (1 if dw < t else 0)
                n_tied[x] += (1 if dv == t else 0) + (1 if dw == t else 0)
                lean[x] += ((1 if v[x] > c[x] else -1) if dv == t else 0) + (
                    (1 if w[x] > c[x] else -1) if dw == t else 0
                )
        for x in range(TILE):
            tied = real(n_tied[x])
            rest = (real(k) - real(n_near[x])) * real(kth[x]) * real(lean[x])
            mean[x] = (real(near[x]) * tied + rest) / (real(k) * tied)
        o = out[base : base + TILE]
        if whole:
            for x in range(TILE):
                o[x] = c[x] + np.int32(np.floor(mean[x] + real(0.5)))
        else:
            for x in range(TILE):
                o[x] = c[x] + mean[x]
