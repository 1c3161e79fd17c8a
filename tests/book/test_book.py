"""The book: it builds without a warning in a minute, asks no outside host, works by eye and by key."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browsing import PATIENCE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """Build the book afresh, warnings as errors; give its folder and the seconds of processor time."""
    out = tmp_path_factory.mktemp("book") / "html"
    before = os.times()
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", project_root / "book", out],
        capture_output=True,
        text=True,
        timeout=600,
    )
    after = os.times()
    assert run.returncode == 0, run.stderr[-3000:]
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return out, seconds


@pytest.fixture(scope="module")
def chapters(project_root: Path) -> list[Path]:
    found = sorted((project_root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    assert found, "There are no chapters in notebooks/."
    return found


def opened(browser, path: Path, width: int = 1400, **context):
    """Open a built page from the file system; collect outside requests and console errors."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **context)
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.errors.append(str(e)))
    page.set_default_timeout(PATIENCE)
    page.goto(path.as_uri())
    # Playwright's "networkidle" now and then never comes; wait until half a second brought no new request.
    counted, deadline = -1, time.monotonic() + PATIENCE / 1000
    while counted < len(page.asked):
        assert time.monotonic() < deadline, f"{path.name} asks without end: {page.asked[-3:]}"
        counted = len(page.asked)
        page.wait_for_timeout(500)
    return page


def test_the_book_builds_within_a_minute_without_warnings(built):
    _, seconds = built
    assert seconds <= 60


def test_each_chapter_has_a_page_with_downloads_that_exist(built, chapters):
    out, _ = built
    for chapter in chapters:
        page = (out / "chapters" / f"{chapter.stem}.html").read_text(encoding="utf-8")
        for kind in ("exercises", "answers"):
            assert f"../downloads/{kind}/{chapter.name}" in page
            assert (out / "downloads" / kind / chapter.name).is_file()


def test_the_copy_with_open_exercises_holds_no_solution(built, chapters):
    out, _ = built
    for chapter in chapters:
        learner = json.loads((out / "downloads" / "exercises" / chapter.name).read_text(encoding="utf-8"))
        source = "".join("".join(cell["source"]) for cell in learner["cells"])
        assert "BEGIN SOLUTION" not in source
        assert "NotImplementedError" in source or "three dots" in source


def test_vendored_files_are_the_ones_whose_hashes_are_written_down(project_root):
    for sums in (project_root / "book" / "_static" / "vendor").glob("*/SHA256SUMS"):
        lines = sums.read_text(encoding="utf-8").splitlines()
        assert lines
        for line in lines:
            digest, name = line.split()
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest


def test_every_bold_phrase_of_a_chapter_is_a_term_of_the_glossary(project_root, chapters):
    glossary = (project_root / "book" / "glossary.md").read_text(encoding="utf-8")
    terms = {
        line.casefold() for line in re.findall(r"^(\S.*)$", glossary.partition("{glossary}")[2], re.MULTILINE)
    }
    for chapter in chapters:
        cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
        prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        for phrase in re.findall(r"\*\*(.+?)\*\*", prose, re.DOTALL):
            assert " ".join(phrase.split()).casefold() in terms, f"{chapter.name}: **{phrase}**"


def test_terms_lead_to_the_glossary(built, chapters):
    out, _ = built
    for chapter in chapters:
        page = (out / "chapters" / f"{chapter.stem}.html").read_text(encoding="utf-8")
        assert page.count("glossary-term") >= 3, chapter.name


@pytest.mark.browser
def test_no_page_asks_an_outside_host_or_logs_an_error(built, browser):
    out, _ = built
    for path in sorted(out.rglob("*.html")):
        if "_static" in path.parts:
            continue
        page = opened(browser, path)
        assert page.asked, path.name
        assert [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))] == [], path.name
        assert page.errors == [], path.name
        page.close()


@pytest.mark.browser
def test_every_picture_of_a_chapter_has_alt_text_in_the_page(built, chapters, browser):
    out, _ = built
    for chapter in chapters:
        page = opened(browser, out / "chapters" / f"{chapter.stem}.html")
        alts = page.eval_on_selector_all(
            ".cell_output img", "found => found.map(i => i.getAttribute('alt') || '')"
        )
        assert alts, chapter.name
        assert all(len(alt) > 15 for alt in alts), (chapter.name, alts)
        page.close()


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(built, browser):
    out, _ = built
    for path in [*sorted((out / "chapters").glob("*.html")), out / "index.html", out / "glossary.html"]:
        page = opened(browser, path, width=360)
        assert page.evaluate("document.documentElement.scrollWidth") <= 361, path.name
        page.close()


@pytest.mark.browser
def test_formulas_are_drawn_by_the_committed_mathjax(built, chapters, browser):
    out, _ = built
    drawn = 0
    for chapter in chapters:
        page = opened(browser, out / "chapters" / f"{chapter.stem}.html")
        if page.locator("span.math, div.math").count():
            page.wait_for_selector("mjx-container svg")
            drawn += 1
        page.close()
    assert drawn


@pytest.mark.browser
def test_a_control_of_each_static_explorer_changes_the_picture(built, chapters, browser):
    out, _ = built
    moved = 0
    for chapter in chapters:
        page = opened(browser, out / "chapters" / f"{chapter.stem}.html")
        control = page.locator(".mediedu-explorer input[type=range], .mediedu-explorer select").first
        if control.count():
            control.scroll_into_view_if_needed()
            explorer = page.locator(".mediedu-explorer").first
            before = explorer.screenshot()
            control.focus()
            page.keyboard.press("ArrowDown")
            deadline = time.monotonic() + PATIENCE / 1000
            while explorer.screenshot() == before:
                assert time.monotonic() < deadline, f"{chapter.name}: the picture did not change"
                time.sleep(0.1)
            assert page.errors == []
            moved += 1
        page.close()
    assert moved >= len(chapters) - 1, "one chapter shows the viewer of volumes instead"


@pytest.mark.browser
def test_a_quiz_answers_to_the_keyboard(built, chapters, browser):
    out, _ = built
    page = opened(browser, out / "chapters" / f"{chapters[0].stem}.html")
    option = page.locator(".cell_output fieldset input").first
    option.scroll_into_view_if_needed()
    option.focus()
    page.keyboard.press("Space")
    assert option.is_checked()
    page.close()


@pytest.mark.browser
def test_search_finds_a_term_and_the_dark_theme_is_dark(built, browser):
    out, _ = built
    page = opened(browser, out / "search.html", color_scheme="dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in background.strip("rgba()").split(",")[:3]) < 80, background
    page.close()
    page = browser.new_page()
    page.goto((out / "search.html").as_uri() + "?q=histogram")
    page.wait_for_selector("ul.search li", timeout=PATIENCE)
    assert page.locator("ul.search li").count() >= 1
    page.close()


@pytest.mark.browser
def test_a_glossary_term_shows_its_meaning_to_the_keyboard(built, chapters, browser):
    out, _ = built
    page = opened(browser, out / "chapters" / f"{chapters[-1].stem}.html")
    term = page.locator("a.glossary-term").first
    assert len(term.get_attribute("title")) > 20
    page.keyboard.press("Tab")
    term.focus()
    assert page.evaluate(
        "getComputedStyle(document.querySelector('a.glossary-term'), '::after').content.length > 20"
    )
    page.close()
