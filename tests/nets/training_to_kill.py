"""A small training with everything in it that has a state, for `test_nets_training_resume` to kill.

Dropout, batch normalisation, a falling learning rate, augmentation in threads, early stopping. An epoch has
7 steps, the last of them smaller; the backend does two at one go.
"""

import sys
import time
from pathlib import Path

import numpy as np

from mediedu.nets import Batches, Training, cnn_classifier, load_keras, set_seed, train

SIGN = "in mid-epoch"


def augment(images, *, rng):
    return images + rng.normal(scale=0.1, size=images.shape)


def go(folder: Path, stop_at: int | None = None) -> tuple[Training, list[np.ndarray]]:
    """Train, and give curves, weights and the optimiser's state; or hang in mid-epoch `stop_at`."""
    keras = load_keras()

    class Hang(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            if self.epoch == stop_at and batch >= 3:
                (folder / SIGN).touch()
                time.sleep(120)

    rng = np.random.default_rng(0)
    labels = np.arange(104) % 2
    images = (rng.normal(size=(104, 12, 12, 1)) + 0.5 * labels[:, None, None, None]).astype("float32")
    set_seed(7)
    model = cnn_classifier((12, 12, 1), 2, widths=(4, 8), dropout=0.4)
    training = train(
        model,
        Batches(images, labels, 16, augment=augment, seed=3),
        (images[:40] + 0.3, labels[:40]),
        epochs=5,
        schedule="cosine",
        learning_rate=0.01,
        patience=4,
        keep="last",
        folder=folder,
        steps_per_execution=2,
        callbacks=[Hang()],
        progress=False,
        seed=5,
    )
    state = [np.asarray(keras.ops.convert_to_numpy(v)) for v in model.variables + model.optimizer.variables]
    return training, state


if __name__ == "__main__":
    go(Path(sys.argv[1]), int(sys.argv[2]))
