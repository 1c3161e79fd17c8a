"""From an image to a lesion's mask with no seed: many candidates, and a score that chooses one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.enhance.grey_levels import grey_image
from mediedu.segment.cleaning import clean_mask

__all__ = ["WEIGHTS", "candidates", "segment_lesion", "small_copy"]

SIDE = 128  # pixels of the longer side of the small copy that is searched
BLUR = 2.0  # the small copy is blurred by this Gaussian against speckle,
SURROUNDINGS = (10.0, 24.0)  # and each of these wider ones says what is usual around a pixel
SHARES = np.linspace(0.03, 0.55, 20)  # of the pixels that a threshold lets through
SIZES = (0.0025, 0.5)  # smallest and largest candidate, as a share of the image
WEIGHTS = (1.0, 2.4, -0.5, -0.7, 0.3)  # of contrast, step, bottom, sides and size in the score


def segment_lesion(image: ArrayLike, *, bright: bool = False) -> NDArray[np.bool_]:
    """Find the one lesion of a breast image and return its mask, without any seed.

    Parameters
    ----------
    image : array_like
        Shape (row, column), both 32 or more; uint8, uint16, int16, float32 or float64, finite. Ultrasound
        with the skin at the top.
    bright : bool
        The lesion is darker than its surroundings, as in ultrasound. True for a bright one, as in a
        mammogram.

    Returns
    -------
    ndarray of bool
        The shape of the image; one piece without holes. It is a proposal to be looked at, no finding: where
        the image shows no lesion something else is proposed. It is empty only where no dark piece of the
        image has the size of a lesion, 0.25 to 50 % of the image.

    Raises
    ------
    TypeError
        For another dtype.
    ValueError
        For an image that isn't grey and 2-D, holds NaN, is constant, smaller than 32 pixels or more than four
        times as long as wide.

    Notes
    -----
    Four steps, all on a copy whose longer side is 128 pixels:

    1. Blur against speckle, and subtract what is usual around each pixel, a much wider blur. What is left is
       dark where a pixel is darker than its surroundings, so layers and shadows count for less.
    2. Threshold it at twenty levels, for two widths of the surroundings. Each connected piece of a sensible
       size, its holes filled, is a candidate.
    3. Score each: contrast to the ring around it + 2.4 × the step across its border − 0.5 × how much of it
       lies on the lower edge − 0.7 × on the others + 0.3 × the logarithm of its size. Contrasts are
       in standard deviations of the image, lengths on an edge in radii of the candidate.
    4. Enlarge the best one to the image's size, with a smooth border.

    The five weights were fitted on the training part of the "breast_masses" phantoms and on half of a small
    set of real ultrasound images. ``benchmarks/segment_lesions.py`` measures what the chain reaches on the
    phantoms' validation part and on the other half.

    References
    ----------
    The idea to propose many regions and rate them by their contrast and border: Drukker K, Giger ML, Horsch
    K, Kupinski MA, Vyborny CJ, Mendelson EB. Computerized lesion detection on breast ultrasound. Medical
    Physics 2002; 29(7): 1438–1446.

    Examples
    --------
    >>> from mediedu.data import phantom
    >>> from mediedu.segment import dice
    >>> mass = phantom.breast_mass("benign", seed=0)
    >>> dice(segment_lesion(mass.image), mass.mask) > 0.9
    True
    """
    array = grey_image(image, "segment_lesion", ndim=(2,))
    if min(array.shape) < 32 or max(array.shape) > 4 * min(array.shape):
        raise ValueError(
            "segment_lesion needs at least 32 rows and columns, and at most four times as many of one as of "
            f"the other; this image has {array.shape}."
        )
    values = array.astype(np.float64)
    lowest, highest = values.min(), values.max()
    if lowest == highest:
        raise ValueError(f"segment_lesion needs a lesion to find; every pixel of this image is {lowest:g}.")
    values = (values - lowest) / (highest - lowest)
    small = small_copy(-values if bright else values)
    best, most = np.zeros(small.shape, dtype=bool), -np.inf
    for candidate, measures in candidates(small):
        score = float(measures @ WEIGHTS)
        if score > most:
            best, most = candidate, score
    if best.shape == array.shape:
        return best
    from scipy.ndimage import gaussian_filter
    from skimage.transform import resize

    large = resize(gaussian_filter(best.astype(np.float64), 0.7), array.shape, order=1) >= 0.5
    return clean_mask(large, largest=True)


def small_copy(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the image with a longer side of 128 pixels.

    Examples
    --------
    >>> small_copy(np.zeros((64, 256))).shape
    (32, 128)
    """
    from skimage.transform import resize

    scale = SIDE / max(values.shape)
    shape = tuple(round(n * scale) for n in values.shape)
    return values if shape == values.shape else np.asarray(resize(values, shape, anti_aliasing=scale < 1))


def candidates(small: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.float64]]]:
    """Give every candidate's mask with what is measured of it: contrast, step, bottom, sides, size.

    Parameters
    ----------
    small : ndarray of float64
        An image as `small_copy` makes it, not constant; the lesion is dark.

    Yields
    ------
    mask : ndarray of bool
        The shape of the image.
    measures : ndarray of float64, shape (5,)
        In the order of ``WEIGHTS``.
    """
    from scipy.ndimage import binary_fill_holes, find_objects, gaussian_filter, label

    seen = gaussian_filter(small, 1.5)  # what contrasts are measured in
    seen /= seen.std()
    blurred = gaussian_filter(small, BLUR)
    least, most = (share * small.size for share in SIZES)
    for width in SURROUNDINGS:
        relative = blurred - gaussian_filter(small, width)
        for level in np.quantile(relative, SHARES):
            pieces, number = label(relative <= level)
            sizes = np.bincount(pieces.ravel(), minlength=number + 1)
            boxes = find_objects(pieces)
            for k in range(1, number + 1):
                if least <= sizes[k] <= most:
                    box = boxes[k - 1]
                    mask = np.zeros(small.shape, dtype=bool)
                    mask[box] = binary_fill_holes(pieces[box] == k)
                    yield mask, _measures(mask, box, seen)


def _measures(mask: NDArray[np.bool_], box: tuple[slice, ...], seen: NDArray[Any]) -> NDArray[np.float64]:
    from scipy.ndimage import distance_transform_edt

    radius = np.sqrt(mask.sum() / np.pi)
    ring = max(3.0, 0.5 * radius)
    margin = int(np.ceil(ring)) + 1
    near = tuple(slice(max(side.start - margin, 0), side.stop + margin) for side in box)
    inside, grey = mask[near], seen[near]
    outward = distance_transform_edt(~inside)
    inward = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]  # the image's edge is a border too
    # At most half of the image is a candidate, but with its holes filled it could be all of it.
    if inside.all():
        return np.array([-np.inf, 0.0, 0.0, 0.0, 0.0])
    contrast = grey[(outward > 0) & (outward <= ring)].mean() - grey[inside].mean()
    step = grey[(outward > 0) & (outward <= 2.5)].mean() - grey[inside & (inward <= 2.5)].mean()
    bottom = mask[-1].sum() / radius
    sides = (mask[0].sum() + mask[:, 0].sum() + mask[:, -1].sum()) / radius
    return np.array([contrast, step, bottom, sides, np.log(mask.mean())])
