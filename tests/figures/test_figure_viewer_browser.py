"""The live viewer draws a volume in JupyterLab without asking any outside host, the right way round."""

import io

import nbformat
import numpy as np
import pytest
from browsing import PATIENCE
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

SOURCE = """import numpy as np
from mediedu.figures import viewer
volume = np.zeros((40, 50, 44), np.uint8)
volume[4:36, 5:45, 4:40] = 60
volume[:, :, 30:40] += 150  # the patient's right half is bright
live = viewer(volume, alt="A box, bright on the patient's right", spacing=(1, 1, 1))
live"""


@pytest.mark.browser
@pytest.mark.slow
def test_viewer_draws_live_in_lab_with_right_on_the_left(lab, browser_page):
    notebook = new_notebook(
        cells=[new_code_cell(SOURCE)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, lab.folder / "viewer.ipynb")
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    lab.open(browser_page, "viewer.ipynb")
    browser_page.locator(".jp-Cell .jp-InputArea-editor").first.click()
    browser_page.keyboard.press("Control+Enter")
    canvas = browser_page.locator(".jp-OutputArea-output canvas").first
    canvas.wait_for()
    pixels = np.zeros((1, 1))
    for _ in range(PATIENCE // 500):
        browser_page.wait_for_timeout(500)
        pixels = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("L")).astype(int)
        if (pixels > 180).mean() > 0.02:
            break
    bright, grey = pixels > 180, (pixels > 50) & (pixels < 75)
    assert bright.mean() > 0.02, "nothing bright was drawn"
    # The first quarter of the row is the axial cut: its bright half is on the viewer's left.
    axial = slice(0, pixels.shape[1] // 4)
    assert np.median(np.nonzero(bright[:, axial])[1]) < np.median(np.nonzero(grey[:, axial])[1])
    words = browser_page.locator(".jp-OutputArea-output").first.inner_text()
    assert "A box, bright on the patient's right" in words
    outside = [url for url in asked if not url.startswith((lab.url, "data:", "blob:", "about:"))]
    assert not outside
