"""The transformers inside scikit-learn: pipelines, grids, clones, pickles, processes."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from joblib import effective_n_jobs, parallel_config
from sklearn.base import clone
from sklearn.exceptions import SkipTestWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator

from mediedu.data import phantom
from mediedu.describe import (
    SHAPE_FEATURES,
    GLCMFeatures,
    ShapeFeatures,
    glcm,
    glcm_properties,
    parallel,
    quantise,
    shape_features,
)

TRANSFORMERS = [ShapeFeatures(), GLCMFeatures()]


@pytest.fixture(scope="module")
def masses():
    """Give 8 benign and 8 malignant masks of mixed sizes, and their images."""
    drawn = [
        phantom.breast_mass(kind, size=64 + 8 * (seed % 3), seed=seed)
        for kind in ("benign", "malignant")
        for seed in range(8)
    ]
    return [p.labels == p.labels.max() for p in drawn], [p.image for p in drawn], np.repeat([0, 1], 8)


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda t: type(t).__name__)
def test_scikit_learns_own_checks(transformer):
    """Pass the checks that apply to estimators whose input is no table of numbers.

    The tags say so, and ``check_estimator`` then stops after cloning. The other checks that feed no table are
    run here by name.
    """
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        results = check_estimator(transformer, on_fail=None)
    assert [r["status"] for r in results] == ["passed"] * len(results)
    for name in (
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_valid_tag_types",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_get_params_invariance",
        "check_set_params",
        "check_mixin_order",
    ):
        getattr(estimator_checks, name)(type(transformer).__name__, clone(transformer))


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda t: type(t).__name__)
def test_what_the_checks_on_tables_would_ask(transformer):
    X = np.zeros((4, 12, 12), np.uint8)
    X[:, 3:8, 2:9] = np.array([1, 2, 3, 255], np.uint8)[:, None, None]
    before, parameters = X.copy(), dict(vars(transformer))
    expected = transformer.transform(X)  # needs no fit: nothing is learned
    assert transformer.fit(X) is transformer
    assert vars(transformer) == parameters
    np.testing.assert_array_equal(transformer.fit_transform(X, [0, 0, 1, 1]), expected)
    np.testing.assert_array_equal(
        np.vstack([transformer.transform(X[i : i + 1]) for i in range(4)]), expected
    )
    np.testing.assert_array_equal(transformer.transform(X[::-1]), expected[::-1])
    np.testing.assert_array_equal(X, before)
    assert expected.shape == (4, len(transformer.get_feature_names_out()))
    assert expected.dtype == np.float64


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda t: type(t).__name__)
def test_tables_single_images_and_nothing_get_a_sentence(transformer):
    for wrong in (np.zeros((5, 3)), np.zeros(5), [], 7, [np.zeros((4, 4)), np.zeros(4)]):
        for method in (transformer.fit, transformer.transform):
            with pytest.raises(ValueError, match=r"images of shape \(row, column\)"):
                method(wrong)


def test_values_are_those_of_the_functions(masses):
    masks, images, _ = masses
    found = ShapeFeatures(log=True, points=128).fit_transform(masks)
    for row, mask in zip(found, masks, strict=True):
        assert row.tolist() == list(shape_features(mask, log=True, points=128).values())
    texture = GLCMFeatures([1, 2], levels=16, properties=("contrast", "entropy"), average=False)
    found = texture.fit_transform(images)
    names = texture.get_feature_names_out().tolist()
    assert names[:4] == ["contrast_d1_a0", "contrast_d1_a45", "contrast_d1_a90", "contrast_d1_a135"]
    assert found.shape == (16, len(names)) == (16, 16)
    matrix = glcm(quantise(images[3], 16), [1, 2], levels=16, symmetric=True)
    expected = glcm_properties(matrix, ("contrast", "entropy"))
    assert found[3] == pytest.approx(np.concatenate([v.ravel() for v in expected.values()]))
    mean = texture.set_params(average=True).transform(images)
    assert mean == pytest.approx(found.reshape(16, 4, 4).mean(axis=2))


def test_pipeline_grid_search_clone_and_pickle(masses):
    masks, images, y = masses
    for first, X in ((ShapeFeatures(), masks), (GLCMFeatures(levels=16), images)):
        pipeline = make_pipeline(first, StandardScaler(), SVC())
        grid = {"svc__C": [1, 10], f"{pipeline.steps[0][0]}__n_jobs": [None]}
        search = GridSearchCV(clone(pipeline), grid, cv=4, error_score="raise").fit(X, y)
        again = pickle.loads(pickle.dumps(search))
        np.testing.assert_array_equal(again.predict(X), search.predict(X))
    assert (
        cross_val_score(make_pipeline(ShapeFeatures(), StandardScaler(), SVC()), masks, y, cv=4).mean() > 0.6
    )


def test_arrays_lists_and_object_arrays_are_alike():
    masks = np.zeros((3, 20, 20), bool)
    masks[:, 4:15, 3:17] = True
    objects = np.empty(3, object)
    objects[:] = list(masks)
    expected = ShapeFeatures().fit_transform(masks)
    for X in (list(masks), objects, tuple(masks), masks.astype(np.uint8) * 255):
        np.testing.assert_array_equal(ShapeFeatures().transform(X), expected)


def test_names_come_out_and_reach_pandas_where_it_is():
    assert ShapeFeatures().get_feature_names_out().tolist() == list(SHAPE_FEATURES)
    model = make_pipeline(ShapeFeatures(), StandardScaler())
    masks = np.pad(np.ones((2, 5, 7), bool), ((0, 0), (3, 3), (3, 3)))
    model.fit(masks)
    assert model.get_feature_names_out().tolist() == list(SHAPE_FEATURES)


def test_the_bad_image_is_named():
    masks = np.ones((6, 8, 8), bool)
    masks[4] = False
    with pytest.raises(ValueError, match=r"Image 4: shape_features needs a mask with an object"):
        ShapeFeatures().transform(masks)
    images = np.zeros((3, 8, 8))
    images[1, 2, 2] = np.nan
    with pytest.raises(ValueError, match="Image 1: quantise needs finite"):
        GLCMFeatures().transform(images)


def test_processes_give_the_same_and_name_the_bad_image(masses):
    masks, images, _ = masses
    for one, many, X in (
        (ShapeFeatures(), ShapeFeatures(n_jobs=2), masks),
        (GLCMFeatures(), GLCMFeatures(n_jobs=2), images),
    ):
        np.testing.assert_array_equal(many.fit_transform(X), one.fit_transform(X))
    expected = ShapeFeatures().transform(masks)
    with parallel_config(backend="loky", n_jobs=2):
        np.testing.assert_array_equal(ShapeFeatures().transform(masks), expected)
    large = np.random.default_rng(0).random((4, 512, 512))  # shared with the processes as read-only memory
    texture = GLCMFeatures(limits=(0, 1))
    np.testing.assert_array_equal(
        clone(texture).set_params(n_jobs=2).transform(large), texture.transform(large)
    )
    two_blobs = np.zeros((3, 12, 12), bool)
    two_blobs[:, 2:5, 2:5] = two_blobs[1, 8:10, 8:10] = True
    for transformer in (ShapeFeatures(), ShapeFeatures(n_jobs=2)):
        with pytest.warns(UserWarning, match="Image 1: shape_features: the mask has 2 blobs") as said:
            transformer.transform(two_blobs)
        assert len(said) == 1
    with pytest.raises(
        ValueError, match=r"Image 16: shape_features needs a mask with an object"
    ):  # ends the pool
        ShapeFeatures(n_jobs=2).transform([*masks, np.zeros((9, 9))])


@pytest.mark.skipif(effective_n_jobs(-1) < 2, reason="One core: all cores are one process.")
def test_all_cores_and_the_surrounding_configuration_share_the_images_out(masses, monkeypatch):
    masks, _, _ = masses
    expected = ShapeFeatures().transform(masks)
    starts, describe = [], parallel._describe
    monkeypatch.setattr(parallel, "_describe", lambda *a: starts.append(a[2]) or describe(*a))
    for transformer, configuration in ((ShapeFeatures(n_jobs=-1), {}), (ShapeFeatures(), {"n_jobs": -1})):
        starts.clear()
        with parallel_config("threading", **configuration):
            np.testing.assert_array_equal(transformer.transform(masks), expected)
        assert len(starts) == min(len(masks), 4 * effective_n_jobs(-1))


def test_masks_of_every_form_survive_the_way_to_a_process():
    row, column = np.indices((21, 27))
    disk = (row - 10) ** 2 + (column - 13) ** 2 < 70
    forms = [
        disk,
        disk[::-1, ::-1],
        np.asfortranarray(disk),
        disk[:19, :23],
        disk.astype(np.uint8) * 255,
        disk.astype(float),
        disk.tolist(),
        tuple(map(tuple, disk.astype(int).tolist())),
        ((0, 1, 1), (1, 1, 1)),
    ]
    one, two = (ShapeFeatures(n_jobs=n).transform(forms) for n in (1, 2))
    np.testing.assert_array_equal(two, one)


@pytest.mark.parametrize(
    ("transformer", "words"),
    [
        (ShapeFeatures(points=4), "points from 8 up; 4 isn't"),
        (ShapeFeatures(points="many"), "points from 8 up; 'many' isn't"),
        (GLCMFeatures(levels=0), "levels must be a whole number from 2 to 65536; 0 isn't"),
        (GLCMFeatures(levels=8.5), "levels must be a whole number"),
        (GLCMFeatures(limits=(9, 1)), r"limits \(low, high\) that rise; these are \(9, 1\)"),
        (GLCMFeatures(limits=(9,)), r"limits \(low, high\) that rise"),
        (GLCMFeatures(distances=[]), "GLCMFeatures needs lists of distances and angles"),
        (GLCMFeatures(angles=0.0), "GLCMFeatures needs lists of distances and angles"),
        (GLCMFeatures(distances=[np.inf]), "Distances and angles must be finite"),
        (GLCMFeatures(properties=["roughness"]), "no GLCM property 'roughness'"),
    ],
)
def test_wrong_parameters_are_said_by_fit_and_no_image_is_blamed(transformer, words):
    masks = np.pad(np.ones((2, 3, 3), np.uint8), ((0, 0), (2, 2), (2, 2)))
    for method in (transformer.fit, transformer.transform):
        with pytest.raises(ValueError, match=words) as said:
            method(masks)
        assert not str(said.value).startswith("Image")


def test_the_room_loads_no_scikit_learn_before_a_transformer_is_asked_for():
    program = (
        "import sys, mediedu.describe as d; d.glcm; d.shape_features; dir(d)\n"
        "heavy = {'sklearn', 'numba', 'matplotlib', 'skimage', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "d.ShapeFeatures\n"
        "assert 'sklearn' in sys.modules\n"
        "from mediedu.describe import GLCMFeatures\n"
        "try:\n    d.nothing\nexcept AttributeError as problem:\n    print(problem)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "no 'nothing'" in run.stdout
