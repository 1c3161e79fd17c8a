"""A slice of a brain made from tissue labels, with the noise and the shading of an MR scanner."""

import numpy as np

from mediedu.data import noise as scanner
from mediedu.data.embedded.icbm152 import TISSUES, tissue
from mediedu.data.phantom.arguments import check_amount, check_choice, check_seed
from mediedu.data.phantom.phantom import Phantom

GREY_LEVELS = np.array([0.0, 60.0, 120.0, 175.0])
"""Grey level of background, CSF, grey and white matter on a T1-weighted image."""
PLANES = {"axial": (0, 85), "coronal": (1, 115), "sagittal": (2, 90)}
"""Plane → the axis of the volume across it, and the slice taken by default."""
_POINT_SPREAD = 0.5


def brain_slice(
    plane: str = "axial", index: int | None = None, *, noise: float = 0.05, bias: float = 0.2, seed: int
) -> Phantom:
    """Make a T1-weighted slice from the tissue labels of the average brain.

    The labels come from the ICBM152 reference maps (see ``sample("brain_tissue")``); the picture is computed
    from them: one grey level for each tissue, a little blur, a bias field, Rician noise. So for this picture
    the labels are the exact truth, although for the average brain itself they are only reference maps, and
    the brain is that of no single person.

    Parameters
    ----------
    plane : {"axial", "coronal", "sagittal"}
        Which way to cut. Axial rows run from the front to the back of the head, coronal and sagittal rows
        from top to bottom; axial and coronal columns from the patient's right to left (radiological),
        sagittal columns from front to back.
    index : int, optional
        Which slice, counted from inferior, posterior or left as in ``sample("brain_t1")``. By default one
        that shows the ventricles.
    noise : float, default 0.05
        Standard deviation of the Rician noise, as a share of the grey level of white matter; 0 for none.
    bias : float, default 0.2
        How far the bias field departs from 1; 0 for none. At least 0, below 1.
    seed : int
        Same seed, same noise and bias field.

    Returns
    -------
    Phantom
        `image` (uint8), `labels` (0 background, 1 CSF, 2 grey matter, 3 white matter), `clean` without bias
        and noise; 1 mm pixels.

    Raises
    ------
    ValueError
        For an unknown plane, a slice that isn't there or holds no brain, or noise or bias out of range.
    TypeError
        If the seed is not a whole number.

    Examples
    --------
    >>> brain = brain_slice(noise=0.1, seed=0)
    >>> brain.image.shape, brain.class_names
    ((233, 197), ('background', 'CSF', 'grey matter', 'white matter'))

    References
    ----------
    R. K.-S. Kwan, A. C. Evans and G. B. Pike, "MRI simulation-based evaluation of image-processing and
    classification methods", *IEEE Transactions on Medical Imaging* 18:1085-1097, 1999 (the same idea, on
    another brain).
    """
    from scipy.ndimage import gaussian_filter

    plane = check_choice("plane", plane, PLANES)
    seed = check_seed(seed)
    noise = check_amount("noise", noise, "a share of the grey level of white matter")
    axis, usual = PLANES[plane]
    number = usual if index is None else index
    length = tissue().shape[axis]
    if not isinstance(number, int | np.integer) or not 0 <= number < length:
        raise ValueError(f"The {plane} slices are numbered 0 to {length - 1}; there is no slice {index!r}.")
    # Turned so that the picture stands as on a radiologist's screen.
    labels = np.ascontiguousarray(np.take(tissue(), number, axis=axis)[::-1, ::-1])
    if not labels.any():
        raise ValueError(f"The {plane} slice {number} holds no brain. Take one nearer to {usual}.")
    clean = gaussian_filter(GREY_LEVELS[labels], _POINT_SPREAD)
    rng = np.random.default_rng([seed, 13])
    shaded = scanner.add_bias_field(clean, bias, rng=rng)
    noisy = scanner.add_rician(shaded, noise * GREY_LEVELS[3], rng=rng)
    return Phantom(
        np.clip(np.floor(noisy + 0.5), 0, 255).astype(np.uint8),
        labels,
        clean,
        f"{plane} brain slice",
        seed,
        (1.0, 1.0),
        TISSUES,
        modality="MR",
        description=f"Computed {plane} T1-weighted slice {number} of the average brain ICBM152, "
        "skull removed, "
        f"with {100 * noise:.3g} % Rician noise and a bias field of ±{100 * bias:.3g} %.",
    )
