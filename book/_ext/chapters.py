"""Bring the chapters into the book before Sphinx looks for pages, with downloads under each title."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from mediedu.teach.book_copy import book_copy
from mediedu.teach.chapter_files import chapters
from mediedu.teach.learners_copy import student_copy

HERE = Path(__file__).resolve().parent.parent
PAGES = HERE / "chapters"
DOWNLOADS = HERE / "_build" / "downloads"


def bring(_: Sphinx, config: Config) -> None:
    """Write ``book/chapters/`` and the files to download, both left out of version control."""
    if DOWNLOADS.exists():
        shutil.rmtree(DOWNLOADS)
    exercises, answers = DOWNLOADS / "downloads" / "exercises", DOWNLOADS / "downloads" / "answers"
    answers.mkdir(parents=True)
    student_copy(exercises)
    for path in chapters().values():
        shutil.copyfile(path, answers / path.name)
    book_copy(PAGES)
    config.html_extra_path = [str(DOWNLOADS)]


def offer_downloads(_: Sphinx, docname: str, source: list[str]) -> None:
    """Put a number before a chapter's title, and the two links under it, while Sphinx reads it."""
    folder, _slash, name = docname.rpartition("/")
    if folder != PAGES.name:
        return
    notebook = json.loads(source[0])
    title = "".join(notebook["cells"][0]["source"]).removeprefix("# ")
    notebook["cells"][0]["source"] = f"# {name[:2]} · {title}" + (
        f'\n\n<p class="chapter-downloads">Download this chapter: '
        f'<a href="../downloads/exercises/{name}.ipynb" download>with open exercises</a> · '
        f'<a href="../downloads/answers/{name}.ipynb" download>with answers</a></p>\n'
    )
    source[0] = json.dumps(notebook, ensure_ascii=False)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", bring)
    app.connect("source-read", offer_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
