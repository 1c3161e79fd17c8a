"""Train on several devices at once: each takes its share of every batch, and their gradients are averaged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mediedu.nets.backend import devices as all_devices
from mediedu.nets.backend import load_keras

__all__ = ["data_parallel", "parallel_devices"]


@contextmanager
def data_parallel(devices: int | Sequence[str] | None = None) -> Iterator[list[str]]:
    """Compute on several devices inside the block; build the network there too.

    Every device holds the whole network and gets an equal share of each batch, so a step gives what one
    device would give with the whole batch, up to the order of sums. The batch size must be a multiple of the
    number of devices. What is left over at the end of an epoch, fewer images than there are devices, is left
    out; shuffling leaves out others in the next one.

    Parameters
    ----------
    devices : int or sequence of str, optional
        How many, or their names; all by default. `mediedu.nets.devices` lists them.

    Yields
    ------
    list of str
        The devices.

    Raises
    ------
    RuntimeError
        If Keras does not run on JAX: on TensorFlow Keras has no data parallel of its own.
    ValueError
        If there are not that many devices.

    References
    ----------
    Keras documentation, "Distributed training with Keras 3" (``keras.distribution``).

    Examples
    --------
    >>> with data_parallel(2):  # doctest: +SKIP
    ...     model = unet((128, 128, 1), 2)
    ...     training = train(model, (images, masks), epochs=10, batch_size=32)
    """
    keras = load_keras()
    if (name := keras.backend.backend()) != "jax":
        raise RuntimeError(
            f"Keras runs on {name} here; data_parallel needs JAX. Install the extra 'jax' and set "
            "KERAS_BACKEND=jax before Python starts. The rest of your code stays as it is."
        )
    there = all_devices()
    chosen = there if devices is None else there[:devices] if isinstance(devices, int) else list(devices)
    wanted = devices if isinstance(devices, int) else len(chosen)
    if not chosen or len(chosen) != wanted or not set(chosen) <= set(there):
        raise ValueError(f"devices is {devices!r}; there are {len(there)}: {', '.join(there)}.")
    before = keras.distribution.distribution()
    keras.distribution.set_distribution(
        keras.distribution.DataParallel(devices=chosen, auto_shard_dataset=False)
    )
    try:
        yield chosen
    finally:
        keras.distribution.set_distribution(before)


def parallel_devices() -> int:
    """Say how many devices share each batch now: 1 outside `data_parallel`.

    Examples
    --------
    >>> parallel_devices()
    1
    """
    distribution = load_keras().distribution.distribution()
    return 1 if distribution is None else int(distribution.device_mesh.devices.size)
