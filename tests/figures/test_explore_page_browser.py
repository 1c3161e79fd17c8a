"""The explorer in a bare page: the static player, and the live module with a stand-in for the kernel."""

import base64
import json
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from browsing import PATIENCE
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mediedu.figures import explore
from mediedu.figures.explorer.scale import difference_levels, overlay_levels

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(3)
IMAGE = np.clip(RNG.normal(120, 30, (96, 96)), 0, 255).astype(np.uint8)

# What a screen reader is told about each element of the explorer.
ROLES = """root => ({
  group: root.querySelector('[role=group]').getAttribute('aria-label'),
  labels: [...root.querySelectorAll('input, select')].map(node => node.labels[0]?.textContent),
  canvases: [...root.querySelectorAll('canvas')].map(
    node => [node.getAttribute('role'), node.getAttribute('aria-label')]),
  chart: root.querySelector('svg').getAttribute('aria-label'),
  live: root.querySelectorAll('[aria-live], output, [role=status]').length,
  alerts: root.querySelectorAll('[role=alert]').length,
})"""
PIXELS = """(root, pane) => {
  const canvas = root.querySelectorAll('canvas')[pane];
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [...data].filter((_, i) => i % 4 === 0);
}"""


def brighten(image, by=0, invert=False):
    if by == -30:
        raise ValueError("this is too dark")
    result = np.clip(image.astype(int) + by, 0, 255).astype(np.uint8)
    return 255 - result if invert else result


@pytest.fixture
def page(browser_page):
    """Give a page that fails the test on a console error or a request beyond files and data."""
    page = browser_page.context.browser.new_page()
    page.set_default_timeout(PATIENCE)
    troubles = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else troubles.append(r.url))
    yield page
    page.close()
    assert troubles == []


def pixels(root, pane):
    canvas = np.array(root.evaluate(PIXELS, pane), np.uint8)
    return canvas.reshape(IMAGE.shape)


def player(monkeypatch, function=brighten, **ranges):
    monkeypatch.setenv("MEDIEDU_STATIC", "1")
    return explore(
        function, IMAGE, alt="Grey noise", **(ranges or {"by": (-60, 60, 30), "invert": [False, True]})
    )


def opened(page, tmp_path, *players):
    body = "".join(p.html for p in players)
    head = '<!doctype html><html lang="en"><meta charset="utf-8">'
    head += '<meta name="viewport" content="width=device-width">'
    (tmp_path / "page.html").write_text(
        f"{head}<title>Players</title><body><main>{body}</main></body></html>"
    )
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("() => [...document.querySelectorAll('[data-still]')].every(node => node.hidden)")
    page.wait_for_function("() => !document.querySelector('[data-stale]')")
    return page.locator(".mediedu-explorer")


def settled(root):
    root.evaluate("root => new Promise(done => setTimeout(done, 60))")


def test_player_answers_the_keyboard(page, tmp_path, monkeypatch):
    root = opened(page, tmp_path, player(monkeypatch))
    slider = root.locator("input")
    near = {"atol": 14}  # WebP loses a little
    before = pixels(root, 1)
    assert np.mean(np.abs(before.astype(int) - IMAGE)) < 6
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("-60", "60")
    slider.focus()
    page.keyboard.press("ArrowRight")
    settled(root)
    after = pixels(root, 1)
    assert after.mean() - before.mean() == pytest.approx(brighten(IMAGE, 30).mean() - IMAGE.mean(), abs=12)
    assert slider.get_attribute("aria-valuetext") == "30"
    assert "RMSE" in root.locator(".numbers").text_content()
    page.keyboard.press("Home")
    settled(root)
    assert np.allclose(pixels(root, 1).mean(), brighten(IMAGE, -60).mean(), **near)
    page.keyboard.press("End")
    settled(root)
    assert slider.get_attribute("aria-valuetext") == "60"
    root.locator("select").select_option(index=1)
    settled(root)
    assert np.allclose(pixels(root, 1).mean(), brighten(IMAGE, 60, True).mean(), **near)
    assert pixels(root, 0).mean() == pytest.approx(IMAGE.mean(), abs=2), "the original never changes"


def test_player_moves_on_where_positions_lie_further_apart_than_the_step(page, tmp_path, monkeypatch):
    def plus(image, a=0, b=0):
        return np.clip(image.astype(int) + a + b, 0, 255).astype(np.uint8)

    root = opened(page, tmp_path, player(monkeypatch, plus, a=(0, 40), b=(0, 3)))
    slider = root.locator("input").first
    slider.focus()
    seen = [slider.get_attribute("aria-valuetext")]
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        seen.append(slider.get_attribute("aria-valuetext"))
    assert seen == ["0", "10", "20", "30", "40", "40"]
    page.keyboard.press("ArrowLeft")
    assert slider.input_value() == "30"


def test_player_shows_a_failure_in_place_and_recovers(page, tmp_path, monkeypatch):
    root = opened(page, tmp_path, player(monkeypatch))
    root.locator("input").focus()
    page.keyboard.press("ArrowLeft")
    settled(root)
    assert root.locator("[role=alert]").text_content() == (
        "brighten with by -30, invert no stopped: this is too dark."
    )
    assert root.locator(".numbers").text_content() == ""
    assert root.get_attribute("data-stale") is not None
    page.keyboard.press("ArrowLeft")
    settled(root)
    assert root.locator("[role=alert]").text_content() == ""
    assert root.get_attribute("data-stale") is None


def test_two_players_on_a_page_do_not_meet(page, tmp_path, monkeypatch):
    other = player(monkeypatch, lambda image, t=100: image > t, t=(0, 200, 50))
    roots = opened(page, tmp_path, player(monkeypatch), other, other)
    assert roots.count() == 3
    roots.nth(2).locator("input").focus()
    page.keyboard.press("End")
    settled(roots.nth(2))
    texts = [roots.nth(i).locator(".numbers").text_content() for i in range(3)]
    assert texts[0].startswith("Change from the original: RMSE 0")
    assert texts[1] != texts[2]
    assert texts[2] == f"{100 * np.mean(IMAGE > 200):.1f} % of the pixels marked"


def test_screen_readers_are_told_what_is_there(page, tmp_path, monkeypatch):
    root = opened(page, tmp_path, player(monkeypatch))
    told = root.evaluate(ROLES)
    assert told["group"] == "brighten"
    assert told["labels"] == ["by", "invert"]
    assert told["canvases"] == [
        ["img", "Original. Grey noise"],
        ["img", "Result, by 0, invert no"],
        ["img", "Difference (grey: none, brighter: result higher), by 0, invert no"],
    ]
    assert told["chart"]
    assert (told["live"], told["alerts"]) == (1, 1), "numbers are announced once"


def test_without_scripts_the_first_frame_stands_there_with_its_alt_text(browser_page, tmp_path, monkeypatch):
    context = browser_page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{player(monkeypatch).html}")
    plain.goto((tmp_path / "page.html").as_uri())
    picture = plain.get_by_alt_text("Grey noise")
    assert picture.is_visible()
    assert picture.bounding_box()["width"] == 3 * IMAGE.shape[1]
    assert plain.locator("input").count() == 0
    context.close()


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_runs_out_of_the_screen(page, tmp_path, monkeypatch, width):
    page.set_viewport_size({"width": width, "height": 900})
    root = opened(page, tmp_path, player(monkeypatch))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tops = [root.locator("canvas").nth(i).bounding_box()["y"] for i in range(3)]
    assert tops[0] == tops[1]
    assert (tops[1] == tops[2]) == (width == 1400)


@pytest.mark.slow
def test_player_answers_on_a_built_page_of_the_book(browser_page, tmp_path, monkeypatch):
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    output = new_output("execute_result", data=player(monkeypatch)._repr_mimebundle_(), execution_count=1)
    cells = [
        new_markdown_cell("# A page"),
        new_code_cell("explore(...)", outputs=[output], execution_count=1),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), source / "index.ipynb")
    settings = 'extensions = ["myst_nb"]\nnb_execution_mode = "off"\nhtml_theme = "sphinx_book_theme"\n'
    (source / "conf.py").write_text(settings)
    build = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", str(source), str(site)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=PATIENCE / 1000)
    assert done.returncode == 0, done.stderr
    page = browser_page.context.browser.new_page(viewport={"width": 360, "height": 800})
    page.route(
        lambda address: address.startswith("http"), lambda route: route.abort()
    )  # MathJax and the like
    page.goto((site / "index.html").as_uri(), wait_until="domcontentloaded")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    root = page.locator(".mediedu-explorer")
    page.wait_for_function("() => document.querySelector('[data-still]').hidden")
    before = pixels(root, 1)
    root.locator("input").focus()
    page.keyboard.press("End")
    settled(root)
    after = pixels(root, 1)
    assert after.mean() - before.mean() == pytest.approx(brighten(IMAGE, 60).mean() - IMAGE.mean(), abs=4)
    shade = root.locator("canvas").first.evaluate("node => getComputedStyle(node).filter")
    assert shade == "none", "dark mode leaves the grey values alone"
    assert root.bounding_box()["width"] <= 360
    page.close()


# The live module, with a model whose answers the test sends itself.

MODEL = """
const state = SPEC;
const handlers = {};
const model = {
  sent: [],
  get: name => state[name],
  set(name, value) { state[name] = value; (handlers[`change:${name}`] ?? []).forEach(f => f()); },
  save_changes() { this.sent.push(state.request); },
  on(name, f) { (handlers[name] ??= []).push(f); },
  off(name, f) { handlers[name] = handlers[name].filter(other => other !== f); },
  answer(message, fill) {
    const levels = fill === undefined ? [] : [new DataView(new Uint8Array(ROWS * COLUMNS).fill(fill).buffer)];
    handlers["msg:custom"].forEach(f => f(message, levels));
  },
};
const decoded = text => new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
state.original = decoded(state.original); state.first = decoded(state.first);
window.model = model;
window.view = module.default.render({ model, el: document.getElementById("live") });
"""


@pytest.fixture
def live(page, tmp_path, monkeypatch):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    return mounted(page, tmp_path, explore(brighten, IMAGE, alt="Grey noise", by=(-60, 60, 20)).widget)


def mounted(page, tmp_path, widget):
    state = {"spec": widget.spec, "request": widget.request}
    state |= {name: base64.b64encode(getattr(widget, name)).decode() for name in ("original", "first")}
    rows, columns = IMAGE.shape
    model = (
        MODEL.replace("SPEC", json.dumps(state)).replace("ROWS", str(rows)).replace("COLUMNS", str(columns))
    )
    source = widget._esm.replace("export default { render };", "const module = { default: { render } };")
    fallback = f'<p data-mediedu-fallback="{widget.model_id}">stored picture</p>'
    (tmp_path / "live.html").write_text(
        f'<!doctype html><meta charset="utf-8"><style>{widget._css}</style>{fallback}<div id="live"></div>'
        f"<script>(() => {{ {source}\n{model} }})();</script>"
    )
    page.goto((tmp_path / "live.html").as_uri())
    return page.locator("#live")


def test_live_draws_colour_and_masks_as_the_stored_frames_are_drawn(page, tmp_path, monkeypatch):
    monkeypatch.delenv("MEDIEDU_STATIC", raising=False)
    whole = "(root, pane) => { const c = root.querySelectorAll('canvas')[pane];"
    whole += " return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }"

    def painted(root, pane):
        return np.array(root.evaluate(whole, pane), np.uint8).reshape(*IMAGE.shape, 4)[..., :3]

    colour = RNG.integers(0, 256, (*IMAGE.shape, 3), dtype=np.uint8)
    swapped = colour[..., ::-1]
    root = mounted(page, tmp_path, explore(lambda image, x=0: image[..., ::-1], colour, x=(0, 1)).widget)
    assert np.array_equal(painted(root, 0), colour)
    assert np.array_equal(painted(root, 1), swapped)
    assert np.array_equal(painted(root, 2), difference_levels(colour, swapped, 1))
    grey = colour.mean(axis=2).astype(np.uint8)
    root = mounted(page, tmp_path, explore(lambda image, x=0: grey, colour, x=(0, 1)).widget)
    widget = explore(lambda image, x=0: grey, colour, x=(0, 1)).widget
    drawn = difference_levels(colour, grey, widget.spec["gain"])
    assert np.array_equal(painted(root, 2)[..., 0], drawn)
    for image in (IMAGE, colour):
        mask = IMAGE > 120
        root = mounted(page, tmp_path, explore(lambda image, x=0, mask=mask: mask, image, x=(0, 1)).widget)
        assert np.array_equal(painted(root, 1), overlay_levels(image, mask.astype(np.uint8) * 255))
        assert np.array_equal(painted(root, 2)[..., 0] > 127, mask)


def test_live_paints_the_first_frame_and_asks_by_sequence(page, live):
    assert np.array_equal(pixels(live, 1), IMAGE)
    assert np.all(pixels(live, 2) == 128)
    live.locator("input").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert page.evaluate("model.sent") == [
        {"sequence": 1, "positions": [4]},
        {"sequence": 2, "positions": [6]},
    ]


def test_an_earlier_result_is_never_shown_as_the_newest(page, live):
    numbers = live.locator(".numbers")
    live.locator("input").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert live.get_attribute("data-stale") is not None
    page.evaluate("model.answer({kind: 'pixels', sequence: 1, channels: 1}, 50)")
    page.evaluate("model.answer({kind: 'numbers', sequence: 1, text: 'old'})")
    assert np.all(pixels(live, 1) == 50), "a held key shows its way"
    assert live.get_attribute("data-stale") is not None
    assert numbers.text_content() != "old"
    page.evaluate("model.answer({kind: 'error', sequence: 1, text: 'old trouble'})")
    assert live.locator("[role=alert]").text_content() == ""
    page.evaluate("model.answer({kind: 'pixels', sequence: 2, channels: 1}, 90)")
    assert live.get_attribute("data-stale") is None
    assert numbers.get_attribute("data-stale") is not None, "the numbers are still the old ones"
    page.evaluate("model.answer({kind: 'numbers', sequence: 2, text: 'new'})")
    assert numbers.get_attribute("data-stale") is None
    assert numbers.text_content() == "new"
    page.evaluate("model.answer({kind: 'pixels', sequence: 1, channels: 1}, 50)")
    assert np.all(pixels(live, 1) == 90), "a late old result is dropped"
    difference = np.clip(128 + 90 - IMAGE.astype(int), 0, 255)
    assert np.array_equal(pixels(live, 2), difference)


def test_a_slow_function_says_that_it_is_working(page, live):
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    live.locator("input").focus()
    page.keyboard.press("ArrowRight")
    page.clock.run_for(200)
    assert "working" not in live.locator(".numbers").text_content()
    page.clock.run_for(200)
    assert live.locator(".numbers").text_content() == "working…"
    page.evaluate("model.answer({kind: 'error', sequence: 1, text: 'It stopped.'})")
    assert live.locator("[role=alert]").text_content() == "It stopped."
    assert live.locator(".numbers").text_content() == ""


def test_the_stored_picture_hides_while_the_view_lives(page, live):
    stored = page.locator("[data-mediedu-fallback]")
    assert not stored.is_visible()
    page.evaluate("view()")
    assert stored.is_visible()


def test_keys_stay_with_the_control(page, live):
    page.evaluate("window.heard = []; document.body.addEventListener('keydown', e => heard.push(e.key))")
    live.locator("input").focus()
    for key in ("ArrowRight", "PageUp", "Home", "End", "d", "Escape"):
        page.keyboard.press(key)
    assert page.evaluate("heard") == ["Escape"]
