"""What explore promises without a browser: ranges, scale, numbers, frames, sentences."""

import base64
import io
import json
import re
from functools import partial

import numpy as np
import pytest
from PIL import Image

from mediedu.figures import explore
from mediedu.figures.explorer.experiment import Experiment, ExperimentError
from mediedu.figures.explorer.frames import compute_frames, data_uri, offered_positions
from mediedu.figures.explorer.measures import agreement
from mediedu.figures.explorer.ranges import read_ranges
from mediedu.figures.explorer.scale import (
    choose_scale,
    difference_gain,
    difference_levels,
    overlay_levels,
    to_levels,
)

RNG = np.random.default_rng(7)
NOISY = RNG.integers(0, 256, (256, 256), dtype=np.uint8)
RAMP = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))


def shift(image, by=0, times=1.0):
    return np.clip(image * times + by, 0, 255).astype(np.uint8)


def experiment(function=shift, image=RAMP, reference=None, **ranges):
    return Experiment(function, image, read_ranges(function, ranges), reference)


@pytest.fixture
def static(monkeypatch):
    monkeypatch.setenv("MEDIEDU_STATIC", "1")


def stored(player):
    text = re.search(r"const data = (\{.*\});\n", player.html)
    return json.loads(text.group(1))


# Ranges


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ((1, 4), (1, 2, 3, 4)),
        ((3, 11, 2), (3, 5, 7, 9, 11)),
        ((3, 10, 2), (3, 5, 7, 9)),
        ((0.0, 1.0, 0.25), (0.0, 0.25, 0.5, 0.75, 1.0)),
        (["a", "b"], ("a", "b")),
        ({"wide": 9, "narrow": 3}, (9, 3)),
        ([True, False], (True, False)),
    ],
)
def test_range_forms(given, values):
    (control,) = read_ranges(lambda image, x: image, {"x": given})
    assert control.values == values


@pytest.mark.parametrize(
    ("low", "high", "step"), [(0.2, 3.0, 0.05), (0.0, 1.0, 0.01), (0.0, 10.0, 0.1), (-1.0, 1.0, 0.02)]
)
def test_float_ranges_get_round_steps_and_reach_both_ends(low, high, step):
    (control,) = read_ranges(lambda image, x: image, {"x": (low, high)})
    assert control.step == pytest.approx(step)
    assert control.values[0] == low
    assert control.values[-1] == high


def test_an_awkward_float_range_still_reaches_its_end():
    (control,) = read_ranges(lambda image, x: image, {"x": (0.0, 3.14159)})
    assert control.values[-1] == pytest.approx(3.14159)


@pytest.mark.parametrize(
    ("function", "start"),
    [
        (lambda image, size=9: image, 3),
        (lambda image, size=8: image, 2),
        (lambda image, size=None: image, 2),
        (lambda image, size: image, 2),
        (lambda image, size=99: image, 2),
        (partial(lambda image, size=3: image, size=11), 4),
    ],
)
def test_opens_at_the_default_or_in_the_middle(function, start):
    (control,) = read_ranges(function, {"size": (3, 11, 2)})
    assert control.start == start


def test_choice_opens_at_the_default():
    (control,) = read_ranges(
        lambda image, mode="wrap": image, {"mode": {"mirrored": "reflect", "around": "wrap"}}
    )
    assert control.start == 1
    assert control.texts == ("mirrored", "around")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((5, 1), "first must be below"),
        ((1, 1), "first must be below"),
        ((0, 4, 9), "must be above 0"),
        ((0, 4, 0), "must be above 0"),
        ((0, float("nan")), "explore takes"),
        ((1, 2, 3, 4), "explore takes"),
        (5, "explore takes"),
        ("reflect", "explore takes"),
        ((True, False), "explore takes"),
        ([], "are empty"),
        ({}, "are empty"),
        ((0, 1, 1e-6), "10 000"),
    ],
)
def test_bad_ranges_get_a_sentence(given, words):
    with pytest.raises(ValueError, match=words):
        explore(lambda image, x=1: image, RAMP, x=given)


def test_names_must_fit_the_function():
    with pytest.raises(TypeError, match="no parameter 'sise'; it has by, times"):
        explore(shift, RAMP, sise=(1, 3))
    with pytest.raises(TypeError, match="also needs 'b'"):
        explore(lambda image, a, b: image, RAMP, a=(1, 3))
    with pytest.raises(ValueError, match="at least one parameter"):
        explore(shift, RAMP)
    assert read_ranges(lambda image, **anything: image, {"a": (1, 3)})[0].name == "a"


# Images and results


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((4, 5, 6)), "volume"),
        (np.array([[1.0, np.nan]]), "NaN"),
        (np.zeros((0, 4)), "no pixels"),
        (np.zeros(5), "shape"),
    ],
)
def test_bad_images_get_a_sentence(image, words):
    with pytest.raises(ValueError, match=words):
        explore(lambda image, x=1: image, image, x=(0, 2))
    with pytest.raises(TypeError, match="complex"):
        explore(lambda image, x=1: image, np.zeros((4, 4), complex), x=(0, 2))


def test_reference_must_have_the_image_s_shape():
    with pytest.raises(ValueError, match=r"reference has shape \(3, 3\)"):
        explore(shift, RAMP, reference=np.zeros((3, 3)), by=(0, 5))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda image, x=1: image[::2], "gave back shape"),
        (lambda image, x=1: image / (0.0 * image), "NaN or infinite"),
        (lambda image, x=1: None, "gave back shape"),
        (lambda image, x=1: image.astype(complex), "complex128"),
        (lambda image, x=1: image[999], "IndexError"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_bad_results_get_a_sentence_that_names_the_values(function, words):
    with pytest.raises(ExperimentError, match=words) as caught:
        explore(function, RAMP, x=(0, 2))
    assert "x 1" in str(caught.value)


def test_the_function_cannot_spoil_the_original():
    def spoil(image, x=1):
        image[:] = 0
        return image

    tried = experiment(spoil, RAMP.copy(), x=(0, 2))
    assert np.array_equal(tried.original, RAMP)
    assert tried.first.max() == 0


# Scale


def test_scale_stays_the_original_s_while_the_kind_of_value_does():
    ct = np.linspace(-1000, 1500, 400).reshape(20, 20).astype(np.int16)
    assert choose_scale(ct, (ct * 0.5).astype(np.float64)).same
    assert choose_scale(ct, ct // 2).result == (-1000.0, 1500.0)
    window = choose_scale(ct, np.clip((ct + 100) / 300, 0, 1))
    assert (window.same, window.result) == (False, (0.0, 1.0))
    film = np.linspace(0, 4095, 400).reshape(20, 20).astype(np.uint16)
    equalised = choose_scale(film, film * 16)
    assert (equalised.same, equalised.result[1]) == (False, 65520.0)
    assert choose_scale(RAMP, np.full(RAMP.shape, 7, np.uint8)).same
    assert choose_scale(RAMP, RAMP > 9).mask


def test_levels_clip_and_round():
    assert to_levels(np.array([[-5.0, 0.5, 2.0]]), (0.0, 1.0)).tolist() == [[0, 128, 255]]
    assert to_levels(np.array([[True, False]]), (0.0, 1.0)).tolist() == [[255, 0]]
    assert to_levels(RAMP, (0.0, 255.0)) is RAMP


def test_difference_is_grey_where_nothing_changed():
    other = RAMP.copy()
    other[0, 0] += 10
    drawn = difference_levels(RAMP, other, 4)
    assert drawn[0, 0] == 168
    assert np.count_nonzero(drawn != 128) == 1
    assert difference_gain(RAMP, RAMP) == 1
    assert difference_gain(RAMP, np.clip(RAMP.astype(int) + 20, 0, 255).astype(np.uint8)) == 4
    colour = np.repeat(RAMP[..., None], 3, axis=2)
    assert difference_levels(colour, RAMP, 1).shape == RAMP.shape


def test_overlay_tints_the_marked_pixels_only():
    mask = np.zeros(RAMP.shape, np.uint8)
    mask[3, 4] = 255
    drawn = overlay_levels(RAMP, mask)
    assert drawn[3, 4].tolist() == [(16 + 230) // 2, (16 + 159) // 2, 8]
    assert drawn[5, 5].tolist() == [20, 20, 20]


# Numbers


def test_numbers_agree_with_skimage():
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    noisy = np.clip(RAMP + RNG.normal(0, 8, RAMP.shape), 0, 255).astype(np.uint8)
    measured = agreement(noisy, RAMP)
    assert measured.psnr == pytest.approx(peak_signal_noise_ratio(RAMP, noisy), abs=1e-3)
    assert measured.ssim == pytest.approx(structural_similarity(RAMP, noisy), abs=1e-4)


def test_numbers_lines():
    clean = experiment(reference=RAMP, by=(0, 20))
    text = clean.numbers(clean.run((10,)))
    assert text.startswith("Against the reference, in brackets the original's: RMSE 9.")
    assert "(0)" in text
    assert "PSNR" in text
    assert "SSIM" in text
    alone = experiment(by=(0, 20))
    assert alone.first_numbers == "Change from the original: RMSE 0"
    truth = RAMP > 100
    mask = experiment(lambda image, level=100: image > level, reference=truth, level=(0, 200))
    assert mask.first_numbers.endswith("Dice 1.000")
    window = experiment(lambda image, top=200: np.clip(image / top, 0, 1), top=(100, 200))
    assert window.first_numbers.startswith("Result from 0 to 1")


# Static


def test_player_has_one_output_with_alt_text_and_no_outside_address(static):
    player = explore(shift, NOISY, by=(-50, 50), alt="Noise, as it is and brighter")
    bundle = player._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "Noise, as it is and brighter"
    assert (
        '<img class="dark-light" alt="Noise, as it is and brighter" src="data:image/' in bundle["text/html"]
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", bundle["text/html"])
    assert player.html.count("<script>") == 1
    assert explore(shift, NOISY, by=(-50, 50), alt="Noise, as it is and brighter").html == player.html


def test_alt_text_is_written_when_none_is_given_and_refused_when_empty(static):
    assert explore(shift, RAMP, by=(0, 9)).alt.startswith("shift with by 0: original, result and difference")
    with pytest.raises(ValueError, match="alt"):
        explore(shift, RAMP, by=(0, 9), alt=" ")


def test_text_from_the_caller_is_escaped(static):
    player = explore(shift, RAMP, by=(0, 9), alt='a "<b>" & c', title="</script><script>alert(1)</script>")
    assert 'alt="a &quot;&lt;b&gt;&quot; &amp; c"' in player.html
    assert player.html.count("</script>") == 1


@pytest.mark.parametrize(
    ("ranges", "sizes"),
    [
        ({"a": (1, 100)}, [24]),
        ({"a": (3, 11, 2)}, [5]),
        ({"a": (1, 100), "b": (1, 100)}, [5, 4]),
        ({"a": (1, 100), "b": ["x", "y"]}, [5, 2]),
        ({"a": (1, 100), "b": (1, 100), "c": ["x", "y", "z"]}, [3, 2, 3]),
        ({"a": (1, 9), "b": (1, 9), "c": (1, 9), "d": (1, 9), "e": (1, 9)}, [2, 2, 2, 2, 1]),
    ],
)
def test_at_most_24_frames_and_5_positions_on_an_axis(ranges, sizes):
    controls = read_ranges(lambda image, **values: image, ranges)
    offered = offered_positions(controls)
    assert [len(positions) for positions in offered] == sizes
    for control, positions in zip(controls, offered, strict=True):
        assert control.start in positions
        assert positions == sorted(set(positions))


@pytest.mark.parametrize("ranges", [{"by": (-60, 60)}, {"by": (-60, 60), "times": (0.5, 1.5)}])
def test_player_keeps_its_size_for_noise_in_colour(static, ranges):
    colour = RNG.integers(0, 256, (300, 200, 3), dtype=np.uint8)
    player = explore(shift, colour, **ranges)
    assert len(player.html.encode()) <= 300_000
    data = stored(player)
    assert len(data["frames"]) == (24 if len(ranges) == 1 else 20)
    assert max(data["spec"]["rows"], data["spec"]["columns"]) <= 192


def test_frames_hold_the_result(static):
    player = explore(lambda image, level=100: image > level, RAMP, level=(0, 200, 50))
    data = stored(player)
    picture = data["frames"][1]["picture"]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.split(",")[1]))).convert("RGB"))
    assert pixels.shape == (48, 128, 3)
    if picture.startswith("data:image/png"):
        assert np.array_equal(pixels[:, 64:, 0] > 127, RAMP > 50)
    assert sum(data["frames"][1]["histogram"]) == pytest.approx(10_000 * np.mean(RAMP > 50), abs=40)
    assert data["frames"][1]["numbers"] == f"{100 * np.mean(RAMP > 50):.1f} % of the pixels marked"


def test_the_smaller_encoding_is_kept():
    assert data_uri((RAMP > 90).astype(np.uint8) * 255, 80).startswith("data:image/")
    sizes = []
    for kind, settings in (("PNG", {"optimize": True}), ("WEBP", {"quality": 80, "method": 6})):
        buffer = io.BytesIO()
        Image.fromarray(NOISY).save(buffer, kind, **settings)
        sizes.append(len(buffer.getvalue()))
    uri = data_uri(NOISY, 80)
    assert len(base64.b64decode(uri.split(",")[1])) == min(sizes)


def test_a_failure_at_one_position_is_stored_as_its_sentence(static):
    def fragile(image, size=3):
        if size == 7:
            raise ValueError("seven is too many")
        return image

    frames = stored(explore(fragile, RAMP, size=(3, 11, 2)))["frames"]
    assert frames[2] == {"error": "fragile with size 7 stopped: seven is too many."}
    assert "picture" in frames[3]


def test_frames_run_over_the_last_axis_fastest():
    tried = experiment(
        lambda image, a=0, b=0: image + np.uint8(10 * a + b), np.zeros((4, 4), np.uint8), a=(0, 1), b=(0, 2)
    )
    frames = compute_frames(tried, offered_positions(tried.controls))
    assert [frame.panes[0][0, 0] for frame in frames] == [0, 1, 2, 10, 11, 12]


def test_a_failure_at_the_start_says_what_to_do():
    with pytest.raises(
        ExperimentError, match=r"stopped: no\. The explorer opens at these values: give defaults"
    ):
        explore(lambda image, x=1: (_ for _ in ()).throw(ValueError("no")), RAMP, x=(0, 2))


def test_none_is_a_choice():
    (control,) = read_ranges(lambda image, k=None: image, {"k": [5, None]})
    assert (control.start, control.texts) == (1, ("5", "default"))


# Live, without a browser


def test_live_shows_two_outputs_the_stored_picture_first(monkeypatch):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    live = explore(shift, RAMP, alt="A ramp", by=(0, 100))
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda thing, raw=False: shown.append((thing, raw)))
    live._ipython_display_()
    (bundle, raw), (widget, _) = shown
    assert raw
    assert set(bundle) == {"text/html", "text/plain"}
    assert f'data-mediedu-fallback="{live.widget.model_id}"' in bundle["text/html"]
    assert 'alt="A ramp"' in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert widget is live.widget
    mask = explore(lambda image, level=100: image > level, RAMP, level=(0, 200))
    mask._ipython_display_()
    assert "white is marked" in shown[2][0]["text/html"]


def test_live_answers_with_raw_levels_and_the_sequence(monkeypatch):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    live = explore(shift, RAMP, by=(0, 100))
    widget, sent = live.widget, []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append((content, buffers)))
    widget.request = {"sequence": 1, "positions": [30]}
    (pixels, buffers), (numbers, _) = sent
    assert pixels == {"kind": "pixels", "sequence": 1, "channels": 1}
    assert np.array_equal(np.frombuffer(buffers[0], np.uint8).reshape(RAMP.shape), shift(RAMP, 30))
    assert numbers["sequence"] == 1
    assert numbers["text"].startswith("Change from the original: RMSE")
    assert widget.first == widget.original == RAMP.tobytes()


def test_live_sends_an_exception_as_a_sentence_and_recovers(monkeypatch):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    live = explore(lambda image, x=0: image // np.uint8(1) if x != 3 else image[0, 0, 0], RAMP, x=(0, 5))
    sent = []
    monkeypatch.setattr(live.widget, "send", lambda content, buffers=None: sent.append(content))
    live.widget.request = {"sequence": 1, "positions": [3]}
    live.widget.request = {"sequence": 2, "positions": [4]}
    assert [message["kind"] for message in sent] == ["error", "pixels", "numbers"]
    assert sent[0]["text"].startswith("the function with x 3 stopped: IndexError")


def test_large_images_are_shrunk_for_the_screen_only(monkeypatch):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    seen = []
    live = explore(
        lambda image, x=0: seen.append(image.shape) or image, np.zeros((2048, 1024), np.uint8), x=(0, 5)
    )
    assert seen == [(2048, 1024)]
    assert (live.widget.spec["rows"], live.widget.spec["columns"]) == (1024, 512)
    assert len(live.widget.first) == 1024 * 512


def test_a_first_argument_that_is_no_function_is_told():
    with pytest.raises(TypeError, match="explore needs a function first"):
        explore(3, np.zeros((4, 4)), k=(1, 3))


def test_a_result_on_its_own_scale_has_no_difference_pane(monkeypatch):
    monkeypatch.setenv("MEDIEDU_STATIC", "1")
    film = np.linspace(-1000, 1000, 64 * 64).reshape(64, 64)
    player = explore(lambda image, c=0: (image > c) * 1.0 + image / 4000, film, c=[0, 100])
    assert '"captions":["Original","Result (own scale' in player._repr_mimebundle_()["text/html"]
    assert "Difference" not in player._repr_mimebundle_()["text/html"].partition("const data")[2]
