"""The purest modules import the standard library alone."""

from __future__ import annotations

import ast
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

PURE = ("shared.errors", "shared.tasks.status", "shared.tasks.retry")


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_the_standard_library_alone(module: str) -> None:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    assert [name for name in _imports(Path(spec.origin)) if not _is_standard(name)] == []


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return plain | {n.module or "." for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names
