"""The table of data sets, written from ``data_fetch`` when the book is built, so that it can't go stale."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import data_fetch


class DataSets(SphinxDirective):
    """``{data-sets}``: one row for each registered set."""

    def run(self) -> list[nodes.Node]:
        """Write the rows as Markdown, which the page's own parser reads."""
        rows = ["| name | what it holds | size | licence |", "|---|---|---|---|"]
        sets = [entry for entry in data_fetch.list() if not entry.variant_of]
        for entry in sets:
            licence = f"[{entry.licence}]({entry.licence_url})" if entry.licence_url else entry.licence
            title = f"[{entry.title}]({entry.page})" if entry.page else entry.title
            rows.append(f"| `{entry.name}` | {title}: {entry.holds} | {entry.size_text} | {licence} |")
        defects = [f"- `{entry.name}`: {' '.join(entry.defects)}" for entry in sets if entry.defects]
        text = "\n".join([*rows, "", "## Known defects", "", *defects])
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("data-sets", DataSets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
