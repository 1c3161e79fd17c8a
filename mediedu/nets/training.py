"""Train a network: one function for all of them, on a processor or a GPU, from the same cell."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from mediedu.nets import checkpoints
from mediedu.nets.backend import guard_memory, load_keras, require_gpu, set_seed
from mediedu.nets.batches import Batches
from mediedu.nets.checkpoints import Progress, weights_of
from mediedu.nets.distribution import parallel_devices
from mediedu.nets.learning_curves import watcher
from mediedu.nets.logs import TensorBoardLog, require_tensorboard, write_csv
from mediedu.nets.mixed_precision import mixed_precision as in_mixed_precision
from mediedu.nets.training_checks import check_images, check_labels, check_whole, fingerprint, is_sigmoid
from mediedu.nets.training_result import Training
from mediedu.nets.training_settings import (
    accuracy_of,
    fresh_optimizer,
    name_of,
    reseed,
    steps_at_one_go,
    structure_of,
)

if TYPE_CHECKING:
    import keras

__all__ = ["train"]


def train(
    model: "keras.Model",
    data: tuple[ArrayLike, ArrayLike] | Batches,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    epochs: int,
    batch_size: int = 32,
    loss: "str | keras.losses.Loss | Callable[..., Any] | None" = None,
    metrics: Sequence[Any] | None = None,
    optimizer: "str | keras.optimizers.Optimizer" = "adamw",
    learning_rate: float | None = None,
    schedule: Literal["constant", "cosine"] = "constant",
    augment: Callable[..., Any] | None = None,
    monitor: str | None = None,
    patience: int | None = None,
    keep: Literal["best", "last"] | None = None,
    folder: str | Path | None = None,
    tensorboard: bool = False,
    mixed_precision: bool | Literal["bfloat16", "float16"] = False,
    gpu: bool = False,
    steps_per_execution: int | None = None,
    seed: int = 0,
    progress: bool = True,
    callbacks: "Sequence[keras.callbacks.Callback]" = (),
) -> Training:
    """Train a network, and give back its learning curves.

    Images and labels are looked at first: shapes, NaN, labels out of range and classes without a label are
    said before anything is computed. The network goes on from the weights it has.

    Parameters
    ----------
    model : keras.Model
        With one input and one output that gives probabilities. It is changed: it has the new weights after.
    data : tuple of array_like, or Batches
        (images, labels) to learn from: images (n, row, col, channel) or (n, z, y, x, channel); labels are
        whole numbers, (n,) or maps (n, row, col), in which class k is k. Volumes that are learnt patch by
        patch come as `PatchBatches`.
    validation : tuple of array_like, optional
        (images, labels) to judge by after each epoch: other patients, never the test set.
    epochs : int
        How often every image is seen.
    batch_size : int
        Images in a step. With `Batches` theirs holds, and so do their `augment` and `seed`.
    loss : str, keras.losses.Loss or callable, optional
        Cross-entropy by default.
    metrics : sequence, optional
        What is measured besides; accuracy by default.
    optimizer : str or keras.optimizers.Optimizer
        By name, "adamw", "adam", "sgd", …, or one with settings of its own. A fresh one like it is used.
    learning_rate : float, optional
        For an optimizer by name; 0.001 by default.
    schedule : {"constant", "cosine"}
        Whether the learning rate stays, or falls to 0 along half a cosine (Loshchilov & Hutter 2017).
    augment : callable, optional
        Changes each batch anew, see `Batches`.
    monitor : str, optional
        By which measure the best epoch is chosen; "val_loss" by default, or "loss" without validation. Losses
        and errors are better when lower, everything else when higher.
    patience : int, optional
        End when the monitored measure has not improved for so many epochs.
    keep : {"best", "last"}, optional
        Of which epoch the network has the weights in the end: by default of the best where there is
        validation, else of the last.
    folder : str or Path, optional
        For the checkpoint and the table ``curves.csv``. If the same training was broken off there, even by
        SIGKILL, it goes on after its last whole epoch with the numbers it would have had; if it was finished
        its result is loaded. State that callbacks of your own keep is theirs to restore.
    tensorboard : bool
        Whether to write for TensorBoard too, into the folder.
    mixed_precision : bool, "bfloat16" or "float16"
        Compute in 16 bits during the training, see `mediedu.nets.mixed_precision`.
    gpu : bool
        Whether to refuse to start without a GPU. A GPU that is there is used in any case.
    steps_per_execution : int, optional
        Steps that the backend does at one go; 16 for images up to 64², where calling it costs as much as the
        step, else 1.
    seed : int
        Of the order of the images, dropout and augmentation.
    progress : bool
        Whether to show a bar, and in a notebook the curves. Nothing is shown under ``MEDIEDU_STATIC=1`` or
        where the output goes into a file.
    callbacks : sequence of keras.callbacks.Callback
        Your own.

    Returns
    -------
    Training
        Curves, best epoch.

    Raises
    ------
    ValueError
        If images, labels or settings don't fit together.
    Diverged
        If the loss becomes NaN. The network has the best weights so far again, or those it began with.
    BadCheckpoint
        If the folder holds the checkpoint of another training.
    NoGPU, OutOfMemory
        As they say.

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR 2017.
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019 (AdamW).

    Examples
    --------
    >>> from mediedu.nets import cnn_classifier, set_seed
    >>> rng = np.random.default_rng(0)
    >>> labels = np.arange(64) % 2
    >>> images = rng.normal(size=(64, 8, 8, 1)) + labels[:, None, None, None]
    >>> set_seed(0)
    >>> model = cnn_classifier((8, 8, 1), 2, widths=(4,))
    >>> training = train(model, (images, labels), epochs=5, learning_rate=0.01, progress=False)
    >>> training.epochs, bool(training.curves["loss"][-1] < training.curves["loss"][0])
    (5, True)
    """
    keras = load_keras()
    if gpu:
        require_gpu()
    if tensorboard:
        require_tensorboard()
        if folder is None:
            raise ValueError("tensorboard=True needs a folder to write into: give folder=....")
    check_whole("epochs", epochs)
    if patience is not None:
        check_whole("patience", patience)
    batches = (
        data
        if isinstance(data, Batches)
        else Batches(*_pair(data, "training"), batch_size, augment=augment, seed=seed)
    )
    batches.check(model)
    judged = None
    if validation is not None:
        images, labels = map(np.asarray, _pair(validation, "validation"))
        if len(images) == 0:
            raise ValueError("There are no validation images; give some, or leave validation out.")
        check_images(model, images, "validation")
        check_labels(model, labels, "validation", every_class=False)
        if len(images) != len(labels):
            raise ValueError(f"There are {len(images)} validation images and {len(labels)} labels.")
        judged = (images.astype(np.float32, copy=False), labels)
    shares = parallel_devices()
    if batches.batch_size % shares:
        raise ValueError(
            f"A batch of {batches.batch_size} can't be shared equally by {shares} devices; take a multiple "
            f"of {shares}, such as {-(-batches.batch_size // shares) * shares}."
        )
    if judged is not None and (over := len(judged[0]) % shares):
        warnings.warn(
            f"{shares} devices share the validation images equally; the last {over} of {len(judged[0])} are "
            "left out. Evaluate the trained network on all of them outside data_parallel.",
            stacklevel=2,
        )
        judged = (judged[0][:-over], judged[1][:-over])
    monitor = monitor or ("val_loss" if validation is not None else "loss")
    keep = keep or ("best" if validation is not None else "last")
    if keep not in ("best", "last"):
        raise ValueError(f"keep is {keep!r}; 'best' or 'last' is needed.")

    from mediedu.nets.callbacks import Dealer, Diverged, EpochKeeper

    chosen = fresh_optimizer(optimizer, learning_rate, schedule, epochs * len(batches))
    settings = {
        "network": structure_of(model),
        "data": batches.fingerprint(),
        "validation data": fingerprint(*judged) if judged is not None else "none",
        "optimizer": name_of(chosen),
        "loss": name_of(loss),
        "batch_size": batches.batch_size,
        "seed": f"{seed}, {batches.seed}",
        "augmentation": name_of(batches.augment),
        "monitor": f"{monitor}, {keep}",
        "mixed_precision": mixed_precision,
        "backend": keras.backend.backend(),
    }
    where = Path(folder) if folder is not None else None
    set_seed(seed)
    with in_mixed_precision(model, mixed_precision), guard_memory(batches.batch_size):
        model.compile(
            optimizer=chosen,
            loss=loss or ("binary_crossentropy" if is_sigmoid(model) else "sparse_categorical_crossentropy"),
            metrics=list(metrics) if metrics is not None else [accuracy_of(model)],
            steps_per_execution=steps_at_one_go(steps_per_execution, batches),
        )
        model.optimizer.build(model.trainable_variables)
        reseed(model, seed)
        done = checkpoints.restore(where, model, settings) if where is not None else None
        if done is not None and where is not None:
            write_csv(where, done.curves)  # killed between the two files, a training has its table mended
        done = done or Progress()
        # A finished training is gone on with where more epochs are asked for now.
        ended = done.stopped_early or done.epochs >= epochs
        begin = weights_of(model)
        if not ended:
            shown = watcher(progress, epochs, len(batches), done.epochs)
            board = TensorBoardLog(where, done.curves) if tensorboard and where is not None else None
            dealer = Dealer(batches, shares)
            keeper = EpochKeeper(
                dealer,
                done,
                monitor=monitor,
                patience=patience,
                keep_best=keep == "best",
                epochs=epochs,
                settings=settings,
                folder=where,
                board=board,
                watcher=shown,
            )
            sentence = "The training was broken off."
            try:
                model.fit(
                    dealer,
                    validation_data=judged,
                    validation_batch_size=batches.batch_size,
                    epochs=epochs,
                    initial_epoch=done.epochs,
                    shuffle=False,  # the dealer has shuffled
                    callbacks=[*callbacks, keeper],
                    verbose=0,
                )
                sentence = f"{done.epochs} epochs, {done.seconds:.0f} s; the best is {done.best_epoch}."
            except Diverged:
                model.set_weights(done.best_weights or begin)
                raise
            finally:
                shown.close(sentence)
                dealer.close()
                if board is not None:
                    board.close()
    if keep == "best":
        model.set_weights(done.best_weights)
    return Training(
        done.curves, monitor, done.best_epoch, keep == "best", done.stopped_early, seconds=done.seconds
    )


def _pair(data: object, what: str) -> tuple[ArrayLike, ArrayLike]:
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(
            f"The {what} data is {type(data).__name__}; a pair (images, labels)"
            f"{' or Batches' if what == 'training' else ''} is needed."
        )
    return data[0], data[1]
