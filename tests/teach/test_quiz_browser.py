"""The quiz in Chromium: by keyboard alone, with scripts off, with styles stripped, and in light and dark."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mediedu.teach import quiz

pytestmark = pytest.mark.browser


def opened(browser: Any, body: str, **settings: Any) -> Any:
    page = browser.new_context(**settings).new_page()
    page.set_content(f'<!doctype html><html lang="en"><title>Quiz</title><body>{body}')
    return page


def told(page: Any, question: int) -> str:
    """Give what a screen reader finds in the question's live region: the browser's own accessibility tree."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def texts(node: dict[str, Any]) -> list[str]:
        if node.get("role", {}).get("value") == "StaticText":
            return [node["name"]["value"]]
        return [text for id in node.get("childIds", []) for text in texts(by_id[id])]

    regions = [node for node in nodes if node.get("role", {}).get("value") == "status"]
    return " ".join(texts(regions[question - 1]))


@pytest.mark.parametrize("scripts", [True, False])
def test_by_keyboard_alone(browser: Any, made_up: Path, scripts: bool) -> None:
    page = opened(browser, quiz("gamma")._repr_mimebundle_()["text/html"], java_script_enabled=scripts)
    assert told(page, 1) == "", "nothing is told before a choice"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert told(page, 1) == "No. That is the power 2; below 1 a power brightens."
    page.keyboard.press("ArrowDown")
    assert told(page, 1) == "Right. The square root of 0.25 is 0.5."
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "The square root" in page.locator("details").nth(0).inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first tick box of question 2
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert told(page, 2) == "Right. 0 to any positive power is 0. No. 0.5 ** 0.5 is 0.7071."


def test_names_for_screen_readers(browser: Any, made_up: Path) -> None:
    page = opened(browser, quiz("gamma")._repr_mimebundle_()["text/html"])
    assert page.get_by_role("radio", name="It becomes 0.5").count() == 1
    assert (
        page.get_by_role("group", name="3. Which value is air in Hounsfield units? (from chapter 01)").count()
        == 1
    )
    assert page.get_by_role("status").count() == 4


def test_without_styles_the_answers_wait_in_details(browser: Any, made_up: Path) -> None:
    text = quiz("gamma")._repr_mimebundle_()["text/html"]
    # What JupyterLab leaves of a notebook that it does not trust.
    bare = re.sub(r"<style>.*?</style>| (?:onkeydown|data-why|role)=\"[^\"]*\"", "", text, flags=re.DOTALL)
    page = opened(browser, bare)
    assert "power 2" not in page.locator("fieldset").first.inner_text()
    page.locator("summary").first.click()
    assert "power 2" in page.locator("fieldset").first.inner_text()


@pytest.mark.parametrize(("ground", "ink"), [("#ffffff", "#1a1a1a"), ("#121212", "#e6e6e6")])
def test_text_takes_the_pages_colours(browser: Any, made_up: Path, ground: str, ink: str) -> None:
    body = (
        f'<div style="background:{ground};color:{ink}">{quiz("gamma")._repr_mimebundle_()["text/html"]}</div>'
    )
    page = opened(browser, body)
    page.locator("input").first.check()
    wanted = "rgb({}, {}, {})".format(*(int(ink[at : at + 2], 16) for at in (1, 3, 5)))
    for part in ("legend", "label", "[data-why]", "summary"):
        assert page.locator(part).first.evaluate("e => getComputedStyle(e).color") == wanted
        assert (
            page.locator(part).first.evaluate("e => getComputedStyle(e).backgroundColor")
            == "rgba(0, 0, 0, 0)"
        )


def test_it_fits_a_phone(browser: Any, made_up: Path) -> None:
    page = opened(
        browser, quiz("gamma")._repr_mimebundle_()["text/html"], viewport={"width": 360, "height": 740}
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture(scope="module")
def notebook_in_lab(lab: Any, made_up: Path) -> str:
    """Give the name of a notebook in Lab's folder: one quiz, stored by someone whom Lab does not trust."""
    find = f"import sys\nsys.path.insert(0, {str(made_up)!r})\nimport made_up"
    code = f"{find}\nfrom mediedu.teach import quiz\nquiz('gamma')"
    bundle = quiz("gamma")._repr_mimebundle_()
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": bundle}
    cell = {"cell_type": "code", "id": "quiz", "metadata": {}, "execution_count": 1, "source": code}
    after = {"cell_type": "markdown", "id": "after", "metadata": {}, "source": "After the quiz."}
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = {"cells": [{**cell, "outputs": [output]}, after], "metadata": {"kernelspec": kernel}}
    text = json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5})
    (lab.folder / "quiz.ipynb").write_text(text, encoding="utf-8")
    return "quiz.ipynb"


@pytest.mark.slow
def test_in_jupyterlab(browser: Any, lab: Any, notebook_in_lab: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    lab.open(page, notebook_in_lab)
    stored = page.locator(".jp-RenderedHTML fieldset").first
    stored.wait_for()
    assert "square root" not in stored.inner_text(), "not trusted yet: the answer waits in the details"
    stored.locator("summary").click()
    assert "square root" in stored.inner_text()

    page.locator(".jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".mediedu-quiz style", state="attached")
    page.locator(".mediedu-quiz input").first.focus()
    page.keyboard.press("Space")
    told = page.locator(".mediedu-quiz fieldset").first.locator("[data-why]")
    assert [told.nth(at).is_visible() for at in range(2)] == [True, False]
    active = "document.querySelector('.jp-Cell.jp-mod-active').dataset.windowedListIndex"
    cell = page.evaluate(active)
    page.keyboard.press("ArrowDown")
    assert [told.nth(at).is_visible() for at in range(2)] == [False, True], "Lab took the arrow key"
    assert page.evaluate(active) == cell
