"""Start Keras on what lies under it, TensorFlow (the default) or JAX; its devices, seeds and memory.

Every module of this room gets Keras from `load_keras`, so that TensorFlow starts without its lines of log.
Gradients, which cannot be said in Keras itself, are in `mediedu.nets.differentiation`.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np

__all__ = [
    "NoGPU",
    "OutOfMemory",
    "devices",
    "guard_memory",
    "has_gpu",
    "load_keras",
    "require_gpu",
    "set_seed",
]

BACKENDS = ("tensorflow", "jax")


class NoGPU(RuntimeError):
    """A GPU was asked for and there is none."""


class OutOfMemory(MemoryError):
    """The device has too little memory for what was asked of it."""


def load_keras() -> ModuleType:
    """Import Keras on TensorFlow or JAX, without the backend's log on the screen.

    ``KERAS_BACKEND`` (or Keras' own ``keras.json``) chooses the backend. Where neither says anything, it is
    TensorFlow, or JAX where only that is installed.

    Returns
    -------
    module
        The module ``keras``.

    Raises
    ------
    ModuleNotFoundError
        If Keras or its backend is not installed.
    ValueError
        If another backend than these two is chosen, or images with channels first.

    Examples
    --------
    >>> keras = load_keras()
    >>> keras.backend.backend() in ("tensorflow", "jax")
    True
    """
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "layers"):
        if find_spec("keras") is None:
            raise ModuleNotFoundError(
                "Networks need Keras 3, which is not installed here. Install the extra 'deep' (Keras with "
                "TensorFlow) or 'jax': pip install 'mediedu[deep]'."
            )
        if "KERAS_BACKEND" not in os.environ and find_spec("tensorflow") is None and find_spec("jax"):
            os.environ["KERAS_BACKEND"] = "jax"
        # What TensorFlow has to say later, about ends of sequences and the like, stays unsaid; errors don't.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        with _stderr_aside():
            try:
                keras = import_module("keras")
            except ModuleNotFoundError as missing:
                raise ModuleNotFoundError(
                    f"Keras is here, but its backend is not: {missing}. Install the extra 'deep' "
                    "(TensorFlow) or 'jax', or name the one you have in KERAS_BACKEND before Python starts."
                ) from missing
            _check(keras)
            keras.ops.add(1.0, 1.0)  # the first operation is what makes TensorFlow look at the processor
    _check(keras)
    return keras


def _check(keras: ModuleType) -> None:
    """Refuse a configuration that the room does not cover."""
    if (name := keras.backend.backend()) not in BACKENDS:
        raise ValueError(
            f"Keras runs on {name} here. The networks of this course run on TensorFlow or JAX: set "
            "KERAS_BACKEND=tensorflow (or jax) before Python starts."
        )
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            "Keras is set to channels first. The images of this course have their channels last: call "
            "keras.config.set_image_data_format('channels_last'), or change it in Keras' keras.json."
        )


@contextmanager
def _stderr_aside() -> Iterator[None]:
    """Turn file descriptor 2 aside; show what was written there only if something goes wrong."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no such descriptor, as in a program without a console
        yield
        return
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            aside.seek(0)
            os.write(2, aside.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def devices() -> list[str]:
    """Name the devices that networks are computed on: the GPUs, or the processor where there are none.

    Examples
    --------
    >>> devices()  # doctest: +SKIP
    ['gpu:0', 'gpu:1']
    """
    return list(load_keras().distribution.list_devices())


def has_gpu() -> bool:
    """Say whether networks are computed on a GPU here.

    Examples
    --------
    >>> has_gpu() == any(not name.startswith("cpu") for name in devices())
    True
    """
    return any(not name.startswith("cpu") for name in devices())


def require_gpu() -> None:
    """Do nothing where there is a GPU that the backend can use.

    Raises
    ------
    NoGPU
        If there is none; the sentence says what to do.
    """
    if not has_gpu():
        name = load_keras().backend.backend()
        raise NoGPU(
            f"A GPU was asked for, but Keras on {name} finds only {', '.join(devices())}. Ask for none and "
            "train on the processor; or, if this machine has an NVIDIA GPU, check its driver with nvidia-smi "
            "and install the extra 'gpu' (TensorFlow) or JAX built for CUDA."
        )


def set_seed(seed: int) -> None:
    """Seed everything that networks draw from: Python, NumPy and the backend.

    The same seed gives the same first weights and the same dropout on one machine. Across machines the last
    digits differ, because sums are taken in another order.

    Parameters
    ----------
    seed : int
        From 0 to 2³² − 1.

    Raises
    ------
    ValueError
        If `seed` is not such a whole number.

    Examples
    --------
    >>> keras = load_keras()
    >>> set_seed(3); first = keras.random.normal((2,))
    >>> set_seed(3); again = keras.random.normal((2,))
    >>> bool(keras.ops.all(first == again))
    True
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise ValueError(f"The seed is {seed!r}; it must be a whole number from 0 to 4294967295.")
    load_keras().utils.set_random_seed(int(seed))


@contextmanager
def guard_memory(batch_size: int | None = None) -> Iterator[None]:
    """Turn the backend's out-of-memory error into a sentence that says what to change.

    Parameters
    ----------
    batch_size : int, optional
        The batch size in use, to be named in the sentence.

    Raises
    ------
    OutOfMemory
        If the block ran out of the device's memory or of the machine's.

    Examples
    --------
    >>> with guard_memory(batch_size=64):
    ...     raise MemoryError
    Traceback (most recent call last):
    ...
    mediedu.nets.backend.OutOfMemory: There is too little memory for a batch of 64. ...
    """
    try:
        yield
    except OutOfMemory:
        raise
    except Exception as error:
        if not _is_memory_error(error):
            raise
        batch = "this" if batch_size is None else f"a batch of {batch_size}"
        half = "" if batch_size is None or batch_size < 2 else f" (try {batch_size // 2})"
        raise OutOfMemory(
            f"There is too little memory for {batch}. Take a smaller batch{half}, smaller images or patches, "
            "or a narrower network; on a GPU mixed precision needs about half as much. Close other "
            "notebooks: each holds memory of its own."
        ) from error


def _is_memory_error(error: Exception) -> bool:
    # TensorFlow raises ResourceExhaustedError, JAX one error for everything with the code in its message.
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return True
    message = str(error)
    return "RESOURCE_EXHAUSTED" in message or "OOM when allocating" in message
