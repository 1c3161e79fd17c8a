"""Solution regions: the one source from which stubs, solutions and the book's folds are made.

A region is the lines between ``### BEGIN SOLUTION`` and ``### END SOLUTION``, nbgrader's own marks. In
a function it holds the body or a part of it; at the top of a cell it holds assignments, whose values
are then three dots in the learner's copy.
"""

import ast
import re

from mediedu.teach.chapter_files import Notebook, check_of

__all__ = ["has_solution", "numbered_solutions", "solution_of", "stubbed", "unmarked", "without_test_marks"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def has_solution(source: str) -> bool:
    """Whether the code holds a solution region."""
    return any(line.strip() == BEGIN for line in source.splitlines())


def stubbed(source: str, number: int | str) -> str:
    r"""Put a stub in place of every solution region.

    Parameters
    ----------
    source : str
        The code of one cell.
    number : int or str
        The exercise's number, for the stub's sentence.

    Returns
    -------
    str
        The code with stubs; signature, docstring and indentation kept.

    Raises
    ------
    ValueError
        Where a mark has no partner, or a region at the top of a cell assigns nothing.

    Examples
    --------
    >>> code = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    >>> print(stubbed(code, 1))
    def double(x):
        raise NotImplementedError("Exercise 1: write the body of double.")
    """
    lines: list[str] = []
    region: list[str] | None = None
    indent = ""
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN:
            if region is not None:
                raise ValueError(
                    f"A solution region begins inside another one: put {END} before the second {BEGIN}."
                )
            region, indent = [], line[: len(line) - len(line.lstrip())]
        elif mark == END:
            if region is None:
                raise ValueError(f"{END} stands without {BEGIN} before it.")
            lines.extend(_stub(lines, region, indent, number))
            region = None
        elif region is None:
            lines.append(line)
        else:
            region.append(line)
    if region is not None:
        raise ValueError(f"{BEGIN} stands without {END} after it.")
    return "\n".join(lines)


def unmarked(source: str) -> str:
    """Give the code with its solutions and without the marks."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


def without_test_marks(source: str) -> str:
    r"""Give the code without the lines that only nbval reads.

    Examples
    --------
    >>> without_test_marks("# NBVAL_CHECK_OUTPUT\nprint(1)")
    'print(1)'
    """
    return "\n".join(line for line in source.splitlines() if not line.startswith("# NBVAL_"))


def numbered_solutions(notebook: Notebook) -> dict[int, str]:
    """Map the position of each solution cell to the exercise that the next check cell checks.

    Raises
    ------
    ValueError
        Where no check cell follows a solution.
    """
    found: dict[int, str] = {}
    waiting: list[int] = []
    for position, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        if has_solution(cell["source"]):
            waiting.append(position)
        elif (id := check_of(cell)) is not None:
            found.update(dict.fromkeys(waiting, id))
            waiting.clear()
    if waiting:
        raise ValueError(f"No check(...) cell follows the solution in cell {waiting[0] + 1}.")
    return found


def solution_of(notebook: Notebook, exercise: str) -> str | None:
    """Give the code that solves an exercise, as the chapter holds it; None where it has none."""
    cells = notebook["cells"]
    parts = [
        unmarked(cells[at]["source"]) for at, id in numbered_solutions(notebook).items() if id == exercise
    ]
    return "\n\n\n".join(parts) if parts else None


def _stub(before: list[str], region: list[str], indent: str, number: int | str) -> list[str]:
    if not indent:
        names = _assigned("\n".join(region))
        if not names:
            raise ValueError("A solution at the top of a cell must assign its answer to a name: answer = …")
        return [
            f"{name} = ...  # Exercise {number}: put your answer in place of the three dots."
            for name in names
        ]
    heads = (re.match(r"(\s*)def\s+(\w+)", line) for line in reversed(before))
    name = next((head[2] for head in heads if head and len(head[1]) < len(indent)), "this function")
    what = "write the body of" if _body_so_far(before, name) == 0 else "write the missing lines of"
    return [f'{indent}raise NotImplementedError("Exercise {number}: {what} {name}.")']


def _assigned(code: str) -> list[str]:
    names: list[str] = []
    for statement in ast.parse(code).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        for target in targets:
            found = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
            names.extend(name for name in found if name not in names)
    return names


def _body_so_far(before: list[str], name: str) -> int:
    """Count the statements that the function already has above the region, its docstring left out."""
    start = max((at for at, line in enumerate(before) if re.match(rf"\s*def\s+{name}\b", line)), default=None)
    if start is None:
        return 0
    head = before[start:]
    shift = len(head[0]) - len(head[0].lstrip())
    code = "\n".join(line[shift:] for line in head)
    for ending in ("", f"\n{' ' * 4}pass"):
        try:
            function = ast.parse(code + ending).body[0]
        except SyntaxError:
            continue
        body = list(function.body) if isinstance(function, ast.FunctionDef) else []
        if ending:
            body = body[:-1]
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        return len(body)
    return 1
