"""Occlusion: cover a part of the image and see how far the answer falls."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.explain.attribution import Attribution

if TYPE_CHECKING:
    import keras

    from mediedu.explain.forward import Forward
    from mediedu.explain.targets import Target

__all__ = ["occlusion"]


def occlusion(
    model: "keras.Model",
    images: Any,
    *,
    size: int | tuple[int, ...] | None = None,
    stride: int | tuple[int, ...] | None = None,
    baseline: Any = None,
    target: Any = None,
    region: ArrayLike | None = None,
    logit: bool = True,
    batch_size: int | None = None,
    seed: int = 0,
) -> Attribution:
    """Cover a window of the image, wherever it fits, and give how far the answer falls.

    A place's value is the mean fall over all windows that cover it. No gradient is needed.

    Parameters
    ----------
    model, images, target, region, logit, seed
        As for `integrated_gradients`. Where there are several inputs, windows cover one at a time; in an
        input without rows and columns, one number at a time.
    size : int or tuple of int, optional
        Of the window, in pixels along each axis. By default an eighth of the longest side. All
        channels are covered together.
    stride : int or tuple of int, optional
        From one window to the next, at most `size`. By default half the size. The last window in each
        direction ends at the border.
    baseline : optional
        What the window shows instead: one of the baselines of `integrated_gradients`.
    batch_size : int, optional
        Covered images computed at once.

    Returns
    -------
    Attribution
        With values of shape (n, row, col) or (n, z, y, x), and no gap.

    Raises
    ------
    ValueError, TypeError
        As for `integrated_gradients`, and if size or stride don't fit.

    References
    ----------
    M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2.

    Examples
    --------
    >>> from mediedu.nets import load_keras
    >>> keras = load_keras()
    >>> model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    >>> model.set_weights([np.array([[1.0], [2.0], [0.0], [-1.0]]), np.array([0.5])])
    >>> occlusion(model, np.ones((1, 2, 2, 1)), size=1, stride=1).values[0].tolist()
    [[1.0, 2.0], [0.0, -1.0]]
    """
    from mediedu.explain.baselines import baselines_of
    from mediedu.explain.batch_size import points_at_once
    from mediedu.explain.forward import forward_of
    from mediedu.explain.inputs import checked_inputs
    from mediedu.explain.targets import target_and_scores

    inputs = checked_inputs(model, images)
    forward = forward_of(model, inputs, None, logit)
    most = points_at_once(inputs.arrays, batch_size)
    starts = baselines_of(baseline, inputs, seed)
    if len(starts) != 1:
        raise ValueError(f"{len(starts)} baselines were given; a window shows one of them.")
    covers = [
        np.broadcast_to(cover, array.shape) for cover, array in zip(starts[0], inputs.arrays, strict=True)
    ]
    windows = [
        _windows(_places(array), size, stride) if array.ndim > 2 else _windows(_places(array), 1, 1)
        for array in inputs.arrays
    ]
    chosen, score = target_and_scores(forward, inputs.arrays, most, target, region)
    values = [
        _fallen(forward, chosen, inputs.arrays, place, covers[place], windows[place], score, most)
        for place in range(len(inputs.arrays))
    ]
    return Attribution(
        values=inputs.unpack(values),
        images=inputs.given,
        method="occlusion",
        explained=chosen.explained,
        score=score,
        target=chosen.classes,
    )


Window = tuple[slice, ...]


def _places(array: NDArray[Any]) -> tuple[int, ...]:
    """Give rows and columns without channels; images (n, row, col) have none, nor has a row of numbers."""
    return array.shape[1:-1] if array.ndim > 3 else array.shape[1:]


def _windows(places: tuple[int, ...], size: Any, stride: Any) -> list[Window]:
    """List the windows: along each axis one every `stride`, and one that ends at the border."""
    eighth = max(1, round(max(places) / 8))
    sizes = _per_axis("size", tuple(min(eighth, n) for n in places) if size is None else size, places)
    strides = _per_axis("stride", tuple(max(1, s // 2) for s in sizes) if stride is None else stride, places)
    for length, window, step in zip(places, sizes, strides, strict=True):
        if window > length:
            raise ValueError(f"A window of {window} does not fit into {length} pixels; take a smaller size.")
        if step > window:
            raise ValueError(
                f"stride is {step} and size {window}: between the windows pixels would stay uncovered. "
                "Take a stride of at most the size."
            )
    along = []
    for length, window, step in zip(places, sizes, strides, strict=True):
        starts = sorted({*range(0, length - window + 1, step), length - window})
        along.append([slice(start, start + window) for start in starts])
    return list(itertools.product(*along))


def _per_axis(name: str, given: Any, places: tuple[int, ...]) -> tuple[int, ...]:
    each = given if isinstance(given, tuple | list) else (given,) * len(places)
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n >= 1 for n in each)
    if len(each) != len(places) or not whole:
        raise ValueError(
            f"{name} is {given!r}; it must be a whole number of 1 or more, or {len(places)} of them."
        )
    return tuple(int(n) for n in each)


def _fallen(
    forward: "Forward",
    target: "Target",
    arrays: list[NDArray[Any]],
    place: int,
    cover: NDArray[Any],
    windows: list[Window],
    score: NDArray[np.float64],
    most: int,
) -> NDArray[np.float32]:
    """Give the mean fall of the score over the windows that cover each place of one input."""
    from mediedu.explain.batch_size import even_batch
    from mediedu.explain.outputs import check_finite

    array = arrays[place]
    axes = _places(array)
    total = np.zeros((len(array), *axes))
    times = np.zeros(axes)
    for window in windows:
        times[window] += 1
    function = forward.compiled(("scores", target.key), _scores(forward, target))
    count = len(array)
    rows = even_batch(count * len(windows), most)
    for start in range(0, count * len(windows), rows):
        row = np.minimum(np.arange(start, start + rows), count * len(windows) - 1)
        image, which = np.divmod(row, len(windows))
        points = [one[image] for one in arrays]
        for point, i, w in zip(points[place], image, which, strict=True):
            point[windows[w]] = cover[i][windows[w]]
        found = forward.in_batches(
            function, points, rows, None if target.weights is None else target.weights[image]
        )
        check_finite(found, "covered images")
        real = min(rows, count * len(windows) - start)
        for i, w, value in zip(image[:real], which[:real], found, strict=False):
            total[i][windows[w]] += score[i] - float(value)
    return (total / times).astype(array.dtype)


def _scores(forward: "Forward", target: "Target") -> Callable[..., Any]:
    return lambda flat, weights=None: target.values(forward.call(flat), weights)
