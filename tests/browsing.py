"""A headless Chromium for the tests, and a JupyterLab of their own on loopback, in an empty folder."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


# Milliseconds that a page may take before a test gives up. Only a failure waits that long; a machine that is
# busy with other things must not look like one.
PATIENCE = 180_000


@dataclass(frozen=True)
class Lab:
    url: str
    folder: Path

    def open(self, page: Any, name: str) -> None:
        """Open a notebook of the folder alone, and wait until its kernel is idle."""
        page.set_default_timeout(PATIENCE)
        page.goto(f"{self.url}/doc/tree/{name}?reset", wait_until="domcontentloaded")
        page.wait_for_selector(".jp-Notebook")
        page.wait_for_function("document.body.innerText.includes('Idle')")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Give a headless Chromium, one for each module: Playwright allows one at a time in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def browser_page(browser: Any) -> Any:
    """Give a page of that Chromium, shared by a module's tests."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory) -> Iterator[Lab]:
    """Start JupyterLab in an empty folder, without a token, on a free loopback port; end it afterwards."""
    folder = tmp_path_factory.mktemp("lab")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "MEDIEDU_STATIC"} | {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
        "JUPYTER_DATA_DIR": str(folder / ".data"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=",
        "--ServerApp.port_retries=0", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    log = (folder / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/api", timeout=2).close()
                break
            if server.poll() is not None:
                pytest.fail(
                    "JupyterLab ended before it answered:\n" + (folder / "lab.log").read_text()[-2000:]
                )
            time.sleep(0.25)
        else:
            pytest.fail(f"JupyterLab did not answer within {PATIENCE // 1000} seconds.")
        yield Lab(url, folder)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()
