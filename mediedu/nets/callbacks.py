"""What is done between the steps and the epochs of a training, as a callback of Keras.

This module defines classes of Keras' kind: importing it loads Keras.
"""

import math
import os
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediedu.nets import checkpoints
from mediedu.nets.backend import load_keras
from mediedu.nets.batches import Batches
from mediedu.nets.checkpoints import Progress, weights_of
from mediedu.nets.learning_curves import Watcher
from mediedu.nets.logs import TensorBoardLog, write_csv
from mediedu.nets.training_result import lower_is_better

keras: Any = load_keras()

__all__ = ["Dealer", "Diverged", "EpochKeeper"]

# Seconds between two looks at the loss within an epoch. A look waits for the device; and the loss told is a
# running mean, in which a NaN stays, so that none is missed between two looks.
LOOK_EVERY = 0.25


class Diverged(ArithmeticError):
    """The loss became NaN or infinite."""


class Dealer(keras.utils.PyDataset):
    """Hand batches to Keras: those of the epoch that `EpochKeeper` names, augmented ahead in threads."""

    def __init__(self, batches: Batches, devices: int = 1, workers: int | None = None) -> None:
        super().__init__()
        self.batches, self.devices = batches, devices
        # Devices get equal shares, so the last batch may have to be shorter, or left out.
        last = batches.count - (len(batches) - 1) * batches.batch_size
        self._length = len(batches) - (not batches.drop_last and last < devices)
        threads = min(4, os.cpu_count() or 1) if workers is None else workers
        # Without augmentation taking images out of an array is quicker than handing them between threads.
        self._threads = ThreadPoolExecutor(threads) if batches.augment is not None and threads else None
        self._ahead = 2 * threads
        self._waiting: dict[tuple[int, int], Future[Any]] = {}
        self.turn_to(0)

    def turn_to(self, epoch: int) -> None:
        """Deal out this epoch from now on."""
        self.epoch, self._order = epoch, self.batches.order(epoch)
        self._waiting.clear()

    def close(self) -> None:
        """Let the threads go."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[Any]]:
        epoch, order = self.epoch, self._order
        if self._threads is not None:
            for later in range(index, min(index + 1 + self._ahead, len(self))):
                if (epoch, later) not in self._waiting:
                    self._waiting[epoch, later] = self._threads.submit(
                        self.batches.batch, epoch, later, order
                    )
            # Keras may look at the first batches beforehand; who finds no batch waiting makes it.
            if (ready := self._waiting.pop((epoch, index), None)) is not None:
                return self._shared(*ready.result())
        return self._shared(*self.batches.batch(epoch, index, order))

    def _shared(self, images: NDArray[np.float32], labels: NDArray[Any]) -> tuple[Any, Any]:
        fits = len(images) // self.devices * self.devices
        return images[:fits], labels[:fits]


class EpochKeeper(keras.callbacks.Callback):
    """Keep the books of a training: curves, best weights, checkpoint, logs, the end.

    Parameters
    ----------
    dealer : Dealer
        Told which epoch comes.
    progress : Progress
        Carried on after each epoch.
    monitor : str
        The measure that chooses the best epoch.
    patience : int or None
        Epochs without a better value after which the training ends.
    keep_best : bool
        Whether to copy the best weights.
    epochs : int
        At which the training ends at the latest.
    settings : mapping
        For the checkpoint.
    folder : Path or None
        Of checkpoint and table.
    board : TensorBoardLog or None
        TensorBoard's log.
    watcher : Watcher
        What is shown.
    """

    def __init__(
        self,
        dealer: Dealer,
        progress: Progress,
        *,
        monitor: str,
        patience: int | None,
        keep_best: bool,
        epochs: int,
        settings: Mapping[str, Any],
        folder: Path | None,
        board: TensorBoardLog | None,
        watcher: Watcher,
    ) -> None:
        super().__init__()
        self.dealer, self.progress, self.monitor, self.patience = dealer, progress, monitor, patience
        self.keep_best, self.epochs, self.settings = keep_best, epochs, settings
        self.folder, self.board, self.watcher = folder, board, watcher

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Turn the data to the epoch."""
        self.dealer.turn_to(epoch)
        self._epoch, self._started, self._looked = epoch, time.monotonic(), 0.0

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Look at the loss now and then."""
        if logs and time.monotonic() - self._looked >= LOOK_EVERY:
            loss = float(logs["loss"])
            self._refuse_nan("loss", loss, batch + 1)
            self.watcher.step(self._epoch + 1, min(batch + 1, len(self.dealer)), loss)
            self._looked = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Write the epoch down, and decide whether it was the last."""
        model, progress = self.model, self.progress
        values = {name: float(value) for name, value in (logs or {}).items()}
        self._refuse_nan("loss", values["loss"], len(self.dealer))
        if self.monitor not in values:
            raise ValueError(
                f"monitor is {self.monitor!r}, which is not measured; there are {', '.join(values)}. Name "
                "the metric in metrics=..., and give validation data for names that begin with val_."
            )
        self._refuse_nan(self.monitor, values[self.monitor], len(self.dealer))
        values["learning_rate"] = _rate(model)
        for name, value in values.items():
            progress.curves.setdefault(name, []).append(value)
        progress.seconds += time.monotonic() - self._started
        curve = progress.curves[self.monitor]
        best = curve[progress.best_epoch - 1] if progress.best_epoch else math.nan
        if not (curve[-1] >= best if lower_is_better(self.monitor) else curve[-1] <= best):
            progress.best_epoch = epoch + 1
            if self.keep_best:
                progress.best_weights = weights_of(model)
        waited = epoch + 1 - progress.best_epoch
        progress.stopped_early = self.patience is not None and waited >= self.patience
        progress.finished = progress.stopped_early or epoch + 1 >= self.epochs
        if self.folder is not None:
            checkpoints.save(self.folder, model, progress, self.settings)
            write_csv(self.folder, progress.curves)
        if self.board is not None:
            self.board.write(epoch + 1, values)
        self.watcher.epoch(epoch + 1, progress.curves)
        if progress.stopped_early:
            model.stop_training = True

    def _refuse_nan(self, name: str, value: float, step: int) -> None:
        if math.isfinite(value):
            return
        rate = _rate(self.model)
        raise Diverged(
            f"{name} became {value} in epoch {self._epoch + 1}, by step {step} of {len(self.dealer)}; the "
            f"training is stopped. The learning rate is {rate:.3g}: try {rate / 10:.1g}. If that fails, "
            "bring the images to about 0 ± 1, or clip the gradients with "
            "optimizer=keras.optimizers.AdamW(clipnorm=1.0)."
        )


def _rate(model: Any) -> float:
    return float(np.asarray(keras.ops.convert_to_tensor(model.optimizer.learning_rate)))
