"""The alt text of a figure is a real alt attribute wherever the notebook is read; its picture is drawn."""

import subprocess
import sys

import nbformat
import numpy as np
import pytest
from browsing import PATIENCE
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mediedu.figures import show

ALT = 'A bright square "left & above" the centre, <darker> around it'
PICTURE = np.zeros((40, 40), np.uint8)
PICTURE[5:15, 5:15] = 255
SOURCE = f"""import numpy as np
from mediedu.figures import show
image = np.zeros((40, 40), np.uint8)
image[5:15, 5:15] = 255
show(image, alt={ALT!r})"""
# Draws the first matching <img> and reads two pixels: inside the square and in the opposite corner.
READ = """async selector => {
  const img = document.querySelector(selector); await img.decode();
  const canvas = document.createElement('canvas');
  canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
  const pen = canvas.getContext('2d'); pen.drawImage(img, 0, 0);
  const at = (x, y) => pen.getImageData(x * img.naturalWidth, y * img.naturalHeight, 1, 1).data[0];
  const width = img.getBoundingClientRect().width;
  return {alt: img.alt, square: at(0.25, 0.25), rest: at(0.75, 0.75), width};
}"""


def executed_notebook():
    figure = show(PICTURE, alt=ALT)
    output = new_output("execute_result", data=figure._repr_mimebundle_(), execution_count=1)
    cell = new_code_cell(SOURCE, execution_count=1, outputs=[output])
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=[cell], metadata=kernel)


def assert_seen(found):
    assert found["alt"] == ALT
    assert (found["square"], found["rest"]) == (255, 0)
    assert found["width"] > 100


def test_stored_notebook_and_nbconvert_keep_the_alt_text(tmp_path):
    from html.parser import HTMLParser

    from nbconvert import HTMLExporter

    notebook = executed_notebook()
    nbformat.write(notebook, tmp_path / "figure.ipynb")
    data = nbformat.read(tmp_path / "figure.ipynb", 4).cells[0].outputs[0].data
    assert set(data) == {"text/html", "text/plain"}, "the picture's bytes are stored once"
    assert data["text/plain"] == ALT
    page, _ = HTMLExporter().from_notebook_node(notebook)
    alts = []

    class Images(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "img":
                alts.append(dict(attrs).get("alt"))

    Images().feed(page)
    assert ALT in alts


@pytest.mark.browser
def test_alt_text_on_a_sphinx_page(tmp_path, browser_page):
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    notebook = executed_notebook()
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("# A page"))
    nbformat.write(notebook, source / "index.ipynb")
    settings = 'extensions = ["myst_nb"]\nnb_execution_mode = "off"\nhtml_theme = "sphinx_book_theme"\n'
    (source / "conf.py").write_text(settings)
    build = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", str(source), str(site)]
    result = subprocess.run(build, capture_output=True, text=True, timeout=PATIENCE / 1000)
    assert result.returncode == 0, result.stderr
    browser_page.goto((site / "index.html").as_uri(), wait_until="domcontentloaded")
    selector = ".cell_output img"
    assert_seen(browser_page.evaluate(READ, selector))
    browser_page.evaluate("document.documentElement.dataset.theme = 'dark'")
    shade = browser_page.evaluate("s => getComputedStyle(document.querySelector(s)).filter", selector)
    assert shade == "none", "dark mode leaves the grey values alone"
    browser_page.set_viewport_size({"width": 360, "height": 800})
    fits = "s => document.querySelector(s).getBoundingClientRect().right <= 360"
    assert browser_page.evaluate(fits, selector), "a wide figure shrinks on a narrow screen"
    browser_page.set_viewport_size({"width": 1280, "height": 1000})


@pytest.mark.browser
def test_alt_text_in_jupyterlab_untrusted_then_run(lab, browser_page):
    notebook = executed_notebook()
    probe = new_output("display_data", data={"text/html": '<p class="probe" onclick="1">probe</p>'})
    notebook.cells.append(new_code_cell("", outputs=[probe]))
    nbformat.write(notebook, lab.folder / "figure.ipynb")
    lab.open(browser_page, "figure.ipynb")
    selector = ".jp-OutputArea-output img"
    browser_page.wait_for_selector(selector)
    # The file was written by nobody Lab knows, so its HTML went through the cleaning for untrusted notebooks.
    assert browser_page.locator("p[onclick]").count() == 0
    assert browser_page.get_by_text("probe", exact=True).count() == 1
    assert_seen(browser_page.evaluate(READ, selector))
    browser_page.evaluate(f"document.querySelector({selector!r}).dataset.old = '1'")
    browser_page.locator(".jp-Cell .jp-InputArea-editor").first.click()
    browser_page.keyboard.press("Control+Enter")
    browser_page.wait_for_selector(f"{selector}:not([data-old])")
    assert_seen(browser_page.evaluate(READ, selector))
