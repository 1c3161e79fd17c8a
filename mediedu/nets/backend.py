"""The one place that knows what lies under Keras: TensorFlow (the default) or JAX.

Every module of this room gets Keras from `load_keras`, so that TensorFlow starts without its lines of log.
Whatever cannot be said in Keras itself is said here, once for each backend.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "NoGPU",
    "OutOfMemory",
    "compiled",
    "devices",
    "gradient",
    "guard_memory",
    "has_gpu",
    "is_concrete",
    "load_keras",
    "require_gpu",
    "set_seed",
    "value_and_gradient",
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


def is_concrete(tensor: Any) -> bool:
    """Say whether a tensor has numbers in it now, or is a placeholder in a function being compiled.

    Examples
    --------
    >>> is_concrete(load_keras().ops.ones(3))
    True
    """
    keras = load_keras()
    if isinstance(tensor, keras.KerasTensor):
        return False
    if keras.backend.backend() == "jax":
        import jax

        return not isinstance(tensor, jax.core.Tracer)
    return not keras.ops.is_tensor(tensor) or hasattr(tensor, "numpy")


def gradient(function: Callable[[Any], Any], at: ArrayLike) -> NDArray[np.float32]:
    """Give the gradient of the sum of a function's values.

    Parameters
    ----------
    function : callable
        From a tensor to a tensor, written with ``keras.ops``, layers or models.
    at : array_like
        Where; taken as float32.

    Returns
    -------
    numpy.ndarray of float32
        As large as `at`.

    Examples
    --------
    >>> keras = load_keras()
    >>> gradient(keras.ops.square, [1.0, 2.0, 3.0]).tolist()
    [2.0, 4.0, 6.0]
    """
    keras = load_keras()
    tensor = keras.ops.convert_to_tensor(at, dtype="float32")
    (found,) = value_and_gradient(lambda x: function(x[0]), [tensor])[1]
    return np.asarray(keras.ops.convert_to_numpy(found), dtype=np.float32)


def value_and_gradient(
    function: Callable[[list[Any]], Any], at: Sequence[Any]
) -> tuple[Any, list[Any | None]]:
    """Give a function's values and the gradient of their sum with respect to each of several tensors.

    It may stand inside a function that `compiled` compiles.

    Parameters
    ----------
    function : callable
        From a list of tensors to one tensor, written with ``keras.ops``, layers or models.
    at : sequence of tensors
        Where.

    Returns
    -------
    values : tensor
        What the function gave.
    gradients : list of tensor or None
        Each as large as its tensor. None (on TensorFlow; on JAX zeros) where no differentiable way leads from
        that tensor to the values.

    Examples
    --------
    >>> ops = load_keras().ops
    >>> values, (of_a, of_b) = value_and_gradient(lambda t: t[0] * t[1], [ops.ones(2), 3 * ops.ones(2)])
    >>> ops.convert_to_numpy(of_a).tolist(), ops.convert_to_numpy(of_b).tolist()
    ([3.0, 3.0], [1.0, 1.0])
    """
    keras = load_keras()
    tensors = list(at)
    if keras.backend.backend() == "jax":
        import jax

        def total(given: list[Any]) -> tuple[Any, Any]:
            values = function(given)
            return keras.ops.sum(values), values

        (_, values), found = jax.value_and_grad(total, has_aux=True)(tensors)
        return values, list(found)
    import tensorflow as tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        values = function(tensors)
    return values, list(tape.gradient(values, tensors))


def compiled(function: Callable[..., Any], variables: Iterable[Any] = ()) -> Callable[..., Any]:
    """Compile a function of tensors: `tf.function` on TensorFlow, `jax.jit` on JAX.

    On JAX each new shape is compiled anew; on TensorFlow only the first two that differ are.

    Parameters
    ----------
    function : callable
        From tensors (or lists of tensors) to tensors, written with ``keras.ops``, layers or models. It must
        not change `variables`.
    variables : iterable of keras.Variable
        Every variable that it reads. They are read anew at each call, so weights may change between calls.

    Returns
    -------
    callable
        With the same arguments and results.

    Examples
    --------
    >>> keras = load_keras()
    >>> scale = keras.Variable(2.0)
    >>> scaled = compiled(lambda x: scale * x, [scale])
    >>> float(scaled(keras.ops.ones(()))), scale.assign(5.0) is None, float(scaled(keras.ops.ones(())))
    (2.0, False, 5.0)
    """
    keras = load_keras()
    if keras.backend.backend() == "jax":
        import jax

        read = list(variables)

        # Without the scope, the numbers of today's weights would be built into the compiled function.
        def pure(numbers: list[Any], *tensors: Any) -> Any:
            with keras.StatelessScope(state_mapping=list(zip(read, numbers, strict=True))):
                return function(*tensors)

        fast = jax.jit(pure)
        return lambda *tensors: fast([variable.value for variable in read], *tensors)
    import tensorflow as tf

    found = tf.function(function, reduce_retracing=True, autograph=False)
    # It counts the tracings of all functions from this line together: one for each model, which is no fault.
    found._omit_frequent_tracing_warning = True
    return found
