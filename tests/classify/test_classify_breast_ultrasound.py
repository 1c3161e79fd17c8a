"""The chain from an expert's outline to a diagnosis on real breast ultrasound (BUSI)."""

import warnings

import numpy as np
import pytest
from PIL import Image

from mediedu.classify import cross_validate, diagnosis_pipeline
from mediedu.describe import ShapeFeatures


@pytest.fixture(scope="module")
def outlines(real_data):
    folder = real_data("busi-subset")
    names = ("benign", "malignant")
    files = [
        (path, label) for label, name in enumerate(names) for path in sorted(folder.glob(f"{name}/*.png"))
    ]
    files = [(path, label) for path, label in files if path.name.endswith("_mask.png")]
    masks = [np.asarray(Image.open(path).convert("L")) > 0 for path, _ in files]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stray pixels and holes in the outlines
        features = ShapeFeatures().fit_transform(masks)
    return features, np.array([label for _, label in files])


def test_shape_and_svm_reach_what_the_course_claims(outlines):
    features, labels = outlines
    assert np.bincount(labels).tolist() == [32, 32]
    result = cross_validate(diagnosis_pipeline(), features, labels, folds=10, repeats=10)
    assert result.auc.mean() >= 0.96
    assert result.balanced_accuracy.mean() >= 0.90
    assert result.unit == "by image: patients unknown"


def test_the_one_line_rule_is_no_worse_than_the_tree(outlines):
    features, labels = outlines
    rule, tree = (
        cross_validate(diagnosis_pipeline(classifier=name), features, labels, folds=10, repeats=3)
        for name in ("one_rule", "tree")
    )
    assert rule.balanced_accuracy.mean() >= tree.balanced_accuracy.mean()
    assert {model[-1].feature_ for fitted in rule.estimators for model in fitted} == {14}  # the shape factor
