"""What cannot be said in Keras itself, once for each backend: gradients, and compiled functions."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mediedu.nets.backend import load_keras

__all__ = ["compiled", "gradient", "is_concrete", "value_and_gradient"]


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
