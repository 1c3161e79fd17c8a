"""Convolution without padding by Winograd's minimal filtering: fewer multiplications for the same result.

A direct 5×5 convolution multiplies 25 times per output pixel. On tiles of 8×8 inputs that give 4×4 outputs it
can be done with 64 multiplications in place of 400: transform tile and kernel, multiply place by place,
transform back. With many channels the multiplications are nearly all of the work.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.nets.backend import load_keras

__all__ = ["convolve_tiles", "tile_transforms", "transform_kernel"]

# Where the polynomials are evaluated, besides infinity; small and in pairs keeps the rounding small.
POINTS = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0)


@lru_cache
def tile_transforms(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the matrices that turn a kernel, a tile of inputs, and a tile of products.

    Parameters
    ----------
    size : {3, 5}
        Of the kernel along one axis. A tile has 2 · (size − 1) inputs and size − 1 outputs.

    Returns
    -------
    kernel, inputs, outputs : ndarray of float64
        (tile, size), (tile, tile) and (size − 1, tile): a correlation is
        ``outputs @ ((kernel @ g) * (inputs @ d))``.

    References
    ----------
    S. Winograd, "Arithmetic complexity of computations", SIAM 1980. A. Lavin, S. Gray, "Fast algorithms for
    convolutional neural networks", CVPR 2016, section 4.

    Examples
    --------
    >>> kernel, inputs, outputs = tile_transforms(3)
    >>> outputs @ ((kernel @ [1, 2, 3]) * (inputs @ [1, 1, 2, 5]))
    array([ 9., 20.])
    """
    tile = 2 * (size - 1)

    def evaluation(terms: int) -> NDArray[np.float64]:
        finite = np.vander(np.array(POINTS[: tile - 1]), terms, increasing=True)
        return np.vstack([finite, np.eye(terms)[-1]])

    # A product of polynomials is found from its values; a correlation is the transposed of that.
    kernel, outputs = evaluation(size), evaluation(size - 1).T
    inputs = np.linalg.inv(evaluation(tile)).T
    scale = np.abs(inputs).sum(axis=1, keepdims=True)
    return kernel * scale, inputs / scale, outputs


def transform_kernel(kernel: Any) -> Any:
    """Transform a kernel (size, size, channels, features) for `convolve_tiles`, once for many images.

    Returns
    -------
    tensor of float32, shape (tile², channels, features)
    """
    ops = load_keras().ops
    size, _, channels, features = kernel.shape
    once = tile_transforms(size)[0]
    both = np.kron(once, once).astype(np.float32)
    turned = ops.matmul(both, ops.reshape(ops.convert_to_tensor(kernel, "float32"), (size * size, -1)))
    return ops.reshape(turned, (-1, channels, features))


def convolve_tiles(image: Any, transformed: Any, size: int) -> Any:
    """Correlate an image with a kernel where it lies wholly inside, as a Keras convolution does.

    Parameters
    ----------
    image : tensor, shape (n, row, col, channels)
        Rows and columns are `size` or more.
    transformed : tensor, shape (tile², channels, features)
        From `transform_kernel`.
    size : {3, 5}
        Of the kernel.

    Returns
    -------
    tensor, shape (n, row − size + 1, col − size + 1, features)
        Equal to the direct convolution but for rounding: about 10⁻⁶ of the largest value.
    """
    ops = load_keras().ops
    step, tile = size - 1, 2 * (size - 1)
    _, inputs, outputs = tile_transforms(size)
    n, rows, cols, channels = image.shape
    down, across = -(-(rows - step) // step), -(-(cols - step) // step)
    lacking = ((down + 1) * step - rows, (across + 1) * step - cols)
    image = ops.pad(image, [(0, 0), (0, lacking[0]), (0, lacking[1]), (0, 0)])
    # Blocks of step × step; a tile is four of them.
    blocks = ops.reshape(image, (n, down + 1, step, across + 1, step, channels))
    blocks = ops.transpose(blocks, (2, 4, 0, 1, 3, 5))
    upper = ops.concatenate([blocks[:, :, :, :down, :across], blocks[:, :, :, :down, 1:]], axis=1)
    lower = ops.concatenate([blocks[:, :, :, 1:, :across], blocks[:, :, :, 1:, 1:]], axis=1)
    tiles = ops.reshape(ops.concatenate([upper, lower], axis=0), (tile * tile, -1))
    turned = ops.matmul(np.kron(inputs, inputs).astype("float32"), tiles)
    products = ops.matmul(ops.reshape(turned, (tile * tile, -1, channels)), transformed)
    features = products.shape[-1]
    back = ops.matmul(np.kron(outputs, outputs).astype("float32"), ops.reshape(products, (tile * tile, -1)))
    back = ops.reshape(back, (step, step, n, down, across, features))
    back = ops.reshape(ops.transpose(back, (2, 3, 0, 4, 1, 5)), (n, down * step, across * step, features))
    return back[:, : rows - step, : cols - step]
