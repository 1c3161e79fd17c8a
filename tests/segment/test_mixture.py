"""The mixture against scikit-learn's EM on all the pixels, and its thresholds and maps against themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from skimage import data
from sklearn.mixture import GaussianMixture

from mediedu.data import phantom
from mediedu.segment import Mixture, mixture_model


def tissues(seed=0, dtype=np.uint8):
    rng = np.random.default_rng(seed)
    parts = [rng.normal(40, 6, 3000), rng.normal(95, 9, 4000), rng.normal(150, 7, 2000)]
    return rng.permutation(np.concatenate(parts)).round().clip(0, 255).astype(dtype).reshape(90, 100)


def started_as(mixture, **options):
    """Make scikit-learn's mixture that starts where ours ended."""
    return GaussianMixture(
        len(mixture.means),
        weights_init=mixture.weights,
        means_init=mixture.means[:, None],
        precisions_init=1 / mixture.deviations[:, None, None] ** 2,
        reg_covar=0,
        **options,
    )


@pytest.mark.parametrize(("image", "classes"), [(tissues(), 3), (data.camera(), 2), (data.coins(), 2)])
def test_ends_where_sklearn_stands_still(image, classes):
    mixture = mixture_model(image, classes, tolerance=1e-12, max_iterations=20000)
    assert mixture.converged
    theirs = started_as(mixture, tol=1e-9).fit(image.reshape(-1, 1).astype(float))
    order = np.argsort(theirs.means_.ravel())
    np.testing.assert_allclose(theirs.means_.ravel()[order], mixture.means, atol=1e-3)
    np.testing.assert_allclose(theirs.weights_[order], mixture.weights, atol=1e-4)
    np.testing.assert_allclose(np.sqrt(theirs.covariances_.ravel()[order]), mixture.deviations, atol=1e-3)
    assert theirs.score(image.reshape(-1, 1).astype(float)) == pytest.approx(mixture.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(
        mixture.posterior(image).reshape(classes, -1).T,
        theirs.predict_proba(image.reshape(-1, 1).astype(float))[:, order],
        atol=1e-3,
    )


@pytest.mark.parametrize("image", [tissues(1), data.camera(), data.moon()])
@pytest.mark.parametrize("classes", [2, 3])
def test_is_at_least_as_likely_as_sklearn_finds_by_itself(image, classes):
    pixels = image.reshape(-1, 1).astype(float)[::17]
    theirs = GaussianMixture(classes, random_state=0, n_init=2).fit(pixels)
    ours = mixture_model(pixels, classes, bins=4096)
    # sklearn stops at 1e-3; ours must not be worse by more.
    assert ours.log_likelihood > theirs.score(pixels) - 2e-3


def test_finds_the_tissues_that_were_drawn():
    mixture = mixture_model(tissues(2), 3)
    np.testing.assert_allclose(mixture.means, [40, 95, 150], atol=1)
    np.testing.assert_allclose(mixture.deviations, [6, 9, 7], atol=0.7)
    np.testing.assert_allclose(mixture.weights, [3 / 9, 4 / 9, 2 / 9], atol=0.01)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_all_dtypes_agree(dtype):
    image = tissues(3)
    expected = mixture_model(image, 3)
    result = mixture_model(image.astype(dtype), 3, bins=int(np.ptp(image)) + 1)
    np.testing.assert_allclose(result.means, expected.means, atol=1e-6)
    np.testing.assert_allclose(result.thresholds, expected.thresholds, atol=1e-6)


@given(st.floats(-500, 500), st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_follows_a_change_of_units(shift, scale):
    image = tissues(4).astype(float)
    first, second = mixture_model(image, 3), mixture_model(image * scale + shift, 3)
    np.testing.assert_allclose(second.means, first.means * scale + shift, rtol=1e-3, atol=1e-3 * scale)
    np.testing.assert_allclose(second.weights, first.weights, atol=1e-3)


def test_thresholds_lie_where_neighbours_are_equally_likely():
    mixture = mixture_model(tissues(5), 3)
    for k, threshold in enumerate(mixture.thresholds):
        a, b = mixture.posterior(np.array([threshold]))[k : k + 2, 0]
        assert a == pytest.approx(b, abs=1e-9)
        assert mixture.means[k] < threshold < mixture.means[k + 1]


def test_a_class_that_never_leads_gives_its_mean_as_threshold():
    """A wide rare class around a narrow common one: no level between the means is the rare one's."""
    rng = np.random.default_rng(6)
    image = np.concatenate([rng.normal(100, 3, 9500), rng.normal(101, 30, 500)]).reshape(100, 100)
    mixture = mixture_model(image, 2)
    assert np.isfinite(mixture.thresholds).all()
    assert mixture.means[0] <= mixture.thresholds[0] <= mixture.means[1]


def test_maps_are_probabilities_and_large_images_take_the_short_way():
    image = np.tile(tissues(7), (4, 4))
    mixture = mixture_model(image, 3)
    maps = mixture.posterior(image)
    assert maps.shape == (3, *image.shape)
    np.testing.assert_allclose(maps.sum(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(maps, mixture.posterior(image.astype(float)), atol=1e-12)
    assert np.array_equal(mixture.classify(image), maps.argmax(axis=0))
    levels = np.arange(0, 256.0)
    expected = [
        w * stats.norm.pdf(levels, m, d)
        for w, m, d in zip(mixture.weights, mixture.means, mixture.deviations, strict=True)
    ]
    np.testing.assert_allclose(mixture.densities(levels), expected, rtol=1e-10)


def test_a_mask_and_a_volume():
    image = tissues(8)
    mask = image < 70
    one = mixture_model(image, 2, mask=image > 70)
    assert one.means[0] > 90
    stack = np.stack([image, image])
    np.testing.assert_allclose(mixture_model(stack, 3).means, mixture_model(image, 3).means, atol=1e-9)
    assert mixture_model(image, 2, mask=mask).means[1] < 70


def test_brain_tissue_of_the_phantom():
    brain = phantom.brain_slice(seed=0)
    image, mask = np.asarray(brain.image), np.asarray(brain.labels)
    mixture = mixture_model(image, 3, mask=mask > 0)
    assert (np.diff(mixture.means) > 0).all()
    assert ((mixture.classify(image) + 1)[mask > 0] == mask[mask > 0]).mean() > 0.7


def test_nothing_is_random_and_the_result_is_frozen():
    first, second = mixture_model(tissues(), 3), mixture_model(tissues(), 3)
    assert isinstance(first, Mixture)
    assert first.means.tolist() == second.means.tolist()
    with pytest.raises(AttributeError):
        first.means = second.means
    with pytest.raises(ValueError, match="read-only"):
        first.means[0] = 3


def test_two_levels_and_two_classes_rest_on_the_floor():
    mixture = mixture_model(np.array([[3, 3, 3, 9]], dtype=np.uint8), 2)
    assert mixture.means.tolist() == [3, 9]
    np.testing.assert_allclose(mixture.deviations, 1 / np.sqrt(12))
    assert mixture.weights.tolist() == [0.75, 0.25]


def test_huge_and_tiny_units_stay_in_range():
    image = tissues(9).astype(float)
    plain = mixture_model(image, 3)
    for scale in (1e-300, 1e300):
        result = mixture_model(image * scale, 3)
        np.testing.assert_allclose(result.means, plain.means * scale, rtol=1e-6)
        np.testing.assert_allclose(result.thresholds, plain.thresholds * scale, rtol=1e-6)
        assert result.log_likelihood == pytest.approx(plain.log_likelihood - np.log(scale))


def test_too_few_rounds_are_said():
    assert not mixture_model(data.camera(), 3, max_iterations=2).converged


@pytest.mark.parametrize(
    ("image", "options", "error", "words"),
    [
        (np.full((4, 4), 7, np.uint8), {}, ValueError, r"2 classes apart in 1 grey level\(s\)"),
        (np.full((4, 4), 0.1), {}, ValueError, "constant"),
        (np.eye(4), {"classes": 3}, ValueError, "3 classes apart in 2"),
        (np.eye(4), {"classes": 1}, ValueError, "2 or more"),
        (np.eye(4), {"classes": 2.0}, ValueError, "whole number"),
        (np.eye(4), {"tolerance": np.nan}, ValueError, "tolerance"),
        (np.eye(4), {"max_iterations": 0}, ValueError, "iteration"),
        (np.array([[1.0, np.nan]]), {}, ValueError, "NaN"),
        (np.zeros((4, 4, 3)), {}, ValueError, "colour"),
        (np.eye(4), {"mask": np.zeros((4, 4))}, ValueError, "holds no pixel"),
    ],
)
def test_bad_input_gets_a_sentence(image, options, error, words):
    with pytest.raises(error, match=words):
        mixture_model(image, **options)


def test_maps_of_nan_get_a_sentence():
    with pytest.raises(ValueError, match="finite"):
        mixture_model(np.eye(4), 2).posterior(np.array([np.nan]))
