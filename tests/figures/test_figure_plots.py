"""Histograms, curves, bars and cells: what is drawn is what was counted."""

import io

import numpy as np
import pytest
from PIL import Image

from mediedu.figures import bars, histogram, lines, matrix
from mediedu.figures.canvas import Canvas
from mediedu.figures.histogram import bin_edges, counted
from mediedu.figures.legend import legend_columns

ALT = "What it shows"


def decoded(figure):
    return np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB")).astype(int)


@pytest.fixture
def page(monkeypatch):
    """Keep the axes that a figure draws on, and the words it writes on the page."""
    found = {"axes": [], "words": []}
    plot, text = Canvas.plot, Canvas.text

    def kept_plot(self, *given):
        found["axes"].append(plot(self, *given))
        return found["axes"][-1]

    def kept_text(self, x, y, words, **how):
        found["words"].append((words, x, y, how))
        text(self, x, y, words, **how)

    monkeypatch.setattr(Canvas, "plot", kept_plot)
    monkeypatch.setattr(Canvas, "text", kept_text)
    return found


def stairs(page, index=0):
    return page["axes"][0].patches[index].get_data()


def test_uint8_gets_a_bin_for_each_value_from_0_to_255(page):
    histogram(np.array([[0, 3, 3], [255, 255, 255]], np.uint8), alt=ALT)
    counts, edges, _ = stairs(page)
    assert edges.tolist() == [value - 0.5 for value in range(257)]
    assert (counts[0], counts[3], counts[255], counts.sum()) == (1, 2, 3, 6)


def test_limits_leave_out_but_cumulative_counts_what_lies_below(page):
    image = np.array([0.0, 1.0, 2.0, 3.0, np.nan, np.inf])
    histogram(image, alt=ALT, bins=2, limits=(1, 3), cumulative=True)
    counts, edges, _ = stairs(page)
    assert edges.tolist() == [1, 2, 3]
    assert counts.tolist() == [0.5, 1.0]


def test_int16_bins_hold_whole_values_and_none_is_lost():
    values = np.arange(-1024, 1400, dtype=np.int16)
    edges = bin_edges([values], 256)
    assert len(edges) - 1 <= 256
    assert np.unique(np.diff(edges)).tolist() == [10]
    assert (counted(values, edges, cumulative=False, share=False)[:-1] == 10).all()
    assert counted(values, edges, cumulative=False, share=False).sum() == values.size


def test_extremes_of_wide_integers_do_not_wrap():
    values = np.array([np.iinfo(np.int16).min, np.iinfo(np.int16).max], np.int16)
    assert counted(values, bin_edges([values], 100), cumulative=False, share=False).sum() == 2
    assert bin_edges([np.array([7, 7], np.uint16)], 256).tolist() == [6.5, 7.5]
    assert bin_edges([np.array([0.5, 0.5])], 1).tolist() == [0.0, 1.0]


def test_images_of_different_size_are_drawn_as_shares(page):
    histogram({"small": np.zeros(4, np.uint8), "large": np.zeros((8, 8), np.uint8)}, alt=ALT)
    assert stairs(page)[0][0] == stairs(page, 1)[0][0] == 1.0
    assert page["axes"][0].get_ylabel() == "Share of pixels"


def test_the_axis_says_what_is_counted_where_it_is_not_pixels(page):
    histogram(np.array([0.9, 0.95]), alt=ALT, ylabel="Number of lesions")
    assert page["axes"][0].get_ylabel() == "Number of lesions"


def test_curves_differ_in_dash_and_marker_not_in_colour_alone(page):
    x = np.arange(5)
    lines({str(i): (x, x + i) for i in range(7)}, alt=ALT, xlabel="x", ylabel="y", markers=True)
    drawn = page["axes"][0].lines
    assert len({line.get_color() for line in drawn}) == 7
    assert len({line.get_marker() for line in drawn}) == 7
    assert len({str(line._unscaled_dash_pattern) for line in drawn}) == 7


def test_lines_draw_through_their_points(page):
    lines(
        {"ROC": ([0, 0.25, 1], [0, 0.75, 1])},
        alt=ALT,
        xlabel="a",
        ylabel="b",
        equal=True,
        xlim=(0, 1),
        ylim=(0, 1),
    )
    (line,) = page["axes"][0].lines
    assert line.get_xydata().tolist() == [[0, 0], [0.25, 0.75], [1, 1]]
    axes = page["axes"][0]
    (x0, y0), (x1, y1) = axes.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0)


def test_numbers_along_x_stand_where_they_are_asked_for(page):
    lines({"a": ([0, 1, 2], [1, 2, 0])}, xticks=[0, 1, 2], alt=ALT, xlabel="x", ylabel="y")
    assert page["axes"][0].get_xticks().tolist() == [0, 1, 2]


def test_marks_stand_where_they_belong(page):
    histogram(np.arange(256, dtype=np.uint8), alt=ALT, marks={"Otsu": 120})
    assert page["axes"][0].lines[0].get_xdata() == [120, 120]
    assert [note.get_text() for note in page["axes"][0].texts] == ["Otsu"]


def test_bars_start_at_zero_and_carry_their_numbers(page):
    bars({"a": 0.5, "b": -0.25}, alt=ALT, ylabel="Change", intervals={"a": (0.4, 0.6)})
    axes = page["axes"][0]
    assert [patch.get_height() for patch in axes.patches] == [0.5, -0.25]
    assert all(patch.get_y() == 0 for patch in axes.patches)
    assert [note.get_text() for note in axes.texts] == ["0.50", "−0.25"]
    low, high = axes.get_ylim()
    assert low < -0.25
    assert high > 0.6


@pytest.mark.parametrize("count", [1, 3, 8])
def test_no_label_is_cut_off_at_the_edge_of_the_page(count):
    names = [f"A rather long name, {i}" for i in range(count)]
    x = np.linspace(0, 1e5, 9)
    figures = [
        bars(dict.fromkeys(names, 1000000.0), alt=ALT, ylabel="A long label (mm)", title="A title"),
        lines(dict.fromkeys(names, (x, x)), alt=ALT, xlabel="x", ylabel="y", title="A title", markers=True),
        histogram(dict.fromkeys(names, x), alt=ALT, marks={"mark": 5e4}, title="A title"),
        matrix(x[None] / 1000, alt=ALT, row_labels=["row"], column_labels=list("abcdefghi"), title="A title"),
    ]
    for figure in figures:
        assert figure.width <= 720
        pixels = decoded(figure)
        border = np.concatenate(
            [pixels[:2].ravel(), pixels[-2:].ravel(), pixels[:, :2].ravel(), pixels[:, -2:].ravel()]
        )
        assert (border == 255).all(), figures.index(figure)


def test_matrix_frames_the_window_and_writes_each_number(page):
    values = np.arange(25).reshape(5, 5)
    figure = matrix(
        values, alt=ALT, highlight=(slice(2, 5), slice(1, 4)), row_labels=range(5), column_labels="abcde"
    )
    written = {words: how for words, _, _, how in page["words"] if "weight" in how}
    assert [int(words) for words in written] == list(range(25))
    bold = {int(words) for words, how in written.items() if how["weight"] == "bold"}
    assert bold == set(values[2:5, 1:4].ravel().tolist())
    pixels = decoded(figure)
    orange = (pixels[..., 0] > 180) & (pixels[..., 1] < 120) & (pixels[..., 2] < 60)
    rows, columns = np.nonzero(orange)
    # Cells are 40 × 36 CSS pixels, two device pixels each; the frame is 8 device pixels wide.
    np.testing.assert_allclose([np.ptp(columns), np.ptp(rows)], [3 * 80 + 8, 3 * 72 + 8], atol=4)


def test_matrix_shades_by_value_and_keeps_numbers_legible(page):
    figure = matrix([[0, 10]], alt=ALT)
    pixels = decoded(figure)
    dark = pixels[pixels.shape[0] // 2 - 20, 30, 0]
    light = pixels[pixels.shape[0] // 2 - 20, -30, 0]
    assert (dark, light) == (158, 255)


def test_matrix_writes_nan_as_empty_and_booleans_as_numbers(page):
    matrix([[0.25, np.nan, 1 / 3]], alt=ALT)
    matrix([[True, False]], alt=ALT)
    written = [words for words, _, _, how in page["words"] if "weight" in how]
    assert written == ["0.25", "", "0.3333", "1", "0"]


def test_legend_rows_are_even_and_fit():
    assert legend_columns(["a", "b", "c", "d"], 640) == 4
    assert legend_columns(["a name of some length"] * 4, 560) == 2
    assert legend_columns(["a name far longer than the page is wide" * 3] * 2, 320) == 1


def test_bad_input_gets_a_sentence():
    with pytest.raises(ValueError, match="no finite value"):
        histogram(np.full(3, np.nan), alt=ALT)
    with pytest.raises(ValueError, match="images is empty"):
        histogram({}, alt=ALT)
    with pytest.raises(ValueError, match="bins is 0"):
        histogram(np.zeros(3), alt=ALT, bins=0)
    with pytest.raises(TypeError, match="complex"):
        histogram(np.zeros(3) * 1j, alt=ALT)
    with pytest.raises(ValueError, match="curves must map"):
        lines({}, alt=ALT, xlabel="", ylabel="")
    with pytest.raises(ValueError, match="'a' must be a pair"):
        lines({"a": [1, 2, 3]}, alt=ALT, xlabel="", ylabel="")
    with pytest.raises(ValueError, match="same length"):
        lines({"a": ([1, 2], [1])}, alt=ALT, xlabel="", ylabel="")
    with pytest.raises(ValueError, match="values must map"):
        bars({}, alt=ALT, ylabel="")
    with pytest.raises(ValueError, match="finite"):
        bars({"a": np.nan}, alt=ALT, ylabel="")
    with pytest.raises(TypeError, match="one number"):
        bars({"a": "b"}, alt=ALT, ylabel="")
    with pytest.raises(ValueError, match="not among the bars"):
        bars({"a": 1}, alt=ALT, ylabel="", intervals={"b": (0, 1)})
    with pytest.raises(ValueError, match="smaller one"):
        bars({"a": 1}, alt=ALT, ylabel="", intervals={"a": (2, 1)})
    with pytest.raises(ValueError, match="1 to 20"):
        matrix(np.zeros((21, 2)), alt=ALT)
    with pytest.raises(TypeError, match="draws numbers"):
        matrix([["a"]], alt=ALT)
    with pytest.raises(ValueError, match="2 row labels for 1 row"):
        matrix([[1]], alt=ALT, row_labels=["a", "b"])
    with pytest.raises(ValueError, match="outside an array"):
        matrix([[1]], alt=ALT, highlight=(3, 3))
    with pytest.raises(ValueError, match="boolean array"):
        matrix([[1]], alt=ALT, highlight=[[1]])
    with pytest.raises(ValueError, match=r"fewer columns.*number="):
        matrix(np.full((2, 20), 1234.567), alt=ALT)
    for function in (histogram, matrix):
        with pytest.raises(ValueError, match="alt is"):
            function(np.zeros((2, 2)), alt="")


def test_a_band_is_shaded_about_its_curve():
    x = np.linspace(0, 1, 20)
    plain = lines({"a": (x, x), "b": (x, 1 - x)}, alt="two lines", xlabel="x", ylabel="y", ylim=(-1, 2))
    banded = lines(
        {"a": (x, x), "b": (x, 1 - x)},
        bands={"b": (x, 0.5 - x, 1.5 - x)},
        alt="two lines, one with a band",
        xlabel="x",
        ylabel="y",
        ylim=(-1, 2),
    )
    before, after = decoded(plain).astype(int), decoded(banded).astype(int)
    changed = (before != after).any(axis=2)
    share = changed.mean()
    assert 0.1 < share < 0.5  # a stripe one unit high of three, under curves and grid
    red, _, blue = after[changed].mean(axis=0)[:3]
    assert red > blue  # the second colour is orange


def test_a_band_about_no_curve_is_refused():
    x = np.arange(3.0)
    with pytest.raises(ValueError, match="which is no curve; the curves: a"):
        lines({"a": (x, x)}, bands={"c": (x, x, x)}, alt="a line", xlabel="x", ylabel="y")
