"""A report that several modules ask about."""

import numpy as np
import pytest

from mediedu.classify import evaluate


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(0)
    truth = (np.arange(120) // 3) % 2
    chance = 1 / (1 + np.exp(-(3 * truth - 1.5 + rng.normal(0, 1.5, 120))))
    return evaluate(
        truth, chance, groups=np.arange(120) // 3, class_names=("benign", "malignant"), bootstrap=300
    )
