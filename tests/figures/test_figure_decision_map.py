import numpy as np
import pytest

from mediedu.figures import decision_map

CASES = {"benign": [[1.0, 1.0]], "malignant": [[9.0, 9.0]]}
LIMITS = ((0, 10), (0, 10))


def left_is_benign(places):
    return np.where(places[:, 0] < 5, "benign", "malignant")


def test_the_first_feature_runs_right_and_the_second_up():
    page = decision_map(CASES, limits=LIMITS, size=100)
    assert page.shape == (100, 100, 3)
    assert page.dtype == np.uint8
    marked = np.argwhere((page < 250).any(axis=2))
    low_left, high_right = marked[marked[:, 1] < 50], marked[marked[:, 1] > 50]
    assert np.abs(low_left.mean(axis=0) + 0.5 - [90, 10]).max() < 1
    assert np.abs(high_right.mean(axis=0) + 0.5 - [10, 90]).max() < 1


def test_regions_are_what_the_classifier_says():
    page = decision_map({"benign": [], "malignant": []}, left_is_benign, limits=LIMITS, size=40).astype(int)
    left, right = page[:, :20], page[:, 20:]
    assert (left == left[0, 0]).all()
    assert (right == right[0, 0]).all()
    assert np.abs(left[0, 0] - right[0, 0]).max() > 30
    assert left[0, 0, 2] > left[0, 0, 0]  # blue
    assert right[0, 0, 0] > right[0, 0, 2]  # orange


def test_each_place_is_asked_at_its_middle():
    asked = []

    def remember(places):
        asked.append(places)
        return np.full(len(places), "benign")

    decision_map(CASES, remember, limits=((0, 4), (10, 20)), size=4)
    assert asked[0].tolist() == [[1, 17.5], [3, 17.5], [1, 12.5], [3, 12.5]]


def test_limits_by_default_hold_all_cases():
    page = decision_map({"benign": [[-3.0, 2.0], [5.0, 2.0]]}, size=60)
    marked = np.flatnonzero((page < 250).any(axis=2).any(axis=0))
    assert marked.min() >= 0
    assert marked.max() <= 59
    assert np.ptp(marked) > 50
    assert (
        (page < 250).any(axis=2)[28:32].any()
    )  # both lie at half the height: the second feature is constant


def test_marks_of_classes_differ_in_shape():
    groups = {name: [[5.0, 5.0]] for name in "abcd"}
    drawn = {
        (decision_map({**{other: [] for other in "abcd"}, name: groups[name]}, limits=LIMITS, size=40) < 200)
        .any(axis=2)
        .tobytes()
        for name in "abcd"
    }
    assert len(drawn) == 4


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (([[1, 2]],), {}, "cases must map"),
        (({},), {}, "cases must map"),
        (({"a": [1.0, 2.0]},), {}, "two columns"),
        (({"a": [[1.0, np.nan]]},), {}, "finite"),
        (({"a": []},), {}, "limits are needed"),
        ((CASES,), {"limits": ((3, 1), (0, 1))}, "the smaller first"),
        ((CASES,), {"size": 51}, "even"),
        ((CASES, lambda places: np.full(len(places), "healthy")), {}, "among them healthy"),
        ((CASES, lambda places: ["benign"]), {}, "1 answers for 9216 places"),
    ],
)
def test_what_cannot_be_drawn_is_said(arguments, options, words):
    with pytest.raises(ValueError, match=words):
        decision_map(*arguments, **options)
