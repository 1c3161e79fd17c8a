"""The form of a chapter, on the made-up one: right as it is, and each fault is found."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediedu.teach.chapter_files import dump_notebook, read_notebook
from mediedu.teach.chapters.form import faults
from mediedu.teach.chapters.practice import explorers

Notebook = dict[str, Any]


def cell_with(notebook: Notebook, text: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if text in cell["source"])


def test_the_made_up_chapter_has_the_right_form(installed: Path) -> None:
    assert faults(installed / "03_gamma.ipynb") == []


def swap_headings(notebook: Notebook) -> None:
    summary, asked = cell_with(notebook, "## Summary"), cell_with(notebook, "## Quiz")
    summary["source"], asked["source"] = "## Quiz\n\nText.", "## Summary\n\nText."


def drop_title(notebook: Notebook) -> None:
    notebook["cells"][0]["source"] = "Gamma"


def lengthen(notebook: Notebook) -> None:
    cell_with(notebook, "levels**0.5")["source"] += "\nx = 1" * 26


def lengthen_two(notebook: Notebook) -> None:
    for text in ("levels**0.5", "int(table[64])"):
        cell_with(notebook, text)["source"] += "\nx = 1" * 14


def lengthen_all(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] += "\nx = 1\nx = 1\nx = 1"


def forget_execution(notebook: Notebook) -> None:
    cell_with(notebook, "levels**0.5")["execution_count"] = None


def write_to_stderr(notebook: Notebook) -> None:
    output = {"output_type": "stream", "name": "stderr", "text": ["careful\n"]}
    cell_with(notebook, "levels**0.5")["outputs"].append(output)


def store_error(notebook: Notebook) -> None:
    output = {"output_type": "error", "ename": "KeyError", "evalue": "", "traceback": []}
    cell_with(notebook, "levels**0.5")["outputs"].append(output)


def promise_error(notebook: Notebook) -> None:
    cell_with(notebook, "levels**0.5")["metadata"]["tags"] = ["raises-exception"]


def drop_checks_module(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("gamma.1", "gamma.7")


def forget_hint(notebook: Notebook) -> None:
    cell = cell_with(notebook, "from mediedu.teach import")
    cell["source"] = cell["source"].replace("hint, ", "")


def drop_exercise_heading(notebook: Notebook) -> None:
    cell_with(notebook, "### Exercise 3")["source"] = "### Exercise 3: air"


def break_region(notebook: Notebook) -> None:
    cell = cell_with(notebook, "air = -1000")
    cell["source"] = cell["source"].replace("### END SOLUTION", "")


def empty_section(notebook: Notebook) -> None:
    cell_with(notebook, "## Summary")["source"] = "## Summary"


def no_reference(notebook: Notebook) -> None:
    cell_with(notebook, "## References")["source"] = "## References\n\nNone."


def markdown_picture(notebook: Notebook) -> None:
    cell_with(notebook, "## Summary")["source"] += "\n\n![](film.png)"


def mark_a_picture(notebook: Notebook) -> None:
    cell = cell_with(notebook, "explore(0.5)")
    cell["source"] = "# NBVAL_CHECK_OUTPUT\n" + cell["source"]


def mark_silence(notebook: Notebook) -> None:
    cell_with(notebook, "levels**0.5")["outputs"] = []


def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"]["name"] = "ir"
    notebook["metadata"]["widgets"] = {}


def show_path(notebook: Notebook) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["saved in /" + "home/someone/x.png\n"]}
    cell_with(notebook, "levels**0.5")["outputs"].append(output)


def add_picture(notebook: Notebook) -> None:
    output = {
        "output_type": "display_data",
        "data": {"image/png": "iVBOR", "text/plain": "x"},
        "metadata": {},
    }
    cell_with(notebook, "explore(0.5)")["outputs"].append(output)


def add_img(notebook: Notebook) -> None:
    output = {"output_type": "display_data", "data": {"text/html": '<img alt=" " src="x">'}, "metadata": {}}
    cell_with(notebook, "explore(0.5)")["outputs"].append(output)


def grow(notebook: Notebook) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["x" * 1_500_000]}
    cell_with(notebook, "levels**0.5")["outputs"].append(output)


def mark_behind_code(notebook: Notebook) -> None:
    cell_with(notebook, "levels**0.5")["source"] = "levels**0.5  # NBVAL_CHECK_OUTPUT"


def change_source(notebook: Notebook) -> None:
    cell_with(notebook, "levels**0.5")["source"] += "  # twice"


def drop_check(notebook: Notebook) -> None:
    notebook["cells"].remove(cell_with(notebook, 'check("gamma.2"'))


def fail_check(notebook: Notebook) -> None:
    output = {"output_type": "execute_result", "data": {"text/plain": "Not yet (gamma.3)."}, "metadata": {}}
    cell_with(notebook, 'check("gamma.3"')["outputs"] = [output]


def drop_quiz(notebook: Notebook) -> None:
    notebook["cells"].remove(cell_with(notebook, 'quiz("gamma")'))


def old_quiz(notebook: Notebook) -> None:
    cell_with(notebook, 'quiz("gamma")')["outputs"][0]["data"]["text/html"] = "<p>older</p>"


def explore_twice(notebook: Notebook) -> None:
    cell_with(notebook, "int(table[64])")["source"] += "\nexplore(0.7)"


def no_explorer(notebook: Notebook) -> None:
    cell_with(notebook, "explore(0.5)")["source"] = "0"


def no_question(notebook: Notebook) -> None:
    cell_with(notebook, "## Predict")["source"] = "## Predict\n\nIt gets brighter."


def same_id(notebook: Notebook) -> None:
    notebook["cells"][1]["id"] = notebook["cells"][0]["id"]


FAULTS: list[tuple[Callable[[Notebook], None], str]] = [
    (swap_headings, "headings must be"),
    (drop_title, "begin with the title"),
    (drop_title, "generated line"),
    (drop_title, "3 or 4 outcomes"),
    (lengthen, "25 is the most"),
    (lengthen_two, "one in ten may"),
    (lengthen_all, "3 is the most"),
    (forget_execution, "not executed in order"),
    (write_to_stderr, "error-stream"),
    (store_error, "stores an error: KeyError"),
    (promise_error, "raises nothing"),
    (drop_checks_module, "Solutions are needed for"),
    (forget_hint, "must import check, hint, progress, quiz and reveal"),
    (drop_exercise_heading, "come from an earlier chapter"),
    (break_region, "stands without ### END SOLUTION"),
    (empty_section, "“Summary” is empty"),
    (no_reference, "list with at least one entry"),
    (markdown_picture, "holds a picture without alt text"),
    (mark_a_picture, "mark numbers only"),
    (mark_silence, "shows nothing"),
    (other_kernel, "python3 kernel"),
    (other_kernel, "widget state"),
    (show_path, "path of a machine"),
    (add_picture, "without alt text; use"),
    (add_img, "shows a picture without alt text"),
    (grow, "1.5 MB is the most"),
    (mark_behind_code, "alone on its line"),
    (change_source, "do not belong"),
    (drop_check, "check cells must be"),
    (fail_check, "does not pass"),
    (drop_quiz, "section “Quiz”"),
    (old_quiz, "section “Quiz”"),
    (explore_twice, "2 cells with explore"),
    (no_explorer, "holds no explore"),
    (no_question, "asks no question"),
    (same_id, "id of its own"),
]


@pytest.mark.parametrize(("spoil", "fragment"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_each_fault_is_found(
    installed: Path, tmp_path: Path, spoil: Callable[[Notebook], None], fragment: str
) -> None:
    notebook = copy.deepcopy(read_notebook(installed / "03_gamma.ipynb"))
    spoil(notebook)
    path = tmp_path / "03_gamma.ipynb"
    path.write_text(dump_notebook(notebook), encoding="utf-8")
    found = faults(path)
    assert any(fragment in fault for fault in found), json.dumps(found, indent=1, ensure_ascii=False)


def test_an_explorer_is_found_behind_a_cell_without_a_last_newline(installed: Path) -> None:
    path = installed / "03_gamma.ipynb"
    notebook = copy.deepcopy(read_notebook(path))
    at = notebook["cells"].index(cell_with(notebook, "explore(0.5)"))
    notebook["cells"].insert(at, {"cell_type": "code", "source": "t = image", "metadata": {}, "outputs": []})
    assert not any("holds no explore" in fault for fault in explorers(notebook, path))


def test_a_picture_with_alt_text_is_fine(installed: Path, tmp_path: Path) -> None:
    notebook = copy.deepcopy(read_notebook(installed / "03_gamma.ipynb"))
    html = '<img alt="A dark film" src="data:image/png;base64,AAAA/' + 'tmp/AAAA">'
    output = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
    cell_with(notebook, "explore(0.5)")["outputs"].append(output)
    path = tmp_path / "03_gamma.ipynb"
    path.write_text(dump_notebook(notebook), encoding="utf-8")
    assert faults(path) == []
