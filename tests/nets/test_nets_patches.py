"""Patches of volumes are those that a loop would cut, each class as often as asked for."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.nets import PatchBatches, dense_inference, load_keras, set_seed, tissue_patch_cnn, train, unet

keras = load_keras()


def volumes_of(*shapes, classes=3, seed=0, channels=0):
    """Make volumes in which every voxel differs, with every class in each."""
    rng = np.random.default_rng(seed)
    volumes, labels = [], []
    for shape in shapes:
        size = int(np.prod(shape))
        answer = rng.permutation(np.arange(size) % classes).reshape(shape)
        last = (channels,) if channels else ()
        volumes.append(rng.permutation(size * max(channels, 1)).reshape(*shape, *last).astype(np.float32))
        labels.append(answer)
    return volumes, labels


def mirrored(i, n):
    """Give the place inside 0 … n − 1 that a place outside shows, mirrored at the border's outer edge."""
    while not 0 <= i < n:
        i = -1 - i if i < 0 else 2 * n - 1 - i
    return i


def cut_by_hand(volume, labels, voxel, size, answer):
    """Cut one patch voxel by voxel, as the docstring tells it."""
    box = (1,) * (3 - len(size)) + tuple(size)
    corner = [at - (s - 1) // 2 for at, s in zip(voxel, box, strict=True)]
    if answer == "map":
        corner = [min(max(c, 0), n - s) for c, n, s in zip(corner, labels.shape, box, strict=True)]
    volume = volume if volume.ndim == 4 else volume[..., None]
    patch, classes = np.empty((*box, volume.shape[-1]), np.float32), np.empty(box, labels.dtype)
    for step in np.ndindex(box):
        at = tuple(mirrored(c + s, n) for c, s, n in zip(corner, step, labels.shape, strict=True))
        patch[step], classes[step] = volume[at], labels[at]
    shape = tuple(size)
    whole = classes.reshape(shape) if answer == "map" else labels[tuple(voxel)]
    return patch.reshape(*shape, -1), whole


@settings(max_examples=60, deadline=None)
@given(
    shapes=st.lists(
        st.tuples(st.integers(3, 6), st.integers(4, 7), st.integers(4, 8)), min_size=1, max_size=3
    ),
    size=st.one_of(
        st.tuples(st.integers(1, 4), st.integers(1, 4)),
        st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)),
    ),
    answer=st.sampled_from(["centre", "map"]),
    channels=st.sampled_from([0, 1, 2]),
    balanced=st.booleans(),
    seed=st.integers(0, 99),
)
def test_each_patch_is_the_one_cut_voxel_by_voxel(shapes, size, answer, channels, balanced, seed) -> None:
    volumes, labels = volumes_of(*shapes, seed=seed, channels=channels)
    batches = PatchBatches(
        volumes, labels, size, batch_size=5, count=13, answer=answer, balanced=balanced, seed=seed
    )
    order = batches.order(1)
    dealt = list(batches.epoch(1))
    assert [len(patches) for patches, _ in dealt] == [5, 5, 3]
    patches, classes = (np.concatenate([pair[part] for pair in dealt]) for part in (0, 1))
    assert patches.dtype == np.float32
    places = [(v, at) for v, shape in enumerate(shapes) for at in np.ndindex(shape)]
    for number, patch, found in zip(order, patches, classes, strict=True):
        which, voxel = places[number]
        expected, whole = cut_by_hand(volumes[which], labels[which], voxel, size, answer)
        assert np.array_equal(patch, expected)
        assert np.array_equal(found, whole)


@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 40), classes=st.integers(2, 5), seed=st.integers(0, 99), epoch=st.integers(0, 9))
def test_a_balanced_draw_shows_each_class_equally_often(count, classes, seed, epoch) -> None:
    rng = np.random.default_rng(seed)
    labels = np.minimum(rng.geometric(0.6, (4, 6, 6)) - 1, classes - 1)  # the last classes are rare
    labels[0, 0, :classes] = np.arange(classes)
    batches = PatchBatches([labels], [labels], (3, 3), batch_size=7, count=count, seed=seed)
    shown = np.concatenate([c for _, c in batches.epoch(epoch)])
    often = np.bincount(shown, minlength=classes)
    assert often.sum() == count
    assert often.max() - often.min() <= 1


def test_an_unbalanced_draw_takes_every_voxel_as_often() -> None:
    small, large = np.zeros((2, 5, 5), int), np.ones((6, 5, 5), int)
    large[0, 0, :2] = 2
    batches = PatchBatches(
        [small, large], [small, large], (1, 1), batch_size=1000, count=100_000, balanced=False, seed=3
    )
    _, classes = batches.take(batches.order(0))
    shares = np.bincount(classes) / len(classes)
    expected = np.array([50, 148, 2]) / 200
    assert np.abs(shares - expected).max() < 4 * np.sqrt(0.25 / 100_000)
    numbers = np.bincount(batches.order(0), minlength=200)  # voxel by voxel: 500 each, give or take
    assert len(numbers) == 200
    assert np.abs(numbers - 500).max() < 6 * np.sqrt(500)


def test_epochs_differ_and_come_again() -> None:
    volumes, labels = volumes_of((4, 8, 8))

    def deal(seed):
        return PatchBatches(volumes, labels, (3, 3), batch_size=4, count=20, seed=seed)

    assert np.array_equal(deal(1).order(4), deal(1).order(4))
    assert not np.array_equal(deal(1).order(4), deal(1).order(5))
    assert not np.array_equal(deal(1).order(4), deal(2).order(4))
    again = deal(1).batch(4, 2)
    for one, other in zip(list(deal(1).epoch(4))[2], again, strict=True):
        assert np.array_equal(one, other)


def test_volumes_are_not_copied_to_float() -> None:
    volume = np.arange(4 * 9 * 9, dtype=np.uint8).reshape(4, 9, 9)
    batches = PatchBatches([volume], [volume % 2], (3, 3), batch_size=4, count=4)
    assert batches.volumes[0].dtype == np.uint8
    assert np.shares_memory(batches.volumes[0], volume)
    patches, _ = batches.take(np.array([0]))
    assert np.array_equal(patches[0, ..., 0], np.pad(volume[0], 1, mode="symmetric")[:3, :3])


def test_a_patch_is_what_dense_inference_sees() -> None:
    set_seed(0)
    model = tissue_patch_cnn(widths=(3, 4, 5))
    volumes, labels = volumes_of((2, 6, 9))
    volumes = [volumes[0] / 50]
    batches = PatchBatches(volumes, labels, (13, 13), batch_size=108, count=108)
    patches, _ = batches.take(np.arange(108))
    apart = model.predict(patches, verbose=0)
    assert np.abs(dense_inference(model, volumes[0]).reshape(108, 4) - apart).max() < 1e-5


def test_maps_go_through_augmentation_with_their_patches() -> None:
    volumes, labels = volumes_of((3, 6, 6))

    def mirror(images, masks, rng):
        return images[:, :, ::-1], masks[:, :, ::-1]

    plain, turned = (
        PatchBatches(volumes, labels, (4, 4), batch_size=6, count=6, answer="map", augment=augment)
        for augment in (None, mirror)
    )
    (x, y), (x_turned, y_turned) = plain.batch(0, 0), turned.batch(0, 0)
    assert np.array_equal(x_turned, x[:, :, ::-1])
    assert np.array_equal(y_turned, y[:, :, ::-1])


GOOD = np.arange(4 * 8 * 8, dtype=float).reshape(4, 8, 8), np.arange(4 * 8 * 8).reshape(4, 8, 8) % 3


def with_nan():
    volume = GOOD[0].copy()
    volume[1, 2, 3] = np.nan
    return volume


@pytest.mark.parametrize(
    ("volumes", "labels", "options", "sentence"),
    [
        ([], [], {}, "There are 0 volumes and 0 label maps"),
        ([GOOD[0]], [GOOD[1], GOOD[1]], {}, "1 volumes and 2 label maps"),
        (GOOD[0], GOOD[1], {}, r"given as \[volume\]"),
        ([GOOD[0]], [GOOD[1][:, :4]], {}, r"its labels \(4, 4, 8\)"),
        ([GOOD[0], np.zeros((4, 8, 8, 2))], [GOOD[1]] * 2, {}, "Volume number 1 has 2 channels"),
        ([with_nan()], [GOOD[1]], {}, "NaN or infinite"),
        ([GOOD[0]], [GOOD[1] * 0.5], {}, "whole numbers from 0"),
        ([GOOD[0]], [GOOD[1] - 1], {}, "from -1 on"),
        ([GOOD[0]], [GOOD[1]], {"count": 0}, "count is 0"),
        ([GOOD[0]], [GOOD[1]], {"count": True}, "count is True"),
        ([GOOD[0]], [GOOD[1]], {"size": (3,)}, r"size is \(3,\)"),
        ([GOOD[0]], [GOOD[1]], {"size": (0, 3)}, "each 1 or more"),
        ([GOOD[0]], [GOOD[1]], {"answer": "slice"}, "'centre' or 'map'"),
        ([GOOD[0]], [GOOD[1]], {"answer": "map", "size": (9, 3)}, "too small for a patch"),
        ([GOOD[0]], [GOOD[1]], {"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_bad_input_gets_a_sentence(volumes, labels, options, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        PatchBatches(volumes, labels, **{"size": (3, 3), "count": 4, "batch_size": 2, **options})


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (GOOD[1] + 3, "with 3 classes only the whole numbers 0 to 2 are labels"),
        (GOOD[1] % 2, "Class 2 has no training label"),
    ],
)
def test_train_refuses_classes_that_the_network_lacks_or_never_sees(labels, sentence) -> None:
    model = tissue_patch_cnn(size=5, widths=(2,), classes=3)
    batches = PatchBatches([GOOD[0]], [labels], (5, 5), batch_size=8, count=8)
    with pytest.raises(ValueError, match=sentence):
        train(model, batches, epochs=1, progress=False)


def test_train_refuses_patches_of_another_size() -> None:
    model = tissue_patch_cnn(size=5, widths=(2,), classes=3)
    with pytest.raises(ValueError, match=r"\(7, 7, 1\)|7 × 7|7, 7"):
        train(model, PatchBatches([GOOD[0]], [GOOD[1]], (7, 7), batch_size=8, count=8), epochs=1)


def test_fingerprints_tell_volumes_and_draws_apart() -> None:
    volumes, labels = volumes_of((3, 6, 6), (4, 6, 6))
    changed = [volumes[0], volumes[1].copy()]
    changed[1][3, 5, 5] += 1

    def text(volumes=volumes, size=(3, 3), **options):
        return PatchBatches(volumes, labels, size, **{"count": 9, "batch_size": 3, **options}).fingerprint()

    others = [text(changed), text(size=(3, 5)), text(count=10), text(answer="map"), text(balanced=False)]
    assert text() == text()
    assert len({text(), *others}) == 6


def learnt(folder: Path, epochs: int, answer: str):
    """Train a small network on patches, in a folder."""
    volumes, labels = volumes_of((4, 9, 9), (3, 10, 8), seed=4)
    volumes = [v / 300 for v in volumes]
    set_seed(5)
    if answer == "map":
        model, size = unet((8, 8, 1), 3, widths=(2, 4)), (8, 8)
    else:
        model, size = tissue_patch_cnn(size=5, widths=(4,), classes=3), (5, 5)
    batches = PatchBatches(volumes, labels, size, batch_size=8, count=32, answer=answer, seed=6)
    training = train(model, batches, epochs=epochs, folder=folder, seed=7, progress=False)
    return training, model.get_weights()


@pytest.mark.parametrize("answer", ["centre", "map"])
def test_a_training_on_patches_goes_on_with_equal_numbers(tmp_path, answer) -> None:
    whole, weights = learnt(tmp_path / "whole", 3, answer)
    learnt(tmp_path / "broken", 1, answer)
    resumed, again = learnt(tmp_path / "broken", 3, answer)
    assert len(whole.curves["loss"]) == 3
    for name, curve in whole.curves.items():
        assert curve.tobytes() == resumed.curves[name].tobytes(), name
    for one, other in zip(weights, again, strict=True):
        assert one.tobytes() == other.tobytes()
    (tmp_path / "whole" / "curves.csv").read_text()
