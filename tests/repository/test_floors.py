"""No room imports from a floor above it, not even inside a function, and nothing goes round in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

# compiled lies under them all; a room may use what lies lower, and rooms on one floor don't know each other.
FLOORS = {
    "mediedu.compiled": -1,
    "data_fetch": 0,
    "mediedu.figures": 0,
    "mediedu.data": 1,
    "mediedu.enhance": 2,
    "mediedu.segment": 3,
    "mediedu.describe": 4,
    "mediedu.classify": 5,
    "mediedu.nets": 6,
    "mediedu.explain": 7,
    "mediedu.teach": 8,
    "mediedu.cli": 9,
    "mediedu.__main__": 10,
}


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    return next((room for room in FLOORS if module == room or module.startswith(room + ".")), None)


class Imports(ast.NodeVisitor):
    """Every module of ours that a file imports, in whatever way, wherever in it."""

    def __init__(self, module: str, is_package: bool) -> None:
        self.package = module if is_package else module.rpartition(".")[0]
        self.found: dict[str, int] = {}

    def add(self, name: str, line: int) -> None:
        if name.split(".")[0] in ("mediedu", "data_fetch"):
            self.found.setdefault(name, line)

    def visit_If(self, node: ast.If) -> None:
        names = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
        names |= {part.attr for part in ast.walk(node.test) if isinstance(part, ast.Attribute)}
        for child in node.orelse if "TYPE_CHECKING" in names else [node.test, *node.body, *node.orelse]:
            self.visit(child)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.add(alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parents = self.package.split(".")
            parents = parents[: len(parents) - node.level + 1]
            base = ".".join([*parents, *([base] if base else [])])
        for alias in node.names:
            self.add(f"{base}.{alias.name}", node.lineno)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        # "import mediedu" and then mediedu.teach.check
        if isinstance(node.value, ast.Name) and node.value.id == "mediedu":
            self.add(f"mediedu.{node.attr}", node.lineno)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("import_module", "__import__") and node.args:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    self.add(part.value.rstrip("."), node.lineno)
        self.generic_visit(node)


def imports_of(source: str, module: str, is_package: bool = False) -> dict[str, int]:
    visitor = Imports(module, is_package)
    visitor.visit(ast.parse(source))
    return visitor.found


def breaches(imports: dict[str, int], module: str) -> list[str]:
    own = room_of(module)
    assert own is not None, f"{module} lies on no floor; give it one in the design and here."
    said = []
    for name, line in imports.items():
        other = room_of(name)
        if other is None or other == own:
            continue
        if FLOORS[other] >= FLOORS[own] or own == "data_fetch":
            said.append(f"{module}, line {line}: imports {name}, which does not lie below {own}")
    return said


@pytest.fixture(scope="module")
def sources(project_root: Path) -> dict[str, Path]:
    files = [*project_root.glob("mediedu/**/*.py"), *project_root.glob("data_fetch/**/*.py")]
    found = {module_name(path, project_root): path for path in files if "_notebooks" not in path.parts}
    assert len(found) > 20
    return found


@pytest.fixture(scope="module")
def graph(sources: dict[str, Path]) -> dict[str, dict[str, int]]:
    return {
        module: imports_of(path.read_text(encoding="utf-8"), module, path.name == "__init__.py")
        for module, path in sources.items()
    }


def test_no_room_imports_from_above(graph: dict[str, dict[str, int]]) -> None:
    # The package's own __init__ names its rooms lazily and is no room.
    said = [
        line for module, imports in graph.items() if module != "mediedu" for line in breaches(imports, module)
    ]
    assert not said, "\n".join(said)


def test_no_circle_between_modules(graph: dict[str, dict[str, int]]) -> None:
    edges: dict[str, set[str]] = {}
    for module, imports in graph.items():
        targets = set()
        for name in imports:
            while name and name not in graph:
                name = name.rpartition(".")[0]
            if name and name not in (module, "mediedu"):
                targets.add(name)
        edges[module] = targets
    try:
        list(TopologicalSorter(edges).static_order())
    except CycleError as circle:
        pytest.fail("These import each other in a circle: " + " → ".join(circle.args[1]))


@pytest.mark.parametrize(
    "source",
    [
        "from mediedu.teach import check",
        "def f():\n    from mediedu import teach",
        "import mediedu\ndef f():\n    return mediedu.teach.check",
        "from importlib import import_module\nimport_module('mediedu.teach.checking')",
        "from ..teach import check",
        "def f():\n    class A:\n        import mediedu.explain as e",
        "from importlib import import_module\nimport_module(f'mediedu.teach.{1}')",
    ],
)
def test_a_breach_is_seen(source: str) -> None:
    assert breaches(imports_of(source, "mediedu.data.image"), "mediedu.data.image")


def test_what_is_allowed_is_not_called_a_breach() -> None:
    source = (
        "from mediedu.figures import show\nfrom mediedu.data import read\nimport data_fetch\nimport numpy"
    )
    assert not breaches(imports_of(source, "mediedu.data.image"), "mediedu.data.image")
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mediedu.teach import check"
    assert not breaches(imports_of(guarded, "mediedu.data.image"), "mediedu.data.image")
