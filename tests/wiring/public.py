"""The public functions of the product, as its source declares them."""

import ast
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"
PACKAGE = "catalyst_bot"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions() -> frozenset[str]:
    """Return "module:Class.function" for each public function and method of src.

    Migrations are left out: Alembic runs them by their paths, at each first start.
    """
    return frozenset(
        f"{module_of(path)}:{name}"
        for path in (SRC / PACKAGE).rglob("*.py")
        if path.parent.name != "versions"
        for name, _ in functions_of(ast.parse(path.read_text(encoding="utf-8")))
    )


def module_of(path: Path) -> str:
    """Return the dotted name of a file of src."""
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions_of(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Yield the public functions of a module and of its public classes.

    What a Protocol declares has no body of its own: who implements it has.
    """
    for node in tree.body:
        if isinstance(node, Function):
            yield from _shown(node, node.name)
        elif isinstance(node, ast.ClassDef) and not _is_protocol(node):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield from _shown(inner, f"{node.name}.{inner.name}")


def _shown(node: Function, name: str) -> Iterator[tuple[str, Function]]:
    if not any(part.startswith("_") for part in name.split(".")):
        yield name, node


def _is_protocol(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(base) for base in node.bases)
