"""Phantoms: the truth is exact, the seed repeats it, and the masses are neither trivial nor hopeless."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation, binary_erosion, label

from mediedu.data import Phantom, load, noise, phantom
from mediedu.data.phantom.outline import MARGINS

MAKERS = {
    "breast_mass": lambda seed: phantom.breast_mass("malignant", 128, seed=seed),
    "film mass": lambda seed: phantom.breast_mass("benign", 128, background="film", seed=seed),
    "brain_slice": lambda seed: phantom.brain_slice(seed=seed),
    "nuclei": lambda seed: phantom.nuclei(128, seed=seed),
    "ct_section": lambda seed: phantom.ct_section(128, seed=seed),
    "white_matter_lesions": lambda seed: phantom.white_matter_lesions(64, 2, seed=seed),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_seed_repeats_and_another_differs(name):
    first, again, other = MAKERS[name](5), MAKERS[name](5), MAKERS[name](6)
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert not np.array_equal(first.image, other.image)
    assert first.synthetic
    assert "synthetic" in repr(first)


@pytest.mark.parametrize("name", MAKERS)
def test_image_labels_and_clean_fit_each_other(name):
    made = MAKERS[name](1)
    assert isinstance(made, Phantom)
    assert made.image.shape == made.labels.shape == made.clean.shape
    assert np.asarray(made) is not None
    assert made.labels.dtype.kind == "u"
    assert np.corrcoef(made.image.ravel(), made.clean.ravel())[0, 1] > 0.8
    np.testing.assert_array_equal(made.mask, made.labels > 0)


@pytest.mark.parametrize("name", MAKERS)
def test_a_phantom_draws_itself_and_says_that_it_is_synthetic(name):
    data = MAKERS[name](2)._repr_mimebundle_()
    assert "ynthetic" in data["text/html"].split('alt="')[1][:30]
    assert "synthetic" in data["text/plain"]


@pytest.mark.parametrize(("kind", "margin"), [(kind, one) for kind in MARGINS for one in MARGINS[kind]])
def test_contour_and_mask_agree(kind, margin):
    from skimage.draw import polygon2mask

    for seed in range(4):
        mass = phantom.breast_mass(kind, margin=margin, seed=seed)
        x, y = mass.contour.T
        filled = polygon2mask(mass.mask.shape, mass.contour[:, ::-1])
        dice = 2 * (filled & mass.mask).sum() / (filled.sum() + mass.mask.sum())
        assert dice > 0.985
        area = 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)
        assert area > 0, "clockwise on the screen, so that x before y turns positive"
        assert area == pytest.approx(mass.mask.sum(), rel=0.03)


def test_contour_points_are_evenly_spaced():
    mass = phantom.breast_mass("malignant", margin="microlobulated", seed=3)
    steps = np.hypot(*np.diff(np.vstack([mass.contour, mass.contour[:1]]), axis=0).T)
    assert mass.contour.shape == (256, 2)
    assert steps.std() / steps.mean() < 0.12  # chords cut corners, arcs do not


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(sorted(MARGINS)), st.sampled_from([64, 97, 200]))
def test_every_mass_is_one_piece_away_from_the_border(seed, kind, size):
    mass = phantom.breast_mass(kind, size, seed=seed)
    assert label(mass.mask, np.ones((3, 3)))[1] == 1
    frame = mass.mask.copy()
    frame[1:-1, 1:-1] = False
    assert not frame.any()
    assert 0.04 < mass.mask.mean() < 0.35
    assert mass.margin in MARGINS[kind]
    assert mass.kind == kind


def test_the_background_does_not_change_the_shape_and_the_size_only_scales_it():
    speckle = phantom.breast_mass("malignant", 128, seed=8)
    film = phantom.breast_mass("malignant", 128, background="film", seed=8)
    large = phantom.breast_mass("malignant", 256, seed=8)
    np.testing.assert_array_equal(speckle.mask, film.mask)
    assert large.mask.mean() == pytest.approx(speckle.mask.mean(), rel=0.05)
    assert large.spacing[0] * 256 == speckle.spacing[0] * 128 == 40


def test_a_mass_is_dark_in_ultrasound_and_bright_on_film():
    for seed in range(6):
        echo = phantom.breast_mass("benign", seed=seed)
        film = phantom.breast_mass("benign", background="film", seed=seed)
        assert echo.image[echo.mask].mean() < echo.image[~echo.mask].mean() - 40
        assert film.image[film.mask].mean() > film.image[~film.mask].mean() + 20


def test_an_ill_defined_margin_is_blurred():
    def steepest(margin, kind):
        mass = phantom.breast_mass(kind, margin=margin, seed=4)
        rim = mass.mask & ~binary_erosion(mass.mask, iterations=2)
        return np.percentile(np.hypot(*np.gradient(mass.clean))[rim], 75)

    assert steepest("ill-defined", "malignant") < 0.6 * steepest("round", "benign")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*hole:UserWarning")
@pytest.mark.parametrize("size", ["the embedded training part", 64, 256])
def test_no_single_shape_feature_separates_the_masses(size):
    from sklearn.metrics import roc_auc_score

    from mediedu.describe import SHAPE_FEATURES, ShapeFeatures

    if isinstance(size, int):
        drawn = [phantom.breast_mass(("benign", "malignant")[n % 2], size, seed=n) for n in range(150)]
        masks, malignant = [mass.mask for mass in drawn], [mass.kind == "malignant" for mass in drawn]
    else:
        masses = load("breast_masses", "train")
        masks, malignant = masses.masks, np.asarray(masses.labels) == masses.class_names.index("malignant")
    features = ShapeFeatures().fit_transform([mask > 0 for mask in masks])
    area = [roc_auc_score(malignant, column) for column in features.T]
    told = dict(zip(SHAPE_FEATURES, np.maximum(area, np.subtract(1, area)), strict=True))
    assert max(told.values()) < 0.95, told
    assert told["fourier_factor"] > 0.8, "a shape factor that tells nothing would teach nothing"


@pytest.mark.parametrize(
    ("plane", "shape"),
    [("axial", (233, 197)), ("coronal", (189, 197)), ("sagittal", (189, 233))],
)
def test_brain_slices_come_from_the_labels(plane, shape):
    quiet = phantom.brain_slice(plane, noise=0, bias=0, seed=0)
    assert quiet.image.shape == shape
    assert set(np.unique(quiet.labels)) == {0, 1, 2, 3}
    means = [quiet.image[quiet.labels == value].mean() for value in range(4)]
    assert means == sorted(means)
    deep = binary_erosion(quiet.labels == 3, iterations=3)
    assert (quiet.image[deep] == 175).all()
    np.testing.assert_array_equal(quiet.image, np.floor(quiet.clean + 0.5))


def test_brain_slices_stand_upright():
    from mediedu.data import sample

    tissue = sample("brain_tissue").array
    made = phantom.brain_slice("coronal", 120, seed=0)
    np.testing.assert_array_equal(made.labels[::-1, ::-1], tissue[:, 120, :])
    side = phantom.brain_slice("sagittal", 80, seed=0)
    np.testing.assert_array_equal(side.labels[0], tissue[-1, ::-1, 80])


def test_the_air_around_the_brain_is_rayleigh_noise():
    made = phantom.brain_slice(noise=0.1, bias=0, seed=3)
    corner = made.image[:25, :25].astype(float)
    assert corner.mean() == pytest.approx(17.5 * np.sqrt(np.pi / 2), rel=0.08)


def test_nuclei_are_counted_and_numbered_without_gaps():
    made = phantom.nuclei(256, 35, seed=9)
    assert set(np.unique(made.labels)) == set(range(36))
    sizes = np.bincount(made.labels.ravel())[1:]
    assert sizes.min() >= 25
    for number in range(1, 36):
        assert label(made.labels == number, np.ones((3, 3)))[1] == 1


def test_white_matter_lesions_are_few_small_and_apart():
    for size in (64, 128):
        made = [phantom.white_matter_lesions(size, seed=s) for s in range(40)]
        numbers = [int(one.labels.max()) for one in made]
        assert set(numbers) == {0, 1, 2, 3, 4}
        assert max(one.mask.mean() for one in made) < 0.02
        for one, number in zip(made, numbers, strict=True):
            assert label(one.mask, np.ones((3, 3)))[1] == number
            assert (np.bincount(one.labels.ravel(), minlength=1) > 0).sum() == number + 1
    assert phantom.white_matter_lesions(count=6, seed=1).labels.max() == 6


def test_no_threshold_tells_white_matter_lesions_from_folds_and_rims():
    made = [phantom.white_matter_lesions(count=3, seed=s) for s in range(20)]
    image, mask = np.array([one.image for one in made]), np.array([one.mask for one in made])
    above = [image > t for t in range(100, 240, 5)]
    best = max(2 * (a & mask).sum() / (a.sum() + mask.sum()) for a in above)
    assert best < 0.5
    # Yet every lesion is brighter than the tissue around it, on the image without noise.
    for one in made:
        ring = binary_dilation(one.mask, iterations=3) & ~binary_dilation(one.mask)
        assert one.clean[one.mask].mean() > one.clean[ring].mean() + 10


def test_some_nuclei_touch():
    labels = phantom.nuclei(256, 55, seed=1).labels.astype(int)
    beside = (labels[:, 1:] != labels[:, :-1]) & (labels[:, 1:] > 0) & (labels[:, :-1] > 0)
    assert beside.any()


def test_ct_section_holds_the_hounsfield_units_it_names():
    made = phantom.ct_section(256, noise=0, seed=7)
    assert made.image.dtype == np.int16
    for name, number in (("liver", 110), ("muscle", 60), ("fat", -100), ("air", -1000), ("kidney", 175)):
        inside = made.image[made.labels == made.class_names.index(name)]
        assert np.median(inside) == number, name
    _, columns = np.nonzero(made.labels == made.class_names.index("liver"))
    assert columns.mean() < 128, "the liver is on the patient's right, the left of the picture"
    spleen = np.nonzero(made.labels == made.class_names.index("spleen"))
    assert spleen[1].mean() > 128


def test_ct_noise_and_lesions_are_as_asked():
    noisy, quiet = (phantom.ct_section(256, noise=level, lesions=3, seed=2) for level in (20, 0))
    inside = binary_erosion(noisy.labels == noisy.class_names.index("liver"), iterations=3)
    assert (noisy.image.astype(float) - quiet.clean)[inside].std() == pytest.approx(20, rel=0.1)
    lesion = noisy.class_names.index("lesion")
    assert (noisy.labels == lesion).any()
    assert not (phantom.ct_section(256, lesions=0, seed=2).labels == lesion).any()


def test_each_phantom_is_quick():
    for name, make in {
        "breast_mass": lambda: phantom.breast_mass(seed=1),
        "brain_slice": lambda: phantom.brain_slice(seed=1),
        "nuclei": lambda: phantom.nuclei(seed=1),
        "ct_section": lambda: phantom.ct_section(seed=1),
    }.items():
        make()  # the first call imports scipy and reads the maps
        start = time.process_time()
        make()
        assert time.process_time() - start < 0.3, name


def test_smooth_noise_is_smooth_and_standardised():
    from mediedu.data.phantom.tissue import power_law, smooth_noise

    rng = np.random.default_rng(0)
    fine, coarse = smooth_noise(128, (0.5, 0.5), rng), smooth_noise(128, (6.0, 6.0), rng)
    for field in (fine, coarse, power_law(128, 3.0, rng)):
        assert field.mean() == pytest.approx(0, abs=1e-9)
        assert field.std() == pytest.approx(1)
    assert np.abs(np.diff(coarse)).mean() < 0.25 * np.abs(np.diff(fine)).mean()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: phantom.breast_mass("evil", seed=0), ValueError, "'benign', 'malignant'"),
        (lambda: phantom.breast_mass("benign", margin="spiculated", seed=0), ValueError, "benign mass"),
        (lambda: phantom.breast_mass(background="mri", seed=0), ValueError, "'speckle', 'film'"),
        (lambda: phantom.breast_mass(size=10, seed=0), ValueError, "from 64 to 4096; not 10"),
        (lambda: phantom.breast_mass(size=128.0, seed=0), ValueError, "whole number"),
        (lambda: phantom.breast_mass(seed=1.5), TypeError, "such as seed=1; not 1.5"),
        (lambda: phantom.breast_mass(seed=-1), TypeError, "at least 0"),
        (lambda: phantom.brain_slice("oblique", seed=0), ValueError, "'axial'"),
        (lambda: phantom.brain_slice("axial", 500, seed=0), ValueError, "numbered 0 to 188"),
        (lambda: phantom.brain_slice("axial", 188, seed=0), ValueError, "holds no brain"),
        (lambda: phantom.brain_slice(noise=-0.1, seed=0), ValueError, "at least 0; you gave -0.1"),
        (lambda: phantom.brain_slice(bias=1, seed=0), ValueError, "below 1"),
        (lambda: phantom.nuclei(64, 500, seed=0), ValueError, "of 500 nuclei find room"),
        (lambda: phantom.nuclei(count=0, seed=0), ValueError, "at least 1; you gave 0"),
        (lambda: phantom.white_matter_lesions(count=7, seed=0), ValueError, "from 0 to 6; not 7"),
        (lambda: phantom.ct_section(lesions=9, seed=0), ValueError, "from 0 to 5"),
        (lambda: phantom.ct_section(noise="loud", seed=0), ValueError, "'loud'"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_noise_can_be_laid_over_the_clean_image():
    made = phantom.brain_slice(seed=0)
    assert noise.add_gaussian(made.clean, 5, rng=0).shape == made.image.shape


def test_a_margin_of_the_other_kind_is_told_by_the_name_of_the_argument():
    with pytest.raises(
        ValueError, match=r"`margin` must be one of 'round'.*for a benign mass; not 'spiculated'"
    ):
        phantom.breast_mass("benign", margin="spiculated", seed=1)
