"""Values of either sign over an image: red above zero, blue below, and nothing at zero."""

import numpy as np
import pytest

from mediedu.figures import signed_overlay
from mediedu.figures.signed_overlay import tinted

GREY = np.full((6, 6, 3), 128, np.uint8)


def test_zero_lets_the_image_through_and_the_signs_have_their_colours() -> None:
    share = np.zeros((6, 6))
    share[1, 1], share[4, 4] = 1.0, -1.0
    found = tinted(GREY, share).astype(int)
    assert (found[share == 0] == 128).all()
    assert found[1, 1, 0] > found[1, 1, 2]
    assert found[4, 4, 2] > found[4, 4, 0]


def test_more_is_more() -> None:
    away = [np.abs(tinted(GREY, np.full((6, 6), s)).astype(int) - 128).sum() for s in (0, 0.2, 0.6, 1)]
    assert away == sorted(away)
    assert len(set(away)) == 4


def test_a_coarse_map_covers_its_part() -> None:
    found = tinted(GREY, np.array([[1.0, 0.0], [0.0, 0.0]]))
    assert found.shape == (6, 6, 3)
    assert (found[:3, :3] == found[0, 0]).all()
    assert (found[3:] == 128).all()
    assert tinted(GREY[:2, :2], np.zeros((6, 6))).shape == (6, 6, 3)


def test_the_figure() -> None:
    values = np.linspace(-1, 2, 36).reshape(6, 6)
    figure = signed_overlay(np.eye(6), values, alt="A diagonal", title="A title", label="what it is")
    assert figure.alt == "A diagonal"
    assert (
        figure.png
        == signed_overlay(
            np.eye(6), values, alt="A diagonal", title="A title", label="what it is", limit=2.0
        ).png
    )
    signed_overlay(np.eye(6), np.zeros((6, 6)), alt="nothing")


@pytest.mark.parametrize(
    ("values", "more", "message"),
    [
        (np.zeros((6, 6, 1)), {}, "Add up channels first"),
        (np.full((6, 6), np.nan), {}, "NaN or infinite"),
        (np.zeros((6, 6)), {"limit": 0}, "above 0"),
        (np.zeros((6, 6)), {"limit": -1}, "above 0"),
        (np.zeros((6, 6)), {"alt": " "}, "alt is"),
    ],
)
def test_what_cannot_be_drawn(values: np.ndarray, more: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        signed_overlay(np.eye(6), values, **{"alt": "x", **more})
