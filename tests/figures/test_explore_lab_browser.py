"""The explorer in JupyterLab: live under the keyboard, and stored in a notebook that is opened again."""

import subprocess
import sys
import time

import nbformat
import numpy as np
import pytest
from browsing import PATIENCE
from nbformat.v4 import new_code_cell, new_notebook, new_output
from scipy import ndimage

from mediedu.figures import explore

pytestmark = pytest.mark.browser

SOURCE = """import time
import numpy as np
from scipy import ndimage
from mediedu.figures import explore
image = np.random.default_rng(5).integers(0, 256, (128, 160), dtype=np.uint8)
calls = []
def smooth(image, size=5, wait=False):
    calls.append(size)
    if wait:
        time.sleep(0.2)
    if size == 9:
        raise ValueError("nine is not allowed here")
    return ndimage.median_filter(image, size)
explore(smooth, image, alt="Grey noise", size=(1, 31, 2), wait=[False, True])"""
IMAGE = np.random.default_rng(5).integers(0, 256, (128, 160), dtype=np.uint8)
PIXELS = """(root, pane) => {
  const canvas = root.querySelectorAll('canvas')[pane];
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [...data].filter((_, i) => i % 4 === 0);
}"""
# What Lab itself says of a live widget whose kernel has gone (the stored picture stands in for it), and
# of its debugger when a kernel restarts.
LABS_OWN = ("widget model not found", "Could not restore the debugger state")
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture
def page(browser_page):
    """Give a page that fails the test on a console error of ours or a request to another host."""
    page = browser_page.context.browser.new_page(viewport={"width": 1280, "height": 1000})
    troubles = []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request", lambda r: troubles.append(r.url) if "://" in r.url and "127.0.0.1" not in r.url else None
    )
    yield page
    page.close()
    assert [trouble for trouble in troubles if not any(words in trouble for words in LABS_OWN)] == []


def notebook(lab, name, *sources, outputs=()):
    cells = [new_code_cell(source, execution_count=1, outputs=list(outputs)) for source in sources]
    written = new_notebook(cells=cells, metadata=KERNEL)
    nbformat.write(written, lab.folder / name)
    return written


def pixels(root, pane=1):
    return np.array(root.evaluate(PIXELS, pane), np.uint8).reshape(IMAGE.shape)


def settled(page):
    page.wait_for_function(
        "() => !document.querySelector('.mediedu-explorer[data-stale], .numbers[data-stale]')"
    )


def in_time(look, enough):
    """Look again and again until what is seen is enough; give it."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not enough(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return seen


def run_cell(page, nth=0):
    page.locator(".jp-Notebook .jp-InputArea-editor").nth(nth).click()
    page.keyboard.press("Shift+Enter")


@pytest.mark.slow
def test_live_explorer_under_the_keyboard(lab, page):
    notebook(lab, "live.ipynb", SOURCE, "print('calls', len(calls))")
    lab.open(page, "live.ipynb")
    run_cell(page)
    root = page.locator(".mediedu-explorer")
    slider = root.locator("input")
    slider.wait_for()
    stored = page.get_by_alt_text("Grey noise", exact=True)
    assert stored.count() == 1
    assert not stored.is_visible(), "the live view hides the stored picture"
    assert np.array_equal(pixels(root, 0), IMAGE)
    assert np.array_equal(pixels(root), ndimage.median_filter(IMAGE, 5))

    slider.focus()
    for key, size in (("ArrowRight", 7), ("End", 31), ("Home", 1), ("PageUp", None), ("Home", 1)):
        page.keyboard.press(key)
        settled(page)
        size = size or int(slider.input_value())
        assert slider.input_value() == str(size)
        assert np.array_equal(pixels(root), ndimage.median_filter(IMAGE, size)), key
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2

    page.keyboard.press("End")
    settled(page)
    for _ in range(11):
        page.keyboard.press("ArrowLeft")
    alert = root.locator("[role=alert]")
    page.wait_for_function("() => document.querySelector('.mediedu-explorer [role=alert]').textContent")
    assert alert.text_content() == "smooth with size 9, wait no stopped: nine is not allowed here."
    page.keyboard.press("ArrowLeft")
    settled(page)
    assert alert.text_content() == ""
    assert np.array_equal(pixels(root), ndimage.median_filter(IMAGE, 7))


@pytest.mark.slow
def test_a_held_key_on_a_slow_function_builds_no_queue(lab, page):
    notebook(lab, "held.ipynb", SOURCE, "print('calls', len(calls))")
    lab.open(page, "held.ipynb")
    run_cell(page)
    root = page.locator(".mediedu-explorer")
    root.locator("select").select_option(index=1)
    settled(page)
    slider = root.locator("input")
    slider.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowRight"):
        for _ in range(12):  # each `down` of a key that is down is a repeat
            page.keyboard.down(key)
            page.wait_for_timeout(25)
        page.keyboard.up(key)
    assert root.get_attribute("data-stale") is not None
    settled(page)
    assert np.array_equal(pixels(root), ndimage.median_filter(IMAGE, int(slider.input_value())))
    run_cell(page, 1)
    printed = page.locator(".jp-OutputArea-output", has_text="calls")
    printed.wait_for()
    assert 3 <= int(printed.inner_text().split()[1]) <= 30, "the start, the choice, then 60 presses"


@pytest.mark.slow
def test_the_stored_picture_comes_back_without_the_kernel(lab, page):
    notebook(lab, "dead.ipynb", SOURCE)
    lab.open(page, "dead.ipynb")
    run_cell(page)
    page.locator(".mediedu-explorer canvas").first.wait_for()
    page.keyboard.press("Control+s")

    def saved():
        try:
            outputs = nbformat.read(lab.folder / "dead.ipynb", 4).cells[0].outputs
        except nbformat.reader.NotJSONError:  # Jupyter is writing it just now
            return []
        return ["text/html" in output.data for output in outputs]

    in_time(saved, lambda kinds: kinds == [True, False])
    lab.open(page, "dead.ipynb")
    page.locator(".mediedu-explorer canvas").first.wait_for()  # its kernel still runs, and it lives again
    page.get_by_title("Restart the kernel", exact=False).first.click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    stored = page.get_by_alt_text("Grey noise", exact=True)
    stored.wait_for()
    lab.open(page, "dead.ipynb")
    stored.wait_for()
    page.wait_for_timeout(1000)
    assert stored.is_visible()
    run_cell(page)
    page.locator(".mediedu-explorer canvas").first.wait_for()
    assert not stored.is_visible()


def stored_notebook(lab, monkeypatch, name):
    monkeypatch.setenv("MEDIEDU_STATIC", "1")
    player = explore(
        lambda image, size=5: ndimage.median_filter(image, size), IMAGE, alt="Grey noise", size=(1, 9, 2)
    )
    output = new_output("execute_result", data=player._repr_mimebundle_(), execution_count=1)
    return notebook(lab, name, "explore(...)", outputs=[output])


@pytest.mark.slow
def test_player_works_in_a_trusted_notebook_opened_again(lab, page, monkeypatch):
    from nbformat.sign import NotebookNotary

    written = stored_notebook(lab, monkeypatch, "trusted.ipynb")
    NotebookNotary(data_dir=str(lab.folder / ".data")).sign(written)
    lab.open(page, "trusted.ipynb")
    root = page.locator(".mediedu-explorer")
    slider = root.locator("input")
    slider.focus()
    settled(page)
    before = pixels(root)
    assert np.abs(before.astype(int) - ndimage.median_filter(IMAGE, 5)).mean() < 4
    page.keyboard.press("Home")
    page.wait_for_function("() => document.querySelector('.mediedu-explorer input').ariaValueText === '1'")
    after = in_time(lambda: pixels(root), lambda drawn: np.abs(drawn.astype(int) - before).mean() > 30)
    assert np.abs(after.astype(int) - IMAGE).mean() < 8


@pytest.mark.slow
def test_an_untrusted_notebook_shows_the_first_frame(lab, page, monkeypatch):
    stored_notebook(lab, monkeypatch, "untrusted.ipynb")
    lab.open(page, "untrusted.ipynb")
    picture = page.get_by_alt_text("Grey noise", exact=True)
    picture.wait_for()
    assert picture.bounding_box()["width"] > 300
    assert page.locator(".mediedu-explorer input").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("static", ["", "1"])
def test_nbval_passes(tmp_path, monkeypatch, static):
    monkeypatch.setenv("MEDIEDU_STATIC", static)
    nbformat.write(new_notebook(cells=[new_code_cell(SOURCE)], metadata=KERNEL), tmp_path / "explore.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", "explore.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE / 1000)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
