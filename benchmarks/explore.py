"""Key press to new pixels: `mediedu.figures.explore` against ``ipywidgets.interact`` with matplotlib.

One JupyterLab, one headless Chromium, one kernel; the three forms take turns in rounds, so that a busy
machine slows all of them. Each shows KNN smoothing (m = 5, K moved by the arrow keys) of the same 512² uint8
image. `explore` and the full form of interact show the same four things: original, result, difference,
histogram. The lean form of interact draws the result alone, which is less than what it is compared with.

A press counts from the browser's own key event to the end of the frame in which the new pixels are on the
screen.

Run it with ``python -m benchmarks explore``, or ``python benchmarks/explore.py`` for its options; it prints a
table and writes the raw times to ``benchmarks/runs/explore.json``.
"""

import argparse
import contextlib
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

LIMIT_MS, LEAST_RATIO = 80.0, 4.0

SETUP = """
%matplotlib inline
import numpy as np
import matplotlib.pyplot as plt
from ipywidgets import interact
from mediedu.enhance import knn_smooth
from mediedu.figures import explore
from skimage import data
rng = np.random.default_rng(0)
image = np.clip(data.camera() + rng.normal(0, 20, (512, 512)), 0, 255).astype(np.uint8)
def smooth(image, k=13):
    return knn_smooth(image, size=5, k=k)
smooth(image)
"""
EXPLORE = "explore(smooth, image, k=(1, 25))"
FULL = """
def four_panels(k=13):
    result = smooth(image, k)
    figure, axes = plt.subplots(2, 2, figsize=(9, 7))
    axes[0, 0].imshow(image, cmap="gray", vmin=0, vmax=255)
    axes[0, 1].imshow(result, cmap="gray", vmin=0, vmax=255)
    axes[1, 0].imshow(result.astype(int) - image, cmap="gray", vmin=-64, vmax=64)
    axes[1, 1].hist(image.ravel(), 64, (0, 256))
    axes[1, 1].hist(result.ravel(), 64, (0, 256), histtype="step")
    plt.show()
interact(four_panels, k=(1, 25));
"""
LEAN = """
def one_panel(k=13):
    plt.imshow(smooth(image, k), cmap="gray", vmin=0, vmax=255)
    plt.show()
interact(one_panel, k=(1, 25));
"""
FORMS = {"explore": EXPLORE, "interact, four panels": FULL, "interact, result alone": LEAN}

# Watches one output: resolves with the milliseconds from the next key event to the end of the first frame
# whose pixels differ from those before the key.
WATCH = """
(cell) => {
  const root = document.querySelectorAll(".jp-Notebook .jp-CodeCell")[cell];
  const look = () => {
    const canvas = root.querySelectorAll(".mediedu-explorer canvas")[1];
    if (canvas) return canvas.getContext("2d").getImageData(224, 224, 64, 64).data.join();
    const image = root.querySelector(".jp-OutputArea-output img");
    return image && image.complete && image.naturalWidth ? image.src : null;
  };
  const before = look();
  window.measured = new Promise((resolve) => {
    addEventListener("keydown", (event) => {
      const frame = () => {
        const now = look();
        if (now === null || now === before) return requestAnimationFrame(frame);
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
        channel.port2.postMessage(0);
      };
      requestAnimationFrame(frame);
    }, { capture: true, once: true });
  });
}
"""
SLIDERS = {"explore": ".mediedu-explorer input[type=range]"}


@contextlib.contextmanager
def jupyter_lab(folder: Path) -> Iterator[str]:
    """Run JupyterLab on a free loopback port; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "MEDIEDU_STATIC"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    with open(folder / "lab.log", "w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api").close()
                break
            time.sleep(0.2)
        else:
            raise RuntimeError(
                f"JupyterLab did not start within a minute:\n{(folder / 'lab.log').read_text()}"
            )
        yield address
    finally:
        server.terminate()
        server.wait(20)


def measure(chromium: str, rounds: int, presses: int) -> dict[str, list[float]]:
    """Press keys on each form in turn; give the milliseconds of each press."""
    import nbformat
    from playwright.sync_api import sync_playwright

    times: dict[str, list[float]] = {form: [] for form in FORMS}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        cells = [nbformat.v4.new_code_cell(source.strip()) for source in (SETUP, *FORMS.values())]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "bench.ipynb")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        with jupyter_lab(folder) as address:
            page = browser.new_page(viewport={"width": 1400, "height": 4000})
            page.goto(f"{address}/lab/tree/bench.ipynb?reset")
            page.wait_for_selector("text=/\\| Idle/", timeout=90_000)
            page.click(".jp-Notebook .jp-Cell .jp-InputArea-editor")
            for _ in cells:
                page.keyboard.press("Shift+Enter")
            page.wait_for_selector(".jp-Notebook .jp-CodeCell:nth-of-type(1)")
            page.wait_for_function(
                "() => document.querySelectorAll('.jp-OutputArea-output img[src^=\"data\"]').length >= 2"
                " && document.querySelector('.mediedu-explorer canvas')",
                timeout=120_000,
            )
            page.wait_for_timeout(2000)
            for turn in range(rounds):
                key = "ArrowRight" if turn % 2 == 0 else "ArrowLeft"
                for cell, form in enumerate(FORMS, start=1):
                    slider = page.locator(".jp-Notebook .jp-CodeCell").nth(cell)
                    slider.locator(SLIDERS.get(form, ".noUi-handle")).focus()
                    for _ in range(presses):
                        page.evaluate(WATCH, cell)
                        page.keyboard.press(key)
                        times[form].append(round(page.evaluate("window.measured"), 1))
                        page.wait_for_timeout(120)
        browser.close()
    return times


def quantile(values: list[float], share: float) -> float:
    """Nearest-rank quantile."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, write the raw run; 1 if a target is missed."""
    import shutil

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--presses", type=int, default=10, help="presses in a round (default 10, at most 11)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "runs" / "explore.json")
    options = parser.parse_args(arguments)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print(
            "This measurement needs Chromium or Chrome, and there is none on this machine.", file=sys.stderr
        )
        return 2
    times = measure(chromium, options.rounds, min(options.presses, 11))
    ours = statistics.median(times["explore"])
    print(f"{'form':<24}{'presses':>8}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>7}")
    for form, values in times.items():
        p50, p95 = statistics.median(values), quantile(values, 0.95)
        print(f"{form:<24}{len(values):>8}{p50:>9.0f}{p95:>9.0f}{p50 / ours:>7.1f}")
    p95 = quantile(times["explore"], 0.95)
    ratio = statistics.median(times["interact, four panels"]) / ours
    met = p95 <= LIMIT_MS and ratio >= LEAST_RATIO
    print(f"p95 {p95:.0f} ms (target {LIMIT_MS:.0f}), {ratio:.1f} times faster (target {LEAST_RATIO:.0f})")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    machine: dict[str, object] = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "system": platform.system(),
    }
    if hasattr(os, "getloadavg"):  # not on Windows
        machine["load"] = round(os.getloadavg()[0], 1)
    options.out.write_text(json.dumps({"machine": machine, "milliseconds": times}, indent=1) + "\n")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
