"""The 15 features on outlines that experts drew: breast ultrasound, 32 benign and 32 malignant masses."""

import warnings

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mediedu.describe import SHAPE_FEATURES, ShapeFeatures

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def features(real_data):
    """Give the 15 features of each mass and whether it is malignant."""
    base = real_data("busi-subset")
    masks, malignant = [], []
    for kind in ("benign", "malignant"):
        for path in sorted((base / kind).glob("*_mask.png")):
            masks.append(np.asarray(Image.open(path).convert("L")) > 0)
            malignant.append(kind == "malignant")
    assert np.bincount(malignant).tolist() == [32, 32]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # some experts left specks beside the mass, and holes
        return ShapeFeatures().fit_transform(masks), np.array(malignant)


def test_fifteen_features_and_an_svm_tell_malignant_from_benign(features):
    X, y = features
    areas, balanced = [], []
    # Nothing is chosen: scaling is learned inside the folds, the SVM is scikit-learn's own default.
    for seed in range(10):
        folds = StratifiedKFold(10, shuffle=True, random_state=seed)
        score = cross_val_predict(
            make_pipeline(StandardScaler(), SVC()), X, y, cv=folds, method="decision_function"
        )
        areas.append(roc_auc_score(y, score))
        balanced.append(balanced_accuracy_score(y, score > 0))
    assert np.mean(areas) >= 0.96
    assert np.mean(balanced) >= 0.90


def test_malignant_outlines_are_rougher(features):
    X, y = features
    roughness = X[:, SHAPE_FEATURES.index("fourier_factor")]
    assert roc_auc_score(y, roughness) >= 0.95
