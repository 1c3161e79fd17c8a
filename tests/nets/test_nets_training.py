"""Training: what it gives back, when it ends, what it refuses, what it shows."""

import csv
import math
import sys
import types

import numpy as np
import pytest

from mediedu.nets import (
    Batches,
    Diverged,
    NoGPU,
    OutOfMemory,
    Training,
    cnn_classifier,
    has_gpu,
    load_keras,
    set_seed,
    train,
    unet,
)
from mediedu.nets.training_settings import steps_at_one_go

RNG = np.random.default_rng(0)
LABELS = np.arange(96) % 2
IMAGES = (RNG.normal(size=(96, 8, 8, 1)) + 0.6 * LABELS[:, None, None, None]).astype(np.float32)
OTHERS = (IMAGES[:32] + RNG.normal(size=(32, 8, 8, 1)).astype(np.float32), LABELS[:32])


def net(classes=2, **settings):
    set_seed(0)
    return cnn_classifier((8, 8, 1), classes, **({"widths": (4,)} | settings))


def go(model=None, data=(IMAGES, LABELS), validation=None, **settings):
    settings = {"epochs": 2, "learning_rate": 0.01, "progress": False} | settings
    return train(model or net(), data, validation, **settings)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    """Train once for the tests that only look."""
    folder, model = tmp_path_factory.mktemp("run"), net(dropout=0.2)
    training = go(model, validation=OTHERS, epochs=6, folder=folder)
    return model, training, folder


def test_a_net_learns_and_its_curves_say_so(learnt):
    model, training, _ = learnt
    assert training.epochs == 6
    assert set(training.curves) == {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
    assert training.curves["loss"][-1] < 0.8 * training.curves["loss"][0]
    assert np.mean(model.predict(IMAGES, verbose=0).argmax(axis=1) == LABELS) > 0.8
    assert training.best_epoch == 1 + int(np.argmin(training.curves["val_loss"]))
    with pytest.raises(ValueError, match="read-only"):
        training.curves["loss"][0] = 0
    with pytest.raises(AttributeError):
        training.best_epoch = 1


def test_the_best_weights_are_those_of_the_best_epoch(learnt):
    model, training, _ = learnt
    assert training.restored
    loss, accuracy = model.evaluate(*OTHERS, verbose=0)
    assert loss == pytest.approx(training.best["val_loss"], abs=1e-5)
    assert accuracy == pytest.approx(training.best["val_accuracy"], abs=1e-5)


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(learnt):
    _, training, _ = learnt
    again = go(net(dropout=0.2), validation=OTHERS, epochs=6)
    np.testing.assert_array_equal(again.curves["loss"], training.curves["loss"])
    np.testing.assert_array_equal(again.curves["val_loss"], training.curves["val_loss"])
    other = go(net(dropout=0.2), validation=OTHERS, epochs=6, seed=1)
    assert not np.array_equal(other.curves["loss"], training.curves["loss"])


def test_steps_done_at_one_go_do_not_change_the_numbers(learnt):
    _, training, _ = learnt
    again = go(net(dropout=0.2), validation=OTHERS, epochs=6, steps_per_execution=1)
    np.testing.assert_allclose(again.curves["loss"], training.curves["loss"], rtol=1e-5)


def test_the_table_holds_the_curves(learnt):
    _, training, folder = learnt
    with (folder / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == list("123456")
    for name, curve in training.curves.items():
        assert [float(row[name]) for row in rows] == curve.tolist()
    assert not list(folder.glob(".*")), "nothing is left aside"


def test_figures_say_what_they_show(learnt):
    _, training, _ = learnt
    figure = training.show("accuracy", "loss")
    for name in ("accuracy", "val_accuracy", "loss", "val_loss"):
        assert f"{name}: {training.curves[name][0]:.3g} after the first epoch" in figure.alt
    assert "Learning curves over 6 epochs" in training._repr_mimebundle_()["text/html"]
    with pytest.raises(ValueError, match="no curve auc; there are accuracy, loss"):
        training.show("auc")


def test_a_finished_training_is_loaded_and_more_epochs_go_on(learnt, tmp_path):
    _, training, folder = learnt

    class Count(load_keras().callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.epochs = []

        def on_epoch_begin(self, epoch, logs=None):
            self.epochs.append(epoch)

    model, count = net(dropout=0.2), Count()
    again = go(model, validation=OTHERS, epochs=6, folder=folder, callbacks=[count])
    assert count.epochs == []
    np.testing.assert_array_equal(again.curves["loss"], training.curves["loss"])
    assert model.evaluate(*OTHERS, verbose=0)[0] == pytest.approx(training.best["val_loss"], abs=1e-5)
    for name in ("checkpoint.npz", "curves.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    more = go(net(dropout=0.2), validation=OTHERS, epochs=8, folder=tmp_path, callbacks=[count])
    assert count.epochs == [6, 7]
    np.testing.assert_array_equal(more.curves["loss"][:6], training.curves["loss"])


def test_it_ends_early_and_puts_the_best_weights_back():
    labels = RNG.integers(0, 2, 40)  # nothing to learn: the net only learns them by heart
    noise = RNG.normal(size=(80, 8, 8, 1)).astype(np.float32)
    model = net(widths=(16,), norm=None)
    other = 1 - labels
    training = go(model, (noise[:40], labels), (noise[:40], other), epochs=40, patience=2, learning_rate=0.05)
    assert training.stopped_early
    assert training.epochs == training.best_epoch + 2 < 40
    assert model.evaluate(noise[:40], other, verbose=0)[0] == pytest.approx(
        training.best["val_loss"], abs=1e-5
    )
    assert "stopped early" in repr(training)


def test_a_metric_can_choose_the_best_epoch():
    training = go(validation=OTHERS, epochs=4, monitor="val_accuracy")
    assert training.best_epoch == 1 + int(np.argmax(training.curves["val_accuracy"]))
    with pytest.raises(
        ValueError, match="monitor is 'val_auc', which is not measured; there are accuracy, loss"
    ):
        go(validation=OTHERS, monitor="val_auc")


def test_the_cosine_falls_to_zero():
    rates = go(epochs=4, schedule="cosine", learning_rate=0.02).curves["learning_rate"]
    np.testing.assert_allclose(rates, 0.01 * (1 + np.cos(np.pi * np.arange(1, 5) / 4)), atol=1e-7)


def test_segmentation_and_yes_or_no_train_too():
    masks = (IMAGES[..., 0] > 0.3).astype(np.uint8)
    several = go(unet((8, 8, 1), 2, widths=(2, 4)), (IMAGES, masks), (IMAGES[:8], masks[:8]))
    assert several.curves["accuracy"][-1] > 0.5
    assert go(net(1)).curves["loss"][-1] < 0.9
    single = go(unet((8, 8, 1), 1, widths=(2, 4)), (IMAGES, masks[..., None]))
    assert math.isfinite(single.curves["loss"][-1])


def test_the_optimizer_given_is_not_used_up():
    optimizer = load_keras().optimizers.SGD(0.05, momentum=0.9)
    first, second = go(optimizer=optimizer, learning_rate=None), go(optimizer=optimizer, learning_rate=None)
    np.testing.assert_array_equal(first.curves["loss"], second.curves["loss"])
    assert not optimizer.built
    with pytest.raises(ValueError, match="learning rate to the optimizer"):
        go(optimizer=optimizer)


@pytest.mark.parametrize("kind", [True, "float16"])
def test_mixed_precision_learns_and_leaves_float32(kind):
    model = net()
    seen = []
    look = load_keras().callbacks.LambdaCallback(
        on_train_begin=lambda logs: seen.extend(layer.compute_dtype for layer in model.layers)
    )
    training = go(model, validation=OTHERS, epochs=4, mixed_precision=kind, callbacks=[look])
    assert set(seen[:-1]) == {"bfloat16" if kind is True else kind}
    assert seen[-1] == "float32"
    assert training.curves["loss"][-1] < training.curves["loss"][0]
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert {str(np.asarray(w).dtype) for w in model.get_weights()} == {"float32"}
    answer = model.predict(IMAGES, verbose=0)
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


def diverging(labels, probability):
    return load_keras().ops.mean(probability) * float("nan")


def test_nan_stops_at_once_and_gives_the_best_weights_back():
    model, steps = net(norm=None), []
    before = [w.copy() for w in model.get_weights()]
    look = load_keras().callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    with pytest.raises(
        Diverged, match=r"loss became (nan|inf) in epoch 1, by step \d+ of 12;.*learning rate"
    ):
        go(model, loss=diverging, epochs=50, batch_size=8, steps_per_execution=1, callbacks=[look])
    assert len(steps) <= 12
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_nan_after_some_epochs_gives_the_best_of_them_back():
    loss = load_keras().losses.SparseCategoricalCrossentropy()
    model, told, weights = net(norm=None), [], []

    def look(epoch, logs):
        told.append(logs["val_loss"])
        weights.append([w.copy() for w in model.get_weights()])

    def spoil(epoch, logs):
        if epoch == 4:
            kernel = model.get_layer("logits").kernel
            kernel.assign(np.full(kernel.shape, np.nan))

    watch = load_keras().callbacks.LambdaCallback(on_epoch_begin=spoil, on_epoch_end=look)
    with pytest.raises(Diverged, match="in epoch 5"):
        go(model, validation=OTHERS, loss=loss, epochs=9, callbacks=[watch])
    for one, other in zip(weights[int(np.argmin(told[:4]))], model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("side", "images", "steps"), [(28, 640, 16), (28, 96, 3), (65, 96, 1)])
def test_small_images_get_many_steps_at_one_go(side, images, steps):
    batches = Batches(np.zeros((images, side, side, 1)), np.zeros(images), 32)
    assert steps_at_one_go(None, batches) == steps
    assert steps_at_one_go(5, batches) == 5


def broken(images=IMAGES, at=5):
    images = images.copy()
    images[at, 0, 0, 0] = np.nan
    return images


@pytest.mark.parametrize(
    ("data", "settings", "sentence"),
    [
        ((IMAGES, LABELS + 1), {}, "training data: The labels hold 2, but with 2 classes"),
        ((IMAGES, LABELS - 1), {}, "training data: The labels hold -1"),
        ((IMAGES, LABELS * 0), {}, "Class 1 has no training label.*labels per class: 96, 0"),
        ((IMAGES, LABELS + 1.0), {}, "training data: The labels hold 2, but with 2 classes"),
        ((IMAGES, LABELS * 0.0), {}, "Class 1 has no training label.*labels per class: 96, 0"),
        ((IMAGES, LABELS[:50]), {}, "96 images and labels of the shape"),
        ((broken(), LABELS), {}, "training image number 5 holds NaN"),
        ((IMAGES, np.where(LABELS, "sick", "well")), {}, "whole numbers 0, 1, … are needed"),
        ((IMAGES[..., 0], LABELS), {}, r"images\[..., None\]"),
        ((IMAGES[:, :4], LABELS), {}, r"training images have the shape \(n, 4, 8, 1\); the network takes"),
        ((IMAGES, np.stack([LABELS] * 3, axis=1)), {}, r"labels have the shape \(96, 3\)"),
        ((IMAGES, LABELS), {"epochs": 0}, "epochs is 0"),
        ((IMAGES, LABELS), {"batch_size": 2.5}, "batch_size is 2.5"),
        ((IMAGES, LABELS), {"patience": -1}, "patience is -1"),
        ((IMAGES, LABELS), {"schedule": "step"}, "schedule is 'step'"),
        ((IMAGES, LABELS), {"keep": "first"}, "keep is 'first'"),
        ((IMAGES, LABELS), {"learning_rate": 0.0}, "learning_rate is 0.0"),
        ((IMAGES, LABELS), {"mixed_precision": "float8"}, "mixed_precision is 'float8'"),
        ((IMAGES, LABELS), {"validation": (broken(at=3), LABELS)}, "validation image number 3 holds NaN"),
        ((IMAGES, LABELS), {"validation": (IMAGES, LABELS + 5)}, "validation data: The labels hold 5, 6"),
    ],
)
def test_what_would_spoil_it_is_said_before_it_starts(data, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        go(None, data, **settings)


def test_a_gpu_that_is_asked_for_must_be_there():
    if has_gpu():
        pytest.skip("There is a GPU here.")
    with pytest.raises(NoGPU, match="A GPU was asked for"):
        go(gpu=True)


def test_too_little_memory_is_said():
    def exhausted(images, *, rng):
        raise MemoryError

    with pytest.raises(OutOfMemory, match=r"a batch of 32.*try 16"):
        go(augment=exhausted)


def test_tensorboard_needs_its_package(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="needs a folder"):
        go(tensorboard=True)
    monkeypatch.setattr("mediedu.nets.logs.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"not installed here.*curves.csv"):
        go(tensorboard=True, folder=tmp_path)


def test_tensorboard_reads_each_epoch_once_when_a_training_goes_on(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    for epochs in (1, 3):
        training = go(tensorboard=True, folder=tmp_path, epochs=epochs)
        (log,) = (tmp_path / "tensorboard").iterdir()
        board = EventAccumulator(str(log)).Reload()
        assert set(board.Tags()["tensors"]) == set(training.curves)
        for name, curve in training.curves.items():
            assert board.SummaryMetadata(name).plugin_data.plugin_name == "scalars", "shown as a curve"
            read = board.Tensors(name)
            assert [one.step for one in read] == list(range(1, epochs + 1)), name
            values = [make_ndarray(one.tensor_proto).item() for one in read]
            assert values == pytest.approx(curve.tolist(), rel=1e-6), name


def test_nothing_is_shown_where_nobody_watches(capfd):
    go(progress=True)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err == ""


def pretend_notebook(monkeypatch):
    """Stand in for IPython in a kernel, and keep what is displayed."""
    shown = []

    class Handle:
        def update(self, thing):
            shown.append(thing)

    def display(thing, display_id):
        shown.append(thing)
        return Handle()

    module = types.ModuleType("IPython")
    module.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    place = types.ModuleType("IPython.display")
    place.HTML, place.display = str, display
    monkeypatch.setitem(sys.modules, "IPython", module)
    monkeypatch.setitem(sys.modules, "IPython.display", place)
    return shown


def test_a_notebook_gets_a_bar_and_curves_and_no_error_stream(monkeypatch, capfd):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    shown = pretend_notebook(monkeypatch)
    go(progress=True, validation=OTHERS, epochs=3)
    assert 'max="9" value="0"' in shown[0]
    assert any('value="9"' in thing and "epoch 3 of 3" in thing for thing in shown)
    assert any("<img" in thing and "Learning curves over" in thing for thing in shown)
    assert "3 epochs" in shown[-1]
    assert "<img" not in shown[-1]
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("MEDIEDU_STATIC", "1")
    shown.clear()
    go(progress=True)
    assert shown == []


def test_a_terminal_gets_a_bar(monkeypatch, capfd):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    go(progress=True, validation=OTHERS, epochs=2)
    assert "6/6" in capfd.readouterr().err


def test_training_takes_batches():
    training = go(data=Batches(IMAGES.astype(np.float16), LABELS, 24, seed=4))
    assert isinstance(training, Training)
    with pytest.raises(TypeError, match=r"a pair \(images, labels\) or Batches is needed"):
        go(data=IMAGES)
