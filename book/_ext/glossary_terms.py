"""Turn the bold terms of a chapter into links to the glossary: the meaning on hover and on focus.

A chapter writes a term in bold where it first defines it, so that it reads well in JupyterLab too. Here each
bold phrase that stands in the glossary becomes a link with its definition as title. It shows when the pointer
rests on it, and through ``book.css`` when the keyboard reaches it.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "glossary"
LONGEST_CARD = 260


def definitions(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Give each glossary term, in lower case, its anchor and the first paragraph of its definition."""
    found: dict[str, tuple[str, str]] = {}
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        meaning = next(item.findall(nodes.definition)).astext().split("\n\n")[0].replace("\n", " ")
        for term in item.findall(nodes.term):
            if term["ids"]:
                words = next(term.findall(nodes.Text)).astext()
                found[words.casefold()] = (term["ids"][0], shortened(meaning))
    return found


def shortened(text: str) -> str:
    """Cut a definition at a sentence or a word, so that the card stays a card."""
    if len(text) <= LONGEST_CARD:
        return text
    cut = text[:LONGEST_CARD]
    end = cut.rfind(". ")
    return cut[: end + 1] if end > 80 else cut[: cut.rfind(" ")] + " …"


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Wrap the bold terms of one page."""
    if docname == GLOSSARY or app.builder.format != "html":
        return
    glossary = definitions(app.env)
    seen: set[str] = set()
    for strong in list(doctree.findall(nodes.strong)):
        name = strong.astext().casefold()
        if name not in glossary or name in seen or isinstance(strong.parent, nodes.reference):
            continue
        seen.add(name)
        anchor, meaning = glossary[name]
        uri = app.builder.get_relative_uri(docname, GLOSSARY) + f"#{anchor}"
        link = nodes.reference("", "", internal=True, refuri=uri, classes=["glossary-term"])
        link["reftitle"] = meaning
        strong.replace_self(link)
        link += strong


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", link_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
