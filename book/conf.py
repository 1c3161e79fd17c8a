"""Sphinx settings of the book: the executed chapters of ``notebooks/`` and the pages beside this file.

Nothing is executed here and nothing is fetched from outside when a page is read.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

project = "mediedu"
author = "The mediedu founders"
project_copyright = "the mediedu founders; text CC BY 4.0, code BSD-3-Clause"
language = "en"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
    "chapters",
    "data_sets",
    "glossary_terms",
]
exclude_patterns = ["_build", "_static", "_ext"]

# Chapters arrive executed; a page is a reading copy of what `make notebooks` stored.
nb_execution_mode = "off"
nb_merge_streams = True
nb_number_source_lines = False
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

html_theme = "sphinx_book_theme"
html_title = "mediedu: medical image analysis, step by step"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": True,
    "use_issues_button": False,
    "use_repository_button": False,
    "show_toc_level": 2,
    "show_navbar_depth": 2,
    "home_page_in_toc": True,
    "navbar_persistent": [],
}
html_context = {"default_mode": "auto"}

# One committed file, TeX in and SVG out: no fonts, no further requests.
mathjax_path = "vendor/mathjax/tex-svg.js"
mathjax_options = {"defer": "defer"}

# No page asks an outside host for the widget manager: chapters store no live widgets.
nb_render_plugin = "default"
nb_ipywidgets_js = {}

copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
