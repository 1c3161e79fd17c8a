"""Segmentation losses against NumPy, with classes that are absent and labels that are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.nets import SegmentationLoss, check_labels, load_keras, unet
from mediedu.nets.differentiation import gradient

keras = load_keras()
JAX = keras.backend.backend() == "jax"


def reference(terms, labels, probability, *, gamma=2.0, alpha=0.25, background=False):
    """The same in plain NumPy, in double precision, class by class."""
    p = probability.astype(np.float64)
    p = np.concatenate([1 - p, p], axis=-1) if p.shape[-1] == 1 else p
    right = np.take_along_axis(p, labels[..., None], axis=-1)[..., 0]
    right = np.clip(right / p.sum(axis=-1), 1e-7, 1 - 1e-7)
    total = 0.0
    if "cross_entropy" in terms:
        total += np.mean(-np.log(right))
    if "focal" in terms:
        factor = np.broadcast_to(alpha, p.shape[-1])[labels]
        total += np.mean(-factor * (1 - right) ** gamma * np.log(right))
    if "dice" in terms:
        scores = []
        for c in range(0 if background else 1, p.shape[-1]):
            mine = labels == c
            if mine.any():
                scores.append(2 * p[..., c][mine].sum() / (mine.sum() + p[..., c].sum() + 1e-7))
        total += 1 - np.mean(scores) if scores else 0.0
    return total


TERMS = ["cross_entropy", "dice", "focal", "cross_entropy+dice", "focal+dice", "cross_entropy+focal+dice"]


@settings(max_examples=15 if JAX else 40, deadline=None)  # JAX compiles every shape anew
@given(
    terms=st.sampled_from(TERMS),
    seed=st.integers(0, 2**16),
    shape=st.sampled_from([(2, 3, 4), (1, 2, 3, 2), (3,)]),
    classes=st.integers(1, 4),
    background=st.booleans(),
    gamma=st.sampled_from([0.0, 1.0, 2.0]),
    axis=st.booleans(),
)
def test_the_loss_is_that_of_numpy(terms, seed, shape, classes, background, gamma, axis) -> None:
    rng = np.random.default_rng(seed)
    probability = rng.random((*shape, classes)).astype(np.float32)
    if classes > 1:
        probability /= probability.sum(axis=-1, keepdims=True)
    labels = rng.integers(0, rng.integers(1, max(classes, 2) + 1), shape)  # often some class is absent
    loss = SegmentationLoss(terms, gamma=gamma, background=background)
    found = float(loss(labels[..., None] if axis else labels, probability))
    expected = reference(terms, labels, probability, gamma=gamma, background=background)
    assert found == pytest.approx(expected, rel=2e-5, abs=2e-6)


@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("terms", TERMS)
def test_from_logits_is_the_same_as_from_probabilities(terms, classes) -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(2, 4, 4, classes)).astype(np.float32)
    labels = rng.integers(0, max(classes, 2), (2, 4, 4))
    activation = keras.ops.sigmoid if classes == 1 else keras.ops.softmax
    by_probability = float(SegmentationLoss(terms)(labels, activation(logits)))
    by_logits = float(SegmentationLoss(terms, from_logits=True)(labels, logits))
    assert by_logits == pytest.approx(by_probability, rel=1e-5)


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize("labels", [np.zeros((2, 4, 4), int), np.full((2, 4, 4), 2)], ids=["none", "one"])
def test_the_gradient_is_finite_when_classes_are_absent(terms, labels) -> None:
    logits = np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype(np.float32)
    logits[0, 0, 0] = [40, -40, -40]  # as sure as single precision can be
    loss = SegmentationLoss(terms)
    found = gradient(lambda x: loss(labels, keras.ops.softmax(x)), logits)
    assert np.isfinite(found).all()
    if terms == "dice" and not labels.any():
        assert float(loss(labels, keras.ops.softmax(logits))) == 0
        assert not found.any()
    else:
        assert np.abs(found).max() > 0


def test_a_perfect_answer_without_lesion_costs_nothing() -> None:
    # Keras' own Dice gives 1 here, the worst there is: 0 of 0 pixels.
    probability = np.zeros((1, 4, 4, 2), np.float32)
    probability[..., 0] = 1
    labels = np.zeros((1, 4, 4), int)
    own = keras.losses.Dice(axis=(0, 1, 2))(np.eye(2, dtype=np.float32)[labels], probability)
    assert float(own) == pytest.approx(0.5)  # the mean of 0 for background and 1 for the lesion
    assert float(SegmentationLoss("cross_entropy+dice")(labels, probability)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("labels", "classes", "sentence"),
    [
        ([[0, 4]], 4, r"hold 4, but with 4 classes only the whole numbers 0 to 3"),
        ([-1, 0], 2, r"hold -1, but"),
        ([0.5, 1], 2, r"hold 0\.5, but"),
        ([0, 255], 1, r"hold 255, but with 2 classes.*mask of 0 and 255: mask > 0"),
        (list(range(3, 12)), 3, r"hold 3, 4, 5, 6, 7, …, but"),
        ([np.nan, 1], 3, r"hold nan, but"),
    ],
)
def test_a_label_out_of_range_gets_a_sentence(labels, classes, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_labels(labels, classes)
    probability = np.full((*np.shape(labels), classes), 0.5, np.float32)
    with pytest.raises(ValueError, match=sentence):
        SegmentationLoss("cross_entropy")(np.array(labels, np.float32), probability)


def test_in_a_compiled_step_such_a_label_makes_the_loss_nan() -> None:
    net = unet((4, 4, 1), 3, widths=(2, 2))
    net.compile("sgd", SegmentationLoss("focal+dice"), jit_compile=JAX)  # JAX compiles no step without it
    images, labels = np.ones((2, 4, 4, 1), np.float32), np.zeros((2, 4, 4), int)
    assert np.isfinite(net.test_on_batch(images, labels))
    labels[0, 0, 0] = 3
    assert np.isnan(net.test_on_batch(images, labels))


def test_one_hot_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="take the argmax over the last axis"):
        SegmentationLoss()(np.ones((1, 2, 2, 3)), np.ones((1, 2, 2, 3)))


@pytest.mark.parametrize(("terms", "sentence"), [("dice+jaccard", "loss 'jaccard'"), ("dice+dice", "twice")])
def test_unknown_terms_are_refused(terms, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        SegmentationLoss(terms)


def test_it_is_saved_and_loaded_with_the_net(tmp_path) -> None:
    net = unet((4, 4, 1), 2, widths=(2, 2))
    net.compile("sgd", SegmentationLoss("focal + dice", gamma=1.0, alpha=[0.2, 0.8], background=True))
    net.save(tmp_path / "net.keras")
    again = keras.saving.load_model(tmp_path / "net.keras").loss
    assert isinstance(again, SegmentationLoss)
    assert again.get_config() == net.loss.get_config()
    assert again.name == "focal_dice"
    labels, probability = np.array([[[0, 1]]]), np.array([[[[0.7, 0.3], [0.6, 0.4]]]])
    expected = reference("focal+dice", labels, probability, gamma=1.0, alpha=[0.2, 0.8], background=True)
    assert float(again(labels, probability)) == pytest.approx(expected, rel=1e-5)


def test_weights_for_pixels_count() -> None:
    labels, probability = np.array([[[0, 1]]]), np.array([[[[0.9, 0.1], [0.5, 0.5]]]])
    loss = SegmentationLoss("cross_entropy", reduction="mean_with_sample_weight")
    only_first = loss(labels, probability, sample_weight=np.array([[[1.0, 0.0]]]))
    assert float(only_first) == pytest.approx(-np.log(0.9), rel=1e-5)
