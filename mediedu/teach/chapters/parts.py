"""The parts of a chapter: its sections, its code cells, its prose, and how a fault names a cell."""

import re

from mediedu.teach.chapter_files import Cell, Notebook

__all__ = ["by_section", "code_cells", "is_prose", "name_of", "prose_of"]


def by_section(notebook: Notebook) -> dict[str, list[Cell]]:
    """Give the cells under each heading of the second level."""
    sections: dict[str, list[Cell]] = {}
    current: list[Cell] = []
    for cell in notebook["cells"]:
        if is_prose(cell):
            for heading in re.findall(r"^## (.+?)\s*$", cell["source"], re.MULTILINE):
                current = sections.setdefault(heading, [])
        current.append(cell)
    return sections


def code_cells(notebook: Notebook) -> list[Cell]:
    """Give the code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def is_prose(cell: Cell) -> bool:
    """Whether a cell is Markdown."""
    return bool(cell["cell_type"] == "markdown")


def prose_of(cells: list[Cell]) -> str:
    """Join the Markdown of some cells."""
    return "\n".join(cell["source"] for cell in cells if is_prose(cell))


def name_of(cell: Cell) -> str:
    """Name a cell in a message: its id and its first line."""
    first = next((line for line in cell["source"].splitlines() if line.strip()), "")
    return f"Cell {cell.get('id', '?')} ({first.strip()[:50]!r})"
